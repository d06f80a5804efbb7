/** The module whose facts the benchmark of the backbone records: one number, no people. */
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { createActor } from '#kernel/access';
import {
  bootstrapDatabase,
  migrate,
  startEmbeddedPostgres,
  type Database,
  type EmbeddedPostgres,
} from '#kernel/database';
import {
  append,
  createBackbone,
  defineEvents,
  keySchema,
  moduleSchema,
  type Aggregate,
  type Backbone,
  type BackboneModule,
  type EventContext,
  type EventOf,
  type Recorded,
} from '#kernel/events';
import { createLogger, type Metrics } from '#kernel/telemetry';

export const events = defineEvents({
  module: 'bench',
  facts: {
    'bench.counted': {
      version: 1,
      aggregate: 'bench',
      /** Both on the monotonic clock: when it was to be recorded, and when that began. */
      data: z.object({ dueMs: z.number(), beganMs: z.number() }),
    },
  },
});
export type BenchEvent = EventOf<typeof events>;

const bench: Aggregate<null, BenchEvent> = {
  type: 'bench',
  events,
  initial: null,
  evolve: () => null,
  territoryOf: () => 'DE',
  ownerOf: () => null,
  snapshotEvery: 0,
};

export const actor = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const context: EventContext = {
  clock: { now: () => new Date() },
  newId: randomUUID,
  correlationId: 'bench',
};

export interface Batch {
  readonly id: string;
  /** 0 for a new aggregate; null for whatever is there. */
  readonly expectedVersion: number | null;
  readonly facts: number;
  readonly dueMs: number;
  readonly beganMs: number;
}

/** Records facts of one aggregate in a transaction of their own that nothing follows in. */
export function write(database: Database, batch: Batch): Promise<Recorded<BenchEvent>[]> {
  const { id, expectedVersion, facts, dueMs, beganMs } = batch;
  return database.transaction(actor, (tx) =>
    append(tx, {
      aggregate: bench,
      id,
      state: null,
      expectedVersion,
      events: Array.from({ length: facts }, () => ({
        type: 'bench.counted' as const,
        data: { dueMs, beganMs },
      })),
      context,
      isLast: true,
    }),
  );
}

export interface BenchServer {
  readonly server: EmbeddedPostgres;
  readonly appUrl: string;
  /** Of the superuser, in the database of the benchmark. */
  readonly adminUrl: string;
}

/** Segments of 16 MB are kept, and the checkpoints of a minute at full speed come by time. */
const WRITE_AHEAD = { min_wal_size: '2GB', max_wal_size: '4GB' };
const SEGMENTS = 100;

/** A server that has run for a while writes into segments of before; a new one fills each with zeros first. */
async function useSegments(client: pg.Client): Promise<void> {
  for (let n = 0; n < SEGMENTS; n += 1) {
    await client.query("select pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()");
  }
  await client.query('checkpoint');
}

/** A server of its own that syncs to disk, with the schema of the module; deleted by `stop`. */
export async function startBenchServer(): Promise<BenchServer> {
  const server = await startEmbeddedPostgres({
    directory: await mkdtemp(join(tmpdir(), 'freshplan-bench-')),
    ephemeral: true,
    settings: WRITE_AHEAD,
  });
  try {
    const passwords = { owner: 'bench', app: 'bench', keys: 'bench', jobs: 'bench' };
    const urls = await bootstrapDatabase({
      adminUrl: server.adminUrl,
      database: 'bench',
      passwords,
    });
    await migrate(urls.ownerUrl, [keySchema, moduleSchema({ name: 'bench' })]);
    const adminUrl = new URL(server.adminUrl);
    adminUrl.pathname = '/bench';
    await asAdmin(adminUrl.href, useSegments);
    return { server, appUrl: urls.appUrl, adminUrl: adminUrl.href };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** A short visit as the superuser. */
export async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The backbone of a process that leads the log, listens to it, or both. */
export function openBackbone(
  database: Database,
  metrics: Metrics,
  { leads, projections = [] }: { leads: boolean; projections?: BackboneModule['projections'] },
): Backbone {
  return createBackbone({
    database,
    modules: [{ name: 'bench', events: leads ? events : undefined, projections }],
    foreign: leads ? [] : [events],
    territories: ['DE'],
    clock: context.clock,
    log: createLogger({ level: 'error' }),
    metrics,
  });
}
