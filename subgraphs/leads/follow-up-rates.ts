/** What follow-ups bring about. A rate over nothing is null, never 0. */
import { plusDays, type Timestamp } from './calendar.ts';
import type { FollowUpType } from './vocabulary.ts';

export interface SentFollowUp {
  readonly leadId: string;
  readonly followUpType: FollowUpType;
  readonly success: boolean;
  /** The run's nominal instant. */
  readonly processedAt: Timestamp;
}

/** Something a lead did that counts: see `isConversion` and `isResponse`. */
export interface Effect {
  readonly leadId: string;
  readonly at: Timestamp;
}

export interface Trend {
  readonly current: number | null;
  readonly previous: number | null;
  /** Null when a side is null; then the direction is unknown as well. */
  readonly delta: number | null;
  readonly direction: 'UP' | 'DOWN' | 'FLAT' | null;
}

const RATE_DAYS = 30;
const EFFECT_DAYS = 14;
const TREND_DAYS = 7;

const responses = new Set(['CUSTOMER_REACTION', 'EMAIL_RECEIVED', 'SAMPLE_FEEDBACK']);

/** Evidence, or the lead's step to QUALIFIED or CONVERTED. */
export function isConversion(happening: { isEvidence?: boolean; newStatus?: string }): boolean {
  const { isEvidence, newStatus } = happening;
  return isEvidence === true || newStatus === 'QUALIFIED' || newStatus === 'CONVERTED';
}

/** The customer answered, by himself or in the owner's task. */
export function isResponse(happening: { kind?: string; taskOutcome?: string }): boolean {
  return responses.has(happening.kind ?? '') || happening.taskOutcome === 'SUCCESS';
}

/** Share of the last 30 days' successful follow-ups of a type with an effect within 14 days; 0..1. */
export function rateOf(
  followUps: readonly SentFollowUp[],
  effects: readonly Effect[],
  followUpType: FollowUpType,
  now: Timestamp,
): number | null {
  const ofType = followUps.filter((each) => each.followUpType === followUpType);
  return share(ofType, effects, { after: plusDays(now, -RATE_DAYS), until: now });
}

/** The last seven days against the seven before, both types together. */
export function trendOf(
  followUps: readonly SentFollowUp[],
  effects: readonly Effect[],
  now: Timestamp,
): Trend {
  const middle = plusDays(now, -TREND_DAYS);
  const current = share(followUps, effects, { after: middle, until: now });
  const previous = share(followUps, effects, {
    after: plusDays(now, -2 * TREND_DAYS),
    until: middle,
  });
  if (current === null || previous === null) {
    return { current, previous, delta: null, direction: null };
  }
  const delta = toFourPlaces(current - previous);
  return { current, previous, delta, direction: delta === 0 ? 'FLAT' : delta > 0 ? 'UP' : 'DOWN' };
}

function share(
  followUps: readonly SentFollowUp[],
  effects: readonly Effect[],
  window: { after: Timestamp; until: Timestamp },
): number | null {
  const sent = followUps.filter(
    ({ success, processedAt }) =>
      success && processedAt > window.after && processedAt <= window.until,
  );
  if (sent.length === 0) return null;
  const byLead = Map.groupBy(effects, (effect) => effect.leadId);
  const effective = sent.filter(({ leadId, processedAt }) => {
    const until = plusDays(processedAt, EFFECT_DAYS);
    return byLead.get(leadId)?.some(({ at }) => at > processedAt && at <= until) === true;
  });
  return toFourPlaces(effective.length / sent.length);
}

function toFourPlaces(rate: number): number {
  return Math.round(rate * 10_000) / 10_000;
}
