import type { Actor } from '#kernel/access';
import type { EventCatalog } from './catalog.ts';
import { createLogHead, type LogBatch, type LogHead } from './log-head.ts';
import { observePassage, type EventMetrics } from './metrics.ts';
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
  const measure = (module: string, { rows = [] }: LogBatch): void => {
    const now = Date.now();
    const passage = { counter: 'published', path: 'publish_notify', result: 'success' } as const;
    observePassage(metrics, { ...passage, module }, rows, ({ type, recorded_at }) => ({
      type,
      tookMs: Math.max(0, now - recorded_at.getTime()),
    }));
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
