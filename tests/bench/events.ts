/**
 * The backbone under load, scenario by scenario, each on a server of its own that syncs to disk. What
 * was measured is kept by scenario, so that a run that was cut short goes on where it stopped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureCatchUp, type CatchUpFigures } from './event-catch-up.ts';
import { measureFlow, type Flow, type FlowFigures } from './event-flow.ts';
import { measureQueues, type QueueFigures } from './event-peers.ts';
import { measureThroughput, type ThroughputFigures } from './event-throughput.ts';

export type Measured =
  | { readonly flow: FlowFigures }
  | { readonly throughput: readonly ThroughputFigures[] }
  | { readonly catchUp: readonly CatchUpFigures[] }
  | { readonly queues: readonly QueueFigures[] };

export interface Result {
  readonly scenario: string;
  readonly at: string;
  readonly commit: string;
  readonly node: string;
  readonly cpu: string;
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly measured: Measured;
}

export interface RunOptions {
  /** Names of `SCENARIOS`. */
  readonly scenarios: readonly string[];
  /** Keeps what was measured; what is there of the same commit is not measured again. */
  readonly folder: string;
  readonly again: boolean;
  readonly say: (line: string) => void;
}

interface Scenario {
  readonly about: string;
  /** Seconds, about. */
  readonly takes: number;
  measure(say: (line: string) => void): Promise<Measured>;
}

const flow = (about: string, given: Flow): Scenario => ({
  about,
  takes: given.seconds + 15,
  measure: async () => ({ flow: await measureFlow(given) }),
});
const steady = { handler: 'leader', held: false } as const;
const mid = { perSecond: 5_000, seconds: 60, perCall: 10 };
const high = { perSecond: 20_000, seconds: 60, perCall: 100 };

/** In the order in which `--all` runs them: the short ones first. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  append: {
    about: 'appends a second over 1, 4 and 16 connections beside pgbench',
    takes: 90,
    measure: async () => ({ throughput: await measureThroughput({ seconds: 3, rounds: 3 }) }),
  },
  'catch-up': {
    about: 'a new consumer and a rebuild over 200,000 facts',
    takes: 120,
    measure: async () => ({ catchUp: await measureCatchUp(200_000) }),
  },
  queues: {
    about: 'pg-boss and graphile-worker on the same server',
    takes: 60,
    measure: async (say) => ({ queues: await measureQueues(say) }),
  },
  'rate-5000': flow('5,000 facts/s for 60 s', { ...mid, ...steady }),
  'rate-5000-held': flow('the same beside an open write transaction', {
    ...mid,
    ...steady,
    held: true,
  }),
  'rate-5000-other': flow('5,000 facts/s, handled by another process', {
    ...mid,
    handler: 'other',
    held: false,
  }),
  'rate-20000': flow('20,000 facts/s for 60 s', { ...high, ...steady }),
  'rate-20000-other': flow('20,000 facts/s, handled by another process', {
    ...high,
    handler: 'other',
    held: false,
  }),
  burst: flow('400 facts/s for 300 s', { perSecond: 400, seconds: 300, perCall: 1, ...steady }),
  soak: flow('100 facts/s for 600 s, handled by another process', {
    perSecond: 100,
    seconds: 600,
    perCall: 1,
    handler: 'other',
    held: false,
  }),
};

export async function runScenarios(options: RunOptions): Promise<Result[]> {
  const { folder, say } = options;
  mkdirSync(folder, { recursive: true });
  const results: Result[] = [];
  for (const name of options.scenarios) {
    const scenario = SCENARIOS[name];
    if (scenario === undefined) throw new RangeError(`There is no scenario ${name}`);
    const file = join(folder, `${name}.json`);
    const kept = options.again ? undefined : readResult(file);
    if (kept?.commit === commit()) {
      say(`${name}: measured at ${kept.at}`);
      results.push(kept);
      continue;
    }
    say(`${name}: ${scenario.about}, about ${scenario.takes} s …`);
    const result = await measured(name, () => scenario.measure(say));
    writeFileSync(file, JSON.stringify(result, null, 2));
    results.push(result);
  }
  return results;
}

/** One flow of the caller's own choice; kept nowhere. */
export function runFlow(given: Flow): Promise<Result> {
  return measured('own', async () => ({ flow: await measureFlow(given) }));
}

async function measured(scenario: string, work: () => Promise<Measured>): Promise<Result> {
  const load = (): number => Number((loadavg()[0] ?? 0).toFixed(1));
  const loadBefore = load();
  const figures = await work();
  return {
    scenario,
    at: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    loadBefore,
    loadAfter: load(),
    measured: figures,
  };
}

function readResult(file: string): Result | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result) : undefined;
}

/** Of the tree that is measured; changes that are not committed are marked. */
function commit(): string {
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const git = (...words: string[]): string =>
    spawnSync('git', words, { cwd }).stdout?.toString().trim() ?? '';
  const isDirty = git('status', '--porcelain', '--', '../../kernel') !== '';
  return `${git('rev-parse', '--short', 'HEAD')}${isDirty ? '+' : ''}`;
}
