import type { FilterQuery } from '@mikro-orm/core';
import { hasRole, requireScope, type Actor } from '#kernel/access';
import { open, type AnyEvent, type Context, type Recorded } from '#kernel/events';
import { cursorKeys, pageLimit, toPage, type Page, type PageArguments } from '#kernel/graphql';
import type { LeadTaskFilter } from './schema.generated.ts';
import { TaskTable, type TaskRow } from './tables.ts';

type Where = FilterQuery<TaskRow>;

/** The tasks an actor may see, said in the query as row-level security says it beneath: for the index. */
function tasksFor(actor: Actor): Where {
  if (hasRole(actor, 'admin', 'system')) return {};
  const own: Where[] = [];
  if (hasRole(actor, 'manager')) own.push({});
  else if (hasRole(actor, 'sales')) {
    own.push({ ownerId: actor.userId, receivers: { $contains: ['OWNER'] } });
  }
  if (own.length === 0) return { territory: { $in: [] } };
  return { $and: [{ territory: { $in: [...actor.territories] } }, { $or: own }] };
}

export interface TaskPage extends Page<TaskRow> {
  totalCount(): Promise<number>;
}

/** The one that waits longest comes first. */
export async function listTasks(
  context: Context,
  page: PageArguments,
  filter: LeadTaskFilter,
): Promise<TaskPage> {
  requireScope(context.actor, 'leads:write');
  const where: Where = { $and: [tasksFor(context.actor), ...conditions(filter)] };
  const after = cursorKeys(page, 2);
  const rows = await context
    .em()
    .find(
      TaskTable,
      { $and: [where, ...(after === undefined ? [] : [beyond(after)])] },
      { orderBy: { createdAt: 'asc', id: 'asc' }, limit: pageLimit(page) },
    );
  return {
    ...toPage(rows, page, (row) => [row.createdAt.toISOString(), row.id]),
    totalCount: () => context.em().count(TaskTable, where),
  };
}

/** The task, or null when it does not exist for the caller. */
export function taskById(context: Context, id: string): Promise<TaskRow | null> {
  requireScope(context.actor, 'leads:write');
  return context.em().findOne(TaskTable, { $and: [{ id }, tasksFor(context.actor)] });
}

/** Why the task was raised; null where nobody said so, or about somebody who was erased. */
export function reasonOf(context: Context, task: TaskRow): Promise<string | null> {
  return context
    .loader<TaskRow, string | null>('leads.task_reason', async (tasks) => {
      if (tasks.every(({ reason }) => reason === null)) return tasks.map(() => null);
      return context.database.transaction(
        context.actor,
        (tx) =>
          Promise.all(
            tasks.map(async ({ reason, reasonFactId: id }) => {
              const sealed = { id, data: { reason } } as unknown as Recorded<AnyEvent>;
              return (await open(tx, sealed)).data['reason'] as string | null;
            }),
          ),
        { readOnly: true },
      );
    })
    .load(task);
}

function conditions({ status, kind, leadId }: LeadTaskFilter): Where[] {
  return [
    { status: { $in: status ?? ['OPEN'] } },
    ...(kind ? [{ kind: { $in: kind } }] : []),
    ...(leadId ? [{ leadId }] : []),
  ];
}

function beyond([createdAt, id]: (string | number | null)[]): Where {
  const at = new Date(String(createdAt));
  return { $or: [{ createdAt: { $gt: at } }, { createdAt: at, id: { $gt: String(id) } }] };
}
