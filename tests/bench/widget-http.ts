/**
 * The LeadWidget as its readers get it: the whole system, HTTP in front, PostgreSQL below, and a
 * read model of as many leads as asked for. Asked from a process of its own; the CPU told is that
 * of the system's process, without PostgreSQL.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import { createActor, type Actor } from '#kernel/access';
import { loadConfig, type Config } from '#kernel/config';
import { bootstrapDatabase, startEmbeddedPostgres, type Bootstrapped } from '#kernel/database';
import { createLogger, createMetrics } from '#kernel/telemetry';
import type { DemoClock } from '../../gateway/demo-data.ts';
import { demoPublicUrl } from '../../gateway/demo-issuer.ts';
import { loadDemoKeys, signDemoToken } from '../../gateway/demo-keys.ts';
import { startSystem, type System } from '../../gateway/system.ts';
import { startLoad, type Load, type LoadRequest } from './http-load.ts';
import { freePort } from './processes.ts';
import { PEOPLE, personId, seed, territoryOf, WIDGET_QUERY } from './widget.ts';

export interface WidgetHttpOptions {
  readonly leads: number;
  /** Per figure. */
  readonly requests: number;
  readonly say: (line: string) => void;
}

export interface WidgetFigures {
  readonly 'P50 ms': number;
  readonly 'P95 ms': number;
  readonly 'P99 ms': number;
  readonly 'req/s': number;
  readonly 'CPU ms': number;
}

interface Person {
  readonly userId: string;
  readonly role: string;
  readonly territories: readonly string[];
}

/** Cached answers come so fast that more of them are needed for a figure. */
const CACHED_TIMES = 4;
/** One person may ask 600 times a minute; the load of one persona is that of several people. */
const MANAGERS = 20;
const AT_ONCE = 8;
const A_MINUTE_MS = 61_000;
const WARM_UP = 100;
/** For the compiler: more than any single figure asks. */
const WARM_UP_ALL = 2_000;

