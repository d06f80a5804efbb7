import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor, systemActor, type Actor } from '#kernel/access';
import { createBackbone, type Backbone } from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';
import {
  createTestDatabase,
  eventually,
  querySubgraph,
  testClock,
  type TestDatabase,
} from '#kernel/testing';
import { adminAlone } from './admin.fixture.ts';

const admin = adminAlone();
const clock = testClock('2025-01-15T09:00:00.000Z');
const log = createLogger({ level: 'error' });
let db: TestDatabase;
let backbone: Backbone;

const actor = (role: string, ...territories: string[]): Actor =>
  createActor({ userId: randomUUID(), roles: [role], territories });
const boss = actor('admin');
const auditorDe = actor('auditor', 'DE');
const sales = actor('sales', 'DE');

beforeAll(async () => {
  db = await createTestDatabase({ modules: [admin] });
  backbone = createBackbone({
    database: db.database,
    modules: [admin],
    territories: ['DE', 'AT', 'CH'],
    clock,
    log,
    metrics: createMetrics(),
    keyring: db.keyring,
  });
  await backbone.start();
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

const foundations = () => ({ database: db.database, feed: backbone.feed, clock, log });
const ask = (who: Actor, query: string, variables: Record<string, unknown> = {}) =>
  querySubgraph(admin, foundations(), who, query, variables);

async function register(territories: string[] = ['DE']): Promise<string> {
  const userId = randomUUID();
  const { data, errors } = await ask(
    boss,
    `mutation R($input: UserRegisterInput!) { userRegister(input: $input) { user { id version } userErrors { code } } }`,
    {
      input: {
        userId,
        login: `login-${userId}`,
        name: 'Greta Genuss',
        email: 'greta@cookfresh.example',
        roles: ['sales'],
        territories,
      },
    },
  );
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ userRegister: { user: { id: userId }, userErrors: [] } });
  return userId;
}

const SET = `mutation T($input: UserTerritoriesSetInput!) {
  userTerritoriesSet(input: $input) { user { version territories { territory validTo } } userErrors { code field } } }`;
const reason = 'Wechselt in ein anderes Gebiet';

describe('territories', () => {
  it('count from the moment they are set and end with the change', async () => {
    const userId = await register(['DE', 'AT']);
    clock.advance(60_000);
    const { data } = await ask(boss, SET, {
      input: { userId, version: 2, territories: ['AT', 'CH'], reason },
    });
    expect(data).toMatchObject({ userTerritoriesSet: { userErrors: [], user: { version: 3 } } });
    const rights = await ask(boss, `{ userRights(id: "${userId}") { territories isDisabled } }`);
    expect(rights.data?.['userRights']).toMatchObject({ isDisabled: false });
    const held = rights.data?.['userRights'] as { territories: string[] };
    expect(held.territories.toSorted()).toEqual(['AT', 'CH']);
  });

  it('need a reason and the version', async () => {
    const userId = await register();
    const short = await ask(boss, SET, {
      input: { userId, version: 2, territories: [], reason: 'weil' },
    });
    expect(short.data).toMatchObject({
      userTerritoriesSet: { userErrors: [{ code: 'REASON_TOO_SHORT', field: 'reason' }] },
    });
    const stale = await ask(boss, SET, { input: { userId, version: 1, territories: [], reason } });
    expect(stale.data).toMatchObject({
      userTerritoriesSet: { userErrors: [{ code: 'CONFLICT' }] },
    });
  });

  it('are announced to whoever watches rights', async () => {
    const userId = await register();
    const seen: string[] = [];
    const abort = new AbortController();
    const watching = (async () => {
      const types = ['admin.user.territories_changed'];
      for await (const fact of backbone.feed.subscribe({ types, signal: abort.signal })) {
        seen.push(fact.aggregateId);
      }
    })();
    await ask(boss, SET, { input: { userId, version: 2, territories: ['CH'], reason } });
    await eventually(() => expect(seen).toContain(userId));
    abort.abort();
    await watching;
  });
});

