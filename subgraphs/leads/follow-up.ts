import { localDate, nineOClock, plusLocalDays, weekday, type Timestamp } from './calendar.ts';
import type { FollowUp, Lead, Sample } from './lead.ts';
import { hasOpenHold } from './status.ts';
import type { BusinessType, FollowUpStatus, FollowUpType } from './vocabulary.ts';

/** Calendar days after the anchor, from `sla.sample.followups`. */
export interface FollowUpOffsets {
  readonly t3Days: number;
  readonly t7Days: number;
}

export const defaultOffsets: FollowUpOffsets = Object.freeze({ t3Days: 3, t7Days: 7 });

/** T7 leaves at the earliest this many calendar days after the run of T3. */
const T7_AFTER_T3_DAYS = 2;
const SATURDAY = 6;

export const followUpMoves: Readonly<Record<FollowUpStatus, readonly FollowUpStatus[]>> = {
  SCHEDULED: ['SENDING', 'CANCELED'],
  SENDING: ['PENDING', 'FAILED'],
  PENDING: ['DONE', 'PENDING', 'CANCELED'],
  DONE: [],
  FAILED: [],
  CANCELED: [],
};

/** 09:00 local time, n calendar days after the anchor's local date; weekends move to Monday. */
export function dueAt(
  anchor: Timestamp,
  type: FollowUpType,
  offsets: FollowUpOffsets = defaultOffsets,
): Timestamp {
  const days = type === 'T3' ? offsets.t3Days : offsets.t7Days;
  const date = plusLocalDays(localDate(anchor), days);
  return nineOClock(toWeekday(date));
}

/** Delivery of the first sample; null while samples exist and none is delivered. */
export function followUpAnchor(
  registeredAt: Timestamp,
  samples: readonly Sample[],
): Timestamp | null {
  const present = samples.filter((sample) => sample.state !== 'CANCELED');
  if (present.length === 0) return registeredAt;
  const delivered = present.filter((sample) => sample.state === 'DELIVERED');
  return delivered.map((sample) => sample.at).toSorted()[0] ?? null;
}

/** The latest nominal run, Monday to Friday 09:00 local time, not after now. */
export function nominalRunAt(now: Timestamp): Timestamp {
  let date = localDate(now);
  while (weekday(date) >= SATURDAY || nineOClock(date) > now) date = plusLocalDays(date, -1);
  return nineOClock(date);
}

/**
 * The run to be made now, if one is missing: only on weekdays, and of several missed ones only the
 * latest, so that T3 and T7 of one lead never leave on one day.
 */
export function missedRunAt(now: Timestamp, lastRunAt: Timestamp | null): Timestamp | null {
  if (weekday(localDate(now)) >= SATURDAY) return null;
  const run = nominalRunAt(now);
  return lastRunAt === null || lastRunAt < run ? run : null;
}

export interface Receivers {
  /** Empty: the lead's own address. */
  readonly contactIds: readonly string[];
}

/** Chef and buyer where wanted and reachable, else the lead's address; undefined when nobody is. */
export function receiversOf(lead: Lead, requireMultiContact: boolean): Receivers | undefined {
  const contacts = requireMultiContact
    ? lead.contacts.filter(
        (contact) =>
          (contact.group === 'CHEF' || contact.group === 'BUYER') &&
          contact.isActive &&
          contact.emailConsent &&
          contact.hasEmail,
      )
    : [];
  if (contacts.length > 0) return { contactIds: contacts.map((contact) => contact.contactId) };
  return lead.emailConsent && lead.profile.hasEmail ? { contactIds: [] } : undefined;
}

/** The lead's side of a claim; who is not eligible is looked at again in the next run. */
export function isEligible(lead: Lead, requireMultiContact: boolean): boolean {
  return (
    (lead.status === 'ACTIVE' || lead.status === 'QUALIFIED') &&
    lead.ownerUserId !== null &&
    !hasOpenHold(lead) &&
    !lead.isContactBlocked &&
    receiversOf(lead, requireMultiContact) !== undefined
  );
}

/** The follow-up's side of a claim. */
export function isDue(
  followUps: Lead['followUps'],
  type: FollowUpType,
  dueRunAt: Timestamp,
): boolean {
  const followUp = followUps[type];
  if (followUp.status !== 'SCHEDULED' || followUp.dueAt === null || followUp.dueAt > dueRunAt) {
    return false;
  }
  return type === 'T3' || mayFollow(followUps.T3, dueRunAt);
}

export interface BulkOffer {
  readonly discountPercent: number;
  /** In the currency of the catalogue, EUR. */
  readonly minimumOrder: string;
}

export function bulkOfferFor(businessType: BusinessType | null): BulkOffer {
  const [discountPercent, minimumOrder] =
    bulkOffers[businessType ?? 'SONSTIGES'] ?? ([10, '250.00 EUR'] as const);
  return { discountPercent, minimumOrder };
}

const bulkOffers: Partial<Record<BusinessType, readonly [number, string]>> = {
  RESTAURANT: [15, '500.00 EUR'],
  HOTEL: [20, '1000.00 EUR'],
  KANTINE: [25, '2000.00 EUR'],
  CATERING: [10, '300.00 EUR'],
};

/** An open task of the owner whose time has come. */
export function isPending(followUp: FollowUp, now: Timestamp): boolean {
  return followUp.status === 'PENDING' && followUp.dueAt !== null && followUp.dueAt <= now;
}

export function isOverdue(followUp: FollowUp, now: Timestamp): boolean {
  if (followUp.status !== 'PENDING' || followUp.dueAt === null) return false;
  return Date.parse(followUp.dueAt) < Date.parse(now) - 86_400_000;
}

/** After a catch-up T3 left later than its nominal run; the later of both counts. */
function mayFollow(t3: FollowUp, dueRunAt: Timestamp): boolean {
  if (t3.isSent !== true || t3.dueRunAt === null) return false;
  const left = localDate(
    t3.claimedAt !== null && t3.claimedAt > t3.dueRunAt ? t3.claimedAt : t3.dueRunAt,
  );
  return localDate(dueRunAt) >= plusLocalDays(left, T7_AFTER_T3_DAYS);
}

function toWeekday(date: string): string {
  const day = weekday(date);
  return day >= SATURDAY ? plusLocalDays(date, 8 - day) : date;
}
