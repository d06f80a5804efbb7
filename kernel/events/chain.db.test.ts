import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import {
  added,
  count,
  counters,
  createTestDatabase,
  noted,
  opened,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import { sealKeyFrom } from './chain.ts';
import { eraseSubject } from './index.ts';
import { readHistory } from './history.ts';
import { sealLog } from './seals.ts';
import { verifyChain } from './verify-chain.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: ['DE'] });
const job = systemActor('test', ['DE']);
const key = sealKeyFrom(Buffer.alloc(32, 3));
let db: TestDatabase;

beforeEach(async () => {
  db = await createTestDatabase({ modules: [counters] });
});
afterEach(() => db.close());

/** Records facts of several counters and gives them positions. */
async function record(facts: number): Promise<void> {
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  for (const id of ids) {
    await db.database.transaction(berlin, (tx) =>
      count(tx, id, [opened(), ...Array.from({ length: facts / 3 - 1 }, (_, i) => added(i))]),
    );
  }
  await log();
}

async function log(): Promise<void> {
  const backbone = testBackbone(db, { modules: [counters] });
  await backbone.start();
  await backbone.settled();
  await backbone.stop();
}

const seal = (directory?: string): Promise<number> =>
  sealLog(db.database, job, {
    module: 'counters',
    key,
    ...(directory === undefined ? {} : { directory }),
  });
const verify = (range: { from?: number; to?: number; directory?: string } = {}) =>
  verifyChain(db.database, job, { module: 'counters', keys: [key], ...range });
const positions = async (): Promise<number[]> => {
  const entries = await db.database.transaction(job, (tx) => readHistory(tx, 'counters', 0, 5_000));
  return entries.map(({ position }) => position);
};

/** As a superuser who also silences the triggers. */
async function tamper(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: db.adminUrl });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

const seqAt = (index: number): string =>
  `(select seq from counters.event order by seq offset ${index} limit 1)`;

test('what was sealed is verified, over several seals and from any position', async () => {
  await record(2_100);
  expect(await seal()).toBe(2_100);
  expect(await seal()).toBe(0);
  const all = await positions();
  const end = all.at(-1);
  expect(await verify()).toEqual({
    module: 'counters',
    verifiedTo: end,
    facts: 2_100,
    seals: 3,
    unsealed: 0,
  });
  expect(await verify({ from: all[1_500] ?? 0 })).toMatchObject({ facts: 1_100, verifiedTo: end });
  expect(await verify({ to: all[10] ?? 0 })).toMatchObject({ facts: 1_000, verifiedTo: all[999] });
  await record(6);
  expect(await verify()).toMatchObject({ facts: 2_100, unsealed: 6 });
});

test('one changed byte is found, and where', async () => {
  await record(30);
  await seal();
  await tamper(
    `update counters.event set data = jsonb_set(data, '{amount}', '9999') where seq = ${seqAt(17)}`,
  );
  const wrong = { position: (await positions())[17], reason: 'altered' };
  expect(await verify()).toMatchObject({ wrong, verifiedTo: 0 });
});

test('a moment shifted by a microsecond is found', async () => {
  await record(30);
  await seal();
  await tamper(
    `update counters.event set recorded_at = recorded_at + interval '1 microsecond'
     where seq = ${seqAt(3)}`,
  );
  expect(await verify()).toMatchObject({
    wrong: { position: (await positions())[3], reason: 'altered' },
  });
});

test('a removed row is found, and where, also one that is not sealed yet', async () => {
  await record(30);
  await seal();
  const all = await positions();
  await tamper(`delete from counters.event where seq = ${seqAt(5)}`);
  expect(await verify()).toMatchObject({ wrong: { position: all[5], reason: 'missing' } });
  await record(6);
  const later = await positions();
  await tamper(`delete from counters.event where seq = (select max(seq) from counters.event)`);
  expect(await verify({ from: (all.at(-1) ?? 0) + 1 })).toMatchObject({
    wrong: { position: later.at(-1), reason: 'missing' },
  });
});

