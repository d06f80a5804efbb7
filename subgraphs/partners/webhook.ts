import { Refusal } from '#kernel/access';
import type { Aggregate } from '#kernel/events';
import {
  partnerEvents,
  type PartnerEvent,
  type WebhookChanged,
  type WebhookRegistered,
  type WebhookTopic,
} from './events.ts';

/** A receiver of one firm, as decisions about it need to know it. */
export interface Webhook {
  readonly webhookId: string;
  readonly partnerOrgId: string;
  readonly url: string;
  readonly topics: readonly WebhookTopic[];
  /** Null before it was registered. */
  readonly status: 'ACTIVE' | 'PAUSED' | 'DISABLED' | 'REMOVED' | null;
}

export const webhookAggregate: Aggregate<Webhook, PartnerEvent> = {
  type: 'webhook',
  events: partnerEvents,
  initial: { webhookId: '', partnerOrgId: '', url: '', topics: [], status: null },
  evolve(webhook, { type, data }) {
    switch (type) {
      case 'partner.webhook.registered': {
        const { webhookId, partnerOrgId, url, topics } = data;
        return { webhookId, partnerOrgId, url, topics, status: 'ACTIVE' };
      }
      case 'partner.webhook.changed':
        return { ...webhook, url: data.url, topics: data.topics };
      case 'partner.webhook.paused':
        return { ...webhook, status: 'PAUSED' };
      case 'partner.webhook.resumed':
        return { ...webhook, status: 'ACTIVE' };
      case 'partner.webhook.disabled':
        return { ...webhook, status: 'DISABLED' };
      case 'partner.webhook.removed':
        return { ...webhook, status: 'REMOVED' };
      default:
        return webhook;
    }
  },
  territoryOf: () => null,
  ownerOf: () => null,
};

export type Wanted = Pick<WebhookRegistered['data'], 'url' | 'topics'>;

/** @throws Refusal `BAD_USER_INPUT` without a topic */
export function register(
  identity: Pick<Webhook, 'webhookId' | 'partnerOrgId'>,
  { url, topics }: Wanted,
  at: string,
): PartnerEvent[] {
  const data = { ...identity, url, topics: chosen(topics), at };
  return [{ type: 'partner.webhook.registered', data }];
}

/** Nothing where nothing changes. @throws Refusal `BAD_USER_INPUT`, `ILLEGAL_TRANSITION` */
export function change(webhook: Webhook, { url, topics }: Wanted, at: string): WebhookChanged[] {
  requireOneOf(webhook, 'ACTIVE', 'PAUSED', 'DISABLED');
  const wanted = chosen(topics);
  if (url === webhook.url && wanted.join() === chosen(webhook.topics).join()) return [];
  const data = { webhookId: webhook.webhookId, url, topics: wanted, at };
  return [{ type: 'partner.webhook.changed', data }];
}

/** What is due waits until it is resumed. @throws Refusal `ILLEGAL_TRANSITION` */
export function pause(webhook: Webhook, at: string): PartnerEvent[] {
  requireOneOf(webhook, 'ACTIVE');
  return [{ type: 'partner.webhook.paused', data: { webhookId: webhook.webhookId, at } }];
}

/** From a pause, and from a receiver that was gone. @throws Refusal `ILLEGAL_TRANSITION` */
export function resume(webhook: Webhook, at: string): PartnerEvent[] {
  requireOneOf(webhook, 'PAUSED', 'DISABLED');
  return [{ type: 'partner.webhook.resumed', data: { webhookId: webhook.webhookId, at } }];
}

/** Nothing for one that is told nothing any more. */
export function disable(webhook: Webhook, at: string): PartnerEvent[] {
  if (webhook.status !== 'ACTIVE' && webhook.status !== 'PAUSED') return [];
  const data = { webhookId: webhook.webhookId, reason: 'GONE' as const, at };
  return [{ type: 'partner.webhook.disabled', data }];
}

/** @throws Refusal `ILLEGAL_TRANSITION` */
export function rotate(webhook: Webhook, formerUntil: string, at: string): PartnerEvent[] {
  requireOneOf(webhook, 'ACTIVE', 'PAUSED', 'DISABLED');
  const data = { webhookId: webhook.webhookId, formerUntil, at };
  return [{ type: 'partner.webhook.secret_rotated', data }];
}

/** @throws Refusal `ILLEGAL_TRANSITION` while nothing is sent there */
export function test(webhook: Webhook, deliveryId: string, at: string): PartnerEvent[] {
  requireOneOf(webhook, 'ACTIVE');
  const { webhookId } = webhook;
  return [{ type: 'partner.webhook.tested', data: { webhookId, deliveryId, at } }];
}

/** @throws Refusal `ILLEGAL_TRANSITION` while nothing is sent there */
export function redeliver(webhook: Webhook, deliveryId: string, at: string): PartnerEvent[] {
  requireOneOf(webhook, 'ACTIVE');
  const { webhookId } = webhook;
  return [{ type: 'partner.webhook.redelivered', data: { webhookId, deliveryId, at } }];
}

/** @throws Refusal `ILLEGAL_TRANSITION` */
export function remove(webhook: Webhook, at: string): PartnerEvent[] {
  requireOneOf(webhook, 'ACTIVE', 'PAUSED', 'DISABLED');
  return [{ type: 'partner.webhook.removed', data: { webhookId: webhook.webhookId, at } }];
}

/** Each once, in a fixed order. */
function chosen(topics: readonly WebhookTopic[]): WebhookTopic[] {
  const each = [...new Set(topics)].toSorted();
  if (each.length > 0) return each;
  throw new Refusal('BAD_USER_INPUT', 'Mindestens ein Ereignis ist anzugeben.', 'topics');
}

function requireOneOf({ status }: Webhook, ...allowed: readonly Webhook['status'][]): void {
  if (allowed.includes(status)) return;
  throw new Refusal('ILLEGAL_TRANSITION', 'Das geht im Zustand dieses Empfängers nicht.');
}
