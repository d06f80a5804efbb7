import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import {
  added,
  count,
  counters,
  createTestDatabase,
  eventually,
  noted,
  opened,
  tallies,
  testBackbone,
  type CounterEvent,
  type TestDatabase,
} from '#kernel/testing';
import {
  defineProjection,
  masked,
  measureEvents,
  readAggregateFacts,
  type Backbone,
  type ReplayJob,
} from './index.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const vienna = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['AT'] });
const boss = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
const POISON = 13;
let db: TestDatabase;
let backbone: Backbone;
let isPoisoned = true;
let handled: number[] = [];
/** Happens while a fact is handled. */
let meanwhile = async (_amount: number): Promise<void> => {};

const picky = defineProjection<CounterEvent>({
  name: 'tallies.picky',
  tables: [],
  on: {
    'counter.added': async ({ data }) => {
      if (isPoisoned && data.amount === POISON) throw new Error('Poison of thirteen');
      await meanwhile(data.amount);
      handled.push(data.amount);
    },
  },
});

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
  backbone = testBackbone(db, {
    modules: [counters, { ...tallies, projections: [...tallies.projections, picky] }],
    attemptsMax: 1,
    restMs: 1,
  });
  await backbone.start();
});
afterEach(() => {
  isPoisoned = true;
  handled = [];
  meanwhile = async () => {};
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

const asBoss = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  db.database.transaction(boss, work);
const write = (id: string, ...events: CounterEvent[]) =>
  db.database.transaction(berlin, (tx) => count(tx, id, events));
const statusOf = async (name: string): Promise<string | undefined> =>
  (await backbone.operations.consumers()).find((each) => each.name === name)?.status;
const letters = (limit = 100) =>
  asBoss((tx) => backbone.operations.deadLetters(tx, 'tallies.picky', { limit }));

/** Whether the live flow has a fact in hand and may not handle it yet. */
async function waitsForCheckpoint(): Promise<boolean> {
  const waiting = await db.admin(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
       and query like '%tallies.consumer%for update%'`,
  );
  return waiting.length > 0;
}

/** Three counters with a poisonous fact each and one behind it. */
async function park(): Promise<string[]> {
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  for (const id of ids) await write(id, opened(), added(POISON), added(1));
  await backbone.settled();
  return ids;
}

describe('a consumer', () => {
  it('stands still and goes on in the transaction of whoever says so', async () => {
    const { operations } = backbone;
    const set = (status: 'ACTIVE' | 'PAUSED') =>
      asBoss((tx) => operations.setStatus(tx, 'tallies.seen', status));
    expect(await set('PAUSED')).toBe(true);
    expect(await set('PAUSED')).toBe(false);
    expect(await statusOf('tallies.seen')).toBe('PAUSED');
    await expect(
      asBoss(async (tx) => {
        await operations.setStatus(tx, 'tallies.seen', 'ACTIVE');
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await statusOf('tallies.seen')).toBe('PAUSED');
    expect(await set('ACTIVE')).toBe(true);
    await write(randomUUID(), opened());
    await backbone.settled();
  });

  it('that nobody knows is refused with a code, and nothing changes', async () => {
    const { operations } = backbone;
    const unknown = { code: 'UNKNOWN_CONSUMER', field: 'consumer' };
    await expect(
      asBoss((tx) => operations.setStatus(tx, 'tallies.none', 'PAUSED')),
    ).rejects.toMatchObject(unknown);
    await expect(
      asBoss((tx) => operations.deadLetters(tx, "x'; drop", { limit: 1 })),
    ).rejects.toMatchObject(unknown);
    await expect(operations.retry('nobody', { by: boss.userId })).rejects.toMatchObject(unknown);
  });
});

describe('dead letters', () => {
  it('are paged, and retried by one, by matching error, and all', async () => {
    const [first = '', second = ''] = await park();
    const all = await letters();
    expect(all).toHaveLength(6);
    expect(all[0]).toMatchObject({ aggregateId: first, eventType: 'counter.added', version: 2 });
    const { source, position } = all[1] ?? { source: '', position: 0 };
    const rest = await asBoss((tx) =>
      backbone.operations.deadLetters(tx, 'tallies.picky', {
        limit: 2,
        after: { source, position },
      }),
    );
    expect(rest).toEqual(all.slice(2, 4));

    const { retry } = backbone.operations;
    const by = boss.userId;
    const eventIds = [all.find((each) => each.aggregateId === second)?.eventId ?? ''];
    expect(await retry('tallies.picky', { by, eventIds })).toEqual({
      resolved: 0,
      failed: [second],
    });
    expect(await letters()).toHaveLength(6);
    isPoisoned = false;
    expect(await retry('tallies.picky', { by, eventIds })).toEqual({ resolved: 2, failed: [] });
    expect(handled).toEqual([POISON, 1]);
    expect(await retry('tallies.picky', { by, error: 'no such text' })).toMatchObject({
      resolved: 0,
    });
    expect(await retry('tallies.picky', { by, error: 'POISON of' })).toMatchObject({ resolved: 4 });
    expect(await letters()).toEqual([]);
  });

  it('retried by two at once are handled once', async () => {
    await park();
    isPoisoned = false;
    const { retry } = backbone.operations;
    const both = await Promise.all([
      retry('tallies.picky', { by: boss.userId }),
      retry('tallies.picky', { by: boss.userId }),
    ]);
    expect(both.reduce((sum, { resolved }) => sum + resolved, 0)).toBe(6);
    expect(handled.toSorted((a, b) => a - b)).toEqual([1, 1, 1, POISON, POISON, POISON]);
  });

  it.each([
    ['the first', POISON],
    ['the last', 1],
  ])('flow on with what came while %s of them was retried', async (_which, during) => {
    const id = randomUUID();
    await write(id, opened(), added(POISON), added(1));
    await backbone.settled();
    isPoisoned = false;
    meanwhile = async (amount) => {
      if (amount !== during) return;
      await write(id, added(2));
      await eventually(async () => expect(await waitsForCheckpoint()).toBe(true));
    };
    const { retry } = backbone.operations;
    await retry('tallies.picky', { by: boss.userId, aggregateIds: [id] });
    await backbone.settled();
    expect(handled).toEqual([POISON, 1, 2]);
    expect(await letters()).toEqual([]);
    await write(id, added(3));
    await backbone.settled();
    expect(handled).toEqual([POISON, 1, 2, 3]);
  });

  it('are given up one by one, with a reason', async () => {
    await park();
    const eventId = (await letters())[0]?.eventId ?? '';
    const discard = (reason: string) =>
      asBoss((tx) =>
        backbone.operations.discard(tx, { consumer: 'tallies.picky', eventId, reason }),
      );
    await expect(discard('because')).rejects.toThrow(RangeError);
    expect(await discard('The counter was broken')).toBe(true);
    expect(await discard('The counter was broken')).toBe(false);
    expect(await letters()).toHaveLength(5);
  });
});

describe('a rebuild that was asked for', () => {
  const ask = async (projection: string, isDryRun = false): Promise<string> => {
    const id = randomUUID();
    await asBoss((tx) => backbone.operations.requestReplay(tx, { id, projection, isDryRun }));
    return id;
  };
  const jobOf = (id: string): Promise<ReplayJob | undefined> =>
    asBoss((tx) => backbone.operations.replay(tx, id));
  const ended = (id: string, status: string) =>
    eventually(async () => expect(await jobOf(id)).toMatchObject({ status }));

  it('is worked on after the commit and tells how far it came', async () => {
    await write(randomUUID(), opened(), added(2));
    await backbone.settled();
    const lived = await db.admin('select * from tallies.tally order by counter_id');
    await db.admin('update tallies.tally set total = -1');
    const id = await ask('tallies.tally');
    await ended(id, 'DONE');
    const job = await jobOf(id);
    expect(job?.events).toBe(job?.total);
    expect(job).toMatchObject({ requestedBy: boss.userId, isDryRun: false, error: null });
    expect(await db.admin('select * from tallies.tally order by counter_id')).toEqual(lived);
  });

  it('as a dry run counts and leaves everything as it is', async () => {
    await db.admin('update tallies.tally set total = -1');
    const id = await ask('tallies.tally', true);
    await ended(id, 'DONE');
    expect((await jobOf(id))?.events).toBeGreaterThan(0);
    expect(await db.admin('select from tallies.tally where total <> -1')).toEqual([]);
    await backbone.rebuild('tallies.tally');
  });

  it('of something nobody knows is refused with a code', async () => {
    await expect(ask('tallies.none')).rejects.toMatchObject({ code: 'UNKNOWN_PROJECTION' });
  });

  it('is taken up when its process is gone, but not for ever without a step forward', async () => {
    const abandoned = (fruitless: number): Promise<{ id: string }[]> =>
      db.admin(
        `insert into tallies.replay_job (id, projection, dry_run, status, requested_by, runs, fruitless,
           lease_until)
         values (gen_random_uuid(), 'tallies.tally', false, 'RUNNING', $1, 7, $2, now() - interval '1 s')
         returning id`,
        [boss.userId, fruitless],
      );
    const [[again], [tooOften]] = await Promise.all([abandoned(1), abandoned(3)]);
    await ended(again?.id ?? '', 'DONE');
    await ended(tooOften?.id ?? '', 'FAILED');
  });

  it('can be cancelled before it is over, and not afterwards', async () => {
    const [running] = await db.admin<{ id: string }>(
      `insert into tallies.replay_job (id, projection, dry_run, status, requested_by, lease_until)
       values (gen_random_uuid(), 'tallies.unknown', false, 'QUEUED', $1, null) returning id`,
      [boss.userId],
    );
    const cancel = (id: string) => asBoss((tx) => backbone.operations.cancelReplay(tx, id));
    expect(await cancel(running?.id ?? '')).toBe(true);
    expect(await jobOf(running?.id ?? '')).toMatchObject({ status: 'CANCELLED' });
    expect(await cancel(running?.id ?? '')).toBe(false);
  });

  it('is listed newest first, page by page', async () => {
    const ids = [await ask('tallies.tally', true), await ask('tallies.tally', true)];
    await Promise.all(ids.map((id) => ended(id, 'DONE')));
    const page = (after?: { at: Date; id: string }) =>
      asBoss((tx) => backbone.operations.replays(tx, { limit: 1, after }));
    const [newest] = await page();
    const [next] = await page({ at: newest?.requestedAt ?? new Date(), id: newest?.id ?? '' });
    // Both may have been asked for in one millisecond.
    expect([newest?.id, next?.id]).toEqual(expect.arrayContaining(ids));
  });

  it('is nothing for people without the right, whoever asks the database', async () => {
    const id = randomUUID();
    await expect(
      db.database.transaction(berlin, (tx) =>
        backbone.operations.requestReplay(tx, { id, projection: 'tallies.tally', isDryRun: true }),
      ),
    ).rejects.toMatchObject({ code: 'DENIED' });
  });
});

describe('the history of one aggregate', () => {
  it('is read in order, page by page, in the territories of the reader', async () => {
    const id = randomUUID();
    await write(id, opened(), added(1), noted(randomUUID(), 'Kanari'));
    const { catalogs } = backbone.operations;
    const read = (page: Parameters<typeof readAggregateFacts>[3], actor = berlin) =>
      db.database.transaction(actor, (tx) => readAggregateFacts(tx, catalogs, id, page));
    const all = await read({ limit: 10 });
    expect(all.map(({ event }) => event.type)).toEqual([
      'counter.opened',
      'counter.added',
      'counter.noted',
    ]);
    const after = { module: 'counters', version: 1 };
    expect(await read({ limit: 1, after })).toEqual([all[1]]);
    expect(await read({ limit: 10 }, vienna)).toEqual([]);
    expect(masked(all[2]?.event.data)).toMatchObject({ note: '***' });
  });
});

it('statistics count by type and person, without jobs', async () => {
  await write(randomUUID(), opened(), added(1));
  const told = await asBoss((tx) => measureEvents(tx, ['counters'], 'Europe/Berlin'));
  const [{ n }] = (await db.admin<{ n: string }>('select count(*) as n from counters.event')) as [
    { n: string },
  ];
  expect(told.totalEvents).toBe(Number(n));
  expect(told.eventsToday).toBe(told.totalEvents);
  expect(told.eventsByType.reduce((sum, { count: each }) => sum + each, 0)).toBe(told.totalEvents);
  expect(told.topUsers).toEqual([{ userId: berlin.userId, count: told.totalEvents }]);
});
