import type { ReplayJob } from '#kernel/events';
import { subscription, withUserErrors, type ResolverContext } from '#kernel/graphql';
import { NIL_UUID } from '#kernel/access';
import {
  deadLettersOf,
  eventsOf,
  replayJob,
  replayJobs,
  statistics,
  subscriptionsOf,
  viewsOf,
} from './event-queries.ts';
import { eventStream, type Streamed } from './event-stream.ts';
import {
  cancelRebuild,
  archiveLogs,
  discardDeadLetter,
  rebuildProjection,
  rebaseLogs,
  retryDeadLetters,
  setConsumer,
  splitConsumer,
} from './operations.ts';
import { formatPlaces } from './places.ts';
import type { EventStreamName, Resolvers } from './schema.generated.ts';

/** What people who run the backbone look at and do. */
export const eventResolvers = {
  Query: {
    events: (_, { aggregateId, ...page }, context) => eventsOf(context, aggregateId, page),
    eventStatistics: async (_, __, context) => {
      const { topUsers, eventsByType, ...counts } = await statistics(context);
      const people = topUsers.map(({ userId, count }) => ({ user: { id: userId }, count }));
      return { ...counts, eventsByType: [...eventsByType], topUsers: people };
    },
    eventSubscriptions: (_, __, context) => subscriptionsOf(context),
    deadLetters: async (_, { consumer, ...page }, context) => {
      const letters = await deadLettersOf(context, consumer, page);
      const edges = letters.edges.map(({ cursor, node: { name, position, ...node } }) => ({
        cursor,
        node: { ...node, timeline: [...node.timeline], consumer: name, position: String(position) },
      }));
      return { ...letters, edges };
    },
    replayJobs: async (_, page, context) => {
      const jobs = await replayJobs(context, page);
      return { ...jobs, edges: jobs.edges.map((edge) => ({ ...edge, node: jobView(edge.node) })) };
    },
  },
  Mutation: {
    consumerPause: (_, { input }, context) => consumerSet(context, 'PAUSED', input),
    consumerResume: (_, { input }, context) => consumerSet(context, 'ACTIVE', input),
    consumerSplit: (_, { input }, context) =>
      withUserErrors({ eventSubscriptions: null }, async () => {
        await splitConsumer(context, input);
        return { eventSubscriptions: await subscriptionsOf(context, input.consumer) };
      }),
    projectionRebuild: (_, { input }, context) =>
      withUserErrors({ replayJob: null }, async () =>
        jobPayload(context, await rebuildProjection(context, input)),
      ),
    projectionRebuildCancel: (_, { input }, context) =>
      withUserErrors({ replayJob: null }, async () =>
        jobPayload(context, await cancelRebuild(context, input)),
      ),
    deadLetterRetry: (_, { input }, context) =>
      withUserErrors({ resolved: null, failedAggregateIds: null }, () =>
        retryDeadLetters(context, input),
      ),
    deadLetterDiscard: (_, { input }, context) =>
      withUserErrors({ eventId: null }, async () => ({
        eventId: await discardDeadLetter(context, input),
      })),
    logRebase: (_, { input }, context) =>
      withUserErrors({ logged: null }, async () => ({ logged: await rebaseLogs(context, input) })),
    logArchive: (_, { input }, context) =>
      withUserErrors({ segments: null }, async () => ({
        segments: await archiveLogs(context, input),
      })),
  },
  Subscription: {
    eventStream: subscription(
      (args: { name: EventStreamName; from?: string | null }, context) =>
        eventStream(context, args),
      async (streamed: Streamed, context) => {
        const [event] = await viewsOf(context, [streamed]);
        if (event === undefined) throw new Error('One fact has one view');
        return { position: streamed.position, event };
      },
    ),
  },
} satisfies Resolvers;

function consumerSet(
  context: ResolverContext,
  status: 'ACTIVE' | 'PAUSED',
  input: Parameters<typeof setConsumer>[2],
) {
  return withUserErrors({ eventSubscriptions: null }, async () => {
    await setConsumer(context, status, input);
    return { eventSubscriptions: await subscriptionsOf(context, input.consumer) };
  });
}

async function jobPayload(context: ResolverContext, id: string) {
  const job = await replayJob(context, id);
  return { replayJob: job === undefined ? null : jobView(job) };
}

/** With how fast it is and how long it will take. */
function jobView({ requestedBy, upTo, ...job }: ReplayJob) {
  const { startedAt, finishedAt, events, resumedEvents, total, status } = job;
  const seconds =
    startedAt === null ? 0 : ((finishedAt?.getTime() ?? Date.now()) - startedAt.getTime()) / 1_000;
  const applied = events - resumedEvents;
  const rate = applied > 0 && seconds > 0 ? applied / seconds : null;
  const isRunning = status === 'RUNNING' && rate !== null && total !== null;
  return {
    ...job,
    tables: job.tables === null ? null : [...job.tables],
    upToTime: upTo?.time ?? null,
    upToPosition: upTo?.positions === undefined ? null : formatPlaces(upTo.positions),
    requestedBy: requestedBy === NIL_UUID ? null : { id: requestedBy },
    rate,
    etaSeconds: isRunning ? Math.ceil(Math.max(0, total - events) / rate) : null,
  };
}
