import type { EventRow } from './recorded.ts';

/** Facts of one module that this process has recorded and that are not logged yet, or never will be. */
export interface Memory {
  readonly size: number;
  /** Keeps them, of too many the newest. `characters` is what all of them take up. */
  add(rows: readonly EventRow[], characters: number): void;
  /** Hands one out and forgets it. */
  take(seq: number): EventRow | undefined;
  clear(): void;
}

const ROWS_MAX = 20_000;
const CHARACTERS_MAX = 16 * 1024 * 1024;

export function createMemory(): Memory {
  const kept = new Map<number, { readonly row: EventRow; readonly characters: number }>();
  let total = 0;

  const take = (seq: number): EventRow | undefined => {
    const found = kept.get(seq);
    if (found === undefined) return undefined;
    kept.delete(seq);
    total -= found.characters;
    return found.row;
  };

  return {
    get size() {
      return kept.size;
    },
    add(rows, characters) {
      const each = characters / rows.length;
      for (const row of rows) kept.set(row.seq, { row, characters: each });
      total += characters;
      for (const [seq] of kept) {
        if (kept.size <= ROWS_MAX && total <= CHARACTERS_MAX) break;
        take(seq);
      }
    },
    take,
    clear() {
      kept.clear();
      total = 0;
    },
  };
}
