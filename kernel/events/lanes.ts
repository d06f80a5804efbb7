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

/** All in one go, those that stand apart one by one. Answers all of them. @throws the fault of one that cannot be read */
export async function together(
  entries: readonly LogEntry[],
  { isApart, one, many }: Together,
): Promise<readonly LogEntry[]> {
  const [apart = [], rest = []] = [true, false].map((side) =>
    entries.filter((entry) => isApart(entry) === side),
  );
  for (const entry of apart) await one(entry);
  const faulty = rest.find(({ fault }) => fault !== undefined);
  if (faulty !== undefined) throw faulty.fault;
  if (rest.length > 0) await many(rest);
  return entries;
}

export interface Together {
  isApart(entry: LogEntry): boolean;
  one(entry: LogEntry): Promise<void>;
  many(entries: readonly LogEntry[]): Promise<void>;
}

const BATCH_MS = 10;
