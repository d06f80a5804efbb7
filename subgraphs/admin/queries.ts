import { requireScope } from '#kernel/access';
import { inClear, open, type AnyEvent, type Context, type Recorded } from '#kernel/events';
import { cursorKeys, pageLimit, toPage, type Page, type PageArguments } from '#kernel/graphql';
import type { Territory } from './schema.generated.ts';
import {
  AppUser,
  AuditEntry,
  UserTerritory,
  type AppUserRow,
  type AuditEntryRow,
  type UserTerritoryRow,
} from './tables.ts';

const HOLDERS_MAX = 100;

export function userById(context: Context, id: string): Promise<AppUserRow | null> {
  return context
    .loader<string, AppUserRow | null>('admin.user', async (ids) => {
      const rows = await context.em().find(AppUser, { id: { $in: [...ids] } });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((each) => byId.get(each) ?? null);
    })
    .load(id);
}

/** Null once the person was erased. */
export function nameOf(context: Context, { name }: AppUserRow): Promise<string | null> {
  return inClear(context, name ?? null);
}

/** Null once the person was erased. */
export function emailOf(context: Context, { email }: AppUserRow): Promise<string | null> {
  return inClear(context, email ?? null);
}

export async function listUsers(context: Context, page: PageArguments): Promise<Page<AppUserRow>> {
  requireScope(context.actor, 'users:manage');
  const after = cursorKeys(page, 2);
  const rows = await context.em().find(
    AppUser,
    after === undefined
      ? {}
      : {
          $or: [
            { login: { $gt: String(after[0]) } },
            { login: String(after[0]), id: { $gt: String(after[1]) } },
          ],
        },
    { orderBy: { login: 'asc', id: 'asc' }, limit: pageLimit(page) },
  );
  return toPage(rows, page, (row) => [row.login, row.id]);
}

/** People who hold the territory now. The caller sees rows of his own territories only. */
export async function holdersOf(context: Context, territory: Territory): Promise<AppUserRow[]> {
  requireScope(context.actor, 'leads:read');
  const em = context.em();
  const held = await em.find(UserTerritory, { territory, validTo: null }, { limit: HOLDERS_MAX });
  const ids = held.map((row) => row.userId);
  const rows = await em.find(AppUser, { id: { $in: ids }, isDisabled: false });
  const names = await Promise.all(rows.map((row) => nameOf(context, row)));
  return rows
    .map((row, index) => ({ row, name: names[index] ?? '' }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'de'))
    .map(({ row }) => row);
}

export function territoriesOf(context: Context, userId: string): Promise<UserTerritoryRow[]> {
  return context
    .loader<string, UserTerritoryRow[]>('admin.territories', async (ids) => {
      const rows = await context
        .em()
        .find(UserTerritory, { userId: { $in: [...ids] } }, { orderBy: { validFrom: 'desc' } });
      return ids.map((id) => rows.filter((row) => row.userId === id));
    })
    .load(userId);
}

export interface AuditFilter {
  action?: string | null;
  resourceType?: string | null;
  resourceId?: string | null;
  actorUserId?: string | null;
  from?: string | null;
  to?: string | null;
}

export async function auditTrail(
  context: Context,
  page: PageArguments,
  filter: AuditFilter,
): Promise<Page<ReadableEntry>> {
  requireScope(context.actor, 'audit:read');
  const after = cursorKeys(page, 2);
  const at = {
    ...(filter.from ? { $gte: new Date(filter.from) } : {}),
    ...(filter.to ? { $lt: new Date(filter.to) } : {}),
  };
  const rows = await context.em().find(
    AuditEntry,
    {
      ...(filter.action ? { action: filter.action } : {}),
      ...(filter.resourceType ? { resourceType: filter.resourceType } : {}),
      ...(filter.resourceId ? { resourceId: filter.resourceId } : {}),
      ...(filter.actorUserId ? { actorUserId: filter.actorUserId } : {}),
      ...(Object.keys(at).length > 0 ? { at } : {}),
      ...(after === undefined
        ? {}
        : {
            $or: [
              { at: { $lt: new Date(String(after[0])) } },
              { at: new Date(String(after[0])), id: { $lt: String(after[1]) } },
            ],
          }),
    },
    { orderBy: { at: 'desc', id: 'desc' }, limit: pageLimit(page) },
  );
  const readable = await readableEntries(context, rows);
  return toPage(readable, page, (row) => [row.at.toISOString(), row.id]);
}

/** An entry as it is read: what was said about an erased person is null. */
export type ReadableEntry = Omit<AuditEntryRow, 'reason'> & { readonly reason: string | null };

async function readableEntries(
  context: Context,
  rows: readonly AuditEntryRow[],
): Promise<ReadableEntry[]> {
  if (rows.length === 0) return [];
  return context.database.transaction(
    context.actor,
    (tx) =>
      Promise.all(
        rows.map(async (row) => {
          const { reason, before, after } = row;
          const sealed = { id: row.id, data: {}, meta: { reason, before, after } };
          const { meta } = await open(tx, sealed as unknown as Recorded<AnyEvent>);
          return { ...row, ...meta } as ReadableEntry;
        }),
      ),
    { readOnly: true },
  );
}
