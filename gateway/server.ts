/** One port for GraphQL in all its forms, sign-in, health and pages; metrics on another. */
import type { Config } from '#kernel/config';
import type { Health, Service } from '#kernel/service';
import type { Logger, Metrics, Tracing } from '#kernel/telemetry';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { createAuthorization } from './authorization.ts';
import type { Policies } from './authorization-rules.ts';
import { trackConnections, type Connections } from './connections.ts';
import { createCursors } from './cursor.ts';
import type { OnDenied } from './denials.ts';
import type { EdgeContext } from './edge.ts';
import { createGraphQLHandler } from './http.ts';
import type { Identity } from './identity.ts';
import { LIMITS, type Limits } from './limits.ts';
import {
  answerHealth,
  answerMetrics,
  createManagement,
  isMetrics,
  listen,
  serverOptions,
} from './listening.ts';
import { createOperations, type Manifest } from './operations.ts';
import { createPages } from './pages.ts';
import { planStored } from './stored-plans.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { createEdgeMetrics } from './plugins/edge-metrics.ts';
import { createMask } from './plugins/mask-errors.ts';
import { createOriginCheck } from './plugins/origins.ts';
import { setSecurityHeaders } from './plugins/security-headers.ts';
import { mayReadPlans } from './query-plan.ts';
import { createRateLimiter } from './rates.ts';
import { createShedding } from './shedding.ts';
import { createSockets, type Sockets } from './sockets.ts';
import { createStreams } from './subscriptions.ts';
import type { Supergraph } from './supergraph.ts';

export interface GatewayOptions {
  readonly config: Config;
  readonly supergraph: Supergraph;
  readonly identity: Identity;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly tracing?: Tracing | undefined;
  readonly log: Logger;
  /** The cockpit's build. */
  readonly staticDirectory?: string | undefined;
  /** Sign-in and, in development, the demo issuer: asked first. True when answered. */
  readonly routes?: readonly Route[] | undefined;
  /** Stored operations by client id; `public` for callers without a token. */
  readonly manifests?: ReadonlyMap<string, Manifest> | undefined;
  readonly policies?: Policies | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** For a supergraph of somebody else: without a token, what carries no right is answered. */
  readonly anonymous?: boolean | undefined;
  /** Equal subscriptions of one person share a source; see `PipelineOptions`. */
  readonly sharesStreams?: boolean | undefined;
  readonly onDenied?: OnDenied | undefined;
  readonly now?: (() => number) | undefined;
}

export type Route = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => boolean | Promise<boolean>;

export interface Gateway extends Service {
  /** Of the public port, once started. */
  readonly url: string;
  /** Of the management port, when there is one. */
  readonly managementUrl: string | undefined;
  /**
   * Resolves once the stored operations are planned and the new one serves. Requests under way finish
   * on the old one; streams are planned anew and go on after their last event.
   */
  replaceSupergraph(supergraph: Supergraph): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { config, health, metrics, log } = options;
  const now = options.now ?? Date.now;
  const limits: Limits = { ...LIMITS, ...options.limits };
  const { context, operations, pipelineFor, replace } = createContext(options, limits, now);
  const sockets = createSockets(context);
  const graphql = createGraphQLHandler(context);
  const pages = createPages({
    staticDirectory: options.staticDirectory,
    graphiql: !config.production,
  });
  const hasMetrics = config.FEATURES_METRICS_PROMETHEUS_ENABLED;
  const showsMetrics = hasMetrics && !config.production && config.MANAGEMENT_PORT === 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    setSecurityHeaders(response, config.production);
    if (path === '/graphql') return graphql(request, response);
    if (await answerHealth(health, response, path)) return;
    if (showsMetrics && (await answerMetrics(metrics, response, path))) return;
    if (isMetrics(path)) return void response.writeHead(404).end();
    for (const route of options.routes ?? []) if (await route(request, response, path)) return;
    if (pages.serve(request, response, path)) return;
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'a request failed unexpectedly');
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  };

  const main = createServer(serverOptions(limits), onRequest);
  main.maxConnections = limits.connectionsMax;
  const connections = trackConnections(main);
  main.on('upgrade', (request, socket, head: Buffer) => {
    if ((request.url ?? '').split('?', 1)[0] !== '/graphql') return void socket.destroy();
    sockets.upgrade(request, socket, head).catch(() => socket.destroy());
  });
  const management = createManagement(metrics, limits);

  let url = '';
  let managementUrl: string | undefined;
  return {
    name: 'gateway',
    get url() {
      return url;
    },
    get managementUrl() {
      return managementUrl;
    },
    async start() {
      await planStored(context.pipeline(), operations);
      url = await listen(main, config.PORT, config.HOST);
      context.shedding.start();
      if (hasMetrics && config.MANAGEMENT_PORT > 0) {
        managementUrl = await listen(management, config.MANAGEMENT_PORT, config.MANAGEMENT_HOST);
      }
    },
    async stop() {
      management.close();
      context.shedding.stop();
      await drain({ server: main, connections, context, sockets, timeoutMs: limits.stopTimeoutMs });
    },
    async replaceSupergraph(supergraph) {
      const next = pipelineFor(supergraph);
      await planStored(next, operations);
      replace(next);
      context.streams.moveAll(next);
    },
  };
}

