import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import { createDatabase, type Database, type UnitOfWork } from '#kernel/database';
import { createLogger } from '#kernel/telemetry';
import {
  added,
  count,
  counter,
  counters,
  createTestDatabase,
  eventually,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import type { AnyEvent, Backbone, Recorded } from './index.ts';
import { createPostgresLog } from './postgres-log.ts';
import { createReader, type Reader } from './reader.ts';
import { Ring } from './ring.ts';
import { readLog, type LogEntry } from './log.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const job = systemActor('test', ['DE']);
let db: TestDatabase;
let leader: Backbone;
let elsewhere: Database;
const readers: Reader[] = [];

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
  leader = testBackbone(db, { modules: [counters] });
  await leader.start();
  elsewhere = await createDatabase({ url: db.appUrl, applicationName: 'elsewhere' });
});
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.stop();
});
afterAll(async () => {
  await leader.stop();
  await elsewhere.close();
  await db.close();
});

/** A reader as in a process that leads no log and only hears of it. */
async function distant({
  workers = elsewhere,
  ledTo = () => undefined,
}: { workers?: UnitOfWork; ledTo?: () => number | undefined } = {}): Promise<Reader> {
  const log = createLogger({ level: 'silent' });
  const source = createPostgresLog({
    database: elsewhere,
    workers,
    actor: job,
    modules: ['counters'],
    log,
    ledTo,
    onWake: () => {},
  });
  const catalogs = new Map([['counters', counter.events]]);
  const reader = createReader({ catalogs, log, sourceOf: () => source });
  readers.push(reader);
  await reader.start();
  return reader;
}
const write = (id: string) => db.database.transaction(berlin, (tx) => count(tx, id, [added()]));
const arrives = (reader: Reader, id: string, timeoutMs: number) =>
  eventually(
    async () => {
      const entries = await reader.read('counters', 0, 100_000);
      expect(entries.map(({ event }) => event.aggregateId)).toContain(id);
    },
    { timeoutMs },
  );

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

test('a process without the log head learns of facts by notification', async () => {
  const reader = await distant();
  const id = randomUUID();
  const before = reader.position('counters');
  await write(id);
  await eventually(() => expect(reader.position('counters')).toBeGreaterThan(before));
  await arrives(reader, id, 1_000);
});

test('I16: when notifications are lost a fact comes with the next poll', async () => {
  const reader = await distant();
  await db.admin(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'elsewhere-listen'`,
  );
  const id = randomUUID();
  await write(id);
  await arrives(reader, id, 2_000);
});

test('a cut listening connection is replaced, twice in a row', async () => {
  const reader = await distant();
  for (let time = 0; time < 2; time += 1) {
    await db.admin(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'elsewhere-listen'`,
    );
    await eventually(async () => {
      const [row] = await db.admin<{ n: string }>(
        `select count(*) as n from pg_stat_activity
         where application_name = 'elsewhere-listen' and query like 'listen%'`,
      );
      expect([row?.n, reader.isListening()]).toEqual(['1', true]);
    });
  }
});

test('a forged notification causes a look and nothing else', async () => {
  const reader = await distant();
  const before = reader.position('counters');
  for (const payload of [
    'counters 999999999999',
    'counters -1',
    'nobody 5',
    '',
    'counters 1;drop',
  ]) {
    await db.admin(`select pg_notify('events_log', $1)`, [payload]);
    await db.admin(`select pg_notify('events_wake', $1)`, [payload]);
  }
  const id = randomUUID();
  await write(id);
  await arrives(reader, id, 2_000);
  await eventually(() => expect(reader.position('counters')).toBeGreaterThan(before));
  expect(reader.position('counters')).toBeLessThan(999_999_999_999);
});

test('what is older than the ring comes from the log, in the same order', async () => {
  for (let n = 0; n < 5; n += 1) await write(randomUUID());
  await leader.settled();
  const young = await distant();
  const old = await young.read('counters', 0, 100_000);
  const positions = old.map((entry) => entry.position);
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  const third = positions[2] ?? 0;
  expect((await young.read('counters', third, 2)).map((entry) => entry.position)).toEqual(
    positions.slice(3, 5),
  );
});

