import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { RECEIVER_CERTIFICATE, startReceiver, type Receiver } from '#kernel/testing';
import type { AddressRules, Resolve } from './address.ts';
import { createSender, type Answer, type SenderOptions } from './sender.ts';
import { newSecret } from './signature.ts';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
beforeEach(() => {
  receiver.received.length = 0;
  receiver.behave((response) => response.writeHead(204).end());
});

const asked: string[] = [];
const leadingTo =
  (...addresses: string[]): Resolve =>
  async (hostname) => {
    asked.push(hostname);
    return addresses.map((address) => ({ address, family: 4 }));
  };

async function send(options: Partial<SenderOptions> = {}, url = receiver.url): Promise<Answer> {
  const rules: AddressRules = { ports: [443, 8443], isLocalAllowed: true };
  const call = createSender({ rules, ca: RECEIVER_CERTIFICATE, timeoutMs: 2_000, ...options });
  const post = { url, id: 'msg', body: '{}', secrets: [newSecret()], at: new Date() };
  return call(post, new AbortController().signal);
}

it('is taken by a receiver that answers 2xx', async () => {
  expect(await send()).toEqual({ is: 'TAKEN', status: 204 });
  expect(receiver.received[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': 'msg',
    'webhook-signature': expect.stringMatching(/^v1,/),
  });
});

it('connects to nothing where the name leads to this machine, in production', async () => {
  const port = Number(new URL(receiver.url).port);
  const rules: AddressRules = { ports: [port], isLocalAllowed: false };
  for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1']) {
    asked.length = 0;
    const resolve = leadingTo(address);
    const url = `https://hooks.partner.example:${port}/`;
    expect(await send({ rules, resolve }, url)).toEqual({
      is: 'FAILED',
      failure: 'ADDRESS_REFUSED',
    });
    expect(asked).toEqual(['hooks.partner.example']);
  }
  const local = await send({ rules });
  expect(local).toEqual({ is: 'FAILED', failure: 'ADDRESS_REFUSED' });
  expect(receiver.received).toEqual([]);
});

it('asks for the name at every call anew, and believes no address of before', async () => {
  const port = Number(new URL(receiver.url).port);
  const rules: AddressRules = { ports: [port], isLocalAllowed: false };
  const answers = [['8.8.8.8', '10.0.0.1'], ['127.0.0.1']];
  const resolve: Resolve = async () =>
    (answers.shift() ?? []).map((address) => ({ address, family: 4 }));
  const url = `https://hooks.partner.example:${port}/`;
  for (let calls = 0; calls < 2; calls += 1) {
    expect(await send({ rules, resolve }, url)).toMatchObject({ failure: 'ADDRESS_REFUSED' });
  }
  expect(answers).toEqual([]);
  expect(receiver.received).toEqual([]);
});

it('trusts no certificate that nobody has signed', async () => {
  expect(await send({ ca: undefined })).toEqual({ is: 'FAILED', failure: 'TLS' });
  expect(receiver.received).toEqual([]);
});

it('says that a name has no address', async () => {
  const failing: Resolve = async () => Promise.reject(new Error('ENOTFOUND'));
  const rules: AddressRules = { ports: [443], isLocalAllowed: false };
  const answer = await send({ rules, resolve: failing }, 'https://hooks.partner.example/');
  expect(answer).toEqual({ is: 'FAILED', failure: 'UNREACHABLE' });
});
