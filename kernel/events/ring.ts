import type { LogEntry } from './log.ts';

const CAPACITY = 10_000;
const MARKS_MAX = 10_000;

/** Positions increase but have holes where a new log head began. */
interface Placed {
  readonly position: number;
}

/**
 * The newest of what came in order, each in a place that the next but so many takes over. An array that
 * grows and shrinks leaves its earlier storage behind with all that was in it, until the collector comes to
 * the old generation.
 */
class Newest<T extends Placed> {
  readonly #places: (T | undefined)[];
  #added = 0;

  constructor(capacity: number) {
    this.#places = Array.from({ length: capacity }, () => undefined);
  }

  /** Answers what had to leave. */
  add(item: T): T | undefined {
    const place = this.#added % this.#places.length;
    const oldest = this.#places[place];
    this.#places[place] = item;
    this.#added += 1;
    return oldest;
  }

  clear(): void {
    this.#places.fill(undefined);
    this.#added = 0;
  }

  /** At most so many that lie behind a position, oldest first. */
  after(position: number, limit: number): T[] {
    const found: T[] = [];
    const first = this.#firstAfter(position);
    const end = Math.min(this.#added, first + limit);
    for (let n = first; n < end; n += 1) found.push(this.#nth(n));
    return found;
  }

  #nth(n: number): T {
    return this.#places[n % this.#places.length] as T;
  }

  #firstAfter(position: number): number {
    let low = Math.max(0, this.#added - this.#places.length);
    let high = this.#added;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#nth(middle).position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The newest entries of one log. */
export class Ring {
  readonly #entries = new Newest<LogEntry>(CAPACITY);
  /** When what came together was learned of, also what is no longer here. */
  readonly #marks = new Newest<Placed & { readonly at: number }>(MARKS_MAX);
  /** Up to here nothing was learned of, it was there before. */
  #begin = 0;
  /** Everything after this position is in the ring. */
  #since = 0;
  #position = 0;

  /** Position of the newest entry. */
  get position(): number {
    return this.#position;
  }

  /** Begins empty behind what is already logged. */
  startAfter(position: number): void {
    this.#begin = position;
    this.#since = position;
    this.#position = position;
    this.#marks.clear();
    this.#entries.clear();
  }

  add(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if (entry.position <= this.#position) continue;
      this.#since = this.#entries.add(entry)?.position ?? this.#since;
      this.#position = entry.position;
    }
    const last = entries.at(-1);
    if (last?.position === this.#position) {
      this.#marks.add({ position: last.position, at: last.seenAt });
    }
  }

  /** Entries after a position, or undefined when the ring does not reach back that far. */
  after(position: number, limit: number): readonly LogEntry[] | undefined {
    if (position < this.#since) return undefined;
    return this.#entries.after(position, limit);
  }

  /** `performance.now()` when a fact was learned of that came while this process ran. */
  seenAt(position: number): number | undefined {
    if (position <= this.#begin) return undefined;
    return this.#marks.after(position - 1, 1)[0]?.at;
  }
}
