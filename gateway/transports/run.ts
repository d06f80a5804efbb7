import {
  locatedError,
  responsePathAsArray,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

/** As in graphql-js: the innermost key first. Made for objects and items, not for leaves. */
export type Path = GraphQLResolveInfo['path'];
export type MaybePath = Path | undefined;

/** One execution of one compiled operation. */
export interface Run {
  readonly contextValue: unknown;
  /** Coerced. */
  readonly variables: Record<string, unknown>;
  readonly errors: GraphQLError[];
  /** Coerced arguments of fields that take variables, by the field's slot. */
  readonly argumentSlots: Array<Record<string, unknown> | undefined>;
  /** Answers for objects that a place met before, by the place's slot. */
  readonly metSlots: Array<Map<unknown, unknown> | undefined>;
}

/** Turns a resolved value into a part of the answer, or throws. */
export type Complete = (run: Run, value: unknown, path: Path) => unknown;

/** Resolves and completes a field of `source`; `path` leads to the source. */
export type ResolveField = (run: Run, source: unknown, path: MaybePath) => unknown;

export interface CompiledOperation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export interface FieldPlace extends CompiledOperation {
  readonly parentType: GraphQLObjectType;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  readonly type: GraphQLOutputType;
}

export type InfoOf = (run: Run, path: Path) => GraphQLResolveInfo;

export function compileInfo(place: FieldPlace): InfoOf {
  const { schema, operation, parentType, nodes, type } = place;
  const fieldName = nodes[0]?.name.value ?? place.name;
  const fragments = Object.fromEntries(place.fragments);
  return (run, path) => ({
    fieldName,
    fieldNodes: nodes,
    returnType: type,
    parentType,
    path,
    schema,
    fragments,
    rootValue: undefined,
    operation,
    variableValues: run.variables,
  });
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value instanceof Promise || typeof (value as { then?: unknown }).then === 'function')
  );
}

export function located(error: unknown, nodes: readonly FieldNode[], path: Path): GraphQLError {
  return locatedError(error, nodes, responsePathAsArray(path));
}
