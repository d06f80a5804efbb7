import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { actualCost } from './actual-cost.ts';
import { composeSubgraphs } from './compose.ts';
import { readCostRules } from './cost-rules.ts';
import { compileCost } from './cost.ts';
import { LIMITS } from './limits.ts';
import { operationParts } from './selections.ts';
import { readSchemas } from './supergraph-schemas.ts';

const { sdl } = composeSubgraphs([
  {
    name: 'shop',
    url: 'http://shop.test',
    file: 'shop',
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@listSize"])
      type Query {
        items(first: Int = 10): Page! @listSize(slicingArguments: ["first"], sizedFields: ["edges"])
        find(text: String @cost(weight: 30)): Item
        named: [Named]
      }
      type Mutation { add: Item }
      interface Named { name: String }
      type Page { edges: [Edge!]! total: Int }
      type Edge { node: Item }
      type Item implements Named @cost(weight: 5) { name: String price: Int @cost(weight: 2) parts: [[Item]] }
      type Thing implements Named { name: String }`,
  },
]);
const { apiSchema: schema } = readSchemas(sdl);
const rules = readCostRules(sdl, schema);

function costs(text: string, data: Record<string, unknown> | null, variables = {}) {
  const scope = { schema, rules, ...operationParts(parse(text), undefined) };
  return {
    requested: compileCost({ ...scope, limits: LIMITS })(variables),
    actual: actualCost(scope, variables, data),
  };
}

describe('the cost of an answer', () => {
  it('counts the entries that came', () => {
    const query = '{ items(first: 10) { edges { node { name } } } }';
    const edges = [{ node: { name: 'a' } }, { node: null }, { node: { name: 'b' } }];
    expect(costs(query, { items: { edges } })).toEqual({ requested: 61, actual: 1 + 3 + 2 * 5 });
    expect(costs(query, { items: { edges: [] } }).actual).toBe(1);
  });

  it.each<[string, string, Record<string, unknown> | null, number]>([
    ['nothing for what is not there', '{ find { name } }', { find: null }, 0],
    ['nothing where all failed', '{ find { name } }', null, 0],
    ['ten for a mutation', 'mutation { add { name } }', { add: { name: 'x' } }, 15],
    ['what arguments weigh', '{ find(text: "x") { name } }', { find: { name: 'x' } }, 35],
    ['values that weigh', '{ find { price } }', { find: { price: 3 } }, 7],
    ['under an alias', '{ it: find { p: price } }', { it: { p: 3 } }, 7],
    [
      'lists in lists',
      '{ find { parts { name } } }',
      { find: { parts: [[{}, null], null, [{}]] } },
      15,
    ],
    ['not what was skipped', '{ find @include(if: false) { name } }', {}, 0],
    ['fragments', '{ find { ...F } } fragment F on Item { price }', { find: { price: 1 } }, 7],
    [
      'what another type has',
      '{ named { ... on Item { price } name } }',
      { named: [{ name: 'a' }, { name: 'b', price: 1 }] },
      12,
    ],
  ])('is %s', (_, query, data, units) => {
    const { requested, actual } = costs(query, data);
    expect(actual).toBe(units);
    expect(actual).toBeLessThanOrEqual(requested);
  });

  it('is counted with variables and their defaults', () => {
    const query = 'query($text: String = "x") { find(text: $text) { name } }';
    const data = { find: { name: 'x' } };
    expect(costs(query, data).actual).toBe(35);
    expect(costs(query, data, { text: null }).actual).toBe(5);
  });
});
