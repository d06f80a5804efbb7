import type { Actor } from '#kernel/access';
import { Transient, type UnitOfWork } from '#kernel/database';
import { schemaOf } from './leases.ts';

const CLAIM_MS = 60_000;
/** Longer than a living process needs to take its number again after the database was away. */
const CLAIM_OF_DEAD_MS = 5_000;
const RESULT_BYTES_MAX = 16 * 1024;

/**
 * Something outside the database, once per consumer, fact and key: the claim is committed before the
 * call and its answer right after it, both apart from the consumer's own transaction. Between the two
 * a crash leaves the claim; whoever comes after its time, or finds the claimant dead, calls again with
 * the same key.
 *
 * @throws Transient while another process holds the claim
 */
export async function effectOnce<T>(
  workers: UnitOfWork,
  actor: Actor,
  {
    consumer,
    eventId,
    key,
    claimant,
  }: { consumer: string; eventId: string; key: string; claimant: number },
  call: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  const schema = schemaOf(consumer);
  const place = [consumer, eventId, key];
  const claimed = await workers.transaction(actor, async (tx) => {
    const won = await tx.query(
      `insert into ${schema}.inbox as i (consumer, event_id, key, state, claimant)
         values ($1, $2, $3, 'CLAIMED', $4)
       on conflict (consumer, event_id, key) do update
         set at = clock_timestamp(), claimant = excluded.claimant
         where i.state = 'CLAIMED' and (i.at < clock_timestamp() - $5 * interval '1 millisecond'
           or i.at < clock_timestamp() - $6 * interval '1 millisecond'
             and pg_try_advisory_xact_lock(i.claimant))
       returning 1`,
      [...place, claimant, CLAIM_MS, CLAIM_OF_DEAD_MS],
    );
    if (won.length > 0) return undefined;
    const [row] = await tx.query<{ state: string; result: T }>(
      `select state, result from ${schema}.inbox where consumer = $1 and event_id = $2 and key = $3`,
      place,
    );
    if (row?.state !== 'DONE') throw new Transient('The effect is being made elsewhere');
    return row;
  });
  if (claimed !== undefined) return claimed.result;
  let result: T;
  try {
    result = await call(key === '' ? eventId : `${eventId}:${key}`);
  } catch (error) {
    await workers.transaction(actor, (tx) =>
      tx.query(
        `delete from ${schema}.inbox
         where consumer = $1 and event_id = $2 and key = $3 and state = 'CLAIMED'`,
        place,
      ),
    );
    throw error;
  }
  const remembered = JSON.stringify(result ?? null);
  if (Buffer.byteLength(remembered) > RESULT_BYTES_MAX) {
    throw new RangeError('The answer of an effect may have 16 KiB at most');
  }
  await workers.transaction(actor, (tx) =>
    tx.query(
      `update ${schema}.inbox set state = 'DONE', result = $4, at = clock_timestamp()
       where consumer = $1 and event_id = $2 and key = $3`,
      [...place, remembered],
    ),
  );
  return result;
}
