import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { systemActor } from '#kernel/access';
import { loadConfig } from '#kernel/config';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createTestDatabase, eventually, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { DEMO_LOGINS } from '../../gateway/demo-logins.ts';
import {
  startGatewayProcess,
  type GatewayProcess,
} from '../../gateway/processes/gateway-process.ts';
import { LIFE_SECONDS, createInternalSigner } from '../../gateway/processes/internal-token.ts';
import { startSubgraphProcess } from '../../gateway/processes/subgraph-process.ts';
import { databaseEnvironment, freePort } from '../stories/system.ts';
import { startIssuer, type Issuer } from './issuer.ts';
import { leadInput } from '../chaos/process.ts';
import { actorOf, send } from './production.ts';

/** A subgraph with a port of its own, as it runs in production: what its network may try with it. */

interface Recorded {
  readonly authorization: string;
  readonly body: string;
}

const DATA_DIR = `.data/subgraphs-${process.pid}`;
const NAMES = createSubgraphs({}).map(({ name }) => name);
const keys = new Map(NAMES.map((name) => [name, randomBytes(32)]));
const clock = { aheadMs: 0 };
const now = (): number => Date.now() + clock.aheadMs;

let issuer: Issuer;
let db: TestDatabase;
let gateway: GatewayProcess;
let recorder: Server;
let leads: string;
let admin: string;
let leadId: string;
/** What the gateway sent to leads. While `isHeld` it gets no further. */
const recorded: Recorded[] = [];
let isHeld = false;
const stops: (() => Promise<void>)[] = [];

const secret = (): string => randomBytes(32).toString('base64');
const log = createLogger({ level: 'silent' });

async function startSubgraph(name: string): Promise<string> {
  const config = loadConfig(
    {
      NODE_ENV: 'production',
      PORT: '0',
      MANAGEMENT_PORT: String(await freePort()),
      DATA_DIR,
      ...databaseEnvironment(db),
      DATABASE_POOL_SIZE_MAX: '4',
      PUBLIC_URL: 'https://crm.example',
      KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      UNSUBSCRIBE_SECRET: secret(),
      SUBGRAPH_KEY: keys.get(name)?.toString('base64') ?? '',
    },
    { kind: 'subgraph' },
  );
  const started = await startSubgraphProcess({ config, name, log, metrics: createMetrics(), now });
  stops.push(started.stop);
  return started.url;
}

