import { DatabaseError } from '#kernel/database';

const FIRST_MS = 100;
const MAX_MS = 2_000;
const FAILURES_BEFORE_REST = 5;
const FAILURES_IN_A_ROW_MAX = 10;

/** Nobody's fault: worth the same try again without counting. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    ['TRANSIENT', 'UNAVAILABLE', 'OVERLOADED'].includes(error.code)
  );
}

/** 100 ms, doubling, at most 2 s, half of it by chance. */
export function backoffMs(tries: number): number {
  const full = Math.min(FIRST_MS * 2 ** (tries - 1), MAX_MS);
  return full / 2 + (Math.random() * full) / 2;
}

/**
 * What follows from facts that failed in a row: after five, what they need is probably down and is left
 * in peace for a while; after ten somebody has to look.
 */
export function verdictOn(failuresInARow: number): { rests: boolean; failed: boolean } {
  const failed = failuresInARow >= FAILURES_IN_A_ROW_MAX;
  return { failed, rests: !failed && failuresInARow >= FAILURES_BEFORE_REST };
}

/** A sleep that can be ended early; being roused while awake ends the next sleep at once. */
export class Alarm {
  #roused = false;
  #wake: (() => void) | undefined;

  rouse(): void {
    this.#roused = true;
    this.#wake?.();
  }

  async sleep(milliseconds: number): Promise<void> {
    if (!this.#roused) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#roused = false;
  }
}

export class HandlerTimeout extends Error {
  constructor(name: string) {
    super(`${name} did not finish in time`);
    this.name = 'HandlerTimeout';
  }
}

/** @throws HandlerTimeout when the work takes longer; what it still sends is refused by its transaction */
export async function within<T>(
  work: Promise<T>,
  { name, timeoutMs }: { name: string; timeoutMs: number },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HandlerTimeout(name)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
