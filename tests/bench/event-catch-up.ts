/** How fast a consumer that is new works off what is already logged, and a rebuild does it again. */
import { randomUUID } from 'node:crypto';
import { createDatabase, type Database, type Transaction } from '#kernel/database';
import {
  defineProjection,
  type Projection,
  type ProjectionDefinition,
  type Recorded,
} from '#kernel/events';
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

/** Facts of each aggregate, recorded together. */
const PER_CALL = 20;
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
    const rows = { id: 'bench.rows', tables: ['bench.counted'], on: { 'bench.counted': upsert } };
    const nothing = { id: 'bench.counting', tables: [], on: { 'bench.counted': async () => {} } };
    const ways: Way[] = [
      { ...nothing, of: 'handler alone' },
      { ...rows, of: 'one row written per fact, aggregates side by side' },
      { ...rows, of: 'rows written together', onMany: upsertAll },
    ];
    const figures: CatchUpFigures[] = [];
    for (const { id, of, ...way } of ways) {
      const projection = defineProjection<BenchEvent>({ name: id, isPerAggregate: true, ...way });
      await forget(bench);
      figures.push(...(await both(bench, database, projection, facts, of)));
    }
    return figures;
  } finally {
    await database.close();
    await bench.server.stop();
  }
}

interface Way extends Pick<ProjectionDefinition<BenchEvent>, 'tables' | 'on' | 'onMany'> {
  readonly id: string;
  readonly of: string;
}

/** The next consumer begins with an empty table, behind nothing. */
function forget(bench: BenchServer): Promise<unknown> {
  return asAdmin(bench.adminUrl, (client) =>
    client.query('delete from bench.consumer; truncate bench.counted'),
  );
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

/** The newest fact of each aggregate, all in one statement. */
function upsertAll(events: readonly Recorded<BenchEvent>[], tx: Transaction): Promise<unknown> {
  const newest = [...new Map(events.map((event) => [event.aggregateId, event])).values()];
  return tx.query(
    {
      name: 'bench-rows',
      text: `insert into bench.counted as c select * from unnest($1::uuid[], $2::int[])
        on conflict (id) do update set version = excluded.version where c.version < excluded.version`,
    },
    [newest.map(({ aggregateId }) => aggregateId), newest.map(({ version }) => version)],
  );
}

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
