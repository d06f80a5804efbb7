/** The queue of what is to be sent: one row per fact and receiver. */
import type { Transaction } from '#kernel/database';
import type { WebhookTopic } from './events.ts';
import type { SendFailure } from './sender.ts';

export const ATTEMPTS_MAX = 10;
/** After so many failures in a row a receiver is left alone for a while. */
export const FAILURES_MAX = 5;
/** What a receiver may have waiting; more is set down as failed at once, and can be sent again. */
export const WAITING_MAX = 10_000;
/** What was not delivered until then is given up, whatever kept it waiting. */
export const GIVE_UP_MS = 3 * 86_400_000;
/** Longer than any call takes: a row SENDING for so long was somebody's who is gone. */
const CLAIM_MS = 60_000;

const FIRST_WAIT_MS = 10_000;
const WAIT_MAX_MS = 6 * 3_600_000;
const FIRST_REST_MS = 30_000;
const REST_MAX_MS = 10 * 60_000;

/** Wait after the n-th try: 10 s, then four times as long each, 6 h at most; a fifth more or less. */
export function waitMs(attempts: number, random: number): number {
  const waited = Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 4 ** (attempts - 1));
  return Math.round(waited * (0.8 + 0.4 * random));
}

/** Rest of a receiver after so many failures in a row: none, then 30 s, doubled up to 10 min. */
export function restMs(failures: number): number {
  if (failures < FAILURES_MAX) return 0;
  return Math.min(REST_MAX_MS, FIRST_REST_MS * 2 ** (failures - FAILURES_MAX));
}

export type DeliveryFailure = SendFailure | 'GONE' | 'RESTRICTED' | 'TOO_OLD' | 'QUEUE_FULL';

/** A fact on its way out. */
export interface Told {
  readonly eventId: string;
  readonly leadId: string;
  readonly topic: WebhookTopic;
  readonly type: string;
  readonly body: string;
  /** Of the fact: who registered later is not told. */
  readonly at: Date;
}

/** One row per receiver of the firm that wants to know. Answers how many there are. */
export async function enqueue(
  tx: Transaction,
  partnerOrgId: string,
  { eventId, leadId, topic, type, body, at }: Told,
  now: Date,
): Promise<number> {
  const rows = await tx.query(
    `insert into partners.delivery (id, webhook_id, event_id, lead_id, type, body, next_at, created_at,
       status, is_final, failure, settled_at)
     select gen_random_uuid(), w.id, $2, $3, $5, $6, $8, $8,
       case when q.is_full then 'FAILED' else 'PENDING' end, q.is_full,
       case when q.is_full then 'QUEUE_FULL' end, case when q.is_full then $8::timestamptz end
     from partners.webhook w cross join lateral (
       select count(*) >= $9 as is_full from (
         select from partners.delivery d where d.webhook_id = w.id and not d.is_final limit $9) waiting) q
     where w.partner_org_id = $1 and w.status in ('ACTIVE', 'PAUSED') and $4 = any (w.topics)
       and w.registered_at <= $7
       and not exists (select from partners.restriction r where r.subject_id = $3)
     on conflict (webhook_id, event_id) do nothing returning 1`,
    [partnerOrgId, eventId, leadId, topic, type, body, at, now, WAITING_MAX],
  );
  return rows.length;
}

export interface TestDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly body: string;
  readonly now: Date;
}

/** A delivery about nothing, so that a firm can see whether it arrives. */
export async function enqueueTest(
  tx: Transaction,
  { id, webhookId, body, now }: TestDelivery,
): Promise<void> {
  await tx.query(
    `insert into partners.delivery (id, webhook_id, event_id, type, body, next_at, created_at)
     values ($1, $2, $1, 'webhook.test', $3, $4, $4)`,
    [id, webhookId, body, now],
  );
}

/** A call that is being made. */
export interface Claimed {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly leadId: string | null;
  readonly body: string;
  readonly url: string;
  /** This try included. */
  readonly attempts: number;
  readonly claim: string;
}

export interface Claim {
  readonly id: string;
  readonly now: Date;
  /** Receivers that are being called already. */
  readonly busy: readonly string[];
}

