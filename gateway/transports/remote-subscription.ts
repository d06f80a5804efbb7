/**
 * Events of a remote subgraph over graphql-ws. Each subscription has a socket of its own: it
 * speaks for one actor, and a slow subscriber holds back its own source by TCP, nobody else's.
 */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { isResult, unavailable } from './exchange.ts';
import {
  TransportFault,
  type RequestContext,
  type SubgraphResult,
  type Transport,
} from './transport.ts';

export interface RemoteSubscriptionOptions {
  readonly url: string;
  readonly timeoutMs: number;
  /** A subgraph that says nothing for so long is asked whether it is there, and given up as long after. */
  readonly pingMs: number;
  readonly bytesMax: number;
  /** Sent as the connection's parameters, for the payload that is subscribed on it. */
  readonly headersOf: (
    request: RequestContext,
    payload: string,
  ) => Record<string, string> | Promise<Record<string, string>>;
}

/** Events read ahead before the socket is paused. */
const aheadMax = 64;

export function createRemoteSubscriptions(
  options: RemoteSubscriptionOptions,
): Transport['subscribe'] {
  return ({ operation, operationName }, variables, request) => ({
    [Symbol.asyncIterator]: () => {
      const { push, end, iterator } = createQueue();
      const payload = {
        query: operation,
        variables,
        ...(operationName === undefined ? {} : { operationName }),
        ...(request.resumeFrom === undefined ? {} : { extensions: { resume: request.resumeFrom } }),
      };
      const { client, socket } = connect(options, request, JSON.stringify(payload));
      const stop = client.subscribe(payload, {
        next: (event) => {
          if (isResult(event)) push(event, () => socket()?.pause());
          else end(unavailable('An event that is no result.'));
        },
        error: (cause) => end(faultOf(cause)),
        complete: () => end(undefined),
      });
      const close = (): void => {
        stop();
        void client.dispose();
        request.signal?.removeEventListener('abort', leave);
      };
      const leave = (): void => {
        end(new TransportFault('REQUEST_ABORTED', 'The client went away.'));
        close();
      };
      request.signal?.addEventListener('abort', leave, { once: true });
      return iterator({ onDrain: () => socket()?.resume(), onClose: close });
    },
  });
}

function connect(options: RemoteSubscriptionOptions, request: RequestContext, payload: string) {
  const sockets: WebSocket[] = [];
  class Socket extends WebSocket {
    constructor(url: string, protocols: string | string[]) {
      super(url, protocols, {
        maxPayload: options.bytesMax,
        handshakeTimeout: options.timeoutMs,
        perMessageDeflate: false,
      });
      sockets.push(this);
      endWhereSilent(this, options.pingMs);
    }
  }
  const client = createClient({
    url: options.url,
    webSocketImpl: Socket,
    connectionParams: async () => options.headersOf(request, payload),
    connectionAckWaitTimeout: options.timeoutMs,
    retryAttempts: 0,
  });
  return { client, socket: () => sockets.find(({ readyState }) => readyState === WebSocket.OPEN) };
}

/** A process that hangs keeps its connections: nothing else would ever tell that no event will come. */
function endWhereSilent(socket: WebSocket, pingMs: number): void {
  let isAlive = true;
  const hear = (): void => {
    isAlive = true;
  };
  socket.on('pong', hear);
  socket.on('message', hear);
  const timer = setInterval(() => {
    // What is paused hears nothing by our own will.
    if (socket.readyState !== WebSocket.OPEN || socket.isPaused) return hear();
    // After a turn of our own that was long, an answer may lie there unread: it is read first.
    if (!isAlive) return void setImmediate(() => isAlive || socket.terminate());
    isAlive = false;
    socket.ping();
  }, pingMs);
  socket.once('close', () => clearInterval(timer));
}

function faultOf(cause: unknown): TransportFault {
  if (Array.isArray(cause)) {
    return unavailable(cause.map((error: { message?: string }) => error.message).join('; '));
  }
  return unavailable('The subscription broke.', { cause });
}

interface QueueHooks {
  readonly onDrain: () => void;
  readonly onClose: () => void;
}

function createQueue() {
  const events: SubgraphResult[] = [];
  let fault: TransportFault | undefined;
  let isOver = false;
  let isPaused = false;
  let wake: (() => void) | undefined;
  const end = (reason: TransportFault | undefined): void => {
    if (isOver) return;
    isOver = true;
    fault = reason;
    wake?.();
  };
  return {
    end,
    push: (event: SubgraphResult, pause: () => void): void => {
      events.push(event);
      if (events.length >= aheadMax && !isPaused) {
        isPaused = true;
        pause();
      }
      wake?.();
    },
    iterator: ({ onDrain, onClose }: QueueHooks): AsyncIterator<SubgraphResult> => ({
      async next() {
        while (events.length === 0 && !isOver) {
          await new Promise<void>((resolve) => (wake = resolve));
        }
        const event = events.shift();
        if (event !== undefined) {
          if (isPaused && events.length === 0) {
            isPaused = false;
            onDrain();
          }
          return { value: event, done: false };
        }
        onClose();
        if (fault !== undefined) throw fault;
        return { value: undefined, done: true };
      },
      async return() {
        events.length = 0;
        end(undefined);
        onClose();
        return { value: undefined, done: true };
      },
    }),
  };
}
