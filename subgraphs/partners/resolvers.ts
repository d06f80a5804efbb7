import { withUserErrors } from '#kernel/graphql';
import type { AddressRules } from './address.ts';
import {
  changeWebhook,
  moveWebhook,
  redeliverOnce,
  registerWebhook,
  removeWebhook,
  rotateSecret,
  testWebhook,
  type Made,
} from './commands.ts';
import { deliveriesOf, deliveryById, madeSecret, webhookById, webhooksOf } from './queries.ts';
import type { Resolvers } from './schema.generated.ts';
import { pause, resume } from './webhook.ts';

type Context = Parameters<typeof webhookById>[0];

export interface ResolverOptions {
  readonly rules: AddressRules;
  readonly wake: () => void;
}

const NO_WEBHOOK = { webhook: null };
const NO_SECRET = { webhook: null, secret: null };
const NO_DELIVERY = { delivery: null };

export function resolversOf({ rules, wake }: ResolverOptions): Resolvers {
  return {
    Query: {
      partnerWebhooks: (_, { partnerOrgId }, context) => webhooksOf(context, partnerOrgId),
      partnerWebhookDeliveries: (_, page, context) => deliveriesOf(context, page),
    },
    Mutation: {
      partnerWebhookRegister: (_, { input }, context) =>
        withUserErrors(NO_SECRET, async () =>
          shown(context, await registerWebhook(context, input, rules)),
        ),
      partnerWebhookChange: (_, { input }, context) =>
        withUserErrors(NO_WEBHOOK, async () =>
          changed(context, await changeWebhook(context, input, rules)),
        ),
      partnerWebhookPause: (_, { input }, context) =>
        withUserErrors(NO_WEBHOOK, async () =>
          changed(context, await moveWebhook(context, 'Pause', pause, input)),
        ),
      partnerWebhookResume: (_, { input }, context) =>
        withUserErrors(NO_WEBHOOK, async () => {
          const moved = await moveWebhook(context, 'Resume', resume, input);
          wake();
          return changed(context, moved);
        }),
      partnerWebhookSecretRotate: (_, { input }, context) =>
        withUserErrors(NO_SECRET, async () => shown(context, await rotateSecret(context, input))),
      partnerWebhookTest: (_, { input }, context) =>
        withUserErrors(NO_DELIVERY, async () =>
          sent(context, await testWebhook(context, input, wake)),
        ),
      partnerWebhookRedeliver: (_, { input }, context) =>
        withUserErrors(NO_DELIVERY, async () =>
          sent(context, await redeliverOnce(context, input, wake)),
        ),
      partnerWebhookRemove: (_, { input }, context) =>
        withUserErrors(NO_WEBHOOK, () =>
          removeWebhook(context, input, () => webhookById(context, input.id)),
        ),
    },
  };
}

async function changed(context: Context, { webhookId }: { webhookId: string }) {
  return { webhook: await webhookById(context, webhookId) };
}

async function shown(context: Context, { webhookId, secretId }: Made) {
  const [webhook, secret] = await Promise.all([
    webhookById(context, webhookId),
    madeSecret(context, secretId),
  ]);
  return { webhook, secret };
}

async function sent(context: Context, { deliveryId }: { deliveryId: string }) {
  return { delivery: await deliveryById(context, deliveryId) };
}
