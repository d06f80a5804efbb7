/**
 * Which fields of an operation apply to a runtime type. Used by the writer on the client's
 * operation and by the local transport on a subgraph's.
 *
 * Conditions are resolved before collecting: an operation has few variables in `@skip` and
 * `@include`, so each assignment of them gets its own compiled variant and nothing is decided
 * per object.
 */
import {
  GraphQLError,
  Kind,
  isAbstractType,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from './transports/transport.ts';

const conditionsMax = 20;
const variantsMax = 64;

export interface OperationParts {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export interface SelectionScope {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Variables;
}

export function operationParts(document: DocumentNode, operationName?: string): OperationParts {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      operations.push(definition);
    }
  }
  const named = operations.filter(
    (operation) => operationName === undefined || operation.name?.value === operationName,
  );
  const operation = named[0];
  if (operation === undefined) throw invalidOperation('The document has no such operation.');
  if (named.length > 1) throw invalidOperation('Name the operation to execute.');
  return { operation, fragments };
}

/** Fields by response name in the order of their first occurrence. */
export function collectFields(
  scope: SelectionScope,
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  for (const { selections } of selectionSets) collectInto(scope, type, selections, fields, visited);
  return fields;
}

function collectInto(
  scope: SelectionScope,
  type: GraphQLCompositeType,
  selections: readonly SelectionNode[],
  fields: Map<string, FieldNode[]>,
  visited: Set<string>,
): void {
  for (const selection of selections) {
    if (!isIncluded(selection, scope.variables)) continue;
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      const nodes = fields.get(name);
      if (nodes === undefined) fields.set(name, [selection]);
      else nodes.push(selection);
      continue;
    }
    let fragment;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      fragment = selection;
    } else {
      if (visited.has(selection.name.value)) continue;
      visited.add(selection.name.value);
      fragment = scope.fragments.get(selection.name.value);
    }
    if (fragment === undefined) continue;
    const condition = fragment.typeCondition?.name.value;
    if (condition !== undefined && !applies(scope.schema, condition, type)) continue;
    collectInto(scope, type, fragment.selectionSet.selections, fields, visited);
  }
}

function applies(schema: GraphQLSchema, condition: string, type: GraphQLCompositeType): boolean {
  if (condition === type.name) return true;
  const abstract = schema.getType(condition);
  if (!isAbstractType(abstract)) return false;
  return 'getFields' in type && schema.isSubType(abstract, type);
}

/** Whether data of type `runtime` may stand where `declared` is promised. */
export function isPossible(
  schema: GraphQLSchema,
  declared: GraphQLCompositeType,
  runtime: GraphQLCompositeType,
): boolean {
  if (declared === runtime) return true;
  return isAbstractType(declared) && 'getFields' in runtime && schema.isSubType(declared, runtime);
}

function isIncluded(selection: SelectionNode, variables: Variables): boolean {
  for (const { name, arguments: given } of selection.directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = given?.find((argument) => argument.name.value === 'if')?.value;
    const on =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    if (on === (name.value === 'skip')) return false;
  }
  return true;
}

/** One compiled form per assignment of the variables that decide what is selected. */
export function variants<T>(
  document: DocumentNode,
  compile: (conditions: Variables) => T,
): (variables: Variables) => T {
  const names = conditionVariables(document);
  if (names.length === 0) {
    const only = compile({});
    return () => only;
  }
  const compiled = new Map<number, T>();
  return (variables) => {
    let key = 0;
    for (const name of names) key = key * 2 + (variables[name] === true ? 1 : 0);
    let variant = compiled.get(key);
    if (variant === undefined) {
      variant = compile(Object.fromEntries(names.map((name) => [name, variables[name] === true])));
      if (compiled.size >= variantsMax) compiled.clear();
      compiled.set(key, variant);
    }
    return variant;
  };
}

function conditionVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      if (directive.name.value !== 'skip' && directive.name.value !== 'include') return;
      for (const { value } of directive.arguments ?? []) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
    },
  });
  if (names.size > conditionsMax) {
    throw invalidOperation(`More than ${conditionsMax} variables decide what is selected.`);
  }
  return [...names];
}

/** Assigning to `__proto__` swaps an object's prototype; no client needs that name. */
/** Names that a plan gives to fields of its own. */
export const RESERVED = '_fp_required_';

export function refuseUnsafeAliases(document: DocumentNode): void {
  visit(document, {
    Field({ alias }) {
      const name = alias?.value ?? '';
      if (name === '__proto__' || name.startsWith(RESERVED))
        throw invalidOperation('This alias is not allowed.');
    },
  });
}

export function invalidOperation(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
