import type { LogSource, Outlet } from '#kernel/events';
import type { Logger, Metrics } from '#kernel/telemetry';
import { BridgeFault, createLink } from './link.ts';
import { createNatsLog } from './nats-log.ts';
import { createNatsOutlet } from './nats-outlet.ts';
import type { StreamLimits } from './streams.ts';

export interface BridgeLinkOptions {
  /** `nats://host:port`, several separated by commas; credentials inside, `tls://` for encryption. */
  readonly url: string;
  /** Shown by the server beside the connection. */
  readonly name: string;
  readonly modules: readonly string[];
  readonly limits: StreamLimits;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** NATS JetStream as the way between machines: one stream per module holds a copy of its log. */
export interface BridgeLink {
  /** Where facts leave. */
  readonly outlet: Outlet;
  /** Where they are read on another machine. */
  readonly source: LogSource;
  /**
   * Connects once to see whether the address is right. False while nobody answers there.
   *
   * @throws BridgeFault when somebody answers but the bridge cannot work; with `isNeeded` also when
   *   nobody does
   */
  probe(options: { isNeeded: boolean }): Promise<boolean>;
  isConnected(): boolean;
  close(): Promise<void>;
}

export function createBridgeLink(options: BridgeLinkOptions): BridgeLink {
  const { url, name, modules, limits, log, metrics } = options;
  const foreign = metrics.counter(
    'freshplan_bridge_foreign_messages_total',
    'Messages in a stream that are no facts',
    ['module'],
  );
  const connected = metrics.gauge('freshplan_bridge_connected', 'Whether the bridge is connected');
  const link = createLink(url, { name, log, onConnected: (is) => connected.set(is ? 1 : 0) });
  return {
    outlet: createNatsOutlet(link, limits),
    source: createNatsLog(link, {
      modules,
      limits,
      log,
      onForeign: (module) => foreign.inc({ module }),
    }),
    async probe({ isNeeded }) {
      try {
        await link.use();
        return true;
      } catch (error) {
        if (error instanceof BridgeFault) throw error;
        if (isNeeded) throw new BridgeFault((error as Error).message, { cause: error });
        log.warn({ err: error }, 'facts wait in the log until the bridge can be reached');
        return false;
      }
    },
    isConnected: () => link.isConnected(),
    close: () => link.close(),
  };
}
