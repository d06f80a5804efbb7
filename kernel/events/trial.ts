import type { Transaction } from '#kernel/database';
import {
  LeaseLost,
  beginTry,
  finishAt,
  forgetAttempts,
  isOpen,
  noteFailure,
  type CheckpointKey,
} from './checkpoint.ts';
import type { LogEntry } from './log.ts';
import { isPassing } from './retry.ts';

interface Trial {
  readonly key: CheckpointKey;
  readonly epoch: number;
  readonly entry: LogEntry;
  readonly attemptsMax: number;
  /** It may end the process: counted before it is made. */
  readonly isCounted: boolean;
}

/** Skipped: another one has done it, or it waits behind one of its aggregate. */
type Outcome = { is: 'handled' | 'skipped' } | { is: 'failed'; attempts: number; error: unknown };

/**
 * Handles one fact, with its checkpoint in a transaction of its own.
 *
 * @throws LeaseLost, or what passes by itself: neither counts; a count made beforehand is to be taken back
 */
export async function tryOne(
  { key, epoch, entry, attemptsMax, isCounted }: Trial,
  run: {
    inTransaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
    handle: (tx: Transaction) => Promise<void>;
    /** The try was counted and ended by no fault of the fact: its count is taken back at once. */
    interrupted: () => Promise<void>;
  },
): Promise<Outcome> {
  const begun = isCounted
    ? await run.inTransaction((tx) => beginTry(tx, key, epoch, entry))
    : undefined;
  if (begun === 0) return { is: 'skipped' };
  if (begun !== undefined && begun > attemptsMax) {
    const error = new Error('The process died while handling this fact');
    return { is: 'failed', attempts: begun, error };
  }
  try {
    return await run.inTransaction(async (tx) => {
      if (!(await isOpen(tx, key, epoch, entry))) return { is: 'skipped' };
      await run.handle(tx);
      await forgetAttempts(tx, key, entry);
      await finishAt(tx, key, entry.position);
      return { is: 'handled' };
    });
  } catch (error) {
    if (error instanceof LeaseLost || isPassing(error)) {
      if (isCounted) await run.interrupted();
      throw error;
    }
    const failure = { entry, error, begun, attemptsMax };
    const attempts = await run.inTransaction((tx) => noteFailure(tx, key, epoch, failure));
    return { is: 'failed', attempts, error };
  }
}
