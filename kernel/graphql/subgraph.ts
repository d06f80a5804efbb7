import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import type { AnyEventCatalog, AnyProjection, AnyReaction } from '#kernel/events';
import type { Timer } from '#kernel/timers';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolverContext } from './context.ts';
import { scalarResolvers } from './scalars.ts';

export interface SubgraphDefinition {
  /** Name of the context, its Postgres schema and its entry in `supergraph.yaml`. */
  name: string;
  /** Folder with `schema.graphql` and `migrations/`: `import.meta.dirname`. */
  directory: string;
  /** Typed by codegen where they are written; any map of resolvers fits here. */
  resolvers: object;
  events?: AnyEventCatalog;
  /** MikroORM tables of the context's read side. */
  tables?: readonly unknown[];
  projections?: readonly AnyProjection[];
  reactions?: readonly AnyReaction[];
  timers?: readonly Timer[];
}

export interface Subgraph extends Required<Omit<SubgraphDefinition, 'events' | 'resolvers'>> {
  readonly events: AnyEventCatalog | undefined;
  readonly typeDefs: DocumentNode;
  /** Executable; resolvers expect a `ResolverContext`. */
  readonly schema: GraphQLSchema;
}

/** A bounded context as a federated subgraph. Reads its SDL at once, so a broken one fails at start. */
export function defineSubgraph(definition: SubgraphDefinition): Subgraph {
  const file = join(definition.directory, 'schema.graphql');
  const typeDefs = parse(readFileSync(file, 'utf8'));
  const resolvers = {
    ...scalarsOf(typeDefs),
    ...definition.resolvers,
  } as GraphQLResolverMap<ResolverContext>;
  return {
    name: definition.name,
    directory: definition.directory,
    events: definition.events,
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
