import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createActor } from '#kernel/access';
import { eventually, startReceiver, type Receiver } from '#kernel/testing';
import { startPartners, type PartnersUnderTest } from './partners.fixture.ts';

let house: PartnersUnderTest;
let receiver: Receiver;
beforeAll(async () => {
  [house, receiver] = await Promise.all([startPartners(), startReceiver()]);
});
afterAll(async () => {
  await house?.stop();
  await receiver?.close();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.behave((response) => response.writeHead(204).end());
});

const WEBHOOK = `webhook { id url topics status disabledReason version waiting failuresInARow formerSecretUntil }
  userErrors { code field message }`;
const DELIVERY =
  'id eventId type leadId status attempts failure httpStatus nextAttemptAt settledAt';

interface Webhook {
  id: string;
  url: string;
  topics: string[];
  status: string;
  version: number;
  waiting: number;
  formerSecretUntil: string | null;
}
interface Payload {
  webhook: Webhook | null;
  secret?: string | null;
  userErrors: { code: string; field: string | null; message: string }[];
}
interface Delivery {
  id: string;
  eventId: string;
  type: string;
  leadId: string | null;
  status: string;
  attempts: number;
  failure: string | null;
  httpStatus: number | null;
}

async function mutate(act: string, input: object, extra = ''): Promise<Payload> {
  const type = ['Register', 'Change'].includes(act) ? `PartnerWebhook${act}` : 'PartnerWebhook';
  const { payload } = await house.ask<{ payload: Payload }>(
    `mutation M($input: ${type}Input!) { payload: partnerWebhook${act}(input: $input) { ${extra} ${WEBHOOK} } }`,
    { input },
  );
  return payload;
}
const codeOf = ({ userErrors }: Pick<Payload, 'userErrors'>): string | undefined =>
  userErrors[0]?.code;

async function deliveriesOf(webhookId: string): Promise<Delivery[]> {
  const { list } = await house.ask<{ list: { edges: { node: Delivery }[] } }>(
    `query D($id: ID!) { list: partnerWebhookDeliveries(webhookId: $id) { edges { node { ${DELIVERY} } } } }`,
    { id: webhookId },
  );
  return list.edges.map(({ node }) => node);
}

const address = (): string => `${receiver.url}/${randomUUID()}`;
const bodies = () => receiver.received.map(({ body }) => JSON.parse(body) as { type: string });
const audits = async (webhookId: string): Promise<string[]> => {
  const rows = await house.db.admin<{ audit: { action: string; riskTier?: string } }>(
    `select meta -> 'audit' as audit from partners.event where aggregate_id = $1 order by seq`,
    [webhookId],
  );
  return rows.map(({ audit }) => `${audit.action} ${audit.riskTier ?? ''}`);
};

