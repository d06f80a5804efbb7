/** The schema of each subgraph of a random supergraph. */
import { ABOVE, type Entity, type Field, type Model } from './generated-model.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject"
])
`;
const VALUES = `type Value @shareable { amount: Int unit: String! }
type Box @shareable { no: Int! }
`;

export function sdlOf(subgraph: string, { names, entities, above }: Model): string {
  if (subgraph === ABOVE) return sdlOfAbove(above);
  const isFirst = names[0] === subgraph;
  const types = entities.map((entity) => typeOf(subgraph, isFirst, entity, entities));
  const roots = entities.map(
    ({ name }) =>
      `${subgraph}${name}(id: ID!): ${name}\n  ${subgraph}${name}s(first: Int = 2): [${name}!]!`,
  );
  // Whoever knows all that is behind the interface tells those above which one it is.
  const key = isFirst && above.length > 0 ? ' @key(fields: "id")' : '';
  return `${LINK}${VALUES}interface Named${key} { id: ID! }
union Any = ${entities.map(({ name }) => name).join(' | ')}
${types.join('\n')}
type Query {
  ${isFirst ? 'first: Int\n  ' : ''}${roots.join('\n  ')}
  ${subgraph}Any(first: Int = 3): [Any]
  ${subgraph}Named(first: Int = 3): [Named]
}`;
}

function sdlOfAbove(fields: readonly Field[]): string {
  return `${LINK}type Named @key(fields: "id") @interfaceObject {
  id: ID!
  ${fields.map(lineOf).join('\n  ')}
}
type Query { ${ABOVE}Named(first: Int = 3): [Named] }`;
}

function typeOf(
  subgraph: string,
  isFirst: boolean,
  entity: Entity,
  entities: readonly Entity[],
): string {
  const own = entity.fields.filter((field) => field.in.includes(subgraph));
  const left = entity.fields.filter((field) => field.formerly === subgraph);
  const leading = entities.flatMap(({ fields }) =>
    fields.filter(({ target, provides }) => target === entity.name && provides !== undefined),
  );
  const provided = new Set(leading.map(({ provides }) => provides));
  const needed = new Set([
    ...own.flatMap(({ requires }) => requires?.name ?? []),
    ...leading.flatMap((link) => (link.in.includes(subgraph) ? (link.provides ?? []) : [])),
  ]);
  const external = entity.fields.filter(({ name }) => needed.has(name));
  const keys = entity.keys.get(subgraph) ?? [];
  const isKnown = own.length + left.length > 0 || isFirst;
  const marks = keys.map((key) => `@key(fields: "${key}"${isKnown ? '' : ', resolvable: false'})`);
  const lines = [
    keys.includes('id') ? 'id: ID!' : 'id: ID! @shareable',
    ...(keys.includes('code') ? ['code: String!'] : []),
    ...(keys.includes('box { no }') ? ['box: Box!'] : []),
    ...own.map((field) => `${lineOf(field)} ${directivesOf(field, provided.has(field.name))}`),
    ...left.map(lineOf),
    ...external.map((field) => `${lineOf(field)} @external`),
  ];
  return `type ${entity.name} implements Named ${marks.join(' ')} {\n  ${lines.join('\n  ')}\n}`;
}

function directivesOf(field: Field, isProvided: boolean): string {
  const { in: homes, formerly, requires, provides } = field;
  const needs =
    requires && `${requires.name}${requires.by === undefined ? '' : `(by: ${requires.by})`}`;
  return [
    ...(homes.length > 1 || isProvided ? ['@shareable'] : []),
    ...(formerly === undefined ? [] : [`@override(from: "${formerly}")`]),
    ...(needs === undefined ? [] : [`@requires(fields: "${needs}")`]),
    ...(provides === undefined ? [] : [`@provides(fields: "${provides}")`]),
  ].join(' ');
}

function lineOf({ name, kind, target, isRequired, hasArgument }: Field): string {
  const types = { one: target, many: `[${target}!]`, any: 'Any', named: 'Named' };
  const type = kind in types ? types[kind as keyof typeof types] : kind;
  return `${name}${hasArgument ? '(by: Int! = 2)' : ''}: ${type}${isRequired ? '!' : ''}`;
}
