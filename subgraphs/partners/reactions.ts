import { Transient, type Transaction } from '#kernel/database';
import { defineReaction, type Reaction, type ReactionContext, type Recorded } from '#kernel/events';
import type {
  LeadProtectionExpired,
  LeadRegistered,
  LeadStageChanged,
  LeadStatusChanged,
} from '#events/leads';
import { enqueue } from './deliveries.ts';
import type { WebhookTopic } from './events.ts';

type LeadFact = LeadRegistered | LeadStatusChanged | LeadStageChanged | LeadProtectionExpired;

/** What leaves the house about a lead: ids, states and times, nothing about anybody. */
interface News {
  readonly topic: WebhookTopic;
  readonly data: Readonly<Record<string, string>>;
}

/** Sets down what the firm of a lead is to be told. The calls are the courier's, who is woken by it. */
export function tellFirms(wake: () => void): Reaction {
  const tell =
    <F extends LeadFact>(newsOf: (data: F['data']) => News) =>
    (fact: Recorded<F>, context: ReactionContext): Promise<void> =>
      setDown(fact, newsOf(fact.data), context, wake);
  return defineReaction<LeadFact>({
    name: 'partners.news',
    // Nobody was registered before this was deployed.
    startsNow: true,
    on: {
      'lead.registered': tell<LeadRegistered>(({ leadId, territory, registeredAt }) => ({
        topic: 'LEAD_REGISTERED',
        data: { leadId, status: 'REGISTERED', territory, registeredAt },
      })),
      'lead.status_changed': tell<LeadStatusChanged>(
        ({ leadId, oldStatus, newStatus, changedAt }) => ({
          topic: 'LEAD_STATUS_CHANGED',
          data: { leadId, oldStatus, newStatus, changedAt },
        }),
      ),
      'lead.stage_changed': tell<LeadStageChanged>(({ leadId, oldStage, newStage, at }) => ({
        topic: 'LEAD_STAGE_CHANGED',
        data: { leadId, oldStage, newStage, changedAt: at },
      })),
      'lead.protection.expired': tell<LeadProtectionExpired>(({ leadId, at }) => ({
        topic: 'LEAD_PROTECTION_EXPIRED',
        data: { leadId, expiredAt: at },
      })),
    },
  });
}

async function setDown(
  fact: Recorded<LeadFact>,
  { topic, data }: News,
  { actor, clock, database }: ReactionContext,
  wake: () => void,
): Promise<void> {
  const { id, time, type } = fact;
  await database.transaction(actor, async (tx) => {
    const firm = await firmOf(tx, fact);
    if (firm === null) return;
    const at = new Date(time);
    const body = JSON.stringify({ type, timestamp: at.toISOString(), data });
    const told = { eventId: id, leadId: fact.data.leadId, topic, type, body, at };
    if ((await enqueue(tx, firm, told, clock.now())) > 0) tx.onCommit(wake);
  });
}

/** Null where no firm sent the lead in. @throws Transient until the copy has heard of the lead */
async function firmOf(tx: Transaction, fact: Recorded<LeadFact>): Promise<string | null> {
  if (fact.type === 'lead.registered') return fact.data.partnerOrgId ?? null;
  const { leadId } = fact.data;
  const [known] = await tx.query<{ firm: string | null }>(
    `select partner_org_id as firm from partners.lead_firm where lead_id = $1
     union all
     select null from partners.parked where consumer = 'partners.leads' and aggregate_id = $1`,
    [leadId],
  );
  if (known === undefined) throw new Transient('The copy of the lead is not there yet');
  return known.firm;
}
