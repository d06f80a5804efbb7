import { plusDays, type Timestamp } from './calendar.ts';

/**
 * What leads did, seen from a follow-up sent at p: it had an effect when something happened after p
 * and within 14 days. A happening at s thus covers every p in [s − 14 days, s). Only the union of
 * these spans is kept, so that order, repetition and number of happenings do not matter.
 */
export type Signals = readonly Span[];

export interface Span {
  readonly from: Timestamp;
  /** Exclusive. */
  readonly until: Timestamp;
}

const EFFECT_DAYS = 14;

/** Sorted and disjoint. Answers the same object when nothing new is covered. */
export function withSignal(signals: Signals, at: Timestamp): Signals {
  const fresh: Span = { from: plusDays(at, -EFFECT_DAYS), until: at };
  if (signals.some((span) => span.from <= fresh.from && fresh.until <= span.until)) return signals;
  const touches = (span: Span): boolean => span.from <= fresh.until && fresh.from <= span.until;
  const joined = signals.filter(touches).reduce(
    (union, span) => ({
      from: span.from < union.from ? span.from : union.from,
      until: span.until > union.until ? span.until : union.until,
    }),
    fresh,
  );
  return [...signals.filter((span) => !touches(span)), joined].toSorted((a, b) =>
    a.from < b.from ? -1 : 1,
  );
}

/** Whether something followed what happened at p. */
export function isFollowed(signals: Signals, p: Timestamp): boolean {
  return signals.some((span) => span.from <= p && p < span.until);
}
