/** The one engine, and the two ways a person lengthens a protection. */
import { Refusal } from '#kernel/access';
import type { LeadEvent, LeadProtectionExtended } from './events.ts';
import { cancelFollowUps } from './follow-up-run.ts';
import type { Lead } from './lead.ts';
import { anchorOf, nextStep, type Protection } from './protection.ts';
import { badInput, requireOpen, requireReason, type Stamp } from './requirements.ts';
import { canMove, moveStatus } from './status.ts';

const EXTENSION_MONTHS_MAX = 24;

/** What a run at `stamp.at` records for this lead: nothing, the reminder, or the expiry. */
export function runProtection(lead: Lead, stamp: Stamp): LeadEvent[] {
  const { protection, ownerUserId } = lead;
  if (protection === null || ownerUserId === null) return [];
  switch (nextStep(lead, stamp.at)) {
    case 'NOTHING':
      return [];
    case 'REMIND':
      return remind(lead, protection, ownerUserId, stamp);
    case 'EXPIRE_BASE':
      return expire(lead, ownerUserId, 'BASE', stamp);
    case 'EXPIRE_PROGRESS':
      return expire(lead, ownerUserId, 'PROGRESS', stamp);
  }
}

export function extendProtection(
  lead: Lead,
  { months, reason }: { months: number; reason: string },
  { at }: Stamp,
): [LeadProtectionExtended] {
  const { leadId, protection } = requireOpen(lead);
  requireReason(reason);
  if (!Number.isInteger(months) || months < 1 || months > EXTENSION_MONTHS_MAX) {
    throw badInput('Möglich sind 1 bis 24 Monate.', 'months');
  }
  if (protection === null || protection.expiredAt !== null) {
    throw new Refusal('ILLEGAL_TRANSITION', 'Dieser Lead ist nicht geschützt.');
  }
  return [{ type: 'lead.protection.extended', data: { leadId, months, at } }];
}

function remind(
  lead: Lead,
  protection: Protection,
  ownerUserId: string,
  stamp: Stamp,
): LeadEvent[] {
  const reminder: LeadEvent = {
    type: 'lead.protection.reminder',
    data: {
      leadId: lead.leadId,
      ownerUserId,
      kind: 'REMINDER_60D',
      anchor: anchorOf(protection),
      at: stamp.at,
    },
  };
  if (!canMove(lead, 'REMINDER', 'REMINDER_RECORDED')) return [reminder];
  return [reminder, moveStatus(lead, { to: 'REMINDER', cause: 'REMINDER_RECORDED' }, stamp)];
}

/** The owner loses the lead with everybody who worked along; a qualified lead keeps its status. */
function expire(
  lead: Lead,
  previousOwnerUserId: string,
  cause: 'BASE' | 'PROGRESS',
  stamp: Stamp,
): LeadEvent[] {
  const { leadId } = lead;
  return [
    { type: 'lead.protection.expired', data: { leadId, cause, at: stamp.at } },
    ...(canMove(lead, 'EXPIRED', 'EXPIRY')
      ? [moveStatus(lead, { to: 'EXPIRED', cause: 'EXPIRY' }, stamp)]
      : []),
    {
      type: 'lead.assigned',
      data: { leadId, previousOwnerUserId, collaborators: [], assignedAt: null, cause: 'EXPIRY' },
    },
    ...cancelFollowUps(lead, stamp),
  ];
}
