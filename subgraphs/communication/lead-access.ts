import { hasRole, type Actor } from '#kernel/access';

/** What the context remembers of a lead: who may do what with it. */
export interface LeadRights {
  readonly territory: string;
  readonly ownerId?: string | null | undefined;
  readonly collaborators: readonly Collaborator[];
}

export interface Collaborator {
  readonly userId: string;
  readonly role: 'COLLABORATOR' | 'WATCHER';
  /** Null for watchers. */
  readonly level: 'VIEW' | 'ASSIST' | 'NEGOTIATE' | null;
}

/** Send messages: owner, collaborators from ASSIST on, the territory's managers, admins. */
export function mayAssist(lead: LeadRights, actor: Actor): boolean {
  if (hasRole(actor, 'admin')) return true;
  if (!actor.territories.includes(lead.territory)) return false;
  if (hasRole(actor, 'manager') || lead.ownerId === actor.userId) return true;
  return lead.collaborators.some(
    ({ userId, role, level }) =>
      userId === actor.userId &&
      role === 'COLLABORATOR' &&
      (level === 'ASSIST' || level === 'NEGOTIATE'),
  );
}
