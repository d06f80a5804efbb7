/**
 * `Query._entities` without the promises of the library's resolver: references are resolved in
 * one synchronous pass, so loaders batch them, and an entity that fails fails alone.
 */
import { contextWithin } from '#kernel/events';
import type { ResolverContext } from '#kernel/graphql';
import { inSpan } from '#kernel/telemetry';
import {
  GraphQLError,
  defaultTypeResolver,
  isInterfaceType,
  isObjectType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql';
import { compileSettle, type CompleteObject } from './completion.ts';
import {
  compileInfo,
  isPromise,
  type FieldPlace,
  type Path,
  type ResolveField,
  type Run,
} from './run.ts';

interface Reference {
  readonly __typename: string;
}

type ResolveReference = (
  reference: Reference,
  context: unknown,
  info: GraphQLResolveInfo,
) => unknown;

type Resolve = (run: Run, reference: Reference, path: Path, info: GraphQLResolveInfo) => unknown;

interface SubgraphExtensions {
  readonly apollo?: { readonly subgraph?: { readonly resolveReference?: ResolveReference } };
}

export interface EntitiesOptions {
  readonly place: FieldPlace;
  readonly objectOf: (type: GraphQLObjectType) => CompleteObject;
}

export function compileEntities({ place, objectOf }: EntitiesOptions): ResolveField {
  const infoOf = compileInfo(place);
  const resolvers = new Map<string, Resolve>();
  const resolverOf = (typename: string): Resolve => {
    let resolve = resolvers.get(typename);
    if (resolve !== undefined) return resolve;
    const type = place.schema.getType(typename);
    if (isObjectType(type)) resolve = compileObjectReference(type, objectOf(type));
    else if (isInterfaceType(type)) resolve = compileInterfaceReference(type, place, objectOf);
    else throw new GraphQLError(`No entity type is named "${typename}".`);
    resolvers.set(typename, resolve);
    return resolve;
  };
  const itemType = place.schema.getType('_Entity') as GraphQLObjectType;
  const settle = compileSettle(itemType, place);
  const resolveAll: ResolveField = (run) => {
    const references = run.variables['representations'] as readonly Reference[];
    const path: Path = { prev: undefined, key: place.name, typename: place.parentType.name };
    const info = infoOf(run, path);
    // oxlint-disable-next-line unicorn/no-new-array -- of known length: filled below, never grown
    const entities: unknown[] = new Array(references.length);
    let pending: Promise<unknown>[] | undefined;
    for (let index = 0; index < references.length; index++) {
      const reference = references[index] as Reference;
      const at: Path = { prev: path, key: index, typename: undefined };
      let entity: unknown;
      try {
        entity = resolverOf(reference.__typename)(run, reference, at, info);
      } catch (error) {
        entity = settle(run, error, at);
      }
      entities[index] = entity;
      if (entity instanceof Promise) {
        const settled = entity.catch((error: unknown) => settle(run, error, at));
        (pending ??= []).push(settled.then((value) => (entities[index] = value)));
      }
    }
    return pending === undefined ? entities : Promise.all(pending).then(() => entities);
  };
  return (run, source, path) =>
    resolvingEntities(run.contextValue, (contextValue) =>
      resolveAll(contextValue === run.contextValue ? run : { ...run, contextValue }, source, path),
    );
}

/** One step of a trace, however many there are. */
function resolvingEntities<T>(contextValue: unknown, work: (contextValue: unknown) => T): T {
  const context = contextValue as ResolverContext | undefined;
  const span = context?.span?.start('resolve _entities');
  if (context === undefined || span === undefined) return work(contextValue);
  return inSpan(span, () => work(contextWithin(span, context)));
}

function referenceResolverOf(
  type: GraphQLObjectType | GraphQLInterfaceType,
): ResolveReference | undefined {
  return (type.extensions as SubgraphExtensions).apollo?.subgraph?.resolveReference;
}

/** A type without a resolver of its own is what its representation says. */
function compileObjectReference(type: GraphQLObjectType, complete: CompleteObject): Resolve {
  const resolveReference = referenceResolverOf(type);
  const finish = (run: Run, value: unknown, path: Path): unknown => {
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    return complete(run, value, path);
  };
  if (resolveReference === undefined) return finish;
  return (run, reference, path, info) => {
    const resolved = resolveReference(reference, run.contextValue, info);
    return isPromise(resolved)
      ? Promise.resolve(resolved).then((value) => finish(run, value, path))
      : finish(run, resolved, path);
  };
}

/** An entity interface: the reference names the interface, its value decides the type. */
function compileInterfaceReference(
  type: GraphQLInterfaceType,
  { schema }: FieldPlace,
  objectOf: (type: GraphQLObjectType) => CompleteObject,
): Resolve {
  const resolveReference = referenceResolverOf(type);
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return async (run, reference, path, info) => {
    const resolved: unknown = resolveReference?.(reference, run.contextValue, info) ?? reference;
    const value = await Promise.resolve(resolved);
    if (value === null || value === undefined) return null;
    if (value instanceof Error) throw value;
    const name = await resolveType(value, run.contextValue, info, type);
    const runtime = typeof name === 'string' ? schema.getType(name) : undefined;
    if (!isObjectType(runtime) || !schema.isSubType(type, runtime)) {
      throw new GraphQLError(`"${type.name}" did not resolve to one of its object types.`);
    }
    const complete = objectOf(runtime);
    if (resolveReference !== undefined) return complete(run, value, path);
    const named = { ...value, __typename: runtime.name };
    return compileObjectReference(runtime, complete)(run, named, path, info);
  };
}
