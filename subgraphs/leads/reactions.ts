import { NIL_UUID } from '#kernel/access';
import { defineReaction, type ReactionContext, type Recorded } from '#kernel/events';
import type { ActivityCreated, ActivityEvent, ActivityLogged } from '#events/activities';
import type { AdminEvent, SubjectErased, UserTerritoriesChanged } from '#events/admin';
import type { Transaction } from '#kernel/database';
import type { CommunicationEvent, MessageSent, Unsubscribed } from '#events/communication';
import { loseCollaborator, loseOwner } from './assignment.ts';
import { recordBounce } from './bounce.ts';
import { reactOnLead } from './change.ts';
import { advanceTrack, revokeConsent, trackStepOf } from './contact.ts';
import { eraseSubjects } from './erasure.ts';
import type { FollowUpMetrics } from './follow-up-metrics.ts';
import { settleFollowUp } from './follow-up-run.ts';
import { finishRun } from './follow-up-runs.ts';
import { after } from './lead.ts';
import { recordEvidence, recordMeaningfulActivity, reminderSent } from './progress.ts';
import type { FollowUpType } from './vocabulary.ts';

/** What happened with a lead renews its protection, makes it active and moves the two tracks. */
export const activities = defineReaction<ActivityEvent>({
  name: 'leads.activities',
  on: { 'activity.created': onActivityCreated, 'activity.logged': onActivityLogged },
});

/** A follow-up is settled, and a reminder has left, when communication says so. */
export function messagesWith(metrics: FollowUpMetrics) {
  return defineReaction<CommunicationEvent>({
    name: 'leads.messages',
    on: {
      'communication.message.sent': ({ data }, context) =>
        onHandedOver(data, true, { context, metrics }),
      'communication.message.failed': async ({ data }, context) => {
        await onHandedOver(data, false, { context, metrics });
        if (data.reason === 'ADDRESS_REFUSED') await onBounced(data, 'HARD', context);
      },
      'communication.recipient.unsubscribed': onUnsubscribed,
      'communication.message.bounced': ({ data }, context) => onBounced(data, data.kind, context),
    },
  });
}

/** Whoever loses a territory loses the leads he holds there. */
export const territories = defineReaction<AdminEvent>({
  name: 'leads.territories',
  on: { 'admin.user.territories_changed': onUserTerritoriesChanged },
});

/** Erased people leave the rows of their leads. */
export const erasures = defineReaction<SubjectErased>({
  name: 'leads.erasures',
  on: {
    'admin.subject.erased': ({ data }, { actor, database }) =>
      database.transaction(actor, (tx) => eraseSubjects(tx, data.subjectIds)),
  },
});

async function onActivityCreated({ data }: Recorded<ActivityCreated>, context: ReactionContext) {
  await reactOnLead(context, data.leadId, (lead, stamp) => recordEvidence(lead, data, stamp));
}

async function onActivityLogged({ data }: Recorded<ActivityLogged>, context: ReactionContext) {
  const { leadId, isMeaningful, contactId } = data;
  if (leadId === undefined || isMeaningful !== true) return;
  await reactOnLead(context, leadId, (lead, stamp) => {
    const facts = recordMeaningfulActivity(lead, data, stamp);
    const contact = lead.contacts.find((each) => each.contactId === contactId);
    if (contact === undefined) return facts;
    const step = { group: contact.group, to: trackStepOf(data) };
    return [...facts, ...advanceTrack(after(lead, facts), step, stamp)];
  });
}

const FOLLOW_UPS: Partial<Record<string, FollowUpType>> = { T3_FOLLOWUP: 'T3', T7_FOLLOWUP: 'T7' };

async function onHandedOver(
  { leadId, purpose }: MessageSent['data'],
  success: boolean,
  { context, metrics }: { context: ReactionContext; metrics: FollowUpMetrics },
): Promise<void> {
  if (leadId === undefined) return;
  const followUpType = FOLLOW_UPS[purpose];
  if (followUpType !== undefined) {
    const facts = await reactOnLead(context, leadId, (lead, stamp) =>
      settleFollowUp(lead, { followUpType, success }, stamp, NIL_UUID),
    );
    const processed = facts.find((fact) => fact.type === 'lead.followup.processed');
    if (processed === undefined) return;
    await context.database.transaction(context.actor, async (tx) => {
      const territory = await territoryOf(tx, leadId);
      tx.onCommit(() => metrics.settled(processed.data, territory));
    });
    await finishRun(context, processed.data.processedAt);
  } else if (purpose === 'PROTECTION_REMINDER' && success) {
    await reactOnLead(context, leadId, reminderSent);
  }
}

async function onUnsubscribed(
  { data }: Recorded<Unsubscribed>,
  context: ReactionContext,
): Promise<void> {
  const { leadId, recipientId, wording, at } = data;
  const origin = data.origin === 'LINK' ? 'UNSUBSCRIBE_LINK' : 'UNSUBSCRIBE_ONE_CLICK';
  await reactOnLead(context, leadId, (lead, stamp) =>
    revokeConsent(lead, { recipientId, origin, wording, at }, stamp),
  );
}

/** Only what was written to the lead tells about its addresses; the rest went to colleagues. */
const TO_THE_LEAD: readonly string[] = ['T3_FOLLOWUP', 'T7_FOLLOWUP', 'MANUAL'];

async function onBounced(
  { leadId, messageId, purpose }: MessageSent['data'],
  kind: 'HARD' | 'SOFT',
  context: ReactionContext,
): Promise<void> {
  if (leadId === undefined || !TO_THE_LEAD.includes(purpose)) return;
  await reactOnLead(context, leadId, (lead, stamp) =>
    recordBounce(lead, { messageId, kind }, stamp),
  );
}

async function territoryOf(tx: Transaction, leadId: string): Promise<string> {
  const [row] = await tx.query<{ territory: string }>(
    'select territory from leads.lead where id = $1',
    [leadId],
  );
  return row?.territory ?? 'unknown';
}

async function onUserTerritoriesChanged(
  { data }: Recorded<UserTerritoriesChanged>,
  context: ReactionContext,
): Promise<void> {
  const { userId, territories: held } = data;
  const rows = await context.database.transaction(context.actor, (tx) =>
    tx.query<{ id: string; owner_id: string | null }>(
      `select id, owner_id from leads.lead
       where (owner_id = $1 or $1 = any (collaborator_ids)) and territory <> all ($2) order by id`,
      [userId, held],
    ),
  );
  for (const { id, owner_id: ownerId } of rows) {
    await reactOnLead(context, id, (lead) =>
      ownerId === userId ? loseOwner(lead) : loseCollaborator(lead, userId),
    );
  }
}
