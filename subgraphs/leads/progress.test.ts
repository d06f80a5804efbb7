import { describe, expect, it } from 'vitest';
import { resumeClock, stopClock } from './clock.ts';
import type { LeadEvent } from './events.ts';
import { at, byManager, held, inStatus, registeredLead, start } from './lead.fixture.ts';
import { after, type Lead } from './lead.ts';
import {
  documentFirstContact,
  linkOpportunity,
  recordEvidence,
  recordMeaningfulActivity,
  reminderSent,
} from './progress.ts';
import { runProtection } from './protection-engine.ts';
import type { LeadStatus } from './vocabulary.ts';

const refusing = (code: string) => expect.objectContaining({ code });
const types = (events: readonly LeadEvent[]): string[] => events.map((event) => event.type);
const march = (day: number): string => `2025-03-${String(day).padStart(2, '0')}T10:00:00.000Z`;
const opportunityId = 'b0000000-0000-4000-8000-000000000001';
/** Reminded on 16 March 2025. */
const reminded = (status: LeadStatus = 'ACTIVE'): Lead => {
  const lead = inStatus(status);
  return after(lead, runProtection(lead, at(march(16))));
};
const meeting = (day: number) => ({ kind: 'MEETING', at: march(day) });
const contact = { channel: 'PHONE', at: start, note: 'Rückruf vereinbart' } as const;

describe('a first contact', () => {
  it('makes a registered lead active and lifts its stage', () => {
    const lead = after(
      registeredLead(),
      documentFirstContact(registeredLead(), contact, at(start)),
    );
    expect(lead).toMatchObject({ status: 'ACTIVE', stage: 'REGISTRIERUNG' });
    expect(() => documentFirstContact(lead, contact, at(start))).toThrow(refusing('CONFLICT'));
  });

  it('is neither in the future nor without a note', () => {
    const document = (difference: object) => () =>
      documentFirstContact(registeredLead(), { ...contact, ...difference }, at(start));
    expect(document({ at: '2025-01-15T09:00:00.001Z' })).toThrow(refusing('BAD_USER_INPUT'));
    expect(document({ note: 'kurz' })).toThrow(refusing('REASON_TOO_SHORT'));
  });

  it.each(['EXPIRED', 'CONVERTED', 'LOST', 'DELETED'] as const)(
    'comes too late when %s',
    (status) => {
      expect(() => documentFirstContact(inStatus(status), contact, at(start))).toThrow(
        refusing('ILLEGAL_TRANSITION'),
      );
    },
  );
});

describe('a meaningful activity', () => {
  it('makes a registered lead active and moves no window', () => {
    const lead = after(
      registeredLead(),
      recordMeaningfulActivity(registeredLead(), { kind: 'CALL', at: march(1) }, at(march(1))),
    );
    expect(lead.status).toBe('ACTIVE');
    expect(lead.lastMeaningfulActivityAt).toBe(march(1));
    expect(lead.protection).toEqual(registeredLead().protection);
  });

  it('does not take the reminder back', () => {
    const lead = reminded();
    const call = { kind: 'CALL', at: march(17) };
    expect(after(lead, recordMeaningfulActivity(lead, call, at(march(17)))).status).toBe(
      'REMINDER',
    );
  });
});

describe('evidence', () => {
  it.each(['REMINDER', 'GRACE_PERIOD'] as const)('brings a lead in %s back', (status) => {
    const lead = inStatus(status, reminded());
    const proved = after(lead, recordEvidence(lead, meeting(18), at(march(18))));
    expect(proved).toMatchObject({ status: 'ACTIVE', protection: { lastEvidenceAt: march(18) } });
    expect(runProtection(proved, at('2025-05-16T10:00:00.000Z'))).toEqual([]);
  });

  it('never moves the anchor back or into the future', () => {
    const proved = after(
      registeredLead(),
      recordEvidence(registeredLead(), meeting(10), at(march(18))),
    );
    expect(recordEvidence(proved, meeting(10), at(march(18)))).toEqual([]);
    expect(recordEvidence(proved, meeting(19), at(march(18)))).toEqual([]);
    const before = { kind: 'MEETING', at: '2025-01-10T09:00:00.000Z' };
    expect(recordEvidence(registeredLead(), before, at(march(18)))).toEqual([]);
  });

  it('revives nothing after the expiry, not even a qualified lead', () => {
    for (const status of ['ACTIVE', 'QUALIFIED'] as const) {
      const lead = reminded(status);
      const expired = after(lead, runProtection(lead, at(march(27))));
      expect(recordEvidence(expired, meeting(28), at(march(28)))).toEqual([]);
    }
  });
});

