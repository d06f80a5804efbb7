/**
 * Turns work away while the event loop cannot keep up: what is under way and the open streams then
 * still get their turns. Free documents go first, stored queries next, stored mutations last.
 */
import type { Logger, Metrics } from '#kernel/telemetry';
import { refused } from './refusals.ts';

export type Work = 'document' | 'query' | 'mutation';

export interface Shedding {
  /** Cheap enough to ask before a text is parsed. @throws `OVERLOADED` with when to try again */
  admit(work: Work): void;
  /** A turn of the loop that was due at one time and came at another, in milliseconds. */
  observe(dueAt: number, at: number): void;
  /** Watches the loop of this process until `stop`. */
  start(): void;
  stop(): void;
}

export interface SheddingOptions {
  /** Lateness of the loop above which it is too much; 0 = never. */
  readonly delayMs: number;
  /** How long it is late, or on time again, before more, or less, is turned away. */
  readonly stepMs: number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Short beside the delay that counts, so that one long turn is seen whole. */
const tickMs = 50;
/** What is turned away from which level on. */
const levelOf: Readonly<Record<Work, number>> = { document: 1, query: 2, mutation: 3 };
const levelMax = 3;

export function createShedding({ delayMs, stepMs, metrics, log }: SheddingOptions): Shedding {
  const gauge = metrics.gauge(
    'freshplan_graphql_shedding_level',
    'What is turned away for lateness: 0 nothing, 1 free documents, 2 stored queries too, 3 all',
  );
  gauge.set(0);
  let level = 0;
  let lateSince: number | undefined;
  let calmSince: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  const turnTo = (next: number, lateMs: number): void => {
    if (next > level) log.warn({ level: next, lateMs }, 'the event loop is late: work is refused');
    if (next === 0) log.info('the event loop is on time again');
    level = next;
    gauge.set(level);
  };
  const observe = (dueAt: number, at: number): void => {
    const lateMs = at - dueAt;
    if (lateMs > delayMs) {
      calmSince = undefined;
      lateSince ??= dueAt;
      // One level a turn: a process that was only held up goes on with little lost.
      if (at - lateSince < stepMs || level === levelMax) return;
      lateSince = at;
      return turnTo(level + 1, lateMs);
    }
    lateSince = undefined;
    // It has to do well, not just less badly, or it would swing to and fro.
    if (lateMs > delayMs / 2) calmSince = undefined;
    else calmSince ??= at;
    if (level === 0 || calmSince === undefined || at - calmSince < stepMs) return;
    calmSince = at;
    turnTo(level - 1, lateMs);
  };
  const watch = (dueAt: number): void => {
    timer = setTimeout(() => {
      const at = performance.now();
      observe(dueAt, at);
      watch(at + tickMs);
    }, tickMs).unref();
  };
  return {
    admit(work) {
      if (level < levelOf[work]) return;
      const retryAfterSeconds = Math.ceil((level * stepMs) / 1_000);
      throw refused('OVERLOADED', 'Too much is under way at the moment.', { retryAfterSeconds });
    },
    observe,
    start() {
      if (delayMs > 0 && timer === undefined) watch(performance.now() + tickMs);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