/** The oldest due row of each receiver that nobody calls at the moment and that is not at rest. */
export function claimDue(tx: Transaction, { id, now, busy }: Claim): Promise<Claimed[]> {
  return tx.query<Claimed>(
    `with due as materialized (
       select q.id, w.url from partners.webhook w
       left join partners.line l on l.webhook_id = w.id
       cross join lateral (
         select d.id from partners.delivery d
         where d.webhook_id = w.id and not d.is_final
           and ((d.status = 'PENDING' and d.next_at <= $2)
             or (d.status = 'SENDING' and d.claimed_at < $3))
         order by d.next_at, d.id limit 1 for update skip locked) q
       where w.status = 'ACTIVE' and w.id <> all ($4::uuid[])
         and (l.closed_until is null or l.closed_until <= $2))
     update partners.delivery d
     set status = 'SENDING', claim = $1, claimed_at = $2, attempts = d.attempts + 1
     from due where d.id = due.id
     returning d.id, d.webhook_id as "webhookId", d.event_id as "eventId", d.lead_id as "leadId",
       d.body, due.url, d.attempts, d.claim`,
    [id, now, new Date(now.getTime() - CLAIM_MS), busy],
  );
}

export type Outcome =
  | { readonly is: 'DELIVERED'; readonly status: number }
  | {
      readonly is: 'FAILED';
      readonly failure: DeliveryFailure;
      readonly status?: number | undefined;
    }
  | {
      readonly is: 'AGAIN';
      readonly failure: DeliveryFailure;
      readonly status?: number | undefined;
      readonly waitMs: number;
    };

/** Writes down how a try ended; false when the row was no longer this claim's. */
export async function recordOutcome(
  tx: Transaction,
  row: Claimed,
  outcome: Outcome,
  now: Date,
): Promise<boolean> {
  const isFinal = outcome.is !== 'AGAIN' || row.attempts >= ATTEMPTS_MAX;
  const status = outcome.is === 'DELIVERED' ? 'DELIVERED' : isFinal ? 'FAILED' : 'PENDING';
  const wait = outcome.is === 'AGAIN' ? outcome.waitMs : 0;
  const mine = await tx.query(
    `update partners.delivery
     set status = $3, is_final = $4, failure = $5, http_status = $6, next_at = $7, claim = null,
       settled_at = case when $4 then $8::timestamptz end
     where id = $1 and claim = $2 returning 1`,
    [
      row.id,
      row.claim,
      status,
      isFinal,
      outcome.is === 'DELIVERED' ? null : outcome.failure,
      outcome.status ?? null,
      new Date(now.getTime() + wait),
      now,
    ],
  );
  return mine.length > 0;
}

/** Counts against the receiver, or forgets what counted. */
export async function recordLine(
  tx: Transaction,
  webhookId: string,
  isUp: boolean,
  now: Date,
): Promise<void> {
  if (isUp) {
    await tx.query('delete from partners.line where webhook_id = $1', [webhookId]);
    return;
  }
  const [row] = await tx.query<{ failures: number }>(
    `insert into partners.line as l (webhook_id, failures) values ($1, 1)
     on conflict (webhook_id) do update set failures = l.failures + 1 returning failures`,
    [webhookId],
  );
  const rest = restMs(row?.failures ?? 0);
  if (rest === 0) return;
  await tx.query('update partners.line set closed_until = $2 where webhook_id = $1', [
    webhookId,
    new Date(now.getTime() + rest),
  ]);
}

/** Gives a row back as if it had not been tried. */
export async function release(tx: Transaction, { id, claim }: Claimed): Promise<void> {
  await tx.query(
    `update partners.delivery set status = 'PENDING', claim = null, attempts = attempts - 1
     where id = $1 and claim = $2`,
    [id, claim],
  );
}

/** Ends all that still waits for a receiver. */
export async function giveUpAll(
  tx: Transaction,
  webhookId: string,
  failure: DeliveryFailure,
  now: Date,
): Promise<void> {
  await tx.query(
    `update partners.delivery
     set status = 'FAILED', is_final = true, failure = $2, claim = null, settled_at = $3
     where webhook_id = $1 and not is_final`,
    [webhookId, failure, now],
  );
}
