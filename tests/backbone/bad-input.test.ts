import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActor } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import type { AnyEvent, Backbone } from '#kernel/events';
import {
  added,
  count,
  counters,
  createTestDatabase,
  noted,
  opened,
  tallies,
  testBackbone,
  type CounterEvent,
  type TestDatabase,
} from '#kernel/testing';

/** Cursors of other people are refused at the gateway, in `gateway/subscriptions.test.ts`. */

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
const counterId = randomUUID();
let db: TestDatabase;
let backbone: Backbone;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
  backbone = testBackbone(db, { modules: [counters, tallies] });
  await backbone.start();
  await db.database.transaction(berlin, (tx) => count(tx, counterId, [opened(), added()]));
  await backbone.settled();
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

const TABLES = [
  'counters.event',
  'counters.stream',
  'counters.event_key',
  'counters.counter',
  'tallies.tally',
  'tallies.seen',
  'tallies.replay_job',
];

const everything = (): Promise<unknown> =>
  Promise.all(
    TABLES.map((table) => db.admin(`select to_jsonb(t) as row from ${table} t order by 1`)),
  );
const consumers = (): Promise<unknown> =>
  db.admin('select name, status, generation from tallies.consumer order by name');

const record = (
  events: readonly unknown[],
  options: { expectedVersion?: number; territory?: string } = {},
): Promise<unknown> =>
  db.database.transaction(berlin, (tx) =>
    count(tx, counterId, events as CounterEvent[], { key: randomUUID(), ...options }),
  );
const operate = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  db.database.transaction(admin, work);
const listen = async (from: number): Promise<AnyEvent[]> => {
  const all: AnyEvent[] = [];
  for await (const event of backbone.feed.subscribe({ types: ['counter.added'], from })) {
    all.push(event);
  }
  return all;
};
const replayOf = (
  projection: string,
  upTo?: { positions: Record<string, number> },
): Promise<void> =>
  operate((tx) =>
    backbone.operations.requestReplay(tx, { id: randomUUID(), projection, isDryRun: true, upTo }),
  );

it.each<[what: string, code: string, attempt: () => Promise<unknown>]>([
  ['a fact of an unknown type', 'UNKNOWN_FACT', () => record([{ type: 'counter.sold', data: {} }])],
  ['a fact without data', 'INVALID_FACT', () => record([{ type: 'counter.added' }])],
  [
    'a fact that does not fit its schema',
    'INVALID_FACT',
    () => record([added(), { type: 'counter.added', data: { amount: 'many', unit: 'box' } }]),
  ],
  [
    'a fact that is too large',
    'FACTS_TOO_LARGE',
    () => record([noted(randomUUID(), 'x'.repeat(5 * 1024 * 1024))]),
  ],
  [
    'more facts than an append holds',
    'DEFECT',
    () => record(Array.from({ length: 1_001 }, () => added())),
  ],
  ['a decision on an old version', 'CONFLICT', () => record([added()], { expectedVersion: 1 })],
  ['a decision on a version to come', 'CONFLICT', () => record([added()], { expectedVersion: 9 })],
  ['a fact for a foreign territory', 'DENIED', () => record([added()], { territory: 'AT' })],
  ['a replay of an unknown projection', 'UNKNOWN_PROJECTION', () => replayOf('tallies.nothing')],
  [
    'a replay up to a place in an unknown log',
    'UNKNOWN_MODULE',
    () => replayOf('tallies.tally', { positions: { nowhere: 1 } }),
  ],
  [
    'a pause of an unknown consumer',
    'UNKNOWN_CONSUMER',
    () => operate((tx) => backbone.operations.setStatus(tx, 'tallies.nobody', 'PAUSED')),
  ],
  ['a position from the future', 'RESUME_GAP', () => listen(10 ** 12)],
])('%s is refused with %s, and nothing changes', async (_, code, attempt) => {
  const before = [await everything(), await consumers()];
  await expect(attempt()).rejects.toMatchObject({ code });
  await backbone.settled();
  expect([await everything(), await consumers()]).toEqual(before);
});

it('what does not fit is named by its field, never by its value', async () => {
  const attempt = record([
    { type: 'counter.noted', data: { personId: 'one', note: { text: 'Kanarivermerk 4711' } } },
  ]);
  const error = await attempt.catch((reason: unknown) => reason);
  expect(String(error)).toContain('note');
  expect(String(error)).not.toContain('Kanarivermerk');
});
