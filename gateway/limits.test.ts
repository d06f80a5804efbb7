import { parse, type GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDocument, checkVariables, parseDocument } from './document-limits.ts';
import { startEdge, type Edge } from './edge.fixture.ts';
import { leads } from './edge-graph.fixture.ts';
import { LIMITS } from './limits.ts';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const nested = (depth: number): string => (depth === 1 ? 'id' : `parent { ${nested(depth - 1)} }`);

function codeOf(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    return String((error as GraphQLError).extensions['code']);
  }
  return 'passes';
}

/** What each limit says to a document of a given size. */
const sized: [string, number, (size: number) => string][] = [
  ['DEPTH_LIMIT', LIMITS.depthMax, (size) => `{ ${nested(size)} }`],
  [
    'ALIAS_LIMIT',
    LIMITS.aliasesMax,
    (size) => `{ a { ${times(size, (i) => `a${i}: id`).join(' ')} } }`,
  ],
  ['DIRECTIVE_LIMIT', LIMITS.directivesMax, (size) => `{ a { id ${'@x '.repeat(size)} } }`],
  ['ROOT_FIELD_LIMIT', LIMITS.rootFieldsMax, (size) => `{ ${'a '.repeat(size)} }`],
  [
    'FRAGMENT_LIMIT',
    LIMITS.fragmentsMax,
    (size) => `{ a { ${'...F '.repeat(size)} } } fragment F on A { id }`,
  ],
  [
    'FRAGMENT_LIMIT',
    LIMITS.fragmentsMax,
    (size) => `{ a } ${times(size, (i) => `fragment F${i} on A { id }`).join(' ')}`,
  ],
  ['BAD_USER_INPUT', LIMITS.pageSizeMax, (size) => `{ leads(first: ${size}) { id } }`],
  ['BAD_USER_INPUT', LIMITS.stringLengthMax, (size) => `{ leads(search: "${'x'.repeat(size)}") }`],
  ['BAD_USER_INPUT', LIMITS.textLengthMax, (size) => `{ add(note: "${'x'.repeat(size)}") }`],
  ['BAD_USER_INPUT', LIMITS.listLengthMax, (size) => `{ leads(in: [${'1 '.repeat(size)}]) }`],
];

describe('a document', () => {
  it.each(sized)('may reach but not pass %s at %i', (code, max, make) => {
    expect(codeOf(() => checkDocument(parse(make(max - 1)), LIMITS))).toBe('passes');
    expect(codeOf(() => checkDocument(parse(make(max)), LIMITS))).toBe('passes');
    expect(codeOf(() => checkDocument(parse(make(max + 1)), LIMITS))).toBe(code);
  });

  it('may reach but not pass the limit of tokens', () => {
    // Two braces stand around the names.
    const make = (tokens: number): string => `{${' a'.repeat(tokens - 2)}}`;
    expect(codeOf(() => parseDocument(make(LIMITS.tokensMax - 1), LIMITS))).toBe('passes');
    expect(codeOf(() => parseDocument(make(LIMITS.tokensMax), LIMITS))).toBe('passes');
    expect(codeOf(() => parseDocument(make(LIMITS.tokensMax + 1), LIMITS))).toBe('TOKEN_LIMIT');
  });

  it.each(['leads(first: 0)', 'leads(first: -1)', 'leads(last: 101)', 'leads(first: 100000000)'])(
    'asks for no page like %s',
    (field) => {
      expect(codeOf(() => checkDocument(parse(`{ ${field} { id } }`), LIMITS))).toBe(
        'BAD_USER_INPUT',
      );
    },
  );

  it('counts fragments where they are used, in time linear to its length', () => {
    const chain = times(
      18,
      (i) => `fragment F${i} on A { a { ...F${i + 1} b: a { ...F${i + 1} } } }`,
    );
    const text = `{ a { ...F0 } } ${chain.join(' ')} fragment F18 on A { id }`;
    const startedAt = performance.now();
    expect(codeOf(() => checkDocument(parse(text), LIMITS))).toBe('ALIAS_LIMIT');
    expect(performance.now() - startedAt).toBeLessThan(50);
  });

  it('may ask for one field often at one place, but not too often', () => {
    const limits = { ...LIMITS, comparisonsMax: 56 };
    const codes = (make: (size: number) => string) =>
      [9, 10, 11].map((size) => codeOf(() => checkDocument(parse(make(size)), limits)));
    // The object itself, each field, and 45 pairs of ten.
    const expected = ['passes', 'passes', 'BAD_USER_INPUT'];
    expect(codes((size) => `{ a { ${'n '.repeat(size)} } }`)).toEqual(expected);
    expect(codes((size) => `{ a { ${'... on A { n } '.repeat(size)} } }`)).toEqual(expected);
    expect(codes((size) => `fragment F on A { m ${'n '.repeat(size)} }`)).toEqual(expected);
    const twice = (size: number) => `{ a { ${'n '.repeat(size)} } ... { a { m } } }`;
    expect(codes((size) => twice(size - 1))).toEqual(expected);
  });

  it('is refused before validation compares a hundred thousand fields', () => {
    const text = `{ a { ${'b { n } '.repeat(340)} } }`;
    expect(codeOf(() => checkDocument(parse(text), LIMITS))).toBe('BAD_USER_INPUT');
  });

  it('ends where a fragment holds itself twice on each level', () => {
    const text = '{ ...A } fragment A on A { a { ...A } b { ...A } }';
    expect(codeOf(() => checkDocument(parse(text), LIMITS))).toBe('BAD_USER_INPUT');
  });

  it('ends in a cycle of fragments without hanging', () => {
    const deep = '{ ...A } fragment A on A { a { ...A } }';
    expect(codeOf(() => checkDocument(parse(deep), LIMITS))).toBe('passes');
    const text = '{ a { ...A } } fragment A on A { ...B } fragment B on A { ...A }';
    expect(codeOf(() => checkDocument(parse(text), LIMITS))).toBe('passes');
  });

  it('does not name its fields like those the gateway adds', () => {
    const text = '{ lead { __fp_territory: name } }';
    expect(codeOf(() => checkDocument(parse(text), LIMITS))).toBe('BAD_USER_INPUT');
  });
});

