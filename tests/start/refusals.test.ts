import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { startProcess } from '../chaos/process.ts';
import { databaseEnvironment, freePort, runtimeRoles } from '../stories/system.ts';

/** What a person reads who cannot start it: what is wrong, and what to do about it. */

const DATA_DIR = `.data/refused-${process.pid}`;
const TIMEOUT_MS = 90_000;

let db: TestDatabase;
let taken: Server;
let takenPort: number;

beforeAll(async () => {
  db = await createTestDatabase({ modules: createSubgraphs({}) });
  takenPort = await freePort();
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(takenPort, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => taken.close(resolve));
  await db.close();
  await rm(DATA_DIR, { recursive: true, force: true });
});

/** Starts what cannot start. Answers the lines it prints as its last words. */
async function refusal(environment: Record<string, string>, args: string[] = ['--no-demo']) {
  const { exited, output } = startProcess({
    args,
    environment: { DATA_DIR, LOG_LEVEL: 'fatal', ...environment },
  });
  const { code } = await exited;
  expect(code).toBe(1);
  expect(output.stdout + output.stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  return output.stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('oidc-provider WARNING'));
}

const ownDatabase = (): Record<string, string> => ({
  ...databaseEnvironment(db),
});

it(
  'a taken port is named, with another one to choose',
  async () => {
    const said = await refusal({ ...ownDatabase(), PORT: String(takenPort) });
    expect(said).toEqual([
      `Port ${takenPort} is taken. Stop the other program, or choose one with PORT=4001.`,
    ]);
  },
  TIMEOUT_MS,
);

it(
  'a server that cannot be reached is named without its password',
  async () => {
    const nobody = await freePort();
    const said = await refusal({
      DATABASE_URL: `postgresql://postgres:geheim@127.0.0.1:${nobody}/postgres`,
    });
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(`^The database at 127.0.0.1:${nobody} cannot be used .+Check DATABASE_URL`),
      ),
    ]);
    expect(said.join()).not.toContain('geheim');
  },
  TIMEOUT_MS,
);

it(
  'so is one whose roles the operator made',
  async () => {
    const nobody = await freePort();
    const elsewhere = Object.fromEntries(
      Object.entries(ownDatabase()).map(([key, text]) => {
        const target = new URL(text);
        target.port = String(nobody);
        return [key, target.href];
      }),
    );
    const said = await refusal(elsewhere);
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(
          `^The database at 127.0.0.1:${nobody} cannot be used .+Check DATABASE_OWNER_URL`,
        ),
      ),
    ]);
  },
  TIMEOUT_MS,
);

it(
  'a database that is behind, for a process that may not migrate it',
  async () => {
    const last = `from kernel.migration where (schema, source, file) =
      (select schema, source, file from kernel.migration order by schema, source, file limit 1)`;
    await db.admin(`create table public.taken as select * ${last}; delete ${last}`);
    const said = await refusal(runtimeRoles(db));
    await db.admin(
      'insert into kernel.migration select * from public.taken; drop table public.taken',
    );
    expect(said).toEqual([
      'Migrations are missing (1), and this process may not apply them: run npm run migrate with DATABASE_OWNER_URL first.',
    ]);
  },
  TIMEOUT_MS,
);

it(
  'a wrong password is told from a server that is away',
  async () => {
    const wrong = new URL(db.adminUrl);
    wrong.password = 'falsch';
    const said = await refusal({ DATABASE_URL: wrong.href });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/password authentication failed.+Check DATABASE_URL/);
    expect(said[0]).not.toContain('falsch');
  },
  TIMEOUT_MS,
);

it(
  'every fault of the environment stands on a line of its own',
  async () => {
    const said = await refusal({ PORT: '99999', DATABASE_POOL_SIZE_MAX: 'viele', MAIL_FROM: 'x' });
    expect(said[0]).toBe('The environment cannot be used:');
    expect(said.slice(1).map((line) => line.trim().split(' ')[0])).toEqual([
      'PORT',
      'DATABASE_POOL_SIZE_MAX',
      'MAIL_FROM',
    ]);
  },
  TIMEOUT_MS,
);

it(
  'production with the secrets of the demonstration says which to set, and how',
  async () => {
    const said = await refusal({ NODE_ENV: 'production' });
    expect(said[0]).toBe('The environment cannot be used:');
    const keys = ['KEY_ENCRYPTION_KEY', 'CURSOR_SECRET', 'UNSUBSCRIBE_SECRET', 'DATABASE_ROLE_SECRET']; // prettier-ignore
    for (const key of keys) {
      expect(said).toContain(
        `  ${key} is the demo secret: set one of your own (openssl rand -base64 32)`,
      );
    }
    expect(said.join()).toMatch(/OIDC_ISSUER is required in production/);
  },
  TIMEOUT_MS,
);

it(
  'the gateway alone says which keys it lacks, and a subgraph which settings',
  async () => {
    const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
    const [gateway, half, subgraph, unknown] = await Promise.all([
      refusal({}, ['gateway']),
      refusal({ SUBGRAPH_KEYS: `leads=${keyOf(1)},billing=${keyOf(2)}` }, ['gateway']),
      refusal({}, ['subgraph', 'leads']),
      refusal({ ...ownDatabase(), SUBGRAPH_KEY: keyOf(1) }, ['subgraph', 'lead']),
    ]);
    expect(gateway).toEqual([
      'The environment cannot be used:',
      expect.stringMatching(/^ {2}SUBGRAPH_KEYS is needed .+openssl rand -base64 32/),
    ]);
    expect(half).toContain('  SUBGRAPH_KEYS has no key for admin: add admin=key');
    expect(half.join('\n')).toContain('SUBGRAPH_KEYS names billing, which is no subgraph');
    expect(subgraph.slice(1).map((line) => line.trim().split(' ')[0])).toEqual([
      'SUBGRAPH_KEY',
      'DATABASE_URL',
    ]);
    expect(unknown).toEqual([
      expect.stringMatching(/^There is no subgraph lead\. There are: leads, activities, /),
    ]);
    expect([gateway, half, subgraph, unknown].join()).not.toContain(keyOf(1));
  },
  TIMEOUT_MS,
);

it(
  'an option nobody knows is refused with the usage',
  async () => {
    const said = await refusal({}, ['--nonsense']);
    expect(said).toEqual(["error: unknown option '--nonsense'"]);
  },
  TIMEOUT_MS,
);
