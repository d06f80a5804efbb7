import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Transaction } from '#kernel/database';
import {
  append,
  defineEvents,
  defineProjection,
  type Aggregate,
  type EventContext,
  type EventOf,
  type Recorded,
} from '#kernel/events';

const counterEvents = defineEvents({
  module: 'counters',
  facts: {
    'counter.opened': {
      version: 1,
      aggregate: 'counter',
      data: z.object({ territory: z.string() }),
    },
    'counter.added': {
      version: 2,
      aggregate: 'counter',
      data: z.object({ amount: z.number(), unit: z.string().default('piece') }),
      upcast: { 1: (data: { amount: number }) => ({ ...data, unit: 'piece' }) },
    },
    'counter.noted': {
      version: 1,
      aggregate: 'counter',
      data: z.object({ personId: z.string(), note: z.string().nullable() }),
      personal: { note: 'personId' },
    },
  },
  wireSource: 'counter-management',
  wire: {
    'counter.noted': (event) => ({
      type: 'dashboard.counter_noted',
      data: { counterId: event.aggregateId, note: event.data.note },
      idempotencyKey: event.id,
    }),
  },
});

export type CounterEvent = EventOf<typeof counterEvents>;

export interface Counter {
  readonly territory: string | null;
  readonly total: number;
}

/** A process that handles it in the consumer made for that is killed. */
export const DEADLY_AMOUNT = 666;

/** The smallest aggregate there can be, for the tests of the backbone. */
export const counter: Aggregate<Counter, CounterEvent> = {
  type: 'counter',
  events: counterEvents,
  initial: { territory: null, total: 0 },
  evolve: (state, event) => {
    switch (event.type) {
      case 'counter.opened':
        return { ...state, territory: event.data.territory };
      case 'counter.added':
        return { ...state, total: state.total + event.data.amount };
      case 'counter.noted':
        return state;
    }
  },
  territoryOf: (state) => state.territory,
  ownerOf: () => null,
};

/** Rows of `counters.counter` or `tallies.tally`, guarded by version. */
async function upsertTotal(
  tx: Transaction,
  table: 'counters.counter' | 'tallies.tally',
  event: Recorded<CounterEvent>,
): Promise<void> {
  const key = table === 'counters.counter' ? 'id' : 'counter_id';
  const amount = event.type === 'counter.added' ? event.data.amount : 0;
  await tx.query(
    `insert into ${table} as t (${key}, territory, total, version) values ($1, $2, $3, $4)
     on conflict (${key}) do update set total = t.total + excluded.total, version = excluded.version,
       territory = excluded.territory where t.version < excluded.version`,
    [event.aggregateId, event.territory, amount, event.version],
  );
}

/** The same for facts that are there together: what a row has already had is left out. */
async function upsertTotals(
  tx: Transaction,
  table: 'counters.counter' | 'tallies.tally',
  events: readonly Recorded<CounterEvent>[],
): Promise<void> {
  const key = table === 'counters.counter' ? 'id' : 'counter_id';
  await tx.query(
    `insert into ${table} as t (${key}, territory, total, version)
     select fact.id, (array_agg(fact.territory order by fact.version desc))[1], sum(fact.amount),
       max(fact.version)
     from unnest($1::uuid[], $2::text[], $3::int[], $4::int[]) as fact (id, territory, amount, version)
     left join ${table} known on known.${key} = fact.id
     where fact.version > coalesce(known.version, 0) group by fact.id
     on conflict (${key}) do update set total = t.total + excluded.total, version = excluded.version,
       territory = excluded.territory`,
    [
      events.map((event) => event.aggregateId),
      events.map((event) => event.territory),
      events.map((event) => (event.type === 'counter.added' ? event.data.amount : 0)),
      events.map((event) => event.version),
    ],
  );
}

const inline = (event: Recorded<CounterEvent>, tx: Transaction) =>
  upsertTotal(tx, 'counters.counter', event);
const follow = (event: Recorded<CounterEvent>, tx: Transaction) =>
  upsertTotal(tx, 'tallies.tally', event);

/** Records facts, with a read model in the transaction of the append. */
export const counters = {
  name: 'counters',
  events: counterEvents,
  migrations: new URL('./counters-migrations/', import.meta.url),
  projections: [
    defineProjection<CounterEvent>({
      name: 'counters.counter',
      inline: true,
      isPerAggregate: true,
      tables: ['counters.counter'],
      on: { 'counter.opened': inline, 'counter.added': inline, 'counter.noted': inline },
      onMany: (events, tx) => upsertTotals(tx, 'counters.counter', events),
    }),
  ],
};

const see = async (event: Recorded<CounterEvent>, tx: Transaction): Promise<void> => {
  await tx.query(
    `insert into tallies.seen (consumer, counter_id, version, position) values ('tallies.seen', $1, $2, $3)`,
    [event.aggregateId, event.version, event.position],
  );
};

const seeAll = async (
  events: readonly Recorded<CounterEvent>[],
  tx: Transaction,
): Promise<void> => {
  await tx.query(
    `insert into tallies.seen (consumer, counter_id, version, position)
     select 'tallies.seen', id, version, position
     from unnest($1::uuid[], $2::int[], $3::bigint[]) with ordinality as fact (id, version, position, n)
     order by n`,
    [
      events.map((event) => event.aggregateId),
      events.map((event) => event.version),
      events.map((event) => event.position),
    ],
  );
};

/** Listens to the facts of `counters` from another schema; `seen` would show what came twice. */
export const tallies = {
  name: 'tallies',
  migrations: new URL('./tallies-migrations/', import.meta.url),
  projections: [
    defineProjection<CounterEvent>({
      name: 'tallies.tally',
      isPerAggregate: true,
      tables: ['tallies.tally'],
      on: { 'counter.opened': follow, 'counter.added': follow, 'counter.noted': follow },
      onMany: (events, tx) => upsertTotals(tx, 'tallies.tally', events),
    }),
    defineProjection<CounterEvent>({
      name: 'tallies.seen',
      tables: ['tallies.seen'],
      on: { 'counter.opened': see, 'counter.added': see, 'counter.noted': see },
      onMany: seeAll,
    }),
  ],
};

/** Context of a test's commands: the real clock, random ids. */
export function testContext(): EventContext {
  return { clock: { now: () => new Date() }, newId: randomUUID, correlationId: 'test' };
}

/** Appends to a counter of a territory without looking at what is there. */
export function count(
  tx: Transaction,
  id: string,
  events: readonly CounterEvent[],
  {
    territory = 'DE',
    expectedVersion = null,
    key,
  }: { territory?: string; expectedVersion?: number | null; key?: string } = {},
): Promise<Recorded<CounterEvent>[]> {
  return append(tx, {
    aggregate: counter,
    id,
    state: { territory, total: 0 },
    expectedVersion,
    events,
    context: testContext(),
    idempotencyKey: key,
  });
}

export const opened = (territory = 'DE'): CounterEvent => ({
  type: 'counter.opened',
  data: { territory },
});
export const added = (amount = 1): CounterEvent => ({
  type: 'counter.added',
  data: { amount, unit: 'piece' },
});
export const noted = (personId: string, note: string): CounterEvent => ({
  type: 'counter.noted',
  data: { personId, note },
});
