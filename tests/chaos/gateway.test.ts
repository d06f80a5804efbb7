import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, eventually, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { demoLogin } from '../../gateway/demo-logins.ts';
import { databaseEnvironment, startTestSystem, type TestSystem } from '../stories/system.ts';
import { openProxy, type Proxy } from './backbone/proxy.ts';
import { leadInput } from './process.ts';

/** Faults as they are met at the gateway: its requests, its health and what it streams. */
const PATIENT = { timeoutMs: 60_000, intervalMs: 50 };
const LEADS = '{ leads(first: 5) { edges { node { id } } } }';
const REGISTER = `mutation ($input: LeadRegisterInput!) {
  leadRegister(input: $input) { lead { id version } userErrors { code } } }`;
const UPDATE = `mutation ($input: LeadUpdateInput!) {
  leadUpdate(input: $input) { lead { id version } userErrors { code } } }`;
const REASSIGN = `mutation ($input: LeadReassignInput!) {
  leadReassign(input: $input) { lead { id version } userErrors { code } } }`;
const CHANGES = 'subscription { leadChanged { leadId } }';
/** Connections of requests: those of consumers, log heads and health have other names. */
const REQUESTS = /^freshplan(-orm)?$/;
const SALES = { 'sales-de': 'DE', 'sales-de-2': 'DE', 'sales-at': 'AT', 'sales-ch': 'CH' } as const;
const MANAGERS = { 'manager-de': ['DE'], 'manager-at-ch': ['AT', 'CH'] } as const;

let db: TestDatabase;
let proxy: Proxy;
let system: TestSystem;

beforeAll(async () => {
  db = await createTestDatabase({ modules: createSubgraphs({}) });
  proxy = await openProxy(Number(new URL(db.appUrl).port));
  const url = new URL(databaseEnvironment(db)['DATABASE_URL'] ?? '');
  url.port = String(proxy.port);
  const environment = { DATABASE_URL: url.href, DATABASE_POOL_SIZE_MAX: '2' };
  system = await startTestSystem({ db, environment });
}, 120_000);
afterAll(async () => {
  await system?.stop();
  await proxy?.close();
  await db?.close();
});

interface Written {
  id: string;
  version: number;
}

const register = (login: string, extra: object) =>
  system.ask<{ leadRegister: { lead: Written | null } }>(login, REGISTER, {
    input: leadInput(extra),
  });

const registered = async (login: string, territory: string): Promise<Written> => {
  const idempotencyKey = randomUUID();
  const input = { countryCode: territory, city: randomUUID(), companyName: randomUUID() };
  return eventually(async () => {
    const { data, errors } = await register(login, { ...input, idempotencyKey });
    const lead = data?.leadRegister.lead;
    if (lead == null) throw new Error(JSON.stringify([data, errors]));
    return lead;
  }, PATIENT);
};

