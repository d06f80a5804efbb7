import { createBridgeLink, type BridgeLink } from '#kernel/bridge';
import type { Config } from '#kernel/config';
import type { BackboneOptions } from '#kernel/events';
import type { Subgraph } from '#kernel/graphql';
import type { Logger, Metrics } from '#kernel/telemetry';
import { hostname } from 'node:os';

/** The way to other machines, if there is one, and which end of it this process is. */
export interface Bridge {
  readonly link: BridgeLink | undefined;
  readonly ends: Pick<BackboneOptions, 'outlet' | 'remote' | 'follows'>;
}

/** Whether this process answers requests only and follows what another one records and does. */
export function isReplica(config: Config): boolean {
  return config.EVENTS_FROM === 'bridge';
}

/** Nothing is connected before it is used. */
export function bridgeOf(
  config: Config,
  subgraphs: readonly Subgraph[],
  { log, metrics }: { log: Logger; metrics: Metrics },
): Bridge {
  if (config.EVENTS_BRIDGE === undefined) return { link: undefined, ends: {} };
  const link = createBridgeLink({
    url: config.EVENTS_BRIDGE,
    name: `freshplan-graph ${hostname()} ${process.pid}`,
    modules: subgraphs.flatMap(({ events }) => events?.module ?? []),
    limits: {
      retentionDays: config.EVENTS_BRIDGE_RETENTION_DAYS,
      bytesMax: config.EVENTS_BRIDGE_BYTES_MAX,
      duplicateWindowSeconds: config.EVENTS_BRIDGE_DUPLICATE_WINDOW_SECONDS,
      replicas: config.EVENTS_BRIDGE_REPLICAS,
    },
    log,
    metrics,
  });
  const ends = isReplica(config) ? { remote: link.source, follows: true } : { outlet: link.outlet };
  return { link, ends };
}
