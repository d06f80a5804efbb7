/** What happens with a lead and moves it on: contact, activities, evidence, the reminder's departure. */
import { Refusal } from '#kernel/access';
import type { Timestamp } from './calendar.ts';
import type { LeadEvent, LeadFirstContactDocumented } from './events.ts';
import { after, type Lead } from './lead.ts';
import { anchorOf, isReminded } from './protection.ts';
import {
  isOpen,
  requireNotFuture,
  requireOpen,
  requireReason,
  type Stamp,
} from './requirements.ts';
import { advanceStage } from './stage.ts';
import { canMove, moveStatus } from './status.ts';
import type { FirstContactChannel } from './vocabulary.ts';

export interface FirstContact {
  readonly channel: FirstContactChannel;
  readonly at: Timestamp;
  readonly note: string;
}

export interface Activity {
  readonly kind: string;
  readonly at: Timestamp;
}

/** Lifts a Vormerkung and, unless the clock stands, makes a registered lead active. */
export function documentFirstContact(
  lead: Lead,
  { channel, at: contactAt, note }: FirstContact,
  stamp: Stamp,
): LeadEvent[] {
  const { leadId, firstContactDocumentedAt, stage } = requireOpen(lead);
  if (firstContactDocumentedAt !== null) {
    throw new Refusal('CONFLICT', 'Der Erstkontakt ist bereits dokumentiert.');
  }
  requireNotFuture(contactAt, stamp.at, 'firstContact.at');
  const documented: LeadFirstContactDocumented = {
    type: 'lead.first_contact.documented',
    data: {
      leadId,
      channel,
      contactAt,
      at: stamp.at,
      note: requireReason(note, 'firstContact.note'),
    },
  };
  const events: LeadEvent[] = [documented];
  if (stage === 'VORMERKUNG') {
    events.push(...advanceStage(after(lead, events), 'REGISTRIERUNG', stamp));
  }
  return [...events, ...activate(lead, 'FIRST_ACTIVITY', stamp)];
}

/** A meaningful activity, evidence or not. While the clock stands the status waits for its end. */
export function recordMeaningfulActivity(
  lead: Lead,
  { kind, at }: Activity,
  stamp: Stamp,
): LeadEvent[] {
  if (lead.status === null || lead.status === 'DELETED') return [];
  return [
    { type: 'lead.activity.recorded', data: { leadId: lead.leadId, kind, at } },
    ...activate(lead, 'FIRST_ACTIVITY', stamp),
  ];
}

/**
 * Evidence renews the protection when it is later than the anchor. After an expiry it revives
 * nothing, and nothing from before the assignment counts for the present owner.
 */
export function recordEvidence(lead: Lead, { kind, at }: Activity, stamp: Stamp): LeadEvent[] {
  const { protection, leadId } = lead;
  if (!isOpen(lead) || protection === null || protection.expiredAt !== null) return [];
  if (at > stamp.at || at <= anchorOf(protection)) return [];
  return [
    { type: 'lead.evidence.recorded', data: { leadId, kind, at, recordedAt: stamp.at } },
    ...activate(lead, 'EVIDENCE', stamp),
  ];
}

/** The reminder's text left the house; a second message for the same anchor changes nothing. */
export function reminderSent(lead: Lead, stamp: Stamp): LeadEvent[] {
  const { protection, leadId } = lead;
  if (!isOpen(lead) || protection === null || !isReminded(protection)) return [];
  if (protection.expiredAt !== null || protection.reminderSentAt !== null) return [];
  const sent: LeadEvent = {
    type: 'lead.protection.reminder_sent',
    data: { leadId, anchor: anchorOf(protection), at: stamp.at },
  };
  if (!canMove(lead, 'GRACE_PERIOD', 'REMINDER_SENT')) return [sent];
  return [sent, moveStatus(lead, { to: 'GRACE_PERIOD', cause: 'REMINDER_SENT' }, stamp)];
}

/** An opportunity qualifies the lead it was created for; it never converts it. */
export function linkOpportunity(lead: Lead, opportunityId: string, stamp: Stamp): LeadEvent[] {
  if (!isOpen(lead)) return [];
  const linked: LeadEvent = {
    type: 'lead.opportunity.linked',
    data: { leadId: lead.leadId, opportunityId, at: stamp.at },
  };
  if (!canMove(lead, 'QUALIFIED', 'QUALIFICATION')) return [linked];
  return [linked, moveStatus(lead, { to: 'QUALIFIED', cause: 'QUALIFICATION' }, stamp)];
}

function activate(lead: Lead, cause: 'FIRST_ACTIVITY' | 'EVIDENCE', stamp: Stamp): LeadEvent[] {
  return canMove(lead, 'ACTIVE', cause) ? [moveStatus(lead, { to: 'ACTIVE', cause }, stamp)] : [];
}
