import type { Aggregate } from '#kernel/events';
import type { Timestamp } from './calendar.ts';
import { leadEvents, type LeadEvent } from './events.ts';
import { changes } from './lead-changes.ts';
import type { Hold, Protection } from './protection.ts';
import { noTasks, tasksAfter, type LeadTasks } from './tasks.ts';
import type * as value from './vocabulary.ts';

export interface Collaborator {
  readonly userId: string;
  readonly role: value.AssignmentRole;
  /** Null for watchers. */
  readonly level: value.CollaboratorLevel | null;
  readonly contactFocus: readonly value.ContactFocus[];
}

/** What score, stage and follow-ups need to know of the business. */
export interface Profile {
  readonly city: string | null;
  readonly businessType: value.BusinessType | null;
  readonly kitchenSize: value.KitchenSize | null;
  readonly employeeCount: number | null;
  /** Money per year, `500000.00 EUR`. */
  readonly estimatedVolume: string | null;
  readonly budget: value.Budget;
  readonly dealSize: value.DealSize | null;
  readonly pains: readonly value.Pain[];
  readonly urgency: value.Urgency;
  readonly relationshipStatus: value.RelationshipStatus;
  readonly decisionMakerAccess: value.DecisionMakerAccess;
  readonly hasChampion: boolean;
  readonly hasEmail: boolean;
  readonly hasPhone: boolean;
}

export interface Contact {
  readonly contactId: string;
  readonly role: value.ContactRole;
  readonly group: value.ContactGroup;
  readonly isActive: boolean;
  readonly isPrimary: boolean;
  readonly emailConsent: boolean;
  readonly hasEmail: boolean;
}

export interface FollowUp {
  readonly status: value.FollowUpStatus;
  /** While scheduled, when it is sent (null while a sample is on its way); then when the task is due. */
  readonly dueAt: Timestamp | null;
  /** Nominal instant of the run that claimed it. */
  readonly dueRunAt: Timestamp | null;
  /** Wall clock of the claim; later than dueRunAt when a run was caught up. */
  readonly claimedAt: Timestamp | null;
  /** Null until it is settled. */
  readonly isSent: boolean | null;
}

export interface Sample {
  readonly sampleId: string;
  readonly state: 'REQUESTED' | 'DELIVERED' | 'CANCELED';
  readonly at: Timestamp;
}

export interface Score {
  readonly painScore: number;
  readonly revenueScore: number;
  readonly fitScore: number;
  readonly engagementScore: number;
  readonly leadScore: number;
}

/** JSON throughout, so that a snapshot is the state itself. */
export interface Lead {
  readonly leadId: string;
  /** Null before the registration. */
  readonly status: value.LeadStatus | null;
  readonly stage: value.LeadStage;
  /** Null once the firm's own key was destroyed. */
  readonly companyName: string | null;
  readonly territory: value.Territory;
  readonly source: value.LeadSource;
  readonly season: string | null;
  readonly partnerOrgId: string | null;
  readonly profile: Profile;
  readonly registeredAt: Timestamp;
  readonly originalCreatedAt: Timestamp;
  readonly firstContactDocumentedAt: Timestamp | null;
  readonly lastMeaningfulActivityAt: Timestamp | null;
  readonly opportunityLinkedAt: Timestamp | null;
  readonly isPreClaimOverdue: boolean;
  readonly ownerUserId: string | null;
  readonly collaborators: readonly Collaborator[];
  /** Null when never assigned, or after the owner was lost to another reason than expiry. */
  readonly protection: Protection | null;
  readonly holds: readonly Hold[];
  readonly contacts: readonly Contact[];
  readonly tracks: Readonly<Record<value.TrackGroup, value.TrackState>>;
  readonly samples: readonly Sample[];
  readonly followUps: Readonly<Record<value.FollowUpType, FollowUp>>;
  readonly emailConsent: boolean;
  readonly consentRevokedAt: Timestamp | null;
  readonly isContactBlocked: boolean;
  /** Null for a block without an end, and without one. */
  readonly blockedUntil: Timestamp | null;
  /** Since the last block. */
  readonly softBounces: number;
  readonly isCanonical: boolean;
  readonly convertedAt: Timestamp | null;
  readonly mergedInto: string | null;
  readonly pseudonymizedAt: Timestamp | null;
  readonly score: Score | null;
  /** What waits for a person; what is done or has lapsed stands in the read model only. */
  readonly tasks: LeadTasks;
}

const unscheduled: FollowUp = {
  status: 'SCHEDULED',
  dueAt: null,
  dueRunAt: null,
  claimedAt: null,
  isSent: null,
};

export const initialLead: Lead = {
  leadId: '',
  status: null,
  stage: 'VORMERKUNG',
  companyName: null,
  territory: 'DE',
  source: 'SONSTIGES',
  season: null,
  partnerOrgId: null,
  profile: {
    city: null,
    businessType: null,
    kitchenSize: null,
    employeeCount: null,
    estimatedVolume: null,
    budget: 'UNKNOWN',
    dealSize: null,
    pains: [],
    urgency: 'NORMAL',
    relationshipStatus: 'COLD',
    decisionMakerAccess: 'UNKNOWN',
    hasChampion: false,
    hasEmail: false,
    hasPhone: false,
  },
  registeredAt: '',
  originalCreatedAt: '',
  firstContactDocumentedAt: null,
  lastMeaningfulActivityAt: null,
  opportunityLinkedAt: null,
  isPreClaimOverdue: false,
  ownerUserId: null,
  collaborators: [],
  protection: null,
  holds: [],
  contacts: [],
  tracks: { CHEF: 'OPEN', BUYER: 'OPEN' },
  samples: [],
  followUps: { T3: unscheduled, T7: unscheduled },
  emailConsent: false,
  consentRevokedAt: null,
  isContactBlocked: false,
  blockedUntil: null,
  softBounces: 0,
  isCanonical: true,
  convertedAt: null,
  mergedInto: null,
  pseudonymizedAt: null,
  score: null,
  tasks: noTasks,
};

export function evolve(lead: Lead, event: LeadEvent): Lead {
  const change = changes[event.type] as (lead: Lead, data: LeadEvent['data']) => Lead;
  const changed = change(lead, event.data);
  const tasks = tasksAfter(changed, event);
  return tasks === changed.tasks ? changed : { ...changed, tasks };
}

/** The lead as it will be once the facts just decided are recorded. */
export function after(lead: Lead, events: readonly LeadEvent[]): Lead {
  return events.reduce(evolve, lead);
}

export const leadAggregate: Aggregate<Lead, LeadEvent> = {
  type: 'lead',
  events: leadEvents,
  initial: initialLead,
  evolve,
  territoryOf: (lead) => (lead.status === null ? null : lead.territory),
  ownerOf: (lead) => lead.ownerUserId,
  snapshotVersion: 3,
};
