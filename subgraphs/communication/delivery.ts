import { append, defineReaction, load, open, type Context, type Reaction } from '#kernel/events';
import type { AnyEvent, ReactionContext, Recorded } from '#kernel/events';
import type { Transaction } from '#kernel/database';
import { defineTimer, type Timer } from '#kernel/timers';
import type { CommunicationEvent, FailureReason, MessageQueued } from './events.ts';
import { bounce, fail, messageAggregate, sent, type Message } from './message.ts';
import { MailRefused, type Mail, type Mailer } from './mailer.ts';
import {
  ATTEMPTS_MAX,
  BATCH_SIZE,
  beat,
  claimOutgoing,
  prepareOutgoing,
  recordOutcome,
  releaseOutgoing,
  verdictOn,
  type Outcome,
  type Outgoing,
} from './outgoing.ts';
import { addressesOf, hindrance } from './recipients.ts';
import { wordsFor, type Occasion, type Words } from './templates.ts';
import type { UnsubscribeLinks } from './unsubscribe.ts';

export interface DeliveryOptions {
  readonly mailer: Mailer;
  /** Adds the link to every mail that leaves the house. */
  readonly unsubscribe?: UnsubscribeLinks | undefined;
}

export interface Delivery {
  /** Hands a message over as soon as it is queued. */
  readonly reaction: Reaction;
  /** Tries again what failed or was left over. */
  readonly timer: Timer;
}

const BATCHES_MAX = 20;
/** Hand-overs a message makes at once; a longer list waits for the timer. */
const IMMEDIATE_MAX = 4;
/** After an outage new messages wait for the timer, so that nobody stands in line for a timeout. */
const OUTAGE_MS = 30_000;
const HAND_OVER_MAX_MS = 10_000;

/** What hands queued messages to the mailer, at once and again. */
export function createDelivery({ mailer, unsubscribe }: DeliveryOptions): Delivery {
  let closedUntilMs = 0;

  const onQueued = async (
    fact: Recorded<MessageQueued>,
    context: ReactionContext,
  ): Promise<void> => {
    const { actor, clock, database } = context;
    const now = clock.now();
    const isOpen = now.getTime() >= closedUntilMs;
    const id = context.newId();
    const rows = await database.transaction(actor, (tx) =>
      takeUp(tx, fact, { id, now, limit: isOpen ? IMMEDIATE_MAX : 0 }),
    );
    for (const row of rows) {
      const send = (mail: Mail) =>
        context.effect(row.recipientId, () => mailer.send(mail, context));
      if (await handOver(context, row, { send, unsubscribe })) continue;
      closedUntilMs = now.getTime() + OUTAGE_MS;
      await database.transaction(actor, (tx) => releaseOutgoing(tx, id));
      return;
    }
  };

  const run = async (context: Context): Promise<void> => {
    const { actor, clock, database } = context;
    const send = (mail: Mail) => mailer.send(mail, context);
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const id = context.newId();
      const rows = await database.transaction(actor, (tx) =>
        claimOutgoing(tx, { id, now: clock.now(), limit: BATCH_SIZE }),
      );
      if (rows.length === 0) return;
      for (const row of rows) {
        if (await handOver(context, row, { send, unsubscribe })) continue;
        await database.transaction(actor, (tx) => releaseOutgoing(tx, id));
        return;
      }
    }
  };

  return {
    reaction: defineReaction<CommunicationEvent>({
      name: 'communication.delivery',
      on: { 'communication.message.queued': onQueued },
    }),
    timer: defineTimer({ name: 'communication.deliver', everyMinutes: 1, run }),
  };
}

/** The work a queued message makes, and as much of it as is done at once. One that failed makes none. */
async function takeUp(
  tx: Transaction,
  { data }: Recorded<MessageQueued>,
  { id, now, limit }: { id: string; now: Date; limit: number },
): Promise<Outgoing[]> {
  const { messageId } = data;
  const waiting = await tx.query(
    `select from communication.message where id = $1 and status = 'QUEUED'`,
    [messageId],
  );
  if (waiting.length === 0) return [];
  await prepareOutgoing(tx, data, now);
  return limit === 0 ? [] : claimOutgoing(tx, { id, now, limit, messageId });
}

interface Way {
  readonly send: (mail: Mail) => Promise<unknown>;
  readonly unsubscribe: UnsubscribeLinks | undefined;
}

/** One try, from the check of the consent to the record of what became of it. False: the way is closed. */
async function handOver(context: Context, row: Outgoing, way: Way): Promise<boolean> {
  const { actor, clock, database, log } = context;
  const ready = await database.transaction(actor, (tx) =>
    prepareMail(tx, row, clock.now(), way.unsubscribe),
  );
  if (ready === undefined) return true;
  let outcome: Outcome = { is: 'SENT' };
  let isWayOpen = true;
  if ('mail' in ready) {
    try {
      await inTime(way.send(ready.mail));
    } catch (error) {
      isWayOpen = error instanceof MailRefused;
      outcome = error instanceof MailRefused ? refusal(error) : { is: 'AGAIN' };
      // What the other side said may quote the address; the name of the error does not.
      const { name } = error as Error;
      log.warn({ messageId: row.messageId, attempts: row.attempts, name }, 'mail not handed over');
    }
  } else {
    outcome = ready;
  }
  await database.transaction(actor, (tx) => settle(tx, context, row, outcome));
  return isWayOpen;
}

