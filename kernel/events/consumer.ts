import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import {
  LeaseLost,
  finishAt,
  halt,
  lockCheckpoint,
  park,
  parkBehind,
  uncountAttempt,
  type CheckpointKey,
} from './checkpoint.ts';
import {
  LEASE_MS,
  schemaOf,
  type ConsumerStatus,
  type Held,
  type Leases,
  type Registration,
} from './leases.ts';
import { handleAll } from './lanes.ts';
import type { LogEntry } from './log.ts';
import { observePassage, typeLabel, type EventMetrics } from './metrics.ts';
import type { Reader } from './reader.ts';
import { isOurs, type Shard } from './shards.ts';
import { Alarm, backoffMs, isPassing, verdictOn, within } from './retry.ts';
import { tryOne } from './trial.ts';
import { alone, beside } from './turns.ts';

export interface ConsumerOptions {
  readonly shard: number;
  readonly shards: number;
  /** `<module>.<noun>` */
  readonly name: string;
  /** Module whose log it reads. */
  readonly source: string;
  readonly types: readonly string[];
  readonly startsNow: boolean;
  /** Different aggregates may be handled side by side. */
  readonly isPerAggregate: boolean;
  readonly handle: (entry: LogEntry, tx: Transaction) => Promise<void>;
  /** Does the same for facts that are there together. */
  readonly handleMany?:
    | ((entries: readonly LogEntry[], tx: Transaction) => Promise<void>)
    | undefined;
  readonly reader: Reader;
  readonly workers: UnitOfWork;
  readonly leases: Leases;
  readonly actor: Actor;
  readonly log: Logger;
  readonly metrics: EventMetrics;
  /** False: stands still at its checkpoint and catches up later. */
  readonly isEnabled: () => boolean;
  readonly attemptsMax?: number;
  readonly handlerTimeoutMs?: number;
  readonly restMs?: number;
}

export interface Consumer extends Registration {
  start(): void;
  stop(): Promise<void>;
  /** There may be something new, or the status has changed. */
  wake(): void;
  /** What this process holds; undefined while another one has the lease. */
  held(): Held | undefined;
  status(): ConsumerStatus | 'DISABLED';
  /** Told after a renewal; undefined means that the lease was lost. */
  renewed(status: ConsumerStatus | undefined): void;
}

/** Time ends a batch that is handled in order; one side by side goes on until it is through. */
const BATCH_MAX = 1_000;
const SIDE_BY_SIDE_MAX = 200;
const ATTEMPTS_MAX = 5;
const REST_MS = 30_000;
const HANDLER_TIMEOUT_MS = 30_000;
const CLAIM_AGAIN_MS = 1_000;
const CAREFUL_MAX = 200;

