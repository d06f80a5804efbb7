import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Collaborator } from './lead-access.ts';
import type { TimelineExtended } from './events.ts';
import type {
  ActivityKind,
  ActivityOutcome,
  NoteCategory,
  NoteVisibility,
  Territory,
} from './schema.generated.ts';

/** Who may do what with a lead, as leads announced it. */
export const LeadAccess = defineEntity({
  name: 'ActivitiesLeadAccess',
  schema: 'activities',
  tableName: 'lead_access',
  properties: {
    leadId: p.uuid().primary(),
    version: p.integer(),
    territory: p.string().$type<Territory>(),
    ownerId: p.uuid().nullable(),
    collaboratorIds: p.array(),
    collaborators: p.json().$type<Collaborator[]>(),
    status: p.string(),
  },
});
export type LeadAccessRow = InferEntity<typeof LeadAccess>;

/** What happened with a lead. */
export const ActivityTable = defineEntity({
  name: 'Activity',
  schema: 'activities',
  tableName: 'activity',
  properties: {
    id: p.uuid().primary(),
    version: p.integer(),
    leadId: p.uuid(),
    kind: p.string().$type<ActivityKind>(),
    at: p.datetime(),
    createdBy: p.uuid(),
    outcome: p.string().$type<ActivityOutcome>().nullable(),
    /** Personal, sealed. */
    note: p.json().$type<object>().nullable(),
    noteFactId: p.uuid().nullable(),
    category: p.string().$type<NoteCategory>(),
    visibility: p.string().$type<NoteVisibility>(),
    isEvidenced: p.boolean(),
    territory: p.string().$type<Territory>(),
    ownerId: p.uuid().nullable(),
    collaboratorIds: p.array(),
  },
});
export type ActivityRow = InferEntity<typeof ActivityTable>;

/** One line of the timeline: codes and ids, no finished text. */
export const TimelineEntryTable = defineEntity({
  name: 'TimelineEntry',
  schema: 'activities',
  tableName: 'timeline_entry',
  properties: {
    id: p.uuid().primary(),
    leadId: p.uuid(),
    activityId: p.uuid().nullable(),
    category: p.string().$type<TimelineExtended['data']['category']>(),
    kind: p.string(),
    messageKey: p.string(),
    arguments: p.json().$type<TimelineExtended['data']['arguments']>(),
    performedBy: p.uuid().nullable(),
    occurredAt: p.datetime(),
    territory: p.string().$type<Territory>(),
    ownerId: p.uuid().nullable(),
    collaboratorIds: p.array(),
  },
});
export type TimelineEntryRow = InferEntity<typeof TimelineEntryTable>;