describe('a receiver', () => {
  it('is registered with a secret that is shown once and kept as ciphertext', async () => {
    const firm = randomUUID();
    const input = { partnerOrgId: firm, url: address(), topics: ['LEAD_REGISTERED'] };
    const payload = await mutate('Register', input, 'secret');
    expect(payload.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(payload.webhook).toMatchObject({ url: input.url, status: 'ACTIVE', version: 1 });
    const secret = String(payload.secret).slice('whsec_'.length);
    for (const table of ['event', 'secret', 'webhook', 'mutation_key']) {
      const rows = await house.db.admin(`select * from partners.${table}`);
      expect(JSON.stringify(rows), table).not.toContain(secret);
    }
    expect(house.logged.join('\n')).not.toContain(secret);
    expect(await audits(payload.webhook?.id ?? '')).toEqual(['partnerWebhookRegister TIER2']);
  });

  it('is registered once under one key, with the same answer', async () => {
    const input = {
      partnerOrgId: randomUUID(),
      url: address(),
      topics: ['LEAD_REGISTERED'],
      idempotencyKey: randomUUID(),
    };
    const [first, second] = [
      await mutate('Register', input, 'secret'),
      await mutate('Register', input, 'secret'),
    ];
    expect(second).toEqual(first);
    expect(first.secret).not.toBeNull();
  });

  it.each([
    ['http://hooks.partner.de/', 'WEBHOOK_URL_REFUSED', 'url'],
    ['https://10.0.0.1/', 'WEBHOOK_URL_REFUSED', 'url'],
    ['https://hooks.partner.de:22/', 'WEBHOOK_URL_REFUSED', 'url'],
  ])('is refused at %s', async (url, code, field) => {
    const input = { partnerOrgId: randomUUID(), url, topics: ['LEAD_REGISTERED'] };
    const { userErrors, webhook } = await mutate('Register', input);
    expect([webhook, userErrors]).toMatchObject([null, [{ code, field }]]);
  });

  it('is refused twice at one address, without a topic, for no firm, and beyond five of a firm', async () => {
    const partnerOrgId = randomUUID();
    const input = { partnerOrgId, url: address(), topics: ['LEAD_REGISTERED'] };
    const change = (more: object) => mutate('Register', { ...input, url: address(), ...more });
    await mutate('Register', input);
    expect(codeOf(await mutate('Register', input))).toBe('CONFLICT');
    expect(codeOf(await change({ topics: [] }))).toBe('BAD_USER_INPUT');
    expect(codeOf(await change({ partnerOrgId: 'firm' }))).toBe('BAD_USER_INPUT');
    for (let n = 2; n <= 5; n += 1) expect(codeOf(await change({}))).toBeUndefined();
    expect(codeOf(await change({}))).toBe('WEBHOOK_LIMIT');
  });

  it('is changed under its version, paused, resumed and removed with all that belongs to it', async () => {
    const firm = randomUUID();
    const { id } = await house.register(firm, address());
    const wanted = { id, version: 1, url: address(), topics: ['LEAD_STAGE_CHANGED'] };
    const { webhook } = await mutate('Change', wanted);
    expect(webhook).toMatchObject({ version: 2, url: wanted.url, topics: wanted.topics });
    expect(codeOf(await mutate('Change', wanted))).toBe('CONFLICT');
    expect((await mutate('Pause', { id })).webhook).toMatchObject({ status: 'PAUSED' });
    expect(codeOf(await mutate('Pause', { id }))).toBe('ILLEGAL_TRANSITION');
    expect((await mutate('Resume', { id })).webhook).toMatchObject({ status: 'ACTIVE' });
    const key = { id, idempotencyKey: randomUUID() };
    const removed = await mutate('Remove', key);
    expect(removed.webhook).toMatchObject({ id, status: 'ACTIVE' });
    expect(await mutate('Remove', key)).toEqual(removed);
    expect(codeOf(await mutate('Remove', { id }))).toBe('NOT_FOUND');
    for (const table of ['webhook', 'secret', 'delivery']) {
      const column = table === 'webhook' ? 'id' : 'webhook_id';
      const rows = await house.db.admin(`select from partners.${table} where ${column} = $1`, [id]);
      expect(rows, table).toEqual([]);
    }
    expect(await audits(id)).toEqual(
      ['Register', 'Change', 'Pause', 'Resume', 'Remove'].map(
        (act) => `partnerWebhook${act} TIER2`,
      ),
    );
  });

  it('is a matter of administrators', async () => {
    const { id } = await house.register(randomUUID(), address());
    for (const role of ['sales', 'manager', 'auditor', 'partner']) {
      const actor = createActor({ userId: randomUUID(), roles: [role], territories: ['DE'] });
      const asked = [
        house.ask('{ partnerWebhooks { id } }', {}, actor),
        house.ask(
          `{ partnerWebhookDeliveries(webhookId: "${id}") { edges { cursor } } }`,
          {},
          actor,
        ),
        house.ask(
          `mutation { partnerWebhookRemove(input: { id: "${id}" }) { userErrors { code } } }`,
          {},
          actor,
        ),
      ];
      for (const each of asked)
        await expect(each).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
      const rows = await house.db.database.transaction(actor, (tx) =>
        tx.query('select id from partners.webhook union all select id from partners.secret'),
      );
      expect(rows).toEqual([]);
    }
  });
});

describe('a firm', () => {
  it('is told of its own leads and of nobody else’s: ids and states', async () => {
    const [firm, other] = [randomUUID(), randomUUID()];
    const { id } = await house.register(firm, address());
    const { id: othersId } = await house.register(other, address());
    const [own, foreign, nobodys] = [
      await house.lead(firm),
      await house.lead(other),
      await house.lead(null),
    ];
    for (const leadId of [own, foreign, nobodys]) await house.qualify(leadId);
    await house.settled();
    await eventually(() => expect(receiver.received).toHaveLength(4));
    const [mine, theirs] = [await deliveriesOf(id), await deliveriesOf(othersId)];
    expect(mine.map(({ leadId }) => leadId)).toEqual([own, own]);
    expect(theirs.map(({ leadId }) => leadId)).toEqual([foreign, foreign]);
    const sent = bodies().filter((body) => JSON.stringify(body).includes(own));
    expect(sent).toMatchObject([
      {
        type: 'lead.registered',
        data: {
          leadId: own,
          status: 'REGISTERED',
          territory: 'DE',
          registeredAt: expect.any(String),
        },
      },
      {
        type: 'lead.status_changed',
        data: {
          leadId: own,
          oldStatus: 'ACTIVE',
          newStatus: 'QUALIFIED',
          changedAt: expect.any(String),
        },
      },
    ]);
    expect(JSON.stringify(receiver.received)).not.toMatch(/Kanari/i);
    expect(JSON.stringify(receiver.received)).not.toContain(nobodys);
  });

  it('is told what it asked for, from when it asked, once', async () => {
    const firm = randomUUID();
    const early = await house.lead(firm);
    await house.settled();
    house.clock.advance(1_000);
    const { id } = await house.register(firm, address());
    // From before, and heard of only now.
    house.clock.advance(-500);
    await house.qualify(early);
    house.clock.advance(500);
    await house.recordLead(early, {
      type: 'lead.stage_changed',
      data: {
        leadId: early,
        oldStage: 'VORMERKUNG',
        newStage: 'REGISTRIERUNG',
        at: house.clock.now().toISOString(),
      },
    });
    await house.qualify(early);
    await house.settled();
    await eventually(async () =>
      expect(await deliveriesOf(id)).toMatchObject([
        { type: 'lead.status_changed', status: 'DELIVERED', attempts: 1, failure: null },
      ]),
    );
    // Rebuilding the copies makes no call.
    await house.rebuild();
    await house.settled();
    expect(await deliveriesOf(id)).toHaveLength(1);
    expect(receiver.received).toHaveLength(1);
  });

  it('is told nothing of a lead whose data are kept and not used', async () => {
    const firm = randomUUID();
    const { id } = await house.register(firm, address());
    const leadId = await house.lead(firm);
    await house.settled();
    await eventually(() => expect(receiver.received).toHaveLength(1));
    await mutate('Pause', { id });
    await house.qualify(leadId);
    await house.settled();
    const data = {
      operationId: randomUUID(),
      subjectId: leadId,
      at: house.clock.now().toISOString(),
    };
    await house.recordAdmin(data.operationId, { type: 'admin.subject.restricted', data });
    await house.settled();
    await house.qualify(leadId);
    await house.settled();
    await mutate('Resume', { id });
    await eventually(async () =>
      expect((await deliveriesOf(id)).map(({ status, failure }) => [status, failure])).toEqual([
        ['FAILED', 'RESTRICTED'],
        ['DELIVERED', null],
      ]),
    );
    expect(receiver.received).toHaveLength(1);
  });

  it('that is paused hears all that happened meanwhile; what waited three days is given up', async () => {
    const firm = randomUUID();
    const { id } = await house.register(firm, address());
    await mutate('Pause', { id });
    const leadId = await house.lead(firm);
    await house.settled();
    house.clock.advance(2 * 86_400_000);
    await house.qualify(leadId);
    await house.settled();
    house.clock.advance(86_400_001);
    await house.runTimer();
    expect((await mutate('Resume', { id })).webhook).toMatchObject({ waiting: 1 });
    await eventually(async () =>
      expect((await deliveriesOf(id)).map(({ status, failure }) => [status, failure])).toEqual([
        ['DELIVERED', null],
        ['FAILED', 'TOO_OLD'],
      ]),
    );
    house.clock.advance(31 * 86_400_000);
    await house.runTimer();
    expect(await deliveriesOf(id)).toEqual([]);
  });

  it('gets a test when an administrator sends one, and a delivery again under the same id', async () => {
    const { id } = await house.register(randomUUID(), address());
    const send = async (act: string, input: object): Promise<Delivery | null> => {
      const type = act === 'Redeliver' ? 'PartnerWebhookRedeliverInput' : 'PartnerWebhookInput';
      const { payload } = await house.ask<{ payload: { delivery: Delivery | null } }>(
        `mutation S($input: ${type}!) { payload: partnerWebhook${act}(input: $input) {
           delivery { ${DELIVERY} } userErrors { code } } }`,
        { input },
      );
      return payload.delivery;
    };
    const delivery = await send('Test', { id });
    expect(delivery).toMatchObject({ type: 'webhook.test', leadId: null });
    await eventually(async () => expect((await deliveriesOf(id))[0]?.status).toBe('DELIVERED'));
    expect(await send('Redeliver', { deliveryId: delivery?.id })).not.toBeNull();
    await eventually(() => expect(receiver.received).toHaveLength(2));
    // Its tries begin anew.
    await eventually(async () =>
      expect((await deliveriesOf(id))[0]).toMatchObject({ status: 'DELIVERED', attempts: 1 }),
    );
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([delivery?.eventId, delivery?.eventId]);
    expect(await send('Redeliver', { deliveryId: randomUUID() })).toBeNull();
    expect((await audits(id)).slice(1)).toEqual([
      'partnerWebhookTest TIER3',
      'partnerWebhookRedeliver TIER3',
    ]);
  });
});
