/** What both engines are asked. Several operations of one case run in order on the same data. */
export interface Case {
  readonly name: string;
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  /** Where errors belong, when the oracle counts representations instead of places. */
  readonly errorPaths?: readonly string[];
}

const one = (name: string, query: string, variables?: Record<string, unknown>): Case => ({
  name,
  query,
  ...(variables === undefined ? {} : { variables }),
});

export const operations: readonly Case[] = [
  one('a field of one subgraph', '{ cheese { title } }'),
  one(
    'aliases, also of the same field twice',
    '{ a: cheese { t: title x: title } b: cheese { sku } }',
  ),
  one('strings that JSON must escape', '{ cheese { title tags } }'),
  one('an entity from three subgraphs', '{ cheese { title inStock reviews { body } } }'),
  one(
    'nothing by an unknown key',
    '{ cheese(sku: "no") { title inStock } product(sku: "no") { sku } }',
  ),
  one('__typename at the root', '{ __typename cheese { __typename } }'),
  one('__typename under an alias', '{ kind: __typename products { kind: __typename sku } }'),
  one('only __typename of an interface', '{ products { __typename } }'),
  one(
    'an interface with fields of each type',
    '{ products { sku ... on Cheese { months } ... on Wine { vintage } } }',
  ),
  one(
    'an interface whose fields come from elsewhere',
    '{ products { title ... on Cheese { inStock } ... on Wine { inStock } } }',
  ),
  one('a list with nulls', '{ products(first: 3) { sku title } }'),
  {
    name: 'lists in lists',
    query: '{ matrix { sku ... on Cheese { inStock } reviews { id } } }',
    errorPaths: ['matrix.2.2'],
  },
  one(
    'a union',
    '{ search(text: "i") { __typename ... on Cheese { title inStock } ... on Wine { grape: title } ... on Maker { name } } }',
  ),
  one(
    'fields beside one that is skipped and would have required more',
    'query($no: Boolean!) { cheese { ... on Cheese @include(if: $no) { shippingCost } footprint inStock } }',
    { no: false },
  ),
  one('a union through an interface', '{ search(text: "R") { ... on Product { sku price } } }'),
  one('one of a union', '{ hit(text: "Kaas") { ... on Maker { id name onTime } } }'),
  one('an empty list', '{ search(text: "nothing like it") { __typename } }'),
  one(
    'fields of an interface object',
    '{ cheese { rating reviews { id } } wine(sku: "w1") { rating } }',
  ),
  one(
    'an interface object on the interface',
    '{ products { rating reviews(limit: 1) { id body } } }',
  ),
  one(
    'an object of which conditions leave nothing',
    'query ($no: Boolean!) { cheese { sku } wine(sku: "w1") @skip(if: $no) { ... on Wine @include(if: $no) { sku } } }',
    { no: false },
  ),
  one('an interface object as the way in', '{ latest { sku rating } }'),
  one('the concrete type behind an interface object', '{ latest { __typename sku title } }'),
  one(
    'type conditions behind an interface object',
    '{ latest { ... on Wine { vintage inStock } ... on Cheese { months } } }',
  ),
  {
    name: 'interface object lists and back',
    query: '{ reviews { id product { sku title ... on Cheese { months inStock } } } }',
    errorPaths: ['reviews.4.product'],
  },
  one('requires', '{ cheese { shippingCost } }'),
  one('requires with its own inputs asked too', '{ cheese { price months shippingCost } }'),
  one('requires of a nested selection', '{ cheese { footprint } }'),
  one('requires where the input is null', '{ cheese(sku: "c2") { shippingCost footprint title } }'),
  one('requires in a list', '{ products { ... on Cheese { shippingCost footprint } } }'),
  one('requires on entities reached through stock', '{ stocked { sku shippingCost title } }'),
  one('provides', '{ reviews { ghost { name } } }'),
  one(
    'what provides does not cover',
    '{ reviews { ghost { name id reviews { id } } author { name } } }',
  ),
  one('a compound key', '{ makers { id deliveries { day } } }'),
  one(
    'a compound key with fields from both sides',
    '{ makers { name country { code } number deliveries { day cheese { title inStock } } } }',
  ),
  one('an entity nobody knows any more', '{ reviews { author { id name } } }'),
  one('a field of an entity nobody knows', '{ users { friends { id name best { id } } } }'),
  one(
    'deduplicated entities',
    '{ users { friends { id best { id body product { sku title } } } } }',
  ),
  one(
    'the same entity at many depths',
    '{ cheese { pairs { sku pairs: reviews { author { id name reviews { product { sku title } } } } } } }',
  ),
  one(
    'a tree that walks back and forth',
    '{ me { name reviews { body product { title reviews { author { name reviews { id product { title } } } } } } } }',
  ),
  one(
    'named fragments',
    'query { cheese { ...C } wine(sku: "w1") { ...P } } fragment C on Cheese { ...P months inStock } fragment P on Product { sku title reviews { ...R } } fragment R on Review { id body }',
  ),
  one(
    'a fragment spread twice',
    '{ a: cheese { ...F } b: cheese(sku: "c2") { ...F ...F } } fragment F on Cheese { sku maker { ...M } } fragment M on Maker { name }',
  ),
  one('inline fragments without a condition', '{ cheese { ... { sku ... { title } } } }'),
  one(
    'fields merged from several places',
    '{ cheese { maker { id } maker { name } ...A } } fragment A on Cheese { maker { name country { code } } }',
  ),
  one(
    'skip and include with literals',
    '{ cheese { sku @skip(if: true) title @include(if: true) months @include(if: false) } }',
  ),
  one(
    'include by a true variable',
    'query ($on: Boolean!) { cheese { sku inStock @include(if: $on) reviews @skip(if: $on) { id } } }',
    { on: true },
  ),
  one(
    'include by a false variable',
    'query ($on: Boolean!) { cheese { sku inStock @include(if: $on) reviews @skip(if: $on) { id } } }',
    { on: false },
  ),
  one(
    'conditions with a default',
    'query ($on: Boolean = true) { cheese { sku title @include(if: $on) } wine(sku: "w1") @skip(if: $on) { sku } }',
  ),
  one(
    'a condition on a fragment',
    'query ($on: Boolean!) { cheese { sku ... on Cheese @include(if: $on) { title inStock } ...F @skip(if: $on) } } fragment F on Cheese { months }',
    { on: true },
  ),
  one(
    'skip and include on one field',
    'query ($a: Boolean!, $b: Boolean!) { cheese { sku title @skip(if: $a) @include(if: $b) title @include(if: $a) } }',
    { a: false, b: true },
  ),
  one(
    'an order of fields that conditions change',
    'query ($a: Boolean!) { cheese { sku @include(if: $a) title sku } }',
    { a: false },
  ),
  one(
    'a whole fetch under a condition',
    'query ($on: Boolean!) { me { id } cheese @include(if: $on) { title inStock } }',
    { on: false },
  ),
  one(
    'custom scalars',
    '{ cheese { price } wine(sku: "w1") { facts price } other: wine(sku: "w2") { facts } }',
  ),
  one(
    'numbers at the edges',
    '{ wine(sku: "w1") { ratio } other: wine(sku: "w2") { ratio vintage } }',
  ),
  one('enum values', '{ cheese { shape } brie: cheese(sku: "c3") { shape } reviews { mood } }'),
  one(
    'nulls where null is allowed',
    '{ cheese(sku: "c2") { title price months tags maker { id } size { width } } }',
  ),
  one(
    'arguments, also of nested fields',
    '{ cheese { labels(prefix: "*", upper: true) boxes(of: 3) { count kind } reviews(limit: 1) { body(max: 2) } } }',
  ),
  one('an argument that is null', '{ cheese { labels(upper: null) } users(ids: null) { id } }'),
  one(
    'variables for several subgraphs',
    'query ($sku: ID!, $n: Int, $max: Int) { cheese(sku: $sku) { title boxes(of: 2, kind: LARGE) { kind } reviews(limit: $n) { body(max: $max) } } }',
    { sku: 'c1', n: 2, max: 3 },
  ),
  one(
    'a variable that is not given',
    'query ($n: Int, $sku: ID) { cheese(sku: $sku) { sku reviews(limit: $n) { id } } }',
  ),
  one('a variable with a default', 'query ($n: Int = 1) { cheese { reviews(limit: $n) { id } } }'),
  one('a variable given as null', 'query ($n: Int = 1) { cheese { reviews(limit: $n) { id } } }', {
    n: null,
  }),
  one(
    'input objects',
    'query ($f: Filter) { products(filter: $f) { title } b: products(filter: { titles: ["Brie"], nested: { atLeast: 1 } }) { title } }',
    { f: { titles: ['Brie', 'Secco'], atLeast: 600 } },
  ),
  one(
    'a union of value types with clashing fields',
    '{ users { account { ... on Password { id email } ... on Sms { id number mail: email } } } }',
  ),
  one(
    'clashing nullability under one name',
    '{ users { account { ... on Password { email } ... on Sms { other: email } } } }',
  ),
  one(
    'interfaces that implement interfaces',
    '{ users { contact { __typename label ... on Postal { street } ... on Home { floor } ... on Phone { digits } } } }',
  ),
  one('an error at the root', '{ failing cheese { title } }'),
  one('an error inside a list', '{ failingList { sku title } }'),
  one('an error inside an entity', '{ wine(sku: "w1") { verdict } cheese { verdict title } }'),
  one(
    'an error of one entity among several',
    '{ a: cheese(sku: "c1") { inStock } b: cheese(sku: "c3") { sku inStock } }',
  ),
  one('a non-null field that fails in an entity', '{ makers { id onTime } }'),
  one('null in a list of non-nulls', '{ strict { sku } cheese { sku } }'),
  one('null that takes the whole answer', '{ strictest { sku grape } cheese { sku } }'),
  one('null for a promised field', '{ wine(sku: "w2") { sku grape } }'),
  one(
    'a promised object that is null',
    '{ a: wine(sku: "w1") { cellar { name temperature } } b: wine(sku: "w2") { sku cellar { name } } }',
  ),
  one('a promised field of an entity that is null', '{ users { id friends { nick } } }'),
  one(
    'asynchronous and synchronous resolvers together',
    '{ products { sku ... on Wine { inStock cellar { id name } } ... on Cheese { inStock } } }',
  ),
  one(
    'names that every JavaScript object has',
    '{ constructor: cheese { toString: title valueOf: sku hasOwnProperty: inStock } }',
  ),
  one(
    'missing fields with such names',
    '{ users { constructor: nick id toString: best { valueOf: id } } }',
  ),
  one(
    'introspection of a type',
    '{ __type(name: "Cheese") { name kind fields { name type { name kind ofType { name } } } } }',
  ),
  one(
    'introspection by a variable',
    'query ($n: String!) { __type(name: $n) { name possibleTypes { name } } cheese { sku } }',
    { n: 'Product' },
  ),
  one(
    'introspection of everything',
    '{ __schema { queryType { name } types { name } directives { name } } }',
  ),
];

