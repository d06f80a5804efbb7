-- Puts a table under row-level security: ENABLE, FORCE and one policy per command for the runtime role.
-- Called from migrations only; the predicates are SQL over the columns of the table.
create function kernel.protect(target regclass, may_read text, may_write text default null)
returns void language plpgsql as $$
declare
  written constant text := coalesce(may_write, may_read);
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy may_select on %s for select to freshplan_app using (%s)', target, may_read);
  execute format('create policy may_insert on %s for insert to freshplan_app with check (%s)', target, written);
  execute format('create policy may_update on %s for update to freshplan_app using (%s) with check (%s)',
    target, written, written);
  execute format('create policy may_delete on %s for delete to freshplan_app using (%s)', target, written);
end $$;

-- True for administrators and jobs; the sub-select makes it one look per statement instead of one per row.
create function kernel.privileged() returns text language sql immutable as $$
  select '(select string_to_array(nullif(current_setting(''app.role_context'', true), ''''), '','') && array[''admin'', ''system''])'
$$;

-- Rows that carry `territory`: open to their territory, to administrators and to jobs.
create function kernel.protect_by_territory(target regclass) returns void language plpgsql as $$
begin
  perform kernel.protect(target, format(
    '%s or territory = any ((select string_to_array(nullif(current_setting(''app.territory_context'', true), ''''), '',''))::text[])',
    kernel.privileged()));
end $$;

-- Bookkeeping that only jobs and administrators touch.
create function kernel.protect_for_jobs(target regclass) returns void language plpgsql as $$
begin
  perform kernel.protect(target, kernel.privileged());
end $$;

revoke execute on all functions in schema kernel from public, freshplan_app;
