import { AccessDenied, notFound, requireScope, type Actor } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { VersionConflict, append, load, type Context, requireNotErased } from '#kernel/events';
import { once } from '#kernel/graphql';
import { activityAggregate, correct, log, type Correction, type Deed } from './activity.ts';
import { mayAssist, type LeadRights } from './lead-access.ts';

interface Repeatable {
  idempotencyKey?: string | null | undefined;
}

/** Records what happened with a lead; evidence renews its protection. */
export function logActivity(
  context: Context,
  input: Omit<Deed, 'activityId' | 'territory'> & Repeatable,
): Promise<{ activityId: string }> {
  return change(context, 'activityLog', input, async (tx) => {
    const { territory } = await assistedLead(tx, input.leadId);
    const activityId = context.newId();
    const state = activityAggregate.initial;
    const events = log(state, { ...input, activityId, territory }, stampOf(context));
    const { kind, at, isEvidenced } = events[0].data;
    await append(tx, {
      aggregate: activityAggregate,
      id: activityId,
      state,
      expectedVersion: 0,
      events,
      context,
      audit: {
        action: 'activityLog',
        after: { leadId: input.leadId, kind, at, isEvidenced },
      },
    });
    return { activityId };
  });
}

export function correctActivity(
  context: Context,
  input: Correction & Repeatable & { activityId: string; version: number },
): Promise<{ activityId: string }> {
  return change(context, 'activityCorrect', input, async (tx) => {
    const { activityId } = input;
    const { state, version } = await load(tx, activityAggregate, activityId);
    if (version === 0) throw notFound();
    const { territory } = await assistedLead(tx, state.entityId);
    if (version !== input.version) throw new VersionConflict(version);
    const events = correct(state, input, stampOf(context));
    const { kind, at, outcome } = state;
    await append(tx, {
      aggregate: activityAggregate,
      id: activityId,
      expectedVersion: version,
      events,
      context,
      state: { ...state, territory },
      audit: { action: 'activityCorrect', before: { kind, at, outcome } },
    });
    return { activityId };
  });
}

async function change<Answer>(
  context: Context,
  operation: string,
  input: Repeatable,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<Answer> {
  const { actor, clock, database } = context;
  requireScope(actor, 'activities:write');
  const key = input.idempotencyKey;
  return database.transaction(actor, (tx) =>
    once(tx, { module: 'activities', operation, key, input, clock }, () => work(tx)),
  );
}

/** The lead's rights, if the actor may record activities about it. What he may not read does not exist. */
async function assistedLead(
  tx: Transaction,
  leadId: string,
): Promise<LeadRights & { territory: Deed['territory'] }> {
  const [lead] = await tx.query<LeadRights & { territory: Deed['territory'] }>(
    `select territory, owner_id as "ownerId", collaborators from activities.lead_access
     where lead_id = $1 and status <> 'DELETED'`,
    [leadId],
  );
  if (lead === undefined) throw notFound();
  if (!mayAssist(lead, tx.actor)) throw new AccessDenied();
  await requireNotErased(tx, leadId);
  return lead;
}

function stampOf({ actor, clock }: Context): { by: Actor['userId']; now: string } {
  return { by: actor.userId, now: clock.now().toISOString() };
}