/** Run in order on one state. */
export const mutations: readonly Case[] = [
  one('a mutation', 'mutation { rename(id: "u2", name: "Bo") { id name nick } }'),
  one('what it changed', '{ users { id name nick } }'),
  one(
    'mutations of several subgraphs in sequence',
    'mutation { a: review(sku: "c1", body: "one") { id author { name } } rename(id: "u1", name: "Eva") { name } b: review(sku: "w1", body: "two") { id author { name } product { title } } }',
  ),
  one(
    'the second mutation sees the first',
    'mutation { rename(id: "u1", name: "X") { name } again: rename(id: "u1", name: "Y") { name best { id } } befriend(one: "u1", other: "u2") { friends { name } } }',
  ),
  one(
    'a mutation with variables',
    'mutation ($sku: ID!, $body: String!) { review(sku: $sku, body: $body) { body product { sku rating } } }',
    { sku: 'w2', body: 'three' },
  ),
  one(
    'a refused mutation among others',
    'mutation { a: rename(id: "u1", name: "Z") { name } refuse { id } b: rename(id: "u1", name: "Q") { name } }',
  ),
  one(
    'a mutation that had to succeed',
    'mutation { a: rename(id: "u1", name: "V") { name } mustSucceed { id } }',
  ),
  one('the state after all', '{ users { name } reviews { id body } }'),
];
