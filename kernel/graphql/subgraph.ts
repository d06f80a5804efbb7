import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import type { DatabaseOptions } from '#kernel/database';
import type { EventCatalog, Projection, Reaction } from '#kernel/events';
import type { Timer } from '#kernel/timers';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ResolverContext } from './context.ts';
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
}

export interface Subgraph extends Required<
  Omit<SubgraphDefinition, 'directory' | 'events' | 'resolvers'>
> {
  readonly events: EventCatalog | undefined;
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
    ...definition.resolvers,
  } as GraphQLResolverMap<ResolverContext>;
  return {
    name: definition.name,
    events: definition.events,
    migrations: existsSync(migrations) ? pathToFileURL(`${migrations}/`) : undefined,
    tables: definition.tables ?? [],
    projections: definition.projections ?? [],
    reactions: definition.reactions ?? [],
    timers: definition.timers ?? [],
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
