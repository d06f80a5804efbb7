import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createActor } from '#kernel/access';
import { uncheckedTables } from '#kernel/database';
import pg from 'pg';
import {
  added,
  count,
  counters,
  createTestDatabase,
  eventually,
  opened,
  tallies,
  testBackbone,
  type CounterEvent,
  type TestDatabase,
} from '#kernel/testing';
import { defineProjection, type Backbone } from './index.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const vienna = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['AT'] });
/** Both kinds: one is written with the append, the other follows the log. */
const PROJECTIONS = [
  { name: 'counters.counter', table: 'counters.counter', key: 'id' },
  { name: 'tallies.tally', table: 'tallies.tally', key: 'counter_id' },
];

let db: TestDatabase;
let backbone: Backbone;
let atFact: (amount: number) => void | Promise<void> = () => {};

const watched = defineProjection<CounterEvent>({
  name: 'tallies.tally',
  tables: ['tallies.tally'],
  on: {
    ...tallies.projections[0]?.on,
    'counter.added': async (fact, tx) => {
      await atFact(fact.data.amount);
      await tallies.projections[0]?.on['counter.added']?.(fact, tx);
    },
  },
});
const stray = defineProjection<CounterEvent>({
  name: 'tallies.stray',
  tables: [],
  on: { 'counter.opened': (_, tx) => tx.query('delete from tallies.tally where false') },
});
const talkative = defineProjection<CounterEvent>({
  name: 'tallies.talkative',
  tables: [],
  on: {
    'counter.opened': async ({ aggregateId }, tx) => {
      if (aggregateId !== speaker) return;
      await count(tx, randomUUID(), [added(1)]);
    },
  },
});
const speaker = randomUUID();
const modules = [
  counters,
  { ...tallies, projections: [watched, tallies.projections[1] ?? stray, stray, talkative] },
];

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
  backbone = testBackbone(db, { modules });
  await backbone.start();
  for (let n = 0; n < 60; n += 1) {
    await write(randomUUID(), opened(n % 2 === 0 ? 'DE' : 'AT'), ...[1, 2, 3, 4].map(added));
  }
  await backbone.settled();
});
beforeEach(() => {
  atFact = () => {};
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

function write(id: string, ...events: CounterEvent[]): Promise<unknown> {
  const [first] = events;
  const territory = first?.type === 'counter.opened' ? first.data.territory : 'DE';
  const actor = territory === 'AT' ? vienna : berlin;
  return db.database.transaction(actor, (tx) => count(tx, id, events, { territory }));
}
/** Writers and readers that leave something of the machine to the rebuild. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));
const rows = (table: string, key: string) => db.admin(`select * from ${table} order by ${key}`);
const shadows = () =>
  db.admin(`select from pg_tables where schemaname in ('counters_next', 'tallies_next')`);
const generations = () =>
  db.admin('select name from counters.generation union all select name from tallies.generation');

describe.each(PROJECTIONS)('I11: $name rebuilt', ({ name, table, key }) => {
  it('is the lived one, row for row, and serves all the time under writes', async () => {
    const id = randomUUID();
    await write(id, opened());
    await backbone.settled();
    const stop = new AbortController();
    const fewest = { rows: Infinity, total: Infinity, looks: 0 };
    const look = async (): Promise<void> => {
      let before = { rows: 0, total: 0 };
      while (!stop.signal.aborted) {
        const [seen] = await db.database.transaction(berlin, (tx) =>
          tx.query<{ rows: number; total: number }>({
            name: `look-${name}`,
            text: `select count(*) as rows, coalesce(sum(total), 0) as total from ${table}`,
          }),
        );
        if (seen === undefined) throw new Error('An aggregate answers one row');
        expect(seen.rows).toBeGreaterThanOrEqual(before.rows);
        expect(seen.total).toBeGreaterThanOrEqual(before.total);
        before = seen;
        fewest.looks += 1;
        await breath();
      }
    };
    const scribble = async (): Promise<number> => {
      let written = 0;
      while (!stop.signal.aborted) {
        // A writer who waits too long for the swap is told to try again.
        await eventually(() => write(id, added(1)));
        written += 1;
        await breath();
      }
      return written;
    };
    const looking = Promise.all([look(), look()]);
    const writing = scribble();
    for (let round = 0; round < 2; round += 1) {
      const { events } = await backbone.rebuild(name);
      expect(events).toBeGreaterThanOrEqual(301);
    }
    stop.abort();
    const written = await writing;
    await looking;
    await backbone.settled();
    expect(fewest.looks).toBeGreaterThan(4);
    const [mine] = await db.admin<{ total: number }>(
      `select total from ${table} where ${key} = $1`,
      [id],
    );
    expect(mine?.total).toBe(written);
    const lived = await rows(table, key);
    await backbone.rebuild(name);
    expect(await rows(table, key)).toEqual(lived);
    expect([await shadows(), await generations()]).toEqual([[], []]);
  }, 90_000);

  it('takes the place of wrong rows, with the rights that were there before', async () => {
    const lived = await rows(table, key);
    const shape = () =>
      db.admin('select kernel.table_shape($1, $2::regclass)', [table.split('.')[0], table]);
    const before = await shape();
    await db.admin(`update ${table} set total = -1`);
    await backbone.rebuild(name);
    expect(await rows(table, key)).toEqual(lived);
    expect(await shape()).toEqual(before);
    const seenBy = (actor: typeof berlin) =>
      db.database.transaction(actor, (tx) =>
        tx.query<{ territory: string }>(`select distinct territory from ${table}`),
      );
    expect(await seenBy(berlin)).toEqual([{ territory: 'DE' }]);
    expect(await seenBy(vienna)).toEqual([{ territory: 'AT' }]);
    const stolen = db.database.transaction(vienna, (tx) =>
      tx.query(`update ${table} set total = 0 where territory = 'DE' returning total`),
    );
    expect(await stolen).toEqual([]);
  });
});

it('guards the new tables before a row is in them', async () => {
  const looked: unknown[] = [];
  const client = new pg.Client({ connectionString: db.adminUrl });
  await client.connect();
  atFact = async () => {
    if (looked.length > 0) return;
    looked.push(await uncheckedTables(client, ['kernel.migration']));
    looked.push(
      await db.database.transaction(vienna, (tx) =>
        tx.query(`select from tallies_next.tally where territory = 'DE'`),
      ),
    );
  };
  // The live flow calls the handler too; only the rebuild finds tables to look at.
  await backbone.rebuild('tallies.tally');
  await client.end();
  expect(looked).toEqual([[], []]);
});

it('takes facts that are committed and not logged yet', async () => {
  const id = randomUUID();
  const other = testBackbone(db, { modules });
  await backbone.stop();
  await write(id, opened(), added(7));
  await other.rebuild('counters.counter');
  expect(await db.admin('select total from counters.counter where id = $1', [id])).toEqual([
    { total: 7 },
  ]);
  await other.stop();
  backbone = testBackbone(db, { modules });
  await backbone.start();
  await backbone.settled();
});

it('waits for a reader who is at it, without holding up others for long', async () => {
  let isDone = false;
  let rebuilding: Promise<unknown> = Promise.resolve();
  await db.database.transaction(berlin, async (tx) => {
    await tx.query('select from tallies.tally limit 1');
    rebuilding = backbone.rebuild('tallies.tally').then(() => (isDone = true));
    for (let n = 0; n < 10; n += 1) {
      // Others read on behind the one who waits for the lock.
      await db.database.transaction(berlin, (own) =>
        own.query('select from tallies.tally limit 1'),
      );
    }
    expect(isDone).toBe(false);
  });
  await rebuilding;
  expect(isDone).toBe(true);
});

describe('a rebuild that does not come to its end', () => {
  it('leaves the old rows and nothing else when it is cancelled', async () => {
    const lived = await rows('tallies.tally', 'counter_id');
    const cancel = new AbortController();
    const onProgress = (): void => cancel.abort();
    await expect(
      backbone.rebuild('tallies.tally', { signal: cancel.signal, onProgress }),
    ).rejects.toThrow();
    expect(await rows('tallies.tally', 'counter_id')).toEqual(lived);
    expect([await shadows(), await generations()]).toEqual([[], []]);
  });

  it('is taken up where it stood', async () => {
    const lived = await rows('tallies.tally', 'counter_id');
    const stop = new AbortController();
    const onProgress = (): void => stop.abort();
    const kept = { signal: stop.signal, keepsOnAbort: true, onProgress };
    await expect(backbone.rebuild('tallies.tally', kept)).rejects.toThrow();
    expect(await generations()).toHaveLength(1);
    const { events, resumedEvents } = await backbone.rebuild('tallies.tally');
    expect(resumedEvents).toBeGreaterThan(0);
    const { events: all } = await backbone.rebuild('tallies.tally');
    expect(events).toBe(all);
    expect(await rows('tallies.tally', 'counter_id')).toEqual(lived);
  });

  it('begins anew when its table was altered meanwhile', async () => {
    const stop = new AbortController();
    const kept = { signal: stop.signal, keepsOnAbort: true, onProgress: () => stop.abort() };
    await expect(backbone.rebuild('tallies.tally', kept)).rejects.toThrow();
    await db.admin('create index tally_total on tallies.tally (total)');
    expect((await backbone.rebuild('tallies.tally')).resumedEvents).toBe(0);
    expect(await db.admin(`select from pg_indexes where indexname = 'tally_total'`)).toHaveLength(
      1,
    );
    await db.admin('drop index tallies.tally_total');
  });

  it('is told apart from a second one of the same tables', async () => {
    let second: Promise<unknown> | undefined;
    atFact = () =>
      void (second ??= backbone.rebuild('tallies.tally').catch((error: Error) => error.name));
    await backbone.rebuild('tallies.tally');
    expect(await second).toBe('RebuildBusy');
  });

  it('names the fact a handler refuses, and serves on', async () => {
    const lived = await rows('tallies.tally', 'counter_id');
    atFact = (amount) => {
      if (amount === 4) throw new Error('four is too many');
    };
    await expect(backbone.rebuild('tallies.tally')).rejects.toThrow(
      /tallies\.tally could not take counter\.added at counters:\d+: four is too many/,
    );
    expect(await rows('tallies.tally', 'counter_id')).toEqual(lived);
    expect([await shadows(), await generations()]).toEqual([[], []]);
  });
});

describe('a dry run', () => {
  it('tells how many rows there would be, and changes nothing', async () => {
    await db.admin(
      `delete from tallies.tally where ctid in (select ctid from tallies.tally limit 3)`,
    );
    const before = await rows('tallies.tally', 'counter_id');
    const { tables } = await backbone.rebuild('tallies.tally', { dryRun: true });
    expect(tables).toEqual([
      { table: 'tallies.tally', rows: before.length, rowsRebuilt: before.length + 3 },
    ]);
    expect(await rows('tallies.tally', 'counter_id')).toEqual(before);
    expect([await shadows(), await generations()]).toEqual([[], []]);
    await backbone.rebuild('tallies.tally');
  });

  it('ends at an event time or a position; tables that serve never do', async () => {
    const [middle] = await db.admin<{ time: Date; position: string; n: string }>(
      `select e.time, l.first_position + s.ord - 1 as position,
         row_number() over (order by l.first_position, s.ord) as n
       from counters.log l cross join lateral unnest(l.seqs) with ordinality as s (seq, ord)
       join counters.event e on e.seq = s.seq order by 2 offset 100 limit 1`,
    );
    const positions = { counters: Number(middle?.position) };
    const toPosition = await backbone.rebuild('tallies.tally', {
      dryRun: true,
      upTo: { positions },
    });
    expect(toPosition.events).toBe(101);
    const time = middle?.time.toISOString();
    const [until] = await db.admin<{ n: number; opened: number }>(
      `select count(*)::int as n, count(distinct aggregate_id)::int as opened from counters.event
       where date_trunc('milliseconds', time) <= $1`,
      [time],
    );
    const toTime = await backbone.rebuild('tallies.tally', { dryRun: true, upTo: { time } });
    expect(toTime.events).toBe(until?.n);
    expect(toTime.tables[0]?.rowsRebuilt).toBe(until?.opened);
    await expect(backbone.rebuild('tallies.tally', { upTo: { time } })).rejects.toThrow(RangeError);
  });
});

describe('no effect but rows', () => {
  it('a table that is not declared is not written', async () => {
    await expect(backbone.rebuild('tallies.stray')).rejects.toThrow(
      'tallies.tally is written but neither declared in tables nor in handsDown',
    );
  });

  it('nothing is recorded anew', async () => {
    await write(speaker, opened());
    await eventually(() => backbone.settled());
    const before = await db.admin('select count(*) from counters.event');
    await expect(backbone.rebuild('tallies.talkative')).rejects.toThrow('records no facts');
    expect(await db.admin('select count(*) from counters.event')).toEqual(before);
  });

  it('nobody is told of a commit', async () => {
    let told = 0;
    const own = testBackbone(db, {
      modules: [
        counters,
        {
          ...tallies,
          projections: [
            defineProjection<CounterEvent>({
              name: 'tallies.tally',
              tables: ['tallies.tally'],
              on: {
                ...tallies.projections[0]?.on,
                'counter.opened': (_, tx) => Promise.resolve(tx.onCommit(() => void (told += 1))),
              },
            }),
          ],
        },
      ],
    });
    await own.rebuild('tallies.tally', { dryRun: true });
    expect(told).toBe(0);
    await own.stop();
  });
});

describe('the runtime role', () => {
  const asApp = (sql: string, parameters: unknown[] = []) =>
    db.database.transaction(berlin, (tx) => tx.query(sql, parameters));

  it('swaps nothing but what a projection declares', async () => {
    await expect(asApp('select tallies.swap_generation($1)', [['tallies.seen']])).rejects.toThrow();
    await expect(
      asApp(`select kernel.create_shadows('counters', '{event}')`),
    ).rejects.toMatchObject({ code: 'DENIED' });
    await expect(
      asApp(`insert into counters.projection_table values ('counters.counter', 'event')`),
    ).rejects.toMatchObject({ code: 'DENIED' });
    await expect(asApp('create table counters_next.x (n int)')).rejects.toMatchObject({
      code: 'DENIED',
    });
    const made = await asApp('select counters.create_generation($1) as made', [['no.such']]);
    expect(made).toEqual([{ made: false }]);
    expect(await shadows()).toEqual([]);
  });

  it('is told why a table cannot be replaced', async () => {
    await db.admin('create view tallies.big as select * from tallies.tally where total > 9');
    await expect(backbone.rebuild('tallies.tally')).rejects.toThrow('tally is looked at by a view');
    await db.admin('drop view tallies.big');
    await backbone.rebuild('tallies.tally');
  });
});