describe('a person', () => {
  it('is known by name to everybody and by address to administrators only', async () => {
    const userId = await register();
    const query = `query U($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { ... on User { name email } } }`;
    const asAdmin = await ask(boss, query, { id: userId });
    expect(asAdmin.data).toMatchObject({
      _entities: [{ name: 'Greta Genuss', email: 'greta@cookfresh.example' }],
    });
    const asSales = await ask(sales, query, { id: userId });
    expect(asSales.data).toMatchObject({ _entities: [{ name: 'Greta Genuss', email: null }] });
    const facts = await db.admin<{ text: string }>(
      "select string_agg(data::text || meta::text, '') as text from admin.event",
    );
    expect(facts[0]?.text).toContain('$enc');
    expect(facts[0]?.text).not.toMatch(/Greta|greta@|Wechselt/);
  });

  it.each([sales, auditorDe])('cannot be changed without the right to', async (who) => {
    const { errors } = await ask(who, SET, {
      input: { userId: randomUUID(), version: 1, territories: [], reason },
    });
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  });

  it('who is disabled stays so', async () => {
    const userId = await register();
    await ask(
      boss,
      `mutation D($input: UserDisableInput!) { userDisable(input: $input) { userErrors { code } } }`,
      { input: { userId, version: 2, reason } },
    );
    const { data } = await ask(boss, `{ userRights(id: "${userId}") { isDisabled } }`);
    expect(data?.['userRights']).toEqual({ isDisabled: true });
  });
});

describe('the audit trail', () => {
  const trail = `query A($id: ID) { auditTrail(filter: { resourceId: $id }) { edges { node { action reason actor { id } } } } }`;

  it('tells who did what and why, to administrators', async () => {
    const userId = await register();
    clock.advance(1_000);
    await ask(boss, SET, { input: { userId, version: 2, territories: ['AT'], reason } });
    await backbone.settled();
    const { data } = await ask(boss, trail, { id: userId });
    const { edges } = data?.['auditTrail'] as {
      edges: { node: { action: string; reason: string | null } }[];
    };
    expect(edges.map(({ node }) => [node.action, node.reason])).toEqual([
      ['userTerritoriesSet', reason],
      ['userRegister', null],
    ]);
  });

  it('tells who was turned away, once for a key, when the gateway alone says so', async () => {
    const record = `mutation D($input: AccessDenialInput!) {
      accessDenialRecord(input: $input) { denialId userErrors { code } } }`;
    const at = clock.now().toISOString();
    const input = {
      userId: sales.userId,
      roles: sales.roles,
      clientId: 'cockpit',
      operation: 'consumerPause',
      count: 3,
      firstAt: at,
      lastAt: at,
      idempotencyKey: randomUUID(),
    };
    const codeFor = async (who: Actor) =>
      (await ask(who, record, { input })).errors?.map(({ extensions }) => extensions?.['code']);
    expect(await codeFor(boss)).toEqual(['FORBIDDEN']);
    expect(await codeFor(sales)).toEqual(['FORBIDDEN']);
    const gateway = systemActor('gateway', ['DE', 'AT', 'CH']);
    expect(await codeFor(gateway)).toBeUndefined();
    expect(await codeFor(gateway)).toBeUndefined();
    await backbone.settled();
    const { data } = await ask(
      boss,
      '{ auditTrail(filter: { action: "accessDenied" }) { edges { node { actor { id } territory after } } } }',
    );
    const { operation, count, roles, clientId } = input;
    const after = { operation, count, roles, clientId, firstAt: at, lastAt: at };
    expect(data).toEqual({
      auditTrail: { edges: [{ node: { actor: { id: sales.userId }, territory: null, after } }] },
    });
  });

  it('of no territory is hidden from the auditor of one, and changed by nobody', async () => {
    const { data } = await ask(auditorDe, trail);
    expect(data).toEqual({ auditTrail: { edges: [] } });
    await expect(
      db.database.transaction(boss, (tx) => tx.query("update admin.audit_entry set reason = 'x'")),
    ).rejects.toThrow();
  });
});

it('pages go on behind their cursor and refuse a foreign one', async () => {
  for (let each = 0; each < 3; each += 1) await register();
  const page = `query P($after: String) { users(first: 2, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`;
  const first = await ask(boss, page);
  const users = first.data?.['users'] as {
    edges: { node: { id: string } }[];
    pageInfo: { endCursor: string };
  };
  const second = await ask(boss, page, { after: users.pageInfo.endCursor });
  const more = second.data?.['users'] as typeof users;
  const ids = [...users.edges, ...more.edges].map((edge) => edge.node.id);
  expect(new Set(ids).size).toBe(ids.length);
  const foreign = await ask(boss, page, { after: 'bm90IG91cnM' });
  expect(foreign.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
});
