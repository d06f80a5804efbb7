/**
 * What an operation may cost at most, before it is planned: one unit per object, lists at the size
 * asked for or an assumed one, unless the supergraph weighs and sizes them itself by `@cost` and
 * `@listSize`. A number where no variable decides, else a function of them.
 */
import {
  Kind,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  valueFromASTUntyped,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import {
  costOfArguments,
  free,
  sliceOf,
  type Cost,
  type FieldInUse,
  type Variables,
} from './cost-arguments.ts';
import type { CostRules } from './cost-rules.ts';
import type { Limits } from './limits.ts';
import { checkPageSize } from './document-limits.ts';

/** @throws `BAD_USER_INPUT` for a size out of bounds that came by variable. */
export type { Cost } from './cost-arguments.ts';

/** Entries assumed for a list that says no size. */
const assumedListSize = 5;
export const mutationUnits = 10;

interface Scope {
  readonly schema: GraphQLSchema;
  readonly rules: CostRules;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly limits: Limits;
  readonly known: Map<string, Part>;
}

/** `size` is what the field above says about the lists it sizes. */
type Part = (variables: Variables, size: number) => number;

/** Which lists of a selection have the size that the field above was asked for. */
interface Sized {
  /** Equal keys, equal answers. */
  readonly key: string;
  has(field: string): boolean;
}

/** A list inside a page (its edges, its nodes) is counted with the page. */
const wholePage: Sized = { key: 'page', has: () => true };

/** Expects a valid document: fragments have no cycles. */
export function compileCost(input: Omit<Scope, 'known'>): Cost {
  const scope: Scope = { ...input, known: new Map() };
  const root = input.schema.getRootType(input.operation.operation);
  if (root == null) return free;
  const selections = costOfSelections(scope, input.operation.selectionSet, root, undefined);
  const base = input.operation.operation === 'mutation' ? mutationUnits : 0;
  const cost: Cost = (variables) => base + selections(variables, 1);
  const defaults = defaultsOf(input.operation);
  const isFixed = (input.operation.variableDefinitions ?? []).length === 0;
  if (!isFixed) return (variables) => cost({ ...defaults, ...variables });
  let fixed: number | undefined;
  return () => (fixed ??= cost({}));
}

export function defaultsOf(operation: OperationDefinitionNode): Variables {
  const defaults: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue !== undefined) {
      defaults[variable.name.value] = valueFromASTUntyped(defaultValue);
    }
  }
  return defaults;
}

function costOfSelections(
  scope: Scope,
  { selections }: SelectionSetNode,
  parent: GraphQLCompositeType,
  sized: Sized | undefined,
): Part {
  const parts: Part[] = [];
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const cost = costOfField(scope, selection, parent, sized);
      if (cost !== free) parts.push(cost);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const type = conditionType(scope.schema, selection.typeCondition?.name.value, parent);
      parts.push(costOfSelections(scope, selection.selectionSet, type, sized));
    } else {
      parts.push(costOfFragment(scope, selection.name.value, parent, sized));
    }
  }
  if (parts.length === 0) return free;
  if (parts.length === 1) return parts[0] as Part;
  return (variables, size) => {
    let sum = 0;
    for (const part of parts) sum += part(variables, size);
    return sum;
  };
}

function costOfFragment(
  scope: Scope,
  name: string,
  parent: GraphQLCompositeType,
  sized: Sized | undefined,
): Part {
  const key = `${name} ${sized?.key ?? ''}`;
  const known = scope.known.get(key);
  if (known !== undefined) return known;
  scope.known.set(key, free);
  const fragment = scope.fragments.get(name);
  if (fragment === undefined) return free;
  const type = conditionType(scope.schema, fragment.typeCondition.name.value, parent);
  const cost = costOfSelections(scope, fragment.selectionSet, type, sized);
  scope.known.set(key, cost);
  return cost;
}

