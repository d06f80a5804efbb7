-- Leads of a territory whose company and place resemble a text, the most alike first.
--
-- Run as the owner: where rows are somebody's, PostgreSQL does not ask the index of trigrams, since the
-- operator might give a row away, and compares the text with every lead. It tells ids alone, to a job,
-- of a territory that the caller's context holds.
create policy similar_select on :schema.lead for select to freshplan_owner using (true);
create function :schema.similar_leads(p_territory text, p_text text, p_max int) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select array_agg(found.id) from (
    select l.id from :schema.lead l
    where l.territory = p_territory and l.is_canonical and l.status <> 'DELETED'
      and l.search_text operator(public.%) lower(p_text)
      and array['system'] && string_to_array(current_setting('app.role_context', true), ',')
      and p_territory = any (string_to_array(current_setting('app.territory_context', true), ','))
    order by public.similarity(l.search_text, lower(p_text)) desc, l.id limit p_max
  ) as found
$$;
revoke all on function :schema.similar_leads(text, text, int) from public;
grant execute on function :schema.similar_leads(text, text, int) to freshplan_app;
