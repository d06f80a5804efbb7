import type { LogEntry } from './log.ts';

export interface Ways {
  readonly isPerAggregate: boolean;
  /** Not to be handled but set apart. */
  readonly isApart: (entry: LogEntry) => boolean;
  readonly apart: (entry: LogEntry) => Promise<void>;
  readonly one: (entry: LogEntry) => Promise<void>;
  /** All in one go; none of them is apart or cannot be read. */
  readonly many?: ((entries: readonly LogEntry[]) => Promise<void>) | undefined;
}

/**
 * Together, side by side, or one after the other. Answers what was handled.
 *
 * @throws the fault of a fact that cannot be read, where all were to be handled together
 */
export async function handleAll(
  entries: readonly LogEntry[],
  { isPerAggregate, isApart, apart, one, many }: Ways,
): Promise<readonly LogEntry[]> {
  const each = (entry: LogEntry): Promise<void> => (isApart(entry) ? apart(entry) : one(entry));
  if (many === undefined) return isPerAggregate ? inLanes(entries, each) : inOrder(entries, each);
  for (const entry of entries.filter(isApart)) await apart(entry);
  const rest = entries.filter((entry) => !isApart(entry));
  const faulty = rest.find(({ fault }) => fault !== undefined);
  if (faulty !== undefined) throw faulty.fault;
  if (rest.length > 0) await many(rest);
  return entries;
}

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
async function inOrder(
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
