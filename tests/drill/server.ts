import { execFile, execFileSync, spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import { freePort } from '../stories/system.ts';

/** Debian's server with its tools, the newest that is installed; the embedded one has no `pg_dump`. */
const dump = globSync('/usr/lib/postgresql/*/bin/pg_dump').toSorted().at(-1);
export const ownBinaries = dump === undefined ? undefined : dirname(dump);

const SUPERUSER = 'postgres';
/** May create roles and databases, and nothing else. */
const OPERATOR = 'operator';
const START_TIMEOUT_MS = 60_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** A server of the operator's: older than the embedded one, with its own tools. */
export interface OwnServer {
  readonly port: number;
  /** Belongs to the user the server runs as. */
  readonly directory: string;
  urlOf(role: 'postgres' | 'operator', database?: string): string;
  /** One of its programs, as superuser. @throws Error with what it printed */
  run(program: string, parameters: readonly string[]): Promise<void>;
  /** As superuser in the system's database. */
  admin<Row = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/**
 * A cluster of its own in a folder of its own; `roles` makes the one that operates the system,
 * `settings` are `name=value` of the server.
 */
export async function startOwnServer({
  roles,
  settings: given = [],
}: {
  roles: boolean;
  settings?: readonly string[];
}): Promise<OwnServer> {
  if (ownBinaries === undefined) throw new Error('PostgreSQL is not under /usr/lib/postgresql');
  const binaries = ownBinaries;
  const directory = await mkdtemp(join(tmpdir(), 'freshplan-own-'));
  const ids = process.getuid?.() === 0 ? idsOf(SUPERUSER) : undefined;
  if (ids !== undefined) await chown(directory, ids.uid, ids.gid);
  await chmod(directory, 0o755);
  const port = await freePort();
  const data = join(directory, 'data');
  const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };
  const options = { ...ids, cwd: directory, env: environment };
  const flags = ['-D', data, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  execFileSync(join(binaries, 'initdb'), flags, { ...options, stdio: 'ignore' });
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
  const parameters = [
    '-D',
    data,
    ...[...settings, ...given, 'fsync=off'].flatMap((each) => ['-c', each]),
  ];
  const server = spawn(join(binaries, 'postgres'), parameters, { ...options, stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => server.once('close', () => resolve()));
  await eventually(
    async () => {
      const file = await readFile(join(data, 'postmaster.pid'), 'utf8');
      if (!/ready\s*$/.test(file)) throw new Error('PostgreSQL does not answer yet');
    },
    { timeoutMs: START_TIMEOUT_MS, intervalMs: 100 },
  );
  const urlOf = (role: string, database = 'postgres'): string =>
    `postgresql://${role}@127.0.0.1:${port}/${database}`;
  const query = (url: string, sql: string, values: unknown[] = []) => once(url, sql, values);
  if (roles) await query(urlOf(SUPERUSER), `create role ${OPERATOR} login createdb createrole`);
  return {
    port,
    directory,
    urlOf,
    async run(program, given) {
      const place = ['-h', '127.0.0.1', '-p', String(port), '-U', SUPERUSER];
      const limits = { env: environment, maxBuffer: OUTPUT_BYTES_MAX };
      await promisify(execFile)(join(binaries, program), [...place, ...given], limits);
    },
    admin: <Row = Record<string, unknown>>(sql: string, values?: unknown[]) =>
      query(urlOf(SUPERUSER, 'freshplan'), sql, values) as Promise<Row[]>,
    async stop() {
      server.kill('SIGINT');
      await gone;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function once(url: string, sql: string, values: unknown[]): Promise<object[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

function idsOf(user: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, user]).toString());
  return { uid: id('-u'), gid: id('-g') };
}
