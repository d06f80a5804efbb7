/** A steady stream of facts through the whole backbone, by processes as they run in operation. */
import { once } from 'node:events';
import pg from 'pg';
import { asAdmin, startBenchServer } from './event-module.ts';
import type {
  Answer,
  Order,
  ProcessFigures,
  ProcessOptions,
  Recording,
  Schedule,
} from './event-process.ts';
import { serverCpuMs, startProcess, type MeasuredProcess } from './processes.ts';

export interface Flow extends Schedule {
  /** The consumer's process: the one that records and leads the log, or another that listens. */
  readonly handler: 'leader' | 'other';
  /** Another write transaction stays open all the while. */
  readonly held: boolean;
}

export interface LogFigures {
  /** From `recorded_at` of a fact to `at` of the batch that logged it, by the server's clock. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly logged: number;
  readonly batches: number;
}

export interface FlowFigures {
  readonly flow: Flow;
  readonly recording: Recording;
  readonly log: LogFigures;
  readonly leader: ProcessFigures;
  readonly other: ProcessFigures | undefined;
  readonly serverCpuMs: number | undefined;
  /** Megabytes of the module's tables and indexes, every five seconds. */
  readonly tablesMb: readonly number[];
}

const SIZE_EVERY_MS = 5_000;
const WARM_UP_SECONDS = 3;

export async function measureFlow(flow: Flow): Promise<FlowFigures> {
  const bench = await startBenchServer();
  const processes: MeasuredProcess<unknown>[] = [];
  const start = async (options: Omit<ProcessOptions, 'url'>): Promise<MeasuredProcess<unknown>> => {
    const script = 'event-process.ts';
    const given = JSON.stringify({ ...options, url: bench.appUrl });
    const process = await startProcess({ script, options: [given], isTuned: true });
    processes.push(process);
    return process;
  };
  try {
    const handlesThere = flow.handler === 'other';
    const leader = await start({ leads: true, handles: !handlesThere });
    const other = handlesThere ? await start({ leads: false, handles: true }) : undefined;
    await warmUp(flow, leader, other);
    const holder = flow.held ? await holdTransaction(bench.adminUrl) : undefined;
    const sizes = watchSizes(bench.adminUrl);
    const cpuBefore = serverCpuMs(bench.server.pid);
    const recording = await order<{ recording: Recording }>(leader, {
      record: { perSecond: flow.perSecond, seconds: flow.seconds, perCall: flow.perCall },
    });
    const finish: Order = { finish: { handled: recording.recording.recorded } };
    const told = await order<{ figures: ProcessFigures }>(leader, finish);
    const toldThere =
      other === undefined ? undefined : await order<{ figures: ProcessFigures }>(other, finish);
    const cpuAfter = serverCpuMs(bench.server.pid);
    const tablesMb = await sizes.stop();
    await holder?.end();
    return {
      flow,
      recording: recording.recording,
      log: await logFigures(bench.adminUrl),
      leader: told.figures,
      other: toldThere?.figures,
      serverCpuMs:
        cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore,
      tablesMb,
    };
  } finally {
    for (const process of processes) await process.stop();
    await bench.server.stop();
  }
}

/** The compiler sees the code and the server its tables; the latencies of these facts are forgotten. */
async function warmUp(
  { perSecond, perCall }: Schedule,
  leader: MeasuredProcess<unknown>,
  other: MeasuredProcess<unknown> | undefined,
): Promise<void> {
  const told = await order<{ recording: Recording }>(leader, {
    record: { perSecond, perCall, seconds: WARM_UP_SECONDS },
  });
  for (const process of [leader, other]) {
    if (process !== undefined)
      await order(process, { begin: { handled: told.recording.recorded } });
  }
}

async function order<Told>(process: MeasuredProcess<unknown>, what: Order): Promise<Told> {
  const ended = once(process.child, 'exit').then(() => ({ error: 'The process ended' }));
  const told = once(process.child, 'message').then(([answer]) => answer as Answer);
  process.child.send(what);
  const answer = await Promise.race([told, ended]);
  if ('error' in answer) throw new Error(answer.error);
  return answer as Told;
}

/** A write transaction of somebody else, begun before and never ended. */
async function holdTransaction(adminUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: adminUrl });
  client.on('error', () => {});
  await client.connect();
  await client.query('create table if not exists bench.held (at timestamptz)');
  await client.query('begin; insert into bench.held values (now())');
  return client;
}

function watchSizes(adminUrl: string): { stop(): Promise<number[]> } {
  const tablesMb: number[] = [];
  const look = (): Promise<void> =>
    asAdmin(adminUrl, async (client) => {
      const { rows } = await client.query<{ bytes: string }>(
        `select sum(pg_total_relation_size(c.oid)) as bytes from pg_class c
         where c.relnamespace = 'bench'::regnamespace and c.relkind = 'r'`,
      );
      tablesMb.push(Math.round((Number(rows[0]?.bytes) / 2 ** 20) * 10) / 10);
    });
  const timer = setInterval(() => void look().catch(() => {}), SIZE_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await look();
      return tablesMb;
    },
  };
}

function logFigures(adminUrl: string): Promise<LogFigures> {
  return asAdmin(adminUrl, async (client) => {
    const { rows } = await client.query<{ q: number[]; max: number; logged: string }>(
      `select percentile_cont(array[0.5, 0.95, 0.99]) within group (order by ms) as q,
         max(ms)::float8 as max, count(*) as logged
       from (select (extract(epoch from l.at - e.recorded_at) * 1000)::float8 as ms
         from bench.log l cross join lateral unnest(l.seqs) as u (seq)
         join bench.event e on e.seq = u.seq) each`,
    );
    const { rows: batches } = await client.query<{ n: string }>(
      'select count(*) as n from bench.log',
    );
    const [p50Ms = 0, p95Ms = 0, p99Ms = 0] = rows[0]?.q ?? [];
    const logged = Number(rows[0]?.logged);
    const maxMs = rows[0]?.max ?? 0;
    return { p50Ms, p95Ms, p99Ms, maxMs, logged, batches: Number(batches[0]?.n) };
  });
}
