import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import {
  added,
  count,
  counter,
  counters,
  createTestDatabase,
  noted,
  opened,
  pagesTouched,
  testClock,
  testContext,
  type CounterEvent,
  type TestDatabase,
} from '#kernel/testing';
import { append, bindEvents, eraseSubject, load, loadAsOf, type Aggregate } from './index.ts';
import { replay } from './load.ts';
import { createSnapshotter, takeSnapshot } from './snapshots.ts';
import { createLogger } from '#kernel/telemetry';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const vienna = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['AT'] });
const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: ['DE'] });
const job = systemActor('test', ['DE']);
const NOTE = 'Kanarivermerk 4711';
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
});
afterAll(() => db.close());

interface Diary {
  readonly territory: string | null;
  readonly total: number;
  readonly versions: ReadonlyMap<number, string>;
  readonly notes: readonly (string | null)[];
  readonly last: Date | undefined;
}

/** Remembers everything, in a shape that JSON would not keep. */
const diary: Aggregate<Diary, CounterEvent> = {
  type: 'counter',
  events: counters.events,
  initial: { territory: null, total: 0, versions: new Map(), notes: [], last: undefined },
  evolve: (state, event) => {
    const seen = { ...state, versions: new Map(state.versions).set(event.version, event.type) };
    switch (event.type) {
      case 'counter.opened':
        return { ...seen, territory: event.data.territory };
      case 'counter.added':
        return { ...seen, total: state.total + event.data.amount, last: new Date(event.time) };
      case 'counter.noted':
        return { ...seen, notes: [...state.notes, event.data.note?.toLowerCase() ?? null] };
    }
  },
  territoryOf: (state) => state.territory,
  ownerOf: () => null,
};

const write = (id: string, events: readonly CounterEvent[]) =>
  db.database.transaction(berlin, (tx) => count(tx, id, events));
const snapshot = (id: string, aggregate: Aggregate<Diary, CounterEvent> = diary) =>
  db.database.transaction(job, (tx) => takeSnapshot(tx, aggregate, id));
const read = (id: string, options = {}, aggregate: Aggregate<Diary, CounterEvent> = diary) =>
  db.database.transaction(berlin, (tx) => replay(tx, aggregate, id, options), { readOnly: true });

test('I12: snapshot and tail lead to what all facts lead to, wherever snapshots were taken', async () => {
  const act = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: -9, max: 9 }).map((amount) => added(amount)) },
    { weight: 2, arbitrary: fc.constantFrom(0, 1, 2).map((person) => person) },
    { weight: 2, arbitrary: fc.constant('snapshot' as const) },
  );
  const seed = Number(process.hrtime.bigint() % 2_147_483_647n);
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (acts) => {
      const id = randomUUID();
      const people = [randomUUID(), randomUUID(), randomUUID()];
      await write(id, [opened()]);
      for (const each of acts) {
        if (each === 'snapshot') await snapshot(id);
        else if (typeof each === 'number') await write(id, [noted(people[each] ?? '', NOTE)]);
        else await write(id, [each]);
      }
      const whole = await read(id, { whole: true });
      const fast = await read(id);
      expect(fast.state).toEqual(whole.state);
      expect(fast.version).toBe(whole.version);
      expect(fast.subjects).toEqual(whole.subjects);
      for (let upTo = 1; upTo <= whole.version; upTo += 3) {
        const past = await read(id, { upTo });
        expect(past.state).toEqual((await read(id, { upTo, whole: true })).state);
      }
    }),
    { numRuns: 25, seed },
  );
});

test('I12: with a snapshot only the tail is read, without one or with an older shape everything', async () => {
  const id = randomUUID();
  await write(id, [opened(), added(1), added(2)]);
  expect(await snapshot(id)).toBe(3);
  await write(id, [added(3)]);
  const { state } = await read(id);
  expect(await read(id)).toMatchObject({ events: 1, version: 4 });
  const reshaped = { ...diary, snapshotVersion: 2 };
  expect(await read(id, {}, reshaped)).toMatchObject({ events: 4, version: 4, state });
  const rewritten = { ...diary, evolve: (s: Diary) => ({ ...s, total: -1 }) };
  expect((await read(id, {}, rewritten)).state.total).toBe(-1);
  await snapshot(id, reshaped);
  expect(await read(id)).toMatchObject({ events: 4 });
  await db.admin('delete from counters.snapshot where aggregate_id = $1', [id]);
  expect(await read(id)).toMatchObject({ events: 4, state });
});

test('I12: a snapshot that was damaged is not used', async () => {
  const id = randomUUID();
  await write(id, [opened(), noted(randomUUID(), NOTE)]);
  await snapshot(id);
  const { state } = await read(id);
  await db.admin(
    `update counters.snapshot set state = jsonb_set(state, '{state}', '"AAAA"') where aggregate_id = $1`,
    [id],
  );
  expect(await read(id)).toMatchObject({ events: 2, state });
});

