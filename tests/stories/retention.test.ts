import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoLogin } from '../../gateway/demo-logins.ts';
import { registerLead, startTestSystem, type TestSystem } from './system.ts';

let test: TestSystem;
beforeAll(async () => {
  test = await startTestSystem();
});
afterAll(() => test.stop());

const PERSONAL = ['kanari.4711@pii.test', 'Kanari Vogel', '4711 4711', 'Kanarivermerk'];

const at = (time: string) => test.clock.travel(new Date(time));
const run = async (timer: string) => {
  await test.system.runtime.runTimer(timer);
  await test.settled();
};
const register = async (mark: string): Promise<string> => {
  const { id } = await registerLead(test, 'sales-de', {
    source: 'MESSE',
    email: `${mark}kanari.4711@pii.test`,
    emailConsent: true,
    phone: `+49 171 4711 4711${mark.length}`,
    firstContact: {
      channel: 'MESSE',
      at: '2025-01-14T09:00:00.000Z',
      note: 'Auf der Messe getroffen',
    },
  });
  const texts = { painNotes: 'Kanarivermerk 4711', internalChampionName: 'Kanari Vogel' };
  await change('leadUpdate', id, texts);
  const contact = { role: 'KUECHENCHEF', lastName: 'Kanari Vogel', phone: '+49 171 4711 4711' };
  await change('leadContactSet', id, {
    contact: { ...contact, email: `koch.${mark}kanari.4711@pii.test`, emailConsent: true },
  });
  return id;
};
const leadOf = async (id: string) => {
  const { data } = await test.ask<{ lead: Record<string, unknown> & { version: number } }>(
    'admin',
    `{ lead(id: "${id}") { version status ownerUserId companyName email phone painNotes
       internalChampionName emailConsent contacts { lastName email phone role } } }`,
  );
  return data?.lead;
};
const change = async (mutation: string, id: string, input: Record<string, unknown>) => {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`;
  const version = (await leadOf(id))?.version;
  const { data } = await test.ask<Record<string, { userErrors: { code: string }[] }>>(
    'admin',
    `mutation M($input: ${type}) { ${mutation}(input: $input) { userErrors { code message } } }`,
    { input: { leadId: id, version, ...input } },
  );
  expect(data?.[mutation]?.userErrors).toEqual([]);
};
/** The rows of every table that say one of the words. */
const wherever = async (word: string): Promise<string[]> => {
  const tables = await test.db.admin<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname !~ '^pg_|information_schema|graphile'`,
  );
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await test.db.admin(`select from ${name} t where t::text ilike $1 limit 1`, [
        `%${word}%`,
      ]);
      return rows.length > 0 ? [name] : [];
    }),
  );
  return found.flat();
};

it('sixty days after its expiry an unowned lead is stripped of its people, once and everywhere', async () => {
  at('2025-01-15T09:00:00.000Z');
  const id = await register('');
  const taken = await register('genommen.');
  at('2025-03-16T09:15:00.000Z');
  await run('leads.protection');
  at('2025-03-26T09:15:00.000Z');
  await run('leads.protection');
  expect(await leadOf(id)).toMatchObject({ status: 'EXPIRED', ownerUserId: null });
  at('2025-05-01T09:00:00.000Z');
  const reason = 'Frau Muster übernimmt den Betrieb';
  await change('leadReassign', taken, { ownerUserId: demoLogin('sales-de-2')?.userId, reason });

  at('2025-05-25T08:14:59.000Z');
  await run('leads.retention');
  expect(await leadOf(id)).toMatchObject({ email: 'kanari.4711@pii.test' });

  at('2025-05-25T08:15:00.000Z');
  await run('leads.retention');
  await run('leads.retention');
  expect(await leadOf(id)).toMatchObject({
    companyName: expect.stringContaining('Betrieb'),
    email: null,
    phone: null,
    painNotes: null,
    internalChampionName: null,
    emailConsent: false,
    contacts: [{ lastName: 'ANONYMIZED', email: null, phone: null, role: 'KUECHENCHEF' }],
  });
  const facts = await test.db.admin<{ aggregate_id: string }>(
    "select aggregate_id from leads.event where type = 'lead.pseudonymized'",
  );
  expect(facts).toEqual([{ aggregate_id: id }]);
  expect(await leadOf(taken)).toMatchObject({ email: 'genommen.kanari.4711@pii.test' });
  const recipients = await test.db.admin(
    'select email, email_consent from communication.recipient where lead_id = $1',
    [id],
  );
  expect(recipients).toEqual(
    Array.from({ length: 2 }, () => ({ email: null, email_consent: false })),
  );
});

it('what is kept of the address is a keyed hash, and still tells a duplicate', async () => {
  const [row] = await test.db.admin<{ email_hash: string }>(
    'select email_hash from leads.lead where email_hash is not null',
  );
  expect(row?.email_hash).toMatch(/^[\w-]{43}$/);
  const { data } = await test.ask<{ leadDuplicates: { exists: boolean } }>(
    'sales-de',
    `query D($input: LeadDuplicatesInput!) { leadDuplicates(input: $input) { exists } }`,
    {
      input: {
        companyName: 'Ganz anders',
        city: 'Anderswo',
        territory: 'DE',
        email: ' Kanari.4711@PII.test ',
      },
    },
  );
  expect(data?.leadDuplicates.exists).toBe(true);
});

it('a rebuild leads to the same rows', async () => {
  const rows = () => test.db.admin('select * from leads.lead order by id');
  const before = await rows();
  await test.system.runtime.backbone.rebuild('leads.leads');
  expect(await rows()).toEqual(before);
});

it('nothing is left of the people in any table once the other lead is gone the same way', async () => {
  at('2025-07-10T09:15:00.000Z');
  await run('leads.protection');
  at('2025-07-25T09:15:00.000Z');
  await run('leads.protection');
  expect(await wherever('kanari.4711@pii.test')).not.toEqual([]);
  at('2025-09-30T09:15:00.000Z');
  await run('leads.retention');
  for (const word of PERSONAL) expect([word, await wherever(word)]).toEqual([word, []]);
});