test('a subscriber resumes at any position kept, and is told when there is none', async () => {
  const id = randomUUID();
  for (let n = 0; n < 3; n += 1) await write(id);
  await leader.settled();
  const all: Recorded<AnyEvent>[] = [];
  for await (const event of leader.feed.subscribe({ types: ['counter.added'], from: 0 })) {
    all.push(event);
    if (event.aggregateId === id && event.version === 3) break;
  }
  expect(all.filter((event) => event.aggregateId === id).map((event) => event.version)).toEqual([
    1, 2, 3,
  ]);
  const beyond = leader.feed.subscribe({ types: ['counter.added'], from: 10 ** 12 });
  await expect(collect(beyond)).rejects.toMatchObject({ code: 'RESUME_GAP' });
});

test('a subscription ends with its signal, also while it waits', async () => {
  const ends = new AbortController();
  const { feed } = leader;
  const all = collect(feed.subscribe({ types: ['counter.added'], signal: ends.signal }));
  ends.abort();
  expect(await all).toEqual([]);
});

test('the ring keeps the newest entries and knows how far back it reaches', () => {
  const ring = new Ring();
  ring.startAfter(100);
  const entries = Array.from({ length: 25_000 }, (_, n) => ({ position: 101 + n * 2 }) as LogEntry);
  for (let n = 0; n < entries.length; n += 500) ring.add(entries.slice(n, n + 500));
  ring.add(entries.slice(0, 10));
  const newest = entries.at(-1)?.position ?? 0;
  expect(ring.position).toBe(newest);
  expect(ring.after(100, 10)).toBeUndefined();
  expect(ring.after(newest - 5, 10)?.map((entry) => entry.position)).toEqual([
    newest - 4,
    newest - 2,
    newest,
  ]);
  expect(ring.after(newest, 10)).toEqual([]);
});

test('the ring remembers when a fact came that it holds no longer', () => {
  const ring = new Ring();
  ring.startAfter(100);
  for (let n = 0; n < 60; n += 1) {
    const came = Array.from({ length: 500 }, (_, at) => 101 + n * 500 + at);
    ring.add(came.map((position) => ({ position, seenAt: n }) as LogEntry));
  }
  expect(ring.after(101, 1)).toBeUndefined();
  expect([101, 600, 601, 30_100].map((position) => ring.seenAt(position))).toEqual([0, 0, 1, 59]);
  expect([100, 30_101].map((position) => ring.seenAt(position))).toEqual([undefined, undefined]);
});

test('a process does not read again what its own log head hands over', async () => {
  let looks = 0;
  const workers: UnitOfWork = {
    transaction: (actor, work, options) => {
      looks += 1;
      return elsewhere.transaction(actor, work, options);
    },
  };
  const reader = await distant({ workers, ledTo: () => 1 });
  const witness = await distant();
  const prevEnd = reader.position('counters');
  looks = 0;
  await write(randomUUID());
  await eventually(() => expect(witness.position('counters')).toBeGreaterThan(prevEnd));
  const rows = await elsewhere.transaction(job, (tx) => readLog(tx, 'counters', prevEnd, 10));
  const firstPosition = rows[0]?.position ?? 0;
  reader.push('counters', { firstPosition, prev: 0, prevEnd, n: rows.length, rows });
  expect(await reader.read('counters', prevEnd, 10)).toHaveLength(rows.length);
  expect(looks).toBe(0);
});

test('what its own log head never hands over, a process reads from the log', async () => {
  const witness = await distant();
  const reader = await distant({ ledTo: () => witness.position('counters') });
  const id = randomUUID();
  await write(id);
  await arrives(reader, id, 5_000);
  await eventually(() => expect(reader.position('counters')).toBe(witness.position('counters')));
});
