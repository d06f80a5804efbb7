import { hasRole, type Actor } from '#kernel/access';
import { hourOf, nextHour, plusDays, type Timestamp } from './calendar.ts';
import { TIMELESS, WHOLE_TERRITORY } from './contribution.ts';
import type { LeadStatus, Territory, TrendDirection } from './schema.generated.ts';

/** Whose figures are meant. */
export interface Scope {
  readonly userId: string;
  /** The person himself, or everybody in the territories. */
  readonly countedUserId: string;
  readonly isManagerView: boolean;
  readonly territories: readonly Territory[];
}

const ALL_TERRITORIES: readonly Territory[] = ['DE', 'AT', 'CH'];

/** Own figures for sales, aggregates of their territories for managers, of all for administrators. */
export function scopeOf(actor: Actor): Scope {
  const isManagerView = hasRole(actor, 'manager', 'admin');
  const territories = hasRole(actor, 'admin')
    ? ALL_TERRITORIES
    : ALL_TERRITORIES.filter((each) => actor.territories.includes(each));
  const { userId } = actor;
  return {
    userId,
    countedUserId: isManagerView ? WHOLE_TERRITORY : userId,
    isManagerView,
    territories,
  };
}

export const leadStatuses: readonly LeadStatus[] = [
  'REGISTERED',
  'ACTIVE',
  'REMINDER',
  'GRACE_PERIOD',
  'QUALIFIED',
  'CONVERTED',
  'LOST',
  'EXPIRED',
];

export const outcomes = ['SENT', 'CONVERTED', 'ANSWERED'] as const;
export const followUpTypes = ['T3', 'T7'] as const;

const RATE_DAYS = 30;
const TREND_DAYS = 7;
const SOON_DAYS = 7;
/** Later than any protection. */
const FOREVER = '9999-12-31T00:00:00.000Z';

/** Buckets of one metric from an hour on, until (exclusive) another. */
export interface Window {
  readonly metric: string;
  readonly from: Timestamp;
  readonly until: Timestamp;
}

/**
 * Windows of the figures whose edges are full hours. What was created in the hour that began seven
 * days ago still counts, and so does what ends in the present one: it stands until it is recorded.
 */
export function leadWindows(now: Timestamp): Window[] {
  return [
    ...[...leadStatuses.map((status) => `STATUS_${status}`), 'T3_OPEN', 'T7_OPEN'].map(
      (metric) => ({
        metric,
        from: TIMELESS,
        until: nextHour(TIMELESS),
      }),
    ),
    { metric: 'CREATED', from: hourOf(plusDays(now, -TREND_DAYS)), until: FOREVER },
    {
      metric: 'PROTECTION_END',
      from: hourOf(now),
      until: nextHour(plusDays(now, SOON_DAYS)),
    },
  ];
}

/** Instants after which follow-ups are counted, exactly: 30, 14 and 7 days ago. */
export function followUpEdges(now: Timestamp): [Timestamp, Timestamp, Timestamp] {
  return [plusDays(now, -RATE_DAYS), plusDays(now, -2 * TREND_DAYS), plusDays(now, -TREND_DAYS)];
}

/** Counts of `T3_SENT`, `T7_CONVERTED` … since an instant. */
export type Tally = Readonly<Record<string, number>>;

/** Four places; null when nothing was sent, never 0. */
export function rateOf(effective: number, sent: number): number | null {
  return sent === 0 ? null : toFourPlaces(effective / sent);
}

export interface Trend {
  current: number | null;
  previous: number | null;
  delta: number | null;
  direction: TrendDirection;
}

/** Both types together: the last seven days, and the seven before as what is left of the last 14. */
export function trendOf(
  outcome: 'CONVERTED' | 'ANSWERED',
  since: { days14: Tally; days7: Tally },
): Trend {
  const sum = (tally: Tally, name: string): number =>
    followUpTypes.reduce((total, type) => total + (tally[`${type}_${name}`] ?? 0), 0);
  const before = (name: string): number => sum(since.days14, name) - sum(since.days7, name);
  const current = rateOf(sum(since.days7, outcome), sum(since.days7, 'SENT'));
  const previous = rateOf(before(outcome), before('SENT'));
  if (current === null || previous === null) {
    return { current, previous, delta: null, direction: 'FLAT' };
  }
  const delta = toFourPlaces(current - previous);
  return { current, previous, delta, direction: delta === 0 ? 'FLAT' : delta > 0 ? 'UP' : 'DOWN' };
}

function toFourPlaces(rate: number): number {
  return Math.round(rate * 10_000) / 10_000;
}
