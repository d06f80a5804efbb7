import type { Actor } from '#kernel/access';
import type { EventCatalog } from './catalog.ts';
import { createLogHead, type LogBatch, type LogHead } from './log-head.ts';
import { typeLabel, type EventMetrics } from './metrics.ts';
import type { BackboneOptions } from './options.ts';
import { notifyWire } from './wire.ts';

/** One log head per module of this process, each measured. */
export function createLogHeads(
  { database, keyring, log }: Pick<BackboneOptions, 'database' | 'keyring' | 'log'>,
  catalogs: readonly EventCatalog[],
  runtime: {
    readonly actor: Actor;
    readonly metrics: EventMetrics;
    onBatch(module: string, batch: LogBatch): void;
  },
): Map<string, LogHead> {
  const { actor, metrics } = runtime;
  const measure = (module: string, batch: LogBatch): void => {
    const now = Date.now();
    for (const row of batch.rows ?? []) {
      const event_type = typeLabel(row.type);
      metrics.published.inc({ event_type, module, result: 'success' });
      const waitedMs = now - row.recorded_at.getTime();
      metrics.latencyMs.observe({ event_type, path: 'publish_notify' }, Math.max(0, waitedMs));
    }
  };
  const heads = catalogs.map((catalog): [string, LogHead] => {
    const { module } = catalog;
    const onError = (error: unknown): void => log.error({ module, err: error }, 'no notice sent');
    const head = createLogHead({
      database,
      module,
      actor,
      log,
      ...(catalog.wire === undefined
        ? {}
        : {
            beforeCommit: (tx, rows) =>
              notifyWire(tx, catalog, rows, { keyring, metrics, onError }),
          }),
      onBatch: (batch) => {
        runtime.onBatch(module, batch);
        measure(module, batch);
      },
    });
    return [module, head];
  });
  return new Map(heads);
}
