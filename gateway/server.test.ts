import { createHealth } from '#kernel/service';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEdge, type Edge } from './edge.fixture.ts';
import { leads } from './edge-graph.fixture.ts';
import { verifiedManifest } from './operations.ts';

const typename = { query: '{ __typename }' };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Of a build: what an address answers to a browser. */
function builtCockpit(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cockpit-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<meta content="__CSP_NONCE__"><div id="root"></div>');
  writeFileSync(join(folder, 'graphiql.html'), '<div id="graphiql"></div>');
  writeFileSync(join(folder, 'assets/main-AbCdEf12.js'), 'void 0;');
  writeFileSync(join(folder, 'favicon.svg'), '<svg/>');
  writeFileSync(join(tmpdir(), 'outside.js'), 'secret');
  return folder;
}

const stored = {
  lead: 'query Lead($id: ID!) { lead(id: $id) { name } }',
  rename: 'mutation Rename($id: ID!) { leadRename(id: $id, name: "x") { name } }',
  partner: '{ __typename }',
  public: '{ broken }',
};

let edge: Edge;
let token: string;
beforeAll(async () => {
  const health = createHealth();
  health.check('lead-event-handler', () => true);
  edge = await startEdge({
    health,
    staticDirectory: builtCockpit(),
    environment: { ALLOWED_ORIGINS: 'https://crm.example' },
    manifests: new Map(
      Object.entries({
        cockpit: [stored.lead, stored.rename],
        'partner-erp': [stored.partner],
      }).map(([client, texts]) => [
        client,
        verifiedManifest(
          texts.map((text) => [sha256(text), text]),
          '',
        ),
      ]),
    ),
  });
  token = await edge.token('sales');
});
afterAll(() => edge.stop());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${edge.gateway.url}${path}`, { headers });
const codeOf = async (response: Response): Promise<string | undefined> => {
  const body = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return body.errors?.[0]?.extensions.code;
};

describe('POST /graphql', () => {
  it('answers JSON, or the type of GraphQL answers where asked', async () => {
    const plain = await edge.post(typename, token);
    expect(plain.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await plain.json()).toEqual({ data: { __typename: 'Query' } });
    const accept = 'application/graphql-response+json';
    const typed = await edge.post(typename, token, { accept });
    expect(typed.headers.get('content-type')).toContain(accept);
    const mixed = await edge.post(typename, token, { accept: 'multipart/mixed, application/json' });
    expect(await mixed.json()).toEqual({ data: { __typename: 'Query' } });
    expect((await edge.post(typename, token, { accept: 'image/png' })).status).toBe(406);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    '',
  ])('executes nothing that comes as "%s"', async (type) => {
    const response = await edge.post(typename, token, { 'content-type': type });
    expect([response.status, await codeOf(response)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  it('inflates nothing', async () => {
    const response = await fetch(`${edge.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(1_000_000)),
    });
    expect(response.status).toBe(415);
  });

  it('reads as far as its limit, partners further', async () => {
    const sized = (bytes: number) => JSON.stringify(typename).padEnd(bytes, ' ');
    const limit = 256 * 1024;
    const partner = await edge.token('partner');
    const status = async (bytes: number, bearer: string) =>
      (await edge.post(sized(bytes), bearer)).status;
    expect(await status(limit, token)).toBe(200);
    expect(await status(limit + 1, token)).toBe(413);
    expect(await status(limit + 1, partner)).toBe(200);
    expect(await status(4 * limit + 1, partner)).toBe(413);
  });

  it('stops reading a body that never said its length', async () => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(
        `${edge.gateway.url}/graphql`,
        { method: 'POST', headers: { 'content-type': 'application/json' } },
        (response) => resolve(response.statusCode),
      );
      request.on('error', reject);
      for (let index = 0; index < 20; index++) request.write('x'.repeat(20_000));
    });
    expect(answer).toBe(413);
  });

  it.each([
    ['cut off', '{"query":'],
    ['no JSON', 'max@firma.de'],
    [
      'nested without end',
      `{"query":"{ __typename }","variables":{"a":${'['.repeat(90_000)}${']'.repeat(90_000)}}}`,
    ],
    ['two operations at once', '[{"query":"{ __typename }"},{"query":"{ __typename }"}]'],
    [
      'a value of another type',
      '{"query":"query($e: String!) { __typename }","variables":{"e":{"max@firma.de":1}}}',
    ],
  ])('refuses what is %s without repeating it', async (_, body) => {
    const response = await edge.post(body, token);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/max@|position|JSON at|Unexpected/);
    expect((await edge.post(typename, token)).status).toBe(200);
  });

  it('hides what went wrong inside, tells the request and logs it', async () => {
    const id = 'request-4711';
    const response = await edge.post({ query: '{ broken }' }, token, { 'x-request-id': id });
    const text = await response.text();
    expect(text).not.toMatch(/relation|hunter2/);
    expect(JSON.parse(text)).toMatchObject({
      data: { broken: null },
      errors: [{ path: ['broken'], extensions: { code: 'INTERNAL', requestId: id } }],
    });
    expect(response.headers.get('x-request-id')).toBe(id);
    expect(edge.logged.join('')).toContain(id);
    const injected = await edge.post(typename, token, { 'x-request-id': '<script>' });
    expect(injected.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('pages of other origins', () => {
  it('are refused, listed ones answered by name', async () => {
    const evil = await edge.post(typename, token, { origin: 'https://evil.example' });
    expect([evil.status, evil.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const crm = await edge.post(typename, token, { origin: 'https://crm.example' });
    expect(crm.headers.get('access-control-allow-origin')).toBe('https://crm.example');
    expect(crm.headers.get('access-control-allow-headers')).toContain('traceparent');
    const own = await edge.post(typename, token, { origin: edge.gateway.url });
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    const hidden = await edge.post(typename, token, { 'sec-fetch-site': 'cross-site' });
    expect(hidden.status).toBe(403);
    const nowhere = await edge.post(typename, token, { origin: 'null' });
    expect(nowhere.status).toBe(403);
  });
});

describe('GET /graphql', () => {
  const url = (parameters: Record<string, string>) => `/graphql?${new URLSearchParams(parameters)}`;
  const asked = (text: string) => ({
    variables: JSON.stringify({ id: leads[0]?.id }),
    extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash: sha256(text) } }),
  });
  const headers = () => ({ authorization: `Bearer ${token}`, 'x-graphql-csrf': '1' });

  it('answers stored queries', async () => {
    const byHash = await get(url(asked(stored.lead)), headers());
    expect(await byHash.json()).toEqual({ data: { lead: { name: 'Lead 11' } } });
    const { variables } = asked(stored.lead);
    const byId = await get(
      url({ documentId: `sha256:${sha256(stored.lead)}`, variables }),
      headers(),
    );
    expect(await byId.json()).toEqual({ data: { lead: { name: 'Lead 11' } } });
  });

  it('refuses documents, mutations and requests a foreign page could send', async () => {
    expect((await get(url({ query: '{ __typename }' }), headers())).status).toBe(400);
    const mutation = await get(url(asked(stored.rename)), headers());
    expect([mutation.status, await codeOf(mutation)]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    const { authorization } = headers();
    expect((await get(url(asked(stored.lead)), { authorization })).status).toBe(403);
    expect([404, 406]).toContain((await get('/graphql', { accept: 'text/html' })).status);
    expect((await fetch(`${edge.gateway.url}/graphql`, { method: 'DELETE' })).status).toBe(405);
  });
});

describe('a partner', () => {
  it.each([
    ['a document', { query: '{ broken }' }],
    ['a document with a known hash', { query: '{ broken }', documentId: sha256(stored.partner) }],
    ['an unknown hash', { documentId: sha256('x') }],
    ['a hash of another client', { documentId: sha256(stored.lead) }],
    ['the hash __proto__', { documentId: '__proto__' }],
    ['the hash constructor', { documentId: 'constructor' }],
    [
      'a registration',
      {
        query: '{ broken }',
        extensions: { persistedQuery: { version: 1, sha256Hash: sha256('{ broken }') } },
      },
    ],
    [
      'another version',
      { extensions: { persistedQuery: { version: 2, sha256Hash: sha256(stored.partner) } } },
    ],
    ['surplus variables', { documentId: sha256(stored.partner), variables: { a: 1 } }],
  ])('is refused %s', async (_, body) => {
    const response = await edge.post(body, await edge.token('partner'));
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toMatch(/^(OPERATION_NOT_PERSISTED|BAD_USER_INPUT)$/);
  });

  it('runs what is stored for him', async () => {
    const response = await edge.post(
      { documentId: sha256(stored.partner) },
      await edge.token('partner'),
    );
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

it('refuses a manifest whose text does not match its hash', () => {
  expect(() => verifiedManifest([[sha256('a'), 'b']], 'operations.json')).toThrow(/does not match/);
});

describe('health and metrics', () => {
  it('tell UP or DOWN per check and no more', async () => {
    for (const path of ['/health/ready', '/q/health', '/q/health/ready']) {
      expect(await (await get(path)).json()).toEqual({
        status: 'UP',
        checks: [{ name: 'lead-event-handler', status: 'UP' }],
      });
    }
    expect((await get('/health/live')).status).toBe(200);
  });

  it('are on the public port in development, by kind only', async () => {
    await edge.post(typename, token);
    for (const path of ['/metrics', '/q/metrics']) {
      const text = await (await get(path)).text();
      expect(text).toMatch(
        /freshplan_graphql_request_duration_ms_count\{kind="query",result="success"\}/,
      );
      expect(text).not.toMatch(/typename/);
    }
  });
});

describe('pages', () => {
  it('bring the cockpit under every path of its own', async () => {
    for (const path of ['/', '/leads', '/leads/4711']) {
      const response = await get(path);
      const nonce = /content="([^"]+)"/.exec(await response.text())?.[1];
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(nonce).toMatch(/^[\w+/=]{24}$/);
      expect(policy).toContain(`'nonce-${nonce}'`);
      expect(policy).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    }
  });

  it('say what every answer says', async () => {
    for (const response of [
      await get('/'),
      await edge.post(typename, token),
      await get('/nothing.txt'),
    ]) {
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
    expect((await edge.post(typename, token)).headers.get('cache-control')).toBe('no-store');
  });

  it('let browsers keep hashed files for ever and nothing else', async () => {
    const cacheOf = async (path: string) => (await get(path)).headers.get('cache-control');
    expect(await cacheOf('/assets/main-AbCdEf12.js')).toContain('immutable');
    expect(await cacheOf('/favicon.svg')).toBe('no-cache');
    expect(await cacheOf('/')).toBe('no-cache');
  });

  it('never leave their folder', async () => {
    const paths = [
      '/..%2foutside.js',
      '/assets/..%2f..%2foutside.js',
      '/%00',
      '/missing.js',
      '/%E0%A4%A',
    ];
    for (const path of paths) expect(await (await get(path)).text()).not.toContain('secret');
    expect((await get('/missing.js')).status).toBe(404);
  });

  it('offer GraphiQL built and unbuilt, from this server alone', async () => {
    expect(await (await get('/graphiql')).text()).toContain('id="graphiql"');
    const unbuilt = await startEdge();
    const read = async (path: string) => (await fetch(`${unbuilt.gateway.url}${path}`)).text();
    const page = await read('/graphiql');
    const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
    expect(parts.length).toBeGreaterThan(1);
    const texts = [page, ...(await Promise.all(parts.map(read)))];
    expect(texts.join('')).not.toMatch(/https?:\/\/|src="\/\//);
    expect(texts.every((text) => text !== 'Not found')).toBe(true);
    await unbuilt.stop();
  });
});

describe('the socket below', () => {
  const raw = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(edge.gateway.url);
      let answer = '';
      const socket = connect(Number(port), hostname, () => socket.write(text));
      socket.on('data', (data) => (answer += String(data)));
      // The server hangs up on what it refuses while the client still writes.
      socket.on('close', () => resolve(answer));
      socket.on('error', () => undefined);
    });
  const body = JSON.stringify(typename);
  const head = (lines: string) =>
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${lines}\r\n`;

  it.each([
    ['thousands of headers', head('a: b\r\n'.repeat(10_000)), 431],
    ['one long header', head(`a: ${'x'.repeat(65_536)}\r\n`), 431],
    [
      'two lengths',
      head(`content-length: ${body.length}\r\ntransfer-encoding: chunked\r\n`) + body,
      400,
    ],
    ['a bare carriage return', head('a: b\rc: d\r\n'), 400],
  ])('refuses %s', async (_, text, status) => {
    expect(await raw(text)).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
  });

  it('answers pipelined requests in order, each by its own identity', async () => {
    const one = (auth: string, end = '') =>
      head(`${auth}content-length: ${body.length}\r\n${end}`) + body;
    const bearer = `authorization: Bearer ${token}\r\n`;
    const bad = 'authorization: Bearer x.y.z\r\n';
    const requests = [bearer, bad, bearer, bad].map((auth) => one(auth)).join('');
    const answers = await raw(requests + one(bearer, 'connection: close\r\n'));
    expect([...answers.matchAll(/HTTP\/1.1 (\d+)/g)].map((match) => match[1])).toEqual([
      '200',
      '401',
      '200',
      '401',
      '200',
    ]);
  });

  it('is closed when headers or body take too long', async () => {
    const slow = await startEdge({ limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
    const { hostname, port } = new URL(slow.gateway.url);
    const closes = (text: string): Promise<string> =>
      new Promise((resolve) => {
        let answer = '';
        const socket = connect(Number(port), hostname, () => socket.write(text));
        socket.on('data', (data) => (answer += String(data)));
        socket.on('close', () => resolve(answer));
      });
    expect(await closes('POST /graphql HTTP/1.1\r\nhost: x\r\n')).toMatch(/408/);
    expect(await closes(head('content-length: 100\r\n') + '{')).toMatch(/408|400/);
    await slow.stop();
  });

  it('is refused past the number of connections', async () => {
    const small = await startEdge({ limits: { connectionsMax: 2 } });
    const { hostname, port } = new URL(small.gateway.url);
    const open = () =>
      new Promise<'open' | 'closed'>((resolve) => {
        const socket = connect(Number(port), hostname);
        socket.on('close', () => resolve('closed'));
        socket.on('error', () => resolve('closed'));
        setTimeout(resolve, 300, 'open');
      });
    expect((await Promise.all([open(), open(), open()])).toSorted()).toEqual([
      'closed',
      'open',
      'open',
    ]);
    await small.stop();
  });
});

it('finishes what runs before it stops', async () => {
  const stopping = await startEdge();
  const bearer = await stopping.token('sales');
  const running = stopping.post({ query: '{ slow }' }, bearer);
  await expect.poll(() => stopping.fetched.length).toBe(1);
  await stopping.stop();
  expect(await (await running).json()).toEqual({ data: { slow: 'done' } });
  await expect(stopping.post(typename, bearer)).rejects.toThrow();
});

it('shows no metrics at all where they are switched off', async () => {
  const edge = await startEdge({
    environment: { FEATURES_METRICS_PROMETHEUS_ENABLED: 'false', MANAGEMENT_PORT: '0' },
  });
  try {
    for (const path of ['/metrics', '/q/metrics']) {
      expect((await fetch(`${edge.gateway.url}${path}`)).status).toBe(404);
    }
    expect((await fetch(`${edge.gateway.url}/health/live`)).status).toBe(200);
  } finally {
    await edge.stop();
  }
});

it('shows metrics on the management port alone where there is one', async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  const managed = await startEdge({ environment: { MANAGEMENT_PORT: String(port) } });
  const status = async (url: string | undefined) => (await fetch(`${url}/metrics`)).status;
  expect(managed.gateway.managementUrl).toBe(`http://127.0.0.1:${port}`);
  expect(await status(managed.gateway.managementUrl)).toBe(200);
  expect(await status(managed.gateway.url)).toBe(404);
  expect((await fetch(`${managed.gateway.managementUrl}/graphql`)).status).toBe(404);
  await managed.stop();
});

it('answers strangers what carries no right, where it is told to', async () => {
  const foreign = await startEdge({ anonymous: true });
  const status = async (query: string) => (await foreign.post({ query })).status;
  const introspected = await foreign.post({
    query: '{ __schema { queryType { fields { name } } } }',
  });
  expect(await introspected.json()).toEqual({
    data: { __schema: { queryType: { fields: [{ name: 'hello' }] } } },
  });
  expect(await status('{ hello }')).toBe(200);
  expect((await edge.post({ query: '{ hello }' })).status).toBe(401);
  expect(await status('{ users }')).toBe(401);
  expect(await status('{ broken }')).toBe(401);
  await foreign.stop();
});

describe('production', () => {
  it('keeps metrics, GraphiQL and free documents from the public port', async () => {
    const secret = 'a-secret-of-the-tests-of-32-bytes-or-more';
    const production = await startEdge({
      environment: {
        NODE_ENV: 'production',
        CURSOR_SECRET: secret,
        UNSUBSCRIBE_SECRET: secret,
        DATABASE_ROLE_SECRET: secret,
        KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
        DATABASE_URL: 'postgresql://localhost/x',
        OIDC_ISSUER: 'https://issuer.example',
        PUBLIC_URL: 'https://freshplan.example',
      },
    });
    const status = async (path: string) => (await fetch(`${production.gateway.url}${path}`)).status;
    expect(await status('/metrics')).toBe(404);
    expect(await status('/q/metrics')).toBe(404);
    expect(await status('/graphiql')).toBe(404);
    expect(await status('/health/ready')).toBe(200);
    const document = await production.post(
      { query: '{ broken }' },
      await production.token('admin'),
    );
    expect(await codeOf(document)).toBe('OPERATION_NOT_PERSISTED');
    expect(document.headers.get('strict-transport-security')).toContain('max-age');
    expect((await production.post(typename)).status).toBe(200);
    await production.stop();
  });
});
