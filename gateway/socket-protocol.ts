/** The messages of graphql-ws: who connects, what he subscribes to, what he is sent. */
import { AccessDenied, type Actor } from '#kernel/access';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { makeServer, type Server as ProtocolServer } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { endOperation, prepareOperation, type EdgeContext } from './edge.ts';
import type { PreparedOperation } from './pipeline.ts';
import { maskResult } from './plugins/mask-errors.ts';
import { requestIdOf, traceparentOf } from './plugins/request-id.ts';
import { codeOf, unauthenticated } from './refusals.ts';
import type { OperationResult } from './response.ts';
import { endError, type Stream } from './subscriptions.ts';

export const UNAUTHENTICATED = 4401;
export const TOO_MANY = 4429;

export type SocketProtocol = ProtocolServer<SocketExtra & Record<string, unknown>>;

export interface SocketExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  actor: Actor | null;
  /** Counts the socket for its user, once it is known whose it is. */
  admit(actor: Actor): boolean;
}

interface Prepared {
  /** Of the message that asked for it. */
  readonly id: string;
  readonly operation: PreparedOperation;
  readonly stream: Stream | undefined;
  /** Over: the socket's end no longer concerns it. */
  readonly release: () => void;
}

export function createProtocol(context: EdgeContext): SocketProtocol {
  const { limits } = context;
  return makeServer<Record<string, unknown>, SocketExtra & Record<string, unknown>>({
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
        return await prepare(context, extra, { id, payload, requestId });
      } catch (error) {
        const masked = context.mask(error, requestId);
        context.metrics.refused(codeOf(masked));
        return [masked];
      }
    },
    execute: (args) => executeOver(context, preparedOf(args)),
    subscribe: (args) => {
      const prepared = preparedOf(args);
      const { socket } = (args as ExecutionArgs & { extra: SocketExtra }).extra;
      return deliver(context, { ...prepared, stream: prepared.stream as Stream, socket });
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
  extra: SocketExtra,
  { id, payload, requestId }: { id: string; payload: object; requestId: string },
): Promise<ExecutionArgs> {
  const actor = extra.actor === null ? null : await context.identity.current(extra.actor);
  if (actor === null) {
    extra.socket.close(UNAUTHENTICATED, 'Unauthenticated');
    throw unauthenticated();
  }
  const abort = new AbortController();
  let stream: Stream | undefined;
  const onClose = (): void => {
    abort.abort();
    stream?.end('complete');
  };
  const release = (): void => void extra.socket.off('close', onClose);
  extra.socket.once('close', onClose);
  let operation: PreparedOperation;
  try {
    operation = await prepareOperation(context, payload, {
      actor,
      requestId,
      address: extra.request.socket.remoteAddress ?? '',
      abort,
      traceparent: traceparentOf(extra.request),
    });
    const isStream = operation.kind === 'subscription';
    if (isStream) stream = context.streams.open(operation, operation.params.resume);
  } catch (error) {
    release();
    throw error;
  }
  const prepared: Prepared = { id, operation, stream, release };
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
  { operation, release }: Prepared,
): Promise<ExecutionResult> {
  const startedAt = performance.now();
  const { requestId } = operation.caller;
  let result: ExecutionResult;
  try {
    result = plain(maskResult(await operation.execute(), context.mask, requestId));
  } catch (error) {
    result = { errors: [context.mask(error, requestId)] };
  }
  endOperation(operation.caller, result);
  release();
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

interface Delivery extends Prepared {
  readonly stream: Stream;
  readonly socket: WebSocket;
}

/**
 * Sends the events themselves, each when the last one has left: their text is finished, the library
 * would make an object of it and write it again. What it is given is the end of the stream alone.
 */
function deliver(
  context: EdgeContext,
  { id, operation, stream, socket, release }: Delivery,
): AsyncIterableIterator<ExecutionResult> {
  const { requestId } = operation.caller;
  const done = { value: undefined, done: true } as const;
  const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  let isTold = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      let event;
      try {
        for (event = await stream.next(); typeof event !== 'string'; event = await stream.next()) {
          const sent = send(socket, `${start}${event.text}}`);
          if (sent !== undefined) await sent;
        }
      } catch (error) {
        stream.end('complete');
        release();
        return { value: { errors: [context.mask(error, requestId)] }, done: false };
      }
      release();
      if (event === 'UNAUTHENTICATED') {
        // Final for clients: they sign in anew instead of trying again.
        socket.close(UNAUTHENTICATED, 'Unauthenticated');
        return done;
      }
      const error = endError(event, stream.cursor());
      if (error === undefined || isTold) return done;
      isTold = true;
      return { value: { errors: [context.mask(error, requestId)] }, done: false };
    },
    async return() {
      stream.end('complete');
      release();
      return done;
    },
  };
}

/** Resolves when the message has left, so that nobody is fed faster than he reads; undefined if at once. */
export function send(socket: WebSocket, text: string): Promise<void> | undefined {
  if (socket.readyState !== socket.OPEN) return undefined;
  let left: (() => void) | undefined;
  socket.send(text, () => left?.());
  if (socket.bufferedAmount === 0) return undefined;
  return new Promise((resolve) => {
    left = resolve;
  });
}
