import { defineSubgraph, type Subgraph } from '#kernel/graphql';
import { createMetrics, type Metrics } from '#kernel/telemetry';
import { createDelivery, type DeliveryOptions } from './delivery.ts';
import { communicationEvents } from './events.ts';
import { figuresTimer } from './figures.ts';
import { mailWebhook } from './mail-webhook.ts';
import { createMailbox } from './mailbox.ts';
import { colleagues, leads, messages, restrictions } from './projections.ts';
import { erasures, requests } from './reactions.ts';
import { resolvers } from './resolvers.ts';
import { LeadAccess, MailboxMail, MessageTable } from './tables.ts';
import { unsubscribePage } from './unsubscribe-page.ts';

export { createMailbox } from './mailbox.ts';
export { createSmtp, type SmtpOptions } from './smtp.ts';
export { UNSUBSCRIBE_PATH } from './unsubscribe-page.ts';
export { unsubscribeLinks, type UnsubscribeLinks } from './unsubscribe.ts';

export interface CommunicationOptions extends DeliveryOptions {
  /** Of the mail provider's webhook; without it nobody is listened to. */
  readonly webhookSecret?: string | undefined;
  readonly metrics?: Metrics | undefined;
}

/** Messages of the house, with the given way out of it. */
export function createCommunication(options: CommunicationOptions): Subgraph {
  const { unsubscribe, webhookSecret } = options;
  const delivery = createDelivery(options);
  return defineSubgraph({
    name: 'communication',
    directory: import.meta.dirname,
    events: communicationEvents,
    tables: [LeadAccess, MessageTable, MailboxMail],
    projections: [messages, leads, colleagues, restrictions],
    reactions: [requests, erasures, delivery.reaction],
    timers: [delivery.timer, figuresTimer(options.metrics ?? createMetrics())],
    endpoints: [
      mailWebhook({ secret: webhookSecret }),
      ...(unsubscribe === undefined ? [] : [unsubscribePage(unsubscribe)]),
    ],
    resolvers,
  });
}

/** Messages that stay in the house: nothing is sent, everything can be read under `mailbox`. */
export const communication = createCommunication({ mailer: createMailbox() });
