import { notFound, requireScope } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { open, type AnyEvent, type Context, type Recorded } from '#kernel/events';
import { cursorKeys, pageLimit, toPage, type Page, type PageArguments } from '#kernel/graphql';
import { GraphQLError } from 'graphql';
import { mayReadNote } from './lead-access.ts';
import {
  ActivityTable,
  LeadAccess,
  TimelineEntryTable,
  type ActivityRow,
  type LeadAccessRow,
  type TimelineEntryRow,
} from './tables.ts';

const DAYS_MAX = 365;
const DAY_MS = 24 * 60 * 60 * 1_000;

export function activityById(context: Context, id: string): Promise<ActivityRow | null> {
  return context
    .loader<string, ActivityRow | null>('activities.activity', async (ids) => {
      requireScope(context.actor, 'activities:read');
      const rows = await context.em().find(ActivityTable, { id: { $in: [...ids] } });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((each) => byId.get(each) ?? null);
    })
    .load(id);
}

/** The lead's rights, if the caller may read the lead. */
export function leadAccessOf(context: Context, leadId: string): Promise<LeadAccessRow | null> {
  return context
    .loader<string, LeadAccessRow | null>('activities.lead-access', async (ids) => {
      const rows = await context.em().find(LeadAccess, { leadId: { $in: [...ids] } });
      const byId = new Map(rows.map((row) => [row.leadId, row]));
      return ids.map((each) => byId.get(each) ?? null);
    })
    .load(leadId);
}

const COLUMNS = `a.id, a.version, a.lead_id as "leadId", a.kind, a.at, a.created_by as "createdBy",
  a.outcome, a.category, a.visibility, a.is_evidenced as "isEvidenced", a.territory`;

/** Newest activities of a lead. All leads of one answer share a statement. */
export async function activitiesOf(
  context: Context,
  leadId: string,
  page: PageArguments,
): Promise<Page<ActivityRow>> {
  requireScope(context.actor, 'activities:read');
  const [at = null, id = null] = cursorKeys(page, 2) ?? [];
  const limit = pageLimit(page);
  const rows = await context
    .loader<string, ActivityRow[]>(
      `activities.page ${page.first} ${page.after ?? ''}`,
      async (leadIds) => {
        const found = await context.database.transaction(
          context.actor,
          (tx) =>
            tx.query<ActivityRow>(
              `select ${COLUMNS} from unnest($1::uuid[]) wanted (lead_id) cross join lateral (
                 select * from activities.activity own where own.lead_id = wanted.lead_id
                   and ($2::timestamptz is null or (own.at, own.id) < ($2, $3::uuid))
                 order by own.at desc, own.id desc limit $4) a
               order by a.at desc, a.id desc`,
              [leadIds, at, id, limit],
            ),
          { readOnly: true },
        );
        const byLead = Map.groupBy(found, (row) => row.leadId);
        return leadIds.map((each) => byLead.get(each) ?? []);
      },
    )
    .load(leadId);
  return toPage(rows, page, (row) => [row.at.toISOString(), row.id]);
}

/** Text of an activity's note; null where there is none, or none for the caller. */
export function noteOf(context: Context, activityId: string): Promise<string | null> {
  return context
    .loader<string, string | null>('activities.note', async (ids) => {
      const rows = await Promise.all(ids.map((id) => activityById(context, id)));
      const readable = await Promise.all(
        rows.map(async (row) => {
          if (row === null || row.note === null) return null;
          const lead = await leadAccessOf(context, row.leadId);
          return lead !== null && mayReadNote(lead, row, context.actor) ? row : null;
        }),
      );
      if (readable.every((row) => row === null)) return ids.map(() => null);
      return context.database.transaction(
        context.actor,
        (tx) => Promise.all(readable.map((row) => clearNote(tx, row))),
        { readOnly: true },
      );
    })
    .load(activityId);
}

/** A note is stored as it stands in its fact; the fact's id is part of what is authenticated. */
async function clearNote(tx: Transaction, row: ActivityRow | null): Promise<string | null> {
  if (row === null) return null;
  const { note, noteFactId } = row;
  const sealed = { id: noteFactId, data: { note } } as unknown as Recorded<AnyEvent>;
  const { data } = await open(tx, sealed);
  return (data as { note: string | null }).note;
}

export async function timelineOf(
  context: Context,
  leadId: string,
  { days, ...page }: PageArguments & { days: number },
): Promise<Page<TimelineEntryRow>> {
  requireScope(context.actor, 'timeline:read');
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
    throw new GraphQLError(`days must be 1 to ${DAYS_MAX}.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  if ((await leadAccessOf(context, leadId)) === null) throw notFound();
  const after = cursorKeys(page, 2);
  const since = new Date(context.clock.now().getTime() - days * DAY_MS);
  const rows = await context.em().find(
    TimelineEntryTable,
    {
      leadId,
      occurredAt: { $gte: since },
      ...(after === undefined
        ? {}
        : {
            $or: [
              { occurredAt: { $lt: new Date(String(after[0])) } },
              { occurredAt: new Date(String(after[0])), id: { $lt: String(after[1]) } },
            ],
          }),
    },
    { orderBy: { occurredAt: 'desc', id: 'desc' }, limit: pageLimit(page) },
  );
  return toPage(rows, page, (row) => [row.occurredAt.toISOString(), row.id]);
}

/** Null for whom the line does not exist, at this moment. */
export function timelineEntry(
  context: Context,
  key: { entryId: string } | { activityId: string },
): Promise<TimelineEntryRow | null> {
  requireScope(context.actor, 'timeline:read');
  const where = 'entryId' in key ? { id: key.entryId } : { activityId: key.activityId };
  return context.em().findOne(TimelineEntryTable, where);
}
