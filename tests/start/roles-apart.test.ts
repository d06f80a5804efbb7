import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bootstrapDatabase } from '#kernel/database';
import { programEnvironment } from '#kernel/testing';
import { startProcess, type SystemProcess } from '../chaos/process.ts';
import { ownBinaries, startOwnServer, type OwnServer } from '../drill/server.ts';
import { freePort } from '../stories/system.ts';

/**
 * The arrangement of `ops/deploy/compose.yaml` as processes: its roles, its order, its commands and the
 * names and values of its environment. Only addresses and folders are those of this machine. Two
 * contexts stand for all: that each is given the same is told in `tests/deploy.test.ts`, that all of
 * them and the gateway work on these roles by the stories of many processes.
 */

const DEPLOY = join(import.meta.dirname, '../../ops/deploy');
const START_TIMEOUT_MS = 120_000;

interface Service {
  command: string[];
  environment: Record<string, string>;
}

const read = (file: string): string => readFileSync(join(DEPLOY, file), 'utf8');
const { services } = parse(read('compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
};
const NAMES = ['admin', 'leads'];

/** What whoever deploys writes into `.env`. */
const VALUES: Readonly<Record<string, string>> = Object.fromEntries(
  [...read('env.example').matchAll(/^([A-Z_]+)=$/gm)].map(([, name = '']) => {
    if (/^(PUBLIC_URL|OIDC_ISSUER)$/.test(name)) return [name, 'https://host.example'];
    if (name === 'MAIL_WEBHOOK_SECRET') return [name, ''];
    const form = name.startsWith('POSTGRES_') ? 'hex' : 'base64';
    return [name, randomBytes(32).toString(form)];
  }),
);

const filled = (text: string): string =>
  text.replace(/\$\{([A-Z_]+)(?::\?|:-)\}/g, (_, name: string) => VALUES[name] ?? '');

/** What the image sets, before anything a service says. */
const OF_IMAGE: Readonly<Record<string, string>> = Object.fromEntries(
  [...(/^ENV (.+)$/m.exec(read('Containerfile'))?.[1] ?? '').matchAll(/([A-Z_]+)=(\S+)/g)].map(
    ([, name = '', value = '']) => [name, value],
  ),
);

/** Of the server: `-c` and what follows it. */
const SETTINGS = (services['postgres']?.command ?? []).filter((word) => word.includes('='));

describe.skipIf(ownBinaries === undefined)('with migrations apart from what serves', () => {
  let server: OwnServer;
  const ports = new Map<string, number>();
  const running: SystemProcess[] = [];

  const launch = (name: string): SystemProcess => {
    const { command, environment } = services[name] as Service;
    const here = (text: string): string =>
      filled(text)
        .replace('postgres:5432', `127.0.0.1:${server.port}`)
        .replace(/^\/(data|keep|erasures)/, join(server.directory, 'files', '$1'));
    const given = Object.entries({ ...OF_IMAGE, ...environment });
    const launched = startProcess({
      args: command,
      environment: {
        ...Object.fromEntries(given.map(([setting, value]) => [setting, here(value)])),
        HOST: '127.0.0.1',
        MANAGEMENT_PORT: '0',
        PORT: String(ports.get(name) ?? 0),
      },
    });
    running.push(launched);
    return launched;
  };

  const makeRoles = (): Promise<unknown> =>
    promisify(execFile)('sh', [join(DEPLOY, 'postgres-roles.sh')], {
      env: {
        ...programEnvironment(),
        ...Object.fromEntries(
          Object.entries(services['postgres']?.environment ?? {}).map(([name, value]) => [
            name,
            filled(value),
          ]),
        ),
        PGHOST: '127.0.0.1',
        PGPORT: String(server.port),
      },
    });

  const rolesAsTheyAre = (): Promise<object[]> =>
    server.admin(
      `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin,
         array(select unnest(rolconfig) order by 1) as settings,
         (select array(select unnest(datacl)::text order by 1) from pg_database
          where datname = 'freshplan') as rights,
         (select datdba::regrole::text from pg_database where datname = 'freshplan') as owner
       from pg_roles where rolname like 'freshplan%' order by rolname`,
    );

  beforeAll(async () => {
    server = await startOwnServer({ roles: false, settings: SETTINGS });
    for (const name of NAMES) ports.set(name, await freePort());
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await Promise.all(running.map((each) => each.end('SIGKILL')));
    await server.stop();
  }, 60_000);

  it('the script makes the roles that the system would make itself, any number of times', async () => {
    await makeRoles();
    await makeRoles();
    const made = await rolesAsTheyAre();
    expect(made).toHaveLength(4);
    const password = 'another';
    await bootstrapDatabase({
      adminUrl: server.urlOf('postgres'),
      database: 'freshplan',
      passwords: { owner: password, app: password, keys: password, jobs: password },
    });
    expect(await rolesAsTheyAre()).toEqual(made);
    await makeRoles();
    // From here on a password counts.
    await writeFile(
      join(server.directory, 'data/pg_hba.conf'),
      'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
    );
    await server.admin('select pg_reload_conf()');
  });

  it('who comes before the migrations does not start, and says what is missing', async () => {
    const early = launch('leads');
    expect((await early.exited).code).toBe(1);
    expect(early.output.stderr).toMatch(/^Migrations are missing \(\d+\).+run npm run migrate/m);
  }, 60_000);

  it('migrations end, then contexts serve, and none of them is the owner', async () => {
    const migration = launch('migrate');
    expect([(await migration.exited).code, migration.output.stderr]).toEqual([0, '']);
    expect(migration.output.stdout).toMatch(/^applied /m);

    const serving = NAMES.map(launch);
    await Promise.all(serving.map(({ ready }) => ready));
    const sessions = await server.admin<{ usename: string }>(
      `select distinct usename from pg_stat_activity
       where datname = 'freshplan' and pid <> pg_backend_pid()`,
    );
    const roles = sessions.map(({ usename }) => usename);
    expect(roles).toContain('freshplan_app');
    // Those of the key store and the job table come and go.
    const runtime = ['freshplan_app', 'freshplan_keys', 'freshplan_jobs'];
    expect(roles.filter((role) => !runtime.includes(role))).toEqual([]);
    const errors = serving
      .map(({ output }) => output.stderr)
      .filter((text) => /"level":(50|60)/.test(text));
    expect(errors).toEqual([]);
  }, 180_000);
});
