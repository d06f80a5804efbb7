import { defineProjection, type Recorded } from '#kernel/events';
import { NIL_UUID } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import type {
  LeadAssigned,
  LeadRegistered,
  LeadStatusChanged,
  LeadTerritoryTransferred,
} from '#events/leads';
import type {
  ActivityCorrected,
  ActivityCreated,
  ActivityEvent,
  ActivityLogged,
  TimelineExtended,
} from './events.ts';
import { timelineKindOf } from './timeline-texts.ts';

/** Inline: who records something reads it at once, and a change on the timeline is readable when announced. */
export const activities = defineProjection<ActivityEvent>({
  name: 'activities.activities',
  inline: true,
  tables: ['activities.timeline_entry', 'activities.activity'],
  on: {
    'activity.logged': onLogged,
    'activity.created': onCreated,
    'activity.corrected': onCorrected,
    'activity.timeline.extended': onTimelineExtended,
  },
});

type AccessFact = LeadRegistered | LeadAssigned | LeadStatusChanged | LeadTerritoryTransferred;

/** Own copy of who holds a lead, and with it the rights on every row about the lead. */
export const leadAccess = defineProjection<AccessFact>({
  name: 'activities.lead_access',
  handsDown: ['activities.activity', 'activities.timeline_entry'],
  tables: ['activities.lead_access'],
  on: {
    'lead.registered': onLeadRegistered,
    'lead.assigned': onLeadAssigned,
    'lead.status_changed': onLeadStatusChanged,
    'lead.territory.transferred': onLeadTransferred,
  },
});

/** Rights of the lead as known here; of a lead not heard of yet, those the fact itself carries. */
const RIGHTS = `coalesce(a.territory, $1), case when a.lead_id is null then $2 else a.owner_id end,
  coalesce(a.collaborator_ids, '{}')
  from (select 1) fact left join activities.lead_access a on a.lead_id = $3`;

async function onLogged(fact: Recorded<ActivityLogged>, tx: Transaction): Promise<void> {
  const { data } = fact;
  await lockRights(tx, data.entityId, false);
  await tx.query(
    `insert into activities.activity (id, version, lead_id, kind, at, created_by, outcome, note,
       note_fact_id, category, visibility, is_evidenced, territory, owner_id, collaborator_ids)
     select $4::uuid, $5::int, $3::uuid, $6, $7::timestamptz, $8::uuid, $9, $10::jsonb, $11::uuid, $12,
       $13, $14::boolean, ${RIGHTS} on conflict (id) do nothing`,
    [
      data.territory,
      fact.ownerId,
      data.entityId,
      data.activityId,
      fact.version,
      data.kind,
      data.at,
      data.createdBy,
      data.outcome ?? null,
      json(data.note),
      fact.id,
      data.category,
      data.visibility,
      data.isEvidenced,
    ],
  );
  await insertEntry(tx, fact, {
    entryId: fact.id,
    entityId: data.entityId,
    activityId: data.activityId,
    ...timelineKindOf(data.kind),
    messageKey: 'activity',
    arguments: { kind: data.kind, ...(data.outcome ? { outcome: data.outcome } : {}) },
    performedBy: data.createdBy === NIL_UUID ? null : data.createdBy,
    occurredAt: data.at,
  });
}

async function onCreated(
  { data, version }: Recorded<ActivityCreated>,
  tx: Transaction,
): Promise<void> {
  await tx.query('update activities.activity set version = $2 where id = $1 and version < $2', [
    data.activityId,
    version,
  ]);
}

async function onCorrected(
  { data, id, version }: Recorded<ActivityCorrected>,
  tx: Transaction,
): Promise<void> {
  const isNoteNew = data.note !== undefined;
  await tx.query(
    `update activities.activity set version = $2, kind = $3, at = $4, outcome = $5,
       note = case when $6::boolean then $7::jsonb else note end,
       note_fact_id = case when $6::boolean then $8::uuid else note_fact_id end
     where id = $1 and version < $2`,
    [data.activityId, version, data.kind, data.at, data.outcome, isNoteNew, json(data.note), id],
  );
  const { category, kind } = timelineKindOf(data.kind);
  await tx.query(
    `update activities.timeline_entry set category = $2, kind = $3, arguments = $4, occurred_at = $5
     where activity_id = $1`,
    [
      data.activityId,
      category,
      kind,
      JSON.stringify({
        kind: data.kind,
        ...(data.outcome === null ? {} : { outcome: data.outcome }),
      }),
      data.at,
    ],
  );
}