function refusal({ isFinal, isAddress }: MailRefused): Outcome {
  if (!isFinal) return { is: 'AGAIN' };
  return failed(isAddress ? 'ADDRESS_REFUSED' : 'REFUSED');
}

/** A hand-over that answers later than that is tried again; its key makes the second one harmless. */
async function inTime(sending: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The hand-over took too long')), HAND_OVER_MAX_MS);
  });
  try {
    await Promise.race([sending, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface StoredMessage {
  purpose: MessageQueued['data']['purpose'];
  status: string;
  template: Occasion['template'] | null;
  subject: unknown;
  text: unknown;
  written_fact_id: string | null;
  company_name: string | null;
  is_blocked: boolean | null;
}

const failed = (reason: FailureReason): Outcome & { is: 'FAILED' } => ({ is: 'FAILED', reason });

type Ready = { mail: Mail } | Extract<Outcome, { is: 'FAILED' | 'AGAIN' }>;

/** The mail as it may leave now; undefined when the try is no longer ours. A revoked consent wins here. */
async function prepareMail(
  tx: Transaction,
  row: Outgoing,
  now: Date,
  unsubscribe: UnsubscribeLinks | undefined,
): Promise<Ready | undefined> {
  if (!(await beat(tx, row, now))) return undefined;
  if (row.attempts > ATTEMPTS_MAX) return failed('UNREACHABLE');
  const [message] = await tx.query<StoredMessage>(
    `select m.purpose, m.status, m.template, m.subject, m.text, m.written_fact_id,
       a.company_name, a.is_blocked
     from communication.message m left join communication.lead_access a on a.lead_id = m.lead_id
     where m.id = $1`,
    [row.messageId],
  );
  if (message === undefined || (message.status !== 'QUEUED' && !row.isCopy)) {
    return failed('UNREACHABLE');
  }
  const [address] = await addressesOf(tx, [{ id: row.recipientId, kind: row.kind }]);
  if (address === undefined || address.email === null) {
    // A colleague's address may still be on its way from another context.
    return row.kind === 'COLLEAGUE' ? { is: 'AGAIN' } : failed('NO_ADDRESS');
  }
  const reason = hindrance(address, message.is_blocked ?? false);
  if (reason !== undefined) return failed(reason);
  const words = await wordsOf(tx, message);
  if (words === null) return failed('NO_ADDRESS');
  const key = `${row.messageId}.${row.recipientId}`;
  const unsubscribeUrl =
    row.kind === 'COLLEAGUE' ? undefined : unsubscribe?.linkFor(row.recipientId);
  const text =
    unsubscribeUrl === undefined
      ? words.text
      : `${words.text}\n\nKeine weiteren E-Mails von uns: ${unsubscribeUrl}`;
  return { mail: { key, to: address.email, subject: words.subject, text, unsubscribeUrl } };
}

/** Subject and text; null once the person they were written to was erased. */
export async function wordsOf(
  tx: Transaction,
  message: Pick<
    StoredMessage,
    'purpose' | 'template' | 'subject' | 'text' | 'written_fact_id' | 'company_name'
  >,
): Promise<Words | null> {
  const { purpose, template, subject, text, written_fact_id: id } = message;
  if (purpose !== 'MANUAL') {
    return wordsFor({ purpose, template: template ?? {}, companyName: message.company_name });
  }
  const sealed = { id, data: { subject, text } } as unknown as Recorded<AnyEvent>;
  const { data } = await open(tx, sealed);
  const words = data as { subject: string | null; text: string | null };
  return words.subject === null || words.text === null ? null : (words as Words);
}

async function settle(
  tx: Transaction,
  context: Context,
  row: Outgoing,
  outcome: Outcome,
): Promise<void> {
  const now = context.clock.now();
  if (!(await recordOutcome(tx, row, outcome, now))) return;
  const verdict = await verdictOn(tx, row.messageId);
  if (verdict === undefined) return;
  const { state, version } = await load(tx, messageAggregate, row.messageId);
  if (state.status !== 'QUEUED') return;
  const at = now.toISOString();
  const events = verdict.isSent
    ? leftTheHouse(state, verdict, at)
    : [fail(state, verdict.reason, at)];
  const id = row.messageId;
  const request = { aggregate: messageAggregate, id, state, expectedVersion: version, context };
  await append(tx, { ...request, events });
}

/** What reached one recipient and not the address of another has been sent and came back. */
function leftTheHouse(
  message: Message,
  { isAddressRefused }: { isAddressRefused: boolean },
  at: string,
): CommunicationEvent[] {
  const event = sent(message, at);
  if (!isAddressRefused) return [event];
  return [event, bounce({ ...message, status: 'SENT' }, 'HARD', at)];
}
