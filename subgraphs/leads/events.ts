import { z } from 'zod';
import { classified, defineEvents, type EventOf } from '#kernel/events';
import {
  collaborator,
  companyName,
  consentOrigin,
  count,
  id,
  label,
  money,
  person,
  personFacts,
  personalPerson,
  personalProfile,
  profile,
  terms,
  text,
  timestamp,
} from './fields.ts';
import * as values from './vocabulary.ts';

const fact = <Shape extends z.ZodRawShape>(shape: Shape) => ({
  version: 1,
  aggregate: 'lead',
  data: z.object({ leadId: id, ...shape }),
});
const personalFact = <Shape extends z.ZodRawShape>(
  personal: Readonly<Record<string, string>>,
  shape: Shape,
) => ({ ...fact(shape), personal });

/**
 * What leads announce. Texts and people are ciphertext under the key of the lead or of the contact;
 * facts about them that decisions need (`hasEmail`, `hasChampion`) stand beside in clear.
 */
export const leadEvents = defineEvents({
  module: 'leads',
  facts: {
    'lead.registered': personalFact(
      { companyName: 'leadId', ...personalProfile },
      {
        companyName,
        territory: z.enum(values.territories),
        source: z.enum(values.leadSources),
        ownerUserId: id.optional(),
        registeredAt: timestamp,
        registeredAtSource: z.enum(values.registeredAtSources).optional(),
        countryCode: z.enum(values.territories).optional(),
        sourceCampaign: classified('none', z.string().regex(/^[\w.-]{1,80}$/))
          .nullable()
          .optional(),
        season: label(60).nullable().optional(),
        partnerOrgId: id.nullable().optional(),
        emailConsent: z.boolean().optional(),
        ...profile,
      },
    ),
    'lead.updated': personalFact(
      { companyName: 'leadId', ...personalProfile },
      {
        changed: z.array(label(40)).max(40).readonly(),
        at: timestamp,
        companyName: companyName.optional(),
        ...profile,
      },
    ),
    'lead.status_changed': personalFact(
      { companyName: 'leadId', reason: 'leadId' },
      {
        companyName,
        oldStatus: z.enum(values.leadStatuses),
        newStatus: z.enum(values.leadStatuses),
        changedBy: id,
        changedAt: timestamp,
        territory: z.enum(values.territories),
        idempotencyKey: id,
        reason: text(2_000),
      },
    ),
    'lead.stage_changed': fact({
      oldStage: z.enum(values.leadStages),
      newStage: z.enum(values.leadStages),
      at: timestamp,
    }),
    'lead.score_changed': fact({
      painScore: z.number().int(),
      revenueScore: z.number().int(),
      fitScore: z.number().int(),
      engagementScore: z.number().int(),
      leadScore: z.number().int(),
      at: timestamp,
    }),
    'lead.backdated': fact({
      registeredAt: timestamp,
      previousRegisteredAt: timestamp,
      /** Present when the protection begins with the registration and so moved with it. */
      assignedAt: timestamp.optional(),
      at: timestamp,
    }),
    /** Recorded on both leads: the survivor's registration date, the other's pointer. */
    'lead.merged': fact({
      survivorId: id,
      mergedId: id,
      registeredAt: timestamp,
      at: timestamp,
    }),
    'lead.pseudonymized': fact({ contactIds: z.array(id).max(200).readonly(), at: timestamp }),
    'lead.territory.transferred': fact({
      territory: z.enum(values.territories),
      previousTerritory: z.enum(values.territories),
      at: timestamp,
    }),
    'lead.ownership.challenged': personalFact(
      { reason: 'leadId' },
      { challengedBy: id, reason: text(2_000), at: timestamp },
    ),
    'lead.first_contact.documented': personalFact(
      { note: 'leadId' },
      {
        channel: z.enum(values.firstContactChannels),
        contactAt: timestamp,
        at: timestamp,
        note: text(4_000),
      },
    ),
    'lead.preclaim.overdue': fact({ at: timestamp }),
    /** Closed by hand; a task whose reason has gone lapses without a fact. */
    'lead.task.completed': fact({
      taskId: id,
      kind: z.enum(values.taskKinds),
      completedBy: id,
      at: timestamp,
    }),
    'lead.activity.recorded': fact({ kind: label(40), at: timestamp }),
    'lead.evidence.recorded': fact({
      kind: label(40),
      at: timestamp,
      recordedAt: timestamp,
    }),
    'lead.opportunity.linked': fact({ opportunityId: id, at: timestamp }),

    'lead.assigned': fact({
      ownerUserId: id.optional(),
      previousOwnerUserId: id.optional(),
      collaborators: z.array(collaborator).max(50).readonly(),
      /** Null without owner. */
      assignedAt: timestamp.nullable(),
      cause: z.enum(values.assignmentCauses).optional(),
      /** The copied settings; present when a protection begins. */
      protection: terms.optional(),
    }),
    'lead.clock.stopped': personalFact(
      { reason: 'leadId' },
      { kind: z.enum(values.holdKinds), at: timestamp, reason: text(2_000) },
    ),
    'lead.clock.resumed': fact({ kind: z.enum(values.holdKinds), at: timestamp }),
    'lead.protection.extended': fact({ months: z.number().int().min(1).max(24), at: timestamp }),
    'lead.protection.reminder': fact({
      ownerUserId: id,
      kind: z.literal('REMINDER_60D'),
      anchor: timestamp,
      at: timestamp,
    }),
    'lead.protection.reminder_sent': fact({ anchor: timestamp, at: timestamp }),
    'lead.protection.expired': fact({
      cause: z.enum(['BASE', 'PROGRESS']),
      at: timestamp,
    }),

    /** When the protection will end if nothing happens; null without protection and while the clock stands. */
    'lead.protection.window_changed': fact({ validUntil: timestamp.nullable(), at: timestamp }),

    'lead.contact.changed': personalFact(personalPerson, {
      contactId: id,
      role: z.enum(values.contactRoles),
      group: z.enum(values.contactGroups),
      isActive: z.boolean(),
      emailConsent: z.boolean(),
      isRemoved: z.boolean().optional(),
      /** True takes the place of the former primary contact. */
      isPrimary: z.boolean().optional(),
      hasEmail: z.boolean().optional(),
      at: timestamp,
      ...consentOrigin,
      ...personFacts,
      ...person,
    }),
    'lead.contact.blocked': fact({
      isBlocked: z.boolean(),
      /** Null and absent: until somebody lifts it. */
      until: timestamp.nullable().optional(),
      at: timestamp,
    }),
    'lead.contact.bounced': fact({
      messageId: id,
      kind: z.enum(['HARD', 'SOFT']),
      /** Since the last block, this one included. */
      softBounces: count,
      at: timestamp,
    }),
    'lead.consent.changed': fact({
      emailConsent: z.boolean(),
      changedBy: id,
      at: timestamp,
      ...consentOrigin,
    }),
    'lead.track.advanced': fact({
      group: z.enum(values.trackGroups),
      from: z.enum(values.trackStates),
      to: z.enum(values.trackStates),
      at: timestamp,
    }),

    /** Due times that are new or moved; null while a sample is on its way. */
    'lead.followup.scheduled': fact({
      anchorAt: timestamp.nullable(),
      due: z
        .array(
          z.object({ followUpType: z.enum(values.followUpTypes), dueAt: timestamp.nullable() }),
        )
        .max(2)
        .readonly(),
      sample: z
        .object({
          sampleId: id,
          state: z.enum(['REQUESTED', 'DELIVERED', 'CANCELED']),
          at: timestamp,
        })
        .optional(),
      at: timestamp,
    }),
    'lead.followup.requested': fact({
      followUpType: z.enum(values.followUpTypes),
      dueRunAt: timestamp,
      template: z.enum(['SAMPLE_REQUEST', 'FOLLOW_UP']),
      /** Empty: to the lead's own address. */
      contactIds: z.array(id).max(200).readonly(),
      claimedAt: timestamp,
      businessType: z.enum(values.businessTypes).nullable().optional(),
      season: label(60).nullable().optional(),
      discountPercent: z.number().int().min(0).max(100).optional(),
      minimumOrder: money.optional(),
    }),
    'lead.followup.processed': {
      version: 1,
      aggregate: 'lead',
      data: z.object({
        leadId: id.optional(),
        followUpType: z.enum([...values.followUpTypes, 'BATCH']),
        t3Count: count,
        t7Count: count,
        success: z.boolean(),
        userId: id,
        processedAt: timestamp,
        idempotencyKey: id.optional(),
      }),
    },
    'lead.followup.postponed': fact({
      followUpType: z.enum(values.followUpTypes),
      dueAt: timestamp,
      at: timestamp,
    }),
    'lead.followup.closed': fact({
      followUpType: z.enum(values.followUpTypes),
      outcome: z.enum(['SUCCESS', 'NO_ANSWER', 'CANCELED']),
      at: timestamp,
    }),
  },
});

