/**
 * Random supergraphs whose every value follows from its type, its object and its field. The same values
 * stand in one schema without subgraphs: what that answers is what federation has to answer.
 */
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import {
  GraphQLError,
  execute,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  parse,
  validate,
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { composeSubgraphs } from '../../gateway/compose.ts';
import type { Random } from '../chaos/backbone/random.ts';

/** Where a field of an object type is, and what it holds. */
interface Field {
  readonly name: string;
  readonly kind: 'Int' | 'String' | 'Value' | 'one' | 'many' | 'any';
  readonly target: string;
  readonly isRequired: boolean;
  readonly hasArgument: boolean;
  /** Subgraphs that answer it; more than one share it. */
  readonly in: readonly string[];
  /** Took it over from there; there it still stands, with values that must never be seen. */
  readonly formerly?: string;
  /** Computed from this field, which another subgraph answers. */
  readonly requires?: string;
}

interface Entity {
  readonly name: string;
  readonly fields: readonly Field[];
  /** Subgraphs that know it by its code as well. */
  readonly byCode: readonly string[];
}

export interface Generated {
  readonly supergraphSdl: string;
  /** Executable, by name. */
  readonly subgraphs: ReadonlyMap<string, GraphQLSchema>;
  /** One schema with all fields, and what it answers. */
  truth(schema: GraphQLSchema, document: DocumentNode, variables: object): Promise<Answer>;
}

type Answer = FormattedExecutionResult;
interface Thing {
  readonly __typename: string;
  readonly id: string;
}

const OBJECTS = 4;
const draw = (g: Random, min: number, max: number): number => g.between(min, max);
const chance = (g: Random, percent: number): boolean => g.between(0, 99) < percent;
const pick = <T>(g: Random, all: readonly T[]): T => g.pick(all);

/** Small and even enough: equal texts, equal numbers. */
function numberOf(text: string): number {
  let hash = 2_166_136_261;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** A supergraph of two to four subgraphs over two to four entities. */
export function generateSupergraph(g: Random): Generated {
  const names = ['north', 'east', 'south', 'west'].slice(0, draw(g, 2, 4));
  const entityNames = ['Ant', 'Bee', 'Cat', 'Dog'].slice(0, draw(g, 2, 4));
  const entities = entityNames.map((name) => generateEntity(g, { name, names, entityNames }));
  const salt = String(draw(g, 0, 999));
  const world = createWorld(entities, salt);
  const subgraphs = new Map<string, GraphQLSchema>();
  const sources = names.map((name) => {
    const sdl = sdlOf(name, entities, names[0] === name);
    return { name, sdl, file: name, url: `http://${name}.test/graphql` };
  });
  for (const { name, sdl } of sources) {
    const resolvers = world.resolversIn(name) as GraphQLResolverMap<unknown>;
    subgraphs.set(name, buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]));
  }
  return {
    supergraphSdl: composeSubgraphs(sources).sdl,
    subgraphs,
    truth: async (schema, document, variableValues) => {
      const answer = await execute({
        schema,
        document,
        variableValues: variableValues as Record<string, unknown>,
        fieldResolver: world.resolve,
        typeResolver: (value) => (value as Thing).__typename,
      });
      return JSON.parse(JSON.stringify(answer)) as Answer;
    },
  };
}

interface Names {
  readonly name: string;
  readonly names: readonly string[];
  readonly entityNames: readonly string[];
}

