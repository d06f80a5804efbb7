import { NIL_UUID } from '#kernel/access';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMailServer, type MailServer } from './mail-server.ts';
import { registerLead, settledThroughout, startTestSystem, type TestSystem } from './system.ts';

let test: TestSystem;
let server: MailServer;
beforeAll(async () => {
  server = await startMailServer();
  test = await startTestSystem({ environment: server.environment });
  test.clock.travel(new Date('2025-09-26T08:00:00.000Z'));
});
afterAll(async () => {
  await test.stop();
  await server.close();
});

const settled = (): Promise<void> => settledThroughout(test);

async function lead(email: string): Promise<string> {
  const { id } = await registerLead(test, 'sales-de', {
    email,
    emailConsent: true,
    source: 'TELEFON',
    firstContact: {
      channel: 'PHONE',
      at: '2025-09-25T09:00:00.000Z',
      note: 'Gespräch mit dem Küchenchef',
    },
  });
  await settled();
  return id;
}

async function mutate(name: string, input: Record<string, unknown>): Promise<string[]> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
  const { data } = await test.ask<Record<string, { userErrors: { code: string }[] }>>(
    'sales-de',
    `mutation M($input: ${type}) { ${name}(input: $input) { userErrors { code } } }`,
    { input },
  );
  await settled();
  return data?.[name]?.userErrors.map(({ code }) => code) ?? ['NO_DATA'];
}
const send = (leadId: string, contactId?: string) =>
  mutate('messageSend', { leadId, contactId, subject: 'Hallo', text: 'Guten Tag' });

async function leadOf(id: string) {
  const { data } = await test.ask<{
    lead: { version: number; emailConsent: boolean; contacts: Contact[] };
  }>('sales-de', `{ lead(id: "${id}") { version emailConsent contacts { id emailConsent } } }`);
  if (!data?.lead) throw new Error('no lead');
  return data.lead;
}
interface Contact {
  id: string;
  emailConsent: boolean;
}

/** The way out that the newest mail to an address names in its header. */
function linkTo(address: string): string {
  const raw = server.mails.findLast(({ to }) => to === address)?.raw ?? '';
  const url = /^List-Unsubscribe:\s*<([^>]+)>/im.exec(raw)?.[1] ?? 'http://none.example';
  const { search } = new URL(url);
  expect(url).toBe(`http://localhost:${new URL(test.url).port}/abmelden${search}`);
  return `${test.url}/abmelden${search}`;
}

it('looking at the page behind the link changes nothing and shows nobody', async () => {
  const leadId = await lead('adler@abmelden.example');
  expect(await send(leadId)).toEqual([]);
  const link = linkTo('adler@abmelden.example');
  expect(server.mails.at(-1)?.raw).toMatch(/Keine weiteren E-Mails von uns/);
  const response = await fetch(link);
  const page = await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
  expect(page).toContain('<html lang="de">');
  expect(page).toContain('<form method="post"><button>Jetzt abmelden</button></form>');
  expect(page).not.toMatch(/abmelden\.example|Betrieb|<script/);
  expect(await leadOf(leadId)).toMatchObject({ emailConsent: true });
});

it('the button ends the consent, once, as a fact with time and origin', async () => {
  const leadId = await lead('birke@abmelden.example');
  await send(leadId);
  const link = linkTo('birke@abmelden.example');
  for (let click = 0; click < 2; click += 1) {
    const response = await fetch(link, { method: 'POST', body: '' });
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('Sie sind abgemeldet'),
    ]);
    await settled();
  }
  expect(await leadOf(leadId)).toMatchObject({ emailConsent: false });
  const facts = await test.db.admin<{ data: object; actor: string }>(
    `select data, actor from leads.event
     where aggregate_id = $1 and type = 'lead.consent.changed'`,
    [leadId],
  );
  expect(facts).toEqual([
    {
      actor: NIL_UUID,
      data: {
        leadId,
        emailConsent: false,
        changedBy: NIL_UUID,
        origin: 'UNSUBSCRIBE_LINK',
        wording: expect.any(String),
        at: '2025-09-26T08:00:00.000Z',
      },
    },
  ]);
  expect(await send(leadId)).toEqual(['CONSENT_MISSING']);
  const { version } = await leadOf(leadId);
  expect(await mutate('leadConsentSet', { leadId, version, emailConsent: true })).toEqual([]);
  expect(await send(leadId)).toEqual([]);
});

