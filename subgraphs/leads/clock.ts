import { Refusal } from '#kernel/access';
import type { Timestamp } from './calendar.ts';
import type { LeadClockResumed, LeadClockStopped, LeadEvent } from './events.ts';
import { after, type Lead } from './lead.ts';
import type { Hold } from './protection.ts';
import { isReminded } from './protection.ts';
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
  const { protection, opportunityLinkedAt, firstContactDocumentedAt } = lead;
  const during = (at: Timestamp | null | undefined): boolean => at != null && at >= hold.from;
  const isEvidenced = during(protection?.lastEvidenceAt);
  const isActive =
    firstContactDocumentedAt !== null || lead.lastMeaningfulActivityAt !== null || isEvidenced;
  const moves: [boolean, LeadStatus, StatusCause][] = [
    [during(opportunityLinkedAt), 'QUALIFIED', 'QUALIFICATION'],
    [isActive, 'ACTIVE', 'FIRST_ACTIVITY'],
    [isEvidenced, 'ACTIVE', 'EVIDENCE'],
    [protection != null && isSent(lead), 'GRACE_PERIOD', 'REMINDER_SENT'],
  ];
  const found = moves.find(([happened, to, cause]) => happened && canMove(lead, to, cause));
  return found === undefined ? undefined : { to: found[1], cause: found[2] };
}

function isSent({ protection }: Lead): boolean {
  return protection !== null && isReminded(protection) && protection.reminderSentAt !== null;
}
