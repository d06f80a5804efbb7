import { defineSubgraph, type Subgraph } from '#kernel/graphql';
import { adminEvents } from './events.ts';
import {
  auditTrail,
  erasureRecords,
  legalHolds,
  restrictions,
  retentionDates,
  subjectRequests,
  usersWith,
} from './projections.ts';
import { erasureJournal } from './reactions.ts';
import { resolversWith } from './resolvers.ts';
import { retention } from './retention.ts';
import { subjectRequestTimer } from './subject-requests.ts';
import { AppUser, AuditEntry, UserTerritory } from './tables.ts';

export interface AdminOptions {
  /** Told in the moment a change of somebody's rights is committed, in the process that made it. */
  readonly onRightsChanged?: (userId: string) => void;
  /** Folder outside the database that remembers who was erased; without it nobody does. */
  readonly erasureDirectory?: string | undefined;
}

/** People, their territories and the audit trail. */
export function createAdmin({
  onRightsChanged = () => {},
  erasureDirectory,
}: AdminOptions = {}): Subgraph {
  return defineSubgraph({
    name: 'admin',
    directory: import.meta.dirname,
    events: adminEvents,
    tables: [AppUser, UserTerritory, AuditEntry],
    projections: [
      usersWith(onRightsChanged),
      legalHolds,
      restrictions,
      erasureRecords,
      auditTrail,
      retentionDates,
      subjectRequests,
    ],
    timers: [retention, subjectRequestTimer],
    reactions: erasureDirectory === undefined ? [] : [erasureJournal(erasureDirectory)],
    resolvers: resolversWith(erasureDirectory),
  });
}
