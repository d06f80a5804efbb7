/**
 * Measures how many facts a second a rebuild applies, on an embedded server of its own: with a handler
 * of one statement, in order, with aggregates side by side, and together. CPU a fact is the steady figure.
 *
 *     node tests/bench/rebuild.ts [facts]
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { createActor } from '#kernel/access';
import {
  bootstrapDatabase,
  createDatabase,
  migrate,
  startEmbeddedPostgres,
  type Database,
  type Transaction,
} from '#kernel/database';
import {
  append,
  createBackbone,
  defineEvents,
  defineProjection,
  keySchema,
  moduleSchema,
  type Aggregate,
  type EventOf,
  type Recorded,
} from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';

const FACTS_PER_AGGREGATE = 10;
const AGGREGATES_PER_APPEND = 20;
const WRITERS = 4;
const facts = Number(process.argv[2] ?? 100_000);

const events = defineEvents({
  module: 'bench',
  facts: {
    'bench.counted': { version: 1, aggregate: 'bench', data: z.object({ amount: z.number() }) },
  },
});
type BenchEvent = EventOf<typeof events>;

const bench: Aggregate<null, BenchEvent> = {
  type: 'bench',
  events,
  initial: null,
  evolve: () => null,
  territoryOf: () => 'DE',
  ownerOf: () => null,
};
const actor = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const clock = { now: (): Date => new Date() };

const totalsInto = (table: string) => {
  const statement = {
    name: `bench-${table}`,
    text: `insert into bench.${table} as t (id, total, version) values ($1, $2, $3)
      on conflict (id) do update set total = t.total + excluded.total, version = excluded.version
      where t.version < excluded.version`,
  };
  return ({ aggregateId, version, data }: Recorded<BenchEvent>, tx: Transaction) =>
    tx.query(statement, [aggregateId, data.amount, version]);
};
const projections = [
  defineProjection<BenchEvent>({
    name: 'bench.in-order',
    tables: ['bench.in_order'],
    on: { 'bench.counted': totalsInto('in_order') },
  }),
  defineProjection<BenchEvent>({
    name: 'bench.side-by-side',
    isPerAggregate: true,
    tables: ['bench.side_by_side'],
    on: { 'bench.counted': totalsInto('side_by_side') },
  }),
  defineProjection<BenchEvent>({
    name: 'bench.together',
    isPerAggregate: true,
    tables: ['bench.together'],
    on: { 'bench.counted': totalsInto('together') },
    onMany: (many, tx) =>
      tx.query(
        {
          name: 'bench-all-together',
          text: `insert into bench.together as t (id, total, version)
            select fact.id, sum(fact.amount), max(fact.version)
            from unnest($1::uuid[], $2::int[], $3::int[]) as fact (id, amount, version)
            left join bench.together known using (id)
            where fact.version > coalesce(known.version, 0) group by fact.id
            on conflict (id) do update set total = t.total + excluded.total, version = excluded.version`,
        },
        [
          many.map(({ aggregateId }) => aggregateId),
          many.map(({ data }) => data.amount),
          many.map(({ version }) => version),
        ],
      ),
  }),
];

async function createTables(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  for (const table of ['in_order', 'side_by_side', 'together']) {
    await client.query(`create table bench.${table} (id uuid primary key, total int, version int);
      select kernel.protect('bench.${table}', 'true')`);
  }
  await client.end();
}

async function record(database: Database): Promise<void> {
  const perAppend = FACTS_PER_AGGREGATE * AGGREGATES_PER_APPEND;
  let left = Math.ceil(facts / perAppend);
  const one = (tx: Transaction): Promise<unknown> =>
    append(tx, {
      aggregate: bench,
      id: randomUUID(),
      state: null,
      expectedVersion: 0,
      events: Array.from({ length: FACTS_PER_AGGREGATE }, () => ({
        type: 'bench.counted' as const,
        data: { amount: 1 },
      })),
      context: { clock, newId: randomUUID, correlationId: 'bench' },
    });
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      while (left > 0) {
        left -= 1;
        await database.transaction(actor, async (tx) => {
          for (let n = 0; n < AGGREGATES_PER_APPEND; n += 1) await one(tx);
        });
      }
    }),
  );
}

const server = await startEmbeddedPostgres({
  directory: await mkdtemp(join(tmpdir(), 'freshplan-bench-')),
  ephemeral: true,
});
try {
  const passwords = { owner: 'bench', app: 'bench', keys: 'bench', jobs: 'bench' };
  const urls = await bootstrapDatabase({ adminUrl: server.adminUrl, database: 'bench', passwords });
  await migrate(urls.ownerUrl, [keySchema, moduleSchema({ name: 'bench', projections })]);
  await createTables(urls.ownerUrl);
  const database = await createDatabase({ url: urls.appUrl });
  await record(database);
  const backbone = createBackbone({
    database,
    modules: [{ name: 'bench', events, projections }],
    territories: ['DE'],
    clock,
    log: createLogger({ level: 'warn' }),
    metrics: createMetrics(),
  });
  const caughtUp = performance.now();
  await backbone.start();
  await backbone.settled({ timeoutMs: 600_000 });
  const followedMs = performance.now() - caughtUp;
  process.stdout.write(
    `${facts} facts followed by three consumers in ${Math.round(followedMs)} ms\n`,
  );
  for (const { name } of projections) {
    const run = await measured(() => backbone.rebuild(name));
    process.stdout.write(
      `${name.padEnd(20)} ${Math.round(run.events / (run.durationMs / 1_000))} facts/s, ` +
        `${((run.cpuMs * 1_000) / run.events).toFixed(1)} µs of this process's CPU a fact\n`,
    );
  }
  await backbone.stop();
  await database.close();
} finally {
  await server.stop();
}

async function measured<T>(work: () => Promise<T>): Promise<T & { cpuMs: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { ...result, cpuMs: (user + system) / 1_000 };
}
