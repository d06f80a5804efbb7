import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import { createLogger } from '#kernel/telemetry';
import {
  added,
  count,
  counter,
  counters,
  createTestDatabase,
  noted,
  opened,
  testBackbone,
  testContext,
  type CounterEvent,
  type TestDatabase,
} from '#kernel/testing';
import { append, type Backbone, type Recorded } from './index.ts';
import { createLogHead, type LogBatch, type LogHead } from './log-head.ts';
import type { EventRow } from './recorded.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
let db: TestDatabase;
let stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
});
afterEach(async () => {
  for (const stop of stops) await stop();
  stops = [];
});
afterAll(() => db.close());

async function lead(isTold: boolean): Promise<{ head: LogHead; batches: LogBatch[] }> {
  const batches: LogBatch[] = [];
  const told: number[] = [];
  const head = createLogHead({
    database: db.database,
    module: 'counters',
    actor: systemActor('test', ['DE']),
    log: createLogger({ level: 'silent' }),
    ...(isTold ? { beforeCommit: async (_, rows) => void told.push(rows.length) } : {}),
    onBatch: (batch) => {
      if (isTold) expect(told.pop()).toBe(batch.rows?.length);
      batches.push(batch);
    },
    pollMs: 3_600_000,
    idlePollMs: 3_600_000,
  });
  stops.push(() => head.stop());
  await head.start();
  batches.length = 0;
  return { head, batches };
}

const write = (...events: CounterEvent[]): Promise<Recorded<CounterEvent>[]> =>
  db.database.transaction(berlin, (tx) => count(tx, randomUUID(), events));
/** As a fact would be remembered that reads otherwise in the table. */
async function stored(seq: number, amount: number): Promise<EventRow> {
  const [row] = await db.admin('select * from counters.event where seq = $1', [seq]);
  return { ...row, seq, data: { amount, unit: 'piece' } } as unknown as EventRow;
}

test.each([
  ['logged', false],
  ['told of before the commit', true],
])('of the facts that are %s those remembered are not read again', async (_, isTold) => {
  const { head, batches } = await lead(isTold);
  const [first, second, third] = await write(added(1), added(2), added(3));
  head.remember([await stored(second?.seq ?? 0, 99)], 10);
  await head.tick();
  const [batch] = batches;
  expect(batch?.rows?.map(({ data }) => data)).toMatchObject([
    { amount: 1 },
    { amount: 99 },
    { amount: 3 },
  ]);
  expect(batch?.rows?.map(({ seq }) => seq)).toEqual([first?.seq, second?.seq, third?.seq]);
  const begin = batch?.firstPosition ?? 0;
  expect(batch?.rows?.map(({ position }) => position)).toEqual([begin, begin + 1, begin + 2]);
  // What was handed out is read from the table from now on.
  await write(added(4));
  await head.tick();
  expect(batches.at(-1)?.rows?.map(({ data }) => data)).toMatchObject([{ amount: 4 }]);
});

test('a head that does not lead remembers nothing, and what is remembered but not there is not logged', async () => {
  const { head, batches } = await lead(false);
  const [fact] = await write(added(1));
  await head.tick();
  const row = await stored(fact?.seq ?? 0, 99);
  head.remember([{ ...row, seq: row.seq + 1_000 }], 10);
  batches.length = 0;
  await head.tick();
  expect(batches).toEqual([]);
  await head.stop();
  const [unseen] = await write(added(5));
  head.remember([await stored(unseen?.seq ?? 0, 99)], 10);
  await head.start();
  await head.tick();
  expect(batches.flatMap(({ rows }) => rows?.map(({ data }) => data))).toMatchObject([
    { amount: 5 },
  ]);
});

test('a batch too large for memory is left to its readers', async () => {
  const { head, batches } = await lead(false);
  const facts = await Promise.all(
    Array.from({ length: 6 }, () => write(...Array.from({ length: 1_000 }, () => added(1)))),
  );
  head.remember([await stored(facts[0]?.[0]?.seq ?? 0, 99)], 10);
  await head.tick();
  expect(batches).toMatchObject([{ n: 6_000, rows: undefined }]);
});

/** What a backbone of its own delivers from a position on, up to an aggregate. */
async function delivered(backbone: Backbone, from: number, until: string): Promise<unknown[]> {
  const events: unknown[] = [];
  const types = ['counter.opened', 'counter.added', 'counter.noted'];
  for await (const event of backbone.feed.subscribe<CounterEvent>({ types, from })) {
    events.push(event);
    if (event.aggregateId === until) break;
  }
  return events;
}

test('what is delivered from memory is what lies in the table', async () => {
  const leader = testBackbone(db, { modules: [counters] });
  stops.push(() => leader.stop());
  await leader.start();
  await leader.settled();
  const [head] = await db.admin<{ position: number }>(
    'select max(first_position + n - 1)::int as position from counters.log',
  );
  const from = head?.position ?? 0;
  const person = randomUUID();
  const numbers = [0, -0, 0.1, 1e21, 1e-7, -12.5, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE];
  await write(opened('DE'), added(0), added(-7));
  await write(noted(person, 'Grüße   \u2028 "quoted" \\ 🍎 e\u0301'));
  await db.database.transaction(berlin, (tx) =>
    append(tx, {
      aggregate: counter,
      id: randomUUID(),
      state: { territory: 'DE', total: 0 },
      expectedVersion: 0,
      events: [added(1)],
      context: { ...testContext(), causationId: 'cause', traceparent: undefined },
      audit: { action: 'count', reason: 'asked for by Petra', before: { z: 1, a: [undefined] } },
      meta: { zeta: undefined, numbers, b: { y: null, x: [1, 'two'] } },
    }),
  );
  const last = randomUUID();
  await db.database.transaction(berlin, (tx) => count(tx, last, [added(1)], { key: randomUUID() }));
  const live = await delivered(leader, from, last);
  const reader = testBackbone(db, { modules: [counters] });
  stops.push(() => reader.stop());
  await reader.start();
  const read = await delivered(reader, from, last);
  expect(live).toHaveLength(6);
  expect(live).toStrictEqual(read);
});
