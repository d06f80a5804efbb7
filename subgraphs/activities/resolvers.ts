import { NIL_UUID, notFound, requireScope } from '#kernel/access';
import {
  subscription,
  toGraphQLError,
  withUserErrors,
  type Page,
  type ResolverContext,
} from '#kernel/graphql';
import { correctActivity, logActivity } from './commands.ts';
import type { ActivityCorrected, ActivityLogged, TimelineExtended } from './events.ts';
import {
  activitiesOf,
  activityById,
  leadAccessOf,
  noteOf,
  timelineEntry,
  timelineOf,
} from './queries.ts';
import type { Resolvers } from './schema.generated.ts';
import type { ActivityRow, TimelineEntryRow } from './tables.ts';
import { timelineText } from './timeline-texts.ts';

export const resolvers: Resolvers = {
  Query: {
    timeline: async (_, { entityId, entityType: _type, ...page }, context) =>
      mapped(await timelineOf(context, entityId, page), lineOf),
  },
  Mutation: {
    activityLog: (_, { input }, context) => answered(context, logActivity(context, input)),
    activityCorrect: (_, { input }, context) => answered(context, correctActivity(context, input)),
  },
  Subscription: {
    timelineChanged: subscription(
      ({ entityId }: { entityId: string }, context) => timelineChanges(entityId, context),
      ({ row }) => lineOf(row),
    ),
  },
  Lead: {
    __resolveReference: ({ id }) => ({ id }),
    activities: async ({ id }, page, context) =>
      mapped(await activitiesOf(context, String(id), page), activityOf),
  },
  Activity: {
    __resolveReference: async ({ id }, context) => {
      const row = await activityById(context, id);
      return row === null ? null : activityOf(row);
    },
    note: ({ id }, _, context) => noteOf(context, String(id)),
  },
  TimelineEntry: {
    text: async (line, _, context) => {
      const { activityId, text } = line as ReturnType<typeof lineOf>;
      return (activityId ? await noteOf(context, activityId) : null) ?? text;
    },
  },
  Node: {
    __resolveType: (node) => ('kind' in node && 'title' in node ? 'TimelineEntry' : 'Activity'),
  },
};

function answered(context: ResolverContext, command: Promise<{ activityId: string }>) {
  return withUserErrors({ activity: null }, async () => {
    const row = await activityById(context, (await command).activityId);
    return { activity: row === null ? null : activityOf(row) };
  });
}

function mapped<Row, Node>({ edges, pageInfo }: Page<Row>, nodeOf: (row: Row) => Node) {
  return { edges: edges.map(({ cursor, node }) => ({ cursor, node: nodeOf(node) })), pageInfo };
}

/** The note is left to its own resolver: not everybody who sees the activity may read it. */
function activityOf({ note: _note, createdBy, ...row }: ActivityRow) {
  return { ...row, createdBy: person(createdBy) };
}

function lineOf({ leadId, messageKey, performedBy, ...line }: TimelineEntryRow) {
  const words = timelineText(messageKey, line.arguments);
  return { ...line, ...words, entityId: leadId, performedBy: person(performedBy ?? NIL_UUID) };
}

async function* timelineChanges(leadId: string, context: ResolverContext) {
  requireScope(context.actor, 'timeline:read');
  if ((await leadAccessOf(context, leadId)) === null) throw toGraphQLError(notFound());
  const facts = context.feed.subscribe<ActivityLogged | ActivityCorrected | TimelineExtended>({
    types: ['activity.logged', 'activity.corrected', 'activity.timeline.extended'],
    from: context.resumeFrom,
    signal: context.signal,
    actor: context.actor,
  });
  for await (const { data, position } of facts) {
    if (data.entityId !== leadId) continue;
    const row = await timelineEntry(context, data);
    if (row !== null) yield { position, row };
  }
}

function person(id: string): { id: string } | null {
  return id === NIL_UUID ? null : { id };
}
