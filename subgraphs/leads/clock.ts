import { Refusal } from '#kernel/access';
import type { LeadClockResumed, LeadClockStopped, LeadEvent } from './events.ts';
import { after, type Lead } from './lead.ts';
import { anchorOf, isReminded, type Hold } from './protection.ts';
import { requireOpen, requireReason, type Stamp } from './requirements.ts';
import { canMove, hasOpenHold, moveStatus, type StatusCause } from './status.ts';
import type { HoldKind, LeadStatus } from './vocabulary.ts';

export function stopClock(
  lead: Lead,
  { kind, reason }: { kind: HoldKind; reason: string },
  { at }: Stamp,
): [LeadClockStopped] {
  const { leadId, protection } = requireOpen(lead);
  if (hasOpenHold(lead)) throw new Refusal('CLOCK_STOPPED', 'Die Uhr ist bereits angehalten.');
  if (protection?.expiredAt != null) {
    throw new Refusal('ILLEGAL_TRANSITION', 'Der Schutz dieses Leads ist abgelaufen.');
  }
  return [
    { type: 'lead.clock.stopped', data: { leadId, kind, at, reason: requireReason(reason) } },
  ];
}

/** Ends the hold; what moved the lead in the meantime takes effect now. */
export function resumeClock(lead: Lead, stamp: Stamp): LeadEvent[] {
  const hold = lead.holds.find((each) => each.until === null);
  if (hold === undefined || lead.status === 'DELETED') {
    throw new Refusal('ILLEGAL_TRANSITION', 'Die Uhr dieses Leads läuft.');
  }
  const resumed: LeadClockResumed = {
    type: 'lead.clock.resumed',
    data: { leadId: lead.leadId, kind: hold.kind, at: stamp.at },
  };
  const running = after(lead, [resumed]);
  const next = caughtUp(running, hold);
  return next === undefined ? [resumed] : [resumed, moveStatus(running, next, stamp)];
}

/** The strongest move that only the hold prevented. */
function caughtUp(lead: Lead, hold: Hold): { to: LeadStatus; cause: StatusCause } | undefined {
  const { protection, opportunityLinkedAt } = lead;
  const isLinked = opportunityLinkedAt !== null && opportunityLinkedAt >= hold.from;
  const isEvidenced =
    protection?.lastEvidenceAt != null && protection.lastEvidenceAt === anchorOf(protection);
  const isActive =
    isEvidenced || lead.firstContactDocumentedAt !== null || lead.lastMeaningfulActivityAt !== null;
  const isAnswered = isEvidenced && !isReminded(protection);
  const isSent =
    protection !== null && isReminded(protection) && protection.reminderSentAt !== null;
  const moves: [boolean, LeadStatus, StatusCause][] = [
    [isLinked, 'QUALIFIED', 'QUALIFICATION'],
    [isActive, 'ACTIVE', 'FIRST_ACTIVITY'],
    [isAnswered, 'ACTIVE', 'EVIDENCE'],
    [isSent, 'GRACE_PERIOD', 'REMINDER_SENT'],
  ];
  const found = moves.find(([happened, to, cause]) => happened && canMove(lead, to, cause));
  return found === undefined ? undefined : { to: found[1], cause: found[2] };
}
