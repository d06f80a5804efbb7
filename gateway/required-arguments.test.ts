import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { parse, printSchema, type ExecutionResult } from 'graphql';
import { beforeAll, expect, it } from 'vitest';
import { composeSubgraphs } from './compose.ts';
import { createSupergraph, type CompiledOperation, type Supergraph } from './supergraph.ts';
import { createLocalTransport } from './transports/local.ts';
import type { SubgraphFetch } from './transports/transport.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@requires"])`;

const RATES: Record<string, number> = { EUR: 10, USD: 11, CHF: 12 };
const UNITS: Record<string, number> = { cm: 100, m: 1 };

interface Product {
  readonly id: string;
  readonly price?: number;
  readonly box?: { readonly size: number };
}

const priceOf = ({ id }: Product, { currency }: { currency: string }): number =>
  Number(id) * (RATES[currency] ?? 0);

const sources = [
  {
    name: 'shop',
    sdl: `${link}
      type Query { product: Product service: Service products: [Product!]! wares: [Ware!]! }
      interface Ware { id: ID! price(currency: String!): Int }
      type Product implements Ware @key(fields: "id") {
        id: ID!
        price(currency: String!): Int
        box: Box
      }
      type Service @key(fields: "id") { id: ID! price(currency: String!): Int }
      type Box { size(unit: String!): Int }`,
    resolvers: {
      Query: {
        product: () => ({ id: '1' }),
        service: () => ({ id: '4' }),
        products: () => [{ id: '1' }, { id: '2' }],
        wares: () => [{ id: '3' }],
      },
      Ware: { __resolveType: () => 'Product' },
      Product: {
        __resolveReference: (reference: Product) => reference,
        price: priceOf,
        box: ({ id }: Product) => ({ id }),
      },
      Service: {
        __resolveReference: (reference: Product) => reference,
        price: priceOf,
      },
      Box: {
        size: ({ id }: Product, { unit }: { unit: string }) => Number(id) * (UNITS[unit] ?? 0),
      },
    },
  },
  {
    name: 'tags',
    sdl: `${link}
      interface Ware { id: ID! }
      interface Priced { price(currency: String!): Int }
      type Product implements Ware @key(fields: "id") {
        id: ID!
        price(currency: String!): Int @external
        box: Box @external
        eur: Int @requires(fields: "price(currency: \\"EUR\\")")
        usd(times: Int = 1): Int @requires(fields: "price(currency: \\"USD\\")")
        alsoEur: Int @requires(fields: "price(currency: \\"EUR\\")")
        cm: Int @requires(fields: "box { size(unit: \\"cm\\") }")
        m: Int @requires(fields: "box { size(unit: \\"m\\") } price(currency: \\"EUR\\")")
        label: String
      }
      type Service implements Priced @key(fields: "id") {
        id: ID!
        price(currency: String!): Int @external
        eur: Int @requires(fields: "price(currency: \\"EUR\\")")
        usd: Int @requires(fields: "price(currency: \\"USD\\")")
      }
      type Box { size(unit: String!): Int @external }`,
    resolvers: {
      Product: {
        __resolveReference: (reference: Product) => reference,
        eur: ({ price }: Product) => price,
        alsoEur: ({ price }: Product) => price,
        usd: ({ price }: Product, { times }: { times: number }) => (price ?? Number.NaN) * times,
        cm: ({ box }: Product) => box?.size,
        m: ({ box, price }: Product) => (box?.size ?? Number.NaN) + (price ?? Number.NaN),
        label: ({ id }: Product) => `no. ${id}`,
      },
      Priced: { __resolveType: () => 'Service' },
      Service: {
        __resolveReference: (reference: Product) => reference,
        eur: ({ price }: Product) => price,
        usd: ({ price }: Product) => price,
      },
    },
  },
];

let supergraph: Supergraph;
const fetched: SubgraphFetch[] = [];

beforeAll(() => {
  const { sdl } = composeSubgraphs(
    sources.map(({ name, sdl: text }) => ({
      name,
      sdl: text,
      file: name,
      url: `http://${name}.test/`,
    })),
  );
  const transports = new Map(
    sources.map(({ name, sdl: text, resolvers }) => {
      const typeDefs = parse(text);
      const schema = buildSubgraphSchema([
        { typeDefs, resolvers: resolvers as GraphQLResolverMap<unknown> },
      ]);
      const local = createLocalTransport({ schema, contextOf: () => ({}) });
      const compile = (fetch: SubgraphFetch) => {
        fetched.push(fetch);
        return local.compile(fetch);
      };
      return [name, { ...local, compile }] as const;
    }),
  );
  supergraph = createSupergraph({ sdl, transports });
});

const compile = (query: string): Promise<CompiledOperation> =>
  supergraph.compile({ document: parse(query) });
const ask = async (query: string, variables = {}): Promise<ExecutionResult> => {
  const result = await (
    await compile(query)
  ).execute(variables, { actor: null, requestId: 'test' });
  return JSON.parse(result.stringify(result)) as ExecutionResult;
};

it.each<[string, object]>([
  ['{ product { eur usd } }', { product: { eur: 10, usd: 11 } }],
  ['{ product { price(currency: "CHF") eur } }', { product: { price: 12, eur: 10 } }],
  [
    '{ product { label eur p: price(currency: "CHF") usd(times: 3) alsoEur } }',
    { product: { label: 'no. 1', eur: 10, p: 12, usd: 33, alsoEur: 10 } },
  ],
  ['{ product { cm m usd } }', { product: { cm: 100, m: 11, usd: 11 } }],
  [
    '{ products { ...A usd } } fragment A on Product { eur box { size(unit: "m") } cm }',
    {
      products: [
        { eur: 10, box: { size: 1 }, cm: 100, usd: 11 },
        { eur: 20, box: { size: 2 }, cm: 200, usd: 22 },
      ],
    },
  ],
  ['{ service { usd price(currency: "CHF") eur } }', { service: { usd: 44, price: 48, eur: 40 } }],
  ['{ wares { id ... on Product { eur usd } } }', { wares: [{ id: '3', eur: 30, usd: 33 }] }],
])('each field is given what it requires: %s', async (query, data) => {
  expect(await ask(query)).toEqual({ data });
});

it('variables and conditions stay where they are used', async () => {
  const query = `query ($n: Int! $no: Boolean!) {
    product { eur usd(times: $n) cm @skip(if: $no) m @include(if: $no) }
  }`;
  expect(await ask(query, { n: 2, no: true })).toEqual({
    data: { product: { eur: 10, usd: 22, m: 11 } },
  });
  expect(await ask(query, { n: 2, no: false })).toEqual({
    data: { product: { eur: 10, usd: 22, cm: 100 } },
  });
});

it('a fetch is parted only where its fields require one thing in two ways', async () => {
  fetched.length = 0;
  await ask('{ product { eur alsoEur label } }');
  expect(fetched.map(({ subgraph }) => subgraph)).toEqual(['shop', 'tags']);
  fetched.length = 0;
  await ask('{ product { eur label usd alsoEur } }');
  const tags = fetched.filter(({ subgraph }) => subgraph === 'tags');
  expect(tags.map(({ operation }) => operation.replace(/^.*on Product/, ''))).toEqual([
    '{eur label alsoEur}}}',
    '{usd}}}',
  ]);
});

it('nothing of this is seen from outside', async () => {
  for (const schema of [supergraph.apiSchema, supergraph.supergraphSchema]) {
    expect(printSchema(schema)).not.toContain('_fp_');
  }
  await expect(compile('{ product { _fp_required_0: label } }')).rejects.toThrow('not allowed');
});
