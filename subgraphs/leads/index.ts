import { defineSubgraph, type Subgraph } from '#kernel/graphql';
import { createMetrics, type Metrics } from '#kernel/telemetry';
import { dashboardWire } from './dashboard-wire.ts';
import { leadEvents } from './events.ts';
import { followUpMetrics } from './follow-up-metrics.ts';
import { leads as leadRows, restrictions, territoryHolders } from './projections.ts';
import { activities, erasures, messagesWith, territories } from './reactions.ts';
import { resolvers } from './resolvers.ts';
import { FollowUpTable, LeadTable, TaskTable, TerritoryHolder } from './tables.ts';
import { blocks, followUpsWith, preClaims, protection, retention } from './timers.ts';

/** Prospects from registration to conversion or loss, their protection and follow-ups. */
export function createLeads(options: { metrics?: Metrics } = {}): Subgraph {
  const metrics = followUpMetrics(options.metrics ?? createMetrics());
  return defineSubgraph({
    name: 'leads',
    directory: import.meta.dirname,
    events: { ...leadEvents, ...dashboardWire },
    tables: [LeadTable, FollowUpTable, TaskTable, TerritoryHolder],
    projections: [leadRows, territoryHolders, restrictions],
    reactions: [activities, messagesWith(metrics), territories, erasures],
    timers: [protection, followUpsWith(metrics), preClaims, retention, blocks],
    resolvers,
  });
}
