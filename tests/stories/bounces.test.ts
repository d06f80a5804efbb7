import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { startMailServer, type MailServer } from './mail-server.ts';
import { registerLead, settledThroughout, startTestSystem, type TestSystem } from './system.ts';

const key = randomBytes(32);
let test: TestSystem;
let server: MailServer;
beforeAll(async () => {
  server = await startMailServer();
  test = await startTestSystem({
    environment: { ...server.environment, MAIL_WEBHOOK_SECRET: `whsec_${key.toString('base64')}` },
  });
  test.clock.travel(new Date('2025-10-20T08:00:00.000Z'));
});
afterAll(async () => {
  await test.stop();
  await server.close();
});

const settled = (): Promise<void> => settledThroughout(test);

async function lead(email: string): Promise<string> {
  const { id } = await registerLead(test, 'sales-de', { email, emailConsent: true });
  await settled();
  return id;
}

/** Sends a message and answers what it became: its id and its codes. */
async function send(leadId: string) {
  const { data } = await test.ask<{
    messageSend: { message: { id: string } | null; userErrors: { code: string }[] };
  }>(
    'sales-de',
    `mutation S($input: MessageSendInput!) { messageSend(input: $input) {
       message { id } userErrors { code } } }`,
    { input: { leadId, subject: 'Hallo', text: 'Guten Tag' } },
  );
  await settled();
  const { message, userErrors } = data?.messageSend ?? { message: null, userErrors: [] };
  return { id: message?.id, codes: userErrors.map(({ code }) => code) };
}

/** The Message-ID under which the newest mail to an address left the house. */
function mailTo(address: string): string {
  const raw = server.mails.findLast(({ to }) => to === address)?.raw ?? '';
  return /^Message-ID:\s*(<[^>]+>)/im.exec(raw)?.[1] ?? '';
}

const notice = (messageId: string, status: string): string =>
  JSON.stringify({ type: 'mail.bounced', data: { messageId, status } });

interface Delivery {
  id?: string;
  /** Minutes it has been on its way. */
  age?: number;
  /** What is sent instead of what was signed. */
  sent?: string;
  secret?: Buffer;
  type?: string;
}

async function deliver(body: string, delivery: Delivery = {}) {
  const { id = randomUUID(), age = 0, sent = body, secret = key } = delivery;
  const timestamp = String(Math.floor(test.clock.now().getTime() / 1_000) - age * 60);
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`);
  const response = await fetch(`${test.url}/webhooks/mail`, {
    method: 'POST',
    headers: {
      'content-type': delivery.type ?? 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature.digest('base64')}`,
    },
    body: sent,
  });
  const text = await response.text();
  await settled();
  return { status: response.status, body: JSON.parse(text) as Record<string, unknown> };
}

async function stateOf(leadId: string) {
  const { data } = await test.ask<{
    lead: { contactBlocked: boolean; messages: { status: string }[]; timeline: unknown };
  }>('sales-de', `{ lead(id: "${leadId}") { contactBlocked messages { status } } }`);
  const rows = await test.db.admin<{ kind: string }>(
    'select kind from activities.timeline_entry where lead_id = $1 order by occurred_at, kind',
    [leadId],
  );
  return {
    isBlocked: data?.lead.contactBlocked,
    messages: data?.lead.messages.map(({ status }) => status),
    kinds: rows.map(({ kind }) => kind),
  };
}

it('A-45: only what the provider signed, of now and for the first time, has an effect', async () => {
  const leadId = await lead('adler@bounce.example');
  await send(leadId);
  const body = notice(mailTo('adler@bounce.example'), '5.1.1');
  expect(await deliver(body, { secret: randomBytes(32) })).toMatchObject({ status: 401 });
  expect(await deliver(body, { age: 6 })).toMatchObject({ status: 401 });
  expect(await deliver(body, { age: -6 })).toMatchObject({ status: 401 });
  expect(await deliver(body, { sent: body.replace('5.1.1', '5.1.2') })).toMatchObject({
    status: 401,
  });
  expect(await stateOf(leadId)).toMatchObject({ isBlocked: false, messages: ['SENT'] });

  const id = randomUUID();
  expect(await deliver(body, { id })).toEqual({ status: 200, body: { result: 'RECORDED' } });
  expect(await deliver(body, { id })).toEqual({ status: 200, body: { result: 'REPEATED' } });
  expect(await deliver(body)).toEqual({ status: 200, body: { result: 'IGNORED' } });
  const facts = await test.db.admin<{ data: object }>(
    "select data from communication.event where type = 'communication.message.bounced'",
  );
  expect(facts).toMatchObject([{ data: { kind: 'HARD', leadId } }]);
  expect(JSON.stringify(facts)).not.toContain('@');
});

it('a hard bounce blocks the lead, and stands on its timeline', async () => {
  const leadId = await lead('birke@bounce.example');
  await send(leadId);
  await deliver(notice(mailTo('birke@bounce.example'), '5.1.1'));
  const state = await stateOf(leadId);
  expect(state).toMatchObject({ isBlocked: true, messages: ['BOUNCED'] });
  expect(state.kinds).toEqual(expect.arrayContaining(['email_bounced', 'contact_blocked']));
  expect(await send(leadId)).toMatchObject({ codes: ['CONTACT_BLOCKED'] });
});

