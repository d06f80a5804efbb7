import type { LogEntry } from './log.ts';

/**
 * Facts of one aggregate one after the other, different aggregates side by side: in one transaction
 * their statements leave without waiting for each other's answers.
 *
 * Answers all of them.
 *
 * @throws the first failure; the others follow from the aborted transaction
 */
export async function inLanes(
  entries: readonly LogEntry[],
  work: (entry: LogEntry) => Promise<void>,
): Promise<readonly LogEntry[]> {
  const lanes = Map.groupBy(entries, ({ event }) => event.aggregateId);
  const outcomes = await Promise.allSettled(
    [...lanes.values()].map(async (lane) => {
      for (const entry of lane) await work(entry);
    }),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return entries;
}

/** One after the other, until the time of a batch is used up. Answers what was handled. */
export async function inOrder(
  entries: readonly LogEntry[],
  work: (entry: LogEntry) => Promise<void>,
): Promise<readonly LogEntry[]> {
  const began = performance.now();
  let handled = 0;
  for (const entry of entries) {
    await work(entry);
    handled += 1;
    if (performance.now() - began > BATCH_MS) break;
  }
  return entries.slice(0, handled);
}

const BATCH_MS = 10;
