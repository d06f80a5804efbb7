/** Who holds a lead. */
import { Refusal } from '#kernel/access';
import type { LeadAssigned, LeadEvent, LeadTerritoryTransferred } from './events.ts';
import { after, type Collaborator, type Lead } from './lead.ts';
import type { ProtectionTerms } from './protection.ts';
import { badInput, requireReason, requireStanding, type Stamp } from './requirements.ts';
import { canMove, hasOpenHold, moveStatus, type StatusCause } from './status.ts';
import type {
  AssignmentCause,
  AssignmentRole,
  CollaboratorLevel,
  ContactFocus,
  Territory,
} from './vocabulary.ts';

export interface NewOwner {
  readonly ownerUserId: string;
  /** Territories the new owner holds. */
  readonly ownerTerritories: readonly string[];
  readonly reason: string;
  /** Copied from the settings as they are now. */
  readonly protection: ProtectionTerms;
}

const COLLABORATORS_MAX = 50;

/** A new owner, a new protection. */
export function reassign(lead: Lead, input: NewOwner, stamp: Stamp): LeadEvent[] {
  const { status } = requireStanding(lead);
  requireReason(input.reason);
  if (status === 'LOST') throw new Refusal('ILLEGAL_TRANSITION', 'Dieser Lead ist verloren.');
  return [handOver(lead, input, 'REASSIGNMENT', stamp), ...revive(lead, 'REASSIGNMENT', stamp)];
}

/** Gives an expired lead to a named owner. A qualified lead keeps its status. */
export function overrideProtection(lead: Lead, input: NewOwner, stamp: Stamp): LeadEvent[] {
  const { protection, status } = requireStanding(lead);
  requireReason(input.reason);
  if (protection?.expiredAt == null || (status !== 'EXPIRED' && status !== 'QUALIFIED')) {
    throw new Refusal('ILLEGAL_TRANSITION', 'Der Schutz dieses Leads ist nicht abgelaufen.');
  }
  return [handOver(lead, input, 'OVERRIDE', stamp), ...revive(lead, 'OVERRIDE', stamp)];
}

export interface CollaboratorChange {
  readonly userId: string;
  /** Null removes the person. */
  readonly role: AssignmentRole | null;
  readonly level?: CollaboratorLevel | null | undefined;
  readonly contactFocus?: readonly ContactFocus[] | undefined;
}

export function setCollaborator(lead: Lead, change: CollaboratorChange): LeadAssigned[] {
  const { ownerUserId, collaborators } = requireStanding(lead);
  const before = collaborators.find((each) => each.userId === change.userId);
  if (change.role === null) {
    if (before === undefined) return [];
    return [assigned(lead, { collaborators: collaborators.filter((each) => each !== before) })];
  }
  if (ownerUserId === null) {
    throw new Refusal('ILLEGAL_TRANSITION', 'Dieser Lead hat keinen Inhaber.');
  }
  if (change.userId === ownerUserId) {
    throw badInput('Der Inhaber wirkt ohnehin mit.', 'userId');
  }
  const level = change.role === 'WATCHER' ? null : (change.level ?? null);
  if (change.role === 'COLLABORATOR' && level === null) {
    throw badInput('Bitte eine Stufe angeben.', 'level');
  }
  if (before === undefined && collaborators.length >= COLLABORATORS_MAX) {
    throw badInput(`Möglich sind ${COLLABORATORS_MAX} Mitwirkende.`, 'userId');
  }
  const person: Collaborator = {
    userId: change.userId,
    role: change.role,
    level,
    contactFocus: [...new Set(change.contactFocus ?? [])].toSorted(),
  };
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(person)) return [];
  return [
    assigned(lead, { collaborators: [...collaborators.filter((each) => each !== before), person] }),
  ];
}

/** The owner may not hold the lead any longer: it waits for the manager, unprotected. */
export function loseOwner(lead: Lead): LeadAssigned[] {
  const { status, ownerUserId, leadId, collaborators } = lead;
  if (status === null || status === 'DELETED' || ownerUserId === null) return [];
  return [
    {
      type: 'lead.assigned',
      data: {
        leadId,
        previousOwnerUserId: ownerUserId,
        collaborators,
        assignedAt: null,
        cause: 'TERRITORY',
      },
    },
  ];
}

/** Collaborators who do not hold the lead's territory any longer leave it. */
export function loseCollaborator(lead: Lead, userId: string): LeadAssigned[] {
  if (lead.status === null || lead.status === 'DELETED') return [];
  return setCollaborator(lead, { userId, role: null });
}

/** The owner and the collaborators stay where they hold the new territory too. */
export function transferTerritory(
  lead: Lead,
  input: {
    territory: Territory;
    reason: string;
    /** Of the owner and the collaborators, those who hold the new territory. */
    holders: ReadonlySet<string>;
  },
  { at }: Stamp,
): LeadEvent[] {
  const { leadId, territory: previousTerritory, ownerUserId } = requireStanding(lead);
  requireReason(input.reason);
  const { territory, holders } = input;
  if (territory === previousTerritory) {
    throw badInput('Der Lead gehört bereits zu diesem Gebiet.', 'territory');
  }
  if (hasOpenHold(lead)) throw new Refusal('CLOCK_STOPPED', 'Die Uhr dieses Leads ist angehalten.');
  const transferred: LeadTerritoryTransferred = {
    type: 'lead.territory.transferred',
    data: { leadId, territory, previousTerritory, at },
  };
  const collaborators = lead.collaborators.filter((each) => holders.has(each.userId));
  const moved = { ...after(lead, [transferred]), collaborators };
  if (ownerUserId !== null && !holders.has(ownerUserId)) return [transferred, ...loseOwner(moved)];
  if (collaborators.length === lead.collaborators.length) return [transferred];
  return [transferred, assigned(moved, { collaborators })];
}

function handOver(
  lead: Lead,
  input: NewOwner,
  cause: AssignmentCause,
  { at }: Stamp,
): LeadAssigned {
  const { ownerUserId, ownerTerritories, protection } = input;
  if (!ownerTerritories.includes(lead.territory)) {
    throw badInput('Diese Person betreut das Gebiet des Leads nicht.', 'ownerUserId');
  }
  const previous = lead.ownerUserId === null ? {} : { previousOwnerUserId: lead.ownerUserId };
  return {
    type: 'lead.assigned',
    data: {
      leadId: lead.leadId,
      ownerUserId,
      ...previous,
      collaborators: lead.collaborators.filter((each) => each.userId !== ownerUserId),
      assignedAt: at,
      cause,
      protection,
    },
  };
}

/** REMINDER, GRACE_PERIOD and EXPIRED become ACTIVE again; while the clock stands that is refused. */
function revive(lead: Lead, cause: StatusCause, stamp: Stamp): LeadEvent[] {
  const running = { ...lead, holds: [] };
  if (!canMove(running, 'ACTIVE', cause)) return [];
  return [moveStatus(lead, { to: 'ACTIVE', cause }, stamp)];
}

function assigned(
  lead: Lead,
  { collaborators }: { collaborators: readonly Collaborator[] },
): LeadAssigned {
  const { leadId, ownerUserId, protection } = lead;
  return {
    type: 'lead.assigned',
    data: {
      leadId,
      ...(ownerUserId === null ? {} : { ownerUserId }),
      collaborators,
      assignedAt: ownerUserId === null ? null : (protection?.assignedAt ?? null),
      cause: 'COLLABORATORS',
    },
  };
}
