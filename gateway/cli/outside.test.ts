import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { startReceiver } from '#kernel/testing';
import { outsideChecks, urlOf } from './outside.ts';

/** Does everything wrong that a stranger could find out. */
let careless: Server;
let url: URL;

beforeAll(async () => {
  careless = createServer((request, response) => {
    const body = {
      '/health/ready': { status: 'DOWN' },
      '/oidc/.well-known/openid-configuration': { authorization_endpoint: '/auth' },
      '/graphql': { data: { __schema: { types: [] } } },
    }[request.url ?? ''];
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
    response.setHeader('x-powered-by', 'Express 4');
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/security.txt') response.end('Expires: 2020-01-01T00:00:00Z');
    else response.end(JSON.stringify(body ?? {}));
  });
  const sockets = new WebSocketServer({ server: careless });
  careless.once('close', () => sockets.close());
  await new Promise<void>((resolve) => careless.listen(0, '127.0.0.1', resolve));
  url = new URL(`http://127.0.0.1:${(careless.address() as AddressInfo).port}`);
});
afterAll(() => {
  careless.closeAllConnections();
  return new Promise((resolve) => careless.close(resolve));
});

it('names everything that is open to strangers', async () => {
  const states: Record<string, string> = {};
  for (const [name, look] of outsideChecks(url)) states[name] = (await look()).state;
  expect(states).toEqual({
    TLS: 'warning',
    HTTP: 'ok',
    health: 'fault',
    headers: 'fault',
    strangers: 'fault',
    introspection: 'fault',
    pages: 'fault',
    origins: 'fault',
    forms: 'fault',
    sockets: 'fault',
    'security.txt': 'fault',
  });
});

it('takes a certificate nobody vouches for, and silence, for a fault', async () => {
  const receiver = await startReceiver();
  const [, look] = outsideChecks(new URL(receiver.url))[0] ?? [];
  await expect(look?.()).rejects.toThrow('self-signed certificate');
  await receiver.close();
  await expect(look?.()).rejects.toThrow('ECONNREFUSED');
});

it('takes no address but one of the web', () => {
  expect(urlOf('https://crm.example').hostname).toBe('crm.example');
  for (const text of ['crm.example', 'ftp://crm.example', '']) {
    expect(() => urlOf(text)).toThrow('https://crm.example is needed');
  }
});

it('takes an address without TLS for a fault, unless it is within the machine', async () => {
  const [, look] = outsideChecks(new URL('http://crm.example'))[0] ?? [];
  expect((await look?.())?.state).toBe('fault');
});
