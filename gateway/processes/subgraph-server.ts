/**
 * A subgraph as a port: the gateway asks, nobody else. Health says UP or DOWN to everybody; metrics lie
 * on the management port.
 */
import { AccessDenied, hasRole } from '#kernel/access';
import type { Config } from '#kernel/config';
import type { Subgraph } from '#kernel/graphql';
import type { Health, Service } from '#kernel/service';
import type { Logger, Metrics, Tracing } from '#kernel/telemetry';
import type { GraphQLError } from 'graphql';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { EndpointsOptions } from '../endpoints.ts';
import { LIMITS } from '../limits.ts';
import {
  answerHealth,
  answerMetrics,
  createManagement,
  listen,
  serverOptions,
} from '../listening.ts';
import { createMask, type MaskError } from '../plugins/mask-errors.ts';
import { codeOf, statusOf } from '../refusals.ts';
import { parseJson, readText } from '../request-body.ts';
import type { RequestContext, SubgraphResult, Transport } from '../transports/transport.ts';
import { answerForwarded } from './endpoint-forwarding.ts';
import { createInternalVerifier, type Claimed, type VerifyInternal } from './internal-token.ts';
import {
  createKnownOperations,
  readAsked,
  type Asked,
  type KnownOperation,
} from './subgraph-operations.ts';
import { createSubgraphSockets } from './subgraph-sockets.ts';

export interface SubgraphServerOptions {
  readonly config: Config;
  readonly subgraph: Pick<Subgraph, 'name' | 'schema'>;
  readonly transport: Transport;
  readonly endpoints: Pick<EndpointsOptions, 'endpoints' | 'contextIn'>;
  readonly territories: readonly string[];
  readonly health: Health;
  readonly metrics: Metrics;
  readonly tracing?: Tracing | undefined;
  readonly log: Logger;
  readonly now?: (() => number) | undefined;
}

export interface SubgraphServer extends Service {
  /** Once started. */
  readonly url: string;
}

/** Streams have a socket each. */
const CONNECTIONS_MAX = 10_000;
const SWEEP_MS = 50;

export function createSubgraphServer(options: SubgraphServerOptions): SubgraphServer {
  const { config, subgraph, transport, metrics, log } = options;
  const { schema, name } = subgraph;
  const verify = createInternalVerifier({
    subgraph: name,
    keys: config.SUBGRAPH_KEY ?? [],
    territories: options.territories,
    now: options.now,
  });
  const operationOf = createKnownOperations(subgraph, transport, log);
  const mask = createMask(log);
  const sockets = createSubgraphSockets({ schema, transport, verify, operationOf, mask });
  const answer = createAnswer(options, { verify, operationOf, mask });
  const server = createServer(serverOptions(LIMITS), (request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'a request failed unexpectedly');
      response.destroy();
    });
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on('upgrade', (request, socket, head: Buffer) => {
    if (request.url === '/graphql') sockets.upgrade(request, socket, head);
    else socket.destroy();
  });
  const management = createManagement(metrics, LIMITS);
  let url = '';
  return {
    name,
    get url() {
      return url;
    },
    async start() {
      url = await listen(server, config.PORT, config.HOST);
      if (config.FEATURES_METRICS_PROMETHEUS_ENABLED && config.MANAGEMENT_PORT > 0) {
        await listen(management, config.MANAGEMENT_PORT, config.MANAGEMENT_HOST);
      }
    },
    async stop() {
      management.close();
      sockets.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      const timer = setTimeout(() => server.closeAllConnections(), LIMITS.stopTimeoutMs / 2);
      await closed;
      clearInterval(sweep);
      clearTimeout(timer);
    },
  };
}

interface Means {
  readonly verify: VerifyInternal;
  readonly operationOf: (asked: Asked) => KnownOperation;
  readonly mask: MaskError;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Health to everybody, what is asked to the gateway alone. */
function createAnswer(
  options: SubgraphServerOptions,
  { verify, operationOf, mask }: Means,
): Answer {
  const { config, health, metrics } = options;
  const strangers = metrics.counter(
    'freshplan_subgraph_unauthenticated_total',
    'Requests that came without a token of the gateway',
  );
  const answerGraph = createGraphAnswer(operationOf, { mask, stepOf: stepsOf(options) });
  const hasMetrics = config.FEATURES_METRICS_PROMETHEUS_ENABLED;
  const showsMetrics = hasMetrics && !config.production && config.MANAGEMENT_PORT === 0;
  return async (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    response.setHeader('cache-control', 'no-store');
    if (await answerHealth(health, response, path)) return;
    if (showsMetrics && (await answerMetrics(metrics, response, path))) return;
    if (path !== '/graphql' && path !== '/endpoints') return void response.writeHead(404).end();
    if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end();
    try {
      // Whoever has no token sends no body either.
      const claimed = await verify(request.headers.authorization);
      const body = await readText(request, LIMITS.subgraph.bodyBytesMax);
      const who = claimed.spend(body);
      if (path === '/graphql') return await answerGraph(request, response, { who, body });
      if (!hasRole(who.actor, 'system')) throw new AccessDenied('UNAUTHENTICATED');
      await answerForwarded(options.endpoints, response, body);
    } catch (error) {
      if (error instanceof AccessDenied) strangers.inc();
      if (response.headersSent || response.destroyed) return void response.destroy();
      const masked = mask(error, '');
      response.setHeader('connection', 'close');
      send(response, statusOf(masked), { errors: [masked] }, 'application/json');
    }
  };
}

interface Authentic {
  readonly who: ReturnType<Claimed['spend']>;
  readonly body: string;
}

/** An answer of GraphQL counts whatever it says: its errors have codes and nothing else. */
function createGraphAnswer(
  operationOf: (asked: Asked) => KnownOperation,
  { mask, stepOf }: { mask: MaskError; stepOf: StepOf },
) {
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    { who, body }: Authentic,
  ): Promise<void> => {
    const left = new AbortController();
    response.once('close', () => left.abort());
    const step = stepOf(request.headers['traceparent']);
    let result: SubgraphResult;
    try {
      const asked = readAsked(parseJson(body));
      const { run } = operationOf(asked);
      result = await run(asked.variables, {
        ...who,
        signal: left.signal,
        ...step,
      });
    } catch (error) {
      result = { errors: [error as GraphQLError] };
    }
    const { errors, ...rest } = result;
    const masked = errors?.map((error) => mask(error, who.requestId));
    step.span?.end(masked?.[0] && codeOf(masked[0]));
    const whole = masked === undefined ? rest : { ...rest, errors: masked };
    send(response, 200, whole, 'application/graphql-response+json');
  };
}

type StepOf = (
  header: string | string[] | undefined,
) => Pick<RequestContext, 'span' | 'traceparent'>;

/** What the gateway does not trace begins no trace here. */
function stepsOf({ tracing, subgraph }: SubgraphServerOptions): StepOf {
  return (parent) => {
    if (typeof parent !== 'string') return {};
    const span = tracing?.start(`subgraph ${subgraph.name}`, { kind: 'server', parent });
    return { span, traceparent: span?.traceparent ?? parent };
  };
}

function send(response: ServerResponse, status: number, value: object, type: string): void {
  const text = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { 'content-type': type, 'content-length': text.length }).end(text);
}
