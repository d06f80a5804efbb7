-- Stored answers about an erased person go with him; nobody else sees or removes answers of others.
create policy forget_select on :schema.mutation_key for select to freshplan_app
  using ((select string_to_array(nullif(current_setting('app.role_context', true), ''), ',') && array['system']));
create policy forget_delete on :schema.mutation_key for delete to freshplan_app
  using ((select string_to_array(nullif(current_setting('app.role_context', true), ''), ',') && array['system']));
