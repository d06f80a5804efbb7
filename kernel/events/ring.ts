import type { LogEntry } from './log.ts';

const CAPACITY = 10_000;
const MARKS_MAX = 10_000;

/** The newest entries of one log. Positions increase but have holes where a new log head began. */
export class Ring {
  #entries: LogEntry[] = [];
  /** Up to here nothing was learned of, it was there before. */
  #begin = 0;
  /** Everything after this position is in the ring. */
  #since = 0;
  #position = 0;
  /** When what came together was learned of, also what is no longer here. */
  #marks: { readonly position: number; readonly at: number }[] = [];

  /** Position of the newest entry. */
  get position(): number {
    return this.#position;
  }

  /** Begins empty behind what is already logged. */
  startAfter(position: number): void {
    this.#begin = position;
    this.#marks = [];
    this.#since = position;
    this.#position = position;
    this.#entries = [];
  }

  add(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if (entry.position <= this.#position) continue;
      this.#entries.push(entry);
      this.#position = entry.position;
    }
    const last = entries.at(-1);
    if (last?.position === this.#position) {
      this.#marks.push({ position: last.position, at: last.seenAt });
      if (this.#marks.length > 2 * MARKS_MAX) this.#marks.splice(0, MARKS_MAX);
    }
    if (this.#entries.length > 2 * CAPACITY) {
      const dropped = this.#entries.splice(0, this.#entries.length - CAPACITY);
      this.#since = dropped.at(-1)?.position ?? this.#since;
    }
  }

  /** Entries after a position, or undefined when the ring does not reach back that far. */
  after(position: number, limit: number): readonly LogEntry[] | undefined {
    if (position < this.#since) return undefined;
    if (position >= this.#position) return [];
    const first = placeAfter(this.#entries, position);
    return this.#entries.slice(first, first + limit);
  }

  /** `performance.now()` when a fact was learned of that came while this process ran. */
  seenAt(position: number): number | undefined {
    if (position <= this.#begin) return undefined;
    return this.#marks[placeAfter(this.#marks, position - 1)]?.at;
  }
}

/** Index of the first that lies behind a position. */
function placeAfter(items: readonly { readonly position: number }[], position: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle]?.position ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
