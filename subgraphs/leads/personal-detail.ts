import type { Transaction } from '#kernel/database';
import { blindIndex, openKept, type Kept, type Recorded } from '#kernel/events';
import { normalizeEmail, normalizePhone } from './duplicate.ts';
import type { LeadEvent, LeadPseudonymized } from './events.ts';
import { companyFields } from './fields.ts';
import type { LeadDetail, LeadPerson } from './tables.ts';
import type { Territory } from './vocabulary.ts';

type Fact = Recorded<LeadEvent>;

/** What people read of a lead and nothing decides on. */
export interface PersonalDetail {
  readonly detail: LeadDetail;
  readonly people: Record<string, LeadPerson>;
}

/** A fact as it is read and as a row keeps it, and where its lead is afterwards. */
export interface Known {
  readonly clear: Fact;
  readonly kept: Fact;
  readonly territory: Territory;
}

/** Stands where the name of a contact was. */
export const ANONYMIZED = 'ANONYMIZED';

export async function personalAfter(
  tx: Transaction,
  { detail, people }: PersonalDetail,
  { clear, kept, territory }: Known,
): Promise<PersonalDetail> {
  switch (clear.type) {
    case 'lead.pseudonymized':
      return pseudonymized(tx, { detail, people }, clear);
    case 'lead.registered':
    case 'lead.updated': {
      const { email, phone } = clear.data;
      const hashes = await hashesOf(tx, territory, { email, phone });
      const values = { ...kept.data, ...aboutCompany(clear.data) } as LeadDetail;
      return { people, detail: { ...detail, ...values, ...hashes } };
    }
    case 'lead.territory.transferred': {
      const { email, phone } = await openKept(tx, { email: detail.email, phone: detail.phone });
      // Of what was pseudonymised there is only the hash it has.
      const known = { ...(email ? { email } : {}), ...(phone ? { phone } : {}) };
      return { people, detail: { ...detail, ...(await hashesOf(tx, territory, known)) } };
    }
    default:
      return { detail: detailAfter(detail, kept), people: peopleAfter(people, kept) };
  }
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

/** The same for a telephone number. */
export async function phoneHash(
  tx: Transaction,
  territory: Territory,
  phone: string | null | undefined,
): Promise<string | null> {
  const normalized = normalizePhone(phone ?? '', territory);
  return normalized === null ? null : blindIndex(tx, `leads.phone.${territory}`, normalized);
}

/** Of what is told; the others stay as they are. */
async function hashesOf(
  tx: Transaction,
  territory: Territory,
  { email, phone }: { email?: string | null | undefined; phone?: string | null | undefined },
): Promise<Pick<LeadDetail, 'emailHash' | 'phoneHash'>> {
  return {
    ...(email === undefined ? {} : { emailHash: await emailHash(tx, territory, email) }),
    ...(phone === undefined ? {} : { phoneHash: await phoneHash(tx, territory, phone) }),
  };
}

/** The personal values of a fact that a row keeps in clear. */
function aboutCompany(data: object): object {
  const fields: readonly string[] = companyFields;
  return Object.fromEntries(Object.entries(data).filter(([field]) => fields.includes(field)));
}

/** The company and where it is stay, for duplicates; its people stay as roles without a name. */
async function pseudonymized(
  tx: Transaction,
  { detail, people }: PersonalDetail,
  { data, territory }: Recorded<LeadPseudonymized>,
): Promise<PersonalDetail> {
  const hashOf = async (kept: Kept | undefined) =>
    emailHash(tx, territory ?? '', await openKept(tx, kept));
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
      phoneHash: null,
      holdReasons: (detail.holdReasons ?? []).map(() => null),
    },
    people: Object.fromEntries(stripped),
  };
}

function detailAfter(detail: LeadDetail, fact: Fact): LeadDetail {
  switch (fact.type) {
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
