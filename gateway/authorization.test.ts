import { createActor } from '#kernel/access';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRules } from './authorization-rules.ts';
import { startEdge, type Edge } from './edge.fixture.ts';
import { composeFixture, leads, users } from './edge-graph.fixture.ts';

type User = keyof typeof users;
interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { path?: (string | number)[]; extensions: { code: string } }[];
}

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge.stop());

async function ask(user: User | undefined, query: string, variables = {}): Promise<Answer> {
  const token = user === undefined ? undefined : await edge.token(user);
  return (await (await edge.post({ query, variables }, token)).json()) as Answer;
}

const codes = ({ errors = [] }: Answer): string[] => errors.map((error) => error.extensions.code);
const idOf = (index: number): string => leads[index]?.id as string;

/** Of the six leads: own, a colleague's, shared, Austrian, sent in by a firm, without territory. */
const visible: Record<User, boolean[]> = {
  sales: [true, false, true, false, false, false],
  colleague: [false, true, true, false, false, false],
  austrian: [false, false, false, true, false, false],
  manager: [true, true, true, false, true, false],
  admin: [true, true, true, true, true, true],
  auditor: [true, true, true, false, true, false],
  partner: [false, false, false, false, true, false],
};

describe.each(Object.keys(visible) as User[])('%s', (user) => {
  const seen = visible[user];
  const expected = seen.map((isSeen, index) => (isSeen ? { id: idOf(index) } : null));

  it('meets his leads and no others, asked one by one', async () => {
    for (const [index, lead] of expected.entries()) {
      const answer = await ask(user, `{ lead(id: "${idOf(index)}") { id } }`);
      expect(answer.data).toEqual({ lead });
      expect(codes(answer)).toEqual(lead === null ? ['NOT_FOUND'] : []);
    }
  });

  it('meets them alike in a list, through an interface and from another context', async () => {
    const list = await ask(user, '{ leads { edges { node { id } } } }');
    const edges = expected.map((node) => ({ node }));
    expect(list.data).toEqual({ leads: { edges } });
    const node = await Promise.all(
      leads.map(async ({ id }) => (await ask(user, `{ node(id: "${id}") { id } }`)).data?.['node']),
    );
    expect(node).toEqual(expected);
    const nested = await ask(user, '{ activities { lead { id } } }');
    expect(nested.data).toEqual({ activities: expected.map((lead) => ({ lead })) });
  });
});

it('counts what a subgraph should have withheld, and not what it could not know', async () => {
  const count = async (): Promise<number> => {
    const { body } = await edge.metrics.expose();
    return Number(/freshplan_authorization_disagreements_total (\d+)/.exec(body)?.[1]);
  };
  const before = await count();
  await ask('sales', `{ lead(id: "${idOf(3)}") { id } }`);
  expect(await count()).toBe(before + 1);
  await ask('sales', `{ lead(id: "${idOf(5)}") { id } }`);
  await ask('sales', `{ lead(id: "${idOf(0)}") { id } }`);
  expect(await count()).toBe(before + 1);
});

describe('a denied root field', () => {
  it.each([
    ['sales', '{ users }', 'FORBIDDEN'],
    ['sales', '{ ... on Query { u: users } }', 'FORBIDDEN'],
    ['sales', `{ lead(id: "${idOf(0)}") { id } ...F } fragment F on Query { users }`, 'FORBIDDEN'],
    ['manager', '{ secret }', 'FORBIDDEN'],
    ['auditor', `mutation { leadRename(id: "${idOf(0)}", name: "x") { id } }`, 'FORBIDDEN'],
    [undefined, `{ lead(id: "${idOf(0)}") { id } }`, 'UNAUTHENTICATED'],
    [undefined, '{ __schema { queryType { name } } }', 'UNAUTHENTICATED'],
  ] as const)('refuses %s the whole of %s before planning', async (user, query, code) => {
    const plans = edge.planned();
    const answer = await ask(user, query);
    expect(codes(answer)).toEqual([code]);
    expect(answer).not.toHaveProperty('data');
    expect(edge.planned()).toBe(plans);
  });

  it('is answered to those who may', async () => {
    expect((await ask('admin', '{ users }')).data).toEqual({ users: ['a'] });
    expect((await ask('auditor', '{ secret }')).data).toEqual({ secret: 'told' });
    expect((await ask(undefined, '{ __typename }')).data).toEqual({ __typename: 'Query' });
  });
});

