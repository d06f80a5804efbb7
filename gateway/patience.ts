import { setTimeout as delay } from 'node:timers/promises';

const FIRST_WAIT_MS = 250;

export interface Patience {
  /** After a success it begins anew. */
  restore(): void;
  /** False when it is over. */
  wait(): Promise<boolean>;
}

/** Waits between tries, each twice as long, until so much time has passed since the last success. */
export function createPatience(patienceMs: number, signal: AbortSignal | undefined): Patience {
  let waitMs = FIRST_WAIT_MS;
  let leftMs = patienceMs;
  const isAborted = (): boolean => signal?.aborted === true;
  return {
    restore(): void {
      waitMs = FIRST_WAIT_MS;
      leftMs = patienceMs;
    },
    async wait(): Promise<boolean> {
      if (leftMs <= 0 || isAborted()) return false;
      const now = Math.min(waitMs, leftMs);
      leftMs -= now;
      waitMs *= 2;
      await delay(now, undefined, { signal }).catch(() => undefined);
      return !isAborted();
    },
  };
}
