/**
 * A subgraph operation compiled against its executable schema. The same meaning as `execute` of
 * graphql-js (a test compares them), but what can be known before the request is decided then:
 * fields, resolvers, arguments without variables, serialisation. Synchronous while resolvers are.
 */
import {
  OperationTypeNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  getNullableType,
  getVariableValues,
  isLeafType,
  isListType,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { collectFields, operationParts, variants, type SelectionScope } from '../selections.ts';
import {
  abandon,
  compileCompletion,
  compileFinalCheck,
  compileSettle,
  type CompleteObject,
} from './completion.ts';
import { compileEntities } from './entities.ts';
import { compileRead } from './reading.ts';
import {
  compileInfo,
  isPromise,
  type CompiledOperation,
  type FieldPlace,
  type Path,
  type ResolveField,
  type Run,
} from './run.ts';
import type { SubgraphResult, Variables } from './transport.ts';

export type RunOperation = (
  variables: Variables,
  contextValue: unknown,
  /** What the root fields read from: the event of a subscription. */
  rootValue?: unknown,
) => SubgraphResult | Promise<SubgraphResult>;

interface Compilation extends CompiledOperation {
  readonly scope: SelectionScope;
  /** Hands out a place in the slots of `Run`. */
  readonly nextSlot: () => number;
  /** Lists around the place being compiled. */
  readonly lists: number;
}

export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName?: string,
): RunOperation {
  const parts = operationParts(document, operationName);
  const { operation, fragments } = parts;
  const rootType = schema.getRootType(operation.operation);
  if (rootType == null) throw new Error(`The subgraph has no ${operation.operation} type.`);
  const coerce = compileVariables(schema, operation.variableDefinitions ?? []);
  const isSerial = operation.operation === OperationTypeNode.MUTATION;
  let slots = 0;
  const variant = variants(document, (conditions) => {
    const scope = { schema, fragments, variables: conditions };
    const compilation = { schema, ...parts, scope, nextSlot: () => slots++, lists: 0 };
    return compileObject(compilation, rootType, [operation.selectionSet], isSerial);
  });
  return (given, contextValue, rootValue) => {
    const { variables, errors } = coerce(given);
    if (errors !== undefined) return { errors };
    const run: Run = { contextValue, variables, errors: [], argumentSlots: [], metSlots: [] };
    const finish = (data: unknown): SubgraphResult =>
      run.errors.length === 0
        ? { data: data as Record<string, unknown> }
        : { data: data as Record<string, unknown> | null, errors: run.errors };
    const fail = (error: unknown): SubgraphResult => {
      run.errors.push(error as GraphQLError);
      return finish(null);
    };
    try {
      const data = variant(variables)(run, rootValue, undefined);
      return data instanceof Promise ? data.then(finish, fail) : finish(data);
    } catch (error) {
      return fail(error);
    }
  };
}

type Coerced =
  | { readonly variables: Record<string, unknown>; readonly errors?: undefined }
  | { readonly variables: Record<string, unknown>; readonly errors: readonly GraphQLError[] };

/** Representations are made by the gateway and any JSON is an `_Any`: nothing to coerce. */
function compileVariables(
  schema: GraphQLSchema,
  definitions: NonNullable<CompiledOperation['operation']['variableDefinitions']>,
): (given: Variables) => Coerced {
  const coerced = definitions.filter(({ variable }) => variable.name.value !== 'representations');
  const isFederated = coerced.length !== definitions.length;
  return (given) => {
    const result =
      coerced.length === 0 ? { coerced: {} } : getVariableValues(schema, coerced, given);
    if (result.errors !== undefined) return { variables: {}, errors: result.errors };
    const variables = result.coerced as Record<string, unknown>;
    if (isFederated) variables['representations'] = given['representations'];
    return { variables };
  };
}

interface CompiledField {
  readonly name: string;
  readonly resolve: ResolveField;
}

function compileObject(
  compilation: Compilation,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
  isSerial = false,
): CompleteObject {
  const fields: CompiledField[] = [];
  for (const [name, nodes] of collectFields(compilation.scope, type, selectionSets)) {
    const resolve = compileField(compilation, type, name, nodes);
    if (resolve !== undefined) fields.push({ name, resolve });
  }
  if (isSerial) return inSeries(fields);
  return compilation.lists < 2
    ? together(fields)
    : rememberObjects(together(fields), compilation.nextSlot());
}

/**
 * Lists within lists tend to reach the same object many times. Fields are free of side effects, so
 * an object's answer is taken again where it is met again, unless it has errors: those name their
 * place. Places whose fields are asynchronous are not worth it.
 */
