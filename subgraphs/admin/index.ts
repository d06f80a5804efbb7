import { defineSubgraph } from '#kernel/graphql';
import { adminEvents } from './events.ts';
import { auditTrail, users } from './projections.ts';
import { resolvers } from './resolvers.ts';
import { AppUser, AuditEntry, UserTerritory } from './tables.ts';

/** People, their territories and the audit trail. */
export const admin = defineSubgraph({
  name: 'admin',
  directory: import.meta.dirname,
  events: adminEvents,
  tables: [AppUser, UserTerritory, AuditEntry],
  projections: [users, auditTrail],
  resolvers,
});
