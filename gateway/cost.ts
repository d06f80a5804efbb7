/**
 * What an operation may cost at most, before it is planned: one unit per object, lists at the size
 * asked for or an assumed one. A number where no variable decides, else a function of them.
 */
import {
  Kind,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Limits } from './limits.ts';
import { checkPageSize } from './document-limits.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** @throws `BAD_USER_INPUT` for a page size out of bounds that came by variable. */
export type Cost = (variables: Variables) => number;

/** Entries assumed for a list that says no size. */
const assumedListSize = 5;
const mutationUnits = 10;

interface Scope {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly limits: Limits;
  readonly known: Map<string, Cost>;
}

const free: Cost = () => 0;

/** Expects a valid document: fragments have no cycles. */
export function compileCost(input: Omit<Scope, 'known'>): Cost {
  const scope: Scope = { ...input, known: new Map() };
  const root = input.schema.getRootType(input.operation.operation);
  if (root == null) return free;
  const selections = costOfSelections(scope, input.operation.selectionSet, root, false);
  const base = input.operation.operation === 'mutation' ? mutationUnits : 0;
  const cost: Cost = (variables) => base + selections(variables);
  const defaults = defaultsOf(input.operation);
  const isFixed = (input.operation.variableDefinitions ?? []).length === 0;
  if (!isFixed) return (variables) => cost({ ...defaults, ...variables });
  const fixed = cost({});
  return () => fixed;
}

function defaultsOf(operation: OperationDefinitionNode): Variables {
  const defaults: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue?.kind === Kind.INT) defaults[variable.name.value] = Number(defaultValue.value);
  }
  return defaults;
}

function costOfSelections(
  scope: Scope,
  { selections }: SelectionSetNode,
  parent: GraphQLCompositeType,
  isSized: boolean,
): Cost {
  const parts: Cost[] = [];
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const cost = costOfField(scope, selection, parent, isSized);
      if (cost !== free) parts.push(cost);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const type = conditionType(scope, selection.typeCondition?.name.value, parent);
      parts.push(costOfSelections(scope, selection.selectionSet, type, isSized));
    } else {
      parts.push(costOfFragment(scope, selection.name.value, parent, isSized));
    }
  }
  if (parts.length === 0) return free;
  if (parts.length === 1) return parts[0] as Cost;
  return (variables) => {
    let sum = 0;
    for (const part of parts) sum += part(variables);
    return sum;
  };
}

function costOfFragment(
  scope: Scope,
  name: string,
  parent: GraphQLCompositeType,
  isSized: boolean,
): Cost {
  const key = `${name} ${isSized}`;
  const known = scope.known.get(key);
  if (known !== undefined) return known;
  scope.known.set(key, free);
  const fragment = scope.fragments.get(name);
  if (fragment === undefined) return free;
  const type = conditionType(scope, fragment.typeCondition.name.value, parent);
  const cost = costOfSelections(scope, fragment.selectionSet, type, isSized);
  scope.known.set(key, cost);
  return cost;
}

function conditionType(
  { schema }: Scope,
  name: string | undefined,
  parent: GraphQLCompositeType,
): GraphQLCompositeType {
  const type = name === undefined ? undefined : schema.getType(name);
  return isCompositeType(type) ? type : parent;
}

function costOfField(
  scope: Scope,
  node: FieldNode,
  parent: GraphQLCompositeType,
  isSized: boolean,
): Cost {
  const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
  if (field === undefined || node.selectionSet === undefined) return pageCheckOnly(scope, node);
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return free;
  const size = sizeOf(scope, node, field);
  const below = costOfSelections(scope, node.selectionSet, type, size !== undefined);
  if (size !== undefined) return (variables) => 1 + size(variables) * below(variables);
  // A list inside a page (its edges, its nodes) has the size of the page.
  const entries = isListType(getNullableType(field.type)) && !isSized ? assumedListSize : 1;
  return (variables) => entries * (1 + below(variables));
}

function pageCheckOnly(scope: Scope, node: FieldNode): Cost {
  const size = sizeOf(scope, node, undefined);
  if (size === undefined) return free;
  return (variables) => {
    size(variables);
    return 0;
  };
}

/** The page size a field asks for; undefined when it takes none. */
function sizeOf(
  { limits }: Scope,
  node: FieldNode,
  field: GraphQLField<unknown, unknown> | undefined,
): Cost | undefined {
  for (const name of ['first', 'last']) {
    const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
    const declared = field?.args.find((argument) => argument.name === name);
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
