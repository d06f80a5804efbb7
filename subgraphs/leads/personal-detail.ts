import type { Transaction } from '#kernel/database';
import { blindIndex, type Recorded } from '#kernel/events';
import { normalizeEmail } from './duplicate.ts';
import type { LeadEvent, LeadPseudonymized } from './events.ts';
import type { LeadDetail, LeadPerson } from './tables.ts';

type Fact = Recorded<LeadEvent>;

/** What people read of a lead and nothing decides on. */
export interface PersonalDetail {
  readonly detail: LeadDetail;
  readonly people: Record<string, LeadPerson>;
}

/** Stands where the name of a contact was. */
export const ANONYMIZED = 'ANONYMIZED';

export async function personalAfter(
  tx: Transaction,
  before: PersonalDetail,
  fact: Fact,
): Promise<PersonalDetail> {
  if (fact.type === 'lead.pseudonymized') return pseudonymized(tx, before, fact);
  return { detail: detailAfter(before.detail, fact), people: peopleAfter(before.people, fact) };
}

/** The keyed hash under which an address of the territory is found again without being known. */
export async function emailHash(
  tx: Transaction,
  territory: string,
  email: string | null | undefined,
): Promise<string | null> {
  const normalized = normalizeEmail(email ?? '');
  return normalized === '' ? null : blindIndex(tx, `leads.email.${territory}`, normalized);
}

/** The company and where it is stay, for duplicates; its people stay as roles without a name. */
async function pseudonymized(
  tx: Transaction,
  { detail, people }: PersonalDetail,
  { data, territory }: Recorded<LeadPseudonymized>,
): Promise<PersonalDetail> {
  const hashOf = (email: string | null | undefined) => emailHash(tx, territory ?? '', email);
  const stripped = await Promise.all(
    Object.values(people).map(async (person): Promise<[string, LeadPerson]> => {
      const { leadId, contactId, role, group, isPrimary, isDecisionMaker, email } = person;
      return [
        contactId,
        {
          leadId,
          contactId,
          role,
          group,
          isPrimary,
          isDecisionMaker,
          at: data.at,
          lastName: ANONYMIZED,
          isActive: false,
          emailConsent: false,
          hasEmail: false,
          emailHash: await hashOf(email),
        },
      ];
    }),
  );
  return {
    detail: {
      ...detail,
      email: null,
      phone: null,
      website: null,
      street: null,
      painNotes: null,
      internalChampionName: null,
      emailHash: await hashOf(detail.email),
      holdReasons: (detail.holdReasons ?? []).map(() => null),
    },
    people: Object.fromEntries(stripped),
  };
}

function detailAfter(detail: LeadDetail, fact: Fact): LeadDetail {
  switch (fact.type) {
    case 'lead.registered':
    case 'lead.updated': {
      const { emailHash: hash, ...others } = detail;
      const isHashKept = hash !== undefined && fact.data.email === undefined;
      return { ...others, ...fact.data, ...(isHashKept ? { emailHash: hash } : {}) };
    }
    case 'lead.clock.stopped':
      return { ...detail, holdReasons: [...(detail.holdReasons ?? []), fact.data.reason ?? null] };
    case 'lead.assigned': {
      const since = detail.assignedSince ?? {};
      const members = fact.data.collaborators.map((each) => each.userId);
      const assignedSince = Object.fromEntries(members.map((id) => [id, since[id] ?? fact.time]));
      return { ...detail, assignedSince };
    }
    default:
      return detail;
  }
}

function peopleAfter(people: Record<string, LeadPerson>, fact: Fact): Record<string, LeadPerson> {
  if (fact.type !== 'lead.contact.changed') return people;
  const { [fact.data.contactId]: before, ...others } = people;
  if (fact.data.isRemoved === true) return others;
  const demoted = Object.entries(others).map(([id, other]) => [
    id,
    fact.data.isPrimary === true ? { ...other, isPrimary: false } : other,
  ]);
  return { ...Object.fromEntries(demoted), [fact.data.contactId]: { ...before, ...fact.data } };
}
