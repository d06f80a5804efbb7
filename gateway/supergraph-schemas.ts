/** What a composed schema says, apart from how to plan over it. */
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';
import { withoutCostRules } from './cost-rules.ts';

export interface SupergraphSchemas {
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** With inaccessible parts and federation machinery; the executor decides subtypes by it. */
  readonly supergraphSchema: GraphQLSchema;
  readonly subgraphs: ReadonlyArray<{ readonly name: string; readonly url: string }>;
}

/** `@fromContext` and connectors need an executor that understands them; ours does not. */
const supportedFeatures = new Set(
  [...ROUTER_SUPPORTED_SUPERGRAPH_FEATURES].filter(
    (url) => !url.includes('/context/') && !url.includes('/connect/'),
  ),
);

/** @throws for what is no supergraph, or one that asks for what the gateway does not know */
export function buildSupergraph(sdl: string): Supergraph {
  return Supergraph.build(sdl, { supportedFeatures });
}

export function readSchemas(sdl: string): SupergraphSchemas {
  const supergraph = buildSupergraph(withoutCostRules(sdl));
  return {
    apiSchema: supergraph.apiSchema().toGraphQLJSSchema(),
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: supergraph.subgraphsMetadata(),
  };
}
