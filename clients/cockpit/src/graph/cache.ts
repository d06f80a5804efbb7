import { cacheExchange, type Cache } from '@urql/exchange-graphcache';
import type { Exchange } from 'urql';

interface FollowUpArguments {
  input: { leadId: string; type: string; outcome: string; dueAt?: string | null };
}

/** Types without an id of their own live inside the object that holds them. */
const connections = ['Activity', 'Audit', 'Lead', 'LeadTask', 'Message', 'Timeline', 'User'];
const embedded = [
  ...connections.flatMap((type) => [`${type}Connection`, `${type}Edge`, `${type}Payload`]),
  'LeadChange',
  'LeadCollaborator',
  'LeadDuplicateAnswer',
  'LeadHold',
  'LeadOwnershipChallengePayload',
  'LeadPreClaim',
  'LeadProtection',
  'LeadScore',
  'LeadSimilarity',
  'LeadStats',
  'LeadStatusCount',
  'LeadTracks',
  'Me',
  'PageInfo',
  'UserError',
  'UserTerritory',
  'WidgetTrend',
];

export const createCache = (): Exchange =>
  cacheExchange({
    keys: {
      ...Object.fromEntries(embedded.map((type) => [type, () => null])),
      LeadWidget: (widget) => widget['userId'] as string,
    },
    updates: {
      Mutation: {
        leadRegister: (_result, _arguments, cache) => forgetLists(cache),
      },
      Subscription: {
        leadChanged: (result, _arguments, cache) => {
          const change = result['leadChanged'] as { type?: string } | undefined;
          if (change?.type === 'lead.registered' || change?.type === 'lead.assigned') {
            forgetLists(cache);
          }
        },
      },
    },
    optimistic: {
      leadFollowUpComplete: (args, cache) =>
        followUpClosed(args as unknown as FollowUpArguments, cache),
    },
  });

/** Lists on the screen are read again; others when they are next asked for. */
const forgetLists = (cache: Cache): void => {
  for (const field of cache.inspectFields('Query')) {
    if (field.fieldName === 'leads') cache.invalidate('Query', 'leads', field.arguments);
  }
};

/** The task leaves the list at once; the server's answer replaces this guess. */
const followUpClosed = ({ input }: FollowUpArguments, cache: Cache) => {
  const keys = cache.resolve({ __typename: 'Lead', id: input.leadId }, 'followUps');
  const followUps = (Array.isArray(keys) ? (keys as string[]) : []).map((key) => {
    const isClosed = cache.resolve(key, 'type') === input.type;
    const isPostponed = isClosed && input.outcome === 'POSTPONED';
    return {
      __typename: 'FollowUp',
      id: key.slice('FollowUp:'.length),
      type: cache.resolve(key, 'type'),
      status: isClosed && !isPostponed ? 'DONE' : cache.resolve(key, 'status'),
      dueAt: isPostponed ? (input.dueAt ?? null) : cache.resolve(key, 'dueAt'),
      processedAt: cache.resolve(key, 'processedAt'),
      isOverdue: isClosed ? false : cache.resolve(key, 'isOverdue'),
      outcome: isClosed ? input.outcome : cache.resolve(key, 'outcome'),
    };
  });
  const lead = { __typename: 'Lead', id: input.leadId, followUps };
  return { __typename: 'LeadPayload', lead, userErrors: [] };
};
