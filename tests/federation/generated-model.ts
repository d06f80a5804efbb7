/** What a random supergraph is made of: entities, where their fields stand, and by which keys they are known. */
import type { Random } from '../chaos/backbone/random.ts';

export type Kind = 'Int' | 'String' | 'Value' | 'one' | 'many' | 'any' | 'named';

/** Where a field of an object type is, and what it holds. */
export interface Field {
  readonly name: string;
  readonly kind: Kind;
  readonly target: string;
  readonly isRequired: boolean;
  readonly hasArgument: boolean;
  /** Subgraphs that answer it; more than one share it. */
  readonly in: readonly string[];
  /** Took it over from there; there it still stands, with values that must never be seen. */
  readonly formerly?: string;
  /** Computed from this field, which another subgraph answers, and this argument of it. */
  readonly requires?: { readonly name: string; readonly by?: number };
  /** Field of what it leads to that comes along with it. */
  readonly provides?: string;
}

/** `box { no }` is a key within an object. */
export type Key = 'id' | 'code' | 'box { no }';

export interface Entity {
  readonly name: string;
  readonly fields: readonly Field[];
  /** By which each subgraph knows it, by name; the first one knows it by all that are used. */
  readonly keys: ReadonlyMap<string, readonly Key[]>;
}

export interface Model {
  readonly names: readonly string[];
  readonly entities: readonly Entity[];
  /** Fields of all entities alike, from a subgraph that knows the interface alone. */
  readonly above: readonly Field[];
}

export const ABOVE = 'above';
const chance = (g: Random, percent: number): boolean => g.between(0, 99) < percent;

/** Two to four subgraphs over two to four entities, and now and then one above them. */
export function generateModel(g: Random): Model {
  const names = ['north', 'east', 'south', 'west'].slice(0, g.between(2, 4));
  const entityNames = ['Ant', 'Bee', 'Cat', 'Dog'].slice(0, g.between(2, 4));
  const bare = entityNames.map((name) => generateEntity(g, { name, names, entityNames }));
  const entities = bare.map((entity) => withProvided(g, entity, bare));
  const above = chance(g, 40) ? generateAbove(g) : [];
  return { names, entities, above };
}

interface Names {
  readonly name: string;
  readonly names: readonly string[];
  readonly entityNames: readonly string[];
}

function generateEntity(g: Random, { name, names, entityNames }: Names): Entity {
  const fields: Field[] = [];
  const count = g.between(2, 5);
  for (let n = 0; n < count; n += 1) {
    const kind = g.pick(['Int', 'Int', 'String', 'Value', 'one', 'many', 'any'] as const);
    const home = g.pick(names);
    const others = names.filter((each) => each !== home);
    const isScalar = kind === 'Int' || kind === 'String';
    const plain = fields.filter(
      (each) =>
        each.kind === 'Int' &&
        each.in.length === 1 &&
        each.in[0] !== home &&
        each.formerly === undefined &&
        each.requires === undefined,
    );
    const required =
      kind === 'Int' && plain.length > 0 && chance(g, 40) ? g.pick(plain) : undefined;
    const isShared = required === undefined && isScalar && chance(g, 20);
    const isMoved = required === undefined && isScalar && !isShared && chance(g, 15);
    const by = required?.hasArgument === true ? { by: g.between(1, 4) } : {};
    fields.push({
      name: `${name.toLowerCase()}${n}`,
      kind,
      target: g.pick(entityNames),
      isRequired: isScalar && chance(g, 20),
      hasArgument: isScalar && required === undefined && chance(g, 25),
      in: isShared ? [home, g.pick(others)] : [home],
      ...(isMoved ? { formerly: g.pick(others) } : {}),
      ...(required === undefined ? {} : { requires: { name: required.name, ...by } }),
    });
  }
  return { name, fields, keys: generateKeys(g, names) };
}

function generateKeys(g: Random, names: readonly string[]): Map<string, readonly Key[]> {
  const keys = new Map<string, readonly Key[]>();
  for (const name of names.slice(1)) {
    const own: Key[] = [];
    if (chance(g, 75)) own.push('id');
    if (chance(g, 30)) own.push('code');
    if (own.length === 0 || chance(g, 20)) own.push('box { no }');
    keys.set(name, own);
  }
  keys.set(names[0] ?? '', [...new Set<Key>(['id', ...[...keys.values()].flat()])]);
  return keys;
}

/** Links may bring a plain field of what they lead to, which their subgraph else does not answer. */
function withProvided(g: Random, entity: Entity, all: readonly Entity[]): Entity {
  const fields = entity.fields.map((field) => {
    const [home = ''] = field.in;
    const target = all.find(({ name }) => name === field.target);
    const usable = (target?.fields ?? []).filter(
      (each) =>
        (each.kind === 'Int' || each.kind === 'String') &&
        !each.hasArgument &&
        !each.in.includes(home) &&
        each.formerly === undefined &&
        each.requires === undefined,
    );
    const isLink = field.kind === 'one' || field.kind === 'many';
    if (!isLink || usable.length === 0 || !chance(g, 60)) return field;
    return { ...field, provides: g.pick(usable).name };
  });
  return { ...entity, fields };
}

function generateAbove(g: Random): Field[] {
  return Array.from({ length: g.between(1, 3) }, (_, n) => {
    const kind = g.pick(['Int', 'String', 'named'] as const);
    return {
      name: `above${n}`,
      kind,
      target: '',
      isRequired: kind !== 'named' && chance(g, 20),
      hasArgument: kind !== 'named' && chance(g, 25),
      in: [ABOVE],
    };
  });
}
