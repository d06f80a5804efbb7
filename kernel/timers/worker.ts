import type { Context } from '#kernel/events';
import { lasting, type Service } from '#kernel/service';
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

/** Keeps workers at work from start to stop. */
export function createWorkers({ workers, contextOf, log }: WorkerOptions): Service {
  return lasting(
    'workers',
    workers.map((worker) => ({
      run: (signal) => worker.run(() => contextOf(worker), signal),
      onFault: (error) =>
        log.warn({ worker: worker.name, err: error }, 'work was interrupted, going on'),
    })),
  );
}
