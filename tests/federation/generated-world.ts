/** Every value of a random supergraph, wherever it is asked for. */
import { GraphQLError } from 'graphql';
import { OBJECTS } from './generated-operations.ts';
import { ABOVE, type Field, type Model } from './generated-model.ts';

export interface Thing {
  readonly __typename: string;
  /** Begins with the letter of its type. */
  readonly id: string;
  /** Field its subgraph answers because the way that led here provides it. */
  readonly provided?: string | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/** Small and even enough: equal texts, equal numbers. */
function numberOf(text: string): number {
  let hash = 2_166_136_261;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return (hash ^ (hash >>> 15)) >>> 0;
}

const idOf = (type: string, number: number): string => `${type.charAt(0)}${number}`;
const codeOf = ({ id }: Thing): string => `c-${id}`;
const boxOf = ({ id }: Thing): { no: number } => ({ no: 100 + Number(id.slice(1)) });

/** From what another field holds; nothing when that holds nothing. */
const computed = (owner: Thing, field: Field, from: unknown): unknown =>
  typeof from === 'number' ? from * 1_000 + owner.id.length : field.isRequired ? -1 : null;

export type World = ReturnType<typeof createWorld>;

export function createWorld({ entities, above }: Model, salt: string) {
  const fieldOf = new Map(
    [...entities, { name: 'Named', fields: above }].flatMap(({ name, fields }) =>
      fields.map((field) => [`${name}.${field.name}`, field] as const),
    ),
  );
  const thing = (seed: string, type: string): Thing => ({
    __typename: type,
    id: idOf(type, numberOf(seed) % OBJECTS),
  });
  const anyThing = (seed: string): Thing =>
    thing(seed, entities[numberOf(`${seed} type`) % entities.length]?.name ?? '');

  const valueOf = (owner: Thing, field: Field, args: Values): unknown => {
    const seed = `${salt} ${owner.__typename} ${owner.id} ${field.name}`;
    const luck = numberOf(seed) % 100;
    if (!field.isRequired && luck < 12) return null;
    if (!field.isRequired && luck < 18) throw new GraphQLError(`${field.name} is broken`);
    const by = field.hasArgument ? Number(args['by']) : 1;
    const led = (to: Thing): Thing => ({ ...to, provided: field.provides });
    switch (field.kind) {
      case 'Int':
        return (luck + 1) * by;
      case 'String':
        return `${field.name} of ${owner.id} × ${by}`;
      case 'Value':
        return { amount: luck % 3 === 0 ? null : luck, unit: `u${luck}` };
      case 'one':
        return led(thing(seed, field.target));
      case 'many':
        return Array.from({ length: luck % 4 }, (_, n) => led(thing(`${seed} ${n}`, field.target)));
      case 'any':
      case 'named':
        return anyThing(seed);
    }
  };

  const root = (name: string, args: Values): unknown => {
    if (name === 'first') return 1;
    const [, kind = '', isList] = /^[a-z]+([A-Z][a-z]+?)(s?)$/.exec(name) ?? [];
    const list = <T>(of: (n: number) => T): T[] =>
      Array.from({ length: Number(args['first'] ?? 0) }, (_, n) => of(n));
    if (kind === 'Any' || kind === 'Named') return list((n) => anyThing(`${salt} ${name} ${n}`));
    if (isList === 's') return list((n) => ({ __typename: kind, id: idOf(kind, n % OBJECTS) }));
    return { __typename: kind, id: idOf(kind, Number(args['id'])) };
  };

  /** As one schema without subgraphs answers it. */
  const truthOf = (owner: unknown, type: string, name: string, args: Values): unknown => {
    if (type === 'Query') return root(name, args);
    if (type === 'Value' || type === 'Box') return (owner as Values)[name];
    const it = owner as Thing;
    if (name === 'id') return it.id;
    if (name === 'code') return codeOf(it);
    if (name === 'box') return boxOf(it);
    const general = fieldOf.get(`Named.${name}`);
    if (general !== undefined) return valueOf({ __typename: 'Named', id: it.id }, general, args);
    const field = fieldOf.get(`${type}.${name}`);
    if (field === undefined) throw new Error(`Nobody knows ${type}.${name}`);
    return field.requires === undefined
      ? valueOf(it, field, args)
      : computed(it, field, requiredOf(it, field.requires));
  };
  const requiredOf = (owner: Thing, { name, by }: NonNullable<Field['requires']>): unknown => {
    const required = fieldOf.get(`${owner.__typename}.${name}`);
    try {
      return required === undefined ? null : valueOf(owner, required, { by });
    } catch {
      return null;
    }
  };

  return { valueOf, requiredOf, root, truthOf };
}

type Resolvers = Record<string, Record<string, unknown>>;

export function resolversIn(subgraph: string, { entities, above }: Model, world: World): Resolvers {
  const suffixes = entities.flatMap(({ name }) => [name, `${name}s`]);
  const query: Record<string, unknown> = { first: () => 1 };
  for (const suffix of [...suffixes, 'Any', 'Named']) {
    const name = `${subgraph}${suffix}`;
    query[name] = (_: unknown, args: Values) => world.root(name, args);
  }
  if (subgraph === ABOVE) {
    const named: Record<string, unknown> = {
      __resolveReference: ({ id }: Thing) => ({ __typename: 'Named', id }),
    };
    for (const field of above) {
      named[field.name] = ({ id }: Thing, args: Values) =>
        world.valueOf({ __typename: 'Named', id }, field, args);
    }
    return { Named: named, Query: query };
  }
  const byType = entities.map(({ name, fields }) => {
    const resolvers: Record<string, unknown> = {
      __resolveReference: ({ id, code, box, ...rest }: Record<string, string>) => ({
        ...rest,
        __typename: name,
        id: id ?? code?.slice(2) ?? idOf(name, (box as unknown as { no: number }).no - 100),
      }),
      code: codeOf,
      box: boxOf,
    };
    for (const field of fields) resolvers[field.name] = resolverOf(subgraph, name, field, world);
    return [name, resolvers] as const;
  });
  const typeOf = ({ id }: Thing): string =>
    entities.find(({ name }) => name.startsWith(id.charAt(0)))?.name ?? '';
  const known = { __resolveType: ({ __typename }: Thing) => __typename };
  const named = {
    ...known,
    __resolveReference: ({ id }: Thing) => ({ __typename: typeOf({ __typename: '', id }), id }),
  };
  return { ...Object.fromEntries(byType), Any: known, Named: named, Query: query };
}

function resolverOf(subgraph: string, type: string, field: Field, world: World) {
  return (owner: Thing, args: Values): unknown => {
    const held = owner as unknown as Values;
    const it = { __typename: type, id: owner.id };
    if (field.formerly === subgraph) return field.kind === 'Int' ? -666 : 'left behind';
    if (!field.in.includes(subgraph)) {
      return owner.provided === field.name ? world.valueOf(it, field, args) : held[field.name];
    }
    if (field.requires === undefined) return world.valueOf(it, field, args);
    // What the way here provides stands where it is required, too.
    const isProvided = owner.provided === field.requires.name;
    const from = isProvided ? world.requiredOf(it, field.requires) : held[field.requires.name];
    return computed(owner, field, from);
  };
}
