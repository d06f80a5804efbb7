import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createLogger } from '#kernel/telemetry';
import { createLocalTransport } from '../transports/local.ts';
import { createKnownOperations, readAsked, type Asked } from './subgraph-operations.ts';

const schema = buildSubgraphSchema([
  {
    typeDefs: parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Query { colour(of: ID!): String }
      type Thing @key(fields: "id") { id: ID! colour: String }
    `),
    resolvers: { Query: { colour: (_: unknown, { of }: { of: string }) => `red ${of}` } },
  },
]);
const logged: string[] = [];
const log = createLogger({ level: 'error', write: (line) => void logged.push(line) });
const transport = createLocalTransport({ schema, contextOf: () => ({}) });
const operationOf = createKnownOperations({ name: 'things', schema }, transport, log);
const asked = (query: string, variables: Record<string, unknown> = {}): Asked =>
  readAsked({ query, variables });

function refusalOf(work: () => unknown): GraphQLError {
  try {
    work();
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

const ENTITIES =
  'query E($representations: [_Any!]!) { _entities(representations: $representations) { ... on Thing { colour } } }';
const things = (count: number) =>
  Array.from({ length: count }, (_, id) => ({ __typename: 'Thing', id: String(id) }));

describe('what the gateway may ask of a subgraph', () => {
  it('is an operation of its schema, compiled once', async () => {
    const question = asked('query C($id: ID!) { colour(of: $id) }', { id: '7' });
    const known = operationOf(question);
    expect(operationOf(question)).toBe(known);
    const result = await known.run(question.variables, { actor: null, requestId: 'r' });
    expect(result.data).toEqual({ colour: 'red 7' });
  });

  it('F-21: is answered with a code where the schema is another than the gateway knows', () => {
    const { message, extensions } = refusalOf(() => operationOf(asked('{ color(of: "7") }')));
    expect(extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(message).not.toMatch(/colou?r|Did you mean/);
    // Who runs it learns which field it is.
    expect(logged.join()).toContain('color');
  });

  it.each([
    ['no text', {}],
    ['a list', []],
    ['nothing', null],
    ['variables that are none', { query: '{ a }', variables: [1] }],
    ['a name that is none', { query: '{ a }', operationName: 7 }],
  ])('is not %s', (_, body) => {
    expect(refusalOf(() => readAsked(body)).extensions['code']).toBe('BAD_USER_INPUT');
  });

  it('is cut off by the parser where it never ends', () => {
    const endless = `{ ${'colour(of: "1") '.repeat(5_000)} }`;
    expect(() => operationOf(asked(endless))).toThrow(/token/i);
  });

  it('are at most 500 entities, by the variable they are counted by', () => {
    expect(operationOf(asked(ENTITIES, { representations: things(500) })).asksEntities).toBe(true);
    for (const variables of [
      { representations: things(501) },
      { representations: 'many' },
      { representations: [null] },
      {},
    ]) {
      const refusal = refusalOf(() => operationOf(asked(ENTITIES, variables)));
      expect(refusal.extensions['code']).toBe('BAD_USER_INPUT');
    }
    const renamed = ENTITIES.replaceAll('$representations', '$others');
    const refusal = refusalOf(() => operationOf(asked(renamed, { others: things(9) })));
    expect(refusal.extensions['code']).toBe('BAD_USER_INPUT');
  });

  it('hides no entities in a fragment', () => {
    const hidden = `query E($others: [_Any!]!) { ...F }
      fragment F on Query { _entities(representations: $others) { __typename } }`;
    const refusal = refusalOf(() => operationOf(asked(hidden, { others: things(9) })));
    expect(refusal.extensions['code']).toBe('BAD_USER_INPUT');
    const inline = `query E($others: [_Any!]!) { ... on Query { _entities(representations: $others) { __typename } } }`;
    const second = refusalOf(() => operationOf(asked(inline, { others: things(9) })));
    expect(second.extensions['code']).toBe('BAD_USER_INPUT');
  });
});
