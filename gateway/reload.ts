/** A new supergraph without a restart: when its file changes, or on SIGHUP. Owns the one that serves. */
import type { Service } from '#kernel/service';
import type { Logger, Metrics } from '#kernel/telemetry';
import { readFile } from 'node:fs/promises';
import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Gateway } from './server.ts';
import type { Supergraph } from './supergraph.ts';

export interface ReloadOptions {
  /** The composed schema. */
  readonly file: string;
  /** What serves now. */
  readonly current: Supergraph;
  /** @throws for a schema that cannot be served */
  readonly build: (sdl: string) => Supergraph;
  readonly gateway: Pick<Gateway, 'replaceSupergraph'>;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** What was replaced is closed after that long, when nothing runs on it any more. */
  readonly retireAfterMs?: number;
}

export type ReloadResult = 'replaced' | 'unchanged' | 'refused';

export interface Reload extends Service {
  /** Reads the file and swaps; what is refused leaves everything as it was. One at a time. */
  reload(): Promise<ReloadResult>;
}

/** A file that is being written comes to rest first. */
const REST_MS = 100;
const RETIRE_AFTER_MS = 60_000;

export function createReload(options: ReloadOptions): Reload {
  const { file, build, gateway, log } = options;
  const reloads = options.metrics.counter(
    'freshplan_supergraph_reloads_total',
    'Supergraphs that were read anew',
    ['result'],
  );
  const retiring = new Map<Supergraph, NodeJS.Timeout>();
  let current = options.current;
  let last: Promise<unknown> = Promise.resolve();
  let watcher: FSWatcher | undefined;

  const close = (old: Supergraph): void => {
    retiring.delete(old);
    old.close().catch((error: unknown) => log.warn({ err: error }, 'old supergraph not closed'));
  };
  const retire = (old: Supergraph): void => {
    const timer = setTimeout(() => close(old), options.retireAfterMs ?? RETIRE_AFTER_MS);
    timer.unref();
    retiring.set(old, timer);
  };
  const swap = async (): Promise<ReloadResult> => {
    let result: ReloadResult = 'unchanged';
    try {
      const sdl = await readFile(file, 'utf8');
      if (sdl !== current.sdl) {
        const next = build(sdl);
        try {
          await gateway.replaceSupergraph(next);
        } catch (error) {
          close(next);
          throw error;
        }
        retire(current);
        current = next;
        result = 'replaced';
        log.info({ file }, 'supergraph replaced');
      }
    } catch (error) {
      result = 'refused';
      log.error({ err: error, file }, 'supergraph refused, the one before goes on serving');
    }
    reloads.inc({ result });
    return result;
  };
  const reload = (): Promise<ReloadResult> => {
    const mine = last.then(swap);
    last = mine;
    return mine;
  };
  const onSignal = (): void => void reload();

  return {
    name: 'reload',
    reload,
    async start() {
      process.on('SIGHUP', onSignal);
      watcher = watchFile(file, onSignal);
      watcher.on('error', (error) => log.warn({ err: error, file }, 'supergraph not watched'));
    },
    async stop() {
      process.off('SIGHUP', onSignal);
      watcher?.close();
      await last;
      for (const [old, timer] of retiring) {
        clearTimeout(timer);
        close(old);
      }
      await current.close();
    },
  };
}

/** The folder is watched: editors and deployments put a new file in the place of the old. */
function watchFile(file: string, onChange: () => void): FSWatcher {
  let resting: NodeJS.Timeout | undefined;
  const watcher = watch(dirname(file), (_event, name) => {
    if (name !== basename(file)) return;
    clearTimeout(resting);
    resting = setTimeout(onChange, REST_MS);
  });
  watcher.on('close', () => clearTimeout(resting));
  return watcher;
}
