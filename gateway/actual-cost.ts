/**
 * What an answer has cost, in the units of `cost.ts`: every object that is there, lists at the size they
 * have. Told to those who ask; what is charged is the cost that was asked for.
 */
import {
  Kind,
  getNamedType,
  isCompositeType,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { costOfArguments, type Variables } from './cost-arguments.ts';
import type { CostRules } from './cost-rules.ts';
import { conditionType, defaultsOf, mutationUnits, weightOfField } from './cost.ts';

interface Scope {
  readonly schema: GraphQLSchema;
  readonly rules: CostRules;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

type Answer = Readonly<Record<string, unknown>>;

export function actualCost(
  scope: Scope,
  given: Variables,
  data: Answer | null | undefined,
): number {
  const { schema, operation } = scope;
  const root = schema.getRootType(operation.operation);
  if (root == null) return 0;
  const variables = { ...defaultsOf(operation), ...given };
  const base = operation.operation === 'mutation' ? mutationUnits : 0;
  return base + ofSelections({ ...scope, variables }, operation.selectionSet, root, data ?? {});
}

type Asked = Scope & { readonly variables: Variables };

function ofSelections(
  asked: Asked,
  { selections }: SelectionSetNode,
  parent: GraphQLCompositeType,
  answer: Answer,
): number {
  let sum = 0;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      sum += ofField(asked, selection, parent, answer);
      continue;
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : asked.fragments.get(selection.name.value);
    if (fragment === undefined) continue;
    const type = conditionType(asked.schema, fragment.typeCondition?.name.value, parent);
    sum += ofSelections(asked, fragment.selectionSet, type, answer);
  }
  return sum;
}

function ofField(
  asked: Asked,
  node: FieldNode,
  parent: GraphQLCompositeType,
  answer: Answer,
): number {
  const value = answer[(node.alias ?? node.name).value];
  const field = 'getFields' in parent ? parent.getFields()[node.name.value] : undefined;
  // Skipped, or of another type than the object is.
  if (field === undefined || value === undefined) return 0;
  const type = getNamedType(field.type);
  const weight = weightOfField(asked.rules, parent, field);
  const { selectionSet } = node;
  let sum = costOfArguments(asked.rules, parent, { node, field })(asked.variables);
  for (const entry of entriesOf(value)) {
    sum += weight;
    if (selectionSet === undefined || !isCompositeType(type)) continue;
    sum += ofSelections(asked, selectionSet, type, entry as Answer);
  }
  return Math.max(0, sum);
}

function entriesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(entriesOf);
  return value === null ? [] : [value];
}