/** Between the gateway and leads, as somebody on their network. */
async function startRecorder(target: string): Promise<string> {
  recorder = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      if (request.method === 'POST') {
        recorded.push({ authorization: request.headers.authorization ?? '', body });
      }
      if (isHeld) return void response.destroy();
      const headers = { 'content-type': 'application/json', ...pick(request.headers) };
      const init = request.method === 'POST' ? { method: 'POST', headers, body } : {};
      fetch(`${target}${request.url}`, init).then(
        async (answer) => {
          const type = answer.headers.get('content-type') ?? '';
          response.writeHead(answer.status, { 'content-type': type });
          response.end(await answer.text());
        },
        () => response.destroy(),
      );
    });
  });
  recorder.listen(0, '127.0.0.1');
  await once(recorder, 'listening');
  return `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;
}

const pick = ({ authorization }: { authorization?: string | undefined }): Record<string, string> =>
  authorization === undefined ? {} : { authorization };

beforeAll(async () => {
  issuer = await startIssuer();
  db = await createTestDatabase({ modules: createSubgraphs({}) });
  leads = await startSubgraph('leads');
  admin = await startSubgraph('admin');
  const between = await startRecorder(leads);
  const config = loadConfig(
    {
      NODE_ENV: 'production',
      PORT: '0',
      DATA_DIR,
      OIDC_ISSUER: issuer.url,
      PUBLIC_URL: 'https://crm.example',
      CURSOR_SECRET: secret(),
      GRAPHQL_FREE_DOCUMENTS: 'true',
      SUBGRAPH_KEYS: [...keys].map(([name, key]) => `${name}=${key.toString('base64')}`).join(','),
      SUBGRAPH_URLS: `leads=${between}/graphql,admin=${admin}/graphql`,
    },
    { kind: 'gateway' },
  );
  gateway = await startGatewayProcess({ config, log, metrics: createMetrics() });
  stops.push(gateway.stop);
  await registerPeople();
  leadId = await eventually(register, { timeoutMs: 20_000, intervalMs: 200 });
}, 120_000);
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
  recorder?.closeAllConnections();
  recorder?.close();
  await db?.close();
  await issuer?.stop();
  await rm(DATA_DIR, { recursive: true, force: true });
});

async function registerPeople(): Promise<void> {
  const document = parse(`mutation Person($input: UserRegisterInput!) {
    userRegister(input: $input) { userErrors { code } } }`);
  const operation = await gateway.supergraph.compile({ document });
  for (const { userId, login, name, roles, territories } of DEMO_LOGINS) {
    const email = `${login}@cookfresh.example`;
    const input = { userId, login, name, roles, territories, email };
    const request = { actor: actorOf('admin'), requestId: randomUUID() };
    const { errors } = await operation.execute({ input }, request);
    expect(errors).toBeUndefined();
  }
}

/** As a person, through the gateway: the lawful way. */
async function ask(query: string, variables: object = {}) {
  const authorization = `Bearer ${await issuer.tokenFor('sales-de')}`;
  return send(gateway.url, { query, variables }, { authorization });
}

async function register(): Promise<string> {
  const { body } = await ask(
    `mutation R($input: LeadRegisterInput!) {
      leadRegister(input: $input) { lead { id } userErrors { code } } }`,
    { input: leadInput() },
  );
  const { leadRegister } = body.data as { leadRegister: { lead: { id: string } } };
  return leadRegister.lead.id;
}

const ENTITIES =
  'query E($representations: [_Any!]!) { _entities(representations: $representations) { ... on Lead { id companyName } } }';

const entities = (count: number): string =>
  JSON.stringify({
    query: ENTITIES,
    variables: {
      representations: Array.from({ length: count }, () => ({ __typename: 'Lead', id: leadId })),
    },
  });

/** What a subgraph says to a body, and under which status. */
async function knock(origin: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

async function signed(body: string, options: { key?: Buffer; now?: () => number } = {}) {
  const key = options.key ?? keys.get('leads') ?? Buffer.alloc(0);
  const sign = createInternalSigner({ subgraph: 'leads', key, now: options.now ?? now });
  return sign({ actor: actorOf('sales-de'), requestId: randomUUID() }, body);
}

const UNAUTHENTICATED = { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };

function expectTurnedAway({ status, text }: { status: number; text: string }): void {
  expect(status, text).toBe(401);
  expect(JSON.parse(text)).toMatchObject(UNAUTHENTICATED);
  expect(JSON.parse(text)).not.toHaveProperty('data');
}

it('A-15: a subgraph takes 500 representations at once and not one more', async () => {
  for (const count of [501, 5_000]) {
    const body = entities(count);
    const answer = await knock(leads, body, { authorization: await signed(body) });
    expect(JSON.parse(answer.text)).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(JSON.parse(answer.text)).not.toHaveProperty('data');
  }
  // Written into the document they would not be counted.
  const written = JSON.stringify({
    query: `{ _entities(representations: [{ __typename: "Lead", id: "${leadId}" }]) { __typename } }`,
  });
  const answer = await knock(leads, written, { authorization: await signed(written) });
  expect(answer.text).toContain('BAD_USER_INPUT');
  const lawful = entities(500);
  const { text } = await knock(leads, lawful, { authorization: await signed(lawful) });
  expect((JSON.parse(text) as { data: { _entities: object[] } }).data._entities).toHaveLength(500);
});

it('A-35: a subgraph answers nobody but the gateway', async () => {
  const token = await issuer.tokenFor('admin');
  const schema = '{"query":"{ _service { sdl } }"}';
  const forged = { 'x-user': 'admin', 'x-roles': 'admin', 'x-user-id': actorOf('admin').userId };
  expectTurnedAway(await knock(leads, schema));
  expectTurnedAway(await knock(leads, entities(1), forged));
  for (const authorization of [
    `Bearer ${token}`,
    `Internal ${token}`,
    await signed(entities(1), { key: randomBytes(32) }),
    await signed(entities(1), { key: keys.get('admin') ?? Buffer.alloc(0) }),
  ]) {
    expectTurnedAway(await knock(leads, entities(1), { authorization, ...forged }));
  }
  for (const path of ['/endpoints', '/graphql']) {
    const { status } = await fetch(`${leads}${path}`, { method: 'POST', body: '{}' });
    expect(status).toBe(401);
  }
  for (const path of ['/', '/metrics', '/q/metrics', '/graphiql']) {
    expect((await fetch(`${leads}${path}`)).status).toBe(404);
  }
  const health = await fetch(`${leads}/health/ready`);
  expect(health.status).toBe(200);
  const lawful = await knock(leads, schema, { authorization: await signed(schema) });
  expect(lawful.status).toBe(200);
  expect(lawful.text).toContain('type Lead');
});

it('A-35: nor does it let anybody else subscribe', async () => {
  const payload = { query: 'subscription { leadChanged { leadId type } }' };
  const open = async (authorization: string, subscribed: object): Promise<number | 'open'> => {
    const ws = new WebSocket(`${leads.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = new Promise<number>((resolve) => ws.once('close', resolve));
    const acknowledged = new Promise<void>((resolve) => ws.once('message', () => resolve()));
    await once(ws, 'open');
    ws.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
    await Promise.race([acknowledged, closed]);
    ws.send(JSON.stringify({ id: '1', type: 'subscribe', payload: subscribed }));
    ws.ping();
    const alive = once(ws, 'pong').then(() => 'open' as const);
    const outcome = await Promise.race([closed, alive]);
    ws.terminate();
    return outcome;
  };
  const tokenOf = (body: object): Promise<string> => signed(JSON.stringify(body));
  expect(await open('', payload)).toBe(4401);
  expect(await open(`Bearer ${await issuer.tokenFor('admin')}`, payload)).toBe(4401);
  expect(await open(await tokenOf({ query: 'subscription { a }' }), payload)).toBe(4401);
  const token = await tokenOf(payload);
  expect(await open(token, payload)).toBe('open');
  expect(await open(token, payload)).toBe(4401);
});

