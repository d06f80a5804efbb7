/**
 * A subgraph behind HTTP. Connections are kept; queries, and only they, are tried once more when
 * no answer came, and sent once for equal ones of one caller; a subgraph that keeps failing is left
 * alone for a while.
 */
import {
  BrokenCircuitError,
  SamplingBreaker,
  circuitBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { Pool } from 'undici';
import { LIMITS, type SubgraphLimits } from '../limits.ts';
import { createExchange, type Answered, type Exchange } from './exchange.ts';
import { createRemoteSubscriptions } from './remote-subscription.ts';
import { createSharedAnswers } from './shared-answers.ts';
import {
  TransportFault,
  type FaultCode,
  type RequestContext,
  type RunFetch,
  type SubgraphFetch,
  type SubgraphResult,
  type Transport,
  type Variables,
} from './transport.ts';

export interface HttpTransportOptions {
  readonly url: string;
  readonly limits?: Partial<SubgraphLimits>;
  /** Client headers passed on, lower case. Request id and trace context always travel. */
  readonly forwardedHeaders?: readonly string[];
  /** Value of `authorization`: who asks, in a form the subgraph trusts. Made anew for each try. */
  readonly credentialsOf?: (request: RequestContext, body: string) => string | Promise<string>;
  /**
   * All that the subgraph is told of who asks, as text: equal questions may be sent once for equal
   * callers. Undefined where each goes by itself; by default so with credentials.
   */
  readonly callerOf?: (request: RequestContext) => string | undefined;
  readonly observer?: TransportObserver | undefined;
}

/** Told of every try and of what the breaker does. */
export interface TransportObserver {
  answered(outcome: 'success' | FaultCode, durationMs: number): void;
  retried(): void;
  /** Queries that an equal one of the same caller was sent for. */
  spared(count: number): void;
  /** Whether the subgraph is left alone from now on. */
  broke(isOpen: boolean): void;
}

export function createHttpTransport(options: HttpTransportOptions): Transport {
  const url = new URL(options.url);
  const limits: SubgraphLimits = { ...LIMITS.subgraph, ...options.limits };
  const pool = new Pool(url.origin, {
    connections: limits.connectionsMax,
    keepAliveTimeout: 30_000,
    connect: { timeout: limits.timeoutMs },
  });
  const exchange = createExchange(pool, {
    path: url.pathname + url.search,
    timeoutMs: limits.timeoutMs,
    bytesMax: limits.answerBytesMax,
  });
  const breaker = createBreaker(limits, options.observer);
  const headersOf = compileHeaders(options);
  const subscriptions = createRemoteSubscriptions({
    url: url.href.replace(/^http/, 'ws'),
    timeoutMs: limits.timeoutMs,
    pingMs: limits.pingMs,
    bytesMax: limits.answerBytesMax,
    headersOf,
  });
  const { observer } = options;
  const waitMs = limits.equalWaitMs;
  const means = { breaker, headersOf, callerOf: compileCaller(options), waitMs, observer };
  return {
    compile: (fetch) => compileFetch(fetch, exchange, means),
    subscribe: subscriptions,
    close: () => pool.close(),
  };
}

function createBreaker(
  limits: SubgraphLimits,
  observer: TransportObserver | undefined,
): CircuitBreakerPolicy {
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: limits.breakMs,
    breaker: new SamplingBreaker({
      threshold: limits.failureShareMax,
      duration: limits.failureWindowMs,
      minimumRps: (limits.failureCallsMin * 1_000) / limits.failureWindowMs,
    }),
  });
  breaker.onBreak(() => observer?.broke(true));
  breaker.onReset(() => observer?.broke(false));
  return breaker;
}

type HeadersOf = (request: RequestContext, body: string) => Headers | Promise<Headers>;
type Headers = Record<string, string>;

interface Means {
  readonly breaker: CircuitBreakerPolicy;
  readonly headersOf: HeadersOf;
  readonly callerOf: CallerOf;
  readonly waitMs: number;
  readonly observer: TransportObserver | undefined;
}

function compileFetch(
  { operation, operationName, kind }: SubgraphFetch,
  exchange: Exchange,
  { breaker, headersOf, callerOf, waitMs, observer }: Means,
): RunFetch {
  const name =
    operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  const head = `{"query":${JSON.stringify(operation)}${name},"variables":`;
  const isQuery = kind === 'query';
  const send = async (
    body: string,
    request: RequestContext,
    signal: AbortSignal | undefined,
  ): Promise<Answered> => {
    const attempt = async (): Promise<Answered> => {
      const headers = await headersOf(request, body);
      return breaker.execute(() => observed(exchange(body, headers, signal), observer));
    };
    try {
      return await attempt();
    } catch (fault) {
      if (!isQuery || !deservesRetry(fault)) throw fault;
      observer?.retried();
      return await attempt();
    }
  };
  const share = createSharedAnswers({ waitMs, onSpared: observer?.spared });
  const run = async (variables: Variables, request: RequestContext): Promise<SubgraphResult> => {
    const { signal } = request;
    const values = JSON.stringify(variables);
    const caller = isQuery ? callerOf(request) : undefined;
    const ask = (until: AbortSignal | undefined) => send(`${head}${values}}`, request, until);
    // Neither JSON text has a line break.
    return caller === undefined
      ? (await ask(signal)).result
      : share(`${caller}\n${values}`, signal, ask);
  };
  return (variables, request) => run(variables, request).catch(rethrow);
}

function observed(
  answer: Promise<Answered>,
  observer: TransportObserver | undefined,
): Promise<Answered> {
  if (observer === undefined) return answer;
  const before = performance.now();
  const tell = (outcome: 'success' | FaultCode): void =>
    observer.answered(outcome, performance.now() - before);
  answer.then(
    () => tell('success'),
    (fault: TransportFault) => tell(fault.code),
  );
  return answer;
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
  return async (request, body) => ({
    ...plain(request),
    authorization: await credentialsOf(request, body),
  });
}

type CallerOf = (request: RequestContext) => string | undefined;

/** With the headers passed on: a subgraph may answer each value of them otherwise. */
function compileCaller({
  callerOf,
  credentialsOf,
  forwardedHeaders = [],
}: HttpTransportOptions): CallerOf {
  const named = callerOf ?? (credentialsOf === undefined ? () => '' : () => undefined);
  return (request) => {
    const caller = named(request);
    if (caller === undefined) return undefined;
    const values = forwardedHeaders.map((name) => request.headers?.[name]);
    return JSON.stringify([caller, ...values]);
  };
}
