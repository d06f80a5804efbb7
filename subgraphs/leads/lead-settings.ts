import { defaultOffsets } from './follow-up.ts';
import { defaultTerms } from './protection.ts';
import { LEADS_PER_MONTH } from './quota.ts';
import { defaultSeasons } from './season.ts';

/** What may be set; these are the defaults, in force as long as no settings context announces others. */
export const leadSettings = Object.freeze({
  protection: defaultTerms,
  offsets: defaultOffsets,
  /** Chef and buyer get the follow-up where both can be reached. */
  requireMultiContact: true,
  /** Days after which an expired lead nobody took is stripped of its people. */
  retentionExpiredDays: 60,
  /** Registrations per person and calendar month. */
  registrationsPerMonthMax: LEADS_PER_MONTH,
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
  },
  seasons: defaultSeasons,
});
