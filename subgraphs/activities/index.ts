import { defineSubgraph } from '#kernel/graphql';
import { activityEvents } from './events.ts';
import { activities as activityRows, leadAccess } from './projections.ts';
import { erasures, timeline } from './reactions.ts';
import { resolvers } from './resolvers.ts';
import { ActivityTable, LeadAccess, TimelineEntryTable } from './tables.ts';

/** What happened with leads, what of it is evidence, and the timeline. */
export const activities = defineSubgraph({
  name: 'activities',
  directory: import.meta.dirname,
  events: activityEvents,
  tables: [ActivityTable, LeadAccess, TimelineEntryTable],
  projections: [activityRows, leadAccess],
  reactions: [timeline, erasures],
  resolvers,
});
