/** Mounts the ways in beside the graph: limits first, then the body as a whole, then the context's answer. */
import type { Context } from '#kernel/events';
import type { Endpoint, EndpointRequest } from '#kernel/graphql';
import type { Logger } from '#kernel/telemetry';
import type { GraphQLError } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { readBytes } from './request-body.ts';
import { statusOf } from './refusals.ts';
import type { Route } from './server.ts';

export interface EndpointsOptions {
  readonly endpoints: readonly Endpoint[];
  readonly contextIn: (job: string, territory?: string) => Context;
  readonly log: Logger;
}

export function createEndpoints({ endpoints, contextIn, log }: EndpointsOptions): Route {
  const mounted = new Map(
    endpoints.map((endpoint) => {
      const { path: keyPrefix, perMinuteMax: points } = endpoint;
      const limiter = new RateLimiterMemory({ keyPrefix, points, duration: 60 });
      return [endpoint.path, { endpoint, limiter }];
    }),
  );
  return async (request, response, path) => {
    const found = mounted.get(path);
    if (found === undefined) return false;
    const { endpoint, limiter } = found;
    response.setHeader('cache-control', 'no-store');
    if (!endpoint.methods.some((method) => method === request.method)) {
      response.writeHead(405, { allow: endpoint.methods.join(', ') }).end();
      return true;
    }
    const waitMs = await waitOf(limiter, request.socket.remoteAddress ?? '');
    if (waitMs > 0) {
      response.writeHead(429, { 'retry-after': String(Math.ceil(waitMs / 1_000)) }).end();
      return true;
    }
    const body = await bodyOf(request, response, endpoint.bodyBytesMax);
    if (body === undefined) return true;
    try {
      const answer = await endpoint.answer(requestOf(request, endpoint, body), (territory) =>
        contextIn(endpoint.job, territory),
      );
      response.writeHead(answer.status, { ...answer.headers }).end(answer.body ?? '');
    } catch (error) {
      // What was sent may be personal: the log names the way in and the kind of the fault.
      log.error({ job: endpoint.job, name: (error as Error).name }, 'a way in failed unexpectedly');
      response.writeHead(500).end();
    }
    return true;
  };
}

/** Milliseconds to wait; 0 when there is room. */
async function waitOf(limiter: RateLimiterMemory, address: string): Promise<number> {
  try {
    await limiter.consume(address);
    return 0;
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    return Math.max(1, error.msBeforeNext);
  }
}

/** Undefined when it was refused, and is answered. */
async function bodyOf(
  request: IncomingMessage,
  response: ServerResponse,
  bytesMax: number,
): Promise<Buffer | undefined> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    response.writeHead(415, { connection: 'close' }).end();
    return undefined;
  }
  try {
    return await readBytes(request, bytesMax);
  } catch (error) {
    if (!response.destroyed) {
      const status = statusOf(error as GraphQLError);
      response.writeHead(status, { connection: 'close' }).end();
    }
    return undefined;
  }
}

function requestOf(request: IncomingMessage, { headers }: Endpoint, body: Buffer): EndpointRequest {
  const [, search = ''] = (request.url ?? '').split('?', 2);
  return {
    method: request.method ?? 'GET',
    query: new URLSearchParams(search),
    header(name) {
      const value = headers.includes(name) ? request.headers[name] : undefined;
      return Array.isArray(value) ? value[0] : value;
    },
    body,
  };
}