/** Handles the facts of one module in order, each effect and its checkpoint in one transaction. */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { name, source, shard, reader, workers, actor, log, metrics, handleMany } = options;
  const key: CheckpointKey = { name, source, shard };
  const module = schemaOf(name);
  const types = new Set(options.types);
  const attemptsMax = options.attemptsMax ?? ATTEMPTS_MAX;
  const batchMax = options.isPerAggregate && !handleMany ? SIDE_BY_SIDE_MAX : BATCH_MAX;
  let lease: (Shard & { epoch: number; position: number; status: ConsumerStatus }) | undefined;
  let running: Promise<void> | undefined;
  let stopping = false;
  const alarm = new Alarm();
  /** Waiting after a failure is not cut short by new facts. */
  const patience = new Alarm();
  /** Facts still to be handled one by one. */
  let careful = 0;
  /** One of them may end the process: each is tried alone in it, and the try counted beforehand. */
  let isDeadly = false;
  /** Its try was counted and ended by no fault of the fact: taken back before anything else is done. */
  let uncounted: LogEntry | undefined;
  let failuresInARow = 0;
  let transientTries = 0;
  let restMs = 0;
  let pausedUpTo = 0;

  const run = async (): Promise<void> => {
    while (!stopping) {
      try {
        await takeBackCount();
        if (!(await claim())) {
          await alarm.sleep(CLAIM_AGAIN_MS);
          continue;
        }
        if (!isOn()) {
          await countPaused();
          await alarm.sleep(CLAIM_AGAIN_MS);
          continue;
        }
        const worked = await step();
        transientTries = 0;
        if (restMs > 0) {
          await patience.sleep(restMs);
          restMs = 0;
        }
        if (!worked) await alarm.sleep(LEASE_MS);
      } catch (error) {
        await recover(error);
      }
    }
  };

  const isOn = (): boolean => options.isEnabled() && lease?.status === 'ACTIVE';

  const claim = async (): Promise<boolean> => {
    if (lease !== undefined) return true;
    const won = await options.leases.claim(key);
    if (won === undefined) return false;
    const { isSuspect, ...own } = won;
    lease = { ...own, shard };
    careful = isSuspect ? CAREFUL_MAX : 0;
    isDeadly = isSuspect;
    return true;
  };

  const takeBackCount = async (): Promise<void> => {
    const entry = uncounted;
    if (entry === undefined) return;
    await workers.transaction(actor, (tx) => uncountAttempt(tx, key, entry));
    uncounted = undefined;
  };

  /** Handles the next facts; false when there are none. */
  const step = async (): Promise<boolean> => {
    if (lease === undefined) return false;
    const entries = await reader.read(source, lease.position, batchMax);
    const last = entries.at(-1);
    if (last === undefined) {
      careful = 0;
      return false;
    }
    const mine = lease;
    const wanted = entries.filter((each) => types.has(each.event.type) && isOurs(mine, each));
    if (wanted.length === 0) lease.position = last.position;
    else if (careful > 0) {
      const one = inTurn(() => handleOne(wanted[0] as LogEntry));
      await (isDeadly ? alone(one) : beside(one));
    } else await beside(inTurn(() => handleBatch(wanted, last.position)));
    return true;
  };

  /** It may have been switched off while it waited for the others of the process. */
  const inTurn = (work: () => Promise<void>) => async (): Promise<void> => {
    if (isOn()) await work();
  };

  const handleBatch = async (wanted: readonly LogEntry[], end: number): Promise<void> => {
    const held = lease;
    if (held === undefined) return;
    let done: readonly LogEntry[] = [];
    let reached = held.position;
    try {
      await workers.transaction(actor, async (tx) => {
        const ids = [...new Set(wanted.map(({ event }) => event.aggregateId))];
        const { position, parked } = await lockCheckpoint(tx, key, held.epoch, ids);
        // A rebuild may have come some way in the meantime.
        const open = wanted.filter((entry) => entry.position > position);
        // One that hangs holds up all of them; handled one by one, it shows which it is.
        done = await inTime(
          handleAll(open, {
            isPerAggregate: options.isPerAggregate,
            isApart: ({ event }) => parked.has(event.aggregateId),
            apart: (entry) => parkBehind(tx, key, entry),
            one: (entry) => handle(entry, tx),
            many: handleMany && ((some) => handleMany(some, tx)),
          }),
        );
        const last = done.at(-1);
        reached = last === wanted.at(-1) ? end : Math.max(position, last?.position ?? 0);
        if (last !== undefined) await finishAt(tx, key, last.position);
      });
    } catch (error) {
      if (error instanceof LeaseLost || isPassing(error)) throw error;
      // One of them is the cause; handled one by one it shows which.
      log.debug({ consumer: name, err: error }, 'batch failed');
      careful = Math.min(wanted.length, CAREFUL_MAX);
      isDeadly = false;
      return;
    }
    held.position = reached;
    failuresInARow = 0;
    observe({ metrics, module }, done, 'success');
  };

  const handleOne = async (entry: LogEntry): Promise<void> => {
    const held = lease;
    if (held === undefined) return;
    const { epoch } = held;
    const trial = { key, epoch, entry, attemptsMax, isCounted: isDeadly };
    const outcome = await tryOne(trial, {
      inTransaction: (work) => workers.transaction(actor, work),
      handle: (tx) => inTime(handle(entry, tx)),
      // While this is still alone in the process: what ends it afterwards must not count.
      interrupted: () => {
        uncounted = entry;
        return takeBackCount().catch(() => {});
      },
    });
    if (outcome.is === 'failed') {
      const { attempts, error } = outcome;
      const { position } = entry;
      log.warn({ consumer: name, position, attempts, err: error }, 'handling failed');
      if (attempts < attemptsMax) {
        restMs = backoffMs(attempts);
        return;
      }
      await giveUp(entry, epoch, error);
    }
    if (outcome.is === 'handled') {
      failuresInARow = 0;
      observe({ metrics, module }, [entry], 'success');
    }
    held.position = entry.position;
    careful -= 1;
  };

  const giveUp = async (entry: LogEntry, epoch: number, error: unknown): Promise<void> => {
    failuresInARow += 1;
    const { failed, rests } = verdictOn(failuresInARow);
    restMs = rests ? (options.restMs ?? REST_MS) : 0;
    await workers.transaction(actor, async (tx) => {
      await lockCheckpoint(tx, key, epoch);
      await park(tx, key, entry, error);
      if (failed || rests) await halt(tx, key, { error, failed, restMs });
    });
    observe({ metrics, module }, [entry], 'failure');
    log.error(
      { consumer: name, position: entry.position, err: error },
      'fact set aside, aggregate parked',
    );
    if (failed && lease !== undefined) {
      lease.status = 'FAILED';
      log.error({ consumer: name }, 'too many facts in a row failed, the consumer stands still');
    }
  };

  const handle = (entry: LogEntry, tx: Transaction): Promise<void> =>
    entry.fault === undefined ? options.handle(entry, tx) : Promise.reject(entry.fault);

  const inTime = <T>(work: Promise<T>): Promise<T> =>
    within(work, { name, timeoutMs: options.handlerTimeoutMs ?? HANDLER_TIMEOUT_MS });

  const countPaused = async (): Promise<void> => {
    if (lease === undefined) return;
    const entries = await reader.read(source, Math.max(pausedUpTo, lease.position), BATCH_MAX);
    for (const entry of entries) {
      const { event } = entry;
      pausedUpTo = entry.position;
      if (!types.has(event.type) || !isOurs(lease, entry)) continue;
      const labels = { event_type: typeLabel(event.type), module };
      metrics.consumed.inc({ ...labels, result: 'paused' });
    }
  };

  const recover = async (error: unknown): Promise<void> => {
    if (error instanceof LeaseLost) {
      lease = undefined;
      return;
    }
    transientTries += 1;
    if (transientTries > 1) log.warn({ consumer: name, err: error }, 'trying again');
    await patience.sleep(backoffMs(transientTries));
  };

  return {
    ...key,
    shards: options.shards,
    types: options.types,
    startsNow: options.startsNow,
    start() {
      running ??= run();
    },
    async stop() {
      stopping = true;
      alarm.rouse();
      patience.rouse();
      await running;
    },
    wake: () => alarm.rouse(),
    held: () => lease && { ...key, epoch: lease.epoch, position: lease.position },
    status: () => (options.isEnabled() ? (lease?.status ?? 'ACTIVE') : 'DISABLED'),
    renewed(status) {
      if (status === undefined) {
        lease = undefined;
        // There may be another one to be had: it was split, or its holder has gone again.
        alarm.rouse();
      } else if (lease !== undefined) {
        if (lease.status === 'FAILED') failuresInARow = 0;
        lease.status = status;
      }
    },
  };
}

function observe(
  { metrics, module }: { readonly metrics: EventMetrics; readonly module: string },
  entries: readonly LogEntry[],
  result: 'success' | 'failure',
): void {
  const now = performance.now();
  const passage = { counter: 'consumed', path: 'notify_process', module, result } as const;
  observePassage(metrics, passage, entries, ({ event, seenAt }) => ({
    type: event.type,
    tookMs: now - seenAt,
  }));
}