test('a removed row of the log is found', async () => {
  await record(30);
  await seal();
  const [first] = await positions();
  await tamper('delete from counters.log');
  expect(await verify()).toMatchObject({ wrong: { position: 1, reason: 'missing' } });
  expect(first).toBeGreaterThanOrEqual(1);
});

test('two swapped rows are found, and where', async () => {
  await record(30);
  await seal();
  await tamper(
    `update counters.log set seqs = array(
       select case ord when 8 then seqs[12] when 12 then seqs[8] else seq end
       from unnest(seqs) with ordinality as each (seq, ord) order by ord)
     where n >= 12`,
  );
  const [batch] = await db.admin<{ first_position: string }>(
    'select first_position from counters.log where n >= 12',
  );
  expect(await verify()).toMatchObject({
    wrong: { position: Number(batch?.first_position) + 7, reason: 'altered' },
  });
});

test('a seal nobody signed is found, and so is one that was taken out', async () => {
  await record(2_100);
  await seal();
  const all = await positions();
  await tamper(
    `update counters.seal set signature = decode(repeat('00', 64), 'hex') where n = 2000`,
  );
  expect(await verify()).toMatchObject({
    verifiedTo: all[999],
    wrong: { position: all[1_999], reason: 'seal forged' },
  });
  await tamper('delete from counters.seal where n = 2000');
  expect(await verify()).toMatchObject({
    wrong: { position: (all[999] ?? 0) + 1, reason: 'seal not continued' },
  });
});

test('seals cut off at the end are missed by their copies outside, and nothing is sealed anew', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'freshplan-seals-'));
  await record(30);
  await seal(directory);
  expect(await verify({ directory })).not.toHaveProperty('wrong');
  await tamper('delete from counters.seal');
  expect(await verify({ directory })).toMatchObject({ wrong: { reason: 'seal missing' } });
  await expect(seal(directory)).rejects.toMatchObject({ code: 'SEAL_MISMATCH' });
});

test('a copy that a crash has cut off is written again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'freshplan-seals-'));
  const file = join(directory, 'counters.seals');
  await record(30);
  await seal(directory);
  const whole = await readFile(file, 'utf8');
  await writeFile(file, whole.slice(0, 40));
  await record(30);
  await seal(directory);
  expect(await verify({ directory })).not.toHaveProperty('wrong');
  expect((await readFile(file, 'utf8')).match(/"toPosition"/g)).toHaveLength(3);
});

test('the chain is green after a person was erased', async () => {
  const person = randomUUID();
  await db.database.transaction(berlin, (tx) =>
    count(tx, randomUUID(), [opened(), noted(person, 'Kanarivermerk 4711')]),
  );
  await log();
  await seal();
  await db.database.transaction(admin, (tx) => eraseSubject(tx, person));
  const report = await verify();
  expect(report).toMatchObject({ facts: 2, seals: 1 });
  expect(report).not.toHaveProperty('wrong');
});

test('seals are neither changed nor removed, and users do not see them', async () => {
  await record(30);
  await seal();
  for (const statement of ['update counters.seal set n = 1', 'delete from counters.seal']) {
    const attempt = db.database.transaction(job, (tx) => tx.query(statement));
    await expect(attempt).rejects.toMatchObject({ code: 'DENIED' });
    await expect(db.admin(statement)).rejects.toMatchObject({ code: 'FP403' });
  }
  const seen = await db.database.transaction(berlin, (tx) => tx.query('select from counters.seal'));
  expect(seen).toEqual([]);
});

test('of two sealers at once one seals', async () => {
  await record(300);
  const sealed = await Promise.all([seal(), seal(), seal()]);
  expect(sealed.reduce((sum, n) => sum + n, 0)).toBe(300);
  expect(await verify()).toMatchObject({ facts: 300, seals: 1 });
});
