import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEdge, type Edge } from './edge.fixture.ts';
import { uuid } from './edge-graph.fixture.ts';
import { verifiedManifest } from './operations.ts';
import { createHash } from 'node:crypto';

const QUERY = `query Plan($id: ID!) {
  lead(id: $id) { name margin activities { text } }
}`;
const PARTNER_QUERY = `{ hello }`;
const hash = createHash('sha256').update(PARTNER_QUERY).digest('hex');
const manifests = new Map([['partner-erp', verifiedManifest([[hash, PARTNER_QUERY]], 'test')]]);
const SECRET = 'a secret of at least thirty-two bytes';

let development: Edge;
let production: Edge;
let open: Edge;
beforeAll(async () => {
  development = await startEdge({ manifests });
  open = await startEdge({ anonymous: true });
  production = await startEdge({
    manifests,
    environment: {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://app@db/app',
      OIDC_ISSUER: 'https://issuer.example',
      PUBLIC_URL: 'https://crm.example',
      KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      CURSOR_SECRET: SECRET,
      UNSUBSCRIBE_SECRET: SECRET,
      DATABASE_ROLE_SECRET: SECRET,
      GRAPHQL_FREE_DOCUMENTS: 'true',
    },
  });
});
afterAll(() => Promise.all([development, open, production].map((edge) => edge?.stop())));

type User = Parameters<Edge['token']>[0];

/** What a client receives, but for the id of the request. */
async function answer(edge: Edge, user: User | null, extensions: object): Promise<string> {
  const body =
    user === 'partner'
      ? { documentId: hash, extensions }
      : user === null
        ? { query: '{ hello }', extensions }
        : { query: QUERY, variables: { id: uuid(11) }, extensions };
  const token = user === null ? undefined : await edge.token(user);
  const response = await edge.post(body, token, { 'x-request-id': 'request-of-the-test' });
  const headers = [...response.headers].filter(([name]) => name !== 'date');
  return JSON.stringify([response.status, headers, await response.text()]);
}

describe('whoever may not read plans', () => {
  it.each([
    ['production', 'sales'],
    ['production', 'manager'],
    ['production', 'auditor'],
    ['production', 'partner'],
    ['production', null],
    ['development', 'partner'],
    ['development', null],
  ] as const)(
    'in %s, as %s, is answered to the byte as if he had not asked',
    async (where, user) => {
      const edge = where === 'production' ? production : development;
      const plain = await answer(edge, user, {});
      expect(await answer(edge, user, { queryPlan: true })).toBe(plain);
      if (user !== null) expect(plain).toMatch(/\\"data\\":/);
      const both = await answer(edge, user, { queryPlan: true, cost: true });
      expect(both).not.toContain('queryPlan');
    },
  );
});

describe('whoever may read plans', () => {
  const planOf = async (edge: Edge, user: User | null, extensions: object): Promise<unknown> => {
    const [, , text] = JSON.parse(await answer(edge, user, extensions)) as [
      number,
      unknown,
      string,
    ];
    return (JSON.parse(text) as { extensions?: { queryPlan?: unknown } }).extensions?.queryPlan;
  };

  it.each([
    ['production', 'admin'],
    ['development', 'admin'],
    ['development', 'sales'],
  ] as const)('in %s, as %s, is told it when he asks, and only then', async (where, user) => {
    const edge = where === 'production' ? production : development;
    expect(await planOf(edge, user, {})).toBeUndefined();
    expect(await planOf(edge, user, { queryPlan: 'yes' })).toBeUndefined();
    expect(await planOf(edge, user, { queryPlan: true })).toMatchObject({
      kind: 'Sequence',
      nodes: [
        { kind: 'Fetch', subgraph: 'leads', operation: expect.stringContaining('lead(id:$id)') },
        {
          kind: 'Flatten',
          path: 'lead',
          node: { subgraph: 'activities', requires: '... on Lead { __typename id }' },
        },
      ],
    });
  });

  it('reads the plan that his rights leave, and none of his variables', async () => {
    const [sales, admin] = [
      JSON.stringify(await planOf(development, 'sales', { queryPlan: true })),
      JSON.stringify(await planOf(development, 'admin', { queryPlan: true })),
    ];
    expect([sales.includes('margin'), admin.includes('margin')]).toEqual([false, true]);
    expect(sales + admin).not.toContain(uuid(11));
  });

  it('needs no token where nobody signs in', async () => {
    expect(await planOf(open, null, { queryPlan: true })).toMatchObject({ subgraph: 'leads' });
  });

  it('still gets the data and the cost', async () => {
    const text = await answer(development, 'admin', { queryPlan: true, cost: true });
    expect(text).toContain('Lead 11');
    expect(text).toContain('requestedQueryCost');
  });
});
