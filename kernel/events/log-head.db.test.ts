import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { createLogger } from '#kernel/telemetry';
import {
  added,
  count,
  counters,
  createTestDatabase,
  opened,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import { createLogHead, type LogBatch, type LogHead, type LogHeadOptions } from './log-head.ts';
import {
  RebaseRequired,
  addSegments,
  checkCluster,
  countUnlogged,
  readFloor,
  rebase,
  type FloorMark,
} from './segments.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const job = systemActor('test', ['DE']);
let db: TestDatabase;
let heads: LogHead[] = [];

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
});
afterEach(async () => {
  await Promise.all(heads.map((head) => head.stop()));
  heads = [];
});
afterAll(() => db.close());

/** A head that looks only when told to, and what it logged. */
async function lead(
  options: Partial<LogHeadOptions> = {},
): Promise<{ head: LogHead; batches: LogBatch[] }> {
  const batches: LogBatch[] = [];
  const head = createLogHead({
    database: db.database,
    module: 'counters',
    actor: job,
    log: createLogger({ level: 'silent' }),
    onBatch: (batch) => void batches.push(batch),
    pollMs: 3_600_000,
    idlePollMs: 3_600_000,
    ...options,
  });
  heads.push(head);
  await head.start();
  batches.length = 0;
  return { head, batches };
}

const write = (id: string, amount = 1) =>
  db.database.transaction(berlin, (tx) => count(tx, id, [added(amount)]));

/** A transaction that has appended and waits for the word to go on. */
async function holding(id: string): Promise<{ finish(): Promise<void>; abandon(): Promise<void> }> {
  const appended = Promise.withResolvers<void>();
  const word = Promise.withResolvers<void>();
  const done = db.database.transaction(berlin, async (tx: Transaction) => {
    await count(tx, id, [opened()]);
    appended.resolve();
    await word.promise;
  });
  await appended.promise;
  return {
    async finish() {
      word.resolve();
      await done;
    },
    async abandon() {
      word.reject(new Error('abandoned'));
      await done.catch(() => {});
    },
  };
}
const idsOf = (batches: readonly LogBatch[]): string[] =>
  batches.flatMap((batch) => (batch.rows ?? []).map((row) => row.aggregate_id));
const logged = async (id: string): Promise<number> => {
  const rows = await db.admin(
    `select from counters.log l cross join lateral unnest(l.seqs) as s (seq)
     join counters.event e on e.seq = s.seq where e.aggregate_id = $1`,
    [id],
  );
  return rows.length;
};

test('I9: a transaction that commits late delays nobody, I1: and is not lost', async () => {
  const { head, batches } = await lead();
  const [late, quick] = [randomUUID(), randomUUID()];
  const slow = await holding(late);
  await write(quick);
  await head.tick();
  expect(idsOf(batches)).toEqual([quick]);
  await slow.finish();
  await head.tick();
  expect(idsOf(batches)).toEqual([quick, late]);
  const [first, second] = batches;
  expect(second?.firstPosition).toBe((first?.firstPosition ?? 0) + 1);
});

test('I9: several late ones at once, committed in another order than begun', async () => {
  const { head, batches } = await lead();
  const ids = Array.from({ length: 4 }, () => randomUUID());
  const open = [];
  for (const id of ids) open.push(await holding(id));
  for (const each of open.toReversed()) {
    await each.finish();
    await head.tick();
  }
  expect(idsOf(batches)).toEqual(ids.toReversed());
});

test('I2: nothing is logged before its commit and nothing after a rollback', async () => {
  const { head, batches } = await lead();
  const id = randomUUID();
  const slow = await holding(id);
  await head.tick();
  expect(batches).toEqual([]);
  await slow.abandon();
  await head.tick();
  expect(batches).toEqual([]);
  expect(await logged(id)).toBe(0);
});

