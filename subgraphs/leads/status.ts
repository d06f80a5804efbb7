import { Refusal } from '#kernel/access';
import type { LeadStatusChanged } from './events.ts';
import { statusChangeKey } from './idempotency-key.ts';
import type { Lead } from './lead.ts';
import type { Stamp } from './requirements.ts';
import type { LeadStatus } from './vocabulary.ts';

export const statusCauses = [
  'FIRST_ACTIVITY',
  'REMINDER_RECORDED',
  'REMINDER_SENT',
  'EVIDENCE',
  'REASSIGNMENT',
  'OVERRIDE',
  'QUALIFICATION',
  'EXPIRY',
  'CONVERSION',
  'LOSS',
  'DELETION',
] as const;
export type StatusCause = (typeof statusCauses)[number];

type Moves = Readonly<Partial<Record<LeadStatus, readonly StatusCause[]>>>;

/** Every move a lead can make: from → to → causes. Nothing goes past this table. */
export const statusMoves: Readonly<Record<LeadStatus, Moves>> = {
  REGISTERED: {
    ACTIVE: ['FIRST_ACTIVITY'],
    QUALIFIED: ['QUALIFICATION'],
    EXPIRED: ['EXPIRY'],
    DELETED: ['DELETION'],
  },
  ACTIVE: {
    REMINDER: ['REMINDER_RECORDED'],
    QUALIFIED: ['QUALIFICATION'],
    EXPIRED: ['EXPIRY'],
    DELETED: ['DELETION'],
  },
  REMINDER: {
    GRACE_PERIOD: ['REMINDER_SENT'],
    ACTIVE: ['EVIDENCE', 'REASSIGNMENT'],
    QUALIFIED: ['QUALIFICATION'],
    EXPIRED: ['EXPIRY'],
    DELETED: ['DELETION'],
  },
  GRACE_PERIOD: {
    ACTIVE: ['EVIDENCE', 'REASSIGNMENT'],
    QUALIFIED: ['QUALIFICATION'],
    EXPIRED: ['EXPIRY'],
    DELETED: ['DELETION'],
  },
  EXPIRED: { ACTIVE: ['REASSIGNMENT', 'OVERRIDE'], DELETED: ['DELETION'] },
  QUALIFIED: { CONVERTED: ['CONVERSION'], LOST: ['LOSS'], DELETED: ['DELETION'] },
  CONVERTED: { DELETED: ['DELETION'] },
  LOST: { DELETED: ['DELETION'] },
  DELETED: {},
};

export function hasOpenHold(lead: Pick<Lead, 'holds'>): boolean {
  return lead.holds.some((hold) => hold.until === null);
}

/** Whether the lead may make the move now; for facts from elsewhere that must not fail. */
export function canMove(lead: Lead, to: LeadStatus, cause: StatusCause): boolean {
  if (lead.status === null || (to !== 'DELETED' && hasOpenHold(lead))) return false;
  return statusMoves[lead.status][to]?.includes(cause) ?? false;
}

/** @throws Refusal `CLOCK_STOPPED` while a hold is open, `ILLEGAL_TRANSITION` past the table */
export function moveStatus(
  lead: Lead,
  move: { to: LeadStatus; cause: StatusCause; reason?: string },
  { at, by }: Stamp,
): LeadStatusChanged {
  const { status: from, leadId, companyName, territory } = lead;
  if (from === null) throw new Refusal('NOT_FOUND', 'Nicht gefunden.');
  if (from !== 'DELETED' && move.to !== 'DELETED' && hasOpenHold(lead)) {
    throw new Refusal('CLOCK_STOPPED', 'Die Uhr dieses Leads ist angehalten.');
  }
  if (statusMoves[from][move.to]?.includes(move.cause) !== true) {
    throw new Refusal(
      'ILLEGAL_TRANSITION',
      `Der Wechsel von ${from} nach ${move.to} ist nicht möglich.`,
    );
  }
  const change = { leadId, oldStatus: from, newStatus: move.to, changedAt: at };
  const reason = move.reason === undefined ? {} : { reason: move.reason };
  return {
    type: 'lead.status_changed',
    data: {
      ...change,
      companyName,
      changedBy: by,
      territory,
      idempotencyKey: statusChangeKey(change),
      ...reason,
    },
  };
}
