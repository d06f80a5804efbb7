import { describe, expect, it } from 'vitest';
import { at, byManager, inStatus, leadId, nobody, owner, registeredLead } from './lead.fixture.ts';
import { after, type Lead } from './lead.ts';
import { extendProtection, runProtection } from './protection-engine.ts';
import { windowsAt } from './protection.ts';

const refusing = (code: string) => expect.objectContaining({ code });
const run = (lead: Lead, time: string) => runProtection(lead, at(time, nobody));
const dayAfter60 = '2025-03-16T09:00:00.001Z';
const dayAfter70 = '2025-03-26T09:00:00.001Z';
const active = inStatus('ACTIVE');
const reminded = after(active, run(active, dayAfter60));

describe('the reminder', () => {
  it('is recorded once per anchor and moves an active lead', () => {
    expect(run(active, dayAfter60)).toEqual([
      {
        type: 'lead.protection.reminder',
        data: {
          leadId,
          ownerUserId: owner,
          kind: 'REMINDER_60D',
          anchor: '2025-01-15T09:00:00.000Z',
          at: dayAfter60,
        },
      },
      expect.objectContaining({ type: 'lead.status_changed' }),
    ]);
    expect(reminded.status).toBe('REMINDER');
    expect(run(reminded, '2025-03-20T09:00:00.000Z')).toEqual([]);
  });

  it.each(['REGISTERED', 'QUALIFIED'] as const)('leaves a %s lead its status', (status) => {
    const lead = after(inStatus(status), run(inStatus(status), dayAfter60));
    expect(lead).toMatchObject({ status, protection: { reminderAt: dayAfter60 } });
  });

  it('goes to nobody where there is no owner', () => {
    expect(run(registeredLead({ ownerUserId: null }), dayAfter70)).toEqual([]);
  });
});

describe('the expiry', () => {
  const watched: Lead = {
    ...reminded,
    collaborators: [{ userId: nobody, role: 'WATCHER', level: null, contactFocus: [] }],
  };

  it('takes the lead from owner, collaborators and watchers and ends its follow-ups', () => {
    const expired = after(watched, run(watched, dayAfter70));
    expect(run(watched, dayAfter70).map((event) => event.type)).toEqual([
      'lead.protection.expired',
      'lead.status_changed',
      'lead.assigned',
      'lead.followup.closed',
      'lead.followup.closed',
    ]);
    expect(expired).toMatchObject({
      status: 'EXPIRED',
      ownerUserId: null,
      collaborators: [],
      protection: { expiredAt: dayAfter70 },
      followUps: { T3: { status: 'CANCELED' }, T7: { status: 'CANCELED' } },
    });
    expect(run(expired, '2026-01-01T00:00:00.000Z')).toEqual([]);
  });

  it('leaves a qualified lead its status', () => {
    const lead = inStatus('QUALIFIED', reminded);
    const expired = after(lead, run(lead, dayAfter70));
    expect(expired).toMatchObject({ status: 'QUALIFIED', ownerUserId: null });
  });

  it('waits ten days for a reminder that a standstill of the engine made late', () => {
    const late = '2025-06-01T09:00:00.000Z';
    const lead = after(active, run(active, late));
    expect(lead.status).toBe('REMINDER');
    expect(run(lead, '2025-06-11T09:00:00.000Z')).toEqual([]);
    expect(run(lead, '2025-06-11T09:00:00.001Z')[0]).toMatchObject({
      type: 'lead.protection.expired',
      data: { cause: 'PROGRESS' },
    });
  });

  it('at the end of the base term needs no reminder', () => {
    expect(run(active, '2025-07-15T08:00:00.001Z')[0]).toMatchObject({
      type: 'lead.protection.expired',
      data: { cause: 'BASE' },
    });
  });
});

describe('an extension', () => {
  const reason = 'Kunde baut die Küche um';

  it('lengthens the base term only', () => {
    const events = extendProtection(active, { months: 3, reason }, byManager(dayAfter60));
    const { protection } = after(active, events);
    if (protection === null) throw new Error('the protection is gone');
    expect(windowsAt(protection, [], dayAfter60)).toMatchObject({
      baseUntil: '2025-10-15T08:00:00.000Z',
      graceUntil: '2025-03-26T09:00:00.000Z',
    });
  });

  it.each([0, 25, 1.5])('is not possible for %d months', (months) => {
    expect(() => extendProtection(active, { months, reason }, byManager(dayAfter60))).toThrow(
      refusing('BAD_USER_INPUT'),
    );
  });

  it('needs a protection and a reason', () => {
    const input = { months: 1, reason };
    const unowned = registeredLead({ ownerUserId: null });
    const illegal = refusing('ILLEGAL_TRANSITION');
    expect(() => extendProtection(unowned, input, byManager(dayAfter60))).toThrow(illegal);
    expect(() => extendProtection(inStatus('EXPIRED'), input, byManager(dayAfter60))).toThrow(
      illegal,
    );
    expect(() =>
      extendProtection(active, { ...input, reason: 'x' }, byManager(dayAfter60)),
    ).toThrow(refusing('REASON_TOO_SHORT'));
  });
});
