import { z } from 'zod';
import { classified, defineEvents, type EventOf } from '#kernel/events';

const id = z.guid();
const timestamp = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);

/** Names a thing, never a person. */
const label = (max: number) => classified('none', z.string().max(max));

export const messagePurposes = [
  'T3_FOLLOWUP',
  'T7_FOLLOWUP',
  'PROTECTION_REMINDER',
  'EXPIRY_NOTICE',
  'MANUAL',
] as const;

/** Who gets it: by id, never by address. A copy decides nothing about the message's fate. */
const recipient = z.object({
  id,
  kind: z.enum(['LEAD', 'CONTACT', 'COLLEAGUE']),
  isCopy: z.boolean().optional(),
});

/** What a written text is made from when it is read or handed over; nothing personal. */
const template = z.object({
  businessType: label(40).nullable().optional(),
  season: label(60).nullable().optional(),
  discountPercent: z.number().int().min(0).max(100).optional(),
  minimumOrder: label(30).optional(),
});

const about = {
  messageId: id,
  purpose: z.enum(messagePurposes),
  leadId: id.optional(),
  followUpId: id.optional(),
  at: timestamp,
};
const fact = <Shape extends z.ZodRawShape>(shape: Shape) => ({
  version: 1,
  aggregate: 'message',
  data: z.object({ ...about, ...shape }),
});

/** Why a message cannot reach anybody. */
export const failureReasons = [
  'NO_ADDRESS',
  'NO_CONSENT',
  'BLOCKED',
  'REFUSED',
  'ADDRESS_REFUSED',
  'UNREACHABLE',
] as const;

/** What communication announces: ids only. The text somebody wrote is ciphertext in a fact of its own. */
export const communicationEvents = defineEvents({
  module: 'communication',
  facts: {
    'communication.message.queued': fact({
      territory: z.enum(['DE', 'AT', 'CH']),
      recipients: z.array(recipient).max(250).readonly(),
      template: template.optional(),
    }),
    'communication.message.written': {
      version: 1,
      aggregate: 'message',
      data: z.object({
        messageId: id,
        /** The person the text is addressed to; its key is what hides it. */
        recipientId: id,
        subject: z.string().max(200).nullable(),
        text: z.string().max(10_000).nullable(),
      }),
      personal: { subject: 'recipientId', text: 'recipientId' },
    },
    'communication.message.sent': fact({}),
    'communication.message.failed': fact({ reason: z.enum(failureReasons) }),
    'communication.message.bounced': fact({ kind: z.enum(['HARD', 'SOFT']) }),
    'communication.message.received': fact({}),
    /** A consent was revoked by the link in a mail; without a sign-in, so nobody of the house did it. */
    'communication.recipient.unsubscribed': {
      version: 1,
      aggregate: 'recipient',
      data: z.object({
        /** The lead's id for its own address, else the contact's. */
        recipientId: id,
        leadId: id,
        origin: z.enum(['LINK', 'ONE_CLICK']),
        /** Of the text beside the button. */
        wording: label(20),
        at: timestamp,
      }),
    },
  },
});

type Catalog = typeof communicationEvents;
export type CommunicationEvent = EventOf<Catalog>;
export type MessageQueued = EventOf<Catalog, 'communication.message.queued'>;
export type MessageWritten = EventOf<Catalog, 'communication.message.written'>;
export type MessageSent = EventOf<Catalog, 'communication.message.sent'>;
export type MessageFailed = EventOf<Catalog, 'communication.message.failed'>;
export type MessageBounced = EventOf<Catalog, 'communication.message.bounced'>;
export type MessageReceived = EventOf<Catalog, 'communication.message.received'>;
export type Unsubscribed = EventOf<Catalog, 'communication.recipient.unsubscribed'>;
export type Recipient = MessageQueued['data']['recipients'][number];
export type MessagePurpose = MessageQueued['data']['purpose'];
export type FailureReason = MessageFailed['data']['reason'];
