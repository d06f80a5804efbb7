import { AccessDenied, Refusal, notFound, requireScope } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { append, requireNotErased, type Context } from '#kernel/events';
import { once } from '#kernel/graphql';
import type { Recipient } from './events.ts';
import { mayAssist, type LeadRights } from './lead-access.ts';
import { messageAggregate, queue, write, type Order } from './message.ts';
import { addressesOf, hindrance } from './recipients.ts';

export interface Letter {
  leadId: string;
  /** Absent for the lead's own address. */
  contactId?: string | null | undefined;
  subject: string;
  text: string;
  idempotencyKey?: string | null | undefined;
}

/** Queues a message a person wrote. It leaves the house only if the consent still stands then. */
export async function sendMessage(context: Context, input: Letter): Promise<{ messageId: string }> {
  const { actor, clock, database } = context;
  requireScope(actor, 'messages:write');
  const mutation = {
    module: 'communication',
    operation: 'messageSend',
    key: input.idempotencyKey,
    input,
    clock,
  };
  return database.transaction(actor, (tx) =>
    once(tx, mutation, () => queueLetter(tx, context, input)),
  );
}

async function queueLetter(
  tx: Transaction,
  context: Context,
  { leadId, contactId, subject, text }: Letter,
): Promise<{ messageId: string }> {
  const lead = await assistedLead(tx, leadId);
  const recipient: Recipient = contactId
    ? { id: contactId, kind: 'CONTACT' }
    : { id: leadId, kind: 'LEAD' };
  await requireNotErased(tx, recipient.id);
  await requireReachable(tx, leadId, recipient, lead.isBlocked);
  const messageId = context.newId();
  const { territory } = lead;
  const order: Order = { messageId, purpose: 'MANUAL', leadId, territory, recipients: [recipient] };
  await append(tx, {
    aggregate: messageAggregate,
    id: messageId,
    state: messageAggregate.initial,
    expectedVersion: 0,
    events: [
      queue(order, context.clock.now().toISOString()),
      write({ messageId, recipientId: recipient.id }, { subject, text }),
    ],
    context,
    audit: { action: 'messageSend', after: { leadId, ...(contactId ? { contactId } : {}) } },
  });
  return { messageId };
}

interface KnownLead extends LeadRights {
  readonly territory: Order['territory'];
  readonly isBlocked: boolean;
}

/** The lead, if the actor may write to it. What he may not read does not exist. */
async function assistedLead(tx: Transaction, leadId: string): Promise<KnownLead> {
  const [lead] = await tx.query<KnownLead>(
    `select territory, owner_id as "ownerId", collaborators, is_blocked as "isBlocked"
     from communication.lead_access where lead_id = $1 and status <> 'DELETED'`,
    [leadId],
  );
  if (lead === undefined) throw notFound();
  if (!mayAssist(lead, tx.actor)) throw new AccessDenied();
  return lead;
}

const refusals = {
  BLOCKED: ['CONTACT_BLOCKED', 'Dieser Kontakt ist gesperrt.'],
  NO_ADDRESS: ['ADDRESS_MISSING', 'Es ist keine E-Mail-Adresse hinterlegt.'],
  NO_CONSENT: ['CONSENT_MISSING', 'Die Einwilligung für E-Mails fehlt.'],
} as const;

async function requireReachable(
  tx: Transaction,
  leadId: string,
  recipient: Recipient,
  isBlocked: boolean,
): Promise<void> {
  const known = await tx.query(
    'select from communication.recipient where id = $1 and lead_id = $2',
    [recipient.id, leadId],
  );
  if (known.length === 0) throw notFound();
  const [address] = await addressesOf(tx, [recipient]);
  if (address?.isRestricted === true) {
    const message = 'Die Verarbeitung der Daten dieser Person ist eingeschränkt (Art. 18 DSGVO).';
    throw new Refusal('PROCESSING_RESTRICTED', message);
  }
  const reason = address === undefined ? 'NO_ADDRESS' : hindrance(address, isBlocked);
  if (reason === undefined) return;
  const [code, message] = refusals[reason as keyof typeof refusals];
  throw new Refusal(code, message, recipient.kind === 'CONTACT' ? 'contactId' : 'leadId');
}
