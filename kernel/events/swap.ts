import type { Transaction } from '#kernel/database';
import { PAGE_SIZE, applyRows, checkpointOf, readLeg, type Filling } from './filling.ts';
import { lockGeneration, type Leg } from './generation.ts';
import { schemaOf } from './leases.ts';
import type { LogRow } from './log.ts';
import { backoffMs, isPassing } from './retry.ts';
import { EVENT_COLUMNS } from './recorded.ts';

export interface SwapOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onApplied: (events: number) => void;
  readonly catchUp: () => Promise<void>;
}

/** Nobody waits longer for a swap, and it lets go before a server looks for deadlocks. */
const LOCK_TIMEOUT_MS = 250;
/** Once the locks are held: whoever waits for them gives up after a second. */
const HOLD_MAX_MS = 500;
const TRIES_MAX = 300;
const MEASURE_TIMEOUT_MS = 10 * 60_000;

/** There was more to do than others may be held back for. */
class FellBehind extends Error {}

/**
 * Puts the filled tables in place. One transaction locks both generations, applies what is left and
 * swaps; when the locks are not to be had at once it lets go, catches up and tries again.
 *
 * @throws Transient when the tables were never free for a moment
 */
export async function swapGeneration(filling: Filling, options: SwapOptions): Promise<void> {
  const { workers, actor, group } = filling;
  await workers.transaction(
    actor,
    (tx) => tx.query(`select ${group.schema}.measure_generation($1)`, [namesOf(filling)]),
    { statementTimeoutMs: MEASURE_TIMEOUT_MS, transactionTimeoutMs: MEASURE_TIMEOUT_MS },
  );
  for (let tries = 1; ; tries += 1) {
    options.signal?.throwIfAborted();
    try {
      const events = await workers.transaction(actor, (tx) => swap(tx, filling));
      options.onApplied(events);
      return;
    } catch (error) {
      const isWorthwhile = error instanceof FellBehind || isPassing(error);
      if (!isWorthwhile || tries >= TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, backoffMs(Math.min(tries, 3))));
      await options.catchUp();
    }
  }
}

async function swap(tx: Transaction, filling: Filling): Promise<number> {
  const { group, legs, epoch, positions } = filling;
  const { schema, tables } = group;
  const reached = new Map(positions);
  await tx.query(`select set_config('lock_timeout', $1, true)`, [String(LOCK_TIMEOUT_MS)]);
  await lockGeneration(tx, group, epoch);
  await tx.query(
    `select from ${schema}.consumer where name = any ($1) order by name, source, shard for update`,
    [namesOf(filling)],
  );
  let events = await drain(tx, filling, legs, reached);
  await settle(tx, filling);
  // Whoever wrote the tables has committed then; whoever comes next finds the new ones under their names.
  const locked =
    tables.length === 0
      ? undefined
      : tx.query(`lock table ${tables.join(', ')} in access exclusive mode`);
  const written = legs.filter(({ projection }) => projection.inline === true);
  if (written.length > 0) {
    await locked;
    const heldSince = performance.now();
    events += await drain(tx, filling, written, reached);
    for (const leg of written) {
      const rows = await readUnlogged(tx, leg, reached.get(leg.key) ?? 0);
      if (rows.length > PAGE_SIZE) throw new FellBehind();
      events += await applyRows(filling, tx, leg, rows);
    }
    if (performance.now() - heldSince > HOLD_MAX_MS) throw new FellBehind();
  }
  // Sent together: while the lock is held every round trip counts.
  await Promise.all([locked, tx.query(`select ${schema}.swap_generation($1)`, [namesOf(filling)])]);
  return events;
}

/** The books of a rebuild that is done; what could not be handled before has been now. */
async function settle(tx: Transaction, filling: Filling): Promise<void> {
  const { schema, name } = filling.group;
  const names = [namesOf(filling)];
  await Promise.all([
    tx.query(
      `update ${schema}.consumer set generation = generation + 1 where name = any ($1)`,
      names,
    ),
    tx.query(
      `delete from ${schema}.dead_letter
       where consumer = any ($1) and status in ('PARKED', 'RETRYING')`,
      names,
    ),
    tx.query(`delete from ${schema}.parked where consumer = any ($1)`, names),
    tx.query(`delete from ${schema}.generation where name = $1`, [name]),
  ]);
}

/** What the log has got since the last page. @throws FellBehind */
async function drain(
  tx: Transaction,
  filling: Filling,
  legs: readonly Leg[],
  reached: Map<string, number>,
): Promise<number> {
  let events = 0;
  for (const leg of legs) {
    const checkpoint = await checkpointOf(tx, leg, schemaOf(leg.projection.name));
    const rows = await readLeg(tx, leg, reached.get(leg.key) ?? 0, checkpoint.some);
    if (rows.length >= PAGE_SIZE) throw new FellBehind();
    const handled = rows.filter((row) => checkpoint.has(row));
    events += await applyRows(filling, tx, leg, handled);
    const last = rows.at(-1);
    if (last !== undefined) reached.set(leg.key, last.position);
  }
  return events;
}

/**
 * Committed facts behind a position that have none yet, in the order of the store: not seen by the
 * snapshot under which the batch that ends there was logged.
 */
async function readUnlogged(
  tx: Transaction,
  { catalog }: Leg,
  position: number,
): Promise<LogRow[]> {
  const { module } = catalog;
  return tx.query(
    `with batch as (
       select first_position, snap from ${module}.log where first_position <= $1
       order by first_position desc limit 1
     ), control as (select floor_seq, rebased_position from ${module}.log_control)
     select ${EVENT_COLUMNS}, e.seq as position from ${module}.event e
     where e.seq >= (select coalesce(max(floor_seq), 0) from control)
       and not coalesce((select pg_visible_in_snapshot(e.xid, batch.snap) from batch, control
         where batch.first_position > control.rebased_position), false)
     order by e.seq limit $2`,
    [position, PAGE_SIZE + 1],
  );
}

function namesOf({ group }: Filling): string[] {
  return group.members.map((member) => member.name);
}