describe('the departure of the reminder', () => {
  it('opens the days of grace once', () => {
    const lead = after(reminded(), reminderSent(reminded(), at(march(17))));
    expect(lead.status).toBe('GRACE_PERIOD');
    expect(reminderSent(lead, at(march(17)))).toEqual([]);
  });

  it('keeps the status of a registered or qualified lead', () => {
    for (const status of ['REGISTERED', 'QUALIFIED'] as const) {
      const lead = reminded(status);
      expect(types(reminderSent(lead, at(march(17))))).toEqual(['lead.protection.reminder_sent']);
      expect(after(lead, reminderSent(lead, at(march(17)))).status).toBe(status);
    }
  });

  it('is ignored once evidence has answered it', () => {
    const proved = after(reminded(), recordEvidence(reminded(), meeting(18), at(march(18))));
    expect(reminderSent(proved, at(march(19)))).toEqual([]);
  });
});

describe('an opportunity', () => {
  it('qualifies its lead and converts nothing', () => {
    const lead = after(reminded(), linkOpportunity(reminded(), opportunityId, at(march(17))));
    expect(lead.status).toBe('QUALIFIED');
    expect(types(linkOpportunity(lead, opportunityId, at(march(18))))).toEqual([
      'lead.opportunity.linked',
    ]);
    expect(linkOpportunity(inStatus('EXPIRED'), opportunityId, at(march(18)))).toEqual([]);
  });
});

describe('the clock', () => {
  const stop = { kind: 'FFZ_SAMPLE_DELAY', reason: 'Muster kommen verspätet' } as const;

  it('stops once, with a reason', () => {
    const lead = after(registeredLead(), stopClock(registeredLead(), stop, byManager(march(10))));
    expect(lead.holds).toEqual([{ kind: 'FFZ_SAMPLE_DELAY', from: march(10), until: null }]);
    expect(() => stopClock(lead, stop, byManager(march(11)))).toThrow(refusing('CLOCK_STOPPED'));
    expect(() => stopClock(registeredLead(), { ...stop, reason: '' }, at(start))).toThrow(
      refusing('REASON_TOO_SHORT'),
    );
  });

  it.each(['EXPIRED', 'CONVERTED', 'LOST', 'DELETED'] as const)(
    'does not stop when %s',
    (status) => {
      expect(() => stopClock(inStatus(status), stop, byManager(march(10)))).toThrow(
        refusing('ILLEGAL_TRANSITION'),
      );
    },
  );

  it('does not stop for a qualified lead whose protection has expired', () => {
    const lead = reminded('QUALIFIED');
    const expired = after(lead, runProtection(lead, at(march(27))));
    expect(() => stopClock(expired, stop, byManager(march(28)))).toThrow(
      refusing('ILLEGAL_TRANSITION'),
    );
  });

  it('that runs cannot be resumed', () => {
    expect(() => resumeClock(registeredLead(), at(start))).toThrow(refusing('ILLEGAL_TRANSITION'));
  });

  it('keeps the engine away and shifts the windows by its length', () => {
    const lead = held(inStatus('ACTIVE'), march(1));
    expect(runProtection(lead, at('2025-12-01T10:00:00.000Z'))).toEqual([]);
    const resumed = after(lead, resumeClock(lead, at(march(11))));
    expect(runProtection(resumed, at('2025-03-26T09:00:00.000Z'))).toEqual([]);
    expect(types(runProtection(resumed, at('2025-03-26T09:00:00.001Z')))[0]).toBe(
      'lead.protection.reminder',
    );
  });

  const opportunity = (lead: Lead) => linkOpportunity(lead, opportunityId, at(march(18)));
  const evidence = (lead: Lead) => recordEvidence(lead, meeting(18), at(march(18)));
  const call = (lead: Lead) =>
    recordMeaningfulActivity(lead, { kind: 'CALL', at: march(18) }, at(march(18)));
  const departure = (lead: Lead) => reminderSent(lead, at(march(18)));
  it.each<[string, Lead, (lead: Lead) => LeadEvent[], LeadStatus]>([
    ['evidence for a reminded lead', reminded(), evidence, 'ACTIVE'],
    ['evidence in the days of grace', inStatus('GRACE_PERIOD', reminded()), evidence, 'ACTIVE'],
    ['an activity of a registered lead', registeredLead(), call, 'ACTIVE'],
    ['the departure of the reminder', reminded(), departure, 'GRACE_PERIOD'],
    ['an opportunity', reminded(), opportunity, 'QUALIFIED'],
    ['an activity that is no evidence', reminded(), call, 'REMINDER'],
  ])('lets %s take effect when it runs again', (_, lead, happen, status) => {
    const stopped = held(lead, march(17));
    const happened = after(stopped, happen(stopped));
    expect(happened.status).toBe(lead.status);
    expect(after(happened, resumeClock(happened, at(march(20)))).status).toBe(status);
  });
});
