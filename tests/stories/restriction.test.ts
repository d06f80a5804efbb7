import { afterAll, beforeAll, expect, it } from 'vitest';
import { registerLead, settledThroughout, startTestSystem, type TestSystem } from './system.ts';

const EMAIL = 'kueche@eingeschraenkt.example';
const reason = 'Richtigkeit der Daten bestritten';
let test: TestSystem;
beforeAll(async () => {
  test = await startTestSystem();
  test.clock.travel(new Date('2025-09-26T08:00:00.000Z'));
});
afterAll(() => test.stop());

const settled = (): Promise<void> => settledThroughout(test);

async function restrict(field: string, subjectId: string, login = 'admin') {
  const { data, errors } = await test.ask<
    Record<string, { restriction: object | null; userErrors: { code: string }[] }>
  >(
    login,
    `mutation R($input: SubjectRestrictionInput!) { ${field}(input: $input) {
       restriction { subjectId restrictedBy { id } } userErrors { code } } }`,
    { input: { subjectId, reason } },
  );
  await settled();
  const code = data?.[field]?.userErrors[0]?.code ?? errors?.[0]?.extensions?.code;
  return { code, restriction: data?.[field]?.restriction };
}

/** What a person is shown of a lead and its contacts. */
async function shown(login: string, leadId: string) {
  const { data } = await test.ask<{ lead: Record<string, unknown> | null }>(
    login,
    `{ lead(id: "${leadId}") { companyName email processingRestricted
       contacts { lastName email emailConsent processingRestricted } } }`,
  );
  return data?.lead;
}

async function send(leadId: string, contactId?: string): Promise<string | undefined> {
  const { data } = await test.ask<{ messageSend: { userErrors: { code: string }[] } }>(
    'sales-de',
    `mutation S($input: MessageSendInput!) { messageSend(input: $input) { userErrors { code } } }`,
    { input: { leadId, contactId, subject: 'Hallo', text: 'Guten Tag' } },
  );
  await settled();
  return data?.messageSend.userErrors[0]?.code;
}

const followUp = async (): Promise<void> => {
  await test.system.runtime.runTimer('leads.follow-ups');
  await settled();
};
const mails = async (): Promise<number | undefined> => {
  const [row] = await test.db.admin<{ n: number }>(
    'select count(*)::int as n from communication.mailbox_mail',
  );
  return row?.n;
};

it('a restricted person is not written to and not shown until that is lifted, and people are told', async () => {
  const { id } = await registerLead(test, 'sales-de', {
    source: 'TELEFON',
    email: EMAIL,
    emailConsent: true,
    firstContact: {
      channel: 'PHONE',
      at: '2025-09-25T09:00:00.000Z',
      note: 'Gespräch mit dem Küchenchef',
    },
  });
  await settled();
  expect(await restrict('subjectRestrict', id, 'manager-de')).toMatchObject({ code: 'FORBIDDEN' });
  expect(await shown('sales-de', id)).toMatchObject({ email: EMAIL, processingRestricted: false });
  const { code, restriction } = await restrict('subjectRestrict', id);
  expect(code).toBeUndefined();
  expect(restriction).toMatchObject({ subjectId: id });
  for (const login of ['sales-de', 'manager-de']) {
    expect(await shown(login, id)).toMatchObject({ email: null, processingRestricted: true });
  }
  expect(await shown('admin', id)).toMatchObject({ email: EMAIL, processingRestricted: true });
  expect(await send(id)).toBe('PROCESSING_RESTRICTED');

  test.clock.travel(new Date('2025-09-29T07:10:00.000Z'));
  await followUp();
  expect(await mails()).toBe(0);
  expect(await restrict('subjectUnrestrict', id)).toEqual({ code: undefined, restriction: null });
  expect(await restrict('subjectUnrestrict', id)).toMatchObject({ code: 'NOT_FOUND' });
  expect(await shown('sales-de', id)).toMatchObject({ email: EMAIL, processingRestricted: false });
  test.clock.travel(new Date('2025-09-30T07:10:00.000Z'));
  await followUp();
  expect(await mails()).toBe(1);
  const { data } = await test.ask<{
    auditTrail: { edges: { node: { action: string; reason: string } }[] };
  }>('admin', '{ auditTrail(first: 50) { edges { node { action reason } } } }');
  const acts = data?.auditTrail.edges.map(({ node }) => node) ?? [];
  expect(acts.filter(({ action }) => /^subject.*strict$/.test(action)).toReversed()).toEqual([
    { action: 'subjectRestrict', reason },
    { action: 'subjectUnrestrict', reason },
  ]);
});

it('one contact is restricted, the others of the lead are not; what waits to leave stays here', async () => {
  const { id, version } = await registerLead(test, 'sales-de', { email: 'wir@frei.example' });
  const add = async (lastName: string, at: number): Promise<string> => {
    const contact = {
      lastName,
      role: 'KUECHENCHEF',
      email: `${lastName}@frei.example`,
      emailConsent: true,
    };
    const { data } = await test.ask<{
      leadContactSet: { lead: { contacts: { id: string; lastName: string }[] } | null };
    }>(
      'sales-de',
      `mutation C($input: LeadContactSetInput!) { leadContactSet(input: $input) {
         lead { contacts { id lastName } } userErrors { code } } }`,
      { input: { leadId: id, version: at, contact } },
    );
    const all = data?.leadContactSet.lead?.contacts ?? [];
    return all.find((each) => each.lastName === lastName)?.id ?? '';
  };
  const first = await add('ahorn', version);
  const second = await add('birke', version + 1);
  await settled();
  await test.system.runtime.backbone.pause('communication.delivery');
  expect(await send(id, first)).toBeUndefined();
  expect((await restrict('subjectRestrict', first)).code).toBeUndefined();
  const before = await mails();
  await test.system.runtime.backbone.resume('communication.delivery');
  await settled();
  expect(await mails()).toBe(before);
  expect(await send(id, first)).toBe('PROCESSING_RESTRICTED');
  expect(await send(id, second)).toBeUndefined();
  expect(await mails()).toBe((before ?? 0) + 1);
  expect(await shown('sales-de', id)).toMatchObject({
    processingRestricted: false,
    contacts: expect.arrayContaining([
      { lastName: null, email: null, emailConsent: false, processingRestricted: true },
      expect.objectContaining({ lastName: 'birke', processingRestricted: false }),
    ]),
  });
});
