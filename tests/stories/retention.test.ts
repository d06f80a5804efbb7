import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from '#kernel/access';
import { demoLogin } from '../../gateway/demo-logins.ts';
import { registerLead, startTestSystem, type TestSystem } from './system.ts';

let test: TestSystem;
/** A lead that somebody took over in time. */
let taken: string;
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
const register = async (mark: string, ending = mark.length): Promise<string> => {
  const { id } = await registerLead(test, 'sales-de', {
    source: 'MESSE',
    email: `${mark}kanari.4711@pii.test`,
    emailConsent: true,
    phone: `+49 171 4711 4711${ending}`,
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
  taken = await register('genommen.');
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
  const [row] = await test.db.admin<{ email_index: string; phone_index: string | null }>(
    `select email_index, phone_index from leads.lead where state ->> 'pseudonymizedAt' is not null`,
  );
  expect(row).toEqual({ email_index: expect.stringMatching(/^[\w-]{43}$/), phone_index: null });
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
  expect(await leadOf(taken)).toMatchObject({ email: 'genommen.kanari.4711@pii.test' });
  at('2025-09-30T09:15:00.000Z');
  await run('leads.retention');
  expect(await leadOf(taken)).toMatchObject({ email: null, painNotes: null });
  for (const word of PERSONAL) expect([word, await wherever(word)]).toEqual([word, []]);
});

describe('the people of a lead that ended', () => {
  const ended: Record<string, string> = {};
  const steps: [name: string, ...mutations: string[]][] = [
    ['lost', 'leadQualify', 'leadLose'],
    ['held', 'leadQualify', 'leadLose'],
    ['deleted', 'leadDelete'],
    ['customer', 'leadQualify', 'leadConvert', 'leadDelete'],
    ['open', 'leadQualify'],
  ];
  /** Of whom the address is still known: the lead itself, its contact. */
  const knownAfterwards = async (): Promise<Record<string, string>> => {
    await run('admin.retention');
    await run('admin.retention');
    const known = Object.entries(ended).map(async ([name, id]) => {
      const [row] = await test.db.admin<{ own: boolean; contact: boolean }>(
        `select coalesce(detail ->> 'email', email_index) is not null as own,
           jsonb_path_exists(people, '$.*.email ? (@ != null)') or exists (
             select from communication.recipient r
             where r.lead_id = l.id and r.id <> l.id and r.email is not null) as contact
         from leads.lead l where id = $1`,
        [id],
      );
      return [name, [row?.own && 'lead', row?.contact && 'contact'].filter(Boolean).join()];
    });
    return Object.fromEntries(await Promise.all(known));
  };
  const hold = async (mutation: 'subjectHold' | 'subjectRelease', subjectId: string) => {
    const text = `mutation H($input: SubjectInput!) { ${mutation}(input: $input) { userErrors { code } } }`;
    const document = parse(text, { noLocation: true });
    const fetch = { subgraph: 'admin', operation: text, document, operationName: 'H' } as const;
    const admin = test.system.runtime.transports.get('admin');
    const ask = admin?.compile({ ...fetch, kind: 'mutation', variableUsages: ['input'] });
    const { userId, roles, territories } = demoLogin('admin') ?? {
      userId: '',
      roles: [],
      territories: [],
    };
    const actor = createActor({ userId, roles, territories });
    const input = { subjectId, reason: 'Rechtsstreit mit dem Betrieb' };
    const answer = await ask?.({ input }, { actor, requestId: 'hold' });
    expect(answer?.data?.[mutation]).toEqual({ userErrors: [] });
  };

  it('go with it when it is deleted, and a year later when it is lost, by the calendar', async () => {
    at('2025-10-25T09:00:00.000Z');
    for (const [index, [name, ...mutations]] of steps.entries()) {
      const id = await register(`${name}.`, 20 + index);
      ended[name] = id;
      for (const mutation of mutations) {
        const reason = { reason: 'Kein Bedarf mehr im Betrieb' };
        await change(mutation, id, /Lose|Delete/.test(mutation) ? reason : {});
      }
    }
    await hold('subjectHold', ended['held'] ?? '');
    await test.settled();
    const both = 'lead,contact';
    const kept = { lost: both, held: both, deleted: '', customer: both, open: both };
    expect(await knownAfterwards()).toEqual(kept);
    at('2026-10-25T09:59:59.000Z');
    expect(await knownAfterwards()).toEqual(kept);
    at('2026-10-25T10:00:00.000Z');
    expect(await knownAfterwards()).toEqual({ ...kept, lost: '', held: 'lead' });
    await hold('subjectRelease', ended['held'] ?? '');
    expect(await knownAfterwards()).toEqual({ ...kept, lost: '', held: '' });
    at('2035-12-31T23:59:59.000Z');
    expect(await knownAfterwards()).toMatchObject({ customer: both });
    at('2036-01-01T00:00:00.000Z');
    expect(await knownAfterwards()).toMatchObject({ customer: '', open: both });
    const entries = await test.db.admin(
      "select from admin.audit_entry where action = 'retentionErase'",
    );
    expect(entries).toHaveLength(8);
  });
});
