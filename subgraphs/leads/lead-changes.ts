import { latest, type Timestamp } from './calendar.ts';
import type { LeadEvent } from './events.ts';
import type { Contact, FollowUp, Lead, Profile } from './lead.ts';
import type { Protection } from './protection.ts';
import type { FollowUpType } from './vocabulary.ts';

type DataOf<Type extends LeadEvent['type']> = Extract<LeadEvent, { type: Type }>['data'];
type Changes = { [Type in LeadEvent['type']]: (lead: Lead, data: DataOf<Type>) => Lead };

/** What each fact changes. A fact decides nothing any more: it has happened. */
export const changes: Changes = {
  'lead.registered': (lead, data) => ({
    ...lead,
    leadId: data.leadId,
    status: 'REGISTERED',
    companyName: data.companyName,
    territory: data.territory,
    source: data.source,
    season: data.season ?? null,
    partnerOrgId: data.partnerOrgId ?? null,
    ownerUserId: data.ownerUserId ?? null,
    registeredAt: data.registeredAt,
    originalCreatedAt: data.registeredAt,
    emailConsent: data.emailConsent ?? false,
    profile: profileAfter(lead.profile, data),
  }),
  'lead.updated': (lead, data) => ({
    ...lead,
    companyName: data.companyName === undefined ? lead.companyName : data.companyName,
    profile: profileAfter(lead.profile, data),
  }),
  'lead.status_changed': (lead, data) => ({
    ...lead,
    status: data.newStatus,
    convertedAt: data.newStatus === 'CONVERTED' ? data.changedAt : lead.convertedAt,
  }),
  'lead.stage_changed': (lead, data) => ({ ...lead, stage: data.newStage }),
  'lead.score_changed': (
    lead,
    { painScore, revenueScore, fitScore, engagementScore, leadScore },
  ) => ({
    ...lead,
    score: { painScore, revenueScore, fitScore, engagementScore, leadScore },
  }),
  'lead.backdated': (lead, data) => ({
    ...lead,
    registeredAt: data.registeredAt,
    protection:
      data.assignedAt === undefined || lead.protection === null
        ? lead.protection
        : { ...lead.protection, assignedAt: data.assignedAt },
  }),
  'lead.merged': (lead, data) =>
    data.survivorId === lead.leadId
      ? { ...lead, registeredAt: data.registeredAt }
      : { ...lead, isCanonical: false, mergedInto: data.survivorId },
  'lead.pseudonymized': (lead, data) => ({
    ...lead,
    pseudonymizedAt: data.at,
    profile: { ...lead.profile, hasEmail: false, hasPhone: false, hasChampion: false },
    emailConsent: false,
    contacts: lead.contacts.map((contact) => ({
      ...contact,
      isActive: false,
      emailConsent: false,
      hasEmail: false,
    })),
  }),
  'lead.territory.transferred': (lead, data) => ({ ...lead, territory: data.territory }),
  'lead.ownership.challenged': (lead) => lead,
  'lead.first_contact.documented': (lead, data) => ({
    ...lead,
    firstContactDocumentedAt: data.contactAt,
    lastMeaningfulActivityAt: later(lead.lastMeaningfulActivityAt, data.contactAt),
  }),
  'lead.preclaim.overdue': (lead) => ({ ...lead, isPreClaimOverdue: true }),
  'lead.task.completed': (lead) => lead,
  'lead.activity.recorded': (lead, data) => ({
    ...lead,
    lastMeaningfulActivityAt: later(lead.lastMeaningfulActivityAt, data.at),
  }),
  'lead.evidence.recorded': (lead, data) =>
    withProtection(lead, (protection) => ({
      lastEvidenceAt: later(protection.lastEvidenceAt, data.at),
    })),
  'lead.opportunity.linked': (lead, data) => ({ ...lead, opportunityLinkedAt: data.at }),
  'lead.assigned': (lead, data) => ({
    ...lead,
    ownerUserId: data.ownerUserId ?? null,
    collaborators: data.collaborators,
    protection: protectionAfter(lead, data),
  }),
  'lead.clock.stopped': (lead, data) => ({
    ...lead,
    holds: [...lead.holds, { kind: data.kind, from: data.at, until: null }],
  }),
  'lead.clock.resumed': (lead, data) => ({
    ...lead,
    holds: lead.holds.map((hold) => (hold.until === null ? { ...hold, until: data.at } : hold)),
  }),
  'lead.protection.extended': (lead, data) =>
    withProtection(lead, ({ extensionMonths }) => ({
      extensionMonths: extensionMonths + data.months,
    })),
  'lead.protection.reminder': (lead, data) =>
    withProtection(lead, () => ({
      reminderAnchor: data.anchor,
      reminderAt: data.at,
      reminderSentAt: null,
    })),
  'lead.protection.reminder_sent': (lead, data) =>
    withProtection(lead, () => ({ reminderSentAt: data.at })),
  'lead.protection.expired': (lead, data) => withProtection(lead, () => ({ expiredAt: data.at })),
  'lead.protection.window_changed': (lead) => lead,
  'lead.contact.changed': (lead, data) => ({ ...lead, contacts: contactsAfter(lead, data) }),
  'lead.contact.blocked': (lead, data) => ({
    ...lead,
    isContactBlocked: data.isBlocked,
    blockedUntil: data.until ?? null,
    softBounces: data.isBlocked ? lead.softBounces : 0,
  }),
  'lead.contact.bounced': (lead, data) => ({ ...lead, softBounces: data.softBounces }),
  'lead.consent.changed': (lead, data) => ({
    ...lead,
    emailConsent: data.emailConsent,
    consentRevokedAt: data.emailConsent ? null : data.at,
  }),
  'lead.track.advanced': (lead, data) => ({
    ...lead,
    tracks: { ...lead.tracks, [data.group]: data.to },
  }),
  'lead.followup.scheduled': (lead, data) => {
    const moved = data.due.reduce(
      (state, { followUpType, dueAt }) => withFollowUp(state, followUpType, { dueAt }),
      lead,
    );
    const { sample } = data;
    if (sample === undefined) return moved;
    const others = lead.samples.filter((each) => each.sampleId !== sample.sampleId);
    return { ...moved, samples: [...others, sample] };
  },
  'lead.followup.requested': (lead, data) =>
    withFollowUp(lead, data.followUpType, {
      status: 'SENDING',
      dueRunAt: data.dueRunAt,
      claimedAt: data.claimedAt,
    }),
  'lead.followup.processed': (lead, data) =>
    data.followUpType === 'BATCH'
      ? lead
      : withFollowUp(lead, data.followUpType, {
          status: data.success ? 'PENDING' : 'FAILED',
          dueAt: data.success ? data.processedAt : null,
          isSent: data.success,
        }),
  'lead.followup.postponed': (lead, data) =>
    withFollowUp(lead, data.followUpType, { dueAt: data.dueAt }),
  'lead.followup.closed': (lead, data) =>
    withFollowUp(lead, data.followUpType, {
      status: data.outcome === 'CANCELED' ? 'CANCELED' : 'DONE',
    }),
};

