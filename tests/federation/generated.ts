/**
 * Random supergraphs whose every value follows from its type, its object and its field. The same values
 * stand in one schema without subgraphs: what that answers is what federation has to answer.
 */
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import {
  execute,
  parse,
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { composeSubgraphs } from '../../gateway/compose.ts';
import type { Random } from '../chaos/backbone/random.ts';
import { ABOVE, generateModel } from './generated-model.ts';
import { sdlOf } from './generated-sdl.ts';
import { createWorld, resolversIn, type Thing } from './generated-world.ts';

type Answer = FormattedExecutionResult;

export interface Generated {
  readonly supergraphSdl: string;
  /** Executable, by name. */
  readonly subgraphs: ReadonlyMap<string, GraphQLSchema>;
  /** One schema with all fields, and what it answers. */
  truth(schema: GraphQLSchema, document: DocumentNode, variables: object): Promise<Answer>;
}

export function generateSupergraph(g: Random): Generated {
  const model = generateModel(g);
  const world = createWorld(model, String(g.between(0, 999)));
  const subgraphs = new Map<string, GraphQLSchema>();
  const names = [...model.names, ...(model.above.length > 0 ? [ABOVE] : [])];
  const sources = names.map((name) => {
    const sdl = sdlOf(name, model);
    return { name, sdl, file: name, url: `http://${name}.test/graphql` };
  });
  const { sdl: supergraphSdl } = composeSubgraphs(sources);
  for (const { name, sdl } of sources) {
    const resolvers = resolversIn(name, model, world) as GraphQLResolverMap<unknown>;
    subgraphs.set(name, buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]));
  }
  return {
    supergraphSdl,
    subgraphs,
    truth: async (schema, document, variableValues) => {
      const answer = await execute({
        schema,
        document,
        variableValues: variableValues as Record<string, unknown>,
        fieldResolver: (owner, args: Record<string, unknown>, _, { parentType, fieldName }) =>
          world.truthOf(owner, parentType.name, fieldName, args),
        typeResolver: (value) => (value as Thing).__typename,
      });
      return JSON.parse(JSON.stringify(answer)) as Answer;
    },
  };
}
