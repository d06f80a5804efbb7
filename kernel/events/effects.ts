import { setTimeout as wait } from 'node:timers/promises';
import type { Actor } from '#kernel/access';
import { Transient, type Transaction, type UnitOfWork } from '#kernel/database';
import { schemaOf } from './leases.ts';
import { backoffMs, isPassing } from './retry.ts';

const CLAIM_MS = 60_000;
/** Longer than a living process needs to take its number again after the database was away. */
const CLAIM_OF_DEAD_MS = 5_000;
const RESULT_BYTES_MAX = 16 * 1024;

/** Effects this process is at, and since when; a claim of its own for another one is left over. */
const underWay = new Map<string, number>();

const elsewhere = (): Transient => new Transient('The effect is being made elsewhere');

/** Where an effect is written down, and by which process. */
interface Place {
  readonly consumer: string;
  readonly eventId: string;
  readonly key: string;
  readonly claimant: number;
}

/**
 * Something outside the database, once per consumer, fact and key: the claim is committed before the
 * call and its answer right after it, both apart from the consumer's own transaction. Between the two
 * a crash leaves the claim; whoever comes after its time, finds the claimant dead, or has made the claim
 * without hearing of it, calls again with the same key.
 *
 * @throws Transient while another process holds the claim
 */
export async function effectOnce<T>(
  workers: UnitOfWork,
  actor: Actor,
  place: Place,
  call: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  const name = Object.values(place).join();
  const now = performance.now();
  if (now - (underWay.get(name) ?? -Infinity) < CLAIM_MS) throw elsewhere();
  underWay.set(name, now);
  try {
    return await claimAndCall(workers, actor, place, call);
  } finally {
    if (underWay.get(name) === now) underWay.delete(name);
  }
}

async function claimAndCall<T>(
  workers: UnitOfWork,
  actor: Actor,
  place: Place,
  call: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  const { eventId, key } = place;
  const done = await workers.transaction(actor, (tx) => claim(tx, place));
  if (done !== undefined) return done.result as T;
  let result: T;
  try {
    result = await call(key === '' ? eventId : `${eventId}:${key}`);
  } catch (error) {
    await insist(() => workers.transaction(actor, (tx) => giveBack(tx, place)));
    throw error;
  }
  await insist(() => workers.transaction(actor, (tx) => remember(tx, place, result)));
  return result;
}

/** A database that is away keeps others waiting for the claim of a process that lives. */
async function insist(write: () => Promise<void>): Promise<void> {
  const end = performance.now() + CLAIM_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (!isPassing(error) || performance.now() > end) throw error;
      await wait(backoffMs(tries));
    }
  }
}

/** Undefined when the effect is to be made now. @throws Transient when somebody else is at it */
async function claim(
  tx: Transaction,
  { consumer, eventId, key, claimant }: Place,
): Promise<{ result: unknown } | undefined> {
  const inbox = `${schemaOf(consumer)}.inbox`;
  const won = await tx.query(
    `insert into ${inbox} as i (consumer, event_id, key, state, claimant)
       values ($1, $2, $3, 'CLAIMED', $4)
     on conflict (consumer, event_id, key) do update
       set at = clock_timestamp(), claimant = excluded.claimant
       where i.state = 'CLAIMED' and (i.claimant = excluded.claimant
         or i.at < clock_timestamp() - $5 * interval '1 millisecond'
         or i.at < clock_timestamp() - $6 * interval '1 millisecond'
           and pg_try_advisory_xact_lock_shared(i.claimant))
     returning 1`,
    [consumer, eventId, key, claimant, CLAIM_MS, CLAIM_OF_DEAD_MS],
  );
  if (won.length > 0) return undefined;
  const [row] = await tx.query<{ state: string; result: unknown }>(
    `select state, result from ${inbox} where consumer = $1 and event_id = $2 and key = $3`,
    [consumer, eventId, key],
  );
  if (row?.state !== 'DONE') throw elsewhere();
  return row;
}

async function giveBack(tx: Transaction, { consumer, eventId, key }: Place): Promise<void> {
  await tx.query(
    `delete from ${schemaOf(consumer)}.inbox
     where consumer = $1 and event_id = $2 and key = $3 and state = 'CLAIMED'`,
    [consumer, eventId, key],
  );
}

/** @throws RangeError for an answer that is too long to be kept */
async function remember(
  tx: Transaction,
  { consumer, eventId, key }: Place,
  result: unknown,
): Promise<void> {
  const text = JSON.stringify(result ?? null);
  if (Buffer.byteLength(text) > RESULT_BYTES_MAX) {
    throw new RangeError('The answer of an effect may have 16 KiB at most');
  }
  await tx.query(
    `update ${schemaOf(consumer)}.inbox set state = 'DONE', result = $4, at = clock_timestamp()
     where consumer = $1 and event_id = $2 and key = $3`,
    [consumer, eventId, key, text],
  );
}
