/** graphql-ws on the same port and path: every operation takes the pipeline HTTP takes. */
import { AccessDenied, type Actor } from '#kernel/access';
import { CloseCode, makeServer, type Server as ProtocolServer } from 'graphql-ws';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { EdgeContext } from './http.ts';
import { maskResult } from './plugins/mask-errors.ts';
import { requestIdOf, traceparentOf } from './plugins/request-id.ts';
import type { PreparedOperation } from './pipeline.ts';
import { codeOf, forbidden } from './refusals.ts';
import type { OperationResult } from './response.ts';
import { endError, type Stream } from './subscriptions.ts';

export interface Sockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Says goodbye to all with 1001. */
  close(): void;
  terminate(): void;
}

interface Extra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  actor: Actor | null;
  /** Counts the socket for its user, once it is known whose it is. */
  admit(actor: Actor): boolean;
}

const PROTOCOL = 'graphql-transport-ws';
const UNAUTHENTICATED = 4401;
const TOO_MANY = 4429;

export function createSockets(context: EdgeContext): Sockets {
  const { limits } = context;
  const protocol = createProtocol(context);
  const perUser = new Map<string, number>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.socketPayloadBytesMax,
    perMessageDeflate: false,
    // A foreign subprotocol is taken only to be closed with the code that says so (4406).
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : ([...offered][0] ?? false)),
  });

  const admit = (socket: WebSocket, actor: Actor): boolean => {
    const count = perUser.get(actor.userId) ?? 0;
    if (count >= limits.socketsPerUserMax) return false;
    perUser.set(actor.userId, count + 1);
    socket.once('close', () => {
      const left = (perUser.get(actor.userId) ?? 1) - 1;
      if (left === 0) perUser.delete(actor.userId);
      else perUser.set(actor.userId, left);
    });
    return true;
  };

  return {
    async upgrade(request, duplex, head) {
      duplex.on('error', () => duplex.destroy());
      let actor: Actor | null;
      try {
        const { origin, cookie, authorization } = request.headers;
        const isFromNowhere =
          origin === undefined && cookie !== undefined && authorization === undefined;
        if (isFromNowhere || !context.allowsOrigin(request)) return reject(duplex, 403);
        actor = await context.identity.identify(request.headers);
      } catch (error) {
        return reject(duplex, error instanceof AccessDenied ? 401 : 500);
      }
      server.handleUpgrade(request, duplex, head, (socket) => {
        const extra: Extra = { socket, request, actor, admit: (who) => admit(socket, who) };
        open(context, protocol, extra);
      });
    },
    close() {
      for (const socket of server.clients) socket.close(1001, 'Going away');
    },
    terminate() {
      for (const socket of server.clients) socket.terminate();
    },
  };
}

