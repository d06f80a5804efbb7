/** Leads for the tests of the decisions, built from facts as the real ones are. */
import { after, initialLead, type Lead } from './lead.ts';
import { setContact } from './contact.ts';
import { defaultTerms } from './protection.ts';
import { register, type Registration } from './registration.ts';
import type { Stamp } from './requirements.ts';
import type { LeadStatus } from './vocabulary.ts';

export const leadId = '3f2b8c1e-0a4d-4f7a-9c55-6d1e2f3a4b5c';
export const owner = 'a0000000-0000-4000-8000-000000000001';
export const colleague = 'a0000000-0000-4000-8000-000000000002';
export const manager = 'a0000000-0000-4000-8000-000000000003';
export const chefId = 'c0000000-0000-4000-8000-000000000001';
export const nobody = '00000000-0000-0000-0000-000000000000';
export const start = '2025-01-15T09:00:00.000Z';

export const at = (time: string, by: string = owner): Stamp => ({ at: time, by });
export const byManager = (time: string): Stamp => at(time, manager);

export const plain: Registration = {
  leadId,
  companyName: 'Fresh Foods GmbH',
  city: 'Berlin',
  countryCode: 'DE',
  source: 'WEB_FORMULAR',
  ownerUserId: owner,
};

/** A lead registered at `start`, with the difference given. */
export function registeredLead(difference: Partial<Registration> = {}, time = start): Lead {
  const input = { ...plain, ...difference };
  return after(initialLead, register(initialLead, input, { protection: defaultTerms }, at(time)));
}

/** The same lead in another status; for tables, where the way there does not matter. */
export function inStatus(status: LeadStatus, lead: Lead = registeredLead()): Lead {
  const { protection } = lead;
  if (status !== 'EXPIRED' || protection === null) return { ...lead, status };
  return {
    ...lead,
    status,
    ownerUserId: null,
    protection: { ...protection, expiredAt: '2025-03-26T09:00:00.001Z' },
  };
}

export function held(lead: Lead, from = '2025-02-01T00:00:00.000Z'): Lead {
  return { ...lead, holds: [{ kind: 'OTHER', from, until: null }] };
}

/** Active, with consent and an address: what a follow-up wants. */
export function reachableLead(difference: Partial<Registration> = {}, time = start): Lead {
  const registration = { email: 'kueche@example.com', emailConsent: true, ...difference };
  return inStatus('ACTIVE', registeredLead(registration, time));
}

export function withChef(lead: Lead): Lead {
  const chef = { contactId: chefId, role: 'KUECHENCHEF', lastName: 'Berger' } as const;
  const consenting = { ...chef, email: 'chef@example.com', emailConsent: true };
  return after(lead, setContact(lead, consenting, at(start)));
}
