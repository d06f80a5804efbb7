/**
 * Measures the backbone on an embedded server of its own, syncing to disk: how many appends a second
 * over 1, 4 and 16 connections, beside a plain insert of one row, and how long a fact takes from the
 * start of its transaction to the handler of a consumer under a steady rate.
 *
 *     node tests/bench/events.ts [seconds per figure] [facts per second]
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createActor } from '#kernel/access';
import {
  bootstrapDatabase,
  createDatabase,
  migrate,
  startEmbeddedPostgres,
  type Database,
} from '#kernel/database';
import {
  append,
  createBackbone,
  defineEvents,
  defineProjection,
  keySchema,
  moduleSchema,
  type Aggregate,
  type EventContext,
  type EventOf,
  type Recorded,
} from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';

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
const context: EventContext = {
  clock: { now: () => new Date() },
  newId: randomUUID,
  correlationId: 'bench',
};
const seconds = Number(process.argv[2] ?? 3);
const rate = Number(process.argv[3] ?? 400);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const write = (database: Database): Promise<Recorded<BenchEvent>[]> =>
  database.transaction(actor, (tx) =>
    append(tx, {
      aggregate: bench,
      id: randomUUID(),
      state: null,
      expectedVersion: 0,
      events: [{ type: 'bench.counted', data: { amount: 1 } }],
      context,
    }),
  );
const insert = (database: Database): Promise<unknown> =>
  database.transaction(actor, (tx) =>
    tx.query({ name: 'plain', text: 'insert into bench.plain values ($1, $2)' }, [
      randomUUID(),
      '{"amount":1}',
    ]),
  );

/** Transactions a second with as many workers as connections. */
async function throughput(
  url: string,
  connections: number,
  work: (database: Database) => Promise<unknown>,
): Promise<number> {
  const database = await createDatabase({ url, poolSizeMax: connections });
  await Promise.all(Array.from({ length: connections * 20 }, () => work(database)));
  let done = 0;
  const end = performance.now() + seconds * 1_000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        await work(database);
        done += 1;
      }
    }),
  );
  await database.close();
  return Math.round(done / seconds);
}

/** Milliseconds from the start of a transaction to its fact in a consumer's handler. */
async function latency(url: string): Promise<number[]> {
  const database = await createDatabase({ url });
  const began = new Map<string, number>();
  const waitedMs: number[] = [];
  const onCounted = async (event: Recorded<BenchEvent>): Promise<void> => {
    const at = began.get(event.aggregateId);
    if (at !== undefined) waitedMs.push(performance.now() - at);
  };
  const projection = defineProjection<BenchEvent>({
    name: 'bench.latency',
    tables: [],
    on: { 'bench.counted': onCounted },
  });
  const backbone = createBackbone({
    database,
    modules: [{ name: 'bench', events, projections: [projection] }],
    territories: ['DE'],
    clock: context.clock,
    log: createLogger({ level: 'warn' }),
    metrics: createMetrics(),
  });
  await backbone.start();
  await backbone.settled({ timeoutMs: 120_000 });
  const start = performance.now();
  const writing: Promise<unknown>[] = [];
  for (let n = 0; n < rate * seconds; n += 1) {
    const dueMs = start + (n * 1_000) / rate - performance.now();
    if (dueMs > 1) await pause(dueMs);
    const id = randomUUID();
    began.set(id, performance.now());
    writing.push(
      database.transaction(actor, (tx) =>
        append(tx, {
          aggregate: bench,
          id,
          state: null,
          expectedVersion: 0,
          events: [{ type: 'bench.counted', data: { amount: 1 } }],
          context,
        }),
      ),
    );
  }
  await Promise.all(writing);
  await backbone.settled();
  await backbone.stop();
  await database.close();
  if (waitedMs.length !== rate * seconds) throw new Error(`${waitedMs.length} facts arrived`);
  return waitedMs.toSorted((a, b) => a - b);
}

const server = await startEmbeddedPostgres({
  directory: await mkdtemp(join(tmpdir(), 'freshplan-bench-')),
  ephemeral: true,
});
try {
  const passwords = { owner: 'bench', app: 'bench', keys: 'bench', jobs: 'bench' };
  const urls = await bootstrapDatabase({ adminUrl: server.adminUrl, database: 'bench', passwords });
  await migrate(urls.ownerUrl, [keySchema, moduleSchema({ name: 'bench' })]);
  const owner = await createPlainTable(urls.ownerUrl);
  process.stdout.write(`${owner}connections   plain insert/s   append/s\n`);
  for (const connections of [1, 4, 16]) {
    const plain = await throughput(urls.appUrl, connections, insert);
    const appended = await throughput(urls.appUrl, connections, write);
    process.stdout.write(
      `${String(connections).padStart(11)}   ${String(plain).padStart(14)}   ${String(appended).padStart(8)}\n`,
    );
  }
  const sorted = await latency(urls.appUrl);
  const quantile = (q: number): string => (sorted[Math.floor(q * sorted.length)] ?? 0).toFixed(1);
  process.stdout.write(
    `start of transaction → handler at ${rate}/s, ${sorted.length} facts: ` +
      `p50 ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, p99 ${quantile(0.99)} ms\n`,
  );
} finally {
  await server.stop();
}

async function createPlainTable(ownerUrl: string): Promise<string> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`create table bench.plain (id uuid primary key, data jsonb);
    alter table bench.plain enable row level security; alter table bench.plain force row level security;
    create policy open on bench.plain to freshplan_app using (true) with check (true)`);
  await client.end();
  return '';
}
