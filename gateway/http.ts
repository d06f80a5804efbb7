/**
 * `/graphql` over HTTP. POST with JSON, nearly every request there is, is read, run and written
 * here; the rest of GraphQL over HTTP is Yoga's.
 */
import type { Actor } from '#kernel/access';
import type { GraphQLError } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { prepareOperation, runOperation, type EdgeContext, type Exchange } from './edge.ts';
import { writeEventStream } from './event-stream.ts';
import type { Identity } from './identity.ts';
import type { Caller } from './pipeline.ts';
import { refusalOf } from './plugins/mask-errors.ts';
import { requestIdOf, traceparentOf } from './plugins/request-id.ts';
import { answerWithYoga, createYogaServer } from './plugins/yoga.ts';
import { readJson } from './request-body.ts';
import { codeOf, forbidden, retryAfterOf, statusOf } from './refusals.ts';
import type { OperationResult } from './response.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const ALLOWED_HEADERS = 'authorization, content-type, traceparent, x-request-id';
const RESPONSE_TYPE = 'application/graphql-response+json';

export function createGraphQLHandler(context: EdgeContext) {
  const yoga = createYogaServer(context);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = requestIdOf(request);
    response.setHeader('x-request-id', requestId);
    response.setHeader('cache-control', 'no-store');
    try {
      if (!context.allowsOrigin(request)) throw forbidden();
      allowListedOrigin(request, response);
      if (request.method === 'OPTIONS') return void response.writeHead(204).end();
      // Where nothing is taken, not even the caller is looked up.
      context.shedding.admit('mutation');
      const actor = await identify(context.identity, request);
      const caller = callerOf(request, response, actor, requestId);
      if (request.method !== 'POST') {
        return await answerWithYoga(yoga, { request, response, caller, body: undefined });
      }
      const isPartner = actor?.roles.includes('partner') === true;
      const { bodyBytesMax, partnerBodyBytesMax } = context.limits;
      const body = await readJson(request, isPartner ? partnerBodyBytesMax : bodyBytesMax);
      await answer(context, yoga, { request, response, caller, body });
    } catch (error) {
      fail(context, response, context.mask(error, requestId));
    }
  };
}

async function answer(
  context: EdgeContext,
  yoga: ReturnType<typeof createYogaServer>,
  exchange: Exchange,
): Promise<void> {
  const { request, response, caller, body } = exchange;
  const accept = request.headers.accept ?? '*/*';
  if (accept.includes('text/event-stream')) {
    const operation = await prepareOperation(context, body, caller);
    const lastEventId = request.headers['last-event-id'];
    return writeEventStream(context, { response, operation, lastEventId: only(lastEventId) });
  }
  const isResponseType = accept.includes(RESPONSE_TYPE);
  if (!isResponseType && !/\*\/\*|application\/(json|\*)/.test(accept)) {
    return answerWithYoga(yoga, exchange);
  }
  const { result, kind } = await runOperation(context, body, caller);
  const [first] = result.errors ?? [];
  if ('data' in result) return send(response, { result, status: 200, isTyped: isResponseType });
  setRetryAfter(response, first);
  const isFaulty = codeOf(first).startsWith('GRAPHQL_') || (kind !== 'none' && isBadInput(first));
  const status = isFaulty && wantsPlainJson(accept) ? 200 : statusOf(first);
  send(response, { result, status, isTyped: isResponseType });
}

/**
 * Who asks for nothing but `application/json` is a client of before the specification: of a document
 * that cannot be run it is told with status 200 (GraphQL over HTTP, 6.4.1).
 */
function wantsPlainJson(accept: string): boolean {
  return accept.split(',').every((type) => /^\s*application\/json\s*(;|$)/.test(type));
}

function isBadInput(error: GraphQLError | undefined): boolean {
  return codeOf(error) === 'BAD_USER_INPUT';
}

interface Answer {
  readonly result: OperationResult;
  readonly status: number;
  readonly isTyped: boolean;
}

function send(response: ServerResponse, { result, status, isTyped }: Answer): void {
  if (response.destroyed) return;
  const body = result.stringify(result);
  response.writeHead(status, {
    'content-type': isTyped ? `${RESPONSE_TYPE}; charset=utf-8` : JSON_TYPE,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function setRetryAfter(response: ServerResponse, error: GraphQLError | undefined): void {
  const seconds = retryAfterOf(error);
  if (seconds !== undefined && !response.headersSent) response.setHeader('retry-after', seconds);
}

/** An answer to a request that never became an operation. */
export function fail(context: EdgeContext, response: ServerResponse, error: GraphQLError): void {
  context.metrics.refused(codeOf(error));
  if (response.headersSent) return void response.destroy();
  // Node reads the rest of a body and throws it away; a long one is not worth waiting for.
  const length = Number(response.req.headers['content-length'] ?? Infinity);
  const isLong = !(length <= context.limits.bodyBytesMax);
  if (isLong && !response.req.complete) response.setHeader('connection', 'close');
  setRetryAfter(response, error);
  send(response, { result: refusalOf([error]), status: statusOf(error), isTyped: false });
}

export function identify(identity: Identity, request: IncomingMessage): Promise<Actor | null> {
  return identity.identify(request.headers);
}

export function callerOf(
  request: IncomingMessage,
  response: ServerResponse,
  actor: Actor | null,
  requestId: string,
): Caller {
  const abort = new AbortController();
  response.on('close', () => {
    if (!response.writableEnded) abort.abort();
  });
  return {
    actor,
    requestId,
    address: request.socket.remoteAddress ?? '',
    abort,
    traceparent: traceparentOf(request),
  };
}

/** A listed foreign origin is answered by its name, once it has passed the check. */
function allowListedOrigin({ headers }: IncomingMessage, response: ServerResponse): void {
  const { origin, host } = headers;
  if (origin === undefined || new URL(origin).host === host) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-allow-methods', 'POST');
  response.setHeader('access-control-allow-headers', ALLOWED_HEADERS);
  response.setHeader('vary', 'origin');
}

function only(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
