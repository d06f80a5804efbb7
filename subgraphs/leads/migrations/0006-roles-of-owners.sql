-- An owner or helper counts as such while he is in sales, as everywhere else: who became a partner or an
-- auditor keeps no lead by his id. Nobody but sales, partners and managers writes one.
create function :schema.has_role(roles text) returns text language sql immutable as $$
  select format('(select string_to_array(nullif(current_setting(''app.role_context'', true), ''''), '','') && %L)', roles)
$$;

create function :schema.in_territory(who text) returns text language sql immutable as $$
  select format(
    '%s or (territory = any ((select string_to_array(nullif(current_setting(''app.territory_context'', true), ''''), '',''))::text[])
      and (%s))', kernel.privileged(), who)
$$;

create function :schema.held() returns text language sql immutable as $$
  select '(owner_id = (select nullif(current_setting(''app.user_context'', true), '''')::uuid)
    or (select nullif(current_setting(''app.user_context'', true), '''')::uuid) = any (collaborator_ids))'
$$;

create function :schema.readable() returns text language sql immutable as $$
  select :schema.in_territory(format('%s or (%s and %s) or (%s and partner_org_id = %s)',
    :schema.has_role('{manager,auditor}'), :schema.has_role('{sales}'), :schema.held(), :schema.has_role('{partner}'),
    '(select nullif(current_setting(''app.tenant_id'', true), '''')::uuid)'))
$$;

create function :schema.writable() returns text language sql immutable as $$
  select :schema.in_territory(format('%s or (%s and %s) or (%s and owner_id is null)',
    :schema.has_role('{manager}'), :schema.has_role('{sales}'), :schema.held(), :schema.has_role('{sales,partner}')))
$$;

do $$
declare
  target regclass;
begin
  foreach target in array array[':schema.lead', ':schema.follow_up']::regclass[] loop
    execute format('alter policy may_select on %s using (%s)', target, :schema.readable());
    execute format('alter policy may_insert on %s with check (%s)', target, :schema.writable());
    execute format('alter policy may_update on %s using (%s) with check (%s)', target, :schema.writable(), :schema.writable());
    execute format('alter policy may_delete on %s using (%s)', target, :schema.writable());
  end loop;
end $$;

drop function :schema.readable();
drop function :schema.writable();
drop function :schema.held();
drop function :schema.in_territory(text);
drop function :schema.has_role(text);
