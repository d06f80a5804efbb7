import type { Transaction } from '#kernel/database';
import { append, type Aggregate, type Context } from '#kernel/events';
import { communicationEvents, type CommunicationEvent, type Unsubscribed } from './events.ts';

/** Of the text beside the button under which a consent is revoked; raised with every change of it. */
export const WORDING = '2025-1';

interface RecipientState {
  readonly territory: string;
}

const recipientAggregate: Aggregate<RecipientState, CommunicationEvent> = {
  type: 'recipient',
  events: communicationEvents,
  initial: { territory: '' },
  evolve: (state) => state,
  territoryOf: ({ territory }) => territory,
  ownerOf: () => null,
  snapshotEvery: 0,
};

/** Whom a link was made for, as long as he can be reached at all. */
export interface Subscriber {
  readonly recipientId: string;
  readonly leadId: string;
  readonly territory: string;
}

/** Undefined once nothing is known any more that could be revoked. */
export async function subscriberOf(
  { actor, database }: Context,
  recipientId: string,
): Promise<Subscriber | undefined> {
  const [row] = await database.transaction(
    actor,
    (tx) =>
      tx.query<Subscriber>(
        `select id as "recipientId", lead_id as "leadId", territory from communication.recipient
         where id = $1 and email is not null`,
        [recipientId],
      ),
    { readOnly: true },
  );
  return row;
}

/**
 * Ends a consent at once for everything that has not left the house yet; leads are told and record it
 * for good. Revoking what is revoked changes nothing.
 */
export async function revokeConsent(
  context: Context,
  { recipientId, leadId, territory }: Subscriber,
  origin: Unsubscribed['data']['origin'],
): Promise<void> {
  const now = context.clock.now();
  await context.database.transaction(context.actor, async (tx) => {
    const revoked = await tx.query(
      `update communication.recipient set email_consent = false
       where id = $1 and email_consent returning 1`,
      [recipientId],
    );
    if (revoked.length === 0) return;
    await tx.query(
      `insert into communication.revocation (recipient_id, at) values ($1, $2)
       on conflict (recipient_id) do update set at = excluded.at`,
      [recipientId, now],
    );
    await append(tx, {
      aggregate: recipientAggregate,
      id: recipientId,
      state: { territory },
      expectedVersion: null,
      events: [
        {
          type: 'communication.recipient.unsubscribed',
          data: { recipientId, leadId, origin, wording: WORDING, at: now.toISOString() },
        },
      ],
      context,
    });
  });
}

/** Leads know of the revocation; what they say from now on is the truth. */
export async function acknowledgeRevocation(
  tx: Transaction,
  recipientId: string,
  at: string,
): Promise<void> {
  await tx.query('delete from communication.revocation where recipient_id = $1 and at <= $2', [
    recipientId,
    at,
  ]);
}
