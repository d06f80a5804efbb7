import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import pg from 'pg';
import { DatabaseError, toDatabaseError } from './errors.ts';

/** A folder of numbered SQL files, run in order of their names into one schema. */
export interface MigrationSource {
  /** Distinguishes sources that share a schema, such as `events` and the module's own. */
  readonly name: string;
  readonly directory: URL;
}

export interface SchemaMigrations {
  /** Name of the Postgres schema; `:schema` in the files stands for it. */
  readonly schema: string;
  readonly sources: readonly MigrationSource[];
  /** Statements of the owner that write down what the code declares; run after the files, each time. */
  readonly declarations?: readonly OwnerStatement[];
}

export interface OwnerStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface MigrationFile {
  readonly schema: string;
  readonly source: string;
  readonly file: string;
  readonly sql: string;
  readonly checksum: string;
}

const KERNEL: SchemaMigrations = {
  schema: 'kernel',
  sources: [{ name: 'kernel', directory: new URL('./migrations/', import.meta.url) }],
};

const FILE_NAME = /^\d{4}-[a-z0-9-]+\.sql$/;
const LOCK = 7_204_002;

/**
 * Brings every schema forward; a second call has nothing to do. Each file is one transaction.
 *
 * @returns names of the files applied
 * @throws Error when an applied file was edited or removed afterwards; DatabaseError with file name
 *   when a file fails
 */
export async function migrate(
  ownerUrl: string,
  schemas: readonly SchemaMigrations[],
): Promise<string[]> {
  const files = await readMigrations(schemas);
  return connectedTo(ownerUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await createLedger(client);
    const pending = unapplied(files, await appliedFiles(client));
    const schemasReady = new Set<string>();
    for (const file of pending) {
      if (!schemasReady.has(file.schema)) await createSchema(client, file.schema);
      schemasReady.add(file.schema);
      await apply(client, file);
    }
    for (const { text, values } of declarationsOf(schemas)) await client.query(text, [...values]);
    return pending.map(nameOf);
  });
}

/** Names of the files `migrate` would apply, for owner or runtime role. Changes nothing. @throws as `migrate` does */
export async function pendingMigrations(
  url: string,
  schemas: readonly SchemaMigrations[],
): Promise<string[]> {
  const files = await readMigrations(schemas);
  return connectedTo(url, async (client) => {
    const { rows } = await client.query<{ known: boolean }>(
      "select to_regclass('kernel.migration') is not null as known",
    );
    if (rows[0]?.known !== true) return files.map(nameOf);
    return unapplied(files, await appliedFiles(client)).map(nameOf);
  });
}

async function connectedTo<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw toDatabaseError(error);
  } finally {
    await client.end().catch(() => {});
  }
}

/** One hash over everything that would be run, in order: the identity of a migrated database. */
export async function migrationsChecksum(schemas: readonly SchemaMigrations[]): Promise<string> {
  const files = await readMigrations(schemas);
  const declared = declarationsOf(schemas).map((each) => JSON.stringify(each));
  const lines = files.map((file) => `${nameOf(file)} ${file.checksum}`);
  return sha256([...lines, ...declared].join('\n'));
}

function declarationsOf(schemas: readonly SchemaMigrations[]): OwnerStatement[] {
  return schemas.flatMap(({ declarations = [] }) => declarations);
}

async function readMigrations(schemas: readonly SchemaMigrations[]): Promise<MigrationFile[]> {
  const files: MigrationFile[] = [];
  for (const { schema, sources } of [KERNEL, ...schemas]) {
    if (!/^[a-z][a-z0-9_]{0,40}$/.test(schema))
      throw new TypeError(`"${schema}" is no schema name`);
    for (const { name, directory } of sources) {
      const names = (await readdir(directory)).filter((file) => file.endsWith('.sql')).toSorted();
      for (const file of names) {
        if (!FILE_NAME.test(file))
          throw new Error(`${file} is not named like 0001-what-it-does.sql`);
        const text = await readFile(new URL(file, directory), 'utf8');
        const sql = text.replace(/(?<!:):schema\b/g, schema);
        files.push({ schema, source: name, file, sql, checksum: sha256(sql) });
      }
    }
  }
  return files;
}

function unapplied(
  files: readonly MigrationFile[],
  applied: ReadonlyMap<string, string>,
): MigrationFile[] {
  const present = new Map(files.map((file) => [nameOf(file), file]));
  const sources = new Set(files.map((file) => `${file.schema}/${file.source}/`));
  for (const [name, checksum] of applied) {
    const file = present.get(name);
    if (file !== undefined && file.checksum !== checksum) {
      throw new Error(`Migration ${name} was edited after it ran; write a new one instead`);
    }
    const sourceKnown = [...sources].some((source) => name.startsWith(source));
    if (file === undefined && sourceKnown) {
      throw new Error(`Migration ${name} ran here but its file is gone; put it back`);
    }
  }
  return files.filter((file) => !applied.has(nameOf(file)));
}

async function apply(client: pg.Client, file: MigrationFile): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(file.sql);
    await client.query(
      'insert into kernel.migration (schema, source, file, checksum) values ($1, $2, $3, $4)',
      [file.schema, file.source, file.file, file.checksum],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    const cause = toDatabaseError(error);
    if (!(cause instanceof DatabaseError)) throw cause;
    const { code, sqlState, constraint } = cause;
    // Authors of migrations need the server's own words; no row of a person is at stake here.
    const said = error instanceof Error ? error.message : cause.message;
    throw new DatabaseError(code, `Migration ${nameOf(file)}: ${said}`, { sqlState, constraint });
  }
}

async function createLedger(client: pg.Client): Promise<void> {
  await createSchema(client, 'kernel');
  await client.query(`
    create table if not exists kernel.migration (
      schema text, source text, file text, checksum text not null,
      applied_at timestamptz not null default clock_timestamp(),
      primary key (schema, source, file)
    );
    revoke all on kernel.migration from freshplan_app;
    grant select on kernel.migration to freshplan_app;
    alter table kernel.migration enable row level security;
    alter table kernel.migration force row level security;
    drop policy if exists ledger on kernel.migration;
    create policy ledger on kernel.migration to freshplan_owner using (true) with check (true);
    drop policy if exists ledger_read on kernel.migration;
    create policy ledger_read on kernel.migration for select to freshplan_app using (true)`);
}

/** The runtime role may use what the owner creates here; what a table allows is up to its policies. */
async function createSchema(client: pg.Client, schema: string): Promise<void> {
  const found = await client.query('select from pg_namespace where nspname = $1', [schema]);
  if (found.rowCount !== 0) return;
  await client.query(`
    create schema ${schema};
    grant usage on schema ${schema} to freshplan_app;
    alter default privileges in schema ${schema}
      grant select, insert, update, delete on tables to freshplan_app;
    alter default privileges in schema ${schema} grant usage, select on sequences to freshplan_app;
    alter default privileges revoke execute on functions from public;
    alter default privileges in schema ${schema} grant execute on functions to freshplan_app`);
}

async function appliedFiles(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    `select schema || '/' || source || '/' || file as name, checksum from kernel.migration`,
  );
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

function nameOf(file: Pick<MigrationFile, 'schema' | 'source' | 'file'>): string {
  return `${file.schema}/${file.source}/${file.file}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
