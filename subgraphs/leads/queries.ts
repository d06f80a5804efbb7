import type { FilterQuery } from '@mikro-orm/core';
import { hasRole, requireScope, type Actor } from '#kernel/access';
import type { Context } from '#kernel/events';
import {
  cursorKeys,
  pageLimit,
  toPage,
  type CursorKey,
  type Page,
  type PageArguments,
} from '#kernel/graphql';
import type { LeadFilter, ProtectionState, Territory } from './schema.generated.ts';
import { FollowUpTable, LeadTable, type FollowUpRow, type LeadRow } from './tables.ts';

type Where = FilterQuery<LeadRow>;

const SEARCH_LENGTH_MAX = 200;

/** The rows an actor may read, said in the query as row-level security says it beneath: for the index. */
export function readableBy(actor: Actor): Where {
  if (hasRole(actor, 'admin', 'system')) return {};
  const own: Where[] = [];
  if (hasRole(actor, 'manager', 'auditor')) own.push({});
  else if (hasRole(actor, 'sales')) {
    own.push({ ownerId: actor.userId }, { collaboratorIds: { $contains: [actor.userId] } });
  }
  if (actor.partnerOrgId !== undefined) own.push({ partnerOrgId: actor.partnerOrgId });
  if (own.length === 0) return { territory: { $in: [] } };
  return { $and: [{ territory: { $in: [...actor.territories] as Territory[] } }, { $or: own }] };
}

/** The lead, or null when it does not exist for the caller; batched within a request. */
export function leadById(context: Context, id: string): Promise<LeadRow | null> {
  requireScope(context.actor, 'leads:read');
  return context
    .loader<string, LeadRow | null>('leads.lead', async (ids) => {
      const rows = await context
        .em()
        .find(LeadTable, { $and: [{ id: { $in: [...ids] } }, readableBy(context.actor)] });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((each) => byId.get(each) ?? null);
    })
    .load(id);
}

/** Whether the lead exists for the caller at this moment; asked anew for each event of a stream. */
export async function isReadable(context: Context, id: string): Promise<boolean> {
  const where = { $and: [{ id }, readableBy(context.actor)] };
  return (await context.em().count(LeadTable, where)) === 1;
}

export function followUpById(context: Context, id: string): Promise<FollowUpRow | null> {
  requireScope(context.actor, 'leads:read');
  return context.em().findOne(FollowUpTable, { id });
}

export interface LeadPage extends Page<LeadRow> {
  totalCount(): Promise<number>;
}

export async function listLeads(
  context: Context,
  page: PageArguments,
  filter: LeadFilter,
): Promise<LeadPage> {
  requireScope(context.actor, 'leads:read');
  const where: Where = {
    $and: [readableBy(context.actor), ...conditions(filter, context.clock.now())],
  };
  return pageOf(context, where, page, 'NEWEST');
}

/** Leads without owner that wait for the manager's decision: those of the season first, then the oldest. */
export async function triage(
  context: Context,
  page: PageArguments,
  territory: Territory,
): Promise<LeadPage> {
  requireScope(context.actor, 'leads:manage');
  const where: Where = {
    $and: [
      readableBy(context.actor),
      {
        territory,
        ownerId: null,
        isCanonical: true,
        status: { $nin: ['CONVERTED', 'LOST', 'DELETED'] },
      },
    ],
  };
  return pageOf(context, where, page, 'TRIAGE');
}

/** Newest first, or by season and then oldest first; the keys of the order are the keys of the cursor. */
async function pageOf(
  context: Context,
  where: Where,
  page: PageArguments,
  order: 'NEWEST' | 'TRIAGE',
): Promise<LeadPage> {
  const isTriage = order === 'TRIAGE';
  const after = cursorKeys(page, 3);
  const rows = await context.em().find(
    LeadTable,
    { $and: [where, ...(after === undefined ? [] : [beyond(after, isTriage)])] },
    {
      orderBy: isTriage
        ? { isOffSeason: 'asc', registeredAt: 'asc', id: 'asc' }
        : { registeredAt: 'desc', id: 'desc' },
      limit: pageLimit(page),
    },
  );
  return {
    ...toPage(rows, page, (row) => [
      row.isOffSeason ? 1 : 0,
      row.registeredAt.toISOString(),
      row.id,
    ]),
    totalCount: () => context.em().count(LeadTable, where),
  };
}

function beyond([offSeason, registeredAt, id]: CursorKey[], isTriage: boolean): Where {
  const at = new Date(String(registeredAt));
  const past = isTriage ? '$gt' : '$lt';
  const later: Where = {
    $or: [{ registeredAt: { [past]: at } }, { registeredAt: at, id: { [past]: String(id) } }],
  };
  if (!isTriage) return later;
  const isOffSeason = offSeason === 1;
  return isOffSeason
    ? { $and: [{ isOffSeason }, later] }
    : { $or: [{ isOffSeason: true }, { $and: [{ isOffSeason }, later] }] };
}

function conditions(filter: LeadFilter, now: Date): Where[] {
  const where: Where[] = [{ status: filter.status ? { $in: filter.status } : { $ne: 'DELETED' } }];
  if (filter.territory) where.push({ territory: { $in: filter.territory } });
  if (filter.ownerUserId) where.push({ ownerId: filter.ownerUserId });
  if (filter.followUpPending === true) where.push({ pendingFollowUpAt: { $lte: now } });
  if (filter.protection) {
    where.push({ $or: filter.protection.map((state) => protectionIs(state, now)) });
  }
  const search = filter.search?.trim().slice(0, SEARCH_LENGTH_MAX).toLowerCase();
  // Wildcards of the pattern language are data here.
  if (search) where.push({ searchText: { $like: `%${search.replace(/[\\%_]/g, '\\$&')}%` } });
  return where;
}

function protectionIs(state: ProtectionState, now: Date): Where {
  const running = { protection: 'RUNNING' };
  switch (state) {
    case 'NONE':
    case 'STOPPED':
      return { protection: state };
    case 'EXPIRED':
      return { $or: [{ protection: state }, { ...running, validUntil: { $lt: now } }] };
    case 'PROTECTED':
      return { ...running, progressUntil: { $gte: now }, validUntil: { $gte: now } };
    case 'REMINDER':
      return {
        ...running,
        isReminded: true,
        progressUntil: { $lt: now },
        validUntil: { $gte: now },
      };
    case 'GRACE':
      return {
        ...running,
        isReminded: false,
        progressUntil: { $lt: now },
        validUntil: { $gte: now },
      };
  }
}
