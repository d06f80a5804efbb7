import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually, startReceiver, type Receiver } from '#kernel/testing';
import { startPartners, type PartnersUnderTest } from './partners.fixture.ts';

/** F-27: what receivers of partner firms may do to us, over real sockets and TLS. */

const TIMEOUT_MS = 1_000;
let house: PartnersUnderTest;
let bad: Receiver;
let good: Receiver;
beforeAll(async () => {
  [house, bad, good] = await Promise.all([
    startPartners({ timeoutMs: TIMEOUT_MS }),
    startReceiver(),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await house?.stop();
  await Promise.all([bad?.close(), good?.close()]);
});
beforeEach(async () => {
  await house.db.admin('delete from partners.delivery');
  for (const receiver of [bad, good]) {
    receiver.received.length = 0;
    receiver.behave((response) => response.writeHead(204).end());
  }
});

const url = ({ url: base }: Receiver): string => `${base}/${randomUUID()}`;

interface Delivery {
  id: string;
  status: string;
  attempts: number;
  failure: string | null;
  httpStatus: number | null;
}
async function deliveriesOf(webhookId: string, of = house): Promise<Delivery[]> {
  const { list } = await of.ask<{ list: { edges: { node: Delivery }[] } }>(
    `query D($id: ID!) { list: partnerWebhookDeliveries(webhookId: $id, first: 50) { edges { node {
       id status attempts failure httpStatus } } } }`,
    { id: webhookId },
  );
  return list.edges.map(({ node }) => node);
}
async function webhook(partnerOrgId: string) {
  const { list } = await house.ask<{
    list: { status: string; failuresInARow: number; restsUntil: string | null }[];
  }>(
    `query W($firm: ID!) { list: partnerWebhooks(partnerOrgId: $firm) {
       status failuresInARow restsUntil } }`,
    { firm: partnerOrgId },
  );
  return list[0];
}
const resume = (id: string) =>
  house.ask(
    'mutation R($id: ID!) { partnerWebhookResume(input: { id: $id }) { userErrors { code } } }',
    {
      id,
    },
  );
/** Past every wait and rest. */
const later = (): void => house.clock.advance(7 * 3_600_000);

describe('F-27: a receiver that', () => {
  it.each([
    ['never answers', () => undefined, 'TIMEOUT', null],
    ['answers 500', (response) => response.writeHead(500).end('Kanarivermerk'), 'STATUS', 500],
    [
      'answers 200 with a body that never ends',
      (response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('.'), 50);
        response.on('close', () => clearInterval(timer));
      },
      'TIMEOUT',
      null,
    ],
    [
      'answers 200 with a body of a megabyte',
      (response) => response.writeHead(200).end('x'.repeat(1_000_000)),
      'ANSWER_TOO_LONG',
      200,
    ],
    [
      'redirects to where it may not',
      (response) => response.writeHead(307, { location: good.url }).end(),
      'REDIRECT',
      307,
    ],
    ['breaks off', (response) => response.destroy(), 'UNREACHABLE', null],
  ] satisfies [string, Parameters<Receiver['behave']>[0], string, number | null][])(
    '%s is called again later; another one of the firm has everything at once',
    async (_, behave, failure, httpStatus) => {
      bad.behave(behave);
      const firm = randomUUID();
      const { id } = await house.register(firm, url(bad));
      await house.register(firm, url(good));
      await house.qualify(await house.lead(firm));
      await house.settled();
      await eventually(() => expect(good.received).toHaveLength(2));
      await eventually(async () => {
        const [, first] = await deliveriesOf(id);
        expect(first).toMatchObject({ status: 'PENDING', attempts: 1, failure, httpStatus });
      });
      bad.behave((response) => response.writeHead(200).end('ok'));
      await eventually(async () => {
        house.clock.advance(12_000);
        expect((await deliveriesOf(id)).map(({ status }) => status)).toEqual([
          'DELIVERED',
          'DELIVERED',
        ]);
      });
      expect(good.received).toHaveLength(2);
      // Each fact under its own id, the same for every try and every receiver.
      const ids = (receiver: Receiver) =>
        new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
      expect(ids(bad)).toEqual(ids(good));
      const stored = await house.db.admin('select * from partners.delivery');
      expect(JSON.stringify(stored)).not.toContain('Kanarivermerk');
    },
  );

  it('keeps failing is left alone and tried by one call', async () => {
    bad.behave((response) => response.writeHead(503).end());
    const firm = randomUUID();
    await house.register(firm, url(bad));
    const leadId = await house.lead(firm);
    for (let n = 0; n < 6; n += 1) await house.qualify(leadId);
    await house.settled();
    await eventually(async () => expect((await webhook(firm))?.restsUntil).not.toBeNull());
    expect(await webhook(firm)).toMatchObject({ status: 'ACTIVE', failuresInARow: 5 });
    expect(bad.received).toHaveLength(5);
    // One call after the rest, and a longer rest after it.
    house.clock.advance(31_000);
    await eventually(async () => expect((await webhook(firm))?.failuresInARow).toBe(6));
    expect(bad.received).toHaveLength(6);
  });

  it('fails ten times has that delivery given up, and sent again when somebody wants it', async () => {
    bad.behave((response) => response.writeHead(503).end());
    const firm = randomUUID();
    const { id } = await house.register(firm, url(bad));
    await house.lead(firm);
    await house.settled();
    for (let tries = 1; tries <= 10; tries += 1) {
      await eventually(async () =>
        expect(await deliveriesOf(id)).toMatchObject([
          { status: tries < 10 ? 'PENDING' : 'FAILED', attempts: tries, failure: 'STATUS' },
        ]),
      );
      later();
    }
    expect(bad.received).toHaveLength(10);
    const { body } = await house.metrics.expose();
    expect(body).toMatch(/freshplan_webhook_deliveries_total\{result="failure"\} \d/);
    expect(body).toMatch(/freshplan_webhook_latency_ms_count [1-9]/);
    bad.behave((response) => response.writeHead(204).end());
    const [delivery] = await deliveriesOf(id);
    await house.ask(
      `mutation R($id: ID!) { partnerWebhookRedeliver(input: { deliveryId: $id }) {
         userErrors { code } } }`,
      { id: delivery?.id },
    );
    await eventually(async () =>
      expect(await deliveriesOf(id)).toMatchObject([{ status: 'DELIVERED', attempts: 1 }]),
    );
  });

  it('answers 410 is disabled and told nothing more until somebody resumes it', async () => {
    bad.behave((response) => response.writeHead(410).end());
    const firm = randomUUID();
    const { id } = await house.register(firm, url(bad));
    const leadId = await house.lead(firm);
    await house.settled();
    await eventually(async () => expect(await webhook(firm)).toMatchObject({ status: 'DISABLED' }));
    await house.qualify(leadId);
    await house.settled();
    expect(await deliveriesOf(id)).toMatchObject([
      { status: 'FAILED', attempts: 1, failure: 'GONE', httpStatus: 410 },
    ]);
    const [entry] = await house.db.admin<{ audit: object; actor: string }>(
      `select meta -> 'audit' as audit, actor from partners.event
       where aggregate_id = $1 and type = 'partner.webhook.disabled'`,
      [id],
    );
    expect(entry).toMatchObject({
      actor: '00000000-0000-0000-0000-000000000000',
      audit: { action: 'partnerWebhookDisable', after: { cause: 'GONE' } },
    });
    bad.behave((response) => response.writeHead(200).end());
    await resume(id);
    await house.qualify(leadId);
    await house.settled();
    await eventually(async () => expect((await deliveriesOf(id))[0]?.status).toBe('DELIVERED'));
    expect(bad.received).toHaveLength(2);
  });

  it('was being called when the process died is called again under the same id', async () => {
    await house.stopCourier();
    const firm = randomUUID();
    const { id } = await house.register(firm, url(good));
    await house.lead(firm);
    await house.settled();
    // As a killed process leaves it: the claim is committed, what became of the call is not.
    await house.db.admin(
      `update partners.delivery set status = 'SENDING', claim = $2, claimed_at = $3, attempts = 1
       where webhook_id = $1`,
      [id, randomUUID(), house.clock.now()],
    );
    house.startCourier();
    house.clock.advance(30_000);
    // Another one, to see that the courier has looked and left the claim alone.
    await house.lead(firm);
    await house.settled();
    await eventually(async () =>
      expect((await deliveriesOf(id)).map(({ status, attempts }) => [status, attempts])).toEqual([
        ['DELIVERED', 1],
        ['SENDING', 1],
      ]),
    );
    house.clock.advance(31_000);
    await eventually(async () =>
      expect((await deliveriesOf(id)).map(({ status, attempts }) => [status, attempts])).toEqual([
        ['DELIVERED', 1],
        ['DELIVERED', 2],
      ]),
    );
  });

  it('holds a call holds up nobody; a process that stops makes that call again, and counts none', async () => {
    const patient = await startPartners({ timeoutMs: 60_000 });
    try {
      const open = new Set<unknown>();
      bad.behave((response) => {
        open.add(response);
        response.on('close', () => open.delete(response));
      });
      const [firm, other] = [randomUUID(), randomUUID()];
      const { id } = await patient.register(firm, url(bad));
      await patient.register(firm, url(good));
      await patient.register(other, url(good));
      const leadId = await patient.lead(firm);
      await eventually(() => expect(open.size).toBe(1));
      await patient.qualify(leadId);
      await patient.lead(other);
      await eventually(() => expect(good.received).toHaveLength(3));
      // The call is still the same: never two at once to one receiver.
      expect([open.size, bad.received.length]).toEqual([1, 1]);
      await patient.stopCourier();
      const waiting = await deliveriesOf(id, patient);
      expect(waiting.map(({ status, attempts }) => [status, attempts])).toEqual([
        ['PENDING', 0],
        ['PENDING', 0],
      ]);
      bad.behave((response) => response.writeHead(200).end());
      patient.startCourier();
      await eventually(async () => {
        const delivered = await deliveriesOf(id, patient);
        expect(delivered.map(({ status }) => status)).toEqual(['DELIVERED', 'DELIVERED']);
      });
    } finally {
      await patient.stop();
    }
  });
});
