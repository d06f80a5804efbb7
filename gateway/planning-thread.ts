/** One thread that plans. It ends for good: by a limit, by itself, or because nobody needs it. */
import { GraphQLError } from 'graphql';
import { Worker } from 'node:worker_threads';
import type { QueryPlan } from './planner.ts';
import type { Answer, Order } from './planning-worker.ts';

const HEAP_BYTES_MAX = 512 * 1024 * 1024;

export type EndReason = 'limit' | 'crash' | 'closed';

const MESSAGES: Readonly<Record<EndReason, string>> = {
  limit: 'Planning took too much time or memory',
  crash: 'The planning thread broke',
  closed: 'The supergraph was closed',
};

/** The thread is over, and what it was at is not done. */
export class ThreadEnded extends Error {
  readonly reason: EndReason;
  constructor(reason: EndReason, cause?: unknown) {
    super(MESSAGES[reason], { cause });
    this.reason = reason;
  }
}

export interface PlanningThread {
  /** Why it is over; undefined while it is not. */
  readonly ended: EndReason | undefined;
  /** Supergraphs it has loaded. */
  readonly loaded: Set<number>;
  /**
   * One at a time. The process stays alive for it, and for nothing else of the thread.
   *
   * @throws ThreadEnded, or what the planner threw
   */
  run(order: Order, timeoutMs: number): Promise<QueryPlan | undefined>;
  forget(graph: number): void;
  /** Resolves when it is gone. */
  end(): Promise<void>;
}

interface Running {
  resolve(plan: QueryPlan | undefined): void;
  reject(error: unknown): void;
}

const WORKER = new URL('./planning-worker.ts', import.meta.url);

export function startPlanningThread(file: URL = WORKER): PlanningThread {
  const worker = new Worker(file, {
    name: 'planning',
    // It needs no secret, and no flag of the process is meant for it.
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_BYTES_MAX / 2 ** 20 },
  });
  worker.unref();
  const loaded = new Set<number>();
  let running: Running | undefined;
  let ended: EndReason | undefined;

  const settle = (act: (waiting: Running) => void): void => {
    const waiting = running;
    running = undefined;
    worker.unref();
    if (waiting !== undefined) act(waiting);
  };
  const finish = async (reason: EndReason, cause?: unknown): Promise<void> => {
    if (ended !== undefined) return;
    ended = reason;
    settle(({ reject }) => reject(new ThreadEnded(reason, cause)));
    await worker.terminate();
  };
  worker.on('message', (answer: Answer) => {
    settle(({ resolve, reject }) =>
      answer.kind === 'done' ? resolve(answer.plan) : reject(errorOf(answer)),
    );
  });
  worker.on('error', (error) => void finish(isOutOfMemory(error) ? 'limit' : 'crash', error));
  worker.on('exit', () => void finish('crash'));

  return {
    get ended() {
      return ended;
    },
    loaded,
    run(order, timeoutMs) {
      if (ended !== undefined) return Promise.reject(new ThreadEnded('crash'));
      const mine = Promise.withResolvers<QueryPlan | undefined>();
      running = mine;
      worker.ref();
      worker.postMessage(order, []);
      // An answer that waits because this process was late is taken first.
      const timer = setTimeout(
        () => setImmediate(() => void (running === mine && finish('limit'))),
        timeoutMs,
      );
      return mine.promise.finally(() => clearTimeout(timer));
    },
    forget(graph) {
      if (loaded.delete(graph)) worker.postMessage({ kind: 'forget', graph } satisfies Order, []);
    },
    end: () => finish('closed'),
  };
}

function isOutOfMemory(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function errorOf({ message, stack, extensions }: Extract<Answer, { kind: 'failed' }>): Error {
  if (extensions !== undefined) return new GraphQLError(message, { extensions });
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
