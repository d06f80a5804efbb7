import { NIL_UUID } from '#kernel/access';
import type { Context } from '#kernel/events';
import { defineTimer } from '#kernel/timers';
import { endBlock } from './bounce.ts';
import { plusDays } from './calendar.ts';
import { reactOnLead } from './change.ts';
import type { LeadEvent } from './events.ts';
import type { FollowUpMetrics } from './follow-up-metrics.ts';
import { queueSizes, runFollowUps } from './follow-up-runs.ts';
import type { Lead } from './lead.ts';
import { leadSettings } from './lead-settings.ts';
import { pseudonymize } from './outcome.ts';
import { flagPreClaim } from './pre-claim.ts';
import { runProtection } from './protection-engine.ts';
import type { Stamp } from './requirements.ts';

const PAGE_SIZE = 200;
const LEADS_PER_RUN_MAX = 50_000;
const { retentionExpiredDays: expiredDays } = leadSettings;

/** The one protection engine; a reminder is recorded at most this long after it is due. */
export const protection = defineTimer({
  name: 'leads.protection',
  everyMinutes: 15,
  run: (context) => onDueLeads(context, { column: 'next_protection_at' }, runProtection),
});

/** A Pre-Claim whose ten days are over is flagged once; the manager decides. */
export const preClaims = defineTimer({
  name: 'leads.pre-claims',
  everyMinutes: 60,
  run: (context) => onDueLeads(context, { column: 'pre_claim_until' }, flagPreClaim),
});

/** A block for some days ends with them. */
export const blocks = defineTimer({
  name: 'leads.blocks',
  everyMinutes: 15,
  run: (context) => onDueLeads(context, { column: 'blocked_until' }, endBlock),
});

/** Expired leads nobody took lose their people once the days of retention are over. */
export const retention = defineTimer({
  name: 'leads.retention',
  everyMinutes: 60,
  run: (context) =>
    onDueLeads(context, { column: 'forsaken_at', afterDays: expiredDays }, (lead, stamp) =>
      pseudonymize(lead, { expiredDays }, stamp),
    ),
});

/** Looks every few minutes whether a run of 09:00 is missing, so that downtime is caught up. */
export function followUpsWith(metrics: FollowUpMetrics) {
  return defineTimer({
    name: 'leads.follow-ups',
    everyMinutes: 5,
    async run(context) {
      await runFollowUps(context, metrics);
      metrics.queued(await queueSizes(context));
    },
  });
}

interface DueBy {
  readonly column: 'next_protection_at' | 'pre_claim_until' | 'forsaken_at' | 'blocked_until';
  /** Days after the moment in the column; default 0. */
  readonly afterDays?: number;
}
type Decide = (lead: Lead, stamp: Stamp) => readonly LeadEvent[];

/** Every lead whose moment has passed, oldest first, each in a transaction of its own. */
async function onDueLeads(context: Context, due: DueBy, decide: Decide): Promise<void> {
  const until = plusDays(context.clock.now().toISOString(), -(due.afterDays ?? 0));
  let after: Due = { due_at: new Date(0).toISOString(), id: NIL_UUID };
  for (let seen = 0; seen < LEADS_PER_RUN_MAX; seen += PAGE_SIZE) {
    const page = await dueLeads(context, due.column, { until, after });
    for (const { id } of page) await reactOnLead(context, id, decide);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_SIZE) return;
    after = last;
  }
}

interface Due {
  /** Text where the column is. */
  due_at: Date | string;
  id: string;
}

function dueLeads(
  context: Context,
  column: DueBy['column'],
  { until, after }: { until: string; after: Due },
): Promise<Due[]> {
  return context.database.transaction(context.actor, (tx) =>
    tx.query<Due>(
      `select id, ${column} as due_at from leads.lead
       where ${column} <= $1 and (${column}, id) > ($2, $3)
       order by ${column}, id limit ${PAGE_SIZE}`,
      [until, after.due_at, after.id],
    ),
  );
}