function profileAfter(profile: Profile, data: Partial<Record<keyof Profile, unknown>>): Profile {
  const changed = (Object.keys(profile) as (keyof Profile)[]).filter(
    (field) => data[field] !== undefined,
  );
  return { ...profile, ...Object.fromEntries(changed.map((field) => [field, data[field]])) };
}

/** A copy of the terms begins a protection; without an owner only a recorded expiry is kept. */
function protectionAfter(lead: Lead, data: DataOf<'lead.assigned'>): Protection | null {
  if (data.protection !== undefined && data.assignedAt !== null) {
    return {
      ...data.protection,
      assignedAt: data.assignedAt,
      fromRegistration: data.cause === 'REGISTRATION',
      extensionMonths: 0,
      lastEvidenceAt: lead.protection?.lastEvidenceAt ?? null,
      reminderAnchor: null,
      reminderAt: null,
      reminderSentAt: null,
      expiredAt: null,
    };
  }
  if (data.ownerUserId !== undefined) return lead.protection;
  return lead.protection?.expiredAt == null ? null : lead.protection;
}

function withProtection(lead: Lead, change: (protection: Protection) => Partial<Protection>): Lead {
  const { protection } = lead;
  if (protection === null) return lead;
  return { ...lead, protection: { ...protection, ...change(protection) } };
}

function contactsAfter(lead: Lead, data: DataOf<'lead.contact.changed'>): readonly Contact[] {
  const before = lead.contacts.find((contact) => contact.contactId === data.contactId);
  const others = lead.contacts.filter((contact) => contact !== before);
  if (data.isRemoved === true) return others;
  const contact: Contact = {
    contactId: data.contactId,
    role: data.role,
    group: data.group,
    isActive: data.isActive,
    emailConsent: data.emailConsent,
    isPrimary: data.isPrimary ?? before?.isPrimary ?? false,
    hasEmail: data.hasEmail ?? before?.hasEmail ?? false,
  };
  if (!contact.isPrimary) return [...others, contact];
  return [...others.map((other) => ({ ...other, isPrimary: false })), contact];
}

function withFollowUp(lead: Lead, type: FollowUpType, change: Partial<FollowUp>): Lead {
  const followUp = { ...lead.followUps[type], ...change };
  return { ...lead, followUps: { ...lead.followUps, [type]: followUp } };
}

function later(before: Timestamp | null, at: Timestamp): Timestamp {
  return before === null ? at : latest(before, at);
}
