import { hasRole, systemActor } from '#kernel/access';
import { unitOfWorkIn, type Transaction } from '#kernel/database';
import type { Recorded } from '#kernel/events';
import type { LeadEvent } from './events.ts';
import type { Lead } from './lead.ts';
import { preClaimUntil } from './pre-claim.ts';
import { receiversOf, type OpenTask } from './tasks.ts';

export interface Change {
  before: Lead;
  after: Lead;
  /** Opened, so that its texts are readable. */
  fact: Recorded<LeadEvent>;
  /** The same as it is recorded. */
  sealed: Recorded<LeadEvent>;
}

/**
 * The rows of a lead's tasks after a fact. Under the rights of a job, for the person who ends the
 * reason of a task, such as a collaborator, need not see it.
 */
export async function writeTasks(tx: Transaction, change: Change): Promise<void> {
  const { before, after, fact } = change;
  if (after.tasks.opened === 0) return;
  const isMoved = before.ownerUserId !== after.ownerUserId || before.territory !== after.territory;
  const isStripped = fact.type === 'lead.pseudonymized';
  if (before.tasks === after.tasks && !isMoved && !isStripped) return;
  const write = async (inner: Transaction): Promise<void> => {
    for (const task of without(before.tasks.open, after.tasks.open)) {
      await close(inner, task, fact);
    }
    for (const task of without(after.tasks.open, before.tasks.open)) {
      await open(inner, task, change);
    }
    if (isMoved) {
      await inner.query('update leads.task set owner_id = $2, territory = $3 where lead_id = $1', [
        after.leadId,
        after.ownerUserId,
        after.territory,
      ]);
    }
    if (isStripped) {
      await inner.query('update leads.task set reason = null where lead_id = $1', [after.leadId]);
    }
  };
  if (hasRole(tx.actor, 'admin', 'system')) return write(tx);
  const job = systemActor('leads.tasks', [...new Set([before.territory, after.territory])]);
  await unitOfWorkIn(tx).transaction(job, write);
}

async function open(tx: Transaction, task: OpenTask, change: Change): Promise<void> {
  const { after, fact, sealed } = change;
  const { kind } = task;
  // What was said stays ciphertext and ends with the key of whom it is about.
  const reason = sealed.type === 'lead.ownership.challenged' ? sealed.data.reason : undefined;
  await tx.query(
    `insert into leads.task (id, lead_id, kind, receivers, status, created_at, due_at, raised_by,
       reason, reason_fact_id, territory, owner_id)
     values ($1, $2, $3, $4, 'OPEN', $5, $6, $7, $8, $9, $10, $11)`,
    [
      task.taskId,
      after.leadId,
      kind,
      receiversOf(kind),
      fact.time,
      kind === 'PRE_CLAIM_OVERDUE' ? preClaimUntil(after) : null,
      task.raisedBy,
      reason === undefined ? null : JSON.stringify(reason),
      reason === undefined ? null : sealed.id,
      after.territory,
      after.ownerUserId,
    ],
  );
}

async function close(tx: Transaction, task: OpenTask, fact: Recorded<LeadEvent>): Promise<void> {
  const isDone = fact.type === 'lead.task.completed' && fact.data.taskId === task.taskId;
  await tx.query(
    'update leads.task set status = $2, completed_at = $3, completed_by = $4 where id = $1',
    [task.taskId, isDone ? 'DONE' : 'CANCELED', fact.time, isDone ? fact.actor : null],
  );
}

function without(tasks: readonly OpenTask[], others: readonly OpenTask[]): OpenTask[] {
  return tasks.filter((task) => !others.some((other) => other.taskId === task.taskId));
}
