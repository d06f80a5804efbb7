import { describe, expect, it } from 'vitest';
import { held, inStatus, leadId, owner, registeredLead, start, at } from './lead.fixture.ts';
import { canMove, moveStatus, statusCauses, type StatusCause } from './status.ts';
import { initialLead } from './lead.ts';
import { leadStatuses, type LeadStatus } from './vocabulary.ts';

/** The table of the requirement, written a second time on purpose: from, to, cause. */
const lawful: readonly (readonly [LeadStatus, LeadStatus, StatusCause])[] = [
  ['REGISTERED', 'ACTIVE', 'FIRST_ACTIVITY'],
  ['ACTIVE', 'REMINDER', 'REMINDER_RECORDED'],
  ['REMINDER', 'GRACE_PERIOD', 'REMINDER_SENT'],
  ['REMINDER', 'ACTIVE', 'EVIDENCE'],
  ['REMINDER', 'ACTIVE', 'REASSIGNMENT'],
  ['GRACE_PERIOD', 'ACTIVE', 'EVIDENCE'],
  ['GRACE_PERIOD', 'ACTIVE', 'REASSIGNMENT'],
  ['REGISTERED', 'QUALIFIED', 'QUALIFICATION'],
  ['ACTIVE', 'QUALIFIED', 'QUALIFICATION'],
  ['REMINDER', 'QUALIFIED', 'QUALIFICATION'],
  ['GRACE_PERIOD', 'QUALIFIED', 'QUALIFICATION'],
  ['REGISTERED', 'EXPIRED', 'EXPIRY'],
  ['ACTIVE', 'EXPIRED', 'EXPIRY'],
  ['REMINDER', 'EXPIRED', 'EXPIRY'],
  ['GRACE_PERIOD', 'EXPIRED', 'EXPIRY'],
  ['EXPIRED', 'ACTIVE', 'REASSIGNMENT'],
  ['EXPIRED', 'ACTIVE', 'OVERRIDE'],
  ['QUALIFIED', 'CONVERTED', 'CONVERSION'],
  ['QUALIFIED', 'LOST', 'LOSS'],
  ...leadStatuses
    .filter((status) => status !== 'DELETED')
    .map((status) => [status, 'DELETED', 'DELETION'] as const),
];

const cells = leadStatuses.flatMap((from) =>
  leadStatuses.flatMap((to) => statusCauses.map((cause) => ({ from, to, cause }))),
);
const isLawful = ({ from, to, cause }: (typeof cells)[number]): boolean =>
  lawful.some((move) => move[0] === from && move[1] === to && move[2] === cause);

function codeOf(decide: () => unknown): string {
  try {
    decide();
    return 'MOVED';
  } catch (refusal) {
    return (refusal as { code: string }).code;
  }
}

describe('the status', () => {
  it('moves as the table says and no other way, cell by cell', () => {
    for (const cell of cells) {
      const { from, to, cause } = cell;
      const lead = inStatus(from);
      const code = codeOf(() => moveStatus(lead, { to, cause }, at(start)));
      const wanted = isLawful(cell) ? 'MOVED' : 'ILLEGAL_TRANSITION';
      expect(code, `${from} → ${to} by ${cause}`).toBe(wanted);
      expect(canMove(lead, to, cause)).toBe(isLawful(cell));
    }
  });

  it('can only be deleted while a hold is open, cell by cell', () => {
    for (const cell of cells) {
      const { from, to, cause } = cell;
      if (from === 'DELETED') continue;
      const lead = held(inStatus(from));
      const code = codeOf(() => moveStatus(lead, { to, cause }, at(start)));
      const deletion = isLawful(cell) ? 'MOVED' : 'ILLEGAL_TRANSITION';
      const wanted = to === 'DELETED' ? deletion : 'CLOCK_STOPPED';
      expect(code, `${from} → ${to} by ${cause}`).toBe(wanted);
      expect(canMove(lead, to, cause)).toBe(code === 'MOVED');
    }
  });

  it('of a lead that was never registered does not exist', () => {
    const move = { to: 'ACTIVE', cause: 'FIRST_ACTIVITY' } as const;
    expect(codeOf(() => moveStatus(initialLead, move, at(start)))).toBe('NOT_FOUND');
  });

  it('tells its change with the deterministic key', () => {
    const stamp = at('2025-09-26T20:00:00.000Z');
    const move = { to: 'ACTIVE', cause: 'FIRST_ACTIVITY' } as const;
    expect(moveStatus(registeredLead(), move, stamp).data).toEqual({
      leadId,
      companyName: 'Fresh Foods GmbH',
      oldStatus: 'REGISTERED',
      newStatus: 'ACTIVE',
      changedBy: owner,
      changedAt: '2025-09-26T20:00:00.000Z',
      territory: 'DE',
      idempotencyKey: 'fbdca1ec-4536-3bfa-b253-8e6007d833ec',
    });
  });
});
