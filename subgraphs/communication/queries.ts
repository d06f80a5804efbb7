import { hasRole, requireScope } from '#kernel/access';
import type { Context } from '#kernel/events';
import { cursorKeys, pageLimit, toPage, type Page, type PageArguments } from '#kernel/graphql';
import { wordsOf } from './delivery.ts';
import { ATTEMPTS_MAX } from './outgoing.ts';
import { addressesOf } from './recipients.ts';
import { MessageTable, type MessageRow } from './tables.ts';
import type { Words } from './templates.ts';

export function messageById(context: Context, id: string): Promise<MessageRow | null> {
  return context
    .loader<string, MessageRow | null>('communication.message', async (ids) => {
      requireScope(context.actor, 'messages:read');
      const rows = await context.em().find(MessageTable, { id: { $in: [...ids] } });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((each) => byId.get(each) ?? null);
    })
    .load(id);
}

/** Past what this context remembers: as it is at this moment, for whom it is readable now. */
export function messageNow(context: Context, id: string): Promise<MessageRow | null> {
  return context.em().findOne(MessageTable, { id });
}

/** Messages about leads the caller may read, newest first. */
export async function mailbox(
  context: Context,
  { leadId, ...page }: PageArguments & { leadId?: string | null | undefined },
): Promise<Page<MessageRow>> {
  requireScope(context.actor, 'messages:read');
  const after = cursorKeys(page, 2);
  const rows = await context.em().find(
    MessageTable,
    {
      $and: [
        scopeOf(context),
        leadId ? { leadId } : {},
        after === undefined
          ? {}
          : {
              $or: [
                { queuedAt: { $lt: new Date(String(after[0])) } },
                { queuedAt: new Date(String(after[0])), id: { $lt: String(after[1]) } },
              ],
            },
      ],
    },
    { orderBy: { queuedAt: 'desc', id: 'desc' }, limit: pageLimit(page) },
  );
  return toPage(rows, page, (row) => [row.queuedAt.toISOString(), row.id]);
}

/** What row-level security says once more, in a form that finds an index. */
function scopeOf({ actor }: Context) {
  if (hasRole(actor, 'admin')) return {};
  const territory = { $in: [...actor.territories] as MessageRow['territory'][] };
  if (hasRole(actor, 'manager')) return { territory };
  const mine = [{ ownerId: actor.userId }, { collaboratorIds: { $contains: [actor.userId] } }];
  return { territory, $or: mine };
}

/** Newest messages of a lead. All leads of one answer share a statement. */
export function messagesOf(context: Context, leadId: string, first: number): Promise<MessageRow[]> {
  requireScope(context.actor, 'messages:read');
  const limit = pageLimit({ first }) - 1;
  return context
    .loader<string, MessageRow[]>(`communication.newest ${first}`, async (leadIds) => {
      const newest = await context.database.transaction(
        context.actor,
        (tx) =>
          tx.query<{ id: string }>(
            `select m.id from unnest($1::uuid[]) wanted (lead_id) cross join lateral (
               select id from communication.message own where own.lead_id = wanted.lead_id
               order by own.queued_at desc, own.id desc limit $2) m`,
            [leadIds, limit],
          ),
        { readOnly: true },
      );
      const rows = await context
        .em()
        .find(
          MessageTable,
          { id: { $in: newest.map(({ id }) => id) } },
          { orderBy: { queuedAt: 'desc', id: 'desc' } },
        );
      const byLead = Map.groupBy(rows, (row) => row.leadId);
      return leadIds.map((each) => byLead.get(each) ?? []);
    })
    .load(leadId);
}

/** Subject and text in clear; null after erasure. */
export function messageWords(context: Context, id: string): Promise<Words | null> {
  return context
    .loader<string, Words | null>('communication.words', async (ids) => {
      const rows = await Promise.all(ids.map((each) => messageById(context, each)));
      return context.database.transaction(
        context.actor,
        async (tx) => {
          const leads = await tx.query<{ lead_id: string; company_name: string | null }>(
            'select lead_id, company_name from communication.lead_access where lead_id = any ($1::uuid[])',
            [rows.flatMap((row) => (row === null ? [] : [row.leadId]))],
          );
          const names = new Map(leads.map((lead) => [lead.lead_id, lead.company_name]));
          return Promise.all(
            rows.map(async (row) =>
              row === null
                ? null
                : wordsOf(tx, {
                    purpose: row.purpose,
                    template: row.template ?? null,
                    subject: row.subject,
                    text: row.text,
                    written_fact_id: row.writtenFactId ?? null,
                    company_name: names.get(row.leadId) ?? null,
                  }),
            ),
          );
        },
        { readOnly: true },
      );
    })
    .load(id);
}

/** Addresses the caller may see; null when none is left. */
export async function recipientsOf(context: Context, id: string): Promise<string[] | null> {
  const row = await messageById(context, id);
  if (row === null) return null;
  const addresses = await context.database.transaction(
    context.actor,
    (tx) => addressesOf(tx, row.recipients),
    { readOnly: true },
  );
  const emails = addresses.flatMap(({ email }) => (email === null ? [] : [email]));
  return emails.length === 0 ? null : emails;
}

/** Tries so far, of the recipient that needed most. */
export function attemptsOf(context: Context, id: string): Promise<number> {
  return context
    .loader<string, number>('communication.attempts', async (ids) => {
      const rows = await context.database.transaction(
        context.actor,
        (tx) =>
          tx.query<{ id: string; attempts: number }>(
            `select message_id as id, max(attempts) as attempts from communication.outgoing
             where message_id = any ($1::uuid[]) group by message_id`,
            [ids],
          ),
        { readOnly: true },
      );
      const byId = new Map(rows.map((row) => [row.id, Math.min(row.attempts, ATTEMPTS_MAX)]));
      return ids.map((each) => byId.get(each) ?? 0);
    })
    .load(id);
}
