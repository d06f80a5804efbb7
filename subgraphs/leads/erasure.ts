/** What stays of a lead once a person in it was erased: his fields read null, as a rebuild would find them. */
import type { Transaction } from '#kernel/database';
import { forgetSubject, load } from '#kernel/events';
import { forgetAnswers } from '#kernel/graphql';
import { normalizeCompany } from './duplicate.ts';
import { personalPerson, personalProfile } from './fields.ts';
import { leadAggregate } from './lead.ts';
import type { LeadDetail, LeadPerson } from './tables.ts';

interface Stored {
  id: string;
  detail: LeadDetail;
  people: Record<string, LeadPerson>;
}

export async function eraseSubjects(tx: Transaction, subjectIds: readonly string[]): Promise<void> {
  for (const subjectId of subjectIds) forgetSubject(tx, subjectId);
  const rows = await tx.query<Stored>(
    `select id, detail, people from leads.lead
     where id = any ($1::uuid[]) or jsonb_path_query_array(state, '$.contacts[*].contactId') ?| $1::text[]
     order by id for update`,
    [subjectIds],
  );
  for (const row of rows) await eraseFrom(tx, row, subjectIds);
  await tx.query('update leads.task set reason = null where lead_id = any ($1::uuid[])', [
    subjectIds,
  ]);
  await forgetAnswers(tx, 'leads', subjectIds);
}

async function eraseFrom(
  tx: Transaction,
  { id, detail, people }: Stored,
  subjectIds: readonly string[],
): Promise<void> {
  const { state } = await load(tx, leadAggregate, id);
  const isOwn = subjectIds.includes(id);
  const company = state.companyName ?? '';
  await tx.query(
    `update leads.lead set state = $2, detail = $3, people = $4, company_name = $5, city = $6,
       company_normalized = $7,
       email_index = case when $8 then null else email_index end,
       phone_index = case when $8 then null else phone_index end,
       postal_code = case when $8 then null else postal_code end
     where id = $1`,
    [
      id,
      JSON.stringify(state),
      JSON.stringify(isOwn ? withoutTexts(detail) : detail),
      JSON.stringify(withoutPeople(people, subjectIds)),
      company,
      state.profile.city ?? '',
      normalizeCompany(company),
      isOwn,
    ],
  );
}

function withoutTexts(detail: LeadDetail): LeadDetail {
  const erased = cleared(detail, [
    'companyName',
    'emailHash',
    'phoneHash',
    ...Object.keys(personalProfile),
  ]);
  const { holdReasons } = erased;
  return holdReasons === undefined
    ? erased
    : { ...erased, holdReasons: holdReasons.map(() => null) };
}

function withoutPeople(
  people: Record<string, LeadPerson>,
  subjectIds: readonly string[],
): Record<string, LeadPerson> {
  const fields = ['emailHash', ...Object.keys(personalPerson)];
  return Object.fromEntries(
    Object.entries(people).map(([id, person]) => [
      id,
      subjectIds.includes(id) ? cleared(person, fields) : person,
    ]),
  );
}

/** The fields that are there become null; the name of somebody pseudonymised is nobody's. */
function cleared<Row extends object>(row: Row, fields: readonly string[]): Row {
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => [
      field,
      fields.includes(field) && value !== 'ANONYMIZED' ? null : value,
    ]),
  ) as Row;
}