function generateEntity(g: Random, { name, names, entityNames }: Names): Entity {
  const fields: Field[] = [];
  const count = draw(g, 2, 5);
  for (let n = 0; n < count; n += 1) {
    const kind = pick(g, ['Int', 'Int', 'String', 'Value', 'one', 'many', 'any'] as const);
    const home = pick(g, names);
    const others = names.filter((each) => each !== home);
    const isScalar = kind === 'Int' || kind === 'String';
    const plain = fields.filter(
      (each) =>
        each.kind === 'Int' &&
        !each.hasArgument &&
        each.in.length === 1 &&
        each.in[0] !== home &&
        each.formerly === undefined &&
        each.requires === undefined,
    );
    const requires =
      kind === 'Int' && plain.length > 0 && chance(g, 40) ? pick(g, plain) : undefined;
    const isShared = requires === undefined && isScalar && chance(g, 20);
    const isMoved = requires === undefined && isScalar && !isShared && chance(g, 15);
    fields.push({
      name: `${name.toLowerCase()}${n}`,
      kind,
      target: pick(g, entityNames),
      isRequired: isScalar && chance(g, 20),
      hasArgument: isScalar && requires === undefined && chance(g, 25),
      in: isShared ? [home, pick(g, others)] : [home],
      ...(isMoved ? { formerly: pick(g, others) } : {}),
      ...(requires === undefined ? {} : { requires: requires.name }),
    });
  }
  return { name, fields, byCode: names.filter(() => chance(g, 25)) };
}

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@external", "@requires", "@override"])
scalar Never
type Value @shareable { amount: Int unit: String! }
`;

function sdlOf(subgraph: string, entities: readonly Entity[], isFirst: boolean): string {
  const types = entities.map((entity) => {
    const own = entity.fields.filter((field) => field.in.includes(subgraph));
    const left = entity.fields.filter((field) => field.formerly === subgraph);
    const needed = new Set(
      own.flatMap(({ requires }) => (requires === undefined ? [] : [requires])),
    );
    const external = entity.fields.filter(({ name }) => needed.has(name));
    const isKnown = own.length + left.length > 0;
    const byCode = entity.byCode.includes(subgraph);
    const keys = `@key(fields: "id"${isKnown || byCode ? '' : ', resolvable: false'})${byCode ? ' @key(fields: "code")' : ''}`;
    const lines = [
      'id: ID!',
      ...(byCode ? ['code: String!'] : []),
      ...own.map((field) => {
        const marks = [
          ...(field.in.length > 1 ? ['@shareable'] : []),
          ...(field.formerly === undefined ? [] : [`@override(from: "${field.formerly}")`]),
          ...(field.requires === undefined ? [] : [`@requires(fields: "${field.requires}")`]),
        ];
        return `${lineOf(field)} ${marks.join(' ')}`;
      }),
      ...left.map(lineOf),
      ...external.map((field) => `${lineOf(field)} @external`),
    ];
    return `type ${entity.name} implements Named ${keys} {\n  ${lines.join('\n  ')}\n}`;
  });
  const roots = entities.map(
    ({ name }) =>
      `${subgraph}${name}(id: ID!): ${name}\n  ${subgraph}${name}s(first: Int = 2): [${name}!]!`,
  );
  const shared = isFirst ? 'first: Int\n  ' : '';
  return `${HEAD}interface Named { id: ID! }
