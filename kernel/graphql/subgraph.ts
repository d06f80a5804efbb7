import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import type { DatabaseOptions } from '#kernel/database';
import {
  contextWithin,
  type EventCatalog,
  type Feed,
  type Projection,
  type Reaction,
} from '#kernel/events';
import { inSpan } from '#kernel/telemetry';
import type { Timer, Worker } from '#kernel/timers';
import { GraphQLError, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ResolverContext } from './context.ts';
import type { Endpoint } from './endpoint.ts';
import { toGraphQLError } from './payload.ts';
import { scalarResolvers } from './scalars.ts';

export interface SubgraphDefinition {
  /** Name of the context, its Postgres schema and its entry in `supergraph.yaml`. */
  name: string;
  /** Folder with `schema.graphql` and `migrations/`: `import.meta.dirname`. */
  directory: string;
  /** Typed by codegen where they are written; any map of resolvers fits here. */
  resolvers: object;
  events?: EventCatalog;
  /** MikroORM tables of the context's read side. */
  tables?: readonly NonNullable<DatabaseOptions['tables']>[number][];
  projections?: readonly Projection[];
  reactions?: readonly Reaction[];
  timers?: readonly Timer[];
  /** Work that goes on as long as the process does. */
  workers?: readonly Worker[];
  /** Ways in beside the graph. */
  endpoints?: readonly Endpoint[];
  /**
   * Keeps what the context holds in memory in step with facts, also of other processes. Settles when
   * the signal aborts; called again after a fault.
   */
  follow?: (feed: Feed, signal: AbortSignal) => Promise<void>;
}

export interface Subgraph extends Required<
  Omit<SubgraphDefinition, 'directory' | 'events' | 'resolvers' | 'follow'>
> {
  readonly events: EventCatalog | undefined;
  readonly follow: SubgraphDefinition['follow'] | undefined;
  /** Folder of SQL files with a slash at the end. */
  readonly migrations: URL | undefined;
  readonly typeDefs: DocumentNode;
  /** Executable; resolvers expect a `ResolverContext`. */
  readonly schema: GraphQLSchema;
}

/** A bounded context as a federated subgraph. Reads its SDL at once, so a broken one fails at start. */
export function defineSubgraph(definition: SubgraphDefinition): Subgraph {
  const file = join(definition.directory, 'schema.graphql');
  const migrations = join(definition.directory, 'migrations');
  const typeDefs = parse(readFileSync(file, 'utf8'));
  const resolvers = {
    ...scalarsOf(typeDefs),
    ...watchingRoots(definition.resolvers as ResolverMap),
  } as GraphQLResolverMap<ResolverContext>;
  return {
    name: definition.name,
    events: definition.events,
    migrations: existsSync(migrations) ? pathToFileURL(`${migrations}/`) : undefined,
    tables: definition.tables ?? [],
    projections: definition.projections ?? [],
    reactions: definition.reactions ?? [],
    timers: definition.timers ?? [],
    workers: definition.workers ?? [],
    endpoints: definition.endpoints ?? [],
    follow: definition.follow,
    typeDefs,
    schema: buildSubgraphSchema([{ typeDefs, resolvers }]),
  };
}

function scalarsOf(typeDefs: DocumentNode): Record<string, unknown> {
  const declared = new Set(
    typeDefs.definitions.flatMap((node) =>
      node.kind === 'ScalarTypeDefinition' ? [node.name.value] : [],
    ),
  );
  return Object.fromEntries(Object.entries(scalarResolvers).filter(([name]) => declared.has(name)));
}

type Resolve = (parent: unknown, args: unknown, context: ResolverContext, info: unknown) => unknown;
type ResolverMap = Record<string, Record<string, unknown>>;

/** Root fields are steps of a trace and tell the context when they refuse somebody, whoever raised it. */
function watchingRoots(resolvers: ResolverMap): ResolverMap {
  const roots = ['Query', 'Mutation'].flatMap((type) => {
    const fields = resolvers[type];
    if (fields === undefined) return [];
    const counted = Object.entries(fields).map(([name, resolve]) => [
      name,
      typeof resolve === 'function'
        ? stepping(`${type}.${name}`, counting(name, resolve as Resolve))
        : resolve,
    ]);
    return [[type, Object.fromEntries(counted)]];
  });
  return { ...resolvers, ...(Object.fromEntries(roots) as ResolverMap) };
}

function counting(field: string, resolve: Resolve): Resolve {
  const denied = (error: unknown, context: ResolverContext): never => {
    const denial = toGraphQLError(error);
    if (denial instanceof GraphQLError && denial.extensions['code'] === 'FORBIDDEN') {
      context.onDenied?.(field);
    }
    throw denial;
  };
  return (parent, args, context, info) => {
    try {
      const result = resolve(parent, args, context, info);
      return result instanceof Promise ? result.catch((error) => denied(error, context)) : result;
    } catch (error) {
      return denied(error, context);
    }
  };
}

function stepping(name: string, resolve: Resolve): Resolve {
  return (parent, args, context, info) => {
    const span = context.span?.start(`resolve ${name}`);
    if (span === undefined) return resolve(parent, args, context, info);
    return inSpan(span, () => resolve(parent, args, contextWithin(span, context), info));
  };
}
