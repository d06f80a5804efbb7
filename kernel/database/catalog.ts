import type pg from 'pg';

/** Refuses to run with a role that stands above row-level security. */
export async function refusePowerfulRole(client: Pick<pg.Pool, 'query'>): Promise<void> {
  const { rows } = await client.query<{ fault: string | null }>(`
    select case
      when r.rolsuper then 'is a superuser'
      when r.rolbypassrls then 'bypasses row-level security'
      when r.rolcreaterole then 'may create roles'
      when r.rolcreatedb then 'may create databases'
      when exists (select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p', 'v', 'm'))
        then 'owns tables'
      when exists (
        select from pg_roles o where o.oid <> r.oid and pg_has_role(r.oid, o.oid, 'member')
          and (o.rolsuper or o.rolbypassrls or exists (select from pg_class c where c.relowner = o.oid))
      ) then 'may become a role that owns tables'
    end as fault
    from pg_roles r where r.rolname = current_user`);
  const fault = rows[0]?.fault;
  if (fault !== null && fault !== undefined) {
    throw new Error(`The runtime role ${fault}; connect as a role without these rights`);
  }
}

/**
 * Tables and views that row-level security does not guard, each with what is missing. A partition
 * needs no policies of its own as long as the runtime role cannot reach it directly.
 *
 * @param exempt `schema.table` names that are known to hold nothing protected
 */
export async function uncheckedTables(
  client: Pick<pg.ClientBase, 'query'>,
  exempt: readonly string[] = [],
): Promise<{ table: string; missing: string }[]> {
  const { rows } = await client.query<{ table: string; missing: string }>(
    `
    with tables as (
      select c.oid, n.nspname || '.' || c.relname as name, c.relkind, c.relispartition,
        c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
        array(select distinct p.polcmd::text from pg_policy p where p.polrelid = c.oid) as commands,
        (select count(*) from aclexplode(c.relacl) a
          where a.grantee = 0 or a.grantee = (select oid from pg_roles where rolname = 'freshplan_app'))
          as grants
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm')
        and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
    ), faults as (
      select name, case
        when relkind = 'm' and grants > 0 then 'materialized view in reach of the runtime role'
        when relkind = 'v' and not coalesce('security_invoker=true' = any(reloptions), false)
          then 'security_invoker'
        when relkind in ('v', 'm') then null
        when relispartition and grants > 0 then 'partition in direct reach of the runtime role'
        when relispartition then null
        when not relrowsecurity then 'ENABLE'
        when not relforcerowsecurity then 'FORCE'
        when not (commands @> array['*'] or commands @> array['r', 'a', 'w', 'd']) and grants > 0
          then 'policies for ' || (select string_agg(c, ', ') from unnest(array['r', 'a', 'w', 'd']) c
            where c <> all(commands))
        end as missing
      from tables
    )
    select name as "table", missing from faults
    where missing is not null and name <> all($1::text[]) order by 1`,
    [exempt],
  );
  return rows;
}
