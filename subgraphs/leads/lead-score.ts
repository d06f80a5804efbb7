import { plusDays, type Timestamp } from './calendar.ts';
import type { LeadEvent } from './events.ts';
import { after, type Lead, type Profile, type Score } from './lead.ts';
import { amountOf } from './money.ts';
import type {
  BusinessType,
  DealSize,
  DecisionMakerAccess,
  LeadSource,
  RelationshipStatus,
  Urgency,
} from './vocabulary.ts';

export interface Scored {
  readonly profile: Profile;
  readonly source: LeadSource;
  readonly lastMeaningfulActivityAt: Timestamp | null;
  /** Cities of the lead's territory that count more, from the settings. */
  readonly topCities: readonly string[];
}

const urgencyPoints: Record<Urgency, number> = { NORMAL: 0, MEDIUM: 15, HIGH: 22, EMERGENCY: 30 };
const dealPoints: Record<DealSize, number> = { SMALL: 8, MEDIUM: 15, LARGE: 22, ENTERPRISE: 30 };
const relationshipPoints: Record<RelationshipStatus, number> = {
  COLD: 0,
  CONTACTED: 5,
  ENGAGED_SKEPTICAL: 8,
  ENGAGED_POSITIVE: 12,
  TRUSTED: 17,
  ADVOCATE: 25,
};
const accessPoints: Record<DecisionMakerAccess, number> = {
  UNKNOWN: 0,
  BLOCKED: -3,
  INDIRECT: 10,
  DIRECT: 20,
  IS_DECISION_MAKER: 25,
};
const sourcePoints: Partial<Record<LeadSource, number>> = {
  EMPFEHLUNG: 35,
  PARTNER: 35,
  MESSE: 35,
  WEB_FORMULAR: 15,
};
const kitchens: readonly BusinessType[] = ['RESTAURANT', 'CATERING', 'HOTEL', 'KANTINE'];
const ACTIVE_WITHIN_DAYS = 7;

/** Four parts of 0..100 and their mean, rounded half up. */
export function scoreOf(lead: Scored, at: Timestamp): Score {
  const parts = [painOf(lead), revenueOf(lead), fitOf(lead), engagementOf(lead, at)].map((part) =>
    Math.min(100, Math.max(0, part)),
  );
  const [painScore = 0, revenueScore = 0, fitScore = 0, engagementScore = 0] = parts;
  const leadScore = Math.round((painScore + revenueScore + fitScore + engagementScore) / 4);
  return { painScore, revenueScore, fitScore, engagementScore, leadScore };
}

/** The facts with the change of score behind them, if they or the time passed change it. */
export function withScore(
  lead: Lead,
  events: readonly LeadEvent[],
  { at, topCities }: { at: Timestamp; topCities: readonly string[] },
): LeadEvent[] {
  const now = after(lead, events);
  if (now.status === null || now.status === 'DELETED') return [...events];
  const score = scoreOf({ ...now, topCities }, at);
  const isSame = (Object.keys(score) as (keyof Score)[]).every(
    (part) => now.score?.[part] === score[part],
  );
  if (isSame) return [...events];
  return [...events, { type: 'lead.score_changed', data: { leadId: now.leadId, ...score, at } }];
}

export function scoreBand(score: number): 'RED' | 'ORANGE' | 'GREEN' {
  if (score >= 70) return 'GREEN';
  return score >= 40 ? 'ORANGE' : 'RED';
}

/** As set, else by the volume per year; null when neither is known. */
export function dealSizeOf(
  profile: Pick<Profile, 'dealSize' | 'estimatedVolume'>,
): DealSize | null {
  if (profile.dealSize !== null || profile.estimatedVolume === null) return profile.dealSize;
  const amount = amountOf(profile.estimatedVolume);
  if (amount >= 2_000_000) return 'ENTERPRISE';
  if (amount >= 1_000_000) return 'LARGE';
  return amount >= 200_000 ? 'MEDIUM' : 'SMALL';
}

function painOf({ profile: { pains, urgency } }: Scored): number {
  return Math.min(5 * pains.length, 40) + (pains.length >= 3 ? 30 : 0) + urgencyPoints[urgency];
}

function revenueOf({ profile }: Scored): number {
  const dealSize = dealSizeOf(profile);
  return (
    volumePoints(profile.estimatedVolume) +
    (profile.budget === 'YES' ? 30 : 0) +
    (dealSize === null ? 0 : dealPoints[dealSize])
  );
}

function volumePoints(volume: string | null): number {
  if (volume === null) return 0;
  const amount = amountOf(volume);
  if (amount >= 2_000_000) return 40;
  if (amount >= 1_000_000) return 30;
  return amount >= 200_000 ? 20 : 10;
}

function fitOf({ profile: { businessType, city }, source, topCities }: Scored): number {
  const business = businessType === null ? 0 : kitchens.includes(businessType) ? 40 : 15;
  return business + cityPoints(city, topCities) + (sourcePoints[source] ?? 5);
}

function cityPoints(city: string | null, topCities: readonly string[]): number {
  if (city === null) return 0;
  const name = city.trim().toLowerCase();
  return topCities.some((top) => top.trim().toLowerCase() === name) ? 25 : 10;
}

function engagementOf({ profile, lastMeaningfulActivityAt: last }: Scored, at: Timestamp): number {
  const isRecent = last !== null && plusDays(last, ACTIVE_WITHIN_DAYS) >= at;
  return (
    relationshipPoints[profile.relationshipStatus] +
    accessPoints[profile.decisionMakerAccess] +
    (profile.hasChampion ? 30 : 0) +
    (isRecent ? 10 : 0)
  );
}