it('a corrected address is written to again; the same one in other letters is not', async () => {
  const leadId = await lead('buche@bounce.example');
  await send(leadId);
  await deliver(notice(mailTo('buche@bounce.example'), '5.1.1'));
  const correct = async (email: string): Promise<void> => {
    const { data } = await test.ask<{ lead: { version: number } }>(
      'sales-de',
      `{ lead(id: "${leadId}") { version } }`,
    );
    const input = { leadId, version: data?.lead.version, email };
    const answer = await test.ask(
      'sales-de',
      'mutation U($input: LeadUpdateInput!) { leadUpdate(input: $input) { userErrors { code } } }',
      { input },
    );
    expect(answer.data).toMatchObject({ leadUpdate: { userErrors: [] } });
    await settled();
  };
  await correct('Buche@Bounce.example');
  expect(await stateOf(leadId)).toMatchObject({ isBlocked: true });
  expect(await send(leadId)).toMatchObject({ codes: ['CONTACT_BLOCKED'] });
  await correct('buche.neu@bounce.example');
  expect(await stateOf(leadId)).toMatchObject({ isBlocked: false });
  expect(await send(leadId)).toMatchObject({ codes: [] });
  await deliver(notice(mailTo('buche.neu@bounce.example'), '5.1.1'));
  expect(await stateOf(leadId)).toMatchObject({ isBlocked: true });
});

it('a delivery status notification is understood as the mail it is', async () => {
  const leadId = await lead('chili@bounce.example');
  await send(leadId);
  const report = [
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    'Action: failed',
    'Status: 5.1.1',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${mailTo('chili@bounce.example')}`,
    '--b--',
  ].join('\r\n');
  expect(await deliver(report, { type: 'message/rfc822' })).toMatchObject({ status: 200 });
  expect(await stateOf(leadId)).toMatchObject({ isBlocked: true, messages: ['BOUNCED'] });
});

it('the third soft bounce blocks for a week', async () => {
  const leadId = await lead('distel@bounce.example');
  for (const isBlocked of [false, false, true]) {
    await send(leadId);
    await deliver(notice(mailTo('distel@bounce.example'), '4.2.2'));
    expect(await stateOf(leadId)).toMatchObject({ isBlocked });
  }
  test.clock.travel(new Date('2025-10-27T08:59:00.000Z'));
  await test.system.runtime.runTimer('leads.blocks');
  expect(await stateOf(leadId)).toMatchObject({ isBlocked: true });
  test.clock.travel(new Date('2025-10-27T09:00:00.000Z'));
  await test.system.runtime.runTimer('leads.blocks');
  await settled();
  expect(await stateOf(leadId)).toMatchObject({ isBlocked: false });
  expect(await send(leadId)).toMatchObject({ codes: [] });
});

it('an address that its server refuses at the hand-over fails the message and blocks the lead', async () => {
  server.unknown.add('erle@bounce.example');
  const leadId = await lead('erle@bounce.example');
  await send(leadId);
  expect(await stateOf(leadId)).toMatchObject({ isBlocked: true, messages: ['FAILED'] });
});

it('A-66: everything is replayed, and nobody outside hears of it', async () => {
  const leadId = await lead('fichte@bounce.example');
  await send(leadId);
  const heard: string[] = [];
  const listener = new pg.Client({ connectionString: test.db.adminUrl });
  listener.on('notification', ({ payload = '' }) => heard.push(payload));
  listener.on('error', () => {});
  await listener.connect();
  await listener.query('listen dashboard_updates');
  const mails = server.mails.length;
  const contexts = createSubgraphs({});
  const projections = contexts.flatMap((each) => each.projections.map(({ name }) => name));
  const reactions = contexts.flatMap((each) => each.reactions.map(({ name }) => name));
  const rebuild = async (projection: string): Promise<string[]> => {
    const { data } = await test.ask<{ projectionRebuild: { userErrors: { code: string }[] } }>(
      'admin',
      `mutation R($input: ProjectionRebuildInput!) { projectionRebuild(input: $input) { userErrors { code } } }`,
      { input: { projection, reason: 'Alles noch einmal' } },
    );
    return data?.projectionRebuild.userErrors.map(({ code }) => code) ?? ['NO_ANSWER'];
  };
  for (const name of projections) expect([name, await rebuild(name)]).toEqual([name, []]);
  for (const name of reactions) {
    expect([name, await rebuild(name)]).toEqual([name, ['UNKNOWN_PROJECTION']]);
  }
  const done = await eventually(
    async () => {
      const { data } = await test.ask<{
        replayJobs: { edges: { node: { status: string; events: number } }[] };
      }>('admin', '{ replayJobs(first: 100) { edges { node { projection status events } } } }');
      const jobs = data?.replayJobs.edges.map(({ node }) => node) ?? [];
      expect(jobs.map(({ status }) => status)).toEqual(projections.map(() => 'DONE'));
      return jobs;
    },
    { timeoutMs: 60_000, intervalMs: 200 },
  );
  await settled();
  expect(done.reduce((sum, { events }) => sum + events, 0)).toBeGreaterThan(100);
  expect(server.mails.length).toBe(mails);
  expect(heard).toEqual([]);

  await send(await lead('ginster@bounce.example'));
  expect(server.mails.length).toBe(mails + 1);
  const query = `mutation Q($input: LeadQualifyInput!) { leadQualify(input: $input) { userErrors { code } } }`;
  const input = { leadId, version: await versionOf(leadId) };
  expect(await test.ask('sales-de', query, { input })).toMatchObject({
    data: { leadQualify: { userErrors: [] } },
  });
  await eventually(() => expect(heard.join()).toContain(leadId));
  await listener.end();
});

async function versionOf(leadId: string): Promise<number> {
  const { data } = await test.ask<{ lead: { version: number } }>(
    'sales-de',
    `{ lead(id: "${leadId}") { version } }`,
  );
  return data?.lead.version ?? 0;
}
