import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { parse } from 'graphql';
import { expect } from 'vitest';
import WebSocket from 'ws';
import { createActor, type Actor } from '#kernel/access';
import { eventually } from '#kernel/testing';
import { DEMO_LOGINS, demoLogin } from '../../gateway/demo-logins.ts';
import { LIMITS } from '../../gateway/limits.ts';
import type { Manifest } from '../../gateway/operations.ts';
import { leadInput } from '../chaos/process.ts';
import { freePort, startTestSystem, type TestSystem } from '../stories/system.ts';
import { startIssuer, type Issuer } from './issuer.ts';

/** The system as it runs in production, with an identity provider and secrets of the test. */
export interface Production {
  readonly url: string;
  readonly managementUrl: string;
  readonly issuer: Issuer;
  readonly test: TestSystem;
  /** Operations handed to the planner so far, and those of them that were run. */
  readonly work: { planned: number; run: number };
  /** One request as a person, or as nobody. */
  post(login: string | null, body: unknown, headers?: Record<string, string>): Promise<HttpAnswer>;
  socket(login: string): Promise<Socket>;
  /** Past the edge, for what is there before the attack: by the graph, with the person's rights. */
  inside<Data>(login: string, query: string, variables?: Record<string, unknown>): Promise<Data>;
  /** Registers a lead; nobody's where a partner sends it in. */
  lead(login: string, extra?: Record<string, unknown>): Promise<string>;
  stop(): Promise<void>;
}

export interface GraphAnswer {
  data?: Record<string, unknown> | null;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string; requestId?: string };
  }[];
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: GraphAnswer;
}

