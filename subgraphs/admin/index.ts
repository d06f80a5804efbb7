import { defineSubgraph, type Subgraph } from '#kernel/graphql';
import { adminEvents } from './events.ts';
import { auditTrail, usersWith } from './projections.ts';
import { resolvers } from './resolvers.ts';
import { AppUser, AuditEntry, UserTerritory } from './tables.ts';

export interface AdminOptions {
  /** Told in the moment a change of somebody's rights is committed, in the process that made it. */
  readonly onRightsChanged?: (userId: string) => void;
}

/** People, their territories and the audit trail. */
export function createAdmin({ onRightsChanged = () => {} }: AdminOptions = {}): Subgraph {
  return defineSubgraph({
    name: 'admin',
    directory: import.meta.dirname,
    events: adminEvents,
    tables: [AppUser, UserTerritory, AuditEntry],
    projections: [usersWith(onRightsChanged), auditTrail],
    resolvers,
  });
}
