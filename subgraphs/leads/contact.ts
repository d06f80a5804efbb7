import { Refusal } from '#kernel/access';
import type { Timestamp } from './calendar.ts';
import type { LeadConsentChanged, LeadContactChanged, LeadTrackAdvanced } from './events.ts';
import { known, person, personFacts } from './fields.ts';
import type { Lead } from './lead.ts';
import { badInput, requireEmail, requireStanding, type Stamp } from './requirements.ts';
import {
  trackStates,
  type ContactGroup,
  type ContactRole,
  type TrackGroup,
  type TrackState,
} from './vocabulary.ts';

/** A contact as somebody enters it; absent fields stay as they are, null clears. */
export type ContactInput = Omit<
  LeadContactChanged['data'],
  'leadId' | 'group' | 'isActive' | 'emailConsent' | 'isRemoved' | 'hasEmail' | 'at'
> & { readonly isActive?: boolean | undefined; readonly emailConsent?: boolean | undefined };

const CONTACTS_MAX = 200;

const groups: Partial<Record<ContactRole, ContactGroup>> = {
  KUECHENCHEF: 'CHEF',
  SOUS_CHEF: 'CHEF',
  KUECHEN_MANAGER: 'CHEF',
  EINKAEUFER: 'BUYER',
  EINKAUFSLEITER: 'BUYER',
  GESCHAEFTSFUEHRER: 'GF',
  INHABER: 'GF',
  BETRIEBSLEITER: 'GF',
};

export function groupOf(role: ContactRole): ContactGroup {
  return groups[role] ?? 'OTHER';
}

/** Adds or changes a contact. The first one is the primary, and there is only one. */
export function setContact(lead: Lead, input: ContactInput, { at }: Stamp): [LeadContactChanged] {
  const { leadId, contacts } = requireStanding(lead);
  const before = contacts.find((contact) => contact.contactId === input.contactId);
  if (before === undefined && contacts.length >= CONTACTS_MAX) {
    throw badInput(`Möglich sind ${CONTACTS_MAX} Kontakte.`, 'contact');
  }
  if (before === undefined && (input.lastName ?? '').trim() === '') {
    throw badInput('Bitte einen Namen angeben.', 'contact.lastName');
  }
  requireEmail(input.email, 'contact.email');
  const isPrimary = input.isPrimary ?? before?.isPrimary ?? contacts.length === 0;
  const hasEmail =
    input.email === undefined ? (before?.hasEmail ?? false) : (input.email ?? '').trim() !== '';
  return [
    {
      type: 'lead.contact.changed',
      data: {
        ...known({ ...person, ...personFacts }, input),
        leadId,
        contactId: input.contactId,
        role: input.role,
        group: groupOf(input.role),
        isActive: input.isActive ?? before?.isActive ?? true,
        emailConsent: input.emailConsent ?? before?.emailConsent ?? false,
        isPrimary,
        hasEmail,
        at,
      },
    },
  ];
}

export function removeContact(lead: Lead, contactId: string, { at }: Stamp): [LeadContactChanged] {
  const { leadId } = requireStanding(lead);
  const { role, group } = contactOf(lead, contactId);
  return [
    {
      type: 'lead.contact.changed',
      data: {
        leadId,
        contactId,
        role,
        group,
        isActive: false,
        emailConsent: false,
        isRemoved: true,
        hasEmail: false,
        at,
      },
    },
  ];
}

/** Consent of the lead's own address, or of one contact. */
export function setConsent(
  lead: Lead,
  { contactId, emailConsent }: { contactId: string | null; emailConsent: boolean },
  { at, by }: Stamp,
): (LeadConsentChanged | LeadContactChanged)[] {
  const { leadId } = requireStanding(lead);
  if (contactId === null) {
    if (lead.emailConsent === emailConsent) return [];
    return [{ type: 'lead.consent.changed', data: { leadId, emailConsent, changedBy: by, at } }];
  }
  const contact = contactOf(lead, contactId);
  if (contact.emailConsent === emailConsent) return [];
  return [{ type: 'lead.contact.changed', data: { leadId, ...contact, emailConsent, at } }];
}

/**
 * The recipient has unsubscribed. Recorded also where no consent stood any more, since whoever told us
 * waits for it; a lead or contact that is gone has nothing to revoke.
 */
export function revokeConsent(
  lead: Lead,
  { recipientId, origin, wording, at }: Revocation,
  { by }: Pick<Stamp, 'by'>,
): (LeadConsentChanged | LeadContactChanged)[] {
  const { leadId, status, contacts } = lead;
  if (status === null || status === 'DELETED') return [];
  const revoked = { emailConsent: false, origin, wording, at } as const;
  if (recipientId === leadId) {
    return [{ type: 'lead.consent.changed', data: { leadId, changedBy: by, ...revoked } }];
  }
  const contact = contacts.find((each) => each.contactId === recipientId);
  if (contact === undefined) return [];
  return [{ type: 'lead.contact.changed', data: { leadId, ...contact, ...revoked } }];
}

export interface Revocation {
  /** The lead's id for its own address. */
  readonly recipientId: string;
  readonly origin: 'UNSUBSCRIBE_LINK' | 'UNSUBSCRIBE_ONE_CLICK';
  readonly wording: string;
  readonly at: Timestamp;
}

/** What chef or buyer did, as a step of their track. */
export function advanceTrack(
  lead: Lead,
  { group, to }: { group: ContactGroup; to: TrackState },
  { at }: Pick<Stamp, 'at'>,
): LeadTrackAdvanced[] {
  if (lead.status === null || lead.status === 'DELETED') return [];
  if (group !== 'CHEF' && group !== 'BUYER') return [];
  const from = lead.tracks[group];
  if (!isForward(from, to)) return [];
  return [{ type: 'lead.track.advanced', data: { leadId: lead.leadId, group, from, to, at } }];
}

/** The step an activity with a contact means; feedback on samples has its own fact. */
export function trackStepOf(activity: {
  kind: string;
  outcome?: string | null | undefined;
}): TrackState {
  if (activity.kind !== 'DECISION_ALIGNMENT') return 'CONTACTED';
  if (activity.outcome === 'QUALIFIED') return 'AGREED';
  return activity.outcome === 'DISQUALIFIED' ? 'DECLINED' : 'CONTACTED';
}

export function trackDecision(
  tracks: Readonly<Record<TrackGroup, TrackState>>,
): 'OPEN' | 'AGREED' | 'DECLINED' {
  if (tracks.CHEF === 'DECLINED' || tracks.BUYER === 'DECLINED') return 'DECLINED';
  return tracks.CHEF === 'AGREED' && tracks.BUYER === 'AGREED' ? 'AGREED' : 'OPEN';
}

/** AGREED and DECLINED stand side by side at the end. */
function isForward(from: TrackState, to: TrackState): boolean {
  if (from === 'AGREED' || from === 'DECLINED') return false;
  return trackStates.indexOf(to) > trackStates.indexOf(from);
}

function contactOf(lead: Lead, contactId: string): Lead['contacts'][number] {
  const contact = lead.contacts.find((each) => each.contactId === contactId);
  if (contact === undefined) throw new Refusal('NOT_FOUND', 'Nicht gefunden.', 'contactId');
  return contact;
}