export interface SocketMessage {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

/** A connection that speaks the protocol by hand, as an attacker would. */
export interface Socket {
  readonly ws: WebSocket;
  readonly received: SocketMessage[];
  send(message: unknown): void;
  /** One operation: what it brought, as HTTP would have said it. */
  ask(payload: object): Promise<GraphAnswer>;
  /** The code it was closed with. */
  closed(): Promise<number>;
}

export interface ProductionOptions {
  readonly environment?: Record<string, string>;
  /** Stored operations by client, beside the cockpit's: the texts. */
  readonly stored?: Readonly<Record<string, readonly string[]>>;
  /** Whether employees may send documents of their own. Default: true, so that attacks reach the limits. */
  readonly freeDocuments?: boolean;
}

const HIRED_AT = new Date('2024-01-01T08:00:00.000Z');
const PUBLIC_URL = 'https://crm.example';

export async function startProduction(options: ProductionOptions = {}): Promise<Production> {
  const issuer = await startIssuer();
  const secret = (): string => randomBytes(32).toString('base64');
  const managementPort = await freePort();
  const environment = {
    NODE_ENV: 'production',
    OIDC_ISSUER: issuer.url,
    PUBLIC_URL,
    MANAGEMENT_PORT: String(managementPort),
    KEY_ENCRYPTION_KEY: secret(),
    CURSOR_SECRET: secret(),
    UNSUBSCRIBE_SECRET: secret(),
    GRAPHQL_FREE_DOCUMENTS: String(options.freeDocuments ?? true),
    ...options.environment,
  };
  const manifests = manifestsOf(options.stored ?? {});
  const test = await startTestSystem({ environment, people: false, manifests });
  const { url, system } = test;
  const work = countWork(system.supergraph);
  const inside: Production['inside'] = async (login, query, variables = {}) => {
    const request = { actor: actorOf(login), requestId: randomUUID() };
    const document = parse(query, { noLocation: true });
    const operation = await system.supergraph.compile({ document });
    const { data, errors } = await operation.execute(variables, request);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data as never;
  };
  await registerPeople(test, inside);
  return {
    url,
    managementUrl: `http://127.0.0.1:${managementPort}`,
    issuer,
    test,
    work,
    inside,
    async post(login, body, headers = {}) {
      const token = login === null ? undefined : await issuer.tokenFor(login);
      return send(url, body, {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      });
    },
    socket: async (login) => openSocket(url, await issuer.tokenFor(login)),
    async lead(login, extra = {}) {
      const { leadRegister } = await inside<{ leadRegister: { lead: { id: string } | null } }>(
        login,
        `mutation Register($input: LeadRegisterInput!) {
           leadRegister(input: $input) { lead { id } userErrors { code message } } }`,
        { input: leadInput(extra) },
      );
      if (leadRegister.lead === null) throw new Error(JSON.stringify(leadRegister));
      return leadRegister.lead.id;
    },
    async stop() {
      await test.stop();
      await issuer.stop();
    },
  };
}

/** What a client sends to run a stored text. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function manifestsOf(stored: Readonly<Record<string, readonly string[]>>): Map<string, Manifest> {
  return new Map(
    Object.entries(stored).map(([client, texts]) => [
      client,
      new Map(texts.map((text) => [hashOf(text), text])),
    ]),
  );
}

export function actorOf(login: string): Actor {
  const person = demoLogin(login);
  if (person === undefined) throw new RangeError(`There is no login ${login}`);
  const { userId, roles, territories, partnerOrgId, clientId } = person;
  return createActor({
    userId,
    roles,
    territories,
    ...(partnerOrgId === undefined ? {} : { partnerOrgId }),
    ...(clientId === undefined ? {} : { clientId }),
  });
}

export async function send(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json',
      'content-type': 'application/json',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: bodyOf(text) };
}

function bodyOf(text: string): GraphAnswer {
  try {
    return JSON.parse(text) as GraphAnswer;
  } catch {
    return {};
  }
}

export const codesOf = ({ errors = [] }: GraphAnswer): string[] =>
  errors.map(({ extensions }) => extensions.code);

/** The code of an answer that brought nothing else. */
export function onlyCode(answer: GraphAnswer): string | undefined {
  expect(answer).not.toHaveProperty('data');
  expect(answer.errors).toHaveLength(1);
  return answer.errors?.[0]?.extensions.code;
}

/** Over HTTP and over a socket alike: a code, no data, nothing planned, nothing fetched. */
export async function expectRefused(
  production: Production,
  login: string,
  body: object,
  code: string,
): Promise<void> {
  const before = { ...production.work };
  const answer = await production.post(login, body);
  expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
  expect(answer.status, answer.text).toBeLessThan(500);
  expect(onlyCode(answer.body)).toBe(code);
  const socket = await production.socket(login);
  try {
    if (isTooLong(body)) {
      socket.send({ id: '1', type: 'subscribe', payload: body });
      expect(await socket.closed()).toBe(1009);
    } else {
      expect(onlyCode(await socket.ask(body))).toBe(code);
    }
  } finally {
    socket.ws.terminate();
  }
  expect(production.work).toEqual(before);
}

/** A socket is closed at such a message before anybody looks into it. */
function isTooLong(body: object): boolean {
  return JSON.stringify(body).length > LIMITS.socketPayloadBytesMax - 100;
}

/** The nearest lawful request, so that a dead server passes nothing. */
export async function expectAnswered(
  production: Production,
  login: string,
  body: object,
): Promise<Record<string, unknown>> {
  const answer = await production.post(login, body);
  expect(answer.body.errors, answer.text).toBeUndefined();
  expect(answer.status).toBe(200);
  const socket = await production.socket(login);
  try {
    expect((await socket.ask(body)).errors).toBeUndefined();
  } finally {
    socket.ws.terminate();
  }
  return answer.body.data ?? {};
}

export async function openSocket(
  url: string,
  token: string,
  headers: Record<string, string> = {},
): Promise<Socket> {
  const socket = rawSocket(url, { authorization: `Bearer ${token}`, ...headers });
  await once(socket.ws, 'open');
  socket.send({ type: 'connection_init' });
  await eventually(() =>
    expect(socket.received.some(({ type }) => type === 'connection_ack')).toBe(true),
  );
  return socket;
}

/** A connection on which nothing was said yet. */
export function rawSocket(
  url: string,
  headers: Record<string, string> = {},
  protocols: string | string[] = 'graphql-transport-ws',
): Socket {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocols, { headers });
  const received: SocketMessage[] = [];
  ws.on('error', () => {});
  ws.on('message', (data: Buffer) => {
    received.push(JSON.parse(data.toString()) as SocketMessage);
  });
  const closed = new Promise<number>((resolve) => {
    ws.once('close', (code) => resolve(code));
    ws.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
  let count = 0;
  const send = (message: unknown): void =>
    ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  return {
    ws,
    received,
    send,
    closed: () => closed,
    async ask(payload) {
      const id = `ask-${(count += 1)}`;
      // The protocol wants a text, even where a stored one is named.
      send({ id, type: 'subscribe', payload: { query: '', ...payload } });
      const answer = await eventually(() => {
        const found = received.find((message) => message.id === id);
        expect(found).toBeDefined();
        return found;
      });
      return answer?.type === 'error'
        ? { errors: answer.payload as NonNullable<GraphAnswer['errors']> }
        : (answer?.payload as GraphAnswer);
    },
  };
}

/** Looks on as documents are planned and run; changes nothing. */
function countWork(supergraph: TestSystem['system']['supergraph']): Production['work'] {
  const work = { planned: 0, run: 0 };
  const { compile } = supergraph;
  Object.assign(supergraph, {
    async compile(...given: Parameters<typeof compile>) {
      work.planned += 1;
      const compiled = await compile(...given);
      const { execute, subscribe } = compiled;
      return {
        ...compiled,
        execute(...args: Parameters<typeof execute>) {
          work.run += 1;
          return execute(...args);
        },
        subscribe(...args: Parameters<typeof subscribe>) {
          work.run += 1;
          return subscribe(...args);
        },
      };
    },
  });
  return work;
}

async function registerPeople(test: TestSystem, inside: Production['inside']): Promise<void> {
  const mutation = `mutation Person($input: UserRegisterInput!) {
    userRegister(input: $input) { userErrors { code } } }`;
  test.clock.travel(HIRED_AT);
  for (const { userId, login, name, roles, territories } of DEMO_LOGINS) {
    const email = `${login}@cookfresh.example`;
    await inside('admin', mutation, { input: { userId, login, name, roles, territories, email } });
  }
  test.clock.travel(null);
  await test.settled();
}
