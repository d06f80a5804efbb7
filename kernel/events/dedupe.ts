import type { EventMetrics } from './metrics.ts';

export interface DedupeCache {
  /** Whether the key was remembered within its time; counts towards the hit rate. */
  has(key: string): boolean;
  /** To be called after permission check and effect, never before. */
  remember(key: string): void;
  readonly size: number;
}

const ENTRIES_MAX = 500_000;
const TTL_MS = 24 * 60 * 60_000;

/**
 * Keys handled of late, an optimisation in front of the unique index that decides. The oldest leave
 * first, by number or by age.
 */
export function createDedupeCache(
  metrics: Pick<EventMetrics, 'dedupeEntries' | 'dedupeHitRate'>,
  options: { entriesMax?: number; ttlMs?: number; now?: () => number } = {},
): DedupeCache {
  const { entriesMax = ENTRIES_MAX, ttlMs = TTL_MS, now = Date.now } = options;
  const remembered = new Map<string, number>();
  let asked = 0;
  let hits = 0;
  const expire = (): void => {
    // In order of remembering, so the first that is young enough ends the search.
    for (const [key, at] of remembered) {
      if (remembered.size <= entriesMax && now() - at < ttlMs) break;
      remembered.delete(key);
    }
  };
  return {
    has(key) {
      const at = remembered.get(key);
      const known = at !== undefined && now() - at < ttlMs;
      asked += 1;
      if (known) hits += 1;
      metrics.dedupeHitRate.set(hits / asked);
      return known;
    },
    remember(key) {
      remembered.delete(key);
      remembered.set(key, now());
      expire();
      metrics.dedupeEntries.set(remembered.size);
    },
    get size() {
      return remembered.size;
    },
  };
}
