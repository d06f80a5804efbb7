import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createClient, type Client } from 'graphql-ws';
import { expect } from 'vitest';
import WebSocket from 'ws';
import { loadConfig } from '#kernel/config';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createTestDatabase, eventually, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { createDemoClock, type DemoClock } from '../../gateway/demo-data.ts';
import { DEMO_LOGINS } from '../../gateway/demo-logins.ts';
import { sseEvents, type SseEvent } from '../../gateway/event-stream.fixture.ts';
import { startSystem, type System, type SystemOptions } from '../../gateway/system.ts';

/** Where a story is told: a system of one process or of many, spoken to over real sockets. */
export interface Stage {
  ask<Data = Record<string, unknown>>(
    login: string | null,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<Answer<Data>>;
  /** The same as a client may write it. */
  post<Data = Record<string, unknown>>(
    login: string | null,
    body: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<Answer<Data>>;
  socket(login: string): Promise<Client>;
  /** Server-sent events, after a position where one is given. */
  events(
    login: string,
    query: string,
    signal: AbortSignal,
    lastEventId?: string,
  ): Promise<AsyncGenerator<SseEvent>>;
  /** Everything that was recorded has had its effects. */
  settled(): Promise<void>;
}

/** The whole system in this process, on a database of its own. */
export interface TestSystem extends Stage {
  readonly url: string;
  readonly system: System;
  readonly db: TestDatabase;
  readonly clock: DemoClock;
  /** Every line the system has logged. */
  readonly logged: string[];
  stop(): Promise<void>;
}

export interface Answer<Data> {
  status: number;
  data?: Data | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
}

export interface TestSystemOptions {
  /** Environment beyond the database. */
  readonly environment?: Record<string, string>;
  /** Demo people are registered before the first question. Default: true. */
  readonly people?: boolean;
  /** A database of before, which `stop` leaves to whoever gave it. */
  readonly db?: TestDatabase;
  /** Stored operations by client, beside the cockpit's. */
  readonly manifests?: SystemOptions['manifests'];
}

export async function startTestSystem(options: TestSystemOptions = {}): Promise<TestSystem> {
  const db = options.db ?? (await createTestDatabase({ modules: createSubgraphs({}) }));
  const logged: string[] = [];
  const log = createLogger({ level: 'info', write: (line) => void logged.push(line) });
  const clock = createDemoClock();
  const config = loadConfig({
    PORT: String(await freePort()),
    DATA_DIR: `.data/test-${randomUUID()}`,
    // The loop is that of the test as well, which may block it.
    LOAD_SHEDDING_DELAY_MS: '0',
    // A database does not start without the journal it began with.
    ERASURE_DIRECTORY: `.data/erasures-${new URL(db.appUrl).pathname.slice(1)}`,
    ...databaseEnvironment(db),
    ...options.environment,
  });
  const system = await startSystem({
    config,
    log,
    metrics: createMetrics(),
    clock,
    manifests: options.manifests ?? new Map(),
  });
  const test: TestSystem = {
    ...speaker(system.url, (login) => system.tokenFor(login)),
    url: system.url,
    system,
    db,
    clock,
    logged,
    settled: () => system.runtime.backbone.settled(),
    async stop() {
      await system.stop();
      if (options.db === undefined) await db.close();
    },
  };
  if (options.people !== false) await registerPeople(test);
  return test;
}

/** How people reach a gateway, wherever it runs. */
export function speaker(
  url: string,
  sign: (login: string) => Promise<string>,
): Pick<Stage, 'ask' | 'post' | 'socket' | 'events'> {
  const tokens = new Map<string, Promise<string>>();
  const tokenFor = (login: string): Promise<string> => {
    const token = tokens.get(login) ?? sign(login);
    tokens.set(login, token);
    return token;
  };
  const headersOf = async (login: string | null): Promise<Record<string, string>> => ({
    'content-type': 'application/json',
    ...(login === null ? {} : { authorization: `Bearer ${await tokenFor(login)}` }),
  });
  const post: Stage['post'] = async (login, body, headers = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...(await headersOf(login)), ...headers },
      body: JSON.stringify(body),
    });
    return {
      status: response.status,
      ...((await response.json()) as object),
    };
  };
  return {
    post,
    ask: (login, query, variables = {}) => post(login, { query, variables }),
    async socket(login) {
      const token = await tokenFor(login);
      return createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${token}` },
      });
    },
    async events(login, query, signal, lastEventId) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          ...(await headersOf(login)),
          accept: 'text/event-stream',
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
        body: JSON.stringify({ query }),
        signal,
      });
      if (!response.ok || response.body === null) throw new Error(`No stream: ${response.status}`);
      return sseEvents(response.body);
    },
  };
}

/** Where a system finds its database. */
export function databaseEnvironment(db: TestDatabase): Record<string, string> {
  return { ...runtimeRoles(db), DATABASE_OWNER_URL: db.ownerUrl };
}

/** Who was migrated beforehand needs no role that may change a schema. */
export function runtimeRoles(db: TestDatabase): Record<string, string> {
  return {
    DATABASE_URL: db.appUrl,
    DATABASE_KEYS_URL: db.keysUrl,
    DATABASE_JOBS_URL: db.jobsUrl,
  };
}

/** What a fact causes is logged after it: each round reaches one log further. */
export async function settledThroughout(test: TestSystem): Promise<void> {
  for (let logs = 0; logs < 3; logs += 1) await test.settled();
}

/** Long before anything happens, so that a story may begin on any day. */
const HIRED_AT = new Date('2024-01-01T08:00:00.000Z');

async function registerPeople(test: TestSystem): Promise<void> {
  test.clock.travel(HIRED_AT);
  const mutation = `mutation Person($input: UserRegisterInput!) {
    userRegister(input: $input) { userErrors { code } } }`;
  for (const { userId, login, name, roles, territories } of DEMO_LOGINS) {
    const input = { userId, login, name, roles, territories, email: `${login}@cookfresh.example` };
    const answer = await test.ask('admin', mutation, { input });
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  }
  test.clock.travel(null);
  await test.settled();
}

/** A lead that can be told from all others, registered by a sales person. */
export async function registerLead(
  test: Pick<Stage, 'ask'>,
  login: string,
  extra: Record<string, unknown> = {},
): Promise<{ id: string; version: number }> {
  const mutation = `mutation Register($input: LeadRegisterInput!) {
    leadRegister(input: $input) { lead { id version } userErrors { code message } } }`;
  const input = {
    companyName: `Betrieb ${randomUUID().replaceAll('-', ' ')}`,
    city: randomUUID(),
    source: 'WEB_FORMULAR',
    confirmSimilar: true,
    ...extra,
  };
  const { data, errors } = await test.ask<{
    leadRegister: { lead: { id: string; version: number } | null; userErrors: unknown[] };
  }>(login, mutation, { input });
  const lead = data?.leadRegister.lead;
  if (!lead) throw new Error(`Not registered: ${JSON.stringify(errors ?? data)}`);
  return lead;
}

/**
 * Settles once every stream brings something: one that begins now begins when it has reached the
 * process whose facts it tells, and what happened before is not for it.
 */
export async function standing(
  test: Stage,
  streams: readonly { readonly values: readonly unknown[] }[],
  by: { login: string; countryCode: string } = { login: 'sales-de', countryCode: 'DE' },
): Promise<void> {
  const { login, countryCode } = by;
  await eventually(
    async () => {
      await registerLead(test, login, { countryCode });
      await test.settled();
      for (const { values } of streams) expect(values.length).toBeGreaterThan(0);
    },
    { timeoutMs: 20_000, intervalMs: 250 },
  );
}

/** The next values of a stream, for a test that waits for them. */
export function collect<T>(stream: AsyncIterable<T>): { values: T[]; done: Promise<void> } {
  const values: T[] = [];
  const done = (async () => {
    try {
      for await (const value of stream) values.push(value);
    } catch {
      // Ended from outside: what came is what counts.
    }
  })();
  return { values, done };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
