import { requireScope, systemActor } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { openKept, type Context, type InClear, type Kept } from '#kernel/events';
import type { Timestamp } from './calendar.ts';
import {
  isHardDuplicate,
  isSoftDuplicate,
  normalizeCompany,
  normalizeEmail,
  normalizePhone,
  similarityOf,
  type Candidate,
  type Identity,
} from './duplicate.ts';
import { emailHash, phoneHash } from './personal-detail.ts';
import { leadById } from './queries.ts';
import type { LeadDuplicatesInput } from './schema.generated.ts';
import type { LeadStatus, Territory } from './vocabulary.ts';

const CANDIDATES_MAX = 50;
const SIMILAR_MAX = 10;

type Wanted = Identity & { territory: Territory };

export interface Found {
  leadId: string;
  isHard: boolean;
  /** 0..100. */
  similarity: number;
  /** When the lead was won; null for others. */
  convertedAt: Timestamp | null;
}

/**
 * Looks past ownership, inside one territory only: whoever registers must learn that a duplicate
 * exists, and nothing about it. The answer never leaves this context unfiltered.
 */
export async function duplicatesOf(tx: Transaction, wanted: Wanted): Promise<Found[]> {
  const { territory } = wanted;
  const email = await emailHash(tx, territory, wanted.email);
  const phone = await phoneHash(tx, territory, wanted.phone);
  // Rows of before hold normal forms in place of hashes until they are filled anew.
  const rows = await tx.query<Row>(
    `select id, state ->> 'convertedAt' as converted_at, company_name, city, postal_code, status, is_canonical,
       detail -> 'email' as email, detail -> 'phone' as phone, detail ->> 'street' as street,
       email_index = $6 as is_same_email from leads.lead
     where territory = $1 and is_canonical and status <> 'DELETED'
       and (email_index in ($2, $6) or phone_index in ($3, $7) or company_normalized = $4
         or id = any ((select leads.similar_leads($1, $5, ${CANDIDATES_MAX}))::uuid[]))
     order by company_normalized = $4 desc, registered_at, id limit ${CANDIDATES_MAX}`,
    [
      territory,
      wanted.email ? normalizeEmail(wanted.email) : null,
      wanted.phone ? normalizePhone(wanted.phone, territory) : null,
      normalizeCompany(wanted.companyName),
      `${wanted.companyName} ${wanted.city ?? ''}`.slice(0, 400),
      email,
      phone,
    ],
  );
  return (await opened(tx, rows))
    .map((row) => ({
      leadId: row.id,
      convertedAt: row.converted_at,
      other: candidateOf(row, wanted),
    }))
    .filter(({ other }) => isHardDuplicate(wanted, other) || isSoftDuplicate(wanted, other))
    .map(({ leadId, convertedAt, other }) => ({
      leadId,
      convertedAt,
      isHard: isHardDuplicate(wanted, other),
      similarity: similarityOf(wanted, other, territory),
    }))
    .toSorted((a, b) => b.similarity - a.similarity);
}

/** Of these columns alone: a name somebody typed may look like ciphertext. */
async function opened(tx: Transaction, rows: readonly Row[]): Promise<InClear<Row>[]> {
  const kept = rows.map(({ email, phone }) => ({ email, phone }));
  const clear = await openKept(tx, kept);
  return rows.map((row, index) => ({
    ...row,
    email: clear[index]?.email ?? null,
    phone: clear[index]?.phone ?? null,
  }));
}

/** The job under whose name a territory is searched; it reads and writes nothing else. */
export function searcher(territory: Territory) {
  return systemActor('duplicate-search', [territory]);
}

/** What a person learns before he registers. */
export async function findDuplicates(context: Context, input: LeadDuplicatesInput) {
  requireScope(context.actor, 'leads:register');
  const { territory } = input;
  if (!context.actor.territories.includes(territory) && !context.actor.roles.includes('admin')) {
    return { exists: false, similar: [] };
  }
  const found = await context.database.transaction(
    searcher(territory),
    (tx) => duplicatesOf(tx, input),
    { readOnly: true },
  );
  const similar = found.filter((each) => !each.isHard).slice(0, SIMILAR_MAX);
  return {
    exists: found.some((each) => each.isHard),
    similar: similar.map(({ leadId, similarity }) => ({
      similarity,
      lead: () => leadById(context, leadId),
    })),
  };
}

interface Row {
  id: string;
  converted_at: Timestamp | null;
  company_name: string;
  city: string;
  postal_code: string | null;
  status: LeadStatus;
  is_canonical: boolean;
  email: Kept;
  phone: Kept;
  street: string | null;
  is_same_email: boolean | null;
}

/** An address that is only kept as a hash is the wanted one or none. */
function candidateOf(row: InClear<Row>, wanted: Wanted): Candidate {
  const { phone, street } = row;
  const { territory } = wanted;
  const email = row.is_same_email === true ? wanted.email : row.email;
  return {
    companyName: row.company_name,
    city: row.city,
    postalCode: row.postal_code,
    email,
    phone,
    street,
    territory,
    status: row.status,
    isCanonical: row.is_canonical,
  };
}
