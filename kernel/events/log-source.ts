import type { LogRow } from './log.ts';

/** What a source tells its reader. Anything may come late, twice or not at all. */
export interface LogNews {
  /** There is something up to that position; `Infinity` when nobody knows how far. */
  hint(module: string, position: number): void;
  /** The facts themselves, the first of which follows directly on `prevEnd`. */
  rows(module: string, news: { readonly prevEnd: number; readonly rows: readonly LogRow[] }): void;
}

/**
 * Where the facts of modules come from in log order. A position is a fact's place in the log of its
 * module, whoever hands it over, so that one taken from one source is good at every other.
 */
export interface LogSource {
  /** How long a fact that others have may be on its way here, in milliseconds. */
  readonly delayMs: number;
  /** Begins to tell; what is logged after it has settled is told or found by the source itself. */
  start(news: LogNews): Promise<void>;
  stop(): Promise<void>;
  /** Position of the newest fact, 0 when there is none. */
  head(module: string): Promise<number>;
  /** At most `limit` facts after a position, in order and without a gap. */
  after(module: string, position: number, limit: number): Promise<readonly LogRow[]>;
  /** Whether everything after the position is still there. */
  retains(module: string, position: number): Promise<boolean>;
  /** How many facts lie behind a position. */
  countAfter(module: string, position: number): Promise<number>;
  /** Whether news arrives at once; otherwise it comes late. */
  isListening(): boolean;
}