union Any = ${entities.map(({ name }) => name).join(' | ')}
${types.join('\n')}
type Query {
  ${shared}${roots.join('\n  ')}
  ${subgraph}Any(first: Int = 3): [Any]
  ${subgraph}Named(first: Int = 3): [Named]
}`;
}

function lineOf({ name, kind, target, isRequired, hasArgument }: Field): string {
  const types = { one: target, many: `[${target}!]`, any: 'Any' };
  const type = kind in types ? types[kind as keyof typeof types] : kind;
  return `${name}${hasArgument ? '(by: Int! = 2)' : ''}: ${type}${isRequired ? '!' : ''}`;
}

/** Every value, wherever it is asked for. */
function createWorld(entities: readonly Entity[], salt: string) {
  const fieldOf = new Map(
    entities.flatMap((entity) =>
      entity.fields.map((field) => [`${entity.name}.${field.name}`, field] as const),
    ),
  );
  const thing = (seed: string, type: string): Thing => ({
    __typename: type,
    id: String(numberOf(seed) % OBJECTS),
  });
  const anyThing = (seed: string): Thing =>
    thing(seed, entities[numberOf(`${seed} type`) % entities.length]?.name ?? '');

  const valueOf = (owner: Thing, field: Field, args: Record<string, unknown>): unknown => {
    const seed = `${salt} ${owner.__typename} ${owner.id} ${field.name}`;
    const luck = numberOf(seed) % 100;
    if (!field.isRequired && luck < 12) return null;
    if (!field.isRequired && luck < 18) throw new GraphQLError(`${field.name} is broken`);
    const by = field.hasArgument ? Number(args['by']) : 1;
    switch (field.kind) {
      case 'Int':
        return (luck + 1) * by;
      case 'String':
        return `${field.name} of ${owner.id} × ${by}`;
      case 'Value':
        return { amount: luck % 3 === 0 ? null : luck, unit: `u${luck}` };
      case 'one':
        return thing(seed, field.target);
      case 'many':
        return Array.from({ length: luck % 4 }, (_, n) => thing(`${seed} ${n}`, field.target));
      case 'any':
        return anyThing(seed);
    }
  };
  /** From what another field holds; nothing when that holds nothing. */
  const computed = (owner: Thing, field: Field, from: unknown): unknown =>
    typeof from === 'number' ? from * 1_000 + owner.id.length : field.isRequired ? -1 : null;
  const requiredOf = (owner: Thing, name: string): unknown => {
    const required = fieldOf.get(`${owner.__typename}.${name}`);
    try {
      return required === undefined ? null : valueOf(owner, required, {});
    } catch {
      return null;
    }
  };
  const root = (name: string, args: Record<string, unknown>): unknown => {
    if (name === 'first') return 1;
    const [, kind = '', isList] = /^[a-z]+([A-Z][a-z]+?)(s?)$/.exec(name) ?? [];
    const first = Number(args['first'] ?? 0);
    const list = <T>(of: (n: number) => T): T[] => Array.from({ length: first }, (_, n) => of(n));
    if (kind === 'Any' || kind === 'Named') return list((n) => anyThing(`${salt} ${name} ${n}`));
    if (isList === 's') return list((n) => ({ __typename: kind, id: String(n % OBJECTS) }));
    return { __typename: kind, id: String(args['id']) };
  };

  const resolversIn = (subgraph: string): Record<string, Record<string, unknown>> => {
    const byType = entities.map(({ name, fields }) => {
      const resolvers: Record<string, unknown> = {
        __resolveReference: ({ id, code, ...rest }: Record<string, string>) => ({
          ...rest,
          __typename: name,
          id: id ?? code?.slice(2),
        }),
        code: ({ id }: Thing) => `c-${id}`,
      };
      for (const field of fields) {
        resolvers[field.name] = (owner: Thing, args: Record<string, unknown>): unknown => {
          if (field.formerly === subgraph) return field.kind === 'Int' ? -666 : 'left behind';
          if (!field.in.includes(subgraph))
            return (owner as unknown as Record<string, unknown>)[field.name];
          if (field.requires === undefined) return valueOf(owner, field, args);
          return computed(
            owner,
            field,
            (owner as unknown as Record<string, unknown>)[field.requires],
          );
        };
      }
      return [name, resolvers] as const;
    });
    const named = { __resolveType: ({ __typename }: Thing) => __typename };
    const query: Record<string, unknown> = {};
    const suffixes = entities.flatMap(({ name }) => [name, `${name}s`]);
    for (const suffix of [...suffixes, 'Any', 'Named']) {
      const name = `${subgraph}${suffix}`;
      query[name] = (_: unknown, args: Record<string, unknown>) => root(name, args);
    }
    query['first'] = () => 1;
    return { ...Object.fromEntries(byType), Any: named, Named: named, Query: query };
  };

  const resolve = (
    owner: unknown,
    args: Record<string, unknown>,
    _context: unknown,
    info: { fieldName: string; parentType: { name: string } },
  ): unknown => {
    const { fieldName, parentType } = info;
    if (parentType.name === 'Query') return root(fieldName, args);
    if (parentType.name === 'Value') return (owner as Record<string, unknown>)[fieldName];
    const it = owner as Thing;
    if (fieldName === 'id') return it.id;
    if (fieldName === 'code') return `c-${it.id}`;
    const field = fieldOf.get(`${parentType.name}.${fieldName}`);
    if (field === undefined) throw new Error(`Nobody knows ${parentType.name}.${fieldName}`);
    if (field.requires === undefined) return valueOf(it, field, args);
    return computed(it, field, requiredOf(it, field.requires));
  };
  return { resolversIn, resolve };
}

const DEPTH_MAX = 6;
const TRIES_MAX = 200;

/** A valid operation over the schema: aliases, fragments, conditions, arguments, merged fields. */
export function generateOperation(g: Random, schema: GraphQLSchema): string {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const text = draftOperation(g, schema);
    if (validate(schema, parse(text)).length === 0) return text;
  }
  throw new Error('No valid operation came up');
}

function draftOperation(g: Random, schema: GraphQLSchema): string {
  const fragments: string[] = [];
  let aliases = 0;
  const condition = (): string =>
    chance(g, 12) ? ` @${pick(g, ['include', 'skip'])}(if: $${pick(g, ['yes', 'no'])})` : '';

  const fieldText = (field: GraphQLField<unknown, unknown>, depth: number): string => {
    const type = getNamedType(field.type);
    const values = field.args
      .filter(({ type: argument }) => String(argument).endsWith('!') || chance(g, 50))
      .map(({ name, type: argument }) =>
        String(argument).startsWith('ID')
          ? `${name}: "${draw(g, 0, OBJECTS - 1)}"`
          : `${name}: ${chance(g, 30) ? '$count' : draw(g, 1, 3)}`,
      );
    const alias = values.length > 0 || chance(g, 20) ? `a${(aliases += 1)}: ` : '';
    const args = values.length > 0 ? `(${values.join(', ')})` : '';
    const selection = isCompositeType(type) ? ` ${selectionOf(type, depth + 1)}` : '';
    return `${alias}${field.name}${args}${condition()}${selection}`;
  };

  const membersOf = (type: GraphQLCompositeType): readonly GraphQLCompositeType[] =>
    isAbstractType(type) ? schema.getPossibleTypes(type) : [type];

  const selectionOf = (type: GraphQLCompositeType, depth: number): string => {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const usable = fields.filter(
      (field) => depth < DEPTH_MAX - 1 || !isCompositeType(getNamedType(field.type)),
    );
    const parts: string[] = [];
    const count = draw(g, 1, depth === 0 ? 3 : 4);
    for (let n = 0; n < count; n += 1) {
      const dice = draw(g, 0, 99);
      if (depth > 0 && (isAbstractType(type) ? dice < 60 : dice < 15)) {
        if (depth > DEPTH_MAX) continue;
        const member = pick(g, membersOf(type));
        const inner = selectionOf(member, depth + 1);
        if (dice % 2 === 0) parts.push(`... on ${member.name}${condition()} ${inner}`);
        else {
          const name = `F${fragments.length}`;
          fragments.push(`fragment ${name} on ${member.name} ${inner}`);
          parts.push(`...${name}${condition()}`);
        }
      } else if (usable.length > 0) parts.push(fieldText(pick(g, usable), depth));
    }
    if (parts.length === 0 || (isObjectType(type) && depth > 0 && chance(g, 15))) {
      parts.push('__typename');
    }
    return `{ ${parts.join(' ')} }`;
  };

  const query = schema.getQueryType();
  if (query === undefined || query === null) throw new Error('There is nothing to ask for');
  const selection = selectionOf(query, 0);
  const all = [selection, ...fragments].join('\n');
  const variables = [
    ['$yes', '$yes: Boolean!'],
    ['$no', '$no: Boolean!'],
    ['$count', '$count: Int!'],
  ].flatMap(([name = '', declared = '']) => (all.includes(name) ? [declared] : []));
  return `query Generated${variables.length > 0 ? `(${variables.join(', ')})` : ''} ${all}`;
}

/** What the variables of a generated operation hold. */
export const VARIABLES = { yes: true, no: false, count: 2 };
