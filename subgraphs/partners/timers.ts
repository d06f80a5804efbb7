import type { Context } from '#kernel/events';
import { defineTimer } from '#kernel/timers';
import { GIVE_UP_MS } from './deliveries.ts';

/** How long it can be seen what was delivered. */
export const KEPT_MS = 30 * 86_400_000;
const ROWS_PER_RUN_MAX = 10_000;

/** Gives up what nobody took for three days, forgets deliveries after thirty, and secrets that sign no more. */
export const cleanupTimer = defineTimer({
  name: 'partners.cleanup',
  everyMinutes: 60,
  run: cleanUp,
});

async function cleanUp({ actor, clock, database }: Context): Promise<void> {
  const now = clock.now();
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  await database.transaction(actor, async (tx) => {
    await tx.query(
      `update partners.delivery set status = 'FAILED', is_final = true, failure = 'TOO_OLD',
         claim = null, settled_at = $2
       where id in (select id from partners.delivery where not is_final and created_at < $1
         order by created_at limit $3)`,
      [before(GIVE_UP_MS), now, ROWS_PER_RUN_MAX],
    );
    await tx.query(
      `delete from partners.delivery where id in (select id from partners.delivery
         where is_final and created_at < $1 order by created_at limit $2)`,
      [before(KEPT_MS), ROWS_PER_RUN_MAX],
    );
    await tx.query('delete from partners.secret where valid_until < $1', [now]);
  });
}
