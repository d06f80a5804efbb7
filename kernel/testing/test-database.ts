import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import {
  bootstrapDatabase,
  createDatabase,
  migrate,
  migrationsChecksum,
  roleUrls,
  type Bootstrapped,
  type Database,
  type DatabaseOptions,
} from '#kernel/database';
import {
  bindEvents,
  createKeyring,
  keySchema,
  moduleSchema,
  type Keyring,
  type Projection,
} from '#kernel/events';

/** As much of a module as its database needs. */
export interface TestModule {
  readonly name: string;
  /** Its `migrations/` folder, with a slash at the end. */
  readonly migrations?: URL | undefined;
  readonly tables?: readonly NonNullable<DatabaseOptions['tables']>[number][] | undefined;
  readonly projections?: readonly Projection[] | undefined;
}

export interface TestDatabaseOptions {
  readonly modules: readonly TestModule[];
  readonly poolSizeMax?: number;
  /** Superuser's connection string of another server than the one of the run. */
  readonly serverUrl?: string;
}

export interface TestDatabase extends Bootstrapped {
  /** As the runtime role, row-level security on. Inline projections and keys are bound. */
  readonly database: Database;
  readonly keyring: Keyring;
  /** Superuser on this very database, for looking behind row-level security. */
  readonly adminUrl: string;
  /** One statement as superuser. */
  admin<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** Closes everything and drops the database. */
  close(): Promise<void>;
}

const PASSWORDS = { owner: 'test-owner', app: 'test-app', keys: 'test-keys', jobs: 'test-jobs' };
const TEMPLATE_LOCK = 7_204_003;

/**
 * A fresh, fully migrated database, cloned from a template that is built once per set of migrations.
 * Call it in `beforeAll`, `close` it in `afterAll`.
 */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const serverUrl = options.serverUrl ?? inject('postgresAdminUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const template = await templateOf(serverUrl, options.modules);
  await asAdmin(serverUrl, async (client) => {
    await client.query(`create database ${name} template ${template} owner freshplan_owner`);
    // Rights on the database itself are not part of its template.
    await client.query(`revoke all on database ${name} from public`);
    await client.query(`grant connect on database ${name} to freshplan_app, freshplan_keys`);
    await client.query(`grant connect, create on database ${name} to freshplan_jobs`);
  });
  const urls = roleUrls({ adminUrl: serverUrl, database: name, passwords: PASSWORDS });
  const adminUrl = onDatabase(serverUrl, name);
  const database = await createDatabase({
    url: urls.appUrl,
    tables: options.modules.flatMap((module) => [...(module.tables ?? [])]),
    poolSizeMax: options.poolSizeMax ?? 8,
  });
  const keyring = await createKeyring({
    url: urls.keysUrl,
    keyEncryptionKeys: [{ id: 'test', key: Buffer.alloc(32, 7) }],
  });
  bindEvents(database, {
    inline: inlineProjections(options.modules),
    keyring,
    onAppended: () => {},
  });
  const look = new pg.Pool({ connectionString: adminUrl, max: 2 });
  look.on('error', () => {});
  return {
    ...urls,
    database,
    keyring,
    adminUrl,
    admin: async <Row>(sql: string, parameters: unknown[] = []) =>
      (await look.query(sql, parameters)).rows as Row[],
    close: async () => {
      await Promise.all([database.close(), keyring.close(), look.end()]);
      await asAdmin(serverUrl, (client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

function inlineProjections(modules: readonly TestModule[]): Map<string, Projection[]> {
  return new Map(
    modules.map(({ name, projections = [] }) => [
      name,
      projections.filter((projection) => projection.inline === true),
    ]),
  );
}

/** Builds the template under a lock, under a name that stands for its content. */
async function templateOf(serverUrl: string, modules: readonly TestModule[]): Promise<string> {
  const schemas = [keySchema, ...modules.map(moduleSchema)];
  const template = `template_${(await migrationsChecksum(schemas)).slice(0, 20)}`;
  return asAdmin(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const found = await client.query('select from pg_database where datname = $1', [template]);
    if (found.rowCount !== 0) return template;
    const building = `${template}_new`;
    await client.query(`drop database if exists ${building} with (force)`);
    const { ownerUrl } = await bootstrapDatabase({
      adminUrl: serverUrl,
      database: building,
      passwords: PASSWORDS,
    });
    await migrate(ownerUrl, schemas);
    await client.query(`alter database ${building} rename to ${template}`);
    return template;
  });
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function onDatabase(url: string, database: string): string {
  const target = new URL(url);
  target.pathname = `/${database}`;
  return target.href;
}