function createContext(options: GatewayOptions, limits: Limits, now: () => number) {
  const { config, identity, log, anonymous = false } = options;
  const metrics = createEdgeMetrics(options.metrics);
  const mask = createMask(log);
  const rates = createRateLimiter(limits, now);
  const shedding = createShedding({
    delayMs: config.loadSheddingDelayMs,
    stepMs: limits.sheddingStepMs,
    metrics: options.metrics,
    log,
  });
  const operations = createOperations({
    manifests: options.manifests,
    freeDocuments: config.freeDocuments,
    production: config.production,
  });
  const pipelineFor = (supergraph: Supergraph): Pipeline =>
    createPipeline({
      supergraph,
      operations,
      rates,
      limits,
      shedding,
      sharesStreams: options.sharesStreams ?? false,
      onDenied: options.onDenied,
      explainsTo: (actor) => mayReadPlans(actor, { production: config.production, anonymous }),
      authorization: createAuthorization({
        sdl: supergraph.sdl,
        apiSchema: supergraph.apiSchema,
        policies: options.policies,
        introspection: !config.production,
        anonymous,
        onDisagreement(type, requestId) {
          metrics.disagreed();
          log.error({ type, requestId }, 'a subgraph returned an object its caller may not see');
        },
      }),
    });
  let pipeline = pipelineFor(options.supergraph);
  const streams = createStreams({
    identity,
    mask,
    now,
    cursors: createCursors(config.CURSOR_SECRET),
    streamsPerUserMax: limits.streamsPerUserMax * limits.socketsPerUserMax,
    onOpen: metrics.streamOpened,
    moveJitterMs: limits.moveJitterMs,
    movePatienceMs: limits.movePatienceMs,
  });
  const context: EdgeContext = {
    pipeline: () => pipeline,
    identity,
    limits,
    mask,
    metrics,
    streams,
    shedding,
    tracing: options.tracing,
    allowsOrigin: createOriginCheck(config.ALLOWED_ORIGINS),
  };
  const replace = (next: Pipeline): void => {
    pipeline = next;
  };
  return { context, operations, pipelineFor, replace };
}

interface Drain {
  readonly server: Server;
  readonly connections: Connections;
  readonly context: EdgeContext;
  readonly sockets: Sockets;
  readonly timeoutMs: number;
}

/** Lets requests finish, tells streams and sockets why they end, and closes what is left in time. */
async function drain({ server, connections, context, sockets, timeoutMs }: Drain): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // What a reader has taken is sent before anything else happens; the goodbye goes behind it.
  void context.streams
    .endAll('SHUTTING_DOWN')
    .then(() => setImmediate())
    .then(() => sockets.close());
  connections.closeUnused();
  // A connection is free, but stays open, only after its last answer.
  const sweep = setInterval(() => connections.closeUnused(), 50);
  const timer = setTimeout(() => {
    sockets.terminate();
    server.closeAllConnections();
  }, timeoutMs);
  await closed;
  context.metrics.close();
  clearTimeout(timer);
  clearInterval(sweep);
}
