import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { people, startLeadGraph, type LeadGraph } from './graph.fixture.ts';

const { salesDe, salesDe2, salesAt, admin } = people;
const reason = 'Umzug des Betriebs nach Wien';
let graph: LeadGraph;
beforeAll(async () => {
  graph = await startLeadGraph('2025-01-15T09:00:00.000Z');
});
afterAll(() => graph.close());

const FIELDS = `id version email phone website painNotes competitorInUse internalChampionName
  contacts { firstName lastName email mobile notes } protection { holds { reason } }`;
const PERSON = {
  email: 'kueche@kanari.example',
  phone: '0171 4711 4711',
  website: 'https://kanari.example',
  painNotes: 'Kanarivermerk 4711',
  competitorInUse: 'Kanarikost',
  internalChampionName: 'Kanari Vogel',
};
const CONTACT = {
  role: 'KUECHENCHEF',
  firstName: 'Kanari',
  lastName: 'Vogel',
  email: 'chef@kanari.example',
  mobile: '+49 171 4711 4712',
  notes: 'Kanarikontakt',
};

const shown = async (id: string) =>
  (await graph.ask<{ lead: { version: number } }>(admin, `{ lead(id: "${id}") { ${FIELDS} } }`))
    .lead;
const change = async (name: string, leadId: string, input: object): Promise<void> => {
  const { version } = await shown(leadId);
  const answer = await graph.mutate(admin, name, { leadId, version, ...input });
  expect(answer.userErrors).toEqual([]);
};
async function register(extra: object = {}): Promise<string> {
  const { email, phone, ...profile } = PERSON;
  const { id } = await graph.register(salesDe, { email, phone, ...extra });
  await change('leadUpdate', id, profile);
  await change('leadContactSet', id, { contact: CONTACT });
  await change('leadClockStop', id, { kind: 'OTHER', reason: 'Kanarihalt wegen Umbau' });
  return id;
}
const rowOf = async (id: string): Promise<Record<string, unknown>> => {
  const [row] = await graph.db.admin('select * from leads.lead where id = $1', [id]);
  return row ?? {};
};
const exists = async (territory: string, given: object): Promise<boolean> => {
  const input = { territory, companyName: randomUUID(), city: randomUUID(), ...given };
  const { leadDuplicates } = await graph.ask<{ leadDuplicates: { exists: boolean } }>(
    territory === 'AT' ? salesAt : salesDe2,
    `query D($input: LeadDuplicatesInput!) { leadDuplicates(input: $input) { exists } }`,
    { input },
  );
  return leadDuplicates.exists;
};

describe('a lead’s people', () => {
  it('are ciphertext in its row, and in clear for those who may read them', async () => {
    const id = await register();
    const row = JSON.stringify(await rowOf(id));
    expect(row).not.toMatch(/kanari|vogel|4711 4711/i);
    const { role: _, ...contact } = CONTACT;
    expect(await shown(id)).toMatchObject({
      ...PERSON,
      contacts: [contact],
      protection: { holds: [{ reason: 'Kanarihalt wegen Umbau' }] },
    });
  });

  it('are found by address and telephone in their territory alone', async () => {
    await register({ email: 'suche@kanari.example', phone: '0171 99 88 77' });
    expect(await exists('DE', { email: ' SUCHE@kanari.example' })).toBe(true);
    expect(await exists('DE', { phone: '+49 171 998877' })).toBe(true);
    expect(await exists('DE', { email: 'suche@kanari.example.com' })).toBe(false);
    expect(await exists('AT', { email: 'suche@kanari.example' })).toBe(false);
  });

  it('are found where their lead has gone, and no longer where it was', async () => {
    const phone = '0664 55 44 33';
    const { id } = await graph.register(salesDe, { email: 'umzug@kanari.example', phone });
    await change('leadTerritoryTransfer', id, { territory: 'AT', reason });
    expect(await exists('AT', { email: 'umzug@kanari.example' })).toBe(true);
    expect(await exists('AT', { phone: '+43 664 554433' })).toBe(true);
    expect(await exists('DE', { email: 'umzug@kanari.example' })).toBe(false);
    expect(await exists('DE', { phone: '+49 664 554433' })).toBe(false);
  });
});

it('a name that looks like ciphertext is a name', async () => {
  const companyName = `$enc.v1.${randomUUID()}.x.AA==.AA==.email`;
  const { id } = await graph.register(salesDe, { companyName });
  const { lead } = await graph.ask<{ lead: object }>(
    salesDe,
    `{ lead(id: "${id}") { companyName } }`,
  );
  expect(lead).toEqual({ companyName });
  expect(await exists('DE', { companyName })).toBe(false);
  const copy = (await rowOf(await register({ email: 'kopie@kanari.example', phone: '0171 1' })))[
    'detail'
  ];
  const { email } = copy as { email: string };
  expect(email).toMatch(/^\$enc\.v1\./);
  await graph.register(salesDe, { companyName: email });
  expect(await exists('DE', { companyName: email })).toBe(false);
});

it('a row of before is read, found and changed until a rebuild makes it ciphertext', async () => {
  const phone = '0171 12 34 56';
  const id = await register({ email: 'frueher@kanari.example', phone });
  const before = await rowOf(id);
  const { version, ...known } = await shown(id);
  await graph.db.admin(
    `update leads.lead set email_index = 'frueher@kanari.example', phone_index = '+49171123456',
       detail = detail - 'emailHash' - 'phoneHash' || $2,
       people = jsonb_set(people, array[(select jsonb_object_keys(people)), 'lastName'], '"Vogel"')
     where id = $1`,
    [id, JSON.stringify({ ...PERSON, email: 'frueher@kanari.example', phone })],
  );
  expect(await shown(id)).toEqual({ version, ...known });
  expect(await exists('DE', { email: 'frueher@kanari.example' })).toBe(true);
  await change('leadUpdate', id, { employeeCount: 12 });
  expect(await exists('DE', { phone })).toBe(true);
  await graph.rebuild();
  expect(await shown(id)).toMatchObject(known);
  expect(JSON.stringify(await rowOf(id))).not.toMatch(/kanari\.example|vogel/i);
  expect(await rowOf(id)).toMatchObject({
    email_index: before['email_index'],
    phone_index: before['phone_index'],
    people: before['people'],
  });
});
