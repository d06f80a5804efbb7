/** The specification's "value completion", compiled for one field of one operation. */
import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  defaultTypeResolver,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import {
  isPromise,
  located,
  type Complete,
  type FieldPlace,
  type InfoOf,
  type MaybePath,
  type Path,
  type Run,
} from './run.ts';

/** Executes the selected fields on an object of a known type. */
export type CompleteObject = (run: Run, source: unknown, path: MaybePath) => unknown;

export interface CompletionOptions {
  readonly place: FieldPlace;
  readonly infoOf: InfoOf;
  readonly objectOf: (type: GraphQLObjectType) => CompleteObject;
}

export function compileCompletion(type: GraphQLOutputType, options: CompletionOptions): Complete {
  if (isNonNullType(type)) {
    const complete = compileCompletion(type.ofType, options);
    const { parentType, nodes } = options.place;
    const coordinate = `${parentType.name}.${nodes[0]?.name.value}`;
    const present = (value: unknown): unknown => {
      if (value !== null) return value;
      throw new Error(`Cannot return null for non-nullable field ${coordinate}.`);
    };
    return (run, value, path) => {
      const completed = complete(run, value, path);
      return completed instanceof Promise ? completed.then(present) : present(completed);
    };
  }
  if (isListType(type)) return compileList(type.ofType, options);
  if (isLeafType(type)) return compileLeaf(type);
  if (isAbstractType(type)) return compileAbstract(type, options);
  return compileObjectValue(type, options);
}

function thrown(value: unknown): void {
  if (value instanceof Error) throw value;
}

function compileLeaf(type: GraphQLLeafType): Complete {
  const isFinal = compileFinalCheck(type);
  return (_run, value) => {
    if (value === null || value === undefined) return null;
    if (isFinal(value)) return value;
    thrown(value);
    const serialized = type.serialize(value);
    if (serialized === null || serialized === undefined) {
      throw new Error(`Expected \`${type.name}.serialize()\` to return non-nullable value.`);
    }
    return serialized;
  };
}

/** Values that the specified scalars give out as they are. */
export function compileFinalCheck(type: GraphQLLeafType): (value: unknown) => boolean {
  switch (type.serialize) {
    case GraphQLString.serialize:
    case GraphQLID.serialize:
      return (value) => typeof value === 'string';
    case GraphQLInt.serialize:
      return (value) => typeof value === 'number' && (value | 0) === value;
    case GraphQLFloat.serialize:
      return (value) => typeof value === 'number' && Number.isFinite(value);
    case GraphQLBoolean.serialize:
      return (value) => typeof value === 'boolean';
    default:
      return () => false;
  }
}

function compileList(itemType: GraphQLOutputType, options: CompletionOptions): Complete {
  const { nodes, parentType } = options.place;
  const complete = compileItem(itemType, options);
  const coordinate = `${parentType.name}.${nodes[0]?.name.value}`;
  return (run, value, path) => {
    if (value === null || value === undefined) return null;
    thrown(value);
    if (!isIterable(value)) {
      throw new Error(`Expected Iterable, but did not find one for field "${coordinate}".`);
    }
    const items = Array.isArray(value) ? value : Array.from(value);
    // oxlint-disable-next-line unicorn/no-new-array -- of known length: filled below, never grown
    const completed: unknown[] = new Array(items.length);
    let pending: Promise<unknown>[] | undefined;
    try {
      for (let index = 0; index < items.length; index++) {
        const item = complete(run, items[index], { prev: path, key: index, typename: undefined });
        completed[index] = item;
        if (item instanceof Promise) {
          (pending ??= []).push(item.then((settled) => (completed[index] = settled)));
        }
      }
    } catch (error) {
      abandon(pending);
      throw error;
    }
    return pending === undefined ? completed : Promise.all(pending).then(() => completed);
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** Their rejections are answered by the error that is on its way already. */
export function abandon(pending: readonly Promise<unknown>[] | undefined): void {
  for (const promise of pending ?? []) promise.catch(() => undefined);
}

function compileItem(type: GraphQLOutputType, options: CompletionOptions): Complete {
  const complete = compileCompletion(type, options);
  const settle = compileSettle(type, options.place);
  return (run, item, path) => {
    try {
      const completed = isPromise(item)
        ? Promise.resolve(item).then((value) => complete(run, value, path))
        : complete(run, item, path);
      if (!(completed instanceof Promise)) return completed;
      return completed.catch((error: unknown) => settle(run, error, path));
    } catch (error) {
      return settle(run, error, path);
    }
  };
}

/** Where null is allowed an error becomes one; elsewhere it goes on to the parent. */
export function compileSettle(type: GraphQLOutputType, { nodes }: FieldPlace) {
  const isRequired = isNonNullType(type);
  return (run: Run, raw: unknown, path: Path): null => {
    const error = located(raw, nodes, path);
    if (isRequired) throw error;
    run.errors.push(error);
    return null;
  };
}

function compileObjectValue(
  type: GraphQLObjectType,
  { objectOf, infoOf }: CompletionOptions,
): Complete {
  const completeObject = objectOf(type);
  const { isTypeOf } = type;
  return (run, value, path) => {
    if (value === null || value === undefined) return null;
    thrown(value);
    if (isTypeOf == null) return completeObject(run, value, path);
    const proceed = (isOne: boolean): unknown => {
      if (isOne) return completeObject(run, value, path);
      throw new Error(`Expected value of type "${type.name}".`);
    };
    const claim = isTypeOf(value, run.contextValue, infoOf(run, path));
    return isPromise(claim) ? claim.then(proceed) : proceed(claim);
  };
}

function compileAbstract(type: GraphQLAbstractType, options: CompletionOptions): Complete {
  const { infoOf } = options;
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const objectNamed = compileRuntimeTypes(type, options);
  return (run, value, path) => {
    if (value === null || value === undefined) return null;
    thrown(value);
    const name = resolveType(value, run.contextValue, infoOf(run, path), type);
    return isPromise(name)
      ? name.then((settled) => objectNamed(settled)(run, value, path))
      : objectNamed(name)(run, value, path);
  };
}

function compileRuntimeTypes(
  type: GraphQLAbstractType,
  options: CompletionOptions,
): (name: unknown) => Complete {
  const { schema, parentType, nodes } = options.place;
  const known = new Map<unknown, Complete>();
  const coordinate = `${parentType.name}.${nodes[0]?.name.value}`;
  return (name) => {
    let complete = known.get(name);
    if (complete !== undefined) return complete;
    const runtime = typeof name === 'string' ? schema.getType(name) : undefined;
    if (!isObjectType(runtime) || !schema.isSubType(type, runtime)) {
      throw new Error(
        `Abstract type "${type.name}" must resolve to one of its object types for field ` +
          `"${coordinate}", but resolved to ${JSON.stringify(name)}.`,
      );
    }
    known.set(name, (complete = compileObjectValue(runtime, options)));
    return complete;
  };
}
