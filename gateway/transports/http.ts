/**
 * A subgraph behind HTTP. Connections are kept; queries, and only they, are tried once more when
 * no answer came; a subgraph that keeps failing is left alone for a while.
 */
import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { Pool } from 'undici';
import { createExchange, type Exchange } from './exchange.ts';
import { createRemoteSubscriptions } from './remote-subscription.ts';
import {
  TransportFault,
  type RequestContext,
  type RunFetch,
  type SubgraphFetch,
  type SubgraphResult,
  type Transport,
  type Variables,
} from './transport.ts';

export interface HttpTransportOptions {
  readonly url: string;
  readonly timeoutMs?: number;
  readonly answerBytesMax?: number;
  readonly connectionsMax?: number;
  /** Consecutive failures that open the breaker, and how long it stays open. */
  readonly failuresMax?: number;
  readonly breakMs?: number;
  /** Client headers passed on, lower case. Request id and trace context always travel. */
  readonly forwardedHeaders?: readonly string[];
  /** Value of `authorization`: who asks, in a form the subgraph trusts. */
  readonly credentialsOf?: (request: RequestContext) => string | Promise<string>;
}

const defaults = {
  timeoutMs: 5_000,
  answerBytesMax: 8 * 1024 * 1024,
  connectionsMax: 64,
  failuresMax: 5,
  breakMs: 5_000,
};

export function createHttpTransport(options: HttpTransportOptions): Transport {
  const url = new URL(options.url);
  const settings = { ...defaults, ...options };
  const pool = new Pool(url.origin, {
    connections: settings.connectionsMax,
    keepAliveTimeout: 30_000,
    connect: { timeout: settings.timeoutMs },
  });
  const exchange = createExchange(pool, {
    path: url.pathname + url.search,
    timeoutMs: settings.timeoutMs,
    bytesMax: settings.answerBytesMax,
  });
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: settings.breakMs,
    breaker: new ConsecutiveBreaker(settings.failuresMax),
  });
  const headersOf = compileHeaders(options);
  const subscriptions = createRemoteSubscriptions({
    url: url.href.replace(/^http/, 'ws'),
    timeoutMs: settings.timeoutMs,
    bytesMax: settings.answerBytesMax,
    headersOf,
  });
  return {
    compile: (fetch) => compileFetch(fetch, exchange, { breaker, headersOf }),
    subscribe: subscriptions,
    close: () => pool.close(),
  };
}

type HeadersOf = (request: RequestContext) => Headers | Promise<Headers>;
type Headers = Record<string, string>;

interface Means {
  readonly breaker: CircuitBreakerPolicy;
  readonly headersOf: HeadersOf;
}

function compileFetch(
  { operation, operationName, kind }: SubgraphFetch,
  exchange: Exchange,
  { breaker, headersOf }: Means,
): RunFetch {
  const name =
    operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  const head = `{"query":${JSON.stringify(operation)}${name},"variables":`;
  const isRepeatable = kind === 'query';
  const send = async (variables: Variables, request: RequestContext): Promise<SubgraphResult> => {
    const headers = await headersOf(request);
    const body = `${head}${JSON.stringify(variables)}}`;
    const attempt = (): Promise<SubgraphResult> =>
      breaker.execute(() => exchange(body, headers, request.signal));
    try {
      return await attempt();
    } catch (fault) {
      if (!isRepeatable || !deservesRetry(fault)) throw fault;
      return await attempt();
    }
  };
  return (variables, request) => send(variables, request).catch(rethrow);
}

/** A client that leaves says nothing about the subgraph. */
function isFailure(fault: unknown): boolean {
  return !(fault instanceof TransportFault && fault.code === 'REQUEST_ABORTED');
}

/** Waiting a second time would double the client's wait. */
function deservesRetry(fault: unknown): boolean {
  return fault instanceof TransportFault && fault.code === 'SUBGRAPH_UNAVAILABLE';
}

function rethrow(fault: unknown): never {
  if (fault instanceof BrokenCircuitError) {
    throw new TransportFault('SUBGRAPH_UNAVAILABLE', 'Too many failures: not asked.', {
      cause: fault,
    });
  }
  throw fault;
}

function compileHeaders(options: HttpTransportOptions): HeadersOf {
  const { forwardedHeaders = [], credentialsOf } = options;
  const plain = (request: RequestContext): Headers => {
    const headers: Headers = { 'x-request-id': request.requestId };
    if (request.traceparent !== undefined) headers['traceparent'] = request.traceparent;
    for (const name of forwardedHeaders) {
      const value = request.headers?.[name];
      if (value !== undefined) headers[name] = value;
    }
    return headers;
  };
  if (credentialsOf === undefined) return plain;
  return async (request) => ({ ...plain(request), authorization: await credentialsOf(request) });
}
