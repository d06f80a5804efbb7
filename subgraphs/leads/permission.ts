import type { Actor, Role } from '#kernel/access';
import type { Lead } from './lead.ts';

/** What of a lead decides who may do what. */
export type Held = Pick<Lead, 'territory' | 'ownerUserId' | 'collaborators' | 'partnerOrgId'>;

/** How close somebody is to a lead; each step may what the one before may, and more. */
export const closeness = ['NONE', 'READ', 'ASSIST', 'NEGOTIATE', 'OWN', 'MANAGE'] as const;
export type Closeness = (typeof closeness)[number];

/** Two rights a user may hold by setting. */
export interface PersonalRights {
  readonly canStopClock: boolean;
  readonly canOverrideProtection: boolean;
}

export function closenessOf(lead: Held, actor: Actor): Closeness {
  const has = (role: Role): boolean => actor.roles.includes(role);
  if (has('admin')) return 'MANAGE';
  if (!actor.territories.includes(lead.territory)) return 'NONE';
  if (has('manager') || has('system')) return 'MANAGE';
  const level = has('sales') ? byAssignment(lead, actor.userId) : 'NONE';
  return level === 'NONE' && has('auditor') ? 'READ' : level;
}

/** Read the lead itself; partners see their own firm's leads elsewhere and less of them. */
export function mayRead(lead: Held, actor: Actor): boolean {
  return reaches(lead, actor, 'READ');
}

/** Activities, follow-up tasks, contacts. */
export function mayAssist(lead: Held, actor: Actor): boolean {
  return reaches(lead, actor, 'ASSIST');
}

/** Edit, stage, qualify, lose, opportunity, offer. */
export function mayEdit(lead: Held, actor: Actor): boolean {
  return reaches(lead, actor, 'NEGOTIATE');
}

/** Credit check, order submission, the collaborators themselves. */
export function mayOwn(lead: Held, actor: Actor): boolean {
  return reaches(lead, actor, 'OWN');
}

/** Reassign, backdate, extend, merge, convert, delete, force. */
export function mayManage(lead: Held, actor: Actor): boolean {
  return reaches(lead, actor, 'MANAGE');
}

export function mayStopClock(
  lead: Held,
  actor: Actor,
  rights: Pick<PersonalRights, 'canStopClock'>,
): boolean {
  return mayManage(lead, actor) || (rights.canStopClock && mayOwn(lead, actor));
}

/** Sales may only take an expired lead of their territory for themselves, and only with the right. */
export function mayOverride(
  lead: Held,
  actor: Actor,
  newOwnerUserId: string,
  rights: Pick<PersonalRights, 'canOverrideProtection'>,
): boolean {
  if (mayManage(lead, actor)) return true;
  return (
    rights.canOverrideProtection &&
    actor.roles.includes('sales') &&
    actor.territories.includes(lead.territory) &&
    newOwnerUserId === actor.userId
  );
}

/** A transfer concerns two territories and needs the manager of both. */
export function mayTransfer(lead: Held, actor: Actor, territory: Lead['territory']): boolean {
  return mayManage(lead, actor) && mayManage({ ...lead, territory }, actor);
}

function reaches(lead: Held, actor: Actor, wanted: Closeness): boolean {
  return closeness.indexOf(closenessOf(lead, actor)) >= closeness.indexOf(wanted);
}

function byAssignment(lead: Held, userId: string): Closeness {
  if (lead.ownerUserId === userId) return 'OWN';
  const found = lead.collaborators.find(
    (each) => each.userId === userId && each.role === 'COLLABORATOR',
  );
  if (found === undefined || found.level === null) return 'NONE';
  return found.level === 'VIEW' ? 'READ' : found.level;
}
