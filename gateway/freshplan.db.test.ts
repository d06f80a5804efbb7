import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from '#kernel/access';
import {
  createTestDatabase,
  programEnvironment,
  querySubgraph,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { createKeyring, sealKeyFrom, type Backbone, type Keyring } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';

const subgraphs = createSubgraphs({});
const adminSubgraph = subgraphs.find(({ name }) => name === 'admin');
const boss = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
const personId = randomUUID();
const reason = 'Wartung am Montagmorgen';
let db: TestDatabase;
let backbone: Backbone;
let keyring: Keyring;
const keyEncryptionKey = Buffer.alloc(32, 7);

beforeAll(async () => {
  db = await createTestDatabase({ modules: subgraphs });
  keyring = await createKeyring({
    url: db.keysUrl,
    keyEncryptionKeys: [{ id: 'config', key: keyEncryptionKey }],
  });
  backbone = testBackbone(db, {
    modules: subgraphs,
    keyring,
    sealing: { key: sealKeyFrom(keyEncryptionKey) },
  });
  await backbone.start();
  await register({ userId: boss.userId, login: 'petra', roles: ['admin'] });
  await register({ userId: personId, login: 'stefanie', roles: ['sales'] });
  await backbone.settled();
});
afterAll(async () => {
  await backbone.stop();
  await keyring.close();
  await db.close();
});

async function register(person: { userId: string; login: string; roles: string[] }): Promise<void> {
  if (adminSubgraph === undefined) throw new Error('There is no admin');
  const clock = { now: () => new Date() };
  const log = createLogger({ level: 'silent' });
  const { errors } = await querySubgraph(
    adminSubgraph,
    { database: db.database, feed: backbone.feed, clock, log },
    boss,
    `mutation R($input: UserRegisterInput!) { userRegister(input: $input) { userErrors { code } } }`,
    { input: { ...person, name: 'Kanari Vogel', email: 'kanari@pii.test', territories: ['DE'] } },
  );
  expect(errors).toBeUndefined();
}

interface Ended {
  code: number;
  out: string;
  error: string;
}

/** The executable as an operator would call it, in a process of its own. */
function freshplan(parameters: string[], environment: Record<string, string> = {}): Promise<Ended> {
  const file = join(import.meta.dirname, 'freshplan.ts');
  const env = {
    ...programEnvironment(),
    DATABASE_URL: db.appUrl,
    DATABASE_OWNER_URL: db.ownerUrl,
    DATABASE_KEYS_URL: db.keysUrl,
    DATABASE_JOBS_URL: db.jobsUrl,
    KEY_ENCRYPTION_KEY: keyEncryptionKey.toString('base64'),
    ...environment,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [file, ...parameters],
      { env, timeout: 30_000 },
      (failure, out, error) => {
        const code = failure === null ? 0 : Number(failure.code ?? -1);
        resolve({ code, out, error });
      },
    );
  });
}
const asBoss = (...parameters: string[]) => freshplan(['--as', 'petra', '--json', ...parameters]);
const json = ({ out, error }: Ended): unknown => {
  expect(error).toBe('');
  return JSON.parse(out);
};

