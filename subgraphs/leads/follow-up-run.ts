import { Refusal } from '#kernel/access';
import type { Timestamp } from './calendar.ts';
import type {
  LeadEvent,
  LeadFollowupClosed,
  LeadFollowupPostponed,
  LeadFollowupProcessed,
  LeadFollowupRequested,
  LeadFollowupScheduled,
} from './events.ts';
import {
  bulkOfferFor,
  defaultOffsets,
  dueAt,
  followUpAnchor,
  isDue,
  isEligible,
  receiversOf,
  type FollowUpOffsets,
} from './follow-up.ts';
import { followUpKey } from './idempotency-key.ts';
import type { Lead, Sample } from './lead.ts';
import { badInput, isOpen, requireStanding, type Stamp } from './requirements.ts';
import { followUpTypes, type FollowUpOutcome, type FollowUpType } from './vocabulary.ts';

/** Due times that follow from the lead's anchor, where they differ from what was scheduled. */
export function anchorFollowUps(
  lead: Lead,
  { at }: Pick<Stamp, 'at'>,
  offsets: FollowUpOffsets = defaultOffsets,
  sample?: Sample,
): LeadFollowupScheduled[] {
  const samples = sample === undefined ? lead.samples : withSample(lead.samples, sample);
  const anchorAt = followUpAnchor(lead.registeredAt, samples);
  const due = followUpTypes
    .map((followUpType) => ({
      followUpType,
      dueAt: anchorAt === null ? null : dueAt(anchorAt, followUpType, offsets),
    }))
    .filter(({ followUpType, dueAt: moved }) => {
      const followUp = lead.followUps[followUpType];
      return followUp.status === 'SCHEDULED' && followUp.dueAt !== moved;
    });
  if (due.length === 0 && sample === undefined) return [];
  const data = { leadId: lead.leadId, anchorAt, due, at };
  return [
    { type: 'lead.followup.scheduled', data: sample === undefined ? data : { ...data, sample } },
  ];
}

/** A sample was requested, delivered or canceled: nothing is due before the first one arrives. */
export function noteSample(
  lead: Lead,
  sample: Sample,
  stamp: Pick<Stamp, 'at'>,
  offsets: FollowUpOffsets = defaultOffsets,
): LeadFollowupScheduled[] {
  if (!isOpen(lead)) return [];
  const known = lead.samples.find((each) => each.sampleId === sample.sampleId);
  if (known !== undefined && (known.state === sample.state || known.state !== 'REQUESTED')) {
    return [];
  }
  return anchorFollowUps(lead, stamp, offsets, sample);
}

/** Claims what the run may send for this lead: at most one of T3 and T7, so never both at once. */
export function claimFollowUp(
  lead: Lead,
  run: { dueRunAt: Timestamp; requireMultiContact: boolean },
  { at }: Pick<Stamp, 'at'>,
): LeadFollowupRequested[] {
  const { dueRunAt, requireMultiContact } = run;
  if (!isEligible(lead, requireMultiContact)) return [];
  const followUpType = followUpTypes.find((type) => isDue(lead.followUps, type, dueRunAt));
  const receivers = receiversOf(lead, requireMultiContact);
  if (followUpType === undefined || receivers === undefined) return [];
  const { businessType } = lead.profile;
  const base = {
    leadId: lead.leadId,
    followUpType,
    dueRunAt,
    ...receivers,
    claimedAt: at,
    businessType,
    season: lead.season,
  };
  if (followUpType === 'T3') {
    return [{ type: 'lead.followup.requested', data: { ...base, template: 'SAMPLE_REQUEST' } }];
  }
  const offer = bulkOfferFor(businessType);
  return [{ type: 'lead.followup.requested', data: { ...base, ...offer, template: 'FOLLOW_UP' } }];
}

/**
 * Records once how a claimed follow-up ended. A lead that was decided or expired meanwhile gets no
 * task; the status is never touched.
 */
export function settleFollowUp(
  lead: Lead,
  { followUpType, success }: { followUpType: FollowUpType; success: boolean },
  stamp: Pick<Stamp, 'at'>,
  nobody: string,
): LeadEvent[] {
  const { status, dueRunAt } = lead.followUps[followUpType];
  if (status !== 'SENDING' || dueRunAt === null) return [];
  const processed: LeadFollowupProcessed = {
    type: 'lead.followup.processed',
    data: {
      leadId: lead.leadId,
      followUpType,
      t3Count: success && followUpType === 'T3' ? 1 : 0,
      t7Count: success && followUpType === 'T7' ? 1 : 0,
      success,
      userId: lead.ownerUserId ?? nobody,
      processedAt: dueRunAt,
      idempotencyKey: followUpKey({ leadId: lead.leadId, followUpType, dueRunAt }),
    },
  };
  const isOver = !isOpen(lead) || lead.protection?.expiredAt != null;
  return success && isOver ? [processed, canceled(lead, followUpType, stamp)] : [processed];
}

export function completeFollowUp(
  lead: Lead,
  input: { followUpType: FollowUpType; outcome: FollowUpOutcome; dueAt?: Timestamp | undefined },
  { at }: Pick<Stamp, 'at'>,
): [LeadFollowupClosed | LeadFollowupPostponed] {
  const { leadId, followUps } = requireStanding(lead);
  const { followUpType, outcome } = input;
  if (followUps[followUpType].status !== 'PENDING') {
    throw new Refusal('ILLEGAL_TRANSITION', 'Diese Wiedervorlage ist nicht offen.', 'type');
  }
  if (outcome !== 'POSTPONED') {
    return [{ type: 'lead.followup.closed', data: { leadId, followUpType, outcome, at } }];
  }
  if (input.dueAt === undefined || input.dueAt <= at) {
    throw badInput('Der neue Termin muss in der Zukunft liegen.', 'dueAt');
  }
  return [
    { type: 'lead.followup.postponed', data: { leadId, followUpType, dueAt: input.dueAt, at } },
  ];
}

/** What is scheduled or open ends with the lead; a message on its way is settled first. */
export function cancelFollowUps(lead: Lead, stamp: Pick<Stamp, 'at'>): LeadFollowupClosed[] {
  return followUpTypes
    .filter((type) => ['SCHEDULED', 'PENDING'].includes(lead.followUps[type].status))
    .map((type) => canceled(lead, type, stamp));
}

/** The one record of a run once all its follow-ups are settled; undefined when it handled none. */
export function batchRecord(
  run: {
    dueRunAt: Timestamp;
    settled: readonly { followUpType: FollowUpType; success: boolean }[];
  },
  nobody: string,
): LeadFollowupProcessed | undefined {
  const { dueRunAt, settled } = run;
  if (settled.length === 0) return undefined;
  const sent = (type: FollowUpType): number =>
    settled.filter((each) => each.success && each.followUpType === type).length;
  return {
    type: 'lead.followup.processed',
    data: {
      followUpType: 'BATCH',
      t3Count: sent('T3'),
      t7Count: sent('T7'),
      success: settled.every((each) => each.success),
      userId: nobody,
      processedAt: dueRunAt,
      idempotencyKey: followUpKey({ followUpType: 'BATCH', dueRunAt }),
    },
  };
}

function canceled(
  { leadId }: Lead,
  followUpType: FollowUpType,
  { at }: Pick<Stamp, 'at'>,
): LeadFollowupClosed {
  return { type: 'lead.followup.closed', data: { leadId, followUpType, outcome: 'CANCELED', at } };
}

function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  return [...samples.filter((each) => each.sampleId !== sample.sampleId), sample];
}
