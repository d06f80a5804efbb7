import type { GraphQLError } from 'graphql';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { composeSubgraphs } from './compose.ts';
import { compileCost, type Cost } from './cost.ts';
import { readCostRules } from './cost-rules.ts';
import { LIMITS } from './limits.ts';
import { readSchemas } from './supergraph-schemas.ts';
import { readSupergraph } from './supergraph-file.ts';
import { operationParts } from './selections.ts';

const link = (imports: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", ${imports}])`;

const shop = `
  type Query {
    items(first: Int = 10, after: String, where: Where): Page!
      @listSize(slicingArguments: ["first"], sizedFields: ["edges"])
    best(top: Int, worst: Int): [Item!] @listSize(slicingArguments: ["top", "worst"])
    few(top: Int, worst: Int, where: Where): [Item!]
      @listSize(slicingArguments: ["top", "worst"], requireOneSlicingArgument: false, assumedSize: 7)
    many: [Item!] @listSize(assumedSize: 70)
    plain: [Item!]
    named: [Named!] @listSize(assumedSize: 2)
    find(text: String @cost(weight: 30), by: Sort, where: Where): Item
    page(first: Int! = 4): Page
    list(first: Int! = 4): [Item!]
  }
  type Mutation { add(items: [Where!] @cost(weight: 3)): Item }
  input Where { top: Int = 3, text: String @cost(weight: 20), all: [Where!] }
  enum Sort @cost(weight: 6) { UP DOWN }
  scalar Blob @cost(weight: 7)
  interface Named { name: String parts: [Part!] }
  type Page { edges: [Edge!]! info: Info! others: [Item!] }
  type Info { hasMore: Boolean }
  type Edge { node: Item }
  type Part { id: ID }
  type Item implements Named @key(fields: "id") @cost(weight: 5) {
    id: ID!
    name: String @cost(weight: 9)
    blob: Blob
    blobs: [Blob]
    parent: Item @cost(weight: 40)
    parts: [Part!] @listSize(assumedSize: 20)
    discount: Int @cost(weight: -100)
  }
  type Thing implements Named { name: String parts: [Part!] }
`;

const compose = (sdl: string): string =>
  composeSubgraphs([{ name: 'shop', url: 'http://shop.test', file: 'shop', sdl }]).sdl;

const composed = compose(`${link('"@cost", "@listSize"')} ${shop}`);

function costOver(sdl: string) {
  const { apiSchema: schema } = readSchemas(sdl);
  const rules = readCostRules(sdl, schema);
  return (text: string): Cost =>
    compileCost({ schema, rules, limits: LIMITS, ...operationParts(parse(text), undefined) });
}

const compile = costOver(composed);
const costOf = (text: string, variables: Readonly<Record<string, unknown>> = {}): number =>
  compile(text)(variables);

function refusalOf(text: string, variables?: Readonly<Record<string, unknown>>): unknown {
  try {
    return costOf(text, variables);
  } catch (error) {
    return (error as GraphQLError).extensions['code'];
  }
}

describe('a weight', () => {
  test.each([
    ['of a type counts for each of its objects', '{ many { id } }', 70 * 5],
    ['of a field stands in for that of its type', '{ find { parent { id } } }', 5 + 40],
    ['of a scalar counts for each value', '{ find { blob blobs } }', 5 + 7 + 5 * 7],
    ['counts once more under an alias', '{ find { a: blob b: blob } }', 5 + 7 + 7],
    ['counts inside fragments', '{ find { ...F } } fragment F on Item { ...on Item { blob } }', 12],
    ['of an abstract type is that of its dearest member', '{ named { parts { id } } }', 2 * 25],
    ['of a field of an interface likewise', '{ named { name } }', 2 * (5 + 9)],
    ['never makes an operation cheaper than nothing', '{ find { discount } }', 5],
    ['of an argument counts where it is given', '{ find(text: "a") { id } }', 5 + 30],
    ['of an enum counts for an argument of it', '{ find(by: UP) { id } }', 5 + 6],
    ['of an input field counts within its object', '{ find(where: { text: "a" }) { id } }', 26],
    [
      'of an input field counts however deep it stands',
      '{ find(where: { all: [{ text: "a" }, { all: [{ text: "b" }] }] }) { id } }',
      5 + 4 + 40,
    ],
    ['of a list counts for it and each entry', 'mutation { add(items: [{}, {}]) { id } }', 24],
  ])('%s', (_, text, cost) => {
    expect(costOf(text)).toBe(cost);
  });

  test('counts what variables and their defaults hold', () => {
    const text =
      'query($w: Where = { text: "x" }, $t: String) { find(where: $w, text: $t) { id } }';
    expect(costOf(text)).toBe(5 + 21);
    expect(costOf(text, { w: {}, t: 'a' })).toBe(5 + 1 + 30);
    expect(costOf(text, { w: null, t: null })).toBe(5);
    expect(costOf(text, { w: { all: [{ text: 'a' }, { text: 'b' }] } })).toBe(5 + 3 + 40);
  });
});

describe('a list', () => {
  const edge = 1 + 5;
  test.each([
    ['has the size asked for', '{ items(first: 3) { edges { node { id } } } }', 1 + 3 * edge],
    ['has the default size', '{ items { edges { node { id } } } }', 1 + 10 * edge],
    ['sizes what it names alone', '{ items(first: 3) { info { hasMore } } }', 2],
    ['leaves other lists alone', '{ items(first: 3) { others { id } } }', 1 + 5 * 5],
    [
      'sizes through fragments',
      '{ items(first: 3) { ...E } } fragment E on Page { edges { node { id } } }',
      1 + 3 * edge,
    ],
    ['may be empty', '{ items(first: 0) { edges { node { id } } } }', 1],
    ['without a slicing argument has the assumed size', '{ few { id } }', 7 * 5],
    ['has the larger of two sizes', '{ few(top: 3, worst: 9) { id } }', 9 * 5],
    ['of a member of an interface is sized by it', '{ named { parts { id } } }', 2 * (5 + 20)],
    ['without a rule has five entries', '{ plain { id } }', 5 * 5],
    ['without a rule is counted by first', '{ list(first: 3) { id } }', 3 * 5],
    [
      'in a page without a rule is counted with the page',
      '{ page(first: 3) { edges { node { id } } } }',
      1 + 3 * edge,
    ],
  ])('%s', (_, text, cost) => {
    expect(costOf(text)).toBe(cost);
  });

  test('counts one fragment by the size of each place it is used in', () => {
    const text = `{ items(first: 3) { ...E } page(first: 2) { ...E } }
      fragment E on Page { edges { node { id } } }`;
    expect(costOf(text)).toBe(1 + 3 * edge + 1 + 2 * edge);
  });

  test('counts variables, their defaults and null', () => {
    const text = 'query($n: Int = 6) { few(top: $n) { id } }';
    expect([costOf(text), costOf(text, { n: 2 }), costOf(text, { n: null })]).toEqual([30, 10, 35]);
  });

  test.each([
    ['{ best { id } }', undefined],
    ['{ best(top: 1, worst: 1) { id } }', undefined],
    ['query($n: Int) { best(top: $n) { id } }', {}],
    ['query($n: Int) { best(top: $n) { id } }', { n: -1 }],
    ['query($n: Int) { best(top: $n) { id } }', { n: 1e300 }],
    ['query($n: Int) { best(top: $n) { id } }', { n: 'all' }],
    ['query($n: Int) { items(first: $n) { edges { node { id } } } }', { n: 101 }],
    ['query($n: Int) { items(first: $n) { edges { node { id } } } }', { n: 0 }],
  ])('is refused where its size cannot be told: %s with %j', (text, variables) => {
    expect(refusalOf(text, variables)).toBe('BAD_USER_INPUT');
  });

  test('takes exactly one slicing argument where it demands one', () => {
    expect(costOf('{ best(top: 2) { id } }')).toBe(10);
    expect(costOf('query($n: Int) { best(top: 2, worst: $n) { id } }', { n: null })).toBe(10);
  });

  test('is sized by an argument inside an object, as other composers allow', () => {
    const nested = costOver(
      composed.replace(
        'slicingArguments: ["top", "worst"], requireOne',
        'slicingArguments: ["where.top"], requireOne',
      ),
    );
    const text = 'query($w: Where) { few(where: $w) { id } }';
    expect(nested(text)({ w: { top: 4 } })).toBe(1 + 4 * 5);
    expect(nested(text)({ w: {} })).toBe(1 + 3 * 5);
    expect(nested(text)({})).toBe(7 * 5);
    expect(nested('{ few(where: { top: 5 }) { id } }')({})).toBe(1 + 5 * 5);
  });
});

describe('the rules of a supergraph', () => {
  const text = '{ find { blob } }';
  test('are found under whatever names it links', () => {
    const renamed = shop.replaceAll('@cost', '@price').replaceAll('@listSize', '@size');
    const imports = '{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@size" }';
    expect(costOver(compose(`${link(imports)} ${renamed}`))(text)({})).toBe(12);
    const long = shop
      .replaceAll('@cost', '@federation__cost')
      .replaceAll('@listSize', '@federation__listSize');
    const other = costOver(compose(`${link('"@shareable"')} ${long}`));
    expect(other('{ many { blob } }')({})).toBe(70 * 12);
  });

  test('are no rules where it does not link the specification', () => {
    const foreign = composed.replace(/@link\(url: "https:\/\/specs.apollo.dev\/cost[^)]*\)/, '');
    expect(costOver(foreign)(text)({})).toBe(1);
  });

  test('are the dearest of all subgraphs that share a type', () => {
    const two = composeSubgraphs([
      {
        name: 'shop',
        url: 'http://a.test',
        file: 'a',
        sdl: `${link('"@cost", "@listSize"')} ${shop}`,
      },
      {
        name: 'stock',
        url: 'http://b.test',
        file: 'b',
        sdl: `${link('"@cost"')} type Item @key(fields: "id") @cost(weight: 8) { id: ID! left: Int }`,
      },
    ]);
    expect(costOver(two.sdl)('{ find { left } }')({})).toBe(8);
  });

  test('are those of our own contexts', () => {
    const own = costOver(readSupergraph());
    const page = (inner: string): number => own(`{ leads(first: 50) { ${inner} } }`)({});
    expect(page('pageInfo { hasNextPage }')).toBe(2);
    expect(page('edges { node { id } }')).toBe(1 + 50 * 2);
  });
});
