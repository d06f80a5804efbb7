import type { Transaction } from '#kernel/database';
import { append, load, type Context } from '#kernel/events';
import type { DeliveryStatus } from './delivery-status.ts';
import { bounce, messageAggregate } from './message.ts';

/** Ids of deliveries older than that are forgotten: their signature has long been too old. */
const REMEMBERED_MS = 24 * 60 * 60_000;

export type Heard = 'RECORDED' | 'REPEATED' | 'NOT_OURS' | 'TOO_EARLY';

/**
 * Records once that a mail came back. One whose message is not settled yet has to be told again;
 * copies and messages that have ended change nothing.
 */
export async function recordBounce(
  contextIn: (territory?: string) => Context,
  deliveryId: string,
  status: DeliveryStatus,
): Promise<Heard> {
  const everywhere = contextIn();
  const [found] = await everywhere.database.transaction(
    everywhere.actor,
    (tx) =>
      tx.query<{ territory: string }>(
        `select territory from communication.outgoing
         where message_id = $1 and recipient_id = $2 and not is_copy`,
        [status.messageId, status.recipientId],
      ),
    { readOnly: true },
  );
  if (found === undefined) return 'NOT_OURS';
  const context = contextIn(found.territory);
  return context.database.transaction(context.actor, (tx) =>
    recordIn(tx, context, deliveryId, status),
  );
}

async function recordIn(
  tx: Transaction,
  context: Context,
  deliveryId: string,
  { messageId, kind }: DeliveryStatus,
): Promise<Heard> {
  const { state, version } = await load(tx, messageAggregate, messageId);
  if (state.status === 'QUEUED') return 'TOO_EARLY';
  if (!(await isNews(tx, deliveryId, context.clock.now()))) return 'REPEATED';
  if (state.status !== 'SENT') return 'NOT_OURS';
  await append(tx, {
    aggregate: messageAggregate,
    id: messageId,
    state,
    expectedVersion: version,
    events: [bounce(state, kind, context.clock.now().toISOString())],
    context,
  });
  return 'RECORDED';
}

async function isNews(tx: Transaction, id: string, now: Date): Promise<boolean> {
  await tx.query('delete from communication.webhook_delivery where at < $1', [
    new Date(now.getTime() - REMEMBERED_MS),
  ]);
  const rows = await tx.query(
    `insert into communication.webhook_delivery (id, at) values ($1, $2)
     on conflict do nothing returning 1`,
    [id, now],
  );
  return rows.length > 0;
}
