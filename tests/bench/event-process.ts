/**
 * One process of the benchmark of the backbone: leads the log and records facts on a fixed schedule,
 * handles them, or both. Told by its parent.
 */
import { randomUUID } from 'node:crypto';
import { createDatabase, type Database } from '#kernel/database';
import { createMetrics } from '#kernel/telemetry';
import { Handling, type HandlingFigures } from './event-handling.ts';
import { openBackbone, write } from './event-module.ts';
import { Latencies, monotonicMs, type Quantiles } from './latencies.ts';

export interface ProcessOptions {
  readonly url: string;
  readonly leads: boolean;
  readonly handles: boolean;
}

export interface Schedule {
  readonly perSecond: number;
  readonly seconds: number;
  /** Facts of one append. */
  readonly perCall: number;
}

export type Order =
  | { readonly record: Schedule }
  /** Once so many are handled: what was measured so far is forgotten. */
  | { readonly begin: { handled: number } }
  | { readonly finish: { handled: number } };

export interface Recording {
  readonly recorded: number;
  readonly failed: number;
  /** Seconds from the first intended instant to the last answer. */
  readonly seconds: number;
  /** From the intended instant to the answer, and from the beginning of the append. */
  readonly append: Quantiles;
  readonly appendBegan: Quantiles;
}

export interface ProcessFigures {
  readonly handling: HandlingFigures | undefined;
  readonly cpuMs: number;
  /** By second. */
  readonly residentMb: readonly number[];
  readonly heapMb: readonly number[];
}

export type Answer =
  | { recording: Recording }
  | { begun: true }
  | { figures: ProcessFigures }
  | { error: string };

const AGGREGATES = 1_000;
const POOL_SIZE = 20;
/** Appends under way at most: past that the machine is beyond what it can do. */
const UNDER_WAY_MAX = 5_000;
const FINISH_TIMEOUT_MS = 120_000;
const MEGABYTE = 2 ** 20;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function serve(options: ProcessOptions): Promise<void> {
  const database = await createDatabase({ url: options.url, poolSizeMax: POOL_SIZE });
  const metrics = createMetrics();
  const handling = new Handling();
  const backbone = openBackbone(database, metrics, {
    leads: options.leads,
    projections: options.handles ? [handling.projection] : [],
  });
  await backbone.start();
  const ending = new AbortController();
  void handling.follow(backbone, ending.signal, options.handles);
  const residentMb: number[] = [];
  const heapMb: number[] = [];
  setInterval(() => {
    const { rss, heapUsed } = process.memoryUsage();
    residentMb.push(Math.round(rss / MEGABYTE));
    heapMb.push(Math.round(heapUsed / MEGABYTE));
    handling.tick();
  }, 1_000);
  let before = process.cpuUsage();
  const until = async (handled: number): Promise<void> => {
    const deadline = performance.now() + FINISH_TIMEOUT_MS;
    while (options.handles && handling.handled < handled && performance.now() < deadline) {
      await pause(20);
    }
  };
  const begin = async (handled: number): Promise<void> => {
    await until(handled);
    handling.begin();
    residentMb.length = 0;
    heapMb.length = 0;
    before = process.cpuUsage();
  };
  const finish = async (handled: number): Promise<ProcessFigures> => {
    await until(handled);
    const { user, system } = process.cpuUsage(before);
    return {
      handling: await handling.figures(metrics),
      cpuMs: (user + system) / 1_000,
      residentMb,
      heapMb,
    };
  };
  process.on('message', (order: Order) => {
    const obey = async (): Promise<Answer> => {
      if ('record' in order) return { recording: await record(database, order.record) };
      if ('finish' in order) return { figures: await finish(order.finish.handled) };
      await begin(order.begin.handled);
      return { begun: true };
    };
    obey().then(
      (told) => process.send?.(told),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
  process.send?.('ready');
}

/** Appends at their intended instants, whatever has become of those before. */
async function record(database: Database, schedule: Schedule): Promise<Recording> {
  const { perSecond, seconds, perCall } = schedule;
  const ids = Array.from({ length: AGGREGATES }, () => randomUUID());
  const calls = Math.round((perSecond * seconds) / perCall);
  const betweenMs = (1_000 * perCall) / perSecond;
  const fromDue = new Latencies();
  const fromBegan = new Latencies();
  let recorded = 0;
  let failed = 0;
  let underWay = 0;
  let lastMs = 0;
  const one = async (id: string, dueMs: number): Promise<void> => {
    const beganMs = monotonicMs();
    underWay += 1;
    try {
      await write(database, { id, expectedVersion: null, facts: perCall, dueMs, beganMs });
      recorded += perCall;
      lastMs = monotonicMs();
      fromDue.record(lastMs - dueMs);
      fromBegan.record(lastMs - beganMs);
    } catch (error) {
      failed += perCall;
      if (failed === perCall) console.error(error);
    } finally {
      underWay -= 1;
    }
  };
  const startMs = monotonicMs() + 10;
  for (let call = 0; call < calls; call += 1) {
    const dueMs = startMs + call * betweenMs;
    for (;;) {
      const waitMs = dueMs - monotonicMs();
      if (waitMs <= 0 && underWay < UNDER_WAY_MAX) break;
      await pause(Math.max(waitMs, 0));
    }
    void one(ids[call % ids.length] as string, dueMs);
  }
  while (underWay > 0) await pause(5);
  return {
    recorded,
    failed,
    seconds: (lastMs - startMs) / 1_000,
    append: fromDue.quantiles(),
    appendBegan: fromBegan.quantiles(),
  };
}

process.on('disconnect', () => process.exit());
await serve(JSON.parse(process.argv[2] ?? '') as ProcessOptions);
