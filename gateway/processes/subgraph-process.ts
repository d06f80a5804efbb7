import { ConfigError, type Config } from '#kernel/config';
import type { Clock } from '#kernel/events';
import { startServices } from '#kernel/service';
import { openTracing, type Logger, type Metrics } from '#kernel/telemetry';
import { isReplica } from '../bridge.ts';
import { STOP_TIMEOUT_MS, startContexts, type Undo } from '../contexts.ts';
import { healthOf } from '../health.ts';
import { SILENT, step, type Progress } from '../progress.ts';
import { provisionDatabase } from '../provision.ts';
import { createSubgraphServer } from './subgraph-server.ts';
import { routedSubgraphs } from './routing.ts';

export interface SubgraphProcessOptions {
  readonly config: Config;
  /** As `supergraph.yaml` names it. */
  readonly name: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly progress?: Progress;
  readonly clock?: Clock;
  /** Milliseconds since the epoch, for the life of tokens. */
  readonly now?: () => number;
}

/**
 * One context alone: its port for the gateway, its log head, consumers and timers. The others run in
 * processes of their own on the same database.
 *
 * @throws ConfigError without the key it shares with the gateway; RangeError for an unknown name
 */
export async function startSubgraphProcess(
  options: SubgraphProcessOptions,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const { config, name, log, metrics } = options;
  const progress = options.progress ?? SILENT;
  refuseUnknown(name);
  if ((config.SUBGRAPH_KEY ?? []).length === 0) {
    throw new ConfigError([{ key: 'SUBGRAPH_KEY', message: 'is needed for a subgraph' }]);
  }
  const undo: Undo = [];
  const stop = async (): Promise<void> => {
    for (const each of undo.splice(0).toReversed()) await each();
  };
  try {
    const provision = await step(
      progress,
      'PostgreSQL',
      () => provisionDatabase(config),
      ({ description }) => description,
    );
    undo.push(() => provision.release());
    const tracing = await openTracing(config, { service: `freshplan-${name}`, log });
    undo.push(async () => tracing?.stop());
    const clock = options.clock ?? { now: () => new Date() };
    const runtime = await startContexts(
      { ...options, progress, clock, tracing, only: name },
      provision,
      undo,
    );
    const [here] = runtime.here;
    const transport = runtime.transports.get(name);
    if (here === undefined || transport === undefined) throw new Error(`${name} does not run here`);
    const server = createSubgraphServer({
      config,
      subgraph: here,
      transport,
      endpoints: runtime.endpoints,
      territories: runtime.territories,
      health: healthOf(runtime),
      metrics,
      tracing,
      log,
      now: options.now,
    });
    const afterwards = isReplica(config) ? [] : [runtime.timers, runtime.workers];
    const running = await step(
      progress,
      'Subgraph',
      () => startServices([server, ...afterwards], { stopTimeoutMs: STOP_TIMEOUT_MS }),
      () => server.url,
    );
    undo.push(() => running.stop());
    return { url: server.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function refuseUnknown(name: string): void {
  const names = [...routedSubgraphs().keys()];
  if (names.includes(name)) return;
  throw new RangeError(`There is no subgraph ${name}. There are: ${names.join(', ')}`);
}
