import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '#kernel/database';
import { keySchema, moduleSchema, openKept, type Kept } from '#kernel/events';
import { createTestDatabase, eventually, type TestDatabase } from '#kernel/testing';
import { systemActor } from '#kernel/access';
import { createSubgraphs } from '#subgraphs';
import { CANARY, CANARY_FIRM, CANARY_FLOWS, tablesWithCanary } from '../security/canary.ts';
import { registerLead, settledThroughout, startTestSystem, type TestSystem } from './system.ts';

/** Columns that held people in clear, and the migrations that ended it. */
const COLUMNS: readonly [table: string, column: string][] = [
  ['communication.recipient', 'email'],
  ['communication.colleague', 'email'],
  ['admin.app_user', 'name'],
  ['admin.app_user', 'email'],
  ['leads.lead', 'detail'],
  ['leads.lead', 'people'],
];
const MIGRATIONS = ['0007-sealed-addresses.sql', '0008-sealed-names.sql', '0009-sealed-people.sql'];
/** What `leads.lead` was, once its `detail` and `people` hold texts. */
const LEADS_OF_BEFORE = `
  update leads.lead set detail = detail - 'emailHash' - 'phoneHash' where detail ->> 'email' is not null;
  update leads.lead set email_index = lower(detail ->> 'email'), phone_index = detail ->> 'phone';
  alter table leads.lead rename column email_index to email_normalized;
  alter table leads.lead rename column phone_index to phone_e164;
  alter table leads.lead
    add column email_hash text generated always as (detail ->> 'emailHash') stored;
  create index lead_by_email_hash on leads.lead (territory, email_hash) where email_hash is not null`;

let db: TestDatabase;
let test: TestSystem;
const modules = createSubgraphs({});
beforeAll(async () => {
  db = await createTestDatabase({ modules });
  test = await startTestSystem({ db });
});
afterAll(async () => {
  await test?.stop();
  await db?.close();
});

/** What people see of him, his mail included. */
async function shown(leadId: string): Promise<unknown> {
  const { data, errors } = await test.ask(
    'admin',
    `{ lead(id: "${leadId}") { email phone painNotes internalChampionName
         contacts { lastName phone email } messages { to text } }
       users(first: 20) { edges { node { login name email } } } }`,
  );
  expect(errors).toBeUndefined();
  return data;
}

async function seed(): Promise<string> {
  const { id } = await registerLead(test, 'sales-de', {
    ...CANARY_FIRM,
    email: CANARY.email,
    phone: CANARY.phone,
    emailConsent: true,
  });
  await settledThroughout(test);
  for (const [login, field, inputOf] of CANARY_FLOWS.slice(0, -1)) {
    const { data } = await test.ask<{ lead: { version: number } }>(
      'admin',
      `{ lead(id: "${id}") { version } }`,
    );
    const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
    const answer = await test.ask<Record<string, { userErrors: object[] }>>(
      login,
      `mutation M($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`,
      { input: inputOf(id, data?.lead.version ?? 0) },
    );
    expect([field, answer.data?.[field]?.userErrors]).toEqual([field, []]);
    await settledThroughout(test);
  }
  return id;
}

/** What each column would hold if it held texts, by the place of the row. */
async function inTexts(): Promise<unknown[]> {
  const { database } = test.system.runtime;
  const columns: unknown[] = [];
  for (const [table, column] of COLUMNS) {
    const rows = await db.admin<{ place: string; value: Kept }>(
      `select ctid::text as place, ${column} as value from ${table} where ${column} is not null`,
    );
    const actor = systemActor('test', []);
    columns.push(await database.transaction(actor, (tx) => openKept(tx, rows)));
  }
  return columns;
}

/** The tables as a version of before has left them. */
async function backInClear(texts: unknown[]): Promise<void> {
  for (const [index, [table, column]] of COLUMNS.entries()) {
    await db.admin(
      `update ${table} t set ${column} = c.value
       from jsonb_to_recordset($1) c (place text, value jsonb) where t.ctid = c.place::tid`,
      [JSON.stringify(texts[index])],
    );
    if (table === 'leads.lead') continue;
    await db.admin(
      `alter table ${table} alter column ${column} type text using ${column} #>> '{}'`,
    );
  }
  await db.admin(LEADS_OF_BEFORE);
  await db.admin('delete from kernel.migration where file = any ($1)', [MIGRATIONS]);
}

it('an installation of before ends without a person in clear, and without anything lost', async () => {
  const leadId = await seed();
  const forgotten = await registerLead(test, 'sales-de');
  const before = await shown(leadId);
  expect(JSON.stringify(before)).toContain(CANARY.email);
  const sealed = await tablesWithCanary(db);
  const texts = await inTexts();
  await test.stop();
  await backInClear(texts);
  const hash = { emailHash: 'hash of an address that nobody knows any more' };
  await db.admin('update leads.lead set detail = detail || $2 where id = $1', [forgotten.id, hash]);
  const tables = COLUMNS.map(([table]) => table);
  expect(await tablesWithCanary(db)).toEqual(expect.arrayContaining(tables));

  await migrate(db.ownerUrl, [keySchema, ...modules.map(moduleSchema)]);
  const [index] = await db.admin('select email_index from leads.lead where id = $1', [
    forgotten.id,
  ]);
  expect(index).toEqual({ email_index: hash.emailHash });
  test = await startTestSystem({ db, people: false });
  expect(await shown(leadId)).toEqual(before);
  await eventually(async () => expect(await tablesWithCanary(db)).toEqual(sealed), {
    timeoutMs: 30_000,
  });
  expect(sealed).not.toEqual(expect.arrayContaining(tables));
  expect(await shown(leadId)).toEqual(before);
});
