import { z } from 'zod';
import { classified, defineEvents, type EventOf } from '#kernel/events';

const id = z.guid();
const timestamp = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);

/** What a firm may be told about its leads. */
export const webhookTopics = [
  'LEAD_REGISTERED',
  'LEAD_STATUS_CHANGED',
  'LEAD_STAGE_CHANGED',
  'LEAD_PROTECTION_EXPIRED',
] as const;

/** Of a firm, without anything secret: credentials and queries are refused. */
const url = classified('none', z.string().max(500));
const topics = z.array(z.enum(webhookTopics)).min(1).max(webhookTopics.length).readonly();

const fact = <Shape extends z.ZodRawShape>(shape: Shape) => ({
  version: 1,
  aggregate: 'webhook',
  data: z.object({ webhookId: id, ...shape, at: timestamp }),
});

/** What partners announce: ids, addresses of firms and states. No secret is in any of them. */
export const partnerEvents = defineEvents({
  module: 'partners',
  facts: {
    'partner.webhook.registered': fact({ partnerOrgId: id, url, topics }),
    'partner.webhook.changed': fact({ url, topics }),
    'partner.webhook.paused': fact({}),
    'partner.webhook.resumed': fact({}),
    /** By the system: the receiver said that it wants nothing any more. */
    'partner.webhook.disabled': fact({ reason: z.enum(['GONE']) }),
    'partner.webhook.secret_rotated': fact({ formerUntil: timestamp }),
    'partner.webhook.tested': fact({ deliveryId: id }),
    'partner.webhook.redelivered': fact({ deliveryId: id }),
    'partner.webhook.removed': fact({}),
  },
});

type Catalog = typeof partnerEvents;
export type PartnerEvent = EventOf<Catalog>;
export type WebhookRegistered = EventOf<Catalog, 'partner.webhook.registered'>;
export type WebhookChanged = EventOf<Catalog, 'partner.webhook.changed'>;
export type WebhookTopic = WebhookRegistered['data']['topics'][number];
