/** A subgraph in this process, still spoken to in its own SDL: it can move out by configuration. */
import { subscribe, type GraphQLSchema } from 'graphql';
import { compileOperation } from './resolution.ts';
import type { RequestContext, SubgraphResult, Transport } from './transport.ts';

export interface LocalTransportOptions {
  readonly schema: GraphQLSchema;
  /** The resolvers' context, made anew for each fetch. */
  readonly contextOf: (request: RequestContext) => unknown;
}

export function createLocalTransport({ schema, contextOf }: LocalTransportOptions): Transport {
  return {
    compile: ({ document, operationName }) => {
      const run = compileOperation(schema, document, operationName);
      return (variables, request) => run(variables, contextOf(request));
    },
    subscribe: ({ document, operationName }, variables, request) => ({
      [Symbol.asyncIterator]: () =>
        lazily(async () => {
          const source = await subscribe({
            schema,
            document,
            operationName,
            variableValues: variables,
            contextValue: contextOf(request),
          });
          return Symbol.asyncIterator in source
            ? (source as AsyncGenerator<SubgraphResult>)
            : once(source as SubgraphResult);
        }),
    }),
  };
}

/** By hand: a generator would queue `return` behind the event it waits for. */
function lazily(open: () => Promise<AsyncIterator<SubgraphResult>>): AsyncIterator<SubgraphResult> {
  let source: Promise<AsyncIterator<SubgraphResult>> | undefined;
  let isOver = false;
  return {
    async next() {
      if (isOver) return { value: undefined, done: true };
      return (await (source ??= open())).next();
    },
    async return() {
      isOver = true;
      await (await source)?.return?.();
      return { value: undefined, done: true };
    },
  };
}

async function* once(result: SubgraphResult): AsyncGenerator<SubgraphResult> {
  yield result;
}
