import type { SchemaMigrations } from '#kernel/database';
import type { Projection } from './projection.ts';

const EVENT_TABLES = new URL('./migrations/', import.meta.url);
const KEY_TABLES = new URL('./key-migrations/', import.meta.url);

/** The keys of personal data, in a schema that ordinary dumps leave out. */
export const keySchema: SchemaMigrations = {
  schema: 'keys',
  sources: [{ name: 'keys', directory: KEY_TABLES }],
};

/**
 * Schema of one module: the event tables, then the module's own files, then which tables its
 * projections alone write.
 *
 * @param directory the module's `migrations/` folder, if it has any, as a URL that ends with a slash
 */
export function moduleSchema(module: {
  name: string;
  migrations?: URL | undefined;
  projections?: readonly Projection[] | undefined;
}): SchemaMigrations {
  return {
    schema: module.name,
    sources: [
      { name: 'events', directory: EVENT_TABLES },
      ...(module.migrations === undefined
        ? []
        : [{ name: 'module', directory: module.migrations }]),
    ],
    declarations: [declareTables(module.name, module.projections ?? [])],
  };
}

function declareTables(schema: string, projections: readonly Projection[]) {
  const pairs = projections.flatMap(({ name, tables }) =>
    tables.map((table) => [name, table.slice(table.indexOf('.') + 1)]),
  );
  return {
    text: `with declared as (select * from unnest($1::text[], $2::text[]) as d (projection, name)),
      gone as (delete from ${schema}.projection_table t where not exists (
        select from declared d where d.projection = t.projection and d.name = t.name))
      insert into ${schema}.projection_table (projection, name) select projection, name from declared
      on conflict do nothing`,
    values: [pairs.map(([name]) => name), pairs.map(([, table]) => table)],
  };
}
