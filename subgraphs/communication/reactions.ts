import { append, defineReaction, type ReactionContext, type Recorded } from '#kernel/events';
import { Transient, type Transaction } from '#kernel/database';
import type { SubjectErased } from '#events/admin';
import type {
  LeadAssigned,
  LeadEvent,
  LeadFollowupRequested,
  LeadProtectionReminder,
} from '#events/leads';
import { eraseSubjects } from './erasure.ts';
import type { FailureReason, Recipient } from './events.ts';
import { fail, messageAggregate, queue, type Order } from './message.ts';
import { addressesOf, hindrance } from './recipients.ts';

/** What leads ask to be sent. */
export const requests = defineReaction<LeadEvent>({
  name: 'communication.requests',
  on: {
    'lead.followup.requested': onFollowUpRequested,
    'lead.protection.reminder': onProtectionReminder,
    'lead.assigned': onAssigned,
  },
});

/** Erased people leave the copies. */
export const erasures = defineReaction<SubjectErased>({
  name: 'communication.erasures',
  on: {
    'admin.subject.erased': ({ data }, { actor, database }) =>
      database.transaction(actor, (tx) => eraseSubjects(tx, data.subjectIds)),
  },
});

const COPIES_MAX = 20;

/** One message per follow-up, to everybody who may be written to at this moment. */
async function onFollowUpRequested(
  { data, territory, version }: Recorded<LeadFollowupRequested>,
  context: ReactionContext,
): Promise<void> {
  await requireHeard(context, data.leadId, version);
  const { businessType, season, discountPercent, minimumOrder } = data;
  const wanted: Recipient[] =
    data.contactIds.length === 0
      ? [{ id: data.leadId, kind: 'LEAD' }]
      : data.contactIds.map((id) => ({ id, kind: 'CONTACT' }));
  await queueOnce(context, `followup:${data.leadId}|${data.followUpType}|${data.dueRunAt}`, {
    purpose: data.followUpType === 'T3' ? 'T3_FOLLOWUP' : 'T7_FOLLOWUP',
    leadId: data.leadId,
    territory: territory as Order['territory'],
    recipients: wanted,
    template: {
      ...(businessType ? { businessType } : {}),
      ...(season ? { season } : {}),
      ...(discountPercent === undefined ? {} : { discountPercent }),
      ...(minimumOrder === undefined ? {} : { minimumOrder }),
    },
  });
}

/**
 * A follow-up is tried once for ever, so it waits until the copy of addresses and consents has heard all
 * the lead announced before; a lead whose copy is parked goes on with what is known.
 *
 * @throws Transient until then
 */
async function requireHeard(
  { actor, database }: ReactionContext,
  leadId: string,
  version: number,
): Promise<void> {
  const heard = await database.transaction(actor, (tx) =>
    tx.query(
      `select from communication.lead_access where lead_id = $1 and version >= $2
       union all
       select from communication.parked where consumer = 'communication.leads' and aggregate_id = $1`,
      [leadId, version],
    ),
  );
  if (heard.length === 0) throw new Transient('The copy of the lead is not there yet');
}

/** To the owner, in text form; his managers get a copy. */
async function onProtectionReminder(
  { data, territory }: Recorded<LeadProtectionReminder>,
  context: ReactionContext,
): Promise<void> {
  await queueOnce(context, `reminder:${data.leadId}|${data.anchor}`, {
    purpose: 'PROTECTION_REMINDER',
    leadId: data.leadId,
    territory: territory as Order['territory'],
    recipients: await withManagers(context, data.ownerUserId, territory),
  });
}

/** The end of an assignment names whom the expiry hit; the expiry itself knows no owner any more. */
async function onAssigned(
  { data, id, territory }: Recorded<LeadAssigned>,
  context: ReactionContext,
): Promise<void> {
  if (data.cause !== 'EXPIRY' || data.previousOwnerUserId === undefined) return;
  await queueOnce(context, `expiry:${id}`, {
    purpose: 'EXPIRY_NOTICE',
    leadId: data.leadId,
    territory: territory as Order['territory'],
    recipients: await withManagers(context, data.previousOwnerUserId, territory),
  });
}

function withManagers(
  context: ReactionContext,
  ownerId: string,
  territory: string | null,
): Promise<Recipient[]> {
  return context.database.transaction(context.actor, async (tx) => {
    const managers = await tx.query<{ id: string }>(
      `select user_id as id from communication.colleague
       where 'manager' = any (roles) and $1 = any (territories) and not is_disabled and user_id <> $2
       order by user_id limit $3`,
      [territory, ownerId, COPIES_MAX],
    );
    const copies = managers.map(({ id }): Recipient => ({ id, kind: 'COLLEAGUE', isCopy: true }));
    return [{ id: ownerId, kind: 'COLLEAGUE' }, ...copies];
  });
}

/** Queues the message; one that can reach nobody fails at once, so that whoever waits for it knows. */
async function queueOnce(
  context: ReactionContext,
  idempotencyKey: string,
  request: Omit<Order, 'messageId'>,
): Promise<void> {
  const { actor, clock, database } = context;
  const at = clock.now().toISOString();
  await database.transaction(actor, async (tx) => {
    const { recipients, reason } = await reachable(tx, request);
    const order: Order = { ...request, recipients, messageId: context.newId() };
    const queued = queue(order, at);
    const { initial: state } = messageAggregate;
    const failed =
      reason === undefined
        ? []
        : [fail({ ...state, ...order, followUpId: null, status: 'QUEUED' }, reason, at)];
    await append(tx, {
      aggregate: messageAggregate,
      id: order.messageId,
      state,
      expectedVersion: 0,
      events: [queued, ...failed],
      idempotencyKey,
      context,
    });
  });
}

/** Those who may be written to; when nobody is left, all of them and why. */
async function reachable(
  tx: Transaction,
  { leadId, recipients }: Pick<Order, 'leadId' | 'recipients'>,
): Promise<{ recipients: readonly Recipient[]; reason?: FailureReason }> {
  const [lead] = await tx.query<{ is_blocked: boolean }>(
    'select is_blocked from communication.lead_access where lead_id = $1',
    [leadId],
  );
  const addresses = await addressesOf(tx, recipients);
  const hindrances = addresses.map((address) =>
    // Whether a colleague can be reached is seen at the hand-over, which is tried again.
    address.kind === 'COLLEAGUE' ? undefined : hindrance(address, lead?.is_blocked ?? false),
  );
  const open = recipients.filter((_, index) => hindrances[index] === undefined);
  if (open.length > 0) return { recipients: open };
  return { recipients, reason: hindrances[0] ?? 'NO_ADDRESS' };
}
