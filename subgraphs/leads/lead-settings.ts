import { localDate, type Timestamp } from './calendar.ts';
import { defaultOffsets } from './follow-up.ts';
import { defaultTerms } from './protection.ts';
import type { Territory } from './vocabulary.ts';

/** What may be set; these are the defaults, in force as long as no settings context announces others. */
export const leadSettings = Object.freeze({
  protection: defaultTerms,
  offsets: defaultOffsets,
  /** Chef and buyer get the follow-up where both can be reached. */
  requireMultiContact: true,
  /** Registrations per person and calendar month. */
  registrationsPerMonthMax: 100,
  /** Rights a sales person may hold beyond the role. */
  personalRights: { canStopClock: false, canOverrideProtection: false },
  topCities: {
    DE: [
      'Berlin',
      'München',
      'Hamburg',
      'Köln',
      'Frankfurt',
      'Stuttgart',
      'Düsseldorf',
      'Dortmund',
      'Essen',
      'Leipzig',
      'Bremen',
      'Dresden',
      'Hannover',
      'Nürnberg',
      'Duisburg',
    ],
    AT: [],
    CH: [],
  } as Readonly<Record<Territory, readonly string[]>>,
  /** First and last day of the year, inclusive; a window may cross the year's end. */
  seasons: [
    { key: 'Sommer', from: '06-01', until: '08-31' },
    { key: 'Weihnachten', from: '11-15', until: '12-31' },
  ],
});

/** The window a lead is registered in, by the local day. */
export function seasonAt(at: Timestamp): string | null {
  const day = localDate(at).slice(5);
  const found = leadSettings.seasons.find(({ from, until }) =>
    from <= until ? from <= day && day <= until : day >= from || day <= until,
  );
  return found?.key ?? null;
}
