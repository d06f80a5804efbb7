/** Where `@apollo/gateway` is not followed, both answers are written down. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { composeSubgraphs } from '../../gateway/compose.ts';
import { createSupergraph } from '../../gateway/supergraph.ts';
import { asking, createEngine, localTransports } from './engine.ts';
import { createSubgraphs } from './fixture/index.ts';
import { createOracle, type Ask } from './oracle.ts';

describe('the engine differs from @apollo/gateway on purpose', () => {
  let engine: Ask;
  let oracle: Ask;
  beforeAll(async () => {
    engine = createEngine(createSubgraphs());
    oracle = await createOracle(createSubgraphs());
  });

  test('fields merged from a fragment stand where the specification collects them', async () => {
    const query =
      '{ cheese { maker { id } ...A maker { name } } } fragment A on Cheese { maker { number } }';
    const { data } = await engine(query);
    expect(JSON.stringify(data)).toBe(
      '{"cheese":{"maker":{"id":"m1","number":1,"name":"Kaasland"}}}',
    );
    expect(JSON.stringify((await oracle(query)).data)).toBe(
      '{"cheese":{"maker":{"id":"m1","name":"Kaasland","number":1}}}',
    );
  });

  test('an error of an entity names every place where the entity stands', async () => {
    const query = '{ reviews { ghost { name nick } } }';
    const places = async (ask: Ask) =>
      (await ask(query)).errors?.map(({ path }) => path?.join('.'));
    expect(await places(engine)).toEqual(['reviews.1.ghost.nick', 'reviews.4.ghost.nick']);
    expect(await places(oracle)).toEqual(['reviews.1.ghost.nick']);
  });

  test('a null where none was promised is an error, not an extension', async () => {
    const query = '{ strictest { sku grape } }';
    const answer = await engine(query);
    expect(answer.errors).toMatchObject([
      { path: ['strictest', 1, 'grape'], extensions: { code: 'SUBGRAPH_ERROR' } },
    ]);
    expect(answer.data).toBeNull();
    expect(answer.extensions).toBeUndefined();
  });

  test('what is known of an interface object by its true type is answered', async () => {
    const query =
      '{ me { reviews { product { ...F } } } } fragment F on Cheese { rating __typename }';
    const first = async (ask: Ask) => {
      const data = (await ask(query)).data as { me: { reviews: { product: unknown }[] } };
      return data.me.reviews[0]?.product;
    };
    expect(await first(engine)).toEqual({ rating: 1, __typename: 'Cheese' });
    expect(await first(oracle)).toEqual({});
  });

  test('an object keeps its type where an interface object tells of it as well', async () => {
    const query = '{ cheese { verdict months __typename } }';
    expect((await engine(query)).data).toEqual({
      cheese: { verdict: null, months: 12, __typename: 'Cheese' },
    });
    // Null without an error of the object: by the specification only a fault below it may do that.
    expect((await oracle(query)).data).toEqual({ cheese: null });
  });

  test('each of two fields is given what it requires, with its own arguments', async () => {
    const { subgraphs, sdl } = conflicting();
    const transports = localTransports(subgraphs);
    const ours = asking(createSupergraph({ sdl, transports }));
    const query = '{ product { eur usd } }';
    expect((await ours(query)).data).toEqual({ product: { eur: 10, usd: 11 } });
    // One price stands for both, whichever was asked for last.
    const apollo = await createOracle(subgraphs, sdl);
    expect((await apollo(query)).data).toEqual({ product: { eur: 11, usd: 11 } });
  });

  test('errors carry their code and nothing about the inside', async () => {
    const { errors } = await engine('{ failing }');
    expect(errors).toEqual([
      {
        message: 'The catalog refuses.',
        path: ['failing'],
        extensions: { code: 'TEAPOT' },
      },
    ]);
    expect((await oracle('{ failing }')).errors?.[0]?.extensions).toMatchObject({
      serviceName: 'catalog',
    });
  });
});

/** Prices in two currencies, required by two fields of another subgraph. */
function conflicting(): { subgraphs: Map<string, GraphQLSchema>; sdl: string } {
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
    import: ["@key", "@external", "@requires"])`;
  const price = ({ price: given }: { price: number }): number => given;
  const sources = {
    shop: {
      sdl: `${link} type Query { product: Product }
        type Product @key(fields: "id") { id: ID! price(currency: String!): Int }`,
      resolvers: {
        Query: { product: () => ({ id: '1' }) },
        Product: {
          price: (_: unknown, { currency }: { currency: string }) => (currency === 'EUR' ? 10 : 11),
        },
      },
    },
    tags: {
      sdl: `${link} type Product @key(fields: "id") { id: ID! price(currency: String!): Int @external
        eur: Int @requires(fields: "price(currency: \\"EUR\\")")
        usd: Int @requires(fields: "price(currency: \\"USD\\")") }`,
      resolvers: {
        Product: { __resolveReference: (reference: object) => reference, eur: price, usd: price },
      },
    },
  };
  const entries = Object.entries(sources);
  return {
    subgraphs: new Map(
      entries.map(([name, { sdl, resolvers }]) => [
        name,
        buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]),
      ]),
    ),
    sdl: composeSubgraphs(
      entries.map(([name, { sdl }]) => ({ name, sdl, file: name, url: `http://${name}.test/` })),
    ).sdl,
  };
}
