export type Locale = 'de' | 'en';

/** Days and hours mean the business's clock, wherever the browser stands. */
const timeZone = 'Europe/Berlin';
const tags = { de: 'de-DE', en: 'en-GB' } as const;
const steps = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `20.11.2026` */
export const formatDate = (instant: string, locale: Locale): string =>
  new Intl.DateTimeFormat(tags[locale], {
    timeZone,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  }).format(new Date(instant));

/** `14:03` */
export const formatTime = (instant: string, locale: Locale): string =>
  new Intl.DateTimeFormat(tags[locale], { timeZone, hour: '2-digit', minute: '2-digit' }).format(
    new Date(instant),
  );

/** `20.11.2026, 14:03` */
export const formatDateTime = (instant: string, locale: Locale): string =>
  `${formatDate(instant, locale)}, ${formatTime(instant, locale)}`;

/** `vor 3 Tagen`, `in 2 Stunden`; under a minute `jetzt`. */
export function relativeTime(instant: string, now: Date, locale: Locale): string {
  const seconds = Math.round((Date.parse(instant) - now.getTime()) / 1000);
  const format = new Intl.RelativeTimeFormat(tags[locale], { numeric: 'auto' });
  const step = steps.find(([, length]) => Math.abs(seconds) >= length);
  if (step === undefined) return format.format(0, 'second');
  return format.format(Math.trunc(seconds / step[1]), step[0]);
}

/** The calendar day in Europe/Berlin: `2026-11-20`. */
export const localDay = (instant: string | Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date(instant));

/** `Heute`, `Gestern`, else `Freitag, 20. November 2026`. */
export function dayHeading(day: string, now: Date, locale: Locale): string {
  const days = Math.round((Date.parse(day) - Date.parse(localDay(now))) / 86_400_000);
  if (days === 0 || days === -1) {
    const word = new Intl.RelativeTimeFormat(tags[locale], { numeric: 'auto' }).format(days, 'day');
    return word.charAt(0).toUpperCase() + word.slice(1);
  }
  return new Intl.DateTimeFormat(tags[locale], { dateStyle: 'full', timeZone: 'UTC' }).format(
    new Date(day),
  );
}

/** Items under the calendar day on which they happened, in the order they come. */
export function groupByDay<Item>(
  items: readonly Item[],
  instantOf: (item: Item) => string,
): { day: string; items: Item[] }[] {
  const groups: { day: string; items: Item[] }[] = [];
  for (const item of items) {
    const day = localDay(instantOf(item));
    const last = groups.at(-1);
    if (last?.day === day) last.items.push(item);
    else groups.push({ day, items: [item] });
  }
  return groups;
}
