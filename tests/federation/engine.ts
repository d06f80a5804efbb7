import { parse, type FormattedExecutionResult, type GraphQLSchema } from 'graphql';
import { expect } from 'vitest';
import { createSupergraph, type Supergraph } from '../../gateway/supergraph.ts';
import { createLocalTransport } from '../../gateway/transports/local.ts';
import type { RequestContext, Transport } from '../../gateway/transports/transport.ts';
import { supergraphSdl } from './fixture/index.ts';
import type { Ask } from './oracle.ts';

export const anonymous: RequestContext = { actor: null, requestId: 'test' };

export function localTransports(
  subgraphs: ReadonlyMap<string, GraphQLSchema>,
): Map<string, Transport> {
  return new Map(
    [...subgraphs].map(([name, schema]) => [
      name,
      createLocalTransport({ schema, contextOf: () => ({}) }),
    ]),
  );
}

export function createEngine(
  subgraphs: ReadonlyMap<string, GraphQLSchema>,
  replaced: ReadonlyMap<string, Transport> = new Map(),
): Ask {
  const transports = new Map([...localTransports(subgraphs), ...replaced]);
  return asking(createSupergraph({ sdl: supergraphSdl, transports }));
}

/** Answers as a client reads them; both ways to `data` have to agree. */
export function asking(supergraph: Supergraph): Ask {
  return async (query, variables) => {
    const compiled = await supergraph.compile({ document: parse(query) });
    const result = await compiled.execute(variables, anonymous);
    const answer = JSON.parse(result.stringify(result)) as FormattedExecutionResult;
    expect(result.data).toEqual(answer.data);
    return answer;
  };
}
