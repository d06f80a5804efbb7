import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '#kernel/events';
import type { Service } from '#kernel/service';
import type { Logger } from '#kernel/telemetry';

/**
 * Work that goes on as long as the process does, in every process that runs its context: whatever two
 * must not do at once is claimed in the database.
 */
export interface Worker {
  /** `<context>.<what>`. */
  readonly name: string;
  /** Settles soon after the signal; called again after a fault. One context per piece of work. */
  run(contextOf: () => Context, signal: AbortSignal): Promise<void>;
}

export interface WorkerOptions {
  readonly workers: readonly Worker[];
  contextOf(worker: Worker): Context;
  readonly log: Logger;
}

const RETRY_MS = 500;

/** Keeps workers at work from start to stop. */
export function createWorkers({ workers, contextOf, log }: WorkerOptions): Service {
  const ending = new AbortController();
  const { signal } = ending;
  const keep = async (worker: Worker): Promise<void> => {
    while (!signal.aborted) {
      try {
        await worker.run(() => contextOf(worker), signal);
      } catch (error) {
        log.warn({ worker: worker.name, err: error }, 'work was interrupted, going on');
      }
      await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  let running: Promise<void>[] = [];
  return {
    name: 'workers',
    async start() {
      running = workers.map(keep);
    },
    async stop() {
      ending.abort();
      await Promise.all(running);
    },
  };
}
