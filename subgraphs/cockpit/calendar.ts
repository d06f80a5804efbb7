import { Temporal } from 'temporal-polyfill';

/** UTC, exactly three fraction digits, `Z`: compares as a string in the order of instants. */
export type Timestamp = string;

const ZONE = 'Europe/Berlin';
const HOUR_MS = 3_600_000;

/** Same wall-clock time in the business calendar, n calendar days later or, below 0, earlier. */
export function plusDays(instant: Timestamp, days: number): Timestamp {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(ZONE).add({ days });
  return new Date(local.epochMilliseconds).toISOString();
}

/** The full hour an instant lies in. */
export function hourOf(instant: Timestamp): Timestamp {
  return `${instant.slice(0, 13)}:00:00.000Z`;
}

export function nextHour(instant: Timestamp): Timestamp {
  return new Date(Date.parse(hourOf(instant)) + HOUR_MS).toISOString();
}
