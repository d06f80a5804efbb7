import { defineSubgraph } from '#kernel/graphql';
import { dashboardWire } from './dashboard-wire.ts';
import { leadEvents } from './events.ts';
import { leads as leadRows, territoryHolders } from './projections.ts';
import { activities, messages, territories } from './reactions.ts';
import { resolvers } from './resolvers.ts';
import { FollowUpTable, LeadTable, TerritoryHolder } from './tables.ts';
import { followUps, preClaims, protection } from './timers.ts';

/** Prospects from registration to conversion or loss, their protection and follow-ups. */
export const leads = defineSubgraph({
  name: 'leads',
  directory: import.meta.dirname,
  events: { ...leadEvents, ...dashboardWire },
  tables: [LeadTable, FollowUpTable, TerritoryHolder],
  projections: [leadRows, territoryHolders],
  reactions: [activities, messages, territories],
  timers: [protection, followUps, preClaims],
  resolvers,
});
