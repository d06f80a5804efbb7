import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import {
  callerOf,
  leadInput,
  registerPeople,
  startProcess,
  type SystemProcess,
} from '../chaos/process.ts';
import { freePort } from '../stories/system.ts';

/** A server of the operator's, older than the embedded one: Debian's, where it is installed. */
const initdb = globSync('/usr/lib/postgresql/*/bin/initdb').toSorted().at(-1);
const USER = 'postgres';
/** May create roles and databases, and nothing else. */
const OPERATOR = 'operator';
const START_TIMEOUT_MS = 120_000;

describe.skipIf(initdb === undefined)("on the system's own PostgreSQL", () => {
  let directory: string;
  let port: number;
  let server: ChildProcess;
  const systems: SystemProcess[] = [];
  const urlOf = (role: string): string => `postgresql://${role}@127.0.0.1:${port}/postgres`;

  beforeAll(async () => {
    const binaries = dirname(initdb ?? '');
    directory = await mkdtemp(join(tmpdir(), 'freshplan-own-'));
    const asUser = process.getuid?.() === 0 ? idsOf(USER) : undefined;
    if (asUser !== undefined) await chown(directory, asUser.uid, asUser.gid);
    await chmod(directory, 0o755);
    port = await freePort();
    const data = join(directory, 'data');
    const options = {
      ...asUser,
      cwd: directory,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
    };
    const flags = ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-sync'];
    execFileSync(join(binaries, 'initdb'), flags, { ...options, stdio: 'ignore' });
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
    };
    server = spawn(
      join(binaries, 'postgres'),
      [
        '-D',
        data,
        ...Object.entries(settings).flatMap(([name, text]) => ['-c', `${name}=${text}`]),
      ],
      { ...options, stdio: 'ignore' },
    );
    await eventually(
      async () => expect(await readFile(join(data, 'postmaster.pid'), 'utf8')).toMatch(/ready\s*$/),
      { timeoutMs: 60_000, intervalMs: 100 },
    );
    const superuser = new pg.Client({ connectionString: urlOf(USER) });
    await superuser.connect();
    await superuser.query(`create role ${OPERATOR} login createdb createrole`);
    await superuser.end();
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    for (const system of systems) await system.end('SIGKILL');
    const gone = new Promise((resolve) => server.once('close', resolve));
    server.kill('SIGINT');
    await gone;
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  it('the connection string of a role that may create roles is enough: roles and schemas are made, the widget moves', async () => {
    const publicPort = await freePort();
    const environment = {
      PORT: String(publicPort),
      DATA_DIR: join(directory, 'files'),
      LOG_LEVEL: 'warn',
      DATABASE_URL: urlOf(OPERATOR),
    };
    const caller = callerOf(publicPort, environment.DATA_DIR);
    const start = async (): Promise<SystemProcess> => {
      const system = startProcess({ args: ['--no-demo'], environment });
      systems.push(system);
      await system.ready;
      return system;
    };
    const total = async (login: string): Promise<number | undefined> => {
      const { data } = await caller.ask<{ leadWidget: { leadStats: { total: number } } }>(
        login,
        '{ leadWidget { leadStats { total } } }',
      );
      return data?.leadWidget.leadStats.total;
    };

    const first = await start();
    expect(first.output.stdout).toMatch(new RegExp(`PostgreSQL .+ 127.0.0.1:${port}`));
    await registerPeople(caller);
    expect(await total('manager-de')).toBe(0);
    const { data } = await caller.ask<{ leadRegister: { lead: { id: string } | null } }>(
      'sales-de',
      'mutation R($input: LeadRegisterInput!) { leadRegister(input: $input) { lead { id } } }',
      { input: leadInput() },
    );
    const id = data?.leadRegister.lead?.id;
    expect(id).toBeTruthy();
    await eventually(async () => expect(await total('manager-de')).toBe(1), { timeoutMs: 10_000 });
    expect(await total('sales-at')).toBe(0);
    expect((await first.end('SIGTERM')).code).toBe(0);
    expect(first.output.stderr).not.toMatch(/"level":(50|60)/);

    await start();
    expect(await total('sales-de')).toBe(1);
    const foreign = await caller.ask<{ lead: unknown }>(
      'sales-de-2',
      'query L($id: ID!) { lead(id: $id) { id } }',
      { id },
    );
    expect(foreign.data?.lead ?? null).toBeNull();
    expect(existsSync(join(environment.DATA_DIR, 'postgres'))).toBe(false);
  }, 180_000);
});

function idsOf(user: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, user]).toString());
  return { uid: id('-u'), gid: id('-g') };
}
