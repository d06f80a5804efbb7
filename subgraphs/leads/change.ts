import { AccessDenied, notFound, type Actor } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { VersionConflict, append, load, requireNotErased, type Context } from '#kernel/events';
import { once } from '#kernel/graphql';
import type { LeadEvent } from './events.ts';
import { after, leadAggregate, type Lead } from './lead.ts';
import { withScore } from './lead-score.ts';
import { leadSettings } from './lead-settings.ts';
import { mayRead } from './permission.ts';
import { protectionState, windowsAt } from './protection.ts';
import type { Stamp } from './requirements.ts';

/** One intent of a person on one lead. */
export interface Act {
  /** Name of the mutation, also the action in the audit trail. */
  operation: string;
  input: {
    leadId: string;
    version: number;
    reason?: string | null | undefined;
    idempotencyKey?: string | null | undefined;
    /** Where the act is about a contact. */
    contactId?: string | null | undefined;
  };
  may(lead: Lead, actor: Actor): boolean;
}

type Decide = (
  lead: Lead,
  stamp: Stamp,
  tx: Transaction,
) => readonly LeadEvent[] | Promise<readonly LeadEvent[]>;

/**
 * Permission → load → decide → append, in one transaction and once per idempotency key.
 *
 * @throws Refusal `NOT_FOUND` for a lead the caller may not read; AccessDenied when he may read but
 *   not act; VersionConflict when the lead moved on since the caller looked
 */
export function changeLead(
  context: Context,
  act: Act,
  decide: Decide,
): Promise<{ leadId: string }> {
  const { input, operation } = act;
  const { actor, clock } = context;
  return context.database.transaction(actor, (tx) =>
    once(tx, { module: 'leads', operation, key: input.idempotencyKey, input, clock }, async () => {
      const { state, version } = await load(tx, leadAggregate, input.leadId);
      if (version === 0 || !mayRead(state, actor)) throw notFound();
      if (!act.may(state, actor)) throw new AccessDenied();
      if (version !== input.version) throw new VersionConflict(version);
      await requireNotErased(tx, input.contactId ?? input.leadId);
      const facts = await decide(state, stampOf(context), tx);
      await record(context, tx, { leadId: input.leadId, state, version, facts, act });
      return { leadId: input.leadId };
    }),
  );
}

/**
 * What a job or another context's fact does to a lead. A lead that does not exist, or a decision
 * without facts, changes nothing.
 */
export function reactOnLead(
  context: Context,
  leadId: string,
  decide: (lead: Lead, stamp: Stamp) => readonly LeadEvent[],
): Promise<readonly LeadEvent[]> {
  return context.database.transaction(context.actor, (tx) => reactIn(tx, context, leadId, decide));
}

/** The same in a transaction that does more. */
export async function reactIn(
  tx: Transaction,
  context: Context,
  leadId: string,
  decide: (lead: Lead, stamp: Stamp) => readonly LeadEvent[],
): Promise<readonly LeadEvent[]> {
  const { state, version } = await load(tx, leadAggregate, leadId);
  if (version === 0) return [];
  const facts = decide(state, stampOf(context));
  await record(context, tx, { leadId, state, version, facts });
  return facts;
}

export function stampOf(context: Context): Stamp {
  return { at: context.clock.now().toISOString(), by: context.actor.userId };
}

interface Decided {
  leadId: string;
  state: Lead;
  version: number;
  facts: readonly LeadEvent[];
  act?: Pick<Act, 'operation' | 'input'>;
}

/** Records the facts with what always follows from them: the score and the end of the protection. */
export async function record(context: Context, tx: Transaction, decided: Decided): Promise<void> {
  const { leadId, state, version, facts, act } = decided;
  if (facts.length === 0) return;
  const { at } = stampOf(context);
  const { territory } = after(state, facts);
  const scored = withScore(state, facts, { at, topCities: leadSettings.topCities[territory] });
  const reason = act?.input.reason;
  await append(tx, {
    aggregate: leadAggregate,
    id: leadId,
    state,
    expectedVersion: version,
    events: withWindow(state, scored, at),
    context,
    ...(act === undefined
      ? {}
      : {
          audit: {
            action: act.operation,
            ...(reason ? { reason: reason.trim() } : {}),
            before: { status: state.status, stage: state.stage, ownerUserId: state.ownerUserId },
          },
        }),
  });
}

/** Other contexts learn the end of the protection from us and compute no window of their own. */
function withWindow(lead: Lead, facts: readonly LeadEvent[], at: string): LeadEvent[] {
  const now = after(lead, facts);
  const validUntil = validUntilOf(now, at);
  if (validUntil === validUntilOf(lead, at)) return [...facts];
  return [
    ...facts,
    { type: 'lead.protection.window_changed', data: { leadId: now.leadId, validUntil, at } },
  ];
}

function validUntilOf(lead: Lead, at: string): string | null {
  const state = protectionState(lead, at);
  if (lead.protection === null || ['NONE', 'EXPIRED', 'STOPPED'].includes(state)) return null;
  return windowsAt(lead.protection, lead.holds, at).validUntil;
}
