import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { DeliveryRefused, createWebhookVerifier } from './webhooks.ts';

const secretOf = (): string => `whsec_${randomBytes(24).toString('base64')}`;
const secret = secretOf();
const MINUTE_MS = 60_000;

function delivery(body: string, { by = secret, id = 'msg_1', ageMs = 0 } = {}) {
  const at = new Date(Date.now() - ageMs);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(by).sign(id, at, body),
  };
}

const body = JSON.stringify({ type: 'lead.status_changed', data: { status: 'QUALIFIED' } });

it('hands over what was signed, as text or as bytes', async () => {
  const verify = createWebhookVerifier({ secrets: [secret] });
  const payload = JSON.parse(body) as unknown;
  const first = await verify(body, delivery(body));
  expect(first).toEqual({ id: 'msg_1', payload, isRepeated: false });
  const second = await verify(new TextEncoder().encode(body), delivery(body, { id: 'msg_2' }));
  expect(second).toEqual({ id: 'msg_2', payload, isRepeated: false });
});

it('tells a delivery that comes again', async () => {
  const verify = createWebhookVerifier({ secrets: [secret] });
  await verify(body, delivery(body));
  expect(await verify(body, delivery(body))).toMatchObject({ isRepeated: true });
});

it('refuses another secret, a changed byte, an old delivery and one without headers', async () => {
  const verify = createWebhookVerifier({ secrets: [secret] });
  const refused = [
    verify(body, delivery(body, { by: secretOf() })),
    verify(body.replace('QUALIFIED', 'CONVERTED'), delivery(body)),
    verify(body, delivery(body, { ageMs: 6 * MINUTE_MS })),
    verify(body, {}),
  ];
  for (const each of refused) await expect(each).rejects.toBeInstanceOf(DeliveryRefused);
  expect(await verify(body, delivery(body, { ageMs: 4 * MINUTE_MS }))).toMatchObject({
    isRepeated: false,
  });
});

it('takes the old secret and the new one while they are being changed', async () => {
  const next = secretOf();
  const verify = createWebhookVerifier({ secrets: [next, secret] });
  expect(await verify(body, delivery(body))).toMatchObject({ id: 'msg_1' });
  expect(await verify(body, delivery(body, { by: next, id: 'msg_2' }))).toMatchObject({
    id: 'msg_2',
  });
});

it('asks the memory that the firm shares', async () => {
  const known = new Set(['msg_1']);
  const verify = createWebhookVerifier({ secrets: [secret], isNew: async (id) => !known.has(id) });
  expect(await verify(body, delivery(body))).toMatchObject({ isRepeated: true });
});
