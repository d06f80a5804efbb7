/** Milliseconds of the machine's monotonic clock, the same in all its processes. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}

export interface Quantiles {
  readonly n: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const STEPS = [
  { upToMs: 100, stepMs: 0.01 },
  { upToMs: 1_000, stepMs: 0.1 },
  { upToMs: 60_000, stepMs: 1 },
] as const;
const SLOTS = STEPS.map(({ upToMs, stepMs }) => Math.ceil(upToMs / stepMs));

/** Counts by latency, so that an hour of facts takes no more memory than a second of them. */
export class Latencies {
  readonly #counts = SLOTS.map((slots) => new Uint32Array(slots + 1));
  #n = 0;
  #sumMs = 0;
  #maxMs = 0;

  record(ms: number): void {
    const value = Math.max(0, ms);
    this.#n += 1;
    this.#sumMs += value;
    if (value > this.#maxMs) this.#maxMs = value;
    const found = STEPS.findIndex(({ upToMs }) => value < upToMs);
    const step = found === -1 ? STEPS.length - 1 : found;
    const counts = this.#counts[step] as Uint32Array;
    const slot = Math.min(Math.floor(value / STEPS[step as 0].stepMs), counts.length - 1);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }

  quantiles(): Quantiles {
    const [p50Ms = 0, p95Ms = 0, p99Ms = 0] = [0.5, 0.95, 0.99].map((q) => this.#at(q));
    const meanMs = this.#n === 0 ? 0 : this.#sumMs / this.#n;
    return { n: this.#n, meanMs, p50Ms, p95Ms, p99Ms, maxMs: this.#maxMs };
  }

  /** Begins anew; for figures by second. */
  clear(): void {
    for (const counts of this.#counts) counts.fill(0);
    this.#n = 0;
    this.#sumMs = 0;
    this.#maxMs = 0;
  }

  /** The upper bound of the slot that holds the value at that share. */
  #at(share: number): number {
    const place = Math.floor(share * this.#n);
    let passed = 0;
    for (const [index, { stepMs }] of STEPS.entries()) {
      for (const [slot, count] of this.#counts[index]?.entries() ?? []) {
        passed += count;
        if (passed > place) return Math.min((slot + 1) * stepMs, this.#maxMs);
      }
    }
    return this.#maxMs;
  }
}
