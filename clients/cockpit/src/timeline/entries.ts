import type { TimelineEntryFragment } from '../graphql/graphql.ts';

/** Live entries and loaded pages as one list: each once, newest first. */
export function mergeEntries(
  ...lists: readonly (readonly TimelineEntryFragment[])[]
): TimelineEntryFragment[] {
  const byId = new Map(lists.flat().map((entry) => [entry.id, entry]));
  return [...byId.values()].toSorted(
    (a, b) => Date.parse(b.occurredAt) - Date.parse(a.occurredAt) || (a.id < b.id ? 1 : -1),
  );
}
