import { requireScope } from '#kernel/access';
import { subscription, withUserErrors, type ResolverContext } from '#kernel/graphql';
import { sendMessage } from './commands.ts';
import type { MessageBounced, MessageFailed, MessageQueued, MessageSent } from './events.ts';
import {
  attemptsOf,
  mailbox,
  messageById,
  messageNow,
  messagesOf,
  messageWords,
  recipientsOf,
} from './queries.ts';
import type { Resolvers } from './schema.generated.ts';
import type { MessageRow } from './tables.ts';

export const resolvers: Resolvers = {
  Query: {
    mailbox: async (_, page, context) => {
      const { edges, pageInfo } = await mailbox(context, page);
      return {
        edges: edges.map(({ cursor, node }) => ({ cursor, node: messageOf(node) })),
        pageInfo,
      };
    },
  },
  Mutation: {
    messageSend: (_, { input }, context) =>
      withUserErrors({ message: null }, async () => {
        const { messageId } = await sendMessage(context, input);
        const row = await messageById(context, messageId);
        return { message: row === null ? null : messageOf(row) };
      }),
  },
  Subscription: {
    messageChanged: subscription(
      (_, context: ResolverContext) => messageChanges(context),
      ({ row }) => messageOf(row),
    ),
  },
  Lead: {
    __resolveReference: ({ id }) => ({ id }),
    messages: async ({ id }, { first }, context) =>
      (await messagesOf(context, String(id), first)).map(messageOf),
  },
  Message: {
    __resolveReference: async ({ id }, context) => {
      const row = await messageById(context, id);
      return row === null ? null : messageOf(row);
    },
    to: ({ id }, _, context) => recipientsOf(context, String(id)),
    subject: async ({ id }, _, context) =>
      (await messageWords(context, String(id)))?.subject ?? null,
    text: async ({ id }, _, context) => (await messageWords(context, String(id)))?.text ?? null,
    attempts: ({ id }, _, context) => attemptsOf(context, String(id)),
  },
  Node: { __resolveType: () => 'Message' },
};

/** Words and addresses are left to their own resolvers: they are read in clear only when asked for. */
function messageOf({ id, leadId, territory, purpose, status, queuedAt, sentAt }: MessageRow) {
  return { id, leadId, territory, purpose, status, queuedAt, sentAt: sentAt ?? null };
}

/** Each delivery is read anew under the caller's rights of this moment; what he may not read is left out. */
async function* messageChanges(context: ResolverContext) {
  requireScope(context.actor, 'messages:read');
  const facts = context.feed.subscribe<
    MessageQueued | MessageSent | MessageFailed | MessageBounced
  >({
    types: [
      'communication.message.queued',
      'communication.message.sent',
      'communication.message.failed',
      'communication.message.bounced',
    ],
    from: context.resumeFrom,
    signal: context.signal,
    actor: context.actor,
  });
  for await (const { data, position } of facts) {
    const row = await messageNow(context, data.messageId);
    if (row !== null) yield { position, row };
  }
}
