/** How fast a consumer that is new works off what is already logged, and a rebuild does it again. */
import { randomUUID } from 'node:crypto';
import { createDatabase, type Database, type Transaction } from '#kernel/database';
import { defineProjection, type Projection, type Recorded } from '#kernel/events';
import { createMetrics } from '#kernel/telemetry';
import {
  asAdmin,
  openBackbone,
  startBenchServer,
  write,
  type BenchEvent,
  type BenchServer,
} from './event-module.ts';
import { serverCpuMs } from './processes.ts';

export interface CatchUpFigures {
  readonly what: string;
  readonly facts: number;
  readonly perSecond: number;
  readonly processUs: number;
  readonly serverUs: number | undefined;
}

const PER_CALL = 1_000;
const WRITERS = 8;
const TIMEOUT_MS = 300_000;

export async function measureCatchUp(facts: number): Promise<CatchUpFigures[]> {
  const bench = await startBenchServer();
  const database = await createDatabase({ url: bench.appUrl });
  try {
    await asAdmin(bench.adminUrl, (client) =>
      client.query(`create table bench.counted (id uuid primary key, version int not null);
        alter table bench.counted owner to freshplan_owner;
        grant all on bench.counted to freshplan_app;
        select kernel.protect_for_jobs('bench.counted');
        insert into bench.projection_table values ('bench.rows', 'counted')`),
    );
    await fill(database, facts);
    const rows = { id: 'bench.rows', tables: ['bench.counted'], handle: upsert };
    const counting = { id: 'bench.counting', tables: [], handle: async () => {} };
    const figures: CatchUpFigures[] = [];
    for (const { id, tables, handle } of [counting, rows]) {
      const of =
        tables.length === 0 ? 'handler alone' : 'one row written per fact, aggregates side by side';
      const projection = defineProjection<BenchEvent>({
        name: id,
        tables,
        isPerAggregate: true,
        on: { 'bench.counted': handle },
      });
      figures.push(...(await both(bench, database, projection, facts, of)));
    }
    return figures;
  } finally {
    await database.close();
    await bench.server.stop();
  }
}

const upsert = (event: Recorded<BenchEvent>, tx: Transaction): Promise<unknown> =>
  tx.query(
    {
      name: 'bench-row',
      text: `insert into bench.counted as c values ($1, $2)
        on conflict (id) do update set version = excluded.version where c.version < excluded.version`,
    },
    [event.aggregateId, event.version],
  );

/** Facts in the log, with nobody listening. */
async function fill(database: Database, facts: number): Promise<void> {
  const backbone = openBackbone(database, createMetrics(), { leads: true });
  await backbone.start();
  const calls = Math.ceil(facts / PER_CALL);
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < calls) {
      begun += 1;
      const count = Math.min(PER_CALL, facts);
      await write(database, {
        id: randomUUID(),
        expectedVersion: 0,
        facts: count,
        dueMs: 0,
        beganMs: 0,
      });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, worker));
  await backbone.settled({ timeoutMs: TIMEOUT_MS });
  await backbone.stop();
}

async function both(
  bench: BenchServer,
  database: Database,
  projection: Projection,
  facts: number,
  of: string,
): Promise<CatchUpFigures[]> {
  const backbone = openBackbone(database, createMetrics(), {
    leads: true,
    projections: [projection],
  });
  const measured = async (what: string, work: () => Promise<unknown>): Promise<CatchUpFigures> => {
    const serverBefore = serverCpuMs(bench.server.pid);
    const before = process.cpuUsage();
    const beganMs = performance.now();
    await work();
    const elapsedMs = performance.now() - beganMs;
    const { user, system } = process.cpuUsage(before);
    const serverAfter = serverCpuMs(bench.server.pid);
    return {
      what,
      facts,
      perSecond: (facts / elapsedMs) * 1_000,
      processUs: (user + system) / facts,
      serverUs:
        serverBefore === undefined || serverAfter === undefined
          ? undefined
          : ((serverAfter - serverBefore) / facts) * 1_000,
    };
  };
  try {
    const caughtUp = await measured(`catch-up, ${of}`, async () => {
      await backbone.start();
      await backbone.settled({ timeoutMs: TIMEOUT_MS });
    });
    if (projection.tables.length === 0) return [caughtUp];
    const rebuilt = await measured(`rebuild, ${of}`, () => backbone.rebuild(projection.name));
    return [caughtUp, rebuilt];
  } finally {
    await backbone.stop();
  }
}