it('a mail program ends the consent of one contact with one click, and of nobody else', async () => {
  const leadId = await lead('chili@abmelden.example');
  const { version } = await leadOf(leadId);
  const contact = { role: 'KUECHENCHEF', lastName: 'Vogel', emailConsent: true };
  await mutate('leadContactSet', {
    leadId,
    version,
    contact: { ...contact, email: 'koch@abmelden.example' },
  });
  const contactId = (await leadOf(leadId)).contacts[0]?.id;
  expect(await send(leadId, contactId)).toEqual([]);
  const link = linkTo('koch@abmelden.example');
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  expect((await fetch(link, { method: 'POST', body })).status).toBe(200);
  await settled();
  expect(await leadOf(leadId)).toMatchObject({
    emailConsent: true,
    contacts: [{ emailConsent: false }],
  });

  const { version: later } = await leadOf(leadId);
  await mutate('leadContactRemove', { leadId, version: later, contactId });
  expect((await fetch(link)).status).toBe(410);
});

it('a link that is not ours leads nowhere and says what to do', async () => {
  const link = linkTo('adler@abmelden.example');
  // Of the last characters some bits count for nothing.
  const middle = link.length - 20;
  const other = link[middle] === 'x' ? 'y' : 'x';
  const forged = link.slice(0, middle) + other + link.slice(middle + 1);
  for (const foreign of [forged, `${test.url}/abmelden`]) {
    for (const method of ['GET', 'POST']) {
      const response = await fetch(foreign, { method });
      expect([response.status, await response.text()]).toEqual([
        404,
        expect.stringContaining('antworten Sie einfach auf die E-Mail'),
      ]);
    }
  }
  expect((await fetch(link, { method: 'DELETE' })).status).toBe(405);
});

it('a revocation between the claim of a follow-up and its hand-over wins', async () => {
  const leadId = await lead('distel@abmelden.example');
  await send(leadId);
  const link = linkTo('distel@abmelden.example');
  const before = server.mails.length;
  server.isClosed = true;
  test.clock.travel(new Date('2025-09-29T07:10:00.000Z'));
  await test.system.runtime.runTimer('leads.follow-ups');
  await settled();
  const sending = await test.db.admin(
    `select from leads.follow_up where lead_id = $1 and status = 'SENDING'`,
    [leadId],
  );
  expect(sending).toHaveLength(1);
  expect((await fetch(link, { method: 'POST' })).status).toBe(200);
  server.isClosed = false;
  test.clock.travel(new Date('2025-09-29T07:20:00.000Z'));
  await test.system.runtime.runTimer('communication.deliver');
  await settled();
  const mails = server.mails.slice(before).filter(({ to }) => to === 'distel@abmelden.example');
  expect(mails).toEqual([]);
  const [message] = await test.db.admin<{ data: object }>(
    `select data from communication.event
     where type = 'communication.message.failed' and data ->> 'leadId' = $1`,
    [leadId],
  );
  expect(message).toMatchObject({ data: { purpose: 'T3_FOLLOWUP', reason: 'NO_CONSENT' } });
});

it('who asks too often waits', async () => {
  const link = linkTo('adler@abmelden.example');
  const statuses: number[] = [];
  for (let request = 0; request < 31; request += 1) statuses.push((await fetch(link)).status);
  expect(statuses).toContain(429);
});

it('without a secret nobody listens to bounces', async () => {
  const response = await fetch(`${test.url}/webhooks/mail`, { method: 'POST', body: '{}' });
  expect(response.status).toBe(404);
});
