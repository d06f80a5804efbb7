import type { DocumentNode } from 'graphql';
import type { Actor } from '#kernel/access';
import type { Span } from '#kernel/telemetry';

/** What travels with one client request through planner, transports and writer. */
export interface RequestContext {
  readonly actor: Actor | null;
  readonly requestId: string;
  readonly signal?: AbortSignal | undefined;
  readonly traceparent?: string | undefined;
  /** The step that asks, where it is traced; `traceparent` is then its own. */
  readonly span?: Span | undefined;
  /** Lower-case names; each transport forwards only those on its allow-list. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Log position after which a subscription goes on. */
  readonly resumeFrom?: string | undefined;
}

export type Variables = Readonly<Record<string, unknown>>;

/** One operation for one subgraph, known when the client's operation is compiled. */
export interface SubgraphFetch {
  readonly subgraph: string;
  readonly operation: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly variableUsages: readonly string[];
}

export interface SubgraphError {
  readonly message: string;
  readonly path?: ReadonlyArray<string | number> | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  /** Set in-process when a resolver threw something that is not a GraphQL error: a defect. */
  readonly originalError?: Error | null | undefined;
}

/** `data` belongs to the receiver, who merges further answers into it. */
export interface SubgraphResult {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly SubgraphError[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export type RunFetch = (
  variables: Variables,
  request: RequestContext,
) => SubgraphResult | Promise<SubgraphResult>;

/** The way to one subgraph. Throws or rejects with `TransportFault` when no answer came. */
export interface Transport {
  compile(fetch: SubgraphFetch): RunFetch;
  subscribe(
    fetch: SubgraphFetch,
    variables: Variables,
    request: RequestContext,
  ): AsyncIterable<SubgraphResult>;
  close?(): Promise<void>;
}

export type FaultCode = 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_TIMEOUT' | 'REQUEST_ABORTED';

/** No usable answer from a subgraph. `message` is for the log, clients see the code. */
export class TransportFault extends Error {
  override readonly name = 'TransportFault';
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function departed(): TransportFault {
  return new TransportFault('REQUEST_ABORTED', 'The client went away.');
}
