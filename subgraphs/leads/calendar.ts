import { Temporal } from 'temporal-polyfill';

/** The business calendar of all three territories. */
const ZONE = 'Europe/Berlin';
const CANONICAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/**
 * UTC, exactly three fraction digits, `Z`. Two canonical timestamps compare as strings in the order
 * of their instants; every function below relies on it.
 */
export type Timestamp = string;

export function isCanonical(text: string): boolean {
  return CANONICAL.test(text) && !Number.isNaN(Date.parse(text)) && canonical(text) === text;
}

export function canonical(instant: string | number | Date): Timestamp {
  return new Date(instant).toISOString();
}

/** Same wall-clock time n calendar days later; a skipped hour moves forward, a doubled one is its first. */
export function plusDays(instant: Timestamp, days: number): Timestamp {
  return canonical(zoned(instant).add({ days }).epochMilliseconds);
}

/** Same wall-clock time n calendar months later, clamped to the month's end. */
export function plusMonths(instant: Timestamp, months: number): Timestamp {
  return canonical(zoned(instant).add({ months }).epochMilliseconds);
}

export function plusMs(instant: Timestamp, ms: number): Timestamp {
  return canonical(Date.parse(instant) + ms);
}

export function latest(a: Timestamp, b: Timestamp): Timestamp {
  return a > b ? a : b;
}

export function earliest(a: Timestamp, b: Timestamp): Timestamp {
  return a < b ? a : b;
}

/** The local calendar date, `2025-09-26`. */
export function localDate(instant: Timestamp): string {
  return zoned(instant).toPlainDate().toString();
}

export function plusLocalDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** 1 is Monday, 7 is Sunday. */
export function weekday(date: string): number {
  return Temporal.PlainDate.from(date).dayOfWeek;
}

/** 09:00 local time of a local date: when follow-ups are due and run. */
export function nineOClock(date: string): Timestamp {
  const nine = Temporal.PlainDate.from(date).toZonedDateTime({
    timeZone: ZONE,
    plainTime: '09:00',
  });
  return canonical(nine.epochMilliseconds);
}

function zoned(instant: Timestamp): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Date.parse(instant)).toZonedDateTimeISO(ZONE);
}
