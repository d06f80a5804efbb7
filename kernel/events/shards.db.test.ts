import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import {
  added,
  count,
  counters,
  createTestDatabase,
  eventually,
  tallies,
  testBackbone,
  type CounterEvent,
  type TestDatabase,
} from '#kernel/testing';
import { defineProjection, type Backbone } from './index.ts';
import { shardOf } from './shards.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const boss = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
const NAME = 'tallies.seen';
let db: TestDatabase;
let backbone: Backbone;
let gate: Promise<void> | undefined;
let gated = '';

const seenProjection = defineProjection<CounterEvent>({
  name: NAME,
  shards: 4,
  tables: ['tallies.seen'],
  on: {
    'counter.added': async ({ aggregateId, version, position }, tx) => {
      if (aggregateId === gated) await gate;
      await tx.query(
        `insert into tallies.seen (consumer, counter_id, version, position) values ('${NAME}', $1, $2, $3)`,
        [aggregateId, version, position],
      );
    },
  },
});
const modules = [counters, { ...tallies, projections: [seenProjection] }];

beforeAll(async () => {
  db = await createTestDatabase({ modules });
  backbone = testBackbone(db, { modules, workersMax: 8 });
  await backbone.start();
});
afterEach(() => {
  gated = '';
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

const write = (id: string) =>
  db.database.transaction(berlin, (tx) => count(tx, id, [added(), added()]));
const split = (shards: number): Promise<boolean> =>
  db.database.transaction(boss, (tx) => backbone.operations.split(tx, NAME, shards));
const versionsOf = async (id: string): Promise<number[]> => {
  const rows = await db.admin<{ version: number }>(
    'select version from tallies.seen where counter_id = $1 order by n',
    [id],
  );
  return rows.map(({ version }) => version);
};
const inOrder = (n: number): number[] => Array.from({ length: n }, (_, at) => at + 1);
const shardsNow = () =>
  db.admin<{ shard: number; shards: number }>(
    'select shard, shards from tallies.consumer where name = $1 order by shard',
    [NAME],
  );
/** An id that lies in a shard of four. */
function idIn(shard: number): string {
  for (;;) {
    const id = randomUUID();
    if (shardOf(id, 4) === shard) return id;
  }
}

test('I4: each shard has a checkpoint, every aggregate arrives once and in order', async () => {
  const ids = [0, 1, 2, 3, 0, 1, 2, 3].map(idIn);
  for (let round = 0; round < 3; round += 1) await Promise.all(ids.map(write));
  await backbone.settled({ timeoutMs: 20_000 });
  for (const id of ids) expect(await versionsOf(id)).toEqual(inOrder(6));
  expect(await shardsNow()).toEqual(inOrder(4).map((n) => ({ shard: n - 1, shards: 4 })));
  const states = (await backbone.lag()).filter(({ name }) => name === NAME);
  expect(states.map(({ shard, shards }) => [shard, shards])).toEqual([
    [0, 4],
    [1, 4],
    [2, 4],
    [3, 4],
  ]);
});

test('an aggregate that takes its time holds up its own shard alone', async () => {
  const [slow, quick] = [idIn(1), idIn(2)];
  let open = (): void => {};
  gate = new Promise((resolve) => (open = resolve));
  gated = slow;
  await write(slow);
  await write(quick);
  await eventually(async () => expect(await versionsOf(quick)).toEqual([1, 2]));
  expect(await versionsOf(slow)).toEqual([]);
  open();
  await backbone.settled();
  expect(await versionsOf(slow)).toEqual([1, 2]);
});

test('split anew while facts come, nothing is lost, doubled or out of order', async () => {
  const ids = [0, 1, 2, 3, 0, 1].map(idIn);
  const stop = new AbortController();
  let rounds = 0;
  const writing = (async () => {
    while (!stop.signal.aborted) {
      await Promise.all(ids.map(write));
      rounds += 1;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  for (const shards of [2, 5, 1, 4]) {
    await eventually(() => split(shards), { timeoutMs: 20_000 });
    expect(await shardsNow()).toHaveLength(shards);
    const before = rounds;
    await eventually(() => expect(rounds).toBeGreaterThan(before));
  }
  stop.abort();
  await writing;
  await backbone.settled({ timeoutMs: 20_000 });
  for (const id of ids) expect(await versionsOf(id)).toEqual(inOrder(rounds * 2));
  expect(await split(4)).toBe(false);
}, 60_000);

test('what a shard left behind when it was split away is waited for', async () => {
  const [late, early] = [idIn(1), idIn(0)];
  const stopAll = (status: string, which = 'shard >= 0') =>
    db.admin(`update tallies.consumer set status = $2 where name = $1 and ${which}`, [
      NAME,
      status,
    ]);
  await stopAll('PAUSED', 'shard = 1');
  await write(late);
  await write(early);
  await eventually(async () => expect(await versionsOf(early)).toEqual([1, 2]));
  await split(1);
  await stopAll('ACTIVE');
  await backbone.settled({ timeoutMs: 20_000 });
  expect(await versionsOf(late)).toEqual([1, 2]);
  await eventually(() => split(4), { timeoutMs: 20_000 });
  await backbone.settled({ timeoutMs: 20_000 });
}, 60_000);

test('a rebuild takes what each shard has handled, and not more', async () => {
  const [held, free] = [idIn(3), idIn(0)];
  const setShard = (status: string) =>
    db.admin('update tallies.consumer set status = $2 where name = $1 and shard = 3', [
      NAME,
      status,
    ]);
  await setShard('PAUSED');
  await write(held);
  await write(free);
  await eventually(async () => expect(await versionsOf(free)).toEqual([1, 2]));
  await backbone.rebuild(NAME);
  expect(await versionsOf(free)).toEqual([1, 2]);
  expect(await versionsOf(held)).toEqual([]);
  await setShard('ACTIVE');
  await eventually(async () => expect(await versionsOf(held)).toEqual([1, 2]), {
    timeoutMs: 10_000,
  });
});

test('only a consumer that declares shards is split, and into one to eight', async () => {
  for (const shards of [0, 9, 1.5]) {
    await expect(split(shards)).rejects.toMatchObject({ code: 'SHARDS_INVALID' });
  }
  const plain = testBackbone(db, { modules: [counters, tallies] });
  await expect(
    db.database.transaction(boss, (tx) => plain.operations.split(tx, 'tallies.tally', 2)),
  ).rejects.toMatchObject({ code: 'SHARDS_INVALID' });
  await plain.stop();
});
