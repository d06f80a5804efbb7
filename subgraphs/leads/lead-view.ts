import type { InClear } from '#kernel/events';
import type { Timestamp } from './calendar.ts';
import { trackDecision } from './contact.ts';
import { followUpId } from './follow-up-id.ts';
import { isOverdue } from './follow-up.ts';
import type { Lead } from './lead.ts';
import { dealSizeOf } from './lead-score.ts';
import { isReminded, protectionState, remainingDays, windowsAt } from './protection.ts';
import type { Pain as PainName } from './schema.generated.ts';
import type { LeadPerson, LeadRow } from './tables.ts';
import { followUpTypes, type Pain } from './vocabulary.ts';

/** How a lead shows itself to people at a moment: windows and countdowns are computed, never stored. */

export function protectionView(
  lead: Lead,
  reasonOf: (hold: number) => Promise<string | null>,
  now: Timestamp,
) {
  const { protection } = lead;
  const windows = protection === null ? undefined : windowsAt(protection, lead.holds, now);
  return {
    state: protectionState(lead, now),
    assignedAt: protection?.assignedAt ?? null,
    lastEvidenceAt: protection?.lastEvidenceAt ?? null,
    progressUntil: windows?.progressUntil ?? null,
    graceUntil: windows?.graceUntil ?? null,
    baseUntil: windows?.baseUntil ?? null,
    validUntil: windows?.validUntil ?? null,
    remainingDays: remainingDays(lead, now),
    reminderAt: protection !== null && isReminded(protection) ? protection.reminderAt : null,
    expiredAt: protection?.expiredAt ?? null,
    extensionMonths: protection?.extensionMonths ?? 0,
    holds: lead.holds.map((hold, index) => ({ ...hold, reason: () => reasonOf(index) })),
  };
}

export function followUpViews(leadId: string, lead: Lead, now: Timestamp) {
  return followUpTypes.flatMap((type) => {
    const followUp = lead.followUps[type];
    if (followUp.dueAt === null) return [];
    return [
      {
        id: followUpId(leadId, type),
        type,
        status: followUp.status,
        dueAt: followUp.dueAt,
        processedAt: followUp.isSent === null ? null : followUp.dueRunAt,
        isOverdue: isOverdue(followUp, now),
        outcome: null,
      },
    ];
  });
}

export function contactView(person: InClear<LeadPerson>) {
  return {
    ...person,
    id: person.contactId,
    isPrimary: person.isPrimary ?? false,
    isDecisionMaker: person.isDecisionMaker ?? false,
    warmthScore: person.warmthScore ?? 50,
  };
}

/** What remains of a contact whose data are kept and not used. */
export function restrictedContactView({ contactId, role, group }: LeadPerson) {
  const flags = { isActive: false, emailConsent: false, isPrimary: false, isDecisionMaker: false };
  return { id: contactId, contactId, role, group, ...flags, warmthScore: 50 };
}

export function scoreView({ score }: Lead) {
  return {
    pain: score?.painScore ?? 0,
    revenue: score?.revenueScore ?? 0,
    fit: score?.fitScore ?? 0,
    engagement: score?.engagementScore ?? 0,
    total: score?.leadScore ?? 0,
  };
}

export function tracksView({ tracks }: Lead) {
  return { chef: tracks.CHEF, buyer: tracks.BUYER, decision: trackDecision(tracks) };
}

export function painName(pain: Pain): PainName {
  return pain.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase() as PainName;
}

export function painOf(name: PainName): Pain {
  return name.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as Pain;
}

export function dealSizeView(row: LeadRow) {
  return dealSizeOf(row.state.profile);
}
