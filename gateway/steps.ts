/** Steps of a trace: an operation, and each fetch from a subgraph. */
import type { Attributes } from '#kernel/telemetry';
import type { OperationDefinitionNode } from 'graphql';
import type { Send } from './sending.ts';
import type { SubgraphFetch } from './transports/transport.ts';

/** What a client calls a text of its own could be anything. */
export function labelsOf(
  { operation, name }: OperationDefinitionNode,
  isPersisted: boolean,
): [name: string, attributes: Attributes] {
  const told = (isPersisted ? name?.value : undefined) ?? 'anonymous';
  const attributes = { 'graphql.operation.type': operation, 'graphql.operation.name': told };
  return [`${operation} ${told}`, attributes];
}

/** Costs one look at the request where it is not traced. */
export function asStep(send: Send, { subgraph, kind }: SubgraphFetch): Send {
  return (state, variables, receive, fail) => {
    const { request } = state;
    if (request.span === undefined) return send(state, variables, receive, fail);
    const { representations } = variables;
    const span = request.span.start(`fetch ${subgraph}`, {
      kind: 'client',
      attributes: {
        'freshplan.subgraph': subgraph,
        'graphql.operation.type': kind,
        ...(Array.isArray(representations)
          ? { 'freshplan.entities': representations.length }
          : undefined),
      },
    });
    const { traceparent } = span;
    return send(
      { request: { ...request, span, traceparent } },
      variables,
      (result) => {
        const [error] = result.errors ?? [];
        span.end(error && (error.extensions?.['code'] ?? 'INTERNAL'));
        receive(result);
      },
      (fault) => {
        span.end(fault);
        fail(fault);
      },
    );
  };
}
