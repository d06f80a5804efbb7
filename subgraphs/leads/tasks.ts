/**
 * What people have to look at. A task follows from the fact that gave the reason, and lapses with the
 * reason: nobody opens one, and only being done is a fact of its own.
 *
 * A task has receivers, not copies: there is one thing to do, and whoever does it frees the others.
 * They are named by their place towards the lead, so a new owner or another manager has it at once.
 * By hand only the manager closes it. The owner of an overdue Pre-Claim does what is missing instead,
 * or he could silence what the manager has to see.
 */
import { Refusal } from '#kernel/access';
import type { LeadEvent, LeadOwnershipChallenged, LeadTaskCompleted } from './events.ts';
import { nameUuid } from './idempotency-key.ts';
import type { Lead } from './lead.ts';
import { isPreClaim } from './pre-claim.ts';
import { isOpen, requireReason, type Stamp } from './requirements.ts';
import type { TaskKind, TaskReceiver } from './vocabulary.ts';

export interface OpenTask {
  readonly taskId: string;
  readonly kind: TaskKind;
  /** Who claims the lead; null where no person gave the reason. */
  readonly raisedBy: string | null;
}

export interface LeadTasks {
  /** Ever, so that each has an id of its own. */
  readonly opened: number;
  readonly open: readonly OpenTask[];
}

export const noTasks: LeadTasks = { opened: 0, open: [] };

const OPEN_TASKS_MAX = 50;

const receivers: Readonly<Record<TaskKind, readonly TaskReceiver[]>> = {
  PRE_CLAIM_OVERDUE: ['OWNER', 'MANAGER'],
  OWNERSHIP_CHALLENGED: ['MANAGER'],
  OWNER_LOST: ['MANAGER'],
};

export function receiversOf(kind: TaskKind): readonly TaskReceiver[] {
  return receivers[kind];
}

/** The tasks of a lead after a fact; the very same object when none was opened or closed. */
export function tasksAfter(lead: Lead, event: LeadEvent): LeadTasks {
  const { tasks } = lead;
  const open = tasks.open.filter((task) => isStanding(task, lead, event));
  const reason = reasonOf(lead, event);
  const isNew =
    reason !== undefined && open.length < OPEN_TASKS_MAX && !isWaiting({ ...tasks, open }, reason);
  if (!isNew) return open.length === tasks.open.length ? tasks : { ...tasks, open };
  const opened = tasks.opened + 1;
  const taskId = nameUuid(`${lead.leadId}|TASK|${opened}`);
  return { opened, open: [...open, { taskId, ...reason }] };
}

/** Claims a lead; who has done so already waits for the manager's answer. */
export function challengeOwnership(
  lead: Lead,
  input: { challengedBy: string; reason: string },
  { at }: Pick<Stamp, 'at'>,
): LeadOwnershipChallenged[] {
  const { challengedBy } = input;
  const reason = requireReason(input.reason);
  const claim = { kind: 'OWNERSHIP_CHALLENGED', raisedBy: challengedBy } as const;
  if (lead.status === 'DELETED' || isWaiting(lead.tasks, claim)) return [];
  const { leadId } = lead;
  return [{ type: 'lead.ownership.challenged', data: { leadId, challengedBy, reason, at } }];
}

/** @throws Refusal `ILLEGAL_TRANSITION` for a task that is done, has lapsed or never was */
export function completeTask(
  lead: Lead,
  { taskId }: { taskId: string },
  { at, by }: Stamp,
): [LeadTaskCompleted] {
  const task = lead.tasks.open.find((each) => each.taskId === taskId);
  if (task === undefined) {
    throw new Refusal('ILLEGAL_TRANSITION', 'Diese Aufgabe ist nicht mehr offen.', 'taskId');
  }
  const { leadId } = lead;
  const { kind } = task;
  return [{ type: 'lead.task.completed', data: { leadId, taskId, kind, completedBy: by, at } }];
}

type Reason = Omit<OpenTask, 'taskId'>;

function reasonOf(lead: Lead, event: LeadEvent): Reason | undefined {
  switch (event.type) {
    case 'lead.preclaim.overdue':
      return { kind: 'PRE_CLAIM_OVERDUE', raisedBy: null };
    case 'lead.ownership.challenged':
      return { kind: 'OWNERSHIP_CHALLENGED', raisedBy: event.data.challengedBy };
    case 'lead.assigned': {
      const isLost = event.data.cause === 'TERRITORY' && lead.ownerUserId === null;
      return isLost && isOpen(lead) ? { kind: 'OWNER_LOST', raisedBy: null } : undefined;
    }
    default:
      return undefined;
  }
}

function isStanding({ taskId, kind }: OpenTask, lead: Lead, event: LeadEvent): boolean {
  if (event.type === 'lead.task.completed' && event.data.taskId === taskId) return false;
  switch (kind) {
    case 'PRE_CLAIM_OVERDUE':
      return isPreClaim(lead);
    case 'OWNER_LOST':
      return lead.ownerUserId === null && isOpen(lead);
    case 'OWNERSHIP_CHALLENGED':
      return !isAnswered(event);
  }
}

/** The manager gave the lead to somebody, or there is nothing left to give. */
function isAnswered(event: LeadEvent): boolean {
  if (event.type === 'lead.assigned') {
    return event.data.cause === 'REASSIGNMENT' || event.data.cause === 'OVERRIDE';
  }
  if (event.type !== 'lead.status_changed') return false;
  return ['CONVERTED', 'LOST', 'DELETED'].includes(event.data.newStatus);
}

function isWaiting({ open }: LeadTasks, { kind, raisedBy }: Reason): boolean {
  return open.some((task) => task.kind === kind && task.raisedBy === raisedBy);
}
