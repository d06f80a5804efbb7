/** How subgraphs in other processes are, asked again and again: readiness of the gateway follows. */
import { createHealth, type Health, type Service } from '#kernel/service';
import type { Metrics } from '#kernel/telemetry';
import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';

export interface SubgraphWatch extends Service {
  /**
   * Ready once every subgraph has answered, and from then on while one of them does: a part that is
   * away costs its part of an answer, not all of them. Each is shown by its name.
   */
  readonly health: Health;
}

interface WatchOptions {
  /** Name → scheme, host and port. */
  readonly origins: ReadonlyMap<string, string>;
  readonly metrics: Metrics;
  readonly everyMs?: number;
}

const TIMEOUT_MS = 2_000;

export function createSubgraphWatch({
  origins,
  metrics,
  everyMs = 2_000,
}: WatchOptions): SubgraphWatch {
  const isUp = metrics.gauge('freshplan_subgraph_up', 'Whether a subgraph says it is ready', [
    'subgraph',
  ]);
  const ready = new Set<string>();
  const seen = new Set<string>();
  const ending = new AbortController();
  const { signal } = ending;
  const look = async (name: string, origin: string): Promise<void> => {
    const isReady = await answers(origin, signal);
    if (isReady) ready.add(name);
    else ready.delete(name);
    if (isReady) seen.add(name);
    isUp.set({ subgraph: name }, isReady ? 1 : 0);
  };
  const follow = async ([name, origin]: [string, string]): Promise<void> => {
    while (!signal.aborted) {
      await look(name, origin);
      await wait(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const health = createHealth();
  health.check('subgraphs', () => seen.size === origins.size && ready.size > 0);
  for (const name of origins.keys()) {
    health.check(`subgraph-${name}`, () => ready.has(name), { isReadiness: false });
  }
  let running: Promise<void>[] = [];
  return {
    name: 'subgraphs',
    health,
    async start() {
      running = [...origins].map(follow);
    },
    async stop() {
      ending.abort();
      await Promise.all(running);
    },
  };
}

async function answers(origin: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`${origin}/health/ready`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}