export async function measureWidgetOverHttp(
  options: WidgetHttpOptions,
): Promise<Record<string, WidgetFigures>> {
  const directory = await mkdtemp(join(tmpdir(), 'freshplan-bench-'));
  const server = await startEmbeddedPostgres({
    directory: await mkdtemp(join(tmpdir(), 'freshplan-bench-postgres-')),
    ephemeral: true,
    settings: { shared_buffers: '1GB', max_wal_size: '8GB' },
  });
  try {
    const database = 'bench';
    const passwords = { owner: 'owner', app: 'app', keys: 'keys', jobs: 'jobs' };
    const urls = await bootstrapDatabase({ adminUrl: server.adminUrl, database, passwords });
    const config = configOf(urls, directory, await freePort());
    const clock = createLeapingClock();
    const log = createLogger({ level: 'error' });
    const metrics = createMetrics({ processMetrics: true });
    const system = await startSystem({ config, log, metrics, clock });
    try {
      const began = performance.now();
      await seed(server.adminUrl.replace(/\/[^/]*$/, `/${database}`), options.leads);
      options.say(`Seeded in ${Math.round((performance.now() - began) / 1_000)} s.`);
      return await measurePersonas({ ...options, system, config, clock });
    } finally {
      await system.stop();
    }
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function configOf(urls: Bootstrapped, directory: string, port: number): Config {
  return loadConfig({
    PORT: String(port),
    DATA_DIR: directory,
    DATABASE_URL: urls.appUrl,
    DATABASE_OWNER_URL: urls.ownerUrl,
    DATABASE_KEYS_URL: urls.keysUrl,
    DATABASE_JOBS_URL: urls.jobsUrl,
  });
}

interface LeapingClock extends DemoClock {
  /** From now on a minute passes with every look, or time goes on as it does. */
  leap(isLeaping: boolean): void;
}

/** What the widget keeps lasts a minute: where each look finds a later one, nothing is kept. */
function createLeapingClock(): LeapingClock {
  let leaps: number | null = null;
  return {
    now: () => new Date(Date.now() + (leaps === null ? 0 : (leaps += 1) * A_MINUTE_MS)),
    travel() {},
    leap: (isLeaping) => void (leaps = isLeaping ? 0 : null),
  };
}

interface Measurement extends WidgetHttpOptions {
  readonly system: System;
  readonly config: Config;
  readonly clock: LeapingClock;
}

async function measurePersonas(given: Measurement): Promise<Record<string, WidgetFigures>> {
  const { system, config, clock, say } = given;
  const sales = Array.from({ length: PEOPLE }, (_, n) => ({
    userId: personId(n),
    role: 'sales',
    territories: [territoryOf(n)],
  }));
  const some = (role: string, ...territories: string[]): Person[] =>
    Array.from({ length: MANAGERS }, () => ({ userId: randomUUID(), role, territories }));
  const groups = {
    sales,
    'manager of DE': some('manager', 'DE'),
    'manager of AT and CH': some('manager', 'AT', 'CH'),
    admin: some('admin', 'AT', 'CH', 'DE'),
  };
  const people = Object.values(groups).flat();
  say(`Registering ${people.length} people.`);
  await register(system, people);
  const asking = new Map<string, LoadRequest[]>();
  for (const [name, group] of Object.entries(groups)) {
    asking.set(name, await Promise.all(group.map((person) => requestOf(person, config))));
  }
  const load = await startLoad();
  try {
    const everybody = [...asking.values()].flat();
    const url = `${system.url}/graphql`;
    await load.run({ url, requests: everybody, connections: AT_ONCE, count: WARM_UP_ALL });
    const table: Record<string, WidgetFigures> = {};
    const both = async (name: string, job: Asked): Promise<void> => {
      clock.leap(true);
      table[`${name}, read`] = await measure(given, load, job);
      clock.leap(false);
      const cached = { ...given, requests: given.requests * CACHED_TIMES };
      table[`${name}, cached`] = await measure(cached, load, job);
    };
    for (const [name, requests] of asking) await both(name, { requests, connections: 1 });
    await both(`all, ${AT_ONCE} at once`, { requests: everybody, connections: AT_ONCE });
    return table;
  } finally {
    await load.stop();
  }
}

interface Asked {
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
}

/** As their administrator would, but past the rates that hold for him over HTTP. */
async function register(system: System, people: readonly Person[]): Promise<void> {
  const admin: Actor = createActor({
    userId: randomUUID(),
    roles: ['admin'],
    territories: ['AT', 'CH', 'DE'],
  });
  const operation = await system.supergraph.compile({
    document: parse(`mutation Person($input: UserRegisterInput!) {
      userRegister(input: $input) { userErrors { code } } }`),
  });
  for (const [n, { userId, role, territories }] of people.entries()) {
    const login = `bench-${n}`;
    const email = `${login}@cookfresh.example`;
    const input = { userId, login, name: `Bench ${n}`, email, roles: [role], territories };
    const request = { actor: admin, requestId: randomUUID() };
    const { data, errors } = await operation.execute({ input }, request);
    const told = (data?.['userRegister'] as { userErrors: unknown[] } | null)?.userErrors;
    if (errors !== undefined || told?.length !== 0) {
      throw new Error(`${login} is not registered: ${JSON.stringify(errors ?? told)}`);
    }
  }
  await system.runtime.backbone.settled({ timeoutMs: 60_000 });
}

async function requestOf(
  { userId, role, territories }: Person,
  config: Config,
): Promise<LoadRequest> {
  const person = { login: userId, userId, name: userId, roles: [role], territories };
  const token = await signDemoToken(person, {
    keys: await loadDemoKeys(config.DATA_DIR),
    issuer: `${demoPublicUrl(config)}/oidc`,
    audience: config.OIDC_AUDIENCE,
    clientId: config.OIDC_CLIENT_ID,
  });
  return {
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: WIDGET_QUERY }),
  };
}

async function measure(
  { system, requests: count }: Measurement,
  load: Load,
  asked: Asked,
): Promise<WidgetFigures> {
  const job = { url: `${system.url}/graphql`, ...asked };
  // Everybody at least once, so that tokens are known and what is cached is there.
  await load.run({ ...job, count: Math.max(WARM_UP, asked.requests.length) });
  const before = process.cpuUsage();
  const result = await load.run({ ...job, count });
  const { user, system: kernel } = process.cpuUsage(before);
  return {
    'P50 ms': rounded(result.p50Ms),
    'P95 ms': rounded(result.p95Ms),
    'P99 ms': rounded(result.p99Ms),
    'req/s': Math.round(result.perSecond),
    'CPU ms': rounded((user + kernel) / 1_000 / result.requests),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
