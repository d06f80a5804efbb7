import type { Clock } from '#kernel/events';

/** A clock that stands still until it is told otherwise. */
export interface TestClock extends Clock {
  /** ISO 8601 instant. */
  set(instant: string): void;
  advance(milliseconds: number): void;
}

export function testClock(instant = '2025-09-26T09:00:00.000Z'): TestClock {
  let nowMs = Date.parse(instant);
  return {
    now: () => new Date(nowMs),
    set: (next) => void (nowMs = Date.parse(next)),
    advance: (milliseconds) => void (nowMs += milliseconds),
  };
}
