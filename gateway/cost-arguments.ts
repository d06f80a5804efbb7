/** What the arguments of a field cost by themselves, and which size of a list they ask for. */
import {
  getNamedType,
  isInputObjectType,
  valueFromASTUntyped,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
} from 'graphql';
import type { CostRules, ListSize } from './cost-rules.ts';
import { refused } from './refusals.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** Units, or entries of a list. */
export type Cost = (variables: Variables) => number;

export const free: Cost = () => 0;

const INT_MAX = 2_147_483_647;
const inputUnits = 1;

interface ArgumentReader {
  readonly definition: GraphQLArgument;
  /** As the caller gave it; undefined where he did not. */
  read(variables: Variables): unknown;
}

export interface FieldInUse {
  readonly node: FieldNode;
  readonly field: GraphQLField<unknown, unknown>;
}

function readersOf({ node, field }: FieldInUse): readonly ArgumentReader[] {
  return field.args.map((definition) => {
    const given = node.arguments?.find(({ name }) => name.value === definition.name)?.value;
    return {
      definition,
      read: (variables) =>
        given === undefined ? undefined : valueFromASTUntyped(given, variables),
    };
  });
}

/** Each argument at its weight, or that of its type; input objects with what they hold. */
export function costOfArguments(
  rules: CostRules,
  parent: GraphQLCompositeType,
  { node, field }: FieldInUse,
): Cost {
  const parts = readersOf({ node, field }).flatMap(({ definition, read }) => {
    const own = rules.weightOfArgument(parent, field.name, definition.name);
    if (!mayCost(rules, definition.type, own)) return [];
    return [
      (variables: Variables) =>
        unitsOf(rules, effective(definition, read(variables)), definition.type, own),
    ];
  });
  if (parts.length === 0) return free;
  return (variables) => parts.reduce((sum, part) => sum + part(variables), 0);
}

function mayCost(rules: CostRules, type: GraphQLInputType, own: number | undefined): boolean {
  const named = getNamedType(type);
  return own !== undefined || isInputObjectType(named) || rules.weightOfType(named) !== undefined;
}

function unitsOf(
  rules: CostRules,
  value: unknown,
  type: GraphQLInputType,
  own: number | undefined,
): number {
  if (value === null || value === undefined) return 0;
  const named = getNamedType(type);
  const weight = own ?? rules.weightOfType(named);
  if (Array.isArray(value)) {
    let sum = weight ?? 0;
    for (const each of value) sum += unitsOf(rules, each, type, own);
    return sum;
  }
  if (!isInputObjectType(named) || typeof value !== 'object') return weight ?? 0;
  let sum = weight ?? inputUnits;
  for (const field of Object.values(named.getFields())) {
    const held = effective(field, (value as Record<string, unknown>)[field.name]);
    const units = rules.weightOfInputField(named.name, field.name);
    sum += unitsOf(rules, held, field.type, units);
  }
  return sum;
}

function effective({ defaultValue }: GraphQLArgument | GraphQLInputField, given: unknown): unknown {
  return given === undefined ? defaultValue : given;
}

/**
 * How many entries a field asks for by its slicing arguments, by their defaults, or as assumed;
 * undefined where it says nothing.
 */
export function sliceOf(
  size: ListSize,
  { node, field }: FieldInUse,
): ((variables: Variables) => number | undefined) | undefined {
  const { slicingArguments, assumedSize } = size;
  if (slicingArguments.length === 0)
    return assumedSize === undefined ? undefined : () => assumedSize;
  const readers = new Map(
    readersOf({ node, field }).map((reader) => [reader.definition.name, reader] as const),
  );
  const paths = slicingArguments.flatMap(([argument = '', ...rest]) => {
    const reader = readers.get(argument);
    return reader === undefined ? [] : [{ reader, rest }];
  });
  return (variables) => {
    const given = paths.map(({ reader, rest }) => entriesAt(reader.read(variables), rest));
    const present = given.filter((each) => each !== undefined);
    const defaults = paths.flatMap(({ reader, rest }, index) =>
      given[index] === undefined ? (defaultAt(reader, rest, variables) ?? []) : [],
    );
    if (size.requireOneSlicingArgument) {
      if (present.length > 1 || (present.length === 0 && defaults.length === 0)) {
        const names = slicingArguments.map((path) => path.join('.')).join(', ');
        throw refused('BAD_USER_INPUT', `"${field.name}" takes exactly one of: ${names}.`);
      }
    }
    if (present.length > 0) return Math.max(...present);
    return defaults.length > 0 ? Math.max(...defaults) : assumedSize;
  };
}

/** @throws `BAD_USER_INPUT` for what is no size: the cost of a list cannot be told by it. */
function entriesAt(given: unknown, path: readonly string[]): number | undefined {
  const value = path.reduce<unknown>(
    (held, name) => (isRecord(held) ? held[name] : undefined),
    given,
  );
  if (value === null || value === undefined) return undefined;
  const isSize = typeof value === 'number' && Number.isInteger(value);
  if (isSize && value >= 0 && value <= INT_MAX) return value;
  throw refused('BAD_USER_INPUT', 'The size of a list is a whole number, 0 or more.');
}

/** What the schema puts in where the caller left it out. */
function defaultAt(
  { definition, read }: ArgumentReader,
  path: readonly string[],
  variables: Variables,
): number | undefined {
  let value = effective(definition, read(variables));
  let type = getNamedType(definition.type);
  for (const name of path) {
    const field = isInputObjectType(type) ? type.getFields()[name] : undefined;
    if (field === undefined || !isRecord(value)) return undefined;
    value = effective(field, value[name]);
    type = getNamedType(field.type);
  }
  return entriesAt(value, []);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
