import { request } from 'node:http';
import { connect, type Socket as Connection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '#kernel/config';
import { eventually } from '#kernel/testing';
import { demoLogin } from '../../gateway/demo-logins.ts';
import { outsideChecks } from '../../gateway/cli/outside.ts';
import { LIMITS } from '../../gateway/limits.ts';
import { CANARY, CANARY_FIRM, canaryIn } from './canary.ts';
import {
  expectAnswered,
  expectRefused,
  hashOf,
  onlyCode,
  startProduction,
  type Production,
} from './production.ts';

/** A-46 to A-56: HTTP and the browser; A-44 and A-31: HTTP that we send. */

const ME = 'query Me { me { user { id } } }';
const SEND =
  'mutation Send { activityLog(input: { leadId: "x", kind: CALL }) { userErrors { code } } }';
const EVIL = 'https://evil.example';
const LISTED = 'https://board.example';

let production: Production;
let token: string;
/** They take as long as they are let; what is heard of them is asked for at the end. */
let slowly: Record<'headers' | 'body', Promise<string>>;
beforeAll(async () => {
  production = await startProduction({
    stored: { board: [ME, SEND] },
    environment: { ALLOWED_ORIGINS: LISTED, SECURITY_CONTACT: 'mailto:security@crm.example' },
  });
  token = await production.issuer.tokenFor('sales-de', { client_id: 'board' });
  const start = 'POST /graphql HTTP/1.1\r\nhost: x\r\n';
  const headers = `authorization: Bearer ${token}\r\ncontent-type: application/json\r\n`;
  slowly = {
    headers: drip(start, 'x-slow: 1\r\n'),
    body: drip(`${start}${headers}content-length: 1000\r\n\r\n`, '{'),
  };
}, 120_000);
afterAll(() => production?.stop());

const bearer = () => ({ authorization: `Bearer ${token}` });
const get = (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${production.url}/graphql?${new URLSearchParams(parameters).toString()}`, {
    headers: { ...bearer(), accept: 'application/json', ...headers },
  });
const CSRF = { 'x-graphql-csrf': '1' };

describe('GET', () => {
  it('A-46 runs stored queries alone', async () => {
    const before = production.work.run;
    const free = await get({ query: '{ __typename }' }, CSRF);
    expect(free.status).toBe(400);
    const stored = await get({ documentId: hashOf(SEND) }, CSRF);
    expect(stored.status).toBe(405);
    const two = `query A { me { roles } } ${SEND}`;
    const named = await get({ query: two, operationName: 'Send' }, CSRF);
    expect(named.status).toBeGreaterThanOrEqual(400);
    expect(production.work.run).toBe(before);
    const lawful = await get({ documentId: hashOf(ME) }, CSRF);
    expect(lawful.status).toBe(200);
    expect(await lawful.json()).toMatchObject({ data: { me: { user: {} } } });
  });

  it('A-47 needs the header a foreign page cannot send, whatever the content type', async () => {
    for (const headers of [
      {},
      { 'content-type': 'message/partial' },
      { 'content-type': 'text/plain' },
    ]) {
      const response = await get({ documentId: hashOf(ME) }, headers);
      expect(response.status).toBe(403);
      expect(onlyCode((await response.json()) as never)).toBe('FORBIDDEN');
    }
    expect(
      (await get({ documentId: hashOf(ME) }, { ...CSRF, 'content-type': 'message/partial' }))
        .status,
    ).toBe(200);
  });
});

describe('POST', () => {
  it('A-48 takes JSON and nothing a form could send', async () => {
    const before = { ...production.work };
    const types = [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/graphql',
      undefined,
    ];
    for (const type of types) {
      const status = await raw(
        `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${token}\r\n${type === undefined ? '' : `content-type: ${type}\r\n`}content-length: ${SEND.length}\r\n\r\n${SEND}`,
      );
      expect(status, String(type)).toMatch(/^HTTP\/1\.1 415 /);
    }
    expect(production.work).toEqual(before);
    await expectAnswered(production, 'sales-de', { query: ME });
  });

  it('A-49 tells foreign origins nothing, and names a listed one', async () => {
    const at = (origin: string, method: string) =>
      fetch(`${production.url}/graphql`, {
        method,
        headers: { ...bearer(), origin, 'content-type': 'application/json' },
        ...(method === 'POST' ? { body: JSON.stringify({ query: ME }) } : {}),
      });
    for (const method of ['OPTIONS', 'POST']) {
      for (const origin of [EVIL, 'null', `${LISTED}.evil.example`]) {
        const refused = await at(origin, method);
        expect(refused.status, `${method} from ${origin}`).toBe(403);
        const told = [...refused.headers.keys()].filter((name) =>
          name.startsWith('access-control-'),
        );
        expect(told).toEqual([]);
      }
      const listed = await at(LISTED, method);
      expect(listed.ok).toBe(true);
      expect(listed.headers.get('access-control-allow-origin')).toBe(LISTED);
    }
  });
});

describe('a connection', () => {
  it('A-52 that says nothing is one of a bounded number, and its place is given back', async () => {
    const silent = Array.from({ length: LIMITS.connectionsMax + 200 }, () => open().resume());
    await eventually(() => expect(silent.some(({ destroyed }) => destroyed)).toBe(true), {
      timeoutMs: 20_000,
    });
    await eventually(
      async () => {
        const answer = await production.post('sales-de', { query: '{ __typename }' });
        expect(answer.status).toBe(200);
      },
      { timeoutMs: 30_000, intervalMs: 500 },
    );
    for (const each of silent) each.destroy();
  }, 60_000);

  it('A-53 with headers beyond measure or of two meanings is refused', async () => {
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\n';
    const many = Array.from({ length: 10_000 }, (_, n) => `x-${n}: 1\r\n`).join('');
    expect(await raw(`${head}${many}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw(`${head}x-long: ${'x'.repeat(64 * 1024)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    const both = 'transfer-encoding: chunked\r\ncontent-length: 5\r\n';
    expect(await raw(`${head}${both}\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw('POST /graphql HTTP/1.1\r\nhost: x\rx-bare: 1\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    await expectAnswered(production, 'sales-de', { query: ME });
  });

  it('A-53 with fifty requests in a row gets fifty answers in order, each to its own person', async () => {
    const logins = ['sales-de', 'sales-at', 'manager-de', 'auditor', 'admin'];
    const tokens = await Promise.all(logins.map((login) => production.issuer.tokenFor(login)));
    const body = JSON.stringify({ query: '{ me { user { id } } }' });
    const requests = Array.from(
      { length: 50 },
      (_, n) =>
        `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${tokens[n % 5]}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${n === 49 ? 'connection: close\r\n' : ''}\r\n${body}`,
    );
    const received = await raw(requests.join(''));
    const ids = [...received.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(50);
    expect(new Set(ids.slice(0, 5)).size).toBe(5);
    expect(ids).toEqual(ids.map((_, n) => ids[n % 5]));
  });
});

describe('an answer', () => {
  it('A-54 carries what keeps browsers from harm', async () => {
    const graph = await production.post('sales-de', { query: ME });
    const page = await fetch(`${production.url}/`);
    for (const headers of [graph.headers, page.headers]) {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain(`default-src 'self'`);
      expect(policy).toContain(`frame-ancestors 'none'`);
      expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|https?:|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
    }
    expect(graph.headers.get('cache-control')).toContain('no-store');
  });

  it('A-56 of a sign-in brings a new cookie, which ends with the sign-out', async () => {
    const begin = await browse('GET', '/auth/login?as=sales-de&next=//evil.example', {
      cookie: '__Host-session=preset',
    });
    const attempt = cookieOf(begin, 'login');
    const issued = await fetch(begin.location, { redirect: 'manual' });
    const back = new URL(issued.headers.get('location') ?? '');
    expect(back.origin).toBe('https://crm.example');
    const done = await browse('GET', `${back.pathname}${back.search}`, {
      cookie: `login=${attempt}; __Host-session=preset`,
    });
    expect(done.location).toBe('/');
    const session = cookieOf(done, '__Host-session');
    expect(session).not.toBe('preset');
    expect(done.cookies.find((each) => each.startsWith('__Host-session='))).toMatch(
      /Path=\/; HttpOnly; SameSite=Strict; .*Secure/,
    );
    const cookie = `__Host-session=${session}`;
    const asked = (): Promise<Page> =>
      browse(
        'POST',
        '/graphql',
        { cookie, 'content-type': 'application/json' },
        JSON.stringify({ query: ME }),
      );
    expect((await asked()).status).toBe(200);
    expect((await browse('POST', '/auth/logout', { cookie, origin: EVIL })).status).toBe(403);
    expect((await asked()).status).toBe(200);
    expect(
      (await browse('POST', '/auth/logout', { cookie, origin: 'https://crm.example' })).status,
    ).toBe(204);
    expect((await asked()).status).toBe(401);
  });
});

describe('a connection that', () => {
  it('A-51 sends its headers by the line is closed', async () => {
    expect(await slowly.headers).toMatch(/^(HTTP\/1\.1 408 |$)/);
    await expectAnswered(production, 'sales-de', { query: ME });
  }, 60_000);

  it('A-52 sends its body by the byte is closed', async () => {
    expect(await slowly.body).toMatch(/^(HTTP\/1\.1 408 |$)/);
    await expectAnswered(production, 'sales-de', { query: ME });
  }, 60_000);
});

interface Page {
  readonly status: number;
  readonly location: string;
  readonly cookies: string[];
}

/** As a browser that knows the gateway by its public name. */
function browse(
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<Page> {
  const { hostname, port } = new URL(production.url);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, path, method, headers: { host: 'crm.example', ...headers } },
      (response) => {
        response.resume();
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            location: response.headers.location ?? '',
            cookies: response.headers['set-cookie'] ?? [],
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

function cookieOf({ cookies }: Page, name: string): string | undefined {
  const found = cookies.find((each) => each.startsWith(`${name}=`));
  return found?.slice(name.length + 1).split(';')[0];
}

function open(): Connection {
  const { hostname, port } = new URL(production.url);
  const connection = connect(Number(port), hostname);
  connection.on('error', () => {});
  return connection;
}

/** Begins, and goes on a little every second until the other side hangs up. */
async function drip(begin: string, again: string): Promise<string> {
  const connection = open();
  connection.write(begin);
  const timer = setInterval(() => connection.write(again), 1_000);
  try {
    return await untilClosed(connection);
  } finally {
    clearInterval(timer);
  }
}

/** What comes back until the other side hangs up. */
async function untilClosed(connection: Connection): Promise<string> {
  let received = '';
  connection.on('data', (chunk) => (received += chunk.toString()));
  await new Promise((resolve) => connection.once('close', resolve));
  return received;
}

function raw(text: string): Promise<string> {
  const connection = open();
  connection.write(text);
  return untilClosed(connection);
}

describe('a receiver of a firm', () => {
  const REGISTER = `mutation R($input: PartnerWebhookRegisterInput!) {
    made: partnerWebhookRegister(input: $input) { webhook { id } userErrors { code field } } }`;
  interface Made {
    webhook: { id: string } | null;
    userErrors: { code: string; field: string }[];
  }
  const partnerOrgId = demoLogin('partner-distributor')?.partnerOrgId;
  const inputOf = (url: string) => ({ partnerOrgId, url, topics: ['LEAD_REGISTERED'] });
  const register = async (url: string): Promise<Made> => {
    const { made } = await production.inside<{ made: Made }>('admin', REGISTER, {
      input: inputOf(url),
    });
    return made;
  };

  it('A-44 is a public https address by name on a listed port, and nothing else', async () => {
    for (const url of [
      'http://hooks.partner.example/',
      'https://169.254.169.254/',
      'https://localhost:4001',
      'https://localhost/',
      'https://[::ffff:127.0.0.1]/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://hooks.partner.example:5432/',
      'https://user:word@hooks.partner.example/',
      'https://metadata.internal/',
    ]) {
      expect(await register(url), url).toEqual({
        webhook: null,
        userErrors: [{ code: 'WEBHOOK_URL_REFUSED', field: 'url' }],
      });
    }
    const variables = { input: inputOf('https://hooks.partner.example/') };
    for (const login of ['sales-de', 'manager-de', 'auditor']) {
      await expectRefused(production, login, { query: REGISTER, variables }, 'FORBIDDEN');
    }
    const start = { NODE_ENV: 'production', WEBHOOK_LOCAL_RECEIVERS: 'true' };
    expect(() => loadConfig(start)).toThrow('WEBHOOK_LOCAL_RECEIVERS');
    expect((await register('https://hooks.partner.example/')).webhook).not.toBeNull();
  });

  it('A-31 is told ids and states of its own leads, and nothing about anybody', async () => {
    expect((await register('https://hooks.partner.example/people')).webhook).not.toBeNull();
    const { email, phone, name } = CANARY;
    const person = {
      ...CANARY_FIRM,
      companyName: `${CANARY_FIRM.companyName} ${name}`,
      email,
      phone,
    };
    const own = await production.lead('partner-distributor', { ...person, source: 'PARTNER' });
    const foreign = await production.lead('sales-de', {});
    await production.test.settled();
    const bodies = await eventually(async () => {
      const rows = await production.test.db.admin<{ body: string }>(
        'select body from partners.delivery',
      );
      expect(rows.length).toBeGreaterThan(0);
      return rows.map(({ body }) => body).join('\n');
    });
    expect(bodies).toContain(own);
    expect(bodies).not.toContain(foreign);
    expect(bodies).not.toContain(CANARY_FIRM.companyName);
    expect(canaryIn(bodies)).toEqual([]);
  });
});

it('shows a stranger nothing that is not his, by what looks a production over', async () => {
  const found: Record<string, string> = {};
  for (const [name, look] of outsideChecks(new URL(production.url))) {
    const { state, message } = await look();
    if (state !== 'ok') found[name] = message;
  }
  expect(found).toEqual({
    TLS: 'not https: tokens and cookies travel in clear, within this machine',
  });
  const text = await (await fetch(`${production.url}/.well-known/security.txt`)).text();
  expect(text).toMatch(
    /^Contact: mailto:security@crm\.example\nExpires: \d{4}-\d\d-\d\dT00:00:00\.000Z\nPreferred-Languages: de, en\nCanonical: https:\/\/crm\.example\/\.well-known\/security\.txt\n$/,
  );
});
