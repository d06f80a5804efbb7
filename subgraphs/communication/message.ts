import { Refusal } from '#kernel/access';
import type { Aggregate } from '#kernel/events';
import {
  communicationEvents,
  type CommunicationEvent,
  type FailureReason,
  type MessageBounced,
  type MessageFailed,
  type MessagePurpose,
  type MessageQueued,
  type MessageSent,
  type MessageWritten,
  type Recipient,
} from './events.ts';

export type MessageStatus = 'QUEUED' | 'SENT' | 'FAILED' | 'BOUNCED' | 'RECEIVED';

/** One message, as decisions about it need to know it; JSON throughout. */
export interface Message {
  readonly messageId: string;
  /** Null before it was queued. */
  readonly status: MessageStatus | null;
  readonly purpose: MessagePurpose;
  readonly leadId: string | null;
  readonly followUpId: string | null;
  readonly territory: string | null;
}

/** Anything else is refused: a message that failed is never sent, one that was sent never fails. */
const moves: Readonly<Record<MessageStatus, readonly MessageStatus[]>> = {
  QUEUED: ['SENT', 'FAILED'],
  SENT: ['BOUNCED'],
  FAILED: [],
  BOUNCED: [],
  RECEIVED: [],
};

const statusAfter: Partial<Record<CommunicationEvent['type'], MessageStatus>> = {
  'communication.message.sent': 'SENT',
  'communication.message.failed': 'FAILED',
  'communication.message.bounced': 'BOUNCED',
  'communication.message.received': 'RECEIVED',
};

export const messageAggregate: Aggregate<Message, CommunicationEvent> = {
  type: 'message',
  events: communicationEvents,
  initial: {
    messageId: '',
    status: null,
    purpose: 'MANUAL',
    leadId: null,
    followUpId: null,
    territory: null,
  },
  evolve(message, event) {
    if (event.type === 'communication.message.written') return message;
    if (event.type !== 'communication.message.queued') {
      return { ...message, status: statusAfter[event.type] ?? message.status };
    }
    const { messageId, purpose, territory, leadId = null, followUpId = null } = event.data;
    return { messageId, purpose, territory, leadId, followUpId, status: 'QUEUED' };
  },
  territoryOf: (message) => message.territory,
  ownerOf: () => null,
};

export interface Order {
  readonly messageId: string;
  readonly purpose: MessagePurpose;
  readonly leadId: string;
  readonly territory: MessageQueued['data']['territory'];
  readonly recipients: readonly Recipient[];
  readonly template?: MessageQueued['data']['template'];
}

export function queue(order: Order, at: string): MessageQueued {
  return { type: 'communication.message.queued', data: { ...order, at } };
}

export const SUBJECT_LENGTH_MAX = 200;
export const TEXT_LENGTH_MAX = 10_000;

export function write(
  order: Pick<Order, 'messageId'> & { recipientId: string },
  words: { subject: string; text: string },
): MessageWritten {
  const subject = words.subject.trim();
  const text = words.text.trim();
  if (subject.length < 1 || subject.length > SUBJECT_LENGTH_MAX || /\p{Cc}/u.test(subject)) {
    throw new Refusal(
      'BAD_USER_INPUT',
      'Der Betreff hat 1 bis 200 Zeichen in einer Zeile.',
      'subject',
    );
  }
  if (text.length < 1 || text.length > TEXT_LENGTH_MAX) {
    throw new Refusal('BAD_USER_INPUT', 'Der Text hat 1 bis 10.000 Zeichen.', 'text');
  }
  return { type: 'communication.message.written', data: { ...order, subject, text } };
}

export function sent(message: Message, at: string): MessageSent {
  return { type: 'communication.message.sent', data: moved(message, 'SENT', at) };
}

export function fail(message: Message, reason: FailureReason, at: string): MessageFailed {
  return {
    type: 'communication.message.failed',
    data: { ...moved(message, 'FAILED', at), reason },
  };
}

export function bounce(message: Message, kind: 'HARD' | 'SOFT', at: string): MessageBounced {
  return {
    type: 'communication.message.bounced',
    data: { ...moved(message, 'BOUNCED', at), kind },
  };
}

function moved(message: Message, to: MessageStatus, at: string): MessageSent['data'] {
  const { messageId, status, purpose, leadId, followUpId } = message;
  if (status === null || !moves[status].includes(to)) {
    throw new Refusal('ILLEGAL_TRANSITION', 'Das geht im Zustand dieser Nachricht nicht.');
  }
  return {
    messageId,
    purpose,
    at,
    ...(leadId === null ? {} : { leadId }),
    ...(followUpId === null ? {} : { followUpId }),
  };
}
