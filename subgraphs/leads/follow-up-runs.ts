import { NIL_UUID } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { append, type Aggregate, type Context } from '#kernel/events';
import { reactOnLead } from './change.ts';
import { missedRunAt } from './follow-up.ts';
import { batchRecord, claimFollowUp } from './follow-up-run.ts';
import { leadEvents, type LeadEvent } from './events.ts';
import type { FollowUpMetrics } from './follow-up-metrics.ts';
import { leadSettings } from './lead-settings.ts';
import { restrictedAmong, withoutRestricted } from './restrictions.ts';
import type { FollowUpType } from './vocabulary.ts';

const PAGE_SIZE = 200;
const { requireMultiContact } = leadSettings;

/** A run has one record and no state; its id stands where a lead's would. */
const runAggregate: Aggregate<null, LeadEvent> = {
  type: 'follow-up-run',
  events: leadEvents,
  initial: null,
  evolve: () => null,
  territoryOf: () => null,
  ownerOf: () => null,
};

/**
 * Claims everything that is due under the nominal instant of the run. A run that a crash left half
 * claimed is resumed under its own instant; a missed one is caught up; a finished one does nothing.
 */
export async function runFollowUps(context: Context, metrics: FollowUpMetrics): Promise<void> {
  const now = context.clock.now().toISOString();
  const open = await openRun(context, now);
  if (open === undefined) return;
  const before = performance.now();
  const claimed = new Set<FollowUpType>();
  let after = NIL_UUID;
  for (;;) {
    const page = await dueLeads(context, open, after);
    const restricted = await restrictedOf(context, page);
    for (const leadId of page) {
      const facts = await reactOnLead(context, leadId, (lead, stamp) =>
        claimFollowUp(
          withoutRestricted(lead, restricted),
          { dueRunAt: open, requireMultiContact },
          stamp,
        ),
      );
      for (const fact of facts) {
        if (fact.type === 'lead.followup.requested') claimed.add(fact.data.followUpType);
      }
    }
    if (page.length < PAGE_SIZE) break;
    after = page.at(-1) ?? after;
  }
  await context.database.transaction(context.actor, (tx) =>
    tx.query(
      'update leads.follow_up_run set claimed_at = $2 where due_run_at = $1 and claimed_at is null',
      [open, context.clock.now()],
    ),
  );
  for (const type of claimed) metrics.ran(type, performance.now() - before);
  await finishRun(context, open);
}

/** Records the run as a whole once all it claimed is settled; at most once, however often it is asked. */
export async function finishRun(context: Context, dueRunAt: string): Promise<void> {
  await context.database.transaction(context.actor, async (tx) => {
    const [run] = await tx.query<{ run_id: string }>(
      `select run_id from leads.follow_up_run
       where due_run_at = $1 and claimed_at is not null and settled_at is null for update`,
      [dueRunAt],
    );
    if (run === undefined) return;
    const members = await tx.query<{
      type: FollowUpType;
      status: string;
      processed_at: Date | null;
    }>('select type, status, processed_at from leads.follow_up where due_run_at = $1', [dueRunAt]);
    if (members.some((member) => member.status === 'SENDING')) return;
    const settled = members.map(({ type, status }) => ({
      followUpType: type,
      success: status !== 'FAILED',
    }));
    await tx.query('update leads.follow_up_run set settled_at = $2 where due_run_at = $1', [
      dueRunAt,
      context.clock.now(),
    ]);
    const batch = batchRecord({ dueRunAt, settled }, NIL_UUID);
    if (batch === undefined) return;
    await append(tx, {
      aggregate: runAggregate,
      id: run.run_id,
      state: null,
      expectedVersion: 0,
      events: [batch],
      context,
      idempotencyKey: batch.data.idempotencyKey,
    });
  });
}

/** The nominal instant to claim under, if there is anything to do. */
function openRun(context: Context, now: string): Promise<string | undefined> {
  return context.database.transaction(context.actor, async (tx) => {
    const [last] = await tx.query<{ due_run_at: Date; claimed_at: Date | null }>(
      'select due_run_at, claimed_at from leads.follow_up_run order by due_run_at desc limit 1',
    );
    if (last !== undefined && last.claimed_at === null) return last.due_run_at.toISOString();
    const dueRunAt = missedRunAt(now, last?.due_run_at.toISOString() ?? null);
    if (dueRunAt === null) return undefined;
    await beginRun(tx, dueRunAt, context.newId());
    return dueRunAt;
  });
}

async function beginRun(tx: Transaction, dueRunAt: string, runId: string): Promise<void> {
  await tx.query(
    'insert into leads.follow_up_run (due_run_at, run_id) values ($1, $2) on conflict do nothing',
    [dueRunAt, runId],
  );
}

async function dueLeads(context: Context, dueRunAt: string, after: string): Promise<string[]> {
  const rows = await context.database.transaction(context.actor, (tx) =>
    tx.query<{ lead_id: string }>(
      `select distinct f.lead_id from leads.follow_up f join leads.lead l on l.id = f.lead_id
       where f.status = 'SCHEDULED' and f.due_at <= $1 and f.lead_id > $2
         and l.status in ('ACTIVE', 'QUALIFIED') and l.owner_id is not null
       order by f.lead_id limit ${PAGE_SIZE}`,
      [dueRunAt, after],
    ),
  );
  return rows.map((row) => row.lead_id);
}

/** Restricted people of these leads; whoever becomes one meanwhile is kept from the mail itself. */
function restrictedOf(context: Context, leadIds: readonly string[]): Promise<Set<string>> {
  return context.database.transaction(context.actor, async (tx) => {
    const rows = await tx.query<{ id: string }>(
      `select l.id from unnest($1::uuid[]) l (id)
       union select jsonb_object_keys(people)::uuid from leads.lead where id = any ($1)`,
      [leadIds],
    );
    return restrictedAmong(
      tx,
      rows.map(({ id }) => id),
    );
  });
}

/** Due and unclaimed, and on their way. */
export async function queueSizes(
  context: Context,
): Promise<{ pending: number; processing: number }> {
  const [row] = await context.database.transaction(context.actor, (tx) =>
    tx.query<{ pending: number; processing: number }>(
      `select count(*) filter (where status = 'SCHEDULED' and due_at <= $1)::int as pending,
         count(*) filter (where status = 'SENDING')::int as processing
       from leads.follow_up where status in ('SCHEDULED', 'SENDING')`,
      [context.clock.now()],
    ),
  );
  return row ?? { pending: 0, processing: 0 };
}
