import { describe, expect, it } from 'vitest';
import { at, leadId, manager, owner, plain, registeredLead, start } from './lead.fixture.ts';
import { after, initialLead, type Lead } from './lead.ts';
import { defaultTerms } from './protection.ts';
import { preClaimOf, flagPreClaim } from './pre-claim.ts';
import { backdate, register, update, type Registration } from './registration.ts';
import { advanceStage } from './stage.ts';
import { reassign } from './assignment.ts';

const refusing = (code: string, field?: string) =>
  expect.objectContaining(field === undefined ? { code } : { code, field });
const registering = (difference: Partial<Registration>) =>
  register(initialLead, { ...plain, ...difference }, { protection: defaultTerms }, at(start));
const firstContact = {
  channel: 'MESSE',
  at: '2025-01-14T10:00:00.000Z',
  note: 'Gespräch am Stand',
} as const;

describe('a registration', () => {
  it('makes the creator the owner and begins protection and follow-ups', () => {
    expect(registering({}).map((event) => event.type)).toEqual([
      'lead.registered',
      'lead.assigned',
      'lead.followup.scheduled',
    ]);
    expect(registeredLead()).toMatchObject({
      status: 'REGISTERED',
      stage: 'VORMERKUNG',
      ownerUserId: owner,
      registeredAt: start,
      protection: { assignedAt: start, ...defaultTerms },
      followUps: { T3: { status: 'SCHEDULED', dueAt: '2025-01-20T08:00:00.000Z' } },
    });
  });

  it('from a partner has neither owner nor protection', () => {
    const lead = registeredLead({ ownerUserId: null, source: 'PARTNER', partnerOrgId: manager });
    expect(lead).toMatchObject({ ownerUserId: null, protection: null, partnerOrgId: manager });
  });

  it.each(['MESSE', 'TELEFON'] as const)('from %s needs the first contact', (source) => {
    expect(() => registering({ source })).toThrow(refusing('FIRST_CONTACT_REQUIRED'));
    const lead = registeredLead({ source, firstContact });
    expect(lead).toMatchObject({ status: 'ACTIVE', stage: 'REGISTRIERUNG' });
    expect(lead.firstContactDocumentedAt).toBe(firstContact.at);
  });

  it.each<[string, Partial<Registration>]>([
    ['companyName', { companyName: '  ' }],
    ['city', { city: '' }],
    ['countryCode', { countryCode: 'FR' }],
    ['email', { email: 'kein-at' }],
    ['estimatedVolume', { estimatedVolume: '5000.00 CHF' }],
    ['branchCount', { branchCount: 0 }],
  ])('is refused for its %s', (field, difference) => {
    expect(() => registering(difference)).toThrow(refusing('BAD_USER_INPUT', field));
  });

  it('happens once', () => {
    const again = () => register(registeredLead(), plain, { protection: defaultTerms }, at(start));
    expect(again).toThrow(refusing('CONFLICT'));
  });

  it('copies only the fields a fact knows', () => {
    const sneaky = { forceReason: 'Herr Kanari hat angerufen' } as Partial<Registration>;
    expect(JSON.stringify(registering(sneaky))).not.toContain('Kanari');
  });
});

describe('an update', () => {
  it('names what changed and tells flags instead of persons', () => {
    const changes = { email: 'chef@example.com', internalChampionName: 'Frau Berger' };
    const [updated] = update(registeredLead(), changes, at(start));
    expect(updated?.data).toMatchObject({
      changed: ['email', 'internalChampionName'],
      hasEmail: true,
      hasChampion: true,
    });
    const cleared = update(registeredLead(), { email: null }, at(start));
    expect(cleared[0]?.data.hasEmail).toBe(false);
  });

  it('of nothing is no fact', () => {
    expect(update(registeredLead(), {}, at(start))).toEqual([]);
    expect(update(registeredLead(), { urgency: undefined }, at(start))).toEqual([]);
  });

  it('takes neither the name nor the city away', () => {
    expect(() => update(registeredLead(), { city: null }, at(start))).toThrow(
      refusing('BAD_USER_INPUT', 'city'),
    );
  });
});

