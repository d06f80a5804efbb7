/** How a lead ends, and the qualification before it. */
import { Refusal } from '#kernel/access';
import { plusDays } from './calendar.ts';
import { resumeClock } from './clock.ts';
import type { LeadEvent, LeadMerged, LeadPseudonymized, LeadStatusChanged } from './events.ts';
import { defaultOffsets, type FollowUpOffsets } from './follow-up.ts';
import { anchorFollowUps, cancelFollowUps } from './follow-up-run.ts';
import { after, type Lead } from './lead.ts';
import { badInput, requireReason, requireStanding, type Stamp } from './requirements.ts';
import { canMove, hasOpenHold, moveStatus } from './status.ts';

export function qualify(lead: Lead, stamp: Stamp): [LeadStatusChanged] {
  return [moveStatus(lead, { to: 'QUALIFIED', cause: 'QUALIFICATION' }, stamp)];
}

export function convert(lead: Lead, stamp: Stamp): LeadEvent[] {
  return [
    moveStatus(lead, { to: 'CONVERTED', cause: 'CONVERSION' }, stamp),
    ...cancelFollowUps(lead, stamp),
  ];
}

/**
 * An opportunity of the lead was won. An open hold is closed first; a lead that is not QUALIFIED
 * then stays as it is, which its manager must look at (`isConverted` is false).
 */
export function convertOnWin(
  lead: Lead,
  stamp: Stamp,
): { events: LeadEvent[]; isConverted: boolean } {
  const isEnded = lead.status === null || lead.status === 'CONVERTED' || lead.status === 'DELETED';
  if (isEnded) return { events: [], isConverted: lead.status === 'CONVERTED' };
  const resumed = hasOpenHold(lead) ? resumeClock(lead, stamp) : [];
  const running = after(lead, resumed);
  if (!canMove(running, 'CONVERTED', 'CONVERSION')) return { events: resumed, isConverted: false };
  return { events: [...resumed, ...convert(running, stamp)], isConverted: true };
}

export function lose(lead: Lead, { reason }: { reason: string }, stamp: Stamp): LeadEvent[] {
  const move = { to: 'LOST', cause: 'LOSS', reason: requireReason(reason) } as const;
  return [moveStatus(lead, move, stamp), ...cancelFollowUps(lead, stamp)];
}

export function delete_(lead: Lead, { reason }: { reason: string }, stamp: Stamp): LeadEvent[] {
  const move = { to: 'DELETED', cause: 'DELETION', reason: requireReason(reason) } as const;
  return [moveStatus(lead, move, stamp), ...cancelFollowUps(lead, stamp)];
}

/** The survivor keeps the earlier registration, the other is deleted and points to it. */
export function merge(
  { survivor, duplicate }: { survivor: Lead; duplicate: Lead },
  { reason }: { reason: string },
  stamp: Stamp,
  offsets: FollowUpOffsets = defaultOffsets,
): { survivor: LeadEvent[]; duplicate: LeadEvent[] } {
  requireStanding(survivor);
  requireStanding(duplicate);
  requireReason(reason);
  if (survivor.leadId === duplicate.leadId) {
    throw badInput('Ein Lead kann nicht mit sich selbst verschmolzen werden.', 'duplicateId');
  }
  if (survivor.territory !== duplicate.territory) {
    throw new Refusal('NOT_FOUND', 'Nicht gefunden.', 'duplicateId');
  }
  const registeredAt = [survivor.registeredAt, duplicate.registeredAt].toSorted()[0] ?? stamp.at;
  const merged = (leadId: string): LeadMerged => ({
    type: 'lead.merged',
    data: {
      leadId,
      survivorId: survivor.leadId,
      mergedId: duplicate.leadId,
      registeredAt,
      at: stamp.at,
    },
  });
  const kept = merged(survivor.leadId);
  return {
    survivor: [kept, ...anchorFollowUps(after(survivor, [kept]), stamp, offsets)],
    duplicate: [merged(duplicate.leadId), ...delete_(duplicate, { reason }, stamp)],
  };
}

/** An expired lead nobody took is stripped of its people; their keys are left to the erasure. */
export function pseudonymize(
  lead: Lead,
  { expiredDays }: { expiredDays: number },
  { at }: Pick<Stamp, 'at'>,
): LeadPseudonymized[] {
  const { status, ownerUserId, protection, pseudonymizedAt, leadId, contacts } = lead;
  if (status !== 'EXPIRED' || ownerUserId !== null || pseudonymizedAt !== null) return [];
  if (protection?.expiredAt == null || plusDays(protection.expiredAt, expiredDays) > at) return [];
  const contactIds = contacts.map((contact) => contact.contactId);
  return [{ type: 'lead.pseudonymized', data: { leadId, contactIds, at } }];
}
