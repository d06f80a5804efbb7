/** Random operations: aliases, fragments, conditions, arguments, fields that have to be merged. */
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  parse,
  validate,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import type { Random } from '../chaos/backbone/random.ts';

/** Objects of each type that arguments name. */
export const OBJECTS = 4;
const draw = (g: Random, min: number, max: number): number => g.between(min, max);
const chance = (g: Random, percent: number): boolean => g.between(0, 99) < percent;
const pick = <T>(g: Random, all: readonly T[]): T => g.pick(all);

const DEPTH_MAX = 6;
const TRIES_MAX = 200;

/** A valid operation over the schema: aliases, fragments, conditions, arguments, merged fields. */
export function generateOperation(
  g: Random,
  schema: GraphQLSchema,
  depthMax: number = DEPTH_MAX,
): string {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const text = draftOperation(g, schema, depthMax);
    if (validate(schema, parse(text)).length === 0) return text;
  }
  throw new Error('No valid operation came up');
}

function draftOperation(g: Random, schema: GraphQLSchema, depthMax: number): string {
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
      (field) => depth < depthMax - 1 || !isCompositeType(getNamedType(field.type)),
    );
    const parts: string[] = [];
    const count = draw(g, 1, depth === 0 ? 3 : 4);
    for (let n = 0; n < count; n += 1) {
      const dice = draw(g, 0, 99);
      if (depth > 0 && (isAbstractType(type) ? dice < 60 : dice < 15)) {
        if (depth > depthMax) continue;
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
