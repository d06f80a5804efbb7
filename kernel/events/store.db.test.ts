import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import { createTestDatabase, type TestDatabase } from '#kernel/testing';
import { VersionConflict, append, load } from './index.ts';
import { counter, counters, testContext, type CounterEvent } from './fixture.ts';

let db: TestDatabase;
const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const vienna = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['AT'] });

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
});
afterAll(() => db.close());

const added = (amount: number): CounterEvent => ({ type: 'counter.added', data: { amount } });
const opened = (territory = 'DE'): CounterEvent => ({
  type: 'counter.opened',
  data: { territory },
});

function record(id: string, expectedVersion: number | null, events: CounterEvent[], key?: string) {
  return db.database.transaction(berlin, (tx) =>
    append(tx, {
      aggregate: counter,
      id,
      state: { ...counter.initial, territory: 'DE' },
      expectedVersion,
      events,
      context: testContext(),
      idempotencyKey: key,
    }),
  );
}
const read = (actor: typeof berlin, id: string) =>
  db.database.transaction(actor, (tx) => load(tx, counter, id), { readOnly: true });

test('what was appended is what is loaded', async () => {
  const id = randomUUID();
  const recorded = await record(id, 0, [opened(), added(3), added(4)]);
  expect(recorded.map((event) => event.version)).toEqual([1, 2, 3]);
  expect(recorded.map((event) => event.seq)).toEqual(
    recorded.map((event) => event.seq).toSorted((a, b) => a - b),
  );
  expect(await read(berlin, id)).toEqual({ state: { territory: 'DE', total: 7 }, version: 3 });
  const [row] = await db.admin<{ seqs: boolean }>(
    `select last_seq = (select max(seq) from counters.event e where e.aggregate_id = $1) as seqs
     from counters.stream where aggregate_id = $1`,
    [id],
  );
  expect(row?.seqs).toBe(true);
});

test('a decision on an old version is refused with the actual one', async () => {
  const id = randomUUID();
  await record(id, 0, [opened()]);
  await record(id, 1, [added(1)]);
  const late = await record(id, 1, [added(2)]).catch((error: unknown) => error);
  expect(late).toBeInstanceOf(VersionConflict);
  expect(late).toMatchObject({ code: 'CONFLICT', actualVersion: 2 });
  expect(await record(id, 0, [opened()]).catch((error: unknown) => error)).toMatchObject({
    actualVersion: 2,
  });
});

test('a key used twice has one effect and the same answer', async () => {
  const id = randomUUID();
  const key = randomUUID();
  const [first] = await record(id, 0, [opened()], key);
  const [second] = await record(randomUUID(), 0, [opened()], key);
  expect(second).toEqual({ ...first });
  expect((await read(berlin, id)).version).toBe(1);
});

test('an aggregate of another territory does not exist', async () => {
  const id = randomUUID();
  await record(id, 0, [opened()]);
  expect(await read(vienna, id)).toEqual({ state: counter.initial, version: 0 });
});
