import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import { append, eraseSubject, type Aggregate } from '#kernel/events';
import { createSubgraphs } from '#subgraphs';
import { registerLead, settledThroughout, startTestSystem, type TestSystem } from './system.ts';

let test: TestSystem;
beforeAll(async () => {
  test = await startTestSystem();
});
afterAll(() => test.stop());

const NAME = 'Kanari Vogel';
const PERSONAL = ['kanari.4711', NAME, '4711 4711', 'Kanarivermerk'];

const settled = (): Promise<void> => settledThroughout(test);

async function leadOf(id: string) {
  const { data } = await test.ask<{
    lead: { version: number; companyName: string; email: string | null; contacts: Contact[] };
  }>(
    'admin',
    `{ lead(id: "${id}") { version companyName email city contacts { id lastName email } } }`,
  );
  if (!data?.lead) throw new Error('no lead');
  return data.lead;
}
interface Contact {
  id: string;
  lastName: string | null;
  email: string | null;
}

async function mutate(name: string, input: Record<string, unknown>): Promise<string[]> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
  const { data, errors } = await test.ask<Record<string, { userErrors: { code: string }[] }>>(
    'sales-de',
    `mutation M($input: ${type}) { ${name}(input: $input) { userErrors { code } } }`,
    { input },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  await settled();
  return data?.[name]?.userErrors.map(({ code }) => code) ?? [];
}
const change = async (name: string, leadId: string, input: Record<string, unknown>) =>
  mutate(name, { leadId, version: (await leadOf(leadId)).version, ...input });
const send = (leadId: string, contactId?: string, idempotencyKey?: string) =>
  mutate('messageSend', {
    leadId,
    contactId,
    subject: 'An Kanari Vogel',
    text: 'Kanarivermerk 4711',
    idempotencyKey,
  });

/** As the command of an operator does it, in a process of its own: this one only hears of it. */
async function erase(subjectIds: string[], kind: 'LEAD' | 'CONTACT'): Promise<void> {
  const { events } = createSubgraphs({}).find(({ name }) => name === 'admin') ?? {};
  if (events === undefined) throw new Error('no admin');
  const aggregate: Aggregate<object> = {
    type: 'backbone_operation',
    events,
    initial: {},
    evolve: (state) => state,
    territoryOf: () => null,
    ownerOf: () => null,
  };
  const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: ['DE'] });
  const operationId = randomUUID();
  const context = { clock: test.clock, newId: randomUUID, correlationId: 'test' };
  await test.db.database.transaction(admin, async (tx) => {
    for (const subjectId of subjectIds) await eraseSubject(tx, subjectId);
    const data = { operationId, subjectIds, kind, at: test.clock.now().toISOString() };
    await append(tx, {
      aggregate,
      id: operationId,
      state: {},
      expectedVersion: 0,
      events: [{ type: 'admin.subject.erased', data }],
      context,
    });
  });
  await settled();
}