describe('variables', () => {
  const deep = (depth: number): unknown => (depth === 0 ? 1 : { a: deep(depth - 1) });
  const cases: [string, number, (size: number) => Record<string, unknown>][] = [
    ['characters', LIMITS.stringLengthMax, (size) => ({ a: 'x'.repeat(size) })],
    ['characters of a reason', LIMITS.textLengthMax, (size) => ({ reason: 'x'.repeat(size) })],
    ['entries', LIMITS.listLengthMax, (size) => ({ a: times(size, () => 1) })],
    ['levels', LIMITS.inputDepthMax, (size) => ({ a: deep(size) })],
    [
      'values',
      LIMITS.inputNodesMax,
      (size) => Object.fromEntries(times(size, (i) => [`v${i}`, 1])),
    ],
  ];
  it.each(cases)('may reach but not pass the limit of %s', (_, max, make) => {
    expect(codeOf(() => checkVariables(make(max - 1), LIMITS))).toBe('passes');
    expect(codeOf(() => checkVariables(make(max), LIMITS))).toBe('passes');
    expect(codeOf(() => checkVariables(make(max + 1), LIMITS))).toBe('BAD_USER_INPUT');
  });
});

describe('a request over a limit', () => {
  let edge: Edge;
  let token: string;
  beforeAll(async () => {
    edge = await startEdge();
    token = await edge.token('sales');
  });
  afterAll(() => edge.stop());

  const page = (first: number, inner: string) =>
    `{ leads(first: ${first}) { edges { node { ${inner} } } } }`;

  const paged = (variable: string) =>
    `query(${variable}) { leads(first: $n) { edges { node { id } } } }`;

  it.each([
    ['TOKEN_LIMIT', { query: `{${' __typename'.repeat(10_000)}}` }],
    ['DEPTH_LIMIT', { query: page(1, nested(12)) }],
    ['ALIAS_LIMIT', { query: page(1, times(40, (i) => `a${i}: id`).join(' ')) }],
    ['DIRECTIVE_LIMIT', { query: `{ __typename ${'@include(if: true) '.repeat(40)} }` }],
    ['ROOT_FIELD_LIMIT', { query: `{${' __typename'.repeat(11)}}` }],
    ['COST_LIMIT', { query: page(100, 'activities(first: 100) { text lead { id } }') }],
    ['BAD_USER_INPUT', { query: page(101, 'id') }],
    ['BAD_USER_INPUT', { query: paged('$n: Int!'), variables: { n: 101 } }],
    ['BAD_USER_INPUT', { query: paged('$n: Int! = 100000000') }],
    ['GRAPHQL_PARSE_FAILED', { query: '{ leads(' }],
    ['GRAPHQL_VALIDATION_FAILED', { query: '{ leadz { id } }' }],
    ['GRAPHQL_VALIDATION_FAILED', { query: '{ __typename @defer }' }],
    [
      'GRAPHQL_VALIDATION_FAILED',
      { query: 'subscription($a: Boolean!) { leadChanged @include(if: $a) { type } }' },
    ],
    ['BAD_USER_INPUT', [{ query: '{ __typename }' }]],
    ['BAD_USER_INPUT', { query: '{ __typename }', variables: 'x' }],
    ['BAD_USER_INPUT', {}],
  ])('is answered %s without a plan', async (code, body) => {
    const plans = edge.planned();
    const response = await edge.post(body, token);
    const answer = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(answer.errors.map((error) => error.extensions.code)).toEqual([code]);
    expect(answer).not.toHaveProperty('data');
    expect(response.status).toBe(400);
    expect(edge.planned()).toBe(plans);
  });

  it('gets no suggestion of what there is', async () => {
    const response = await edge.post({ query: '{ leadz { id } }' }, token);
    expect(await response.text()).not.toMatch(/did you mean|lead\b/i);
  });

  it('counts the cost with variables, and says it when asked', async () => {
    const query = 'query($n: Int!) { leads(first: $n) { edges { node { id parent { id } } } } }';
    const ask = async (n: number) => {
      const body = { query, variables: { n }, extensions: { cost: true } };
      return (await (await edge.post(body, token)).json()) as {
        data: { leads: { edges: { node: { parent: object | null } | null }[] } };
        extensions: {
          cost: Record<'requestedQueryCost' | 'actualQueryCost' | 'throttleStatus', unknown>;
        };
      };
    };
    const [one, ten] = [await ask(1), await ask(10)];
    expect(one.data).toBeDefined();
    expect(one.extensions.cost.requestedQueryCost).toBe(4);
    expect(ten.extensions.cost.requestedQueryCost).toBe(31);
    const { edges } = ten.data.leads;
    const there = edges.flatMap(({ node }) => [node, node?.parent]).filter((each) => each != null);
    expect(ten.extensions.cost.actualQueryCost).toBe(1 + edges.length + there.length);
    expect(ten.extensions.cost.throttleStatus).toMatchObject({ maximumAvailable: 10_000 });
  });

  it('may cost as much as the limit and no more, by the weights of the graph', async () => {
    const small = await startEdge({ limits: { costMax: 51 } });
    const query = 'query($n: Int! = 11) { leads(first: $n) { edges { node { email } } } }';
    const ask = async (variables: object) => {
      const response = await small.post({ query, variables }, await small.token('sales'));
      const { errors } = (await response.json()) as { errors?: GraphQLError[] };
      return response.status === 200 ? 'answered' : errors?.[0]?.extensions['code'];
    };
    expect([await ask({ n: 9 }), await ask({ n: 10 })]).toEqual(['answered', 'answered']);
    expect([await ask({ n: 11 }), await ask({})]).toEqual(['COST_LIMIT', 'COST_LIMIT']);
    await small.stop();
  });

  it('allows what stays within', async () => {
    const query = `{ lead(id: "${leads[0]?.id}") { ${nested(9)} } }`;
    expect((await edge.post({ query }, token)).status).toBe(200);
  });
});

