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
  readonly contactFocus: readonly ('CHEF' | 'BUYER' | 'GF')[];
}

export interface Note {
  readonly createdBy: string;
  readonly category: 'GENERAL' | 'COMMERCIAL' | 'PRODUCT';
  readonly visibility: 'OWNER_ONLY' | 'COLLABORATORS' | 'ACCOUNT_TEAM' | 'ORG_READ';
}

/** Record activities: owner, collaborators from ASSIST on, the territory's managers, admins. */
export function mayAssist(lead: LeadRights, actor: Actor): boolean {
  if (hasRole(actor, 'admin')) return true;
  if (!actor.territories.includes(lead.territory)) return false;
  if (hasRole(actor, 'manager') || lead.ownerId === actor.userId) return true;
  const level = collaboratorOf(lead, actor)?.level;
  return level === 'ASSIST' || level === 'NEGOTIATE';
}

/**
 * Read the text of a note, for somebody who may read the activity. Owner, manager, admin and the author
 * read all; collaborators what their focus covers; others only what is open to the whole house.
 */
export function mayReadNote(lead: LeadRights, note: Note, actor: Actor): boolean {
  if (hasRole(actor, 'admin', 'manager') || lead.ownerId === actor.userId) return true;
  if (note.createdBy === actor.userId) return true;
  if (note.visibility === 'OWNER_ONLY') return false;
  const collaborator = collaboratorOf(lead, actor);
  if (collaborator === undefined) {
    return note.visibility === 'ORG_READ' && note.category === 'GENERAL';
  }
  const covering = { GENERAL: undefined, COMMERCIAL: 'BUYER', PRODUCT: 'CHEF' } as const;
  const focus = covering[note.category];
  return (
    focus === undefined || collaborator.contactFocus.some((each) => each === focus || each === 'GF')
  );
}

function collaboratorOf(lead: LeadRights, actor: Actor): Collaborator | undefined {
  return lead.collaborators.find(
    ({ userId, role }) => userId === actor.userId && role === 'COLLABORATOR',
  );
}