test('I1: facts written in a savepoint are logged with their transaction', async () => {
  const { head, batches } = await lead();
  const [kept, undone] = [randomUUID(), randomUUID()];
  await db.database.transaction(berlin, async (tx) => {
    await tx.nested(() => count(tx, kept, [opened()]));
    const failing = tx.nested(async () => {
      await count(tx, undone, [opened()]);
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
  });
  await head.tick();
  expect(idsOf(batches)).toEqual([kept]);
});

test('I8: of two leaders at once each fact is logged by one, I3: positions only grow', async () => {
  const options = { unlocked: true, pollMs: 1, idlePollMs: 1, electionMs: 1 };
  const [one, two] = await Promise.all([lead(options), lead(options)]);
  const ids = Array.from({ length: 60 }, () => randomUUID());
  await Promise.all(ids.map((id) => write(id)));
  await one.head.stop();
  await two.head.stop();
  const all = idsOf([...one.batches, ...two.batches]);
  expect(all.toSorted()).toEqual(ids.toSorted());
  const chain = await db.admin<{ broken: boolean }>(
    `select prev <> coalesce(lag(first_position) over w, 0)
       or first_position <= coalesce(lag(first_position + n - 1) over w, 0) as broken
     from counters.log window w as (order by first_position)`,
  );
  expect(chain.filter((row) => row.broken)).toEqual([]);
});

test('a second head stands by while the first leads, and takes over far ahead', async () => {
  const first = await lead();
  const second = await lead({ electionMs: 5 });
  expect([first.head.leads(), second.head.leads()]).toEqual([true, false]);
  await write(randomUUID());
  await first.head.tick();
  await first.head.stop();
  await write(randomUUID());
  expect(await second.head.tick()).toBe(true);
  const before = first.batches[0]?.firstPosition ?? 0;
  expect(second.batches[0]?.firstPosition).toBe(before + 1_000_000);
  expect(second.batches[0]?.prev).toBe(before);
});

test('I4: versions of one aggregate follow each other in the log', async () => {
  const { head, batches } = await lead();
  const id = randomUUID();
  await Promise.all(Array.from({ length: 30 }, () => write(id)));
  await head.tick();
  const versions = batches.flatMap((batch) => (batch.rows ?? []).map((row) => row.version));
  expect(versions).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
});

test('the floor rises once nothing below it can still come, and not before', async () => {
  const { head } = await lead();
  const inJob = <T>(work: (tx: Transaction) => Promise<T>) => db.database.transaction(job, work);
  const slow = await holding(randomUUID());
  await write(randomUUID());
  await head.tick();
  const { marked } = await inJob((tx) => readFloor(tx, 'counters', undefined));
  const early = await inJob((tx) => readFloor(tx, 'counters', marked));
  expect(early.floor).toBeUndefined();
  await slow.finish();
  const unlogged = await inJob((tx) => readFloor(tx, 'counters', marked));
  expect(unlogged.floor ?? 0).toBeLessThan(marked.seq);
  await head.tick();
  await write(randomUUID());
  const risen = await inJob((tx) => readFloor(tx, 'counters', marked));
  expect(risen.floor).toBe(marked.seq);
});

test('the floor stays where it is while nothing was ever logged', async () => {
  const fresh = await createTestDatabase({ modules: [counters] });
  await fresh.database.transaction(berlin, (tx) => count(tx, randomUUID(), [opened(), added(1)]));
  const look = (marked: FloorMark | undefined) =>
    fresh.database.transaction(job, async (tx) => {
      await checkCluster(tx, 'counters');
      return readFloor(tx, 'counters', marked);
    });
  const { marked } = await look(undefined);
  expect(await look(marked)).toEqual({ floor: undefined, marked });
  await fresh.close();
});

test('what stays unlogged for minutes is counted', async () => {
  const { head } = await lead();
  await head.stop();
  const id = randomUUID();
  await write(id);
  const unlogged = () => db.database.transaction(job, (tx) => countUnlogged(tx, 'counters'));
  expect(await unlogged()).toBe(0);
  await db.admin('alter table counters.event disable trigger append_only');
  await db.admin(
    `update counters.event set recorded_at = recorded_at - interval '6 minutes' where aggregate_id = $1`,
    [id],
  );
  await db.admin('alter table counters.event enable trigger append_only');
  expect(await unlogged()).toBe(1);
  await lead();
  expect(await unlogged()).toBe(0);
});

test('segments are added ahead of the sequence, out of direct reach', async () => {
  await db.admin(`select setval('counters.event_seq', 1500000)`);
  await db.database.transaction(job, (tx) => addSegments(tx, 'counters'));
  await db.database.transaction(job, (tx) => addSegments(tx, 'counters'));
  const [found] = await db.admin<{ there: string }>(
    `select to_regclass('counters.event_000002')::text as there`,
  );
  expect(found?.there).toBe('counters.event_000002');
  const direct = db.database.transaction(job, (tx) =>
    tx.query('select from counters.event_000002'),
  );
  await expect(direct).rejects.toMatchObject({ code: 'DENIED' });
});

test('a flood of facts is no faster than the segments they need', async () => {
  await db.admin(`select setval('counters.event_seq', 5999990)`);
  const { head, batches } = await lead({ segmentEvery: 3 });
  const there = async (segment: number): Promise<boolean> => {
    const name = `counters.event_${String(segment).padStart(6, '0')}`;
    const [row] = await db.admin<{ is: boolean }>(
      `select to_regclass('${name}') is not null as is`,
    );
    return row?.is ?? false;
  };
  const id = randomUUID();
  await db.database.transaction(job, (tx) => addSegments(tx, 'counters'));
  expect([await there(5), await there(6), await there(7)]).toEqual([true, true, false]);
  await db.database.transaction(berlin, (tx) => count(tx, id, [opened(), added(1)]));
  await head.tick();
  await db.admin(`select setval('counters.event_seq', 6400000)`);
  await write(id);
  await head.tick();
  expect(idsOf(batches)).toEqual([id, id, id]);
  expect(await there(7)).toBe(true);
});

test('I17: a restored cluster is refused until rebased, then nothing is lost', async () => {
  const { head } = await lead();
  await head.tick();
  await head.stop();
  const id = randomUUID();
  await write(id);
  // As after a restore: another cluster's number, and transaction ids far beyond ours.
  await db.admin('update counters.log_control set system_identifier = 42');
  await db.admin(`update counters.log set snap = '900000000:900000000:'`);
  await expect(
    db.database.transaction(job, (tx) => checkCluster(tx, 'counters')),
  ).rejects.toBeInstanceOf(RebaseRequired);
  expect((await lead()).head.leads()).toBe(false);
  const backbone = testBackbone(db, { modules: [counters] });
  await expect(backbone.start()).rejects.toMatchObject({ code: 'EVENTS_REBASE_REQUIRED' });
  await backbone.stop();
  const { logged: missing } = await db.database.transaction(job, (tx) => rebase(tx, 'counters'));
  expect(missing).toBe(1);
  const after = await lead();
  expect(after.head.leads()).toBe(true);
  const next = randomUUID();
  await write(next);
  await after.head.tick();
  expect([await logged(id), await logged(next)]).toEqual([1, 1]);
});

test('I8: a leader that was replaced while it stood still logs nothing more', async () => {
  const options = { unlocked: true };
  const before = await lead(options);
  await write(randomUUID());
  await before.head.tick();
  const successor = await lead(options);
  const [one, two] = [randomUUID(), randomUUID()];
  await write(one);
  await successor.head.tick();
  await write(two);
  expect(await before.head.tick()).toBe(false);
  await successor.head.tick();
  expect([await logged(one), await logged(two)]).toEqual([1, 1]);
  expect(idsOf(successor.batches)).toEqual([one, two]);
});