type Catalog = typeof leadEvents;
export type LeadEvent = EventOf<Catalog>;

export type LeadRegistered = EventOf<Catalog, 'lead.registered'>;
export type LeadUpdated = EventOf<Catalog, 'lead.updated'>;
export type LeadStatusChanged = EventOf<Catalog, 'lead.status_changed'>;
export type LeadStageChanged = EventOf<Catalog, 'lead.stage_changed'>;
export type LeadScoreChanged = EventOf<Catalog, 'lead.score_changed'>;
export type LeadBackdated = EventOf<Catalog, 'lead.backdated'>;
export type LeadMerged = EventOf<Catalog, 'lead.merged'>;
export type LeadPseudonymized = EventOf<Catalog, 'lead.pseudonymized'>;
export type LeadTerritoryTransferred = EventOf<Catalog, 'lead.territory.transferred'>;
export type LeadOwnershipChallenged = EventOf<Catalog, 'lead.ownership.challenged'>;
export type LeadFirstContactDocumented = EventOf<Catalog, 'lead.first_contact.documented'>;
export type LeadPreClaimOverdue = EventOf<Catalog, 'lead.preclaim.overdue'>;
export type LeadTaskCompleted = EventOf<Catalog, 'lead.task.completed'>;
export type LeadActivityRecorded = EventOf<Catalog, 'lead.activity.recorded'>;
export type LeadEvidenceRecorded = EventOf<Catalog, 'lead.evidence.recorded'>;
export type LeadOpportunityLinked = EventOf<Catalog, 'lead.opportunity.linked'>;
export type LeadAssigned = EventOf<Catalog, 'lead.assigned'>;
export type LeadClockStopped = EventOf<Catalog, 'lead.clock.stopped'>;
export type LeadClockResumed = EventOf<Catalog, 'lead.clock.resumed'>;
export type LeadProtectionExtended = EventOf<Catalog, 'lead.protection.extended'>;
export type LeadProtectionReminder = EventOf<Catalog, 'lead.protection.reminder'>;
export type LeadProtectionReminderSent = EventOf<Catalog, 'lead.protection.reminder_sent'>;
export type LeadProtectionExpired = EventOf<Catalog, 'lead.protection.expired'>;
export type LeadProtectionWindowChanged = EventOf<Catalog, 'lead.protection.window_changed'>;
export type LeadContactChanged = EventOf<Catalog, 'lead.contact.changed'>;
export type LeadContactBlocked = EventOf<Catalog, 'lead.contact.blocked'>;
export type LeadContactBounced = EventOf<Catalog, 'lead.contact.bounced'>;
export type LeadConsentChanged = EventOf<Catalog, 'lead.consent.changed'>;
export type LeadTrackAdvanced = EventOf<Catalog, 'lead.track.advanced'>;
export type LeadFollowupScheduled = EventOf<Catalog, 'lead.followup.scheduled'>;
export type LeadFollowupRequested = EventOf<Catalog, 'lead.followup.requested'>;
export type LeadFollowupProcessed = EventOf<Catalog, 'lead.followup.processed'>;
export type LeadFollowupPostponed = EventOf<Catalog, 'lead.followup.postponed'>;
export type LeadFollowupClosed = EventOf<Catalog, 'lead.followup.closed'>;
