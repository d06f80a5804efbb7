import type { Transaction } from '#kernel/database';
import { openSecret, sealSecret, type Sealed } from '#kernel/events';
import { newSecret } from './signature.ts';

/** For so long the former secret signs beside the new one. */
const OVERLAP_MS = 24 * 3_600_000;

/** When a secret ends that is replaced now. */
export const formerUntil = (now: Date): Date => new Date(now.getTime() + OVERLAP_MS);

const placeOf = (secretId: string): string => `partners.secret|${secretId}`;

interface Making {
  readonly id: string;
  readonly webhookId: string;
  readonly now: Date;
}

/** Makes the one in use. Those before it sign until the overlap is over, the ones before these no more. */
export async function makeSecret(tx: Transaction, { id, webhookId, now }: Making): Promise<void> {
  await tx.query('delete from partners.secret where webhook_id = $1 and valid_until is not null', [
    webhookId,
  ]);
  await tx.query('update partners.secret set valid_until = $2 where webhook_id = $1', [
    webhookId,
    formerUntil(now),
  ]);
  const sealed = await sealSecret(tx, webhookId, placeOf(id), newSecret());
  await tx.query(
    'insert into partners.secret (id, webhook_id, sealed, made_at) values ($1, $2, $3, $4)',
    [id, webhookId, JSON.stringify(sealed), now],
  );
}

/** In clear, for whoever has just made it; null once it is no longer the one in use. */
export async function secretById(tx: Transaction, id: string): Promise<string | null> {
  const [row] = await tx.query<{ sealed: Sealed }>(
    'select sealed from partners.secret where id = $1 and valid_until is null',
    [id],
  );
  return row === undefined ? null : openSecret(tx, row.sealed, placeOf(id));
}

/** All that sign at this moment, the one in use first. */
export async function secretsOf(tx: Transaction, webhookId: string, now: Date): Promise<string[]> {
  const rows = await tx.query<{ id: string; sealed: Sealed }>(
    `select id, sealed from partners.secret
     where webhook_id = $1 and (valid_until is null or valid_until > $2)
     order by valid_until desc nulls first`,
    [webhookId, now],
  );
  return Promise.all(rows.map(({ id, sealed }) => openSecret(tx, sealed, placeOf(id))));
}