/** The tables with a row that says one of the words. */
async function wherever(word: string): Promise<string[]> {
  const tables = await test.db.admin<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname !~ '^pg_|information_schema|graphile'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await test.db.admin(`select from ${name} t where t::text ilike $1 limit 1`, [
      `%${word}%`,
    ]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

async function register(): Promise<{ leadId: string; contactId: string }> {
  const { id: leadId } = await registerLead(test, 'sales-de', {
    companyName: `${NAME} Feinkost`,
    city: 'Kanaristadt',
    email: 'laden@kanari.4711.test',
    phone: '+49 30 4711 4711',
    emailConsent: true,
  });
  await settled();
  const contact = { role: 'KUECHENCHEF', lastName: NAME, email: 'koch@kanari.4711.test' };
  await change('leadContactSet', leadId, { contact: { ...contact, emailConsent: true } });
  await mutate('activityLog', {
    leadId,
    kind: 'NOTE',
    at: new Date(Date.now() - 60_000).toISOString(),
    note: 'Kanarivermerk 4711',
  });
  const [first] = (await leadOf(leadId)).contacts;
  return { leadId, contactId: first?.id ?? '' };
}

it('an erased contact is nobody everywhere, and the rest of the lead stands', async () => {
  const { leadId, contactId } = await register();
  expect(await send(leadId, contactId, 'brief')).toEqual([]);
  await erase([contactId], 'CONTACT');
  expect(await leadOf(leadId)).toMatchObject({
    companyName: `${NAME} Feinkost`,
    contacts: [{ id: contactId, lastName: null, email: null }],
  });
  const contact = { role: 'KUECHENCHEF', lastName: 'Wieder da' };
  expect(await change('leadContactSet', leadId, { contactId, contact })).toEqual([
    'SUBJECT_ERASED',
  ]);
  expect(await send(leadId, contactId)).toEqual(['SUBJECT_ERASED']);
  const kept = await test.db.admin(`select from communication.mutation_key where key = 'brief'`);
  expect(kept).toEqual([]);
  const texts = await test.db.admin('select subject, text from communication.message');
  expect(texts).toEqual([{ subject: null, text: null }]);
  await erase([leadId], 'LEAD');
});

/** Read models with ciphertext of the person, and what finds him by his address. */
async function keptOf(subjectId: string): Promise<string[]> {
  const texts = await wherever(`$enc.v1.${subjectId}`);
  // As a row in text writes a quotation mark.
  const sealed = await wherever(`""sid"": ""${subjectId}""`);
  const tables = [...texts, ...sealed];
  const found = await test.db.admin(
    'select from leads.lead where id = $1 and num_nonnulls(email_index, phone_index) > 0',
    [subjectId],
  );
  const kept = tables.filter((name) => !/\.(event|snapshot)/.test(name));
  return found.length === 0 ? kept : [...kept, 'an index'];
}

it('of an erased lead no word is left in any table, no ciphertext outside the log, and commands say why', async () => {
  const { leadId, contactId } = await register();
  await send(leadId);
  expect((await keptOf(leadId)).toSorted()).toEqual([
    'activities.activity',
    'an index',
    'communication.message',
    'communication.recipient',
    'leads.lead',
  ]);
  await erase([leadId, contactId], 'LEAD');
  expect([...(await keptOf(leadId)), ...(await keptOf(contactId))]).toEqual([]);
  for (const word of PERSONAL) expect([word, await wherever(word)]).toEqual([word, []]);
  expect(await leadOf(leadId)).toMatchObject({ companyName: '', email: null });
  expect(await change('leadUpdate', leadId, { painNotes: 'Neu' })).toEqual(['SUBJECT_ERASED']);
  expect(await send(leadId)).toEqual(['SUBJECT_ERASED']);
  const note = { kind: 'NOTE', at: new Date(Date.now() - 60_000).toISOString(), note: 'Neu' };
  expect(await mutate('activityLog', { leadId, ...note })).toEqual(['SUBJECT_ERASED']);
});

it('a rebuild finds as many facts and leads to the same rows', async () => {
  const rows = async () => [
    await test.db.admin('select * from leads.lead order by id'),
    await test.db.admin('select * from leads.task order by id'),
    await test.db.admin('select * from communication.recipient order by id'),
    await test.db.admin('select * from communication.lead_access order by lead_id'),
  ];
  const before = await rows();
  const { backbone } = test.system.runtime;
  for (const name of ['leads.leads', 'communication.leads']) await backbone.rebuild(name);
  expect(await rows()).toEqual(before);
});

it('other people’s stored answers are nobody’s business but a job’s', async () => {
  await registerLead(test, 'sales-de', { idempotencyKey: 'meins' });
  const other = createActor({ userId: randomUUID(), roles: ['manager'], territories: ['DE'] });
  const seenBy = (actor: typeof other) =>
    test.db.database.transaction(actor, (tx) =>
      tx.query(`select from leads.mutation_key where key = 'meins'`),
    );
  expect(await seenBy(other)).toEqual([]);
  expect(await seenBy(systemActor('test', ['DE']))).toHaveLength(1);
});
