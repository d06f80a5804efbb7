/**
 * `/graphql` over HTTP. POST with JSON, nearly every request there is, is read, run and written
 * here; the rest of GraphQL over HTTP is Yoga's.
 */
import type { Actor } from '#kernel/access';
import type { GraphQLError } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { runOperation, type EdgeContext, type Exchange } from './edge.ts';
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
    const operation = await context.pipeline().prepare(body, caller);
    const lastEventId = request.headers['last-event-id'];
    return writeEventStream(context, { response, operation, lastEventId: only(lastEventId) });
  }
  const isResponseType = accept.includes(RESPONSE_TYPE);
  if (!isResponseType && !/\*\/\*|application\/(json|\*)/.test(accept)) {
    return answerWithYoga(yoga, exchange);
  }
  const { result } = await runOperation(context, body, caller);
  writeResult(response, result, isResponseType);
}

function writeResult(response: ServerResponse, result: OperationResult, isTyped: boolean): void {
  if (response.destroyed) return;
  const [first] = result.errors ?? [];
  const isRefused = !('data' in result);
  const retryAfter = isRefused ? retryAfterOf(first) : undefined;
  if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
  const body = result.stringify(result);
  response.writeHead(isRefused ? statusOf(first) : 200, {
    'content-type': isTyped ? `${RESPONSE_TYPE}; charset=utf-8` : JSON_TYPE,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** An answer to a request that never became an operation. */
export function fail(context: EdgeContext, response: ServerResponse, error: GraphQLError): void {
  context.metrics.refused(codeOf(error));
  if (response.headersSent) return void response.destroy();
  // Node reads the rest of a body and throws it away; a long one is not worth waiting for.
  const length = Number(response.req.headers['content-length'] ?? Infinity);
  const isLong = !(length <= context.limits.bodyBytesMax);
  if (isLong && !response.req.complete) response.setHeader('connection', 'close');
  writeResult(response, refusalOf([error]), false);
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
  response.setHeader('access-control-allow-headers', 'authorization, content-type, x-request-id');
  response.setHeader('vary', 'origin');
}

function only(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
