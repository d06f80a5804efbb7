import {
  GraphQLEnumType,
  GraphQLError,
  GraphQLInterfaceType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  execute,
  parse,
  type GraphQLFormattedError,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { compileOperation } from './resolution.ts';

const later = <T>(value: T): Promise<T> => Promise.resolve(value);
const list = (type: GraphQLOutputType) => new GraphQLList(type);
const required = (type: GraphQLOutputType) => new GraphQLNonNull(type);
const boom = (): never => {
  throw new GraphQLError('boom', { extensions: { code: 'BOOM' } });
};

const Color = new GraphQLEnumType({ name: 'Color', values: { RED: { value: 1 }, BLUE: {} } });
const Even = new GraphQLScalarType({
  name: 'Even',
  serialize: (value) => {
    if (Number(value) % 2 !== 0) throw new TypeError(`${String(value)} is odd`);
    return value;
  },
});

const Named = new GraphQLInterfaceType({
  name: 'Named',
  fields: { name: { type: GraphQLString } },
  resolveType: ({ kind }: { kind: string }) => (kind === 'late' ? later('Cat') : kind),
});
const Cat = new GraphQLObjectType({
  name: 'Cat',
  interfaces: [Named],
  isTypeOf: (value: { lives?: number }) => later(value.lives !== undefined),
  fields: { name: { type: GraphQLString }, lives: { type: required(GraphQLInt) } },
});
const Dog = new GraphQLObjectType({
  name: 'Dog',
  interfaces: [Named],
  isTypeOf: (value: { barks?: boolean }) => value.barks !== undefined,
  fields: { name: { type: GraphQLString } },
});
const Pet = new GraphQLUnionType({ name: 'Pet', types: [Dog, Cat] });

const Node: GraphQLObjectType = new GraphQLObjectType({
  name: 'Node',
  fields: () => ({
    id: { type: required(GraphQLString) },
    method: {
      type: GraphQLString,
      args: { x: { type: GraphQLInt, defaultValue: 3 } },
    },
    late: { type: GraphQLString },
    even: { type: Even },
    color: { type: Color },
    missing: { type: required(GraphQLString) },
    thrown: { type: GraphQLString, resolve: boom },
    thrownRequired: { type: required(GraphQLString), resolve: boom },
    rejected: { type: GraphQLString, resolve: async () => boom() },
    rejectedRequired: { type: required(GraphQLString), resolve: async () => boom() },
    returned: { type: GraphQLString, resolve: () => new Error('returned') },
    path: {
      type: GraphQLString,
      resolve: (_s, _a, _c, { path, parentType, fieldName }: GraphQLResolveInfo) =>
        `${path.prev?.key}.${path.key}:${parentType.name}.${fieldName}`,
    },
    self: { type: Node, resolve: (source: object) => source },
    selfLate: { type: Node, resolve: later },
    selfRequired: { type: required(Node), resolve: (source: object) => source },
    nodes: { type: list(Node), resolve: (source: object) => [source, null, later(source)] },
    nodesRequired: { type: list(required(Node)), resolve: (source: object) => [source, null] },
    nested: { type: list(list(Node)), resolve: (source: object) => [[source], null, [source]] },
    set: { type: list(GraphQLString), resolve: () => new Set(['a', 'b']) },
    noList: { type: list(GraphQLString), resolve: () => 5 },
    mixed: {
      type: list(GraphQLString),
      resolve: () => ['a', later('b'), new Error('c'), Promise.reject(new Error('d')), null],
    },
    text: { type: GraphQLString, resolve: () => 12 },
    number: { type: GraphQLInt, resolve: () => 'twelve' },
    named: {
      type: list(Named),
      resolve: () => [
        { kind: 'Cat', name: 'c', lives: 9 },
        { kind: 'late', name: 'l', lives: 1 },
        { kind: 'Dog', name: 'd' },
      ],
    },
    pets: { type: list(Pet), resolve: () => [{ barks: true, name: 'd' }, { lives: 2 }, {}] },
    context: { type: GraphQLString, resolve: (_s, _a, context: { user: string }) => context.user },
    echo: {
      type: GraphQLString,
      args: { text: { type: GraphQLString }, color: { type: Color } },
      resolve: (_source, given) => JSON.stringify(given),
    },
  }),
});

const source = {
  id: 'n',
  method(this: { id: string }, { x }: { x: number }, { user }: { user: string }) {
    return `${this.id}${x}${user}`;
  },
  late: later('later'),
  even: 4,
  color: 1,
};

const log: string[] = [];
const step = (name: string, wait: boolean) => ({
  type: GraphQLString,
  resolve: async () => {
    log.push(`${name} begins`);
    if (wait) await later(undefined).then(() => undefined);
    log.push(`${name} ends`);
    return name;
  },
});

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      node: { type: Node, resolve: () => source },
      odd: { type: Node, resolve: () => ({ id: 5, even: 3, color: 'GREEN', late: null }) },
      required: { type: required(Node), resolve: () => source },
    },
  }),
  mutation: new GraphQLObjectType({
    name: 'Mutation',
    fields: {
      one: step('one', true),
      two: step('two', false),
      three: { type: required(GraphQLString), resolve: boom },
    },
  }),
});

