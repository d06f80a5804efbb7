import type { Context } from '#kernel/events';
import { defineTimer } from '#kernel/timers';
import { reactOnLead } from './change.ts';
import { runFollowUps } from './follow-up-runs.ts';
import { runProtection } from './protection-engine.ts';

const PAGE_SIZE = 200;
const LEADS_PER_RUN_MAX = 50_000;

/** The one protection engine; a reminder is recorded at most this long after it is due. */
export const protection = defineTimer({
  name: 'leads.protection',
  everyMinutes: 15,
  run: protectLeads,
});

/** Looks every few minutes whether a run of 09:00 is missing, so that downtime is caught up. */
export const followUps = defineTimer({
  name: 'leads.follow-ups',
  everyMinutes: 5,
  run: runFollowUps,
});

export async function protectLeads(context: Context): Promise<void> {
  const now = context.clock.now();
  let after = { at: new Date(0), id: '00000000-0000-0000-0000-000000000000' };
  for (let seen = 0; seen < LEADS_PER_RUN_MAX; seen += PAGE_SIZE) {
    const page = await dueLeads(context, now, after);
    for (const { id } of page) {
      await reactOnLead(context, id, runProtection);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_SIZE) return;
    after = { at: last.next_protection_at, id: last.id };
  }
}

interface Due {
  id: string;
  next_protection_at: Date;
}

function dueLeads(context: Context, now: Date, after: { at: Date; id: string }): Promise<Due[]> {
  return context.database.transaction(context.actor, (tx) =>
    tx.query<Due>(
      `select id, next_protection_at from leads.lead
       where next_protection_at < $1 and (next_protection_at, id) > ($2, $3)
       order by next_protection_at, id limit ${PAGE_SIZE}`,
      [now, after.at, after.id],
    ),
  );
}
