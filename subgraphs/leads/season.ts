import { localDate, type Timestamp } from './calendar.ts';

/** Days of a year, both inclusive, `MM-DD`; may cross the year's end. */
export interface SeasonWindow {
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

export const defaultSeasons: readonly SeasonWindow[] = [
  { key: 'SOMMER', from: '06-01', to: '08-31' },
  { key: 'WEIHNACHTEN', from: '11-15', to: '12-31' },
];

/** Key of the first window the local date lies in, else null. */
export function seasonAt(windows: readonly SeasonWindow[], at: Timestamp): string | null {
  const day = localDate(at).slice(5);
  const found = windows.find(({ from, to }) =>
    from <= to ? from <= day && day <= to : from <= day || day <= to,
  );
  return found?.key ?? null;
}
