/**
 * Who may do what in the database, read from its catalog and held against the few sentences below.
 * Row-level security narrows what a right lets through; it does not hold against truncating, owning
 * or a function that runs as somebody else, which is why those rights must not be there at all.
 */
import type pg from 'pg';

/** A right in the database that none of the rules allows. */
export interface ExcessGrant {
  /** `schema x`, `table x.y`, `column x.y.z`, `sequence x.y`, `function x.y`, `database x`. */
  readonly object: string;
  readonly grantee: string;
  /** A privilege in capitals, or `OWNER`. */
  readonly right: string;
}

interface Grant extends ExcessGrant {
  readonly kind: 'database' | 'schema' | 'table' | 'column' | 'sequence' | 'function';
  readonly schema: string;
  readonly owner: string;
  readonly isGrantable: boolean;
  /** Came with an extension, whose installation a superuser decided. */
  readonly isOfExtension: boolean;
}

interface Rule {
  readonly says: string;
  allows(grant: Grant): boolean;
}

const ROWS = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
const USES: Readonly<Record<Grant['kind'], ReadonlySet<string>>> = {
  database: new Set(['CONNECT']),
  schema: new Set(['USAGE']),
  table: ROWS,
  column: ROWS,
  sequence: new Set(['USAGE', 'SELECT']),
  function: new Set(['EXECUTE']),
};
const JOBS_SCHEMA = 'graphile_worker';
const RUNTIME_ROLES = ['freshplan_app', 'freshplan_keys', 'freshplan_jobs'];

const isUse = ({ kind, right }: Grant): boolean => USES[kind].has(right);

const RULES: readonly Rule[] = [
  {
    says: 'freshplan_owner owns the database and every schema but the jobs’, and what is in them',
    allows: ({ grantee, schema }) => grantee === 'freshplan_owner' && schema !== JOBS_SCHEMA,
  },
  {
    says: 'freshplan_jobs owns the schema of the job table, and may create one where there is none',
    allows: ({ grantee, schema, kind, right }) =>
      grantee === 'freshplan_jobs' &&
      (schema === JOBS_SCHEMA || (kind === 'database' && right === 'CREATE')),
  },
  {
    says: 'freshplan_app reads and writes rows, draws numbers and calls functions; nothing of the jobs’',
    allows: (grant) =>
      grant.grantee === 'freshplan_app' && grant.schema !== JOBS_SCHEMA && isUse(grant),
  },
  {
    says: 'freshplan_keys reads and writes rows where the keys are, and nowhere else',
    allows: (grant) =>
      grant.grantee === 'freshplan_keys' && grant.schema === 'keys' && isUse(grant),
  },
  {
    says: 'the roles that run something connect',
    allows: (grant) =>
      grant.kind === 'database' && RUNTIME_ROLES.includes(grant.grantee) && isUse(grant),
  },
  {
    says: 'everybody calls functions of extensions, for which he may look into schema public',
    allows: ({ grantee, schema, right, isOfExtension }) =>
      grantee === 'PUBLIC' && schema === 'public' && (right === 'USAGE' || isOfExtension),
  },
  {
    says: 'functions of the jobs are out of reach of everybody else, who may not enter their schema',
    allows: ({ grantee, schema, kind }) =>
      grantee === 'PUBLIC' && schema === JOBS_SCHEMA && kind === 'function',
  },
  {
    says: 'the database, schema public and extensions may belong to whoever administers the server',
    allows: ({ grantee, owner, schema, kind, isOfExtension }) =>
      grantee === owner &&
      !RUNTIME_ROLES.includes(grantee) &&
      (kind === 'database' || (schema === 'public' && (kind === 'schema' || isOfExtension))),
  },
];

/** Every right that goes beyond the rules of this file, on every object of this database. */
export async function excessGrants(client: Pick<pg.ClientBase, 'query'>): Promise<ExcessGrant[]> {
  const { rows } = await client.query<Grant>(GRANTS);
  return rows
    .filter((grant) => !RULES.some(({ allows }) => allows(grant) && isKept(grant)))
    .map(({ object, grantee, right }) => ({ object, grantee, right }));
}

/** Nobody hands on a right he was given. */
const isKept = ({ isGrantable, grantee, owner }: Grant): boolean =>
  !isGrantable || grantee === owner;

/** Foreign keys of which no index begins with their columns: each change of what they refer to reads the whole table. */
export async function uncoveredForeignKeys(
  client: Pick<pg.ClientBase, 'query'>,
): Promise<{ table: string; constraint: string }[]> {
  const { rows } = await client.query<{ table: string; constraint: string }>(`
    select k.conrelid::regclass::text as "table", k.conname as "constraint"
    from pg_constraint k
    where k.contype = 'f' and not exists (
      select from pg_index i
      where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
        and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
    order by 1, 2`);
  return rows;
}

/** Functions that act with their owner's rights and look names up wherever their caller says. */
export async function unfixedDefiners(client: Pick<pg.ClientBase, 'query'>): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select p.oid::regprocedure::text as name from pg_proc p
    where p.prosecdef and not exists (
      select from unnest(p.proconfig) setting where setting like 'search\\_path=%pg\\_temp')
    order by 1`);
  return rows.map(({ name }) => name);
}

const GRANTS = `
with objects as (
  select 'database' as kind, '' as schema, datname::text as name, datdba as owner,
    coalesce(datacl, acldefault('d', datdba)) as acl, false as extension
  from pg_database where datname = current_database()
  union all
  select 'schema', nspname, nspname, nspowner, coalesce(nspacl, acldefault('n', nspowner)), false
  from pg_namespace
  union all
  select case c.relkind when 'S' then 'sequence' else 'table' end, n.nspname,
    n.nspname || '.' || c.relname, c.relowner,
    coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)),
    exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union all
  select 'column', n.nspname, n.nspname || '.' || c.relname || '.' || a.attname, c.relowner, a.attacl, false
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where a.attacl is not null
  union all
  select 'function', n.nspname, p.oid::regprocedure::text, p.proowner,
    coalesce(p.proacl, acldefault('f', p.proowner)),
    exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e')
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
), rights as (
  select o.*, a.grantee, a.privilege_type as "right", a.is_grantable
  from objects o cross join lateral aclexplode(o.acl) a
  union all
  select o.*, o.owner, 'OWNER', false from objects o
)
select distinct kind, schema, kind || ' ' || name as object, owner::regrole::text as owner, "right",
  case grantee when 0 then 'PUBLIC' else grantee::regrole::text end as grantee,
  is_grantable as "isGrantable", extension as "isOfExtension"
from rights
where schema not like 'pg\\_%' and schema <> 'information_schema'
order by object, grantee, "right"`;
