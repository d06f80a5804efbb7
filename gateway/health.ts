import { systemActor } from '#kernel/access';
import { isBridge } from '#kernel/events';
import { createHealth, type Health } from '#kernel/service';
import type { Runtime } from './runtime.ts';

/** Of a process with a database: what it holds, and what it works on. */
export function healthOf({ database, backbone, territories }: Runtime): Health {
  const health = createHealth();
  const actor = systemActor('health', territories);
  // A connection of its own: requests that take all of theirs say nothing about the database.
  const own = database.workers('health', 1);
  health.check('database', async () => {
    await own.transaction(actor, (tx) => tx.query('select 1'), { readOnly: true });
    return true;
  });
  health.check('lead-event-handler', async () => {
    const states = await backbone.lag();
    // A bridge that stands still holds up other machines, not this one.
    return states.every((state) => state.status !== 'FAILED' || isBridge(state));
  });
  health.check(
    'event-chain',
    async () => (await backbone.keeping.states()).every(({ fault }) => fault === undefined),
    { isReadiness: false },
  );
  return health;
}
