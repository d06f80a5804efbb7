import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { MessageQueued, Recipient } from './events.ts';
import type { Collaborator } from './lead-access.ts';
import type { MessagePurpose, MessageStatus, Territory } from './schema.generated.ts';

/** Who may do what with a lead, and what its messages need to know. */
export const LeadAccess = defineEntity({
  name: 'CommunicationLeadAccess',
  schema: 'communication',
  tableName: 'lead_access',
  properties: {
    leadId: p.uuid().primary(),
    version: p.integer(),
    territory: p.string().$type<Territory>(),
    ownerId: p.uuid().nullable(),
    collaboratorIds: p.array(),
    collaborators: p.json().$type<Collaborator[]>(),
    status: p.string(),
    companyName: p.string().nullable(),
    isBlocked: p.boolean(),
  },
});
export type LeadAccessRow = InferEntity<typeof LeadAccess>;

/** A message in its thread. */
export const MessageTable = defineEntity({
  name: 'Message',
  schema: 'communication',
  tableName: 'message',
  properties: {
    id: p.uuid().primary(),
    leadId: p.uuid(),
    purpose: p.string().$type<MessagePurpose>(),
    status: p.string().$type<MessageStatus>(),
    recipients: p.json().$type<Recipient[]>(),
    template: p.json().$type<NonNullable<MessageQueued['data']['template']>>().nullable(),
    /** Personal, sealed. */
    subject: p.json().$type<object>().nullable(),
    /** Personal, sealed. */
    text: p.json().$type<object>().nullable(),
    writtenFactId: p.uuid().nullable(),
    queuedAt: p.datetime(),
    sentAt: p.datetime().nullable(),
    territory: p.string().$type<Territory>(),
    ownerId: p.uuid().nullable(),
    collaboratorIds: p.array(),
  },
});
export type MessageRow = InferEntity<typeof MessageTable>;

/** What the mailbox adapter took over. */
export const MailboxMail = defineEntity({
  name: 'MailboxMail',
  schema: 'communication',
  tableName: 'mailbox_mail',
  properties: { key: p.string().primary() },
});