describe('backdating', () => {
  const input = { registeredAt: '2024-12-20T09:00:00.000Z', reason: 'Auf der Messe notiert' };
  const later = at('2025-02-01T09:00:00.000Z', manager);

  it('moves registration and protection and keeps the first date', () => {
    const lead = after(registeredLead(), backdate(registeredLead(), input, later));
    expect(lead).toMatchObject({
      registeredAt: input.registeredAt,
      originalCreatedAt: start,
      protection: { assignedAt: input.registeredAt },
      followUps: { T3: { dueAt: '2024-12-23T08:00:00.000Z' } },
    });
  });

  it('leaves the protection of a reassigned lead alone', () => {
    const handed = {
      ownerUserId: manager,
      ownerTerritories: ['DE'],
      reason: 'Gebiet neu verteilt',
    };
    const lead = after(
      registeredLead(),
      reassign(registeredLead(), { ...handed, protection: defaultTerms }, later),
    );
    const [backdated] = backdate(lead, input, later);
    expect(backdated?.data).not.toHaveProperty('assignedAt');
  });

  it('reaches one minute ahead at most and wants a reason', () => {
    const to = (registeredAt: string, reason = input.reason) =>
      backdate(registeredLead(), { registeredAt, reason }, later);
    expect(to('2025-02-01T09:01:00.000Z')).not.toEqual([]);
    expect(() => to('2025-02-01T09:01:00.001Z')).toThrow(refusing('BAD_USER_INPUT'));
    expect(() => to(input.registeredAt, '  zu kurz ')).toThrow(refusing('REASON_TOO_SHORT'));
  });
});

describe('the stage', () => {
  const full = {
    email: 'kueche@example.com',
    businessType: 'HOTEL',
    employeeCount: 12,
    estimatedVolume: '90000.00 EUR',
  } as const;
  const up = (lead: Lead, stage: Lead['stage']) =>
    after(lead, advanceStage(lead, stage, at(start)));

  it('climbs one step at a time, never back', () => {
    const registered = up(registeredLead(full), 'REGISTRIERUNG');
    expect(up(registered, 'QUALIFIZIERT').stage).toBe('QUALIFIZIERT');
    const illegal = refusing('ILLEGAL_TRANSITION');
    expect(() => up(registeredLead(full), 'QUALIFIZIERT')).toThrow(illegal);
    expect(() => up(registered, 'VORMERKUNG')).toThrow(illegal);
    expect(() => up(registered, 'REGISTRIERUNG')).toThrow(illegal);
  });

  it.each<[string, Partial<Registration>]>([
    ['businessType', { businessType: null }],
    ['kitchenSize', { employeeCount: null }],
    ['estimatedVolume', { estimatedVolume: null }],
  ])('QUALIFIZIERT needs %s', (field, difference) => {
    const lead = up(registeredLead({ ...full, ...difference }), 'REGISTRIERUNG');
    expect(() => up(lead, 'QUALIFIZIERT')).toThrow(refusing('BAD_USER_INPUT', field));
  });

  it('REGISTRIERUNG needs a contact channel or the first contact', () => {
    expect(() => up(registeredLead(), 'REGISTRIERUNG')).toThrow(
      refusing('BAD_USER_INPUT', 'email'),
    );
    expect(up(registeredLead({ phone: '030 1234567' }), 'REGISTRIERUNG').stage).toBe(
      'REGISTRIERUNG',
    );
    expect(registeredLead({ firstContact }).stage).toBe('REGISTRIERUNG');
    const wanted = registeredLead({ email: 'a@example.com', stage: 'REGISTRIERUNG' });
    expect(wanted).toMatchObject({ stage: 'REGISTRIERUNG', status: 'REGISTERED' });
  });
});

describe('a Pre-Claim', () => {
  it.each([
    ['2025-01-15T09:00:00.000Z', 10, false, false],
    ['2025-01-22T09:00:00.000Z', 3, false, false],
    ['2025-01-22T09:00:00.001Z', 2, true, false],
    ['2025-01-25T09:00:00.000Z', 0, true, false],
    ['2025-01-25T09:00:00.001Z', 0, true, true],
  ])('at %s has %i days left', (now, daysLeft, isWarned, isOverdue) => {
    const until = '2025-01-25T09:00:00.000Z';
    expect(preClaimOf(registeredLead(), now)).toEqual({ until, daysLeft, isWarned, isOverdue });
  });

  it('is mended by the first contact', () => {
    expect(preClaimOf(registeredLead({ firstContact }), start)).toBeNull();
  });

  it('is flagged once when overdue, and stays protected', () => {
    const overdue = at('2025-01-25T09:00:00.001Z');
    const lead = after(registeredLead(), flagPreClaim(registeredLead(), overdue));
    expect(lead).toMatchObject({ isPreClaimOverdue: true, status: 'REGISTERED', leadId });
    expect(flagPreClaim(lead, overdue)).toEqual([]);
    expect(flagPreClaim(registeredLead(), at(start))).toEqual([]);
  });
});