async function compare(query: string, variableValues: Record<string, unknown> = {}) {
  const document = parse(query);
  const contextValue = { user: 'anna' };
  const expected = await execute({ schema, document, variableValues, contextValue });
  const actual = await compileOperation(schema, document)(variableValues, contextValue);
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
  const errorsOf = (errors: unknown) =>
    ((plain(errors) ?? []) as GraphQLFormattedError[])
      .map((error) => ({
        ...error,
        message: error.message.replace(/( must resolve to | but got: ).*|\.$/, ''),
      }))
      .toSorted((one, other) => JSON.stringify(one.path).localeCompare(JSON.stringify(other.path)));
  expect(plain(actual.data)).toEqual(plain(expected.data));
  expect(errorsOf(actual.errors)).toEqual(errorsOf(expected.errors));
  return actual;
}

describe('a compiled operation answers as graphql-js does', () => {
  test.each([
    ['properties and methods', '{ node { id method x: method(x: 5) late } }'],
    ['scalars and enums', '{ node { even color text } odd { id even color number late } }'],
    ['a promised field that is missing', '{ node { missing } odd { id } }'],
    ['nulls that bubble through the root', '{ required { missing } }'],
    ['errors thrown, rejected and returned', '{ node { thrown rejected returned id } }'],
    ['errors where null is not allowed', '{ node { self { thrownRequired } id } }'],
    ['rejections where null is not allowed', '{ node { self { rejectedRequired late } id } }'],
    ['an error that reaches the root', '{ required { selfRequired { thrownRequired } } }'],
    ['a rejection that reaches the root', '{ required { selfRequired { rejectedRequired } } }'],
    ['lists with nulls and promises', '{ node { nodes { id thrown } } }'],
    ['lists whose items are required', '{ node { nodesRequired { id } } }'],
    ['lists in lists', '{ node { nested { id nested { id thrown } } } }'],
    ['lists that are no arrays', '{ node { set noList } }'],
    ['lists of all sorts', '{ node { mixed } }'],
    ['asynchronous objects', '{ node { selfLate { id selfLate { late thrown } } } }'],
    ['abstract types', '{ node { named { __typename name ... on Cat { lives } } } }'],
    [
      'types that claim their objects',
      '{ node { pets { ... on Dog { name } ... on Cat { lives } } } }',
    ],
    ['the resolver’s information', '{ node { path nodes { path } a: self { b: path } } }'],
    ['the context', '{ node { context } }'],
    ['type names', '{ __typename node { t: __typename } }'],
    ['introspection', '{ __schema { queryType { name } } __type(name: "Cat") { name } }'],
    ['an unknown field', '{ node { nothing id } }'],
    ['merged fields', '{ node { self { id } ...F } } fragment F on Node { self { color } id }'],
  ])('%s', async (_name, query) => {
    await compare(query);
  });

  test.each([
    [{ on: true, text: 'a', color: 'RED' }],
    [{ on: false, text: null }],
    [{ on: true }],
    [{ on: 'no' }],
    [{ on: true, color: 'GREEN' }],
  ])('variables %j', async (variables) => {
    await compare(
      `query ($on: Boolean!, $text: String = "d", $color: Color) {
        node {
          a: echo(text: $text, color: $color)
          b: echo(text: "t", color: BLUE) @include(if: $on)
          nodes @skip(if: $on) { echo(text: $text) }
        }
      }`,
      variables,
    );
  });

  test('mutations run one after the other', async () => {
    log.length = 0;
    await compare('mutation { one two }');
    expect(log.slice(4)).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
    await compare('mutation { one three two }');
  });
});

describe('a compiled operation', () => {
  test('is synchronous while its resolvers are', () => {
    const run = compileOperation(schema, parse('{ node { id self { color } } }'));
    expect(run({}, {})).toEqual({ data: { node: { id: 'n', self: { color: 'RED' } } } });
  });

  test('gives resolvers arguments of their own', () => {
    const run = compileOperation(
      schema,
      parse('{ node { a: echo(text: "x") b: echo(text: "x") } }'),
    );
    const seen: unknown[] = [];
    const { resolve } = Node.getFields()['echo'] ?? {};
    Object.assign(Node.getFields()['echo'] ?? {}, {
      resolve: (_s: unknown, given: Record<string, unknown>) => {
        seen.push({ ...given });
        given['text'] = 'changed';
      },
    });
    const fresh = compileOperation(schema, parse('{ node { nested { echo(text: "x") } } }'));
    void fresh({}, {});
    void fresh({}, {});
    Object.assign(Node.getFields()['echo'] ?? {}, { resolve });
    expect(new Set(seen.map((given) => JSON.stringify(given)))).toEqual(new Set(['{"text":"x"}']));
    expect(run({}, {})).toMatchObject({ data: { node: { a: '{"text":"x"}' } } });
  });
});