it('A-36: what the gateway sent counts once, in time, as it was, and there', async () => {
  const lead = `{ lead(id: "${leadId}") { companyName } }`;
  const before = recorded.length;
  expect((await ask(lead)).body.data).toHaveProperty('lead.companyName');
  const [used] = recorded.slice(before);
  if (used === undefined) throw new Error('Nothing was recorded');
  // At once again, and once more later.
  for (let n = 0; n < 2; n += 1) {
    expectTurnedAway(await knock(leads, used.body, { authorization: used.authorization }));
  }

  isHeld = true;
  const from = recorded.length;
  const missed = await ask(lead);
  isHeld = false;
  expect(missed.body.errors?.[0]?.extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
  // A query is asked twice; each try has a token of its own, and none of them arrived.
  const [first, second] = recorded.slice(from);
  if (first === undefined || second === undefined) throw new Error('It was not tried again');
  expect(second.authorization).not.toBe(first.authorization);
  const { authorization } = first;
  expectTurnedAway(await knock(admin, first.body, { authorization }));
  const altered = first.body.replace('companyName', 'city');
  expect(altered).not.toBe(first.body);
  expectTurnedAway(await knock(leads, altered, { authorization }));
  clock.aheadMs = (LIFE_SECONDS + 6) * 1_000;
  expectTurnedAway(await knock(leads, first.body, { authorization }));
  clock.aheadMs = 0;
  const lawful = await knock(leads, first.body, { authorization });
  expect(lawful.status, lawful.text).toBe(200);
  expect(JSON.parse(lawful.text)).not.toHaveProperty('errors');
});

it('A-36: a job other than the gateway asks nothing, though its token is signed', async () => {
  const body = entities(1);
  const sign = createInternalSigner({
    subgraph: 'leads',
    key: keys.get('leads') ?? Buffer.alloc(0),
  });
  const request = { actor: systemActor('leads.retention', ['DE']), requestId: randomUUID() };
  expectTurnedAway(await knock(leads, body, { authorization: await sign(request, body) }));
});
