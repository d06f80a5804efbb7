import { EventEmitter } from 'node:events';
import {
  Logger as WorkerLogger,
  parseCronItems,
  run,
  type Runner,
  type RunnerOptions,
  type WorkerEvents,
} from 'graphile-worker';
import type { BackboneOperations, Context } from '#kernel/events';
import type { Service } from '#kernel/service';
import type { Logger } from '#kernel/telemetry';
import { createLocks, type Locks } from './locks.ts';

/** What a timer is handed; with the backbone where the process runs one. */
export interface TimerContext extends Context {
  readonly backbone?: BackboneOperations;
}

/**
 * Work that time causes. A run looks at the clock of its context and at what is stored, never at
 * how often it was called: running it twice, late, or after a crash leads to the same state.
 */
export interface Timer {
  /** `<context>.<what>`, also the name of its task in the job table. */
  readonly name: string;
  /** Minutes between two runs; a divisor of 60. */
  readonly everyMinutes: number;
  run(context: TimerContext): Promise<void>;
}

export interface TimerOptions {
  /** Connection string of the role that owns the job table and nothing else. */
  readonly url: string;
  readonly timers: readonly Timer[];
  contextOf(timer: Timer): TimerContext;
  readonly log: Logger;
}

const ATTEMPTS_MAX = 5;

/** Declares a timer. @throws RangeError when the interval does not divide an hour. */
export function defineTimer(timer: Timer): Timer {
  if (!Number.isInteger(timer.everyMinutes) || 60 % timer.everyMinutes !== 0) {
    throw new RangeError(`${timer.name}: everyMinutes must divide 60`);
  }
  return timer;
}

/**
 * Runs timers from a job table that all processes share: each run happens in one of them, never two
 * of one timer at once, and what a killed process had begun is soon another's. Every timer also runs
 * once at start, so that downtime is caught up.
 */
export function createTimers(options: TimerOptions): Service {
  let runner: Runner | undefined;
  const locks = createLocks(options);
  return {
    name: 'timers',
    async start() {
      if (options.timers.length === 0) return;
      await locks.start();
      try {
        runner = await run(runnerOptions(options, locks));
      } catch (error) {
        await locks.stop();
        throw error;
      }
      for (const timer of options.timers) {
        await runner.addJob(timer.name, {}, { ...serial(timer), jobKey: `${timer.name}:start` });
      }
    },
    async stop() {
      await runner?.stop();
      await locks.stop();
    },
  };
}

function runnerOptions(options: TimerOptions, locks: Locks): RunnerOptions {
  const events: WorkerEvents = new EventEmitter();
  events.once('pool:create', ({ workerPool }) => locks.hold(workerPool.id));
  return {
    connectionString: options.url,
    concurrency: 2,
    maxPoolSize: 4,
    noHandleSignals: true,
    pollInterval: 1_000,
    events,
    logger: workerLogger(options.log),
    taskList: Object.fromEntries(
      options.timers.map((timer) => [timer.name, taskOf(options, timer)]),
    ),
    parsedCronItems: parseCronItems(options.timers.map(cronOf)),
  };
}

function taskOf(options: TimerOptions, timer: Timer): () => Promise<void> {
  return () => timer.run(options.contextOf(timer));
}

function cronOf(timer: Timer) {
  return {
    task: timer.name,
    identifier: timer.name,
    match: timer.everyMinutes === 60 ? '0 * * * *' : `*/${timer.everyMinutes} * * * *`,
    options: { backfillPeriod: 0, jobKey: timer.name, ...serial(timer) },
  };
}

function serial(timer: Timer) {
  return { queueName: timer.name, maxAttempts: ATTEMPTS_MAX };
}

function workerLogger(log: Logger): WorkerLogger {
  return new WorkerLogger(() => (level, message) => {
    if (level === 'error') log.error({ message }, 'timer failed');
    else if (level === 'warning') log.warn({ message }, 'timer');
    else log.trace({ message }, 'timer');
  });
}