it('F-02: a mutation whose commit gets no answer is told so, and is one fact when it is sent again', async () => {
  const [companyName, city, idempotencyKey] = [randomUUID(), randomUUID(), randomUUID()];
  const send = () => register('sales-de', { companyName, city, idempotencyKey });
  expect(await system.ask('sales-at', LEADS)).toMatchObject({ status: 200 });
  const end = proxy.trouble({ lines: /^freshplan$/, swallowAfter: /COMMIT/ });
  const lost = await send();
  end();
  expect(lost).toMatchObject({
    status: 503,
    errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
  // Others are served, and the repetition finds what was committed.
  expect(await system.ask('sales-at', LEADS)).toMatchObject({ status: 200 });
  const first = await send();
  expect(first).toMatchObject({ status: 200, data: { leadRegister: { userErrors: [] } } });
  expect((await send()).data).toEqual(first.data);
  const facts = await db.admin(
    `select from leads.event where type = 'lead.registered' and aggregate_id = $1`,
    [first.data?.leadRegister.lead?.id],
  );
  expect(facts).toHaveLength(1);
  const leads = await db.admin('select id from leads.lead where city = $1', [city]);
  expect(leads).toEqual([{ id: first.data?.leadRegister.lead?.id }]);
});

it('F-26: while fifty slow requests fill the pool some are told 503, and health, log and consumers go on', async () => {
  const end = proxy.trouble({ lines: REQUESTS, delayMs: 300 });
  const stop = new AbortController();
  const statuses: number[] = [];
  /** Kinds of requests that found no connection. */
  const crowded = new Set<string>();
  const codes = new Set<string | undefined>();
  const logins = Object.keys(SALES);
  // Reads and writes wait for different connections.
  const client = async (_: unknown, n: number): Promise<void> => {
    const login = logins[n % logins.length] ?? '';
    const request = n % 2 === 0 ? LEADS : UPDATE;
    while (!stop.signal.aborted) {
      const input = { leadId: randomUUID(), version: 1, city: 'Fulda' };
      const { status, errors = [] } = await system.ask(login, request, { input });
      statuses.push(status);
      if (status === 503) crowded.add(request);
      for (const { extensions } of errors) codes.add(extensions?.code);
    }
  };
  const handled = () =>
    db.admin<{ position: number }>(
      `select position::int from cockpit.consumer where name = 'cockpit.lead_widget' and source = 'leads'`,
    );
  const clients = Array.from({ length: 50 }, client);
  try {
    await eventually(() => expect(crowded).toEqual(new Set([LEADS, UPDATE])), PATIENT);
    for (let time = 0; time < 5; time += 1) {
      const health = await fetch(`${system.url}/health/ready`);
      expect([health.status, await health.text()]).toEqual([200, expect.stringContaining('"UP"')]);
    }
    const [before] = await handled();
    // Sent again until it finds its place among the others.
    const input = { city: randomUUID(), companyName: randomUUID(), idempotencyKey: randomUUID() };
    await eventually(
      async () => expect(await register('sales-de', input)).toMatchObject({ status: 200 }),
      PATIENT,
    );
    await eventually(
      async () => expect((await handled())[0]?.position).toBeGreaterThan(before?.position ?? 0),
      PATIENT,
    );
  } finally {
    stop.abort();
    end();
    await Promise.all(clients);
  }
  expect(codes).toEqual(new Set(['OVERLOADED']));
  expect(statuses).toContain(200);
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
  expect(await system.ask('sales-de', LEADS)).toMatchObject({ status: 200 });
}, 150_000);

it('K7: nobody is streamed a lead he has no rights to, also after it went to somebody else', async () => {
  const stop = new AbortController();
  const received = new Map<string, string[]>();
  const listen = async (login: string): Promise<void> => {
    const ids: string[] = [];
    received.set(login, ids);
    const events = await system.events(login, CHANGES, stop.signal);
    void (async () => {
      for await (const { event, data } of events) {
        if (event !== 'next') continue;
        const { data: value } = JSON.parse(data) as { data: { leadChanged: { leadId: string } } };
        ids.push(value.leadChanged.leadId);
      }
    })().catch(() => undefined);
  };
  await Promise.all([...Object.keys(SALES), ...Object.keys(MANAGERS), 'admin'].map(listen));
  const owners = new Map<string, string>();
  for (let round = 0; round < 4; round += 1) {
    // Facts are found by a poll meanwhile.
    if (round === 1) proxy.cut(/-listen$/);
    for (const [login, territory] of Object.entries(SALES)) {
      owners.set((await registered(login, territory)).id, login);
    }
  }
  const allowed = (login: string): string[] =>
    [...owners].filter(([, owner]) => maySee(login, owner)).map(([id]) => id);
  const soundFor = (login: string): void => {
    const ids = new Set(received.get(login));
    expect([login, [...ids].toSorted()]).toEqual([login, allowed(login).toSorted()]);
  };
  await eventually(() => [...received.keys()].forEach(soundFor), PATIENT);

  const [moved = ''] = allowed('sales-de');
  const [row] = await db.admin<{ version: number }>(
    'select version from leads.lead where id = $1',
    [moved],
  );
  const reassign = {
    leadId: moved,
    version: row?.version,
    ownerUserId: demoLogin('sales-de-2')?.userId,
    reason: 'Gebiet neu verteilt',
  };
  const { data } = await system.ask<{ leadReassign: { lead: Written | null } }>(
    'manager-de',
    REASSIGN,
    { input: reassign },
  );
  const lead = data?.leadReassign.lead;
  expect(lead).toBeTruthy();
  await eventually(() => expect(received.get('sales-de-2')).toContain(moved), PATIENT);
  const before = received.get('sales-de')?.filter((id) => id === moved).length ?? 0;
  const input = { leadId: moved, version: lead?.version, city: randomUUID() };
  await system.ask('sales-de-2', UPDATE, { input });
  const [mine, others] = await Promise.all([
    registered('sales-de', 'DE'),
    registered('sales-de-2', 'DE'),
  ]);
  await eventually(() => {
    expect(received.get('sales-de')).toContain(mine.id);
    expect(received.get('sales-de-2')).toContain(others.id);
  }, PATIENT);
  const after = received.get('sales-de')?.filter((id) => id === moved).length ?? 0;
  expect(after).toBe(before);
  stop.abort();
}, 150_000);

/** The oracle: by the roles and territories of the demo's people. */
function maySee(login: string, owner: string): boolean {
  if (login === 'admin' || login === owner) return true;
  const territories: readonly string[] = MANAGERS[login as keyof typeof MANAGERS] ?? [];
  return territories.includes(SALES[owner as keyof typeof SALES]);
}