async function onTimelineExtended(
  fact: Recorded<TimelineExtended>,
  tx: Transaction,
): Promise<void> {
  await lockRights(tx, fact.data.entityId, false);
  await insertEntry(tx, fact, { ...fact.data, activityId: null });
}

function insertEntry(
  tx: Transaction,
  { territory, ownerId }: Pick<Recorded<TimelineExtended>, 'territory' | 'ownerId'>,
  entry: TimelineExtended['data'] & { activityId: string | null },
): Promise<unknown> {
  return tx.query(
    `insert into activities.timeline_entry (id, lead_id, activity_id, category, kind, message_key,
       arguments, performed_by, occurred_at, territory, owner_id, collaborator_ids)
     select $4::uuid, $3::uuid, $5::uuid, $6, $7, $8, $9::jsonb, $10::uuid, $11::timestamptz, ${RIGHTS}
     on conflict (id) do nothing`,
    [
      territory,
      ownerId,
      entry.entityId,
      entry.entryId,
      entry.activityId,
      entry.category,
      entry.kind,
      entry.messageKey,
      JSON.stringify(entry.arguments),
      entry.performedBy,
      entry.occurredAt,
    ],
  );
}

async function onLeadRegistered(
  { data, version }: Recorded<LeadRegistered>,
  tx: Transaction,
): Promise<void> {
  await lockRights(tx, data.leadId, true);
  await tx.query(
    `insert into activities.lead_access (lead_id, version, territory, owner_id, status)
     values ($1, $2, $3, $4, 'REGISTERED') on conflict (lead_id) do nothing`,
    [data.leadId, version, data.territory, data.ownerUserId ?? null],
  );
  await handDown(tx, data.leadId);
}

async function onLeadAssigned(
  { data, version }: Recorded<LeadAssigned>,
  tx: Transaction,
): Promise<void> {
  await lockRights(tx, data.leadId, true);
  await tx.query(
    `update activities.lead_access set version = $2, owner_id = $3, collaborators = $4,
       collaborator_ids = $5 where lead_id = $1 and version < $2`,
    [
      data.leadId,
      version,
      data.ownerUserId ?? null,
      JSON.stringify(data.collaborators),
      data.collaborators.filter(({ role }) => role === 'COLLABORATOR').map(({ userId }) => userId),
    ],
  );
  await handDown(tx, data.leadId);
}

async function onLeadStatusChanged(
  { data, version }: Recorded<LeadStatusChanged>,
  tx: Transaction,
): Promise<void> {
  await tx.query(
    'update activities.lead_access set version = $2, status = $3 where lead_id = $1 and version < $2',
    [data.leadId, version, data.newStatus],
  );
}

async function onLeadTransferred(
  { data, version }: Recorded<LeadTerritoryTransferred>,
  tx: Transaction,
): Promise<void> {
  await lockRights(tx, data.leadId, true);
  await tx.query(
    'update activities.lead_access set version = $2, territory = $3 where lead_id = $1 and version < $2',
    [data.leadId, version, data.territory],
  );
  await handDown(tx, data.leadId);
}

/** Rows about a lead carry its rights, because a policy may look at its own row only. */
async function handDown(tx: Transaction, leadId: string): Promise<void> {
  for (const table of ['activity', 'timeline_entry']) {
    await tx.query(
      `update activities.${table} r
       set territory = a.territory, owner_id = a.owner_id, collaborator_ids = a.collaborator_ids
       from activities.lead_access a where a.lead_id = $1 and r.lead_id = $1
         and (r.territory, r.owner_id, r.collaborator_ids)
           is distinct from (a.territory, a.owner_id, a.collaborator_ids)`,
      [leadId],
    );
  }
}

function lockRights(tx: Transaction, leadId: string, isChange: boolean): Promise<unknown> {
  return tx.query('select activities.lock_rights($1, $2)', [leadId, isChange]);
}

function json(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
