import type { LogEntry } from './log.ts';

const CAPACITY = 10_000;

/** The newest entries of one log. Positions increase but have holes where a new log head began. */
export class Ring {
  #entries: LogEntry[] = [];
  /** Everything after this position is in the ring. */
  #since = 0;
  #position = 0;

  /** Position of the newest entry. */
  get position(): number {
    return this.#position;
  }

  /** Begins empty behind what is already logged. */
  startAfter(position: number): void {
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
    if (this.#entries.length > 2 * CAPACITY) {
      const dropped = this.#entries.splice(0, this.#entries.length - CAPACITY);
      this.#since = dropped.at(-1)?.position ?? this.#since;
    }
  }

  /** Entries after a position, or undefined when the ring does not reach back that far. */
  after(position: number, limit: number): readonly LogEntry[] | undefined {
    if (position < this.#since) return undefined;
    if (position >= this.#position) return [];
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.position ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return this.#entries.slice(low, low + limit);
  }
}
