/** A subgraph in this process, still spoken to in its own SDL: it can move out by configuration. */
import { execute, subscribe, type GraphQLSchema } from 'graphql';
import type { RequestContext, SubgraphResult, Transport } from './transport.ts';

export interface LocalTransportOptions {
  readonly schema: GraphQLSchema;
  /** The resolvers' context, made anew for each fetch. */
  readonly contextOf: (request: RequestContext) => unknown;
}

export function createLocalTransport({ schema, contextOf }: LocalTransportOptions): Transport {
  return {
    compile:
      ({ document, operationName }) =>
      (variables, request) =>
        execute({
          schema,
          document,
          operationName,
          variableValues: variables,
          contextValue: contextOf(request),
        }) as SubgraphResult | Promise<SubgraphResult>,
    subscribe: async function* ({ document, operationName }, variables, request) {
      const source = await subscribe({
        schema,
        document,
        operationName,
        variableValues: variables,
        contextValue: contextOf(request),
      });
      if (Symbol.asyncIterator in source) yield* source as AsyncIterable<SubgraphResult>;
      else yield source as SubgraphResult;
    },
  };
}
