/**
 * Who was turned away from a mutation, handed on to the audit trail. The first denial at once,
 * repeats within a minute as one entry with their count; nobody who is refused waits for it.
 */
import type { Actor } from '#kernel/access';
import type { Service } from '#kernel/service';
import type { Logger, Metrics } from '#kernel/telemetry';
import { randomUUID } from 'node:crypto';

/** Told of every denial; never throws, never waits. */
export type OnDenied = (denial: Denial) => void;

export interface Denial {
  readonly actor: Actor;
  /** Field of the root. */
  readonly operation: string;
  readonly requestId: string;
}

export interface CountedDenial extends Denial {
  /** The same for each try to record it. */
  readonly id: string;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

export interface DenialsOptions {
  readonly record: (denial: CountedDenial) => Promise<void>;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly now?: (() => number) | undefined;
}

export interface Denials extends Service {
  readonly onDenied: OnDenied;
  /** Ends the minutes that are over and records what waits; by itself once a second. */
  sweep(): Promise<void>;
}

/** Entries that wait and counts that run, together. */
const WAITING_MAX = 1_000;
const REPEATS_MS = 60_000;
/** What could not be recorded for so long is given up, and counted. */
const KEPT_MS = 10 * 60_000;
const SWEEP_MS = 1_000;

interface Window {
  readonly denial: Denial;
  readonly until: number;
  count: number;
  firstAt: number;
  lastAt: number;
}

type Drop = (count: number, reason: string, error?: unknown) => void;

export function createDenials({ record, metrics, log, now = Date.now }: DenialsOptions): Denials {
  const dropped = metrics.counter(
    'freshplan_denials_dropped_total',
    'Denied mutations that are missing in the audit trail',
  );
  const drop: Drop = (count, reason, error) => {
    dropped.inc({}, count);
    log.error({ count, reason, err: error }, 'denials are missing in the audit trail');
  };
  const queue = createQueue({ record, drop, now });
  const windows = new Map<string, Window>();
  let timer: NodeJS.Timeout | undefined;

  const endWindows = (endsAt: number): void => {
    for (const [key, { denial, until, count, firstAt, lastAt }] of windows) {
      if (until > endsAt) continue;
      windows.delete(key);
      if (count > 0) queue.push(counted(denial, count, firstAt, lastAt));
    }
  };
  const sweep = (): Promise<void> => {
    endWindows(now());
    return queue.flush();
  };
  return {
    name: 'denials',
    onDenied(denial) {
      const at = now();
      const key = `${denial.actor.userId} ${denial.actor.clientId ?? ''} ${denial.operation}`;
      const window = windows.get(key);
      if (window !== undefined && window.until > at) {
        if (window.count === 0) window.firstAt = at;
        window.count += 1;
        window.lastAt = at;
        return;
      }
      endWindows(at);
      if (windows.size + queue.size() > WAITING_MAX - 2) return drop(1, 'too many wait');
      windows.set(key, { denial, until: at + REPEATS_MS, count: 0, firstAt: at, lastAt: at });
      queue.push(counted(denial, 1, at, at));
      void queue.flush();
    },
    sweep,
    async start() {
      timer = setInterval(() => void sweep(), SWEEP_MS);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      await queue.flush();
      endWindows(Infinity);
      await queue.flush();
      queue.end();
    },
  };
}

/** What is to be recorded, in order, one at a time. */
function createQueue({
  record,
  drop,
  now,
}: Pick<DenialsOptions, 'record'> & { drop: Drop; now: () => number }) {
  let waiting: CountedDenial[] = [];
  let recording: Promise<void> | undefined;
  const recordAll = async (): Promise<void> => {
    const due = waiting;
    waiting = [];
    for (const [index, denial] of due.entries()) {
      try {
        await record(denial);
      } catch (error) {
        const left = due.slice(index);
        const kept = left.filter(({ lastAt }) => now() - lastAt.getTime() < KEPT_MS);
        // Where one is not taken the rest is spared the try, and comes before it in the next.
        waiting = [...kept.slice(1), ...kept.slice(0, 1), ...waiting];
        const lost = left.filter((each) => !kept.includes(each));
        if (lost.length > 0) drop(sum(lost), 'they could not be recorded in time', error);
        return;
      }
    }
  };
  return {
    size: () => waiting.length,
    push: (denial: CountedDenial) => void waiting.push(denial),
    /** Tries each that waits once; a call meanwhile joins. */
    flush: (): Promise<void> =>
      (recording ??= recordAll().finally(() => {
        recording = undefined;
      })),
    end() {
      if (waiting.length > 0) drop(sum(waiting), 'the process stopped');
    },
  };
}

function counted(denial: Denial, count: number, firstAt: number, lastAt: number): CountedDenial {
  const times = { firstAt: new Date(firstAt), lastAt: new Date(lastAt) };
  return { ...denial, id: randomUUID(), count, ...times };
}

function sum(denials: readonly CountedDenial[]): number {
  return denials.reduce((total, { count }) => total + count, 0);
}
