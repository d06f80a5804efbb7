import type { SchemaMigrations } from '#kernel/database';

const EVENT_TABLES = new URL('./migrations/', import.meta.url);
const KEY_TABLES = new URL('./key-migrations/', import.meta.url);

/** The keys of personal data, in a schema that ordinary dumps leave out. */
export const keySchema: SchemaMigrations = {
  schema: 'keys',
  sources: [{ name: 'keys', directory: KEY_TABLES }],
};

/**
 * Schema of one module: the event tables, then the module's own files.
 *
 * @param directory the module's `migrations/` folder, if it has any, as a URL that ends with a slash
 */
export function moduleSchema(module: {
  name: string;
  migrations?: URL | undefined;
}): SchemaMigrations {
  return {
    schema: module.name,
    sources: [
      { name: 'events', directory: EVENT_TABLES },
      ...(module.migrations === undefined
        ? []
        : [{ name: 'module', directory: module.migrations }]),
    ],
  };
}