describe('freshplan', () => {
  it('prints facts as CloudEvents with ciphertext, and all about one thing in clear', async () => {
    const { out, code } = await asBoss(
      'events',
      'tail',
      '--module',
      'admin',
      '--from',
      'admin:0',
      '--limit',
      '2',
    );
    expect(code).toBe(0);
    const [first] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({
      specversion: '1.0',
      source: '/crm/admin',
      type: 'admin.user.registered',
    });
    expect(out).not.toContain('Kanari');
    const shown = json(await asBoss('events', 'show', personId));
    expect(shown).toMatchObject([
      { type: 'admin.user.registered', data: { name: 'Kanari Vogel' } },
      {},
    ]);
  });

  it('pauses and resumes in the name of the account', async () => {
    const paused = json(
      await asBoss('consumers', 'pause', 'cockpit.lead_widget', '--reason', reason),
    );
    expect(paused).toContainEqual(expect.objectContaining({ status: 'PAUSED' }));
    expect(json(await asBoss('consumers', 'resume', 'cockpit.lead_widget'))).toContainEqual(
      expect.objectContaining({ consumer: 'cockpit.lead_widget', status: 'ACTIVE' }),
    );
    await backbone.settled();
    const audit = await db.admin(
      `select action, actor_user_id, reason from admin.audit_entry
       where resource_type = 'backbone_operation' order by position limit 1`,
    );
    expect(audit).toEqual([
      {
        action: 'consumerPause',
        actor_user_id: boss.userId,
        reason: expect.objectContaining({ $enc: 'v1' }),
      },
    ]);
    const table = await freshplan(['--as', boss.userId, 'consumers', 'list']);
    expect(table.out).toMatch(/^consumer +source +status/);
  });

  it('rebuilds and follows to the end', async () => {
    const job = json(await asBoss('replay', 'admin.users', '--reason', reason, '--dry-run'));
    expect(job).toMatchObject({ projection: 'admin.users', status: 'DONE', events: 4, total: 4 });
    const past = [
      'replay',
      'admin.users',
      '--reason',
      reason,
      '--dry-run',
      '--up-to',
      '2001-01-01T00:00:00Z',
    ];
    expect(json(await asBoss(...past))).toMatchObject({
      status: 'DONE',
      events: 0,
      tables: expect.arrayContaining([
        { table: 'admin.app_user', rows: 2, rowsRebuilt: 0 },
      ]) as unknown[],
    });
    const serving = await asBoss(
      'replay',
      'admin.users',
      '--reason',
      reason,
      '--up-to',
      '2001-01-01T00:00:00Z',
    );
    expect(serving).toMatchObject({
      code: 4,
      error: expect.stringContaining('UP_TO_NEEDS') as string,
    });
    const seen = await freshplan([
      '--as',
      'petra',
      'replay',
      'admin.audit_trail',
      '--reason',
      reason,
    ]);
    expect(seen).toMatchObject({ code: 0, out: expect.stringContaining('DONE') as string });
  });

  it('lists and retries dead letters', async () => {
    expect(json(await asBoss('dlq', 'list', 'admin.audit_trail'))).toEqual([]);
    const unknown = await asBoss('dlq', 'show', 'admin.audit_trail', boss.userId);
    expect(unknown).toMatchObject({
      code: 4,
      error: expect.stringContaining('NOT_FOUND') as string,
    });
    const none = { resolved: 0, failedAggregateIds: [] };
    expect(json(await asBoss('dlq', 'retry', 'admin.audit_trail', '--all'))).toEqual(none);
  });

  it('finds everything in order, and what is not', async () => {
    const findings = json(await asBoss('doctor')) as { check: string; state: string }[];
    expect(findings.map(({ check }) => check)).toEqual([
      'configuration',
      'database',
      'roles',
      'migrations',
      'row-level security',
      'grants',
      'consumers',
      'lag',
      'timers',
      'log',
      'keys',
      'erasures',
    ]);
    expect(findings.filter(({ state }) => state === 'fault')).toEqual([]);
    await db.admin(
      'create table admin.open_to_all (id int); grant truncate on admin.open_to_all to public',
    );
    const { code, error } = await asBoss('doctor');
    await db.admin('drop table admin.open_to_all');
    expect(code).toBe(1);
    expect(error).toContain('row-level security, grants');
  });

  it.each<[what: string, code: number, reason: string, parameters: string[]]>([
    ['no account', 3, 'UNAUTHENTICATED', ['--json', 'consumers', 'list']],
    ['an unknown account', 3, 'FORBIDDEN', ['--as', 'x', '--json', 'consumers', 'list']],
    [
      'an account that is no administrator',
      3,
      'FORBIDDEN',
      ['--as', 'stefanie', '--json', 'consumers', 'list'],
    ],
    [
      'an unknown consumer',
      4,
      'UNKNOWN_CONSUMER',
      ['--as', 'petra', '--json', 'dlq', 'list', 'x.y'],
    ],
    [
      'an unknown projection',
      4,
      'UNKNOWN_PROJECTION',
      ['--as', 'petra', '--json', 'replay', 'x.y', '--reason', reason],
    ],
    [
      'a reason that says nothing',
      4,
      'REASON_TOO_SHORT',
      ['--as', 'petra', '--json', 'consumers', 'pause', 'admin.audit_trail', '--reason', 'weil'],
    ],
    [
      'a position of no log',
      4,
      'POSITION_INVALID',
      ['--as', 'petra', '--json', 'events', 'tail', '--from', 'x:1'],
    ],
    ['an unknown command', 2, 'unknown command', ['nonsense']],
    ['a look from outside at nothing', 2, '--outside-only', ['doctor', '--outside-only']],
    ['an address that is none', 2, 'crm.example', ['doctor', '--url', 'crm']],
    ['a missing reason', 2, '--reason', ['replay', 'admin.users']],
  ])('with %s ends with %i', async (_, code, told, parameters) => {
    const ended = await freshplan(parameters);
    expect(ended.code).toBe(code);
    expect(ended.error).toContain(told);
  });

  it('without a database ends with 5, with a wrong setting with 2', async () => {
    const nowhere = 'postgresql://nobody:x@127.0.0.1:1/nothing';
    const ended = await freshplan(['--as', 'petra', '--json', 'consumers', 'list'], {
      DATABASE_URL: nowhere,
    });
    expect(ended.code).toBe(5);
    const wrong = await freshplan(['--as', 'petra', 'consumers', 'list'], { PORT: 'x' });
    expect(wrong).toMatchObject({ code: 2, error: expect.stringContaining('PORT') as string });
  });

  it('verifies the chain, and names what is wrong with exit code 1', async () => {
    await backbone.settled();
    const directory = await mkdtemp(join(tmpdir(), 'freshplan-cli-'));
    const places = { SEAL_DIRECTORY: directory, ARCHIVE_DIRECTORY: directory };
    const verify = (...more: string[]) =>
      freshplan(['--json', 'events', 'verify', '--module', 'admin', ...more], places);
    const before = await verify();
    expect(before.code).toBe(0);
    expect(json(before)).toMatchObject([{ module: 'admin', firstWrong: null }]);
    await backbone.keeping.seal('admin');
    expect(json(await verify())).toMatchObject([{ unsealed: 0, firstWrong: null }]);
    const wrong = '{"toPosition":1,"n":1,"hash":"00"}\n{"toPosition":9000000,"n":9,"hash":"00"}\n';
    await writeFile(join(directory, 'admin.seals'), wrong);
    const after = await verify();
    expect(after.code).toBe(1);
    expect(after.error).toContain('CHAIN_BROKEN');
    expect(await freshplan(['events', 'verify', '--module', 'nowhere'])).toMatchObject({ code: 4 });
    expect(await freshplan(['events', 'verify', '--from', '3'])).toMatchObject({ code: 2 });
  });

  it('archives, lists and verifies the archive', async () => {
    expect(json(await freshplan(['--json', 'archive', 'list']))).toEqual([]);
    expect(json(await freshplan(['--json', 'archive', 'verify']))).toEqual([]);
    const run = ['archive', 'run', '--reason', reason];
    expect(await freshplan(run)).toMatchObject({ code: 3 });
    expect(await asBoss(...run, '--older-than', '29')).toMatchObject({ code: 4 });
    expect(json(await asBoss(...run))).toEqual({ segments: [] });
  });

  it('takes over a restored log on record', async () => {
    await db.admin('update admin.log_control set system_identifier = 1');
    const rebased = json(await asBoss('events', 'rebase', '--reason', reason));
    expect(rebased).toMatchObject({ logged: 0, erasureJournal: { state: 'NEW' } });
    const [row] = await db.admin(
      `select (select system_identifier from pg_control_system()) = system_identifier as here
       from admin.log_control`,
    );
    expect(row).toEqual({ here: true });
    await backbone.settled();
    const acts = await db.admin(
      "select risk_tier from admin.audit_entry where action = 'logRebase'",
    );
    expect(acts).toEqual([{ risk_tier: 'TIER1' }]);
  });
}, 60_000);
