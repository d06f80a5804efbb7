import type { Transaction } from '#kernel/database';
import type { FailureReason, MessageQueued, Recipient } from './events.ts';

/** One hand-over that is being made. */
export interface Outgoing {
  readonly messageId: string;
  readonly recipientId: string;
  readonly leadId: string;
  readonly kind: Recipient['kind'];
  readonly isCopy: boolean;
  /** This try included. */
  readonly attempts: number;
  /** Whose try it is; another claim ends this one. */
  readonly claim: string;
}

export const ATTEMPTS_MAX = 8;
export const BATCH_SIZE = 50;
/** A row SENDING whose heart stood still for so long may be claimed again. */
export const HEARTBEAT_MAX_MS = 5 * 60_000;

/** Wait after the n-th try: 20, 40, 80, 160, 320, then 600 seconds. */
export function waitSeconds(attempts: number): number {
  return Math.min(600, 2 ** Math.min(6, attempts) * 10);
}

/** One row per recipient, due at once. */
export async function prepareOutgoing(
  tx: Transaction,
  { messageId, leadId, territory, recipients }: MessageQueued['data'],
  now: Date,
): Promise<void> {
  await tx.query('select communication.lock_rights($1, false)', [leadId]);
  await tx.query(
    `insert into communication.outgoing (message_id, recipient_id, lead_id, kind, is_copy, next_at,
       territory, owner_id, collaborator_ids)
     select $1::uuid, (r ->> 'id')::uuid, $2::uuid, r ->> 'kind', coalesce((r ->> 'isCopy')::boolean, false),
       $3::timestamptz, coalesce(a.territory, $4), a.owner_id, coalesce(a.collaborator_ids, '{}')
     from jsonb_array_elements($5::jsonb) r
     left join communication.lead_access a on a.lead_id = $2::uuid
     on conflict (message_id, recipient_id) do nothing`,
    [messageId, leadId, now, territory, JSON.stringify(recipients)],
  );
}

export interface Claim {
  readonly id: string;
  readonly now: Date;
  readonly limit: number;
  /** Only this message's rows. */
  readonly messageId?: string;
}

/** Takes due rows, oldest first; rows another worker holds are passed over. */
export function claimOutgoing(
  tx: Transaction,
  { id, now, limit, messageId }: Claim,
): Promise<Outgoing[]> {
  return tx.query<Outgoing>(
    `update communication.outgoing o
     set status = 'SENDING', claim = $1, heartbeat_at = $2, attempts = attempts + 1
     from (select message_id, recipient_id from communication.outgoing
       where not is_final and ($5::uuid is null or message_id = $5)
         and ((status <> 'SENDING' and next_at <= $2) or (status = 'SENDING' and heartbeat_at < $3))
       order by next_at, message_id, recipient_id limit $4 for update skip locked) due
     where o.message_id = due.message_id and o.recipient_id = due.recipient_id
     returning o.message_id as "messageId", o.recipient_id as "recipientId", o.lead_id as "leadId",
       o.kind, o.is_copy as "isCopy", o.attempts, o.claim`,
    [id, now, new Date(now.getTime() - HEARTBEAT_MAX_MS), limit, messageId ?? null],
  );
}

/** Shows that the claim is alive; false when somebody else has taken the row over. */
export async function beat(tx: Transaction, row: Outgoing, now: Date): Promise<boolean> {
  const mine = await tx.query(
    `update communication.outgoing set heartbeat_at = $4
     where message_id = $1 and recipient_id = $2 and claim = $3 and status = 'SENDING' returning 1`,
    [row.messageId, row.recipientId, row.claim, now],
  );
  return mine.length > 0;
}

/** Gives rows back that were claimed but not tried. */
export async function releaseOutgoing(tx: Transaction, claim: string): Promise<void> {
  await tx.query(
    `update communication.outgoing set status = 'PENDING', claim = null, attempts = attempts - 1
     where claim = $1 and status = 'SENDING'`,
    [claim],
  );
}

export type Outcome =
  | { readonly is: 'SENT' }
  | { readonly is: 'FAILED'; readonly reason: FailureReason }
  /** Turned down or unreachable this time. */
  | { readonly is: 'AGAIN' };

/** Writes down how a try ended; false when the row was no longer this claim's. */
export async function recordOutcome(
  tx: Transaction,
  row: Outgoing,
  outcome: Outcome,
  now: Date,
): Promise<boolean> {
  const isExhausted = outcome.is === 'AGAIN' && row.attempts >= ATTEMPTS_MAX;
  const mine = await tx.query(
    `update communication.outgoing
     set status = $4, is_final = $5, reason = $6, next_at = $7, claim = null
     where message_id = $1 and recipient_id = $2 and claim = $3 returning 1`,
    [
      row.messageId,
      row.recipientId,
      row.claim,
      outcome.is === 'SENT' ? 'SENT' : 'FAILED',
      outcome.is !== 'AGAIN' || isExhausted,
      outcome.is === 'FAILED' ? outcome.reason : isExhausted ? 'UNREACHABLE' : null,
      new Date(now.getTime() + waitSeconds(row.attempts) * 1_000),
    ],
  );
  return mine.length > 0;
}

/** How the message ends, once every recipient that counts is settled; undefined before. */
export async function verdictOn(
  tx: Transaction,
  messageId: string,
): Promise<
  { isSent: true; isAddressRefused: boolean } | { isSent: false; reason: FailureReason } | undefined
> {
  // The locks make two hand-overs that end at one moment see each other.
  const rows = await tx.query<{ status: string; is_final: boolean; reason: FailureReason | null }>(
    `select status, is_final, reason from communication.outgoing
     where message_id = $1 and not is_copy order by recipient_id for update`,
    [messageId],
  );
  if (rows.length === 0 || rows.some((row) => !row.is_final)) return undefined;
  const refused = rows.find(({ reason }) => reason === 'ADDRESS_REFUSED');
  if (rows.some((row) => row.status === 'SENT')) {
    return { isSent: true, isAddressRefused: refused !== undefined };
  }
  return { isSent: false, reason: (refused ?? rows[0])?.reason ?? 'UNREACHABLE' };
}
