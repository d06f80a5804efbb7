import { randomUUID } from 'node:crypto';
import { graphql, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { Actor } from '#kernel/access';
import { jobContext, type BackboneOperations, type Feed } from '#kernel/events';
import type { ResolverContext } from '#kernel/graphql';

type Foundations = Parameters<typeof jobContext>[0] & {
  readonly feed: Feed;
  readonly backbone?: BackboneOperations;
};

/** The context a resolver would get for this actor's request. */
export function contextFor(foundations: Foundations, actor: Actor): ResolverContext {
  const correlationId = randomUUID();
  const { feed, backbone } = foundations;
  return {
    ...jobContext(foundations, { actor, correlationId }),
    feed,
    ...(backbone === undefined ? {} : { backbone }),
  };
}

/** Asks a subgraph through its own schema, as the gateway would. */
export async function querySubgraph(
  { schema }: { schema: GraphQLSchema },
  foundations: Foundations,
  actor: Actor,
  source: string,
  variableValues: Record<string, unknown> = {},
): Promise<ExecutionResult<Record<string, unknown>>> {
  const contextValue = contextFor(foundations, actor);
  const result = await graphql({ schema, source, variableValues, contextValue });
  return result;
}
