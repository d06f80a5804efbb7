import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor, type Actor } from '#kernel/access';
import { createDatabase } from '#kernel/database';
import {
  added,
  count,
  counter,
  counters,
  createTestDatabase,
  opened,
  testContext,
  type CounterEvent,
  type TestDatabase,
} from '#kernel/testing';
import { VersionConflict, append, load } from './index.ts';

let db: TestDatabase;
const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const vienna = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['AT'] });

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
});
afterAll(() => db.close());

const record = (id: string, expectedVersion: number | null, events: CounterEvent[], key?: string) =>
  db.database.transaction(berlin, (tx) =>
    count(tx, id, events, { expectedVersion, ...(key === undefined ? {} : { key }) }),
  );
const read = (actor: Actor, id: string) =>
  db.database.transaction(actor, (tx) => load(tx, counter, id), { readOnly: true });

test('what was appended is what is loaded', async () => {
  const id = randomUUID();
  const recorded = await record(id, 0, [opened(), added(3), added(4)]);
  expect(recorded.map((event) => event.version)).toEqual([1, 2, 3]);
  const seqs = recorded.map((event) => event.seq);
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  expect(await read(berlin, id)).toEqual({ state: { territory: 'DE', total: 7 }, version: 3 });
  const [stream] = await db.admin('select last_seq from counters.stream where aggregate_id = $1', [
    id,
  ]);
  expect(stream).toEqual({ last_seq: String(seqs.at(-1)) });
});

test('a decision on an old version is refused with the actual one', async () => {
  const id = randomUUID();
  await record(id, 0, [opened()]);
  await record(id, 1, [added(1)]);
  const late = await record(id, 1, [added(2)]).catch((error: unknown) => error);
  expect(late).toBeInstanceOf(VersionConflict);
  expect(late).toMatchObject({ code: 'CONFLICT', actualVersion: 2 });
  await expect(record(id, 0, [opened()])).rejects.toMatchObject({ actualVersion: 2 });
});

test.each([
  ['nothing can follow', false, 'ABORTED'],
  ['the read model of its transaction follows all the same', true, undefined],
])('behind the last append %s', async (_, hasReadModel, code) => {
  // Read models hang on the database that the transaction belongs to.
  const bare = await createDatabase({ url: db.appUrl });
  const id = randomUUID();
  const outcome = await (hasReadModel ? db.database : bare)
    .transaction(berlin, async (tx) => {
      await append(tx, {
        aggregate: counter,
        id,
        state: { territory: 'DE', total: 0 },
        expectedVersion: 0,
        events: [added(2), added(5)],
        context: testContext(),
        isLast: true,
      });
      await tx.query('select 1');
    })
    .catch((error: unknown) => error);
  expect(outcome).toEqual(code === undefined ? undefined : expect.objectContaining({ code }));
  expect(await read(berlin, id)).toMatchObject({ state: { total: 7 }, version: 2 });
  const rows = await db.admin('select from counters.counter where id = $1', [id]);
  expect(rows).toHaveLength(hasReadModel ? 1 : 0);
  await bare.close();
});

test('a hundred writers on one version: one wins, the others are told', async () => {
  const id = randomUUID();
  await record(id, 0, [opened()]);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, () => record(id, 1, [added(1)])),
  );
  expect(outcomes.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
  expect((await read(berlin, id)).version).toBe(2);
});

test('a key used twice has one effect and the same answer', async () => {
  const id = randomUUID();
  const key = randomUUID();
  const [first] = await record(id, 0, [opened()], key);
  const [second] = await record(randomUUID(), 0, [opened()], key);
  expect(second).toEqual(first);
  expect((await read(berlin, id)).version).toBe(1);
});

test('a process of before appends as it did, and once under one key', async () => {
  const id = randomUUID();
  const common = {
    time: '2026-01-02T03:04:05.000Z',
    actor: berlin.userId,
    correlationId: 'before',
  };
  const facts = [opened(), added(1), added(2)].map((fact) => ({
    ...fact,
    ...common,
    id: randomUUID(),
    schemaVersion: 1,
    causationId: null,
    traceparent: null,
    meta: {},
  }));
  const asBefore = () =>
    db.database.transaction(berlin, (tx) =>
      tx.query<{ seq: number; version: number; duplicate: boolean }>(
        `select * from counters.append('counter', $1, 0, 'DE', null, $2, $3)`,
        [id, `before-${id}`, JSON.stringify(facts)],
      ),
    );
  const first = await asBefore();
  expect(first).toMatchObject([1, 2, 3].map((version) => ({ version, duplicate: false })));
  expect(await asBefore()).toEqual(first.map((row) => ({ ...row, duplicate: true })));
  const kept = await db.admin(
    `select seq::int, id, type, actor, correlation_id as "correlationId", time from counters.event
     where aggregate_id = $1 order by version`,
    [id],
  );
  expect(kept).toEqual(
    facts.map(({ id: factId, type }, index) => ({
      ...common,
      seq: first[index]?.seq,
      id: factId,
      type,
      time: new Date(common.time),
    })),
  );
});

test('the same key at the same moment has one effect', async () => {
  const key = randomUUID();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => record(randomUUID(), 0, [opened()], key)),
  );
  const ids = outcomes.flatMap((each) =>
    each.status === 'fulfilled' ? each.value.map((event) => event.id) : [],
  );
  expect(new Set(ids).size).toBe(1);
  for (const each of outcomes) {
    if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'TRANSIENT' });
  }
  expect(await db.admin('select from counters.event_key where key = $1', [key])).toHaveLength(1);
});

test('an aggregate of another territory does not exist', async () => {
  const id = randomUUID();
  await record(id, 0, [opened()]);
  expect(await read(vienna, id)).toEqual({ state: counter.initial, version: 0 });
});

test('nobody records facts where he has no rights', async () => {
  const write = db.database.transaction(vienna, (tx) => count(tx, randomUUID(), [opened()]));
  await expect(write).rejects.toMatchObject({ code: 'DENIED' });
});

test('the inline read model and the fact are one transaction', async () => {
  const id = randomUUID();
  const failing = db.database.transaction(berlin, async (tx) => {
    await count(tx, id, [opened(), added(5)]);
    const [row] = await tx.query('select total from counters.counter where id = $1', [id]);
    expect(row).toEqual({ total: 5 });
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await db.admin('select from counters.counter where id = $1', [id])).toEqual([]);
  expect(await db.admin('select from counters.event where aggregate_id = $1', [id])).toEqual([]);
});

test('a fact the catalog does not allow is not appended', async () => {
  const wrong = { type: 'counter.added', data: { amount: 'many' } } as unknown as CounterEvent;
  await expect(record(randomUUID(), 0, [wrong])).rejects.toMatchObject({ code: 'INVALID_FACT' });
  const unknown = { type: 'counter.sold', data: {} } as unknown as CounterEvent;
  await expect(record(randomUUID(), 0, [unknown])).rejects.toMatchObject({ code: 'UNKNOWN_FACT' });
});