describe('rates', () => {
  const rates = { ...LIMITS.rates, all: 20, reads: 3, writes: 2, searches: 1, registrations: 1 };
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge({ limits: { rates, inFlightPerUserMax: 2 } });
  });
  afterAll(() => edge.stop());

  const read = { query: '{ __typename }' };
  const rename = { query: `mutation { leadRename(id: "${leads[0]?.id}", name: "x") { id } }` };
  const search = { query: '{ leads(search: "x") { edges { node { id } } } }' };
  const register = { query: 'mutation { leadRegister(name: "x") { id } }' };

  it.each([
    ['reads', 'sales', 3, read],
    ['writes', 'manager', 2, rename],
    ['searches', 'auditor', 1, search],
    ['registrations', 'admin', 1, register],
  ] as const)('stop a user at his %s, and say when to come back', async (_, user, max, body) => {
    const token = await edge.token(user);
    for (let index = 0; index < max; index++) {
      expect((await edge.post(body, token)).status).toBe(200);
    }
    const response = await edge.post(body, token);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
  });

  it('leave other users alone', async () => {
    expect((await edge.post(read, await edge.token('austrian'))).status).toBe(200);
  });

  it('turn away what one user runs too much of at once', async () => {
    const token = await edge.token('colleague');
    const statuses = await Promise.all(
      times(3, async () => (await edge.post({ query: '{ slow }' }, token)).status),
    );
    expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 200, 503]);
  });

  it('empty a bucket of cost units', async () => {
    const small = { ...LIMITS.rates, bucketUnits: 10, bucketRefillPerSecond: 1 };
    const other = await startEdge({ limits: { rates: small } });
    const query = '{ leads(first: 4) { edges { node { id } } } }';
    const token = await other.token('sales');
    expect((await other.post({ query }, token)).status).toBe(200);
    expect((await other.post({ query }, token)).status).toBe(429);
    await other.stop();
  });
});