export function conditionType(
  schema: GraphQLSchema,
  name: string | undefined,
  parent: GraphQLCompositeType,
): GraphQLCompositeType {
  const type = name === undefined ? undefined : schema.getType(name);
  return isCompositeType(type) ? type : parent;
}

/** Of one object or value that the field gives. */
export function weightOfField(
  rules: CostRules,
  parent: GraphQLCompositeType,
  field: GraphQLField<unknown, unknown>,
): number {
  const type = getNamedType(field.type);
  return (
    rules.weightOfField(parent, field.name) ??
    rules.weightOfType(type) ??
    (isCompositeType(type) ? 1 : 0)
  );
}

function costOfField(
  scope: Scope,
  node: FieldNode,
  parent: GraphQLCompositeType,
  sized: Sized | undefined,
): Part {
  const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
  // `__typename` and introspection, which has a depth of its own.
  if (field === undefined) return free;
  const { rules } = scope;
  const use = { node, field };
  const type = getNamedType(field.type);
  const weight = weightOfField(rules, parent, field);
  const given = costOfArguments(rules, parent, use);
  const isList = isListType(getNullableType(field.type));
  const { own, below: sizes, isPage } = sizesOf(scope, parent, use, isList);
  const selections =
    node.selectionSet === undefined || !isCompositeType(type)
      ? free
      : costOfSelections(scope, node.selectionSet, type, sizes);
  if (weight === 0 && selections === free && given === free && own === undefined) return free;
  const isSized = isList && sized?.has(field.name) === true;
  return (variables, size) => {
    const asked = own?.(variables);
    const arguments_ = given(variables);
    const each = selections(variables, isPage ? 1 : (asked ?? assumedListSize));
    if (isPage) return Math.max(0, arguments_ + weight + (asked ?? 1) * each);
    const entries = isSized ? size : isList ? (asked ?? assumedListSize) : 1;
    return Math.max(0, arguments_ + entries * (weight + each));
  };
}

interface Sizes {
  /** What the field asks for; undefined where it says nothing. */
  readonly own: ((variables: Variables) => number | undefined) | undefined;
  readonly below: Sized | undefined;
  /** A page without a rule: all that is in it counts as often as it has entries. */
  readonly isPage: boolean;
}

function sizesOf(
  { rules, limits }: Scope,
  parent: GraphQLCompositeType,
  use: FieldInUse,
  isList: boolean,
): Sizes {
  const declared = rules.sizesOf(parent, use.field.name);
  const page = pageSizeOf(limits, use);
  if (declared.length === 0) {
    const isPage = page !== undefined && !isList;
    return { own: page, below: isPage ? wholePage : undefined, isPage };
  }
  const slices = declared.flatMap((size) => sliceOf(size, use) ?? []);
  const own: Sizes['own'] = (variables) => {
    // Bounds of a page hold whatever a rule counts by.
    const asked = page?.(variables);
    const sizes = slices.flatMap((slice) => slice(variables) ?? []);
    return sizes.length === 0 ? asked : Math.max(...sizes);
  };
  const names = new Set(declared.flatMap(({ sizedFields }) => [...sizedFields]));
  const key = `${parent.name}.${use.field.name}`;
  const below = names.size === 0 ? undefined : { key, has: (name: string) => names.has(name) };
  return { own, below, isPage: false };
}

/** The page size a field asks for by the names of connections; undefined when it takes none. */
function pageSizeOf(limits: Limits, { node, field }: FieldInUse): Cost | undefined {
  for (const name of ['first', 'last']) {
    const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
    const declared = field.args.find((argument) => argument.name === name);
    const fallback =
      typeof declared?.defaultValue === 'number' ? declared.defaultValue : limits.pageSizeMax;
    if (given?.kind === Kind.INT) return () => Number(given.value);
    if (given?.kind === Kind.VARIABLE) {
      const variable = given.name.value;
      return (variables) => {
        const value = variables[variable];
        checkPageSize(value, limits);
        return typeof value === 'number' ? value : fallback;
      };
    }
    if (declared?.defaultValue !== undefined) return () => fallback;
  }
  return undefined;
}
