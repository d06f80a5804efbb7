import { describe, expect, it } from 'vitest';
import {
  advanceTrack,
  groupOf,
  removeContact,
  revokeConsent,
  setConsent,
  setContact,
  trackDecision,
  trackStepOf,
  type ContactInput,
} from './contact.ts';
import {
  at,
  chefId,
  inStatus,
  owner,
  reachableLead,
  registeredLead,
  start,
  withChef,
} from './lead.fixture.ts';
import { after, type Lead } from './lead.ts';
import { trackStates } from './vocabulary.ts';

const refusing = (code: string) => expect.objectContaining({ code });
const buyerId = 'c0000000-0000-4000-8000-000000000002';
const buyer: ContactInput = { contactId: buyerId, role: 'EINKAEUFER', lastName: 'Moser' };
const set = (lead: Lead, input: ContactInput): Lead =>
  after(lead, setContact(lead, input, at(start)));

describe('a contact', () => {
  it('has its group from its role', () => {
    const grouped = ['SOUS_CHEF', 'EINKAUFSLEITER', 'INHABER', 'MARKETING'] as const;
    expect(grouped.map(groupOf)).toEqual(['CHEF', 'BUYER', 'GF', 'OTHER']);
  });

  it('is primary when it is the first, and then the only one', () => {
    const two = set(withChef(registeredLead()), buyer);
    expect(two.contacts.map((each) => each.isPrimary)).toEqual([true, false]);
    const swapped = set(two, { ...buyer, isPrimary: true });
    expect(swapped.contacts.filter((each) => each.isPrimary)).toMatchObject([
      { contactId: buyerId },
    ]);
  });

  it('keeps what an update leaves out', () => {
    const lead = set(withChef(registeredLead()), { contactId: chefId, role: 'SOUS_CHEF' });
    expect(lead.contacts).toMatchObject([{ hasEmail: true, emailConsent: true, isActive: true }]);
  });

  it('needs a name and a plausible address', () => {
    const nameless = { contactId: buyerId, role: 'EINKAEUFER' } as const;
    expect(() => set(registeredLead(), nameless)).toThrow(refusing('BAD_USER_INPUT'));
    expect(() => set(registeredLead(), { ...buyer, email: 'kein-at' })).toThrow(
      refusing('BAD_USER_INPUT'),
    );
  });

  it('that is removed is gone; an unknown one does not exist', () => {
    const lead = withChef(registeredLead());
    expect(after(lead, removeContact(lead, chefId, at(start))).contacts).toEqual([]);
    expect(() => removeContact(lead, buyerId, at(start))).toThrow(refusing('NOT_FOUND'));
  });

  it('stays reachable on a converted lead, not on a deleted one', () => {
    expect(set(inStatus('CONVERTED'), buyer).contacts).toHaveLength(1);
    expect(() => set(inStatus('DELETED'), buyer)).toThrow(refusing('ILLEGAL_TRANSITION'));
  });
});

describe('consent', () => {
  it('is false until given, and its revocation is dated', () => {
    const give = (lead: Lead, emailConsent: boolean, contactId: string | null = null): Lead =>
      after(lead, setConsent(lead, { contactId, emailConsent }, at(start)));
    expect(registeredLead().emailConsent).toBe(false);
    const given = give(registeredLead(), true);
    expect(given).toMatchObject({ emailConsent: true, consentRevokedAt: null });
    expect(give(given, false)).toMatchObject({ emailConsent: false, consentRevokedAt: start });
    expect(give(withChef(given), false, chefId).contacts).toMatchObject([{ emailConsent: false }]);
  });

  it('given twice is one fact, under the name of who recorded it', () => {
    const consent = { contactId: null, emailConsent: true };
    const facts = setConsent(registeredLead(), consent, at(start));
    expect(facts).toMatchObject([{ data: { changedBy: owner } }]);
    expect(setConsent(after(registeredLead(), facts), consent, at(start))).toEqual([]);
  });
});

describe('a revocation by the link in a mail', () => {
  const revocation = (recipientId: string) =>
    ({ recipientId, origin: 'UNSUBSCRIBE_LINK', wording: '1', at: start }) as const;
  const lead = withChef(reachableLead());

  it('ends the consent of its recipient alone', () => {
    const own = after(lead, revokeConsent(lead, revocation(lead.leadId), at(start)));
    expect(own).toMatchObject({ emailConsent: false, contacts: [{ emailConsent: true }] });
    const chefs = after(lead, revokeConsent(lead, revocation(chefId), at(start)));
    expect(chefs).toMatchObject({ emailConsent: true, contacts: [{ emailConsent: false }] });
  });

  it('is recorded also where no consent stands, and nowhere when there is nobody', () => {
    const before = registeredLead();
    expect(revokeConsent(before, revocation(before.leadId), at(start))).toHaveLength(1);
    expect(revokeConsent(before, revocation(chefId), at(start))).toEqual([]);
    const deleted = inStatus('DELETED', lead);
    expect(revokeConsent(deleted, revocation(lead.leadId), at(start))).toEqual([]);
  });
});

describe('the two tracks', () => {
  it('go forward only, cell by cell, and steps may be skipped', () => {
    for (const from of trackStates) {
      for (const to of trackStates) {
        const lead: Lead = { ...registeredLead(), tracks: { CHEF: from, BUYER: 'OPEN' } };
        const isFinal = from === 'AGREED' || from === 'DECLINED';
        const isForward = !isFinal && trackStates.indexOf(to) > trackStates.indexOf(from);
        const facts = advanceTrack(lead, { group: 'CHEF', to }, at(start));
        expect(facts.length, `${from} → ${to}`).toBe(isForward ? 1 : 0);
        expect(after(lead, facts).tracks.CHEF).toBe(isForward ? to : from);
      }
    }
  });

  it('are chef’s and buyer’s alone', () => {
    expect(advanceTrack(registeredLead(), { group: 'GF', to: 'CONTACTED' }, at(start))).toEqual([]);
  });

  it.each([
    ['CALL', 'QUALIFIED', 'CONTACTED'],
    ['DECISION_ALIGNMENT', 'QUALIFIED', 'AGREED'],
    ['DECISION_ALIGNMENT', 'DISQUALIFIED', 'DECLINED'],
    ['DECISION_ALIGNMENT', undefined, 'CONTACTED'],
  ])('take %s with %s as %s', (kind, outcome, step) => {
    expect(trackStepOf({ kind, outcome })).toBe(step);
  });

  it('agree together and decline alone', () => {
    expect(trackDecision({ CHEF: 'AGREED', BUYER: 'AGREED' })).toBe('AGREED');
    expect(trackDecision({ CHEF: 'AGREED', BUYER: 'FEEDBACK_GIVEN' })).toBe('OPEN');
    expect(trackDecision({ CHEF: 'AGREED', BUYER: 'DECLINED' })).toBe('DECLINED');
  });
});