function rememberObjects(complete: CompleteObject, slot: number): CompleteObject {
  let isAsynchronous = false;
  return (run, source, path) => {
    if (isAsynchronous) return complete(run, source, path);
    const met = (run.metSlots[slot] ??= new Map());
    let result = met.get(source);
    if (result !== undefined) return result;
    const before = run.errors.length;
    result = complete(run, source, path);
    if (result instanceof Promise) isAsynchronous = true;
    else if (run.errors.length === before) met.set(source, result);
    return result;
  };
}

function together(fields: readonly CompiledField[]): CompleteObject {
  return (run, source, path) => {
    const result: Record<string, unknown> = {};
    let pending: Promise<unknown>[] | undefined;
    try {
      for (let index = 0; index < fields.length; index++) {
        const { name, resolve } = fields[index] as CompiledField;
        const value = resolve(run, source, path);
        result[name] = value;
        if (value instanceof Promise) {
          (pending ??= []).push(value.then((settled) => (result[name] = settled)));
        }
      }
    } catch (error) {
      abandon(pending);
      throw error;
    }
    return pending === undefined ? result : Promise.all(pending).then(() => result);
  };
}

/** Mutations: the next one begins when the one before is done. */
function inSeries(fields: readonly CompiledField[]): CompleteObject {
  return (run, source, path) => {
    const result: Record<string, unknown> = {};
    const from = (start: number): unknown => {
      for (let index = start; index < fields.length; index++) {
        const { name, resolve } = fields[index] as CompiledField;
        const value = resolve(run, source, path);
        if (value instanceof Promise) {
          return value.then((settled) => {
            result[name] = settled;
            return from(index + 1);
          });
        }
        result[name] = value;
      }
      return result;
    };
    return from(0);
  };
}

function compileField(
  compilation: Compilation,
  parentType: GraphQLObjectType,
  name: string,
  nodes: readonly FieldNode[],
): ResolveField | undefined {
  const node = nodes[0] as FieldNode;
  const fieldName = node.name.value;
  if (fieldName === '__typename') return () => parentType.name;
  const field = fieldNamed(compilation.schema, parentType, fieldName);
  if (field === undefined) return undefined;
  const place: FieldPlace = { ...compilation, parentType, name, nodes, type: field.type };
  const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const lists = compilation.lists + countLists(field.type);
  const objectOf = compileObjects({ ...compilation, lists }, selectionSets);
  if (fieldName === '_entities') return compileEntities({ place, objectOf });
  const infoOf = compileInfo(place);
  const complete = compileCompletion(field.type, { place, infoOf, objectOf });
  const settle = compileSettle(field.type, place);
  const read = compileRead(field, node, { infoOf, nextSlot: compilation.nextSlot });
  const resolveAny: ResolveField = (run, source, parent) => {
    const path: Path = { prev: parent, key: name, typename: parentType.name };
    try {
      const value = read(run, source, path);
      const completed = isPromise(value)
        ? Promise.resolve(value).then((settled) => complete(run, settled, path))
        : complete(run, value, path);
      if (!(completed instanceof Promise)) return completed;
      return completed.catch((error: unknown) => settle(run, error, path));
    } catch (error) {
      return settle(run, error, path);
    }
  };
  return field.resolve == null ? compileProperty(field, resolveAny) : resolveAny;
}

/** A leaf that lies ready in its object needs no path, no arguments and no completion. */
function compileProperty(
  { name, type }: GraphQLField<unknown, unknown>,
  resolveAny: ResolveField,
): ResolveField {
  const leaf = getNullableType(type);
  if (!isLeafType(leaf)) return resolveAny;
  const isFinal = compileFinalCheck(leaf);
  return (run, source, path) => {
    if (typeof source === 'object' && source !== null) {
      const value = (source as Record<string, unknown>)[name];
      if (isFinal(value)) return value;
    }
    return resolveAny(run, source, path);
  };
}

function countLists(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + countLists(nullable.ofType) : 0;
}

function fieldNamed(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return type.getFields()[name];
}

/** One compiled form per runtime type, made when data first reaches it. */
function compileObjects(
  compilation: Compilation,
  selectionSets: readonly SelectionSetNode[],
): (type: GraphQLObjectType) => CompleteObject {
  const compiled = new Map<GraphQLObjectType, CompleteObject>();
  return (type) => {
    let execute: CompleteObject | undefined = compiled.get(type);
    if (execute !== undefined) return execute;
    let inner: CompleteObject | undefined;
    execute = (run, source, path) =>
      (inner ??= compileObject(compilation, type, selectionSets))(run, source, path);
    compiled.set(type, execute);
    return execute;
  };
}