test('no personal value lies clear in a snapshot, and with the key the value is gone', async () => {
  const id = randomUUID();
  const [one, other] = [randomUUID(), randomUUID()];
  await write(id, [opened(), noted(one, NOTE), noted(other, 'bleibt'), added(4)]);
  await snapshot(id);
  const rows = await db.admin('select state from counters.snapshot where aggregate_id = $1', [id]);
  const stored = (rows[0]?.['state'] as { state: string }).state;
  for (const text of [JSON.stringify(rows), Buffer.from(stored, 'base64').toString('latin1')]) {
    expect(text.toLowerCase()).not.toContain(NOTE.toLowerCase());
  }
  expect((await read(id)).state.notes).toEqual([NOTE.toLowerCase(), 'bleibt']);
  await db.database.transaction(admin, (tx) => eraseSubject(tx, one));
  const after = await read(id);
  expect(after).toMatchObject({ events: 4, state: { notes: [null, 'bleibt'], total: 4 } });
  await snapshot(id);
  expect(await read(id)).toMatchObject({ events: 0, state: after.state });
  const past = await db.database.transaction(berlin, (tx) =>
    loadAsOf(tx, diary, id, { version: 2 }),
  );
  expect(past.state.notes).toEqual([null]);
});

test('every hundred versions a snapshot is taken, after the commit and apart from the writer', async () => {
  const log = createLogger({ level: 'silent' });
  const snapshots = createSnapshotter({ workers: db.database, actor: job, log });
  const bindings = { inline: new Map(), keyring: db.keyring, onAppended: () => {} };
  bindEvents(db.database, { ...bindings, onSnapshotDue: snapshots.due });
  const id = randomUUID();
  const versions = async (): Promise<unknown[]> => {
    await snapshots.idle();
    const rows = await db.admin(
      'select version from counters.snapshot where aggregate_id = $1 order by version',
      [id],
    );
    return rows.map((row) => row['version']);
  };
  await write(id, [opened(), ...Array.from({ length: 98 }, () => added())]);
  expect(await versions()).toEqual([]);
  await write(id, [added()]);
  expect(await versions()).toEqual([100]);
  await write(id, [added(), added()]);
  expect(await versions()).toEqual([100]);
  await write(
    id,
    Array.from({ length: 150 }, () => added()),
  );
  expect(await versions()).toEqual([100, 252]);
  await db.admin('delete from counters.snapshot where aggregate_id = $1', [id]);
  await db.database.transaction(berlin, (tx) => load(tx, counter, id));
  expect(await versions()).toEqual([252]);
  await snapshots.stop();
});

test('the past is told by version and by time, under the rights of today', async () => {
  const id = randomUUID();
  const clock = testClock('2025-09-26T09:00:00.000Z');
  const writeThen = (events: CounterEvent[]) =>
    db.database.transaction(berlin, (tx) =>
      append(tx, {
        aggregate: counter,
        id,
        state: { territory: 'DE', total: 0 },
        expectedVersion: null,
        events,
        context: { ...testContext(), clock },
      }),
    );
  await writeThen([opened(), added(1)]);
  const at = clock.now();
  clock.advance(1);
  await writeThen([added(2), added(3)]);
  const asOf = (moment: Parameters<typeof loadAsOf>[3], actor = berlin) =>
    db.database.transaction(actor, (tx) => loadAsOf(tx, counter, id, moment), { readOnly: true });
  expect(await asOf({ version: 3 })).toMatchObject({ version: 3, state: { total: 3 } });
  expect(await asOf({ version: 99 })).toMatchObject({ version: 4, state: { total: 6 } });
  expect(await asOf({ time: at })).toMatchObject({ version: 2, state: { total: 1 } });
  expect(await asOf({ time: new Date(0) })).toEqual({ state: counter.initial, version: 0 });
  expect(await asOf({ version: 3 }, vienna)).toEqual({ state: counter.initial, version: 0 });
  await expect(asOf({ version: 0 })).rejects.toThrow(RangeError);
  await expect(asOf({ time: new Date('never') })).rejects.toThrow(RangeError);
  await db.database.transaction(admin, (tx) => count(tx, id, [added(4)], { territory: 'AT' }));
  expect(await asOf({ version: 3 })).toEqual({ state: counter.initial, version: 0 });
});

test('of a long history only what came after its snapshot is read', async () => {
  const id = randomUUID();
  await write(id, [opened()]);
  for (let page = 0; page < 5; page += 1) {
    await write(
      id,
      Array.from({ length: 1_000 }, () => added()),
    );
  }
  const touched = (whole: boolean): ReturnType<typeof pagesTouched> =>
    db.database.transaction(berlin, (tx) =>
      pagesTouched(tx, (counting) => replay(counting, counter, id, { whole })),
    );
  const before = await touched(true);
  await db.database.transaction(job, (tx) => takeSnapshot(tx, counter, id));
  await write(id, [added()]);
  const [whole, behind] = [await touched(true), await touched(false)];
  expect(before.rows).toBeGreaterThanOrEqual(5_001);
  expect(whole.rows).toBe(before.rows + 1);
  expect(whole.pages).toBeGreaterThan(200);
  // The snapshot, the fact behind it, where the aggregate stands, and the ways of their indexes.
  expect(behind.rows).toBeLessThan(10);
  expect(behind.pages).toBeLessThan(60);
});