function reject(duplex: Duplex, status: 401 | 403 | 500): void {
  const text = { 401: 'Unauthorized', 403: 'Forbidden', 500: 'Internal Server Error' }[status];
  duplex.end(`HTTP/1.1 ${status} ${text}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function open(
  { limits }: EdgeContext,
  protocol: ProtocolServer<Extra & Record<string, unknown>>,
  extra: Extra,
): void {
  const { socket } = extra;
  const withinRate = createMessageRate(limits.socketMessagesPerSecondMax);
  const tooFast = (): void => socket.close(TOO_MANY, 'Too many messages');
  let receive: ((data: string) => Promise<void>) | undefined;
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      // Resolves when the message has left, so that nobody is fed faster than he reads.
      send: (data) =>
        new Promise((resolve) => {
          if (socket.readyState !== socket.OPEN) return resolve();
          socket.send(data, () => resolve());
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (callback) => {
        receive = callback;
      },
    },
    extra as Extra & Record<string, unknown>,
  );
  socket.on('message', (data, isBinary) => {
    if (!withinRate()) return tooFast();
    if (isBinary) return socket.close(CloseCode.BadRequest, 'Text only');
    receive?.(String(data)).catch(() => socket.close(CloseCode.InternalServerError));
  });
  socket.on('ping', () => {
    if (!withinRate()) tooFast();
  });
  const stopHeartbeat = startHeartbeat(socket, limits.heartbeatMs);
  socket.on('error', () => socket.terminate());
  socket.once('close', (code, reason) => {
    stopHeartbeat();
    void closed(code, String(reason));
  });
}

function createMessageRate(perSecond: number): () => boolean {
  let windowStart = performance.now();
  let count = 0;
  return () => {
    const at = performance.now();
    if (at - windowStart >= 1_000) {
      windowStart = at;
      count = 0;
    }
    return (count += 1) <= perSecond;
  };
}

function startHeartbeat(socket: WebSocket, everyMs: number): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, everyMs);
  return () => clearInterval(timer);
}

interface Prepared {
  readonly operation: PreparedOperation;
  readonly stream: Stream | undefined;
}

function createProtocol(context: EdgeContext): ProtocolServer<Extra & Record<string, unknown>> {
  const { limits } = context;
  return makeServer<Record<string, unknown>, Extra & Record<string, unknown>>({
    connectionInitWaitTimeout: limits.socketInitTimeoutMs,
    async onConnect({ extra, connectionParams }) {
      const actor = extra.actor ?? (await actorOfParams(context, connectionParams));
      if (actor === null) return turnAway(extra.socket, UNAUTHENTICATED, 'Unauthenticated');
      if (!extra.admit(actor)) return turnAway(extra.socket, TOO_MANY, 'Too many sockets');
      extra.actor = actor;
      closeAtExpiry(extra.socket, actor);
      return true;
    },
    async onSubscribe({ extra, subscriptions }, id, payload) {
      if (Object.keys(subscriptions).length > limits.socketSubscriptionsMax) {
        extra.socket.close(TOO_MANY, 'Too many subscriptions');
        return [];
      }
      const requestId = `${requestIdOf(extra.request)}.${id}`.slice(0, 128);
      try {
        return await prepare(context, extra, payload, requestId);
      } catch (error) {
        const masked = context.mask(error, requestId);
        context.metrics.refused(codeOf(masked));
        return [masked];
      }
    },
    execute: (args) => executeOver(context, preparedOf(args)),
    subscribe: (args) => {
      const { operation, stream } = preparedOf(args);
      const { socket } = (args as ExecutionArgs & { extra: Extra }).extra;
      return eventsOf(context, { operation, stream: stream as Stream, socket });
    },
  });
}

/** The library's own close, with a code that clients would try again after, then comes too late. */
function turnAway(socket: WebSocket, code: number, reason: string): false {
  socket.close(code, reason);
  return false;
}

async function actorOfParams(
  { identity }: EdgeContext,
  params: Readonly<Record<string, unknown>> | undefined,
): Promise<Actor | null> {
  const authorization = params?.['authorization'] ?? params?.['Authorization'];
  if (typeof authorization !== 'string') return null;
  try {
    return await identity.identify({ authorization });
  } catch (error) {
    if (error instanceof AccessDenied) return null;
    throw error;
  }
}

function closeAtExpiry(socket: WebSocket, { expiresAt }: Actor): void {
  if (expiresAt === undefined) return;
  const leftMs = Math.min(Math.max(0, expiresAt - Date.now()), 2_147_483_647);
  const timer = setTimeout(() => socket.close(UNAUTHENTICATED, 'Token expired'), leftMs);
  socket.once('close', () => clearTimeout(timer));
}

async function prepare(
  context: EdgeContext,
  extra: Extra,
  payload: object,
  requestId: string,
): Promise<ExecutionArgs> {
  const actor = extra.actor === null ? null : await context.identity.current(extra.actor);
  if (actor === null) {
    extra.socket.close(UNAUTHENTICATED, 'Unauthenticated');
    throw forbidden();
  }
  const abort = new AbortController();
  extra.socket.once('close', () => abort.abort());
  const operation = await context.pipeline().prepare(payload, {
    actor,
    requestId,
    address: extra.request.socket.remoteAddress ?? '',
    abort,
    traceparent: traceparentOf(extra.request),
  });
  const isStream = operation.kind === 'subscription';
  const stream = isStream ? context.streams.open(operation, operation.params.resume) : undefined;
  if (stream !== undefined) extra.socket.once('close', () => stream.end('complete'));
  const prepared: Prepared = { operation, stream };
  const args = {
    schema: context.pipeline().supergraph.apiSchema,
    document: operation.document,
    operationName: operation.operationName,
    contextValue: prepared,
    extra,
  };
  return args;
}

function preparedOf(args: ExecutionArgs): Prepared {
  return args.contextValue as Prepared;
}

async function executeOver(
  context: EdgeContext,
  { operation }: Prepared,
): Promise<ExecutionResult> {
  const startedAt = performance.now();
  const { requestId } = operation.caller;
  let result: ExecutionResult;
  try {
    result = plain(maskResult(await operation.execute(), context.mask, requestId));
  } catch (error) {
    result = { errors: [context.mask(error, requestId)] };
  }
  const durationMs = performance.now() - startedAt;
  context.metrics.answered(operation.kind, result.errors !== undefined, durationMs);
  return result;
}

/** graphql-ws spreads results, so they hold values, not getters. */
function plain(result: OperationResult): ExecutionResult {
  const { errors, extensions } = result;
  return {
    ...('data' in result ? { data: result.data ?? null } : {}),
    ...(errors === undefined ? {} : { errors }),
    ...(extensions === undefined ? {} : { extensions }),
  };
}

interface Delivery {
  readonly operation: PreparedOperation;
  readonly stream: Stream;
  readonly socket: WebSocket;
}

function eventsOf(
  context: EdgeContext,
  { operation, stream, socket }: Delivery,
): AsyncIterableIterator<ExecutionResult> {
  const { requestId } = operation.caller;
  const done = { value: undefined, done: true } as const;
  let isTold = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      let event;
      try {
        event = await stream.next();
      } catch (error) {
        stream.end('complete');
        return { value: { errors: [context.mask(error, requestId)] }, done: false };
      }
      if (typeof event !== 'string') return { value: plain(event.result), done: false };
      if (event === 'UNAUTHENTICATED') {
        // Final for clients: they sign in anew instead of trying again.
        socket.close(UNAUTHENTICATED, 'Unauthenticated');
        return done;
      }
      const error = endError(event);
      if (error === undefined || isTold) return done;
      isTold = true;
      return { value: { errors: [context.mask(error, requestId)] }, done: false };
    },
    async return() {
      stream.end('complete');
      return done;
    },
  };
}
