import {
  GraphQLError,
  Kind,
  buildSchema,
  parse,
  visit,
  type DocumentNode,
  type FieldNode,
} from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { composeSubgraphs } from './compose.ts';
import { createSupergraph, type SupergraphOptions } from './supergraph.ts';
import {
  TransportFault,
  type RequestContext,
  type SubgraphFetch,
  type SubgraphResult,
  type Transport,
  type Variables,
} from './transports/transport.ts';

const link = (names: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${names}])`;

const sdl = composeSubgraphs([
  {
    name: 'leads',
    url: 'http://leads.test',
    file: 'leads',
    sdl: `${link('"@key", "@authenticated", "@requiresScopes", "@composeDirective"')}
      @link(url: "https://freshplan.example/access/v1.0", import: ["@territory"])
      @composeDirective(name: "@territory")
      directive @territory(field: String) on OBJECT
      type Lead @key(fields: "id") @territory(field: "territory") {
        id: ID!
        name: String @requiresScopes(scopes: [["leads:read"]])
        territory: String
      }
      type Query { lead(id: ID!): Lead @authenticated leads: [Lead] }
      type Mutation { rename(id: ID!, name: String!): Lead }`,
  },
  {
    name: 'scores',
    url: 'http://scores.test',
    file: 'scores',
    sdl: `${link('"@key"')} type Lead @key(fields: "id") { id: ID! score: Int! rank: Int }`,
  },
]).sdl;

type Answer = (
  fetch: SubgraphFetch,
  variables: Variables,
) => SubgraphResult | Promise<SubgraphResult>;

const request: RequestContext = { actor: null, requestId: 'r' };

function setUp(answers: Record<string, Answer>, options: Partial<SupergraphOptions> = {}) {
  const fetches: Array<{ subgraph: string; operation: string; variables: Variables }> = [];
  const transport = (subgraph: string): Transport => ({
    compile: (fetch) => (variables) => {
      fetches.push({ subgraph, operation: fetch.operation, variables });
      return answers[subgraph]?.(fetch, variables) ?? { data: {} };
    },
    subscribe: () => {
      throw new Error('No subscriptions here.');
    },
  });
  const transports = new Map(['leads', 'scores'].map((name) => [name, transport(name)]));
  const supergraph = createSupergraph({ sdl, transports, ...options });
  const ask = async (query: string, variables: Variables = {}, context = request) => {
    const compiled = await supergraph.compile({ document: parse(query) });
    const result = await compiled.execute(variables, context);
    return JSON.parse(result.stringify(result)) as SubgraphResult;
  };
  return { supergraph, fetches, ask };
}

const lead = (id: string, more: object = {}) => ({ __typename: 'Lead', id, ...more });
const leads: Answer = () => ({ data: { leads: [lead('1'), lead('2'), lead('1')] } });

describe('a supergraph', () => {
  test('may carry security directives and our own', () => {
    const { supergraph } = setUp({});
    expect(supergraph.supergraphSchema.getDirective('territory')).toBeDefined();
    expect(supergraph.apiSchema.getDirective('territory')).toBeUndefined();
    expect(supergraph.subgraphs.map(({ name }) => name)).toEqual(['leads', 'scores']);
  });

  test('is not made without a way to each subgraph', () => {
    expect(() => createSupergraph({ sdl, transports: new Map() })).toThrow('"leads"');
  });

  test('compiles an operation once per name and authorisation', () => {
    const { supergraph } = setUp({});
    const document = parse('query A { lead(id: 1) { id } } query B { leads { id } }');
    const compile = (operationName: string, authorizationKey?: string) =>
      supergraph.compile({ document, operationName, authorizationKey });
    expect(compile('A')).toBe(compile('A'));
    expect(compile('A')).not.toBe(compile('B'));
    expect(compile('A', 'admin')).not.toBe(compile('A', 'sales'));
    expect(compile('A', 'admin')).toBe(compile('A', 'admin'));
  });

  test('forgets what was used longest ago', async () => {
    const { supergraph } = setUp({}, { compiledMax: 2 });
    const [a, b, c] = ['{ leads { id } }', '{ leads { name } }', '{ __typename }'].map((query) =>
      parse(query),
    ) as [DocumentNode, DocumentNode, DocumentNode];
    const compile = (document: DocumentNode) => supergraph.compile({ document });
    const first = compile(a);
    const second = compile(b);
    await compile(a);
    await compile(c);
    expect(compile(a)).toBe(first);
    expect(compile(b)).not.toBe(second);
  });

  test('asks for an operation to be named where there are several', async () => {
    const { supergraph } = setUp({});
    const document = parse('query A { __typename } query B { __typename }');
    await expect(supergraph.compile({ document })).rejects.toThrow('Name the operation');
    await expect(supergraph.compile({ document, operationName: 'C' })).rejects.toThrow('no such');
  });

  test('refuses an alias that would reach into JavaScript', async () => {
    const { supergraph } = setUp({});
    const document = parse('{ leads { __proto__: id } }');
    await expect(supergraph.compile({ document })).rejects.toThrow(GraphQLError);
  });

  test('tells how many fetches an operation takes', async () => {
    const { supergraph } = setUp({});
    const count = async (query: string) =>
      (await supergraph.compile({ document: parse(query) })).fetchCount;
    expect(await count('{ __typename }')).toBe(0);
    expect(await count('{ leads { id score } }')).toBe(2);
  });

  test('introspects what the caller may see', async () => {
    const { supergraph } = setUp({});
    const document = parse('{ __schema { queryType { fields { name } } } }');
    const introspectionSchema = buildSchema('type Query { only: Int }');
    const compiled = await supergraph.compile({ document, introspectionSchema });
    const result = await compiled.execute({}, request);
    expect(result.data).toEqual({ __schema: { queryType: { fields: [{ name: 'only' }] } } });
  });
});

describe('an operation', () => {
  test('is synchronous while its subgraphs are', async () => {
    const { supergraph } = setUp({ leads });
    const compiled = await supergraph.compile({ document: parse('{ leads { id } }') });
    expect(compiled.execute({}, request)).not.toBeInstanceOf(Promise);
  });

  test('is refused with wrong variables before anything is fetched', async () => {
    const { ask, fetches } = setUp({});
    const answer = await ask('query ($id: ID!) { lead(id: $id) { id } }');
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(fetches).toEqual([]);
  });

  test('sends each entity once, and its errors to every place', async () => {
    const { ask, fetches } = setUp({
      leads,
      scores: () => ({
        data: { _entities: [null, { score: 7 }] },
        errors: [{ message: 'no score', path: ['_entities', 0, 'score'] }],
      }),
    });
    const { data, errors } = await ask('{ leads { id score } }');
    expect(fetches[1]?.variables['representations']).toEqual([lead('1'), lead('2')]);
    expect(data).toEqual({ leads: [null, { id: '2', score: 7 }, null] });
    expect(errors).toEqual([
      { message: 'no score', path: ['leads', 0, 'score'], extensions: { code: 'SUBGRAPH_ERROR' } },
      { message: 'no score', path: ['leads', 2, 'score'], extensions: { code: 'SUBGRAPH_ERROR' } },
    ]);
  });

  test('passes only the variables a subgraph uses, as the client gave them', async () => {
    const { ask, fetches } = setUp({ leads: () => ({ data: { lead: lead('1') } }) });
    await ask(
      'query ($id: ID!, $on: Boolean = true) { lead(id: $id) { id score @include(if: $on) } }',
      {
        id: 7,
        other: 1,
      },
    );
    expect(fetches.map(({ variables }) => Object.keys(variables))).toEqual([
      ['id'],
      ['representations'],
    ]);
    expect(fetches[0]?.variables['id']).toBe(7);
  });

  test('takes wrong numbers of entities for no answer', async () => {
    const { ask } = setUp({ leads, scores: () => ({ data: { _entities: [] } }) });
    const { errors, data } = await ask('{ leads { id rank } }');
    expect(data).toMatchObject({ leads: [{ rank: null }, { rank: null }, { rank: null }] });
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions?.['code']])).toEqual([
      ['leads.0', 'SUBGRAPH_UNAVAILABLE'],
      ['leads.1', 'SUBGRAPH_UNAVAILABLE'],
      ['leads.2', 'SUBGRAPH_UNAVAILABLE'],
    ]);
  });

  test('keeps a defect for the log apart from what a subgraph says', async () => {
    const defect = new TypeError('undefined is not a function');
    const { supergraph } = setUp({
      leads: () => ({
        data: { leads: null },
        errors: [
          { message: 'said', path: ['leads'], extensions: { code: 'X', stacktrace: ['at'] } },
          new GraphQLError('wrapped', { path: ['leads'], originalError: defect }),
        ],
      }),
    });
    const compiled = await supergraph.compile({ document: parse('{ leads { id } }') });
    const { errors = [] } = await compiled.execute({}, request);
    expect(errors[0]?.extensions).toEqual({ code: 'X' });
    expect(errors[0]?.originalError).toBeUndefined();
    expect(errors[1]?.originalError).toBe(defect);
  });

  test('waits for a subgraph only so long', async () => {
    const { ask } = setUp({ leads: () => new Promise(() => undefined) }, { fetchTimeoutMs: 5 });
    const { data, errors } = await ask('{ a: leads { id } b: leads { name } }');
    expect(data).toEqual({ a: null, b: null });
    expect(errors?.map(({ path, extensions }) => [path?.[0], extensions?.['code']])).toEqual([
      ['a', 'SUBGRAPH_TIMEOUT'],
      ['b', 'SUBGRAPH_TIMEOUT'],
    ]);
  });

  test('ends when the client leaves, and fetches no more', async () => {
    const leaving = new AbortController();
    const { ask, fetches } = setUp({
      leads: () => {
        queueMicrotask(() => leaving.abort());
        return new Promise(() => undefined);
      },
    });
    const context = { ...request, signal: leaving.signal };
    const { errors } = await ask('{ leads { id score } }', {}, context);
    expect(errors).toMatchObject([{ extensions: { code: 'REQUEST_ABORTED' } }]);
    expect((await ask('{ leads { id } }', {}, context)).errors).toHaveLength(1);
    expect(fetches).toHaveLength(1);
  });

  test('shows a fault by its code and keeps the reason inside', async () => {
    const fault = new TransportFault('SUBGRAPH_UNAVAILABLE', 'connect ECONNREFUSED 10.0.0.7');
    const { supergraph } = setUp({ leads: () => Promise.reject(fault) });
    const compiled = await supergraph.compile({ document: parse('{ leads { id } }') });
    const result = await compiled.execute({}, request);
    expect(result.stringify(result)).not.toContain('10.0.0.7');
    expect(result.errors?.[0]?.originalError).toBe(fault);
  });
});

describe('authorisation', () => {
  const withTerritory = (document: DocumentNode): DocumentNode =>
    visit(document, {
      SelectionSet: (node, _key, parent) =>
        (parent as FieldNode | undefined)?.name?.value === 'leads'
          ? {
              ...node,
              selections: [
                ...node.selections,
                {
                  kind: Kind.FIELD,
                  alias: { kind: Kind.NAME, value: '__fp_territory' },
                  name: { kind: Kind.NAME, value: 'territory' },
                },
              ],
            }
          : undefined,
    });

  test('fetches silently what its guards read', async () => {
    const onDenied = vi.fn();
    const { supergraph, fetches } = setUp(
      {
        leads: () => ({
          data: {
            leads: [
              { id: '1', __fp_territory: 'DE' },
              { id: '2', __fp_territory: 'CH' },
            ],
          },
        }),
      },
      { guards: new Map([['Lead', (object) => object['__fp_territory'] === 'DE']]), onDenied },
    );
    const compiled = await supergraph.compile({
      document: parse('{ leads { id } }'),
      transform: (document) => ({ document: withTerritory(document) }),
    });
    const result = await compiled.execute({}, request);
    expect(fetches[0]?.operation).toContain('__fp_territory:territory');
    expect(result.data).toEqual({ leads: [{ id: '1' }, null] });
    expect(result.errors?.[0]?.toJSON()).toMatchObject({
      path: ['leads', 1],
      extensions: { code: 'NOT_FOUND' },
    });
    expect(onDenied).toHaveBeenCalledExactlyOnceWith('Lead', request);
  });

  test('leaves out what is denied and says so', async () => {
    const { supergraph, fetches } = setUp({ leads });
    const denied = new Set<FieldNode>();
    const compiled = await supergraph.compile({
      document: parse('{ leads { id score } }'),
      transform: (document) => ({
        denied,
        document: visit(document, {
          Field: (node) => {
            if (node.name.value !== 'score') return undefined;
            denied.add(node);
            return null;
          },
        }),
      }),
    });
    const result = await compiled.execute({}, request);
    expect(fetches).toHaveLength(1);
    expect(result.data).toEqual({ leads: [null, null, null] });
    expect(result.errors).toMatchObject(
      [0, 1, 2].map((index) => ({
        path: ['leads', index, 'score'],
        extensions: { code: 'FORBIDDEN' },
      })),
    );
  });
});

describe('a result', () => {
  test('is written with the errors and extensions it was given later', async () => {
    const { supergraph } = setUp({ leads });
    const compiled = await supergraph.compile({ document: parse('{ leads { id } }') });
    const result = await compiled.execute({}, request);
    const copy = { ...result, errors: [new GraphQLError('later')], extensions: { cost: 1 } };
    expect(JSON.parse(copy.stringify(copy))).toEqual({
      data: { leads: [{ id: '1' }, { id: '2' }, { id: '1' }] },
      errors: [{ message: 'later' }],
      extensions: { cost: 1 },
    });
  });

  test('never brings back data that was replaced', async () => {
    const { supergraph } = setUp({ leads });
    const compiled = await supergraph.compile({ document: parse('{ leads { id } }') });
    const result = await compiled.execute({}, request);
    const none = { stringify: result.stringify };
    expect(none.stringify(none)).toBe('{}');
    const copy = { ...result, data: null };
    expect(copy.stringify(copy)).toBe('{"data":null}');
  });
});