describe('a denied field', () => {
  it('is null with FORBIDDEN at its place, and never fetched', async () => {
    edge.fetched.length = 0;
    const answer = await ask(
      'auditor',
      `{ lead(id: "${idOf(0)}") { name email again: email audit { entries } risk } }`,
    );
    expect(answer.data).toEqual({
      lead: { name: 'Lead 11', email: null, again: null, audit: { entries: ['a'] }, risk: null },
    });
    expect(
      answer.errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]),
    ).toEqual([
      ['lead.email', 'FORBIDDEN'],
      ['lead.again', 'FORBIDDEN'],
      ['lead.risk', 'FORBIDDEN'],
    ]);
    expect(edge.fetched.join('\n')).not.toMatch(/email|risk/);
    expect(edge.fetched).toHaveLength(1);
  });

  it('that may not be null takes its parent along', async () => {
    const answer = await ask('sales', `{ lead(id: "${idOf(0)}") { name margin } }`);
    expect(answer.data).toEqual({ lead: null });
    expect(answer.errors).toMatchObject([
      { path: ['lead', 'margin'], extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  it('is named in every place of a list', async () => {
    const answer = await ask('auditor', '{ triage(territory: DE) { id email } }');
    const places = answer.errors
      ?.filter(({ extensions }) => extensions.code === 'FORBIDDEN')
      .map(({ path }) => path?.join('.'));
    expect(places).toEqual([
      'triage.0.email',
      'triage.1.email',
      'triage.2.email',
      'triage.3.email',
    ]);
  });

  it('is denied in fragments and alone in its selection', async () => {
    const query = `{ lead(id: "${idOf(0)}") { ...F } } fragment F on Lead { audit { entries } }`;
    expect((await ask('sales', query)).data).toEqual({ lead: { audit: null } });
    expect((await ask('admin', query)).data).toEqual({ lead: { audit: { entries: ['a'] } } });
  });

  it('is decided per caller though the document is the same', async () => {
    const query = `{ lead(id: "${idOf(0)}") { email } }`;
    expect((await ask('manager', query)).data).toEqual({ lead: { email: '11@firma.example' } });
    expect((await ask('auditor', query)).data).toEqual({ lead: { email: null } });
    expect((await ask('manager', query)).data).toEqual({ lead: { email: '11@firma.example' } });
  });
});

describe('an argument that names a territory', () => {
  const query = 'query($t: Territory! = AT) { triage(territory: $t) { id } }';
  it.each([
    ['sales', '{ triage(territory: AT) { id } }', {}],
    ['sales', query, { t: 'AT' }],
    ['sales', query, {}],
    ['austrian', query, { t: 'DE' }],
    ['manager', '{ ... on Query { triage(territory: CH) { id } } }', {}],
  ] as const)('is refused to %s where it is foreign: %s %j', async (user, text, variables) => {
    const plans = edge.planned();
    const answer = await ask(user, text, variables);
    expect(codes(answer)).toEqual(['FORBIDDEN']);
    expect(edge.planned()).toBe(plans);
  });

  it('is answered where it is his own, and to admins', async () => {
    expect((await ask('manager', query, { t: 'DE' })).data).toHaveProperty('triage');
    expect((await ask('admin', query, { t: 'AT' })).data).toHaveProperty('triage');
  });
});

describe('introspection', () => {
  const fieldsOf = async (user: User): Promise<string[]> => {
    const { data } = await ask(
      user,
      '{ __schema { types { name fields { name } } } again: __type(name: "Audit") { name } }',
    );
    const { types } = (data ?? {})['__schema'] as {
      types: { name: string; fields: { name: string }[] }[];
    };
    return types.flatMap(({ name, fields }) =>
      (fields ?? []).map((each) => `${name}.${each.name}`),
    );
  };

  it('shows the caller what he may use and nothing else', async () => {
    const [sales, auditor, admin] = [
      await fieldsOf('sales'),
      await fieldsOf('auditor'),
      await fieldsOf('admin'),
    ];
    expect(sales).toContain('Lead.email');
    expect(sales.join()).not.toMatch(/Lead\.margin|Query\.users|userChanged|Audit\./);
    expect(auditor).toContain('Audit.entries');
    expect(auditor.join()).not.toMatch(/Lead\.email|Mutation/);
    expect(admin).toContain('Lead.margin');
    expect(admin.join()).not.toMatch(/hidden|_entities|_service|_Any|join__/);
  });

  it('is refused in production to all but admins', async () => {
    const production = await startEdge({
      environment: {
        NODE_ENV: 'production',
        GRAPHQL_FREE_DOCUMENTS: 'true',
        CURSOR_SECRET: 'a-secret-of-the-tests-of-32-bytes-or-more',
        UNSUBSCRIBE_SECRET: 'a-secret-of-the-tests-of-32-bytes-or-more',
        DATABASE_ROLE_SECRET: 'a-secret-of-the-tests-of-32-bytes-or-more',
        KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
        DATABASE_URL: 'postgresql://localhost/x',
        OIDC_ISSUER: 'https://issuer.example',
        PUBLIC_URL: 'https://freshplan.example',
      },
    });
    const statusFor = async (user: User, query: string): Promise<number> =>
      (await production.post({ query }, await production.token(user))).status;
    const queries = [
      '{ __schema { queryType { name } } }',
      '{ ...F } fragment F on Query { __type(name: "Lead") { name } }',
    ];
    for (const query of queries) {
      expect(await statusFor('manager', query)).toBe(403);
      expect(await statusFor('admin', query)).toBe(200);
    }
    expect(await statusFor('manager', '{ __typename }')).toBe(200);
    await production.stop();
  });
});

describe('a supergraph', () => {
  const read = (change: (sdl: string) => string) => () =>
    readRules(change(composeFixture()), edge.supergraph.apiSchema, new Map());

  it.each([
    ['another right of ours', '"@territory", "@owner"', '"@territory", "@owner", "@tenant"'],
    ['a newer form of ours', 'access/v1.0', 'access/v2.0'],
    [
      'a foreign specification',
      'https://freshplan.example/access/v1.0',
      'https://x.example/a/v1.0',
    ],
    ['a right under another name', 'policy/v0.1"', 'policy/v0.1", as: "rule"'],
    ['a newer security feature', 'authenticated/v0.1"', 'passkey/v0.1"'],
  ])('with %s is refused', (_, from, to) => {
    const sdl = composeFixture();
    expect(sdl).toContain(from);
    expect(read((text) => text.replace(from, to))).toThrow(/does not enforce/);
  });

  it('with a right that names nothing is refused', () => {
    expect(read((sdl) => sdl.replace('@territory(field: "territory")', '@territory'))).toThrow(
      /names no field/,
    );
  });

  it('with known rights is read', () => {
    const rules = read((sdl) => sdl)();
    const actor = createActor({ userId: users.sales, roles: ['sales'], territories: ['DE'] });
    expect(rules.allows('Lead', 'email', actor)).toBe(true);
    expect(rules.allows('Lead', 'email', null)).toBe(false);
    expect(rules.allows('Query', 'secret', actor)).toBe(false);
  });
});
