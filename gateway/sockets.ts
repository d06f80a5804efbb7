/** graphql-ws on the same port and path: every operation takes the pipeline HTTP takes. */
import { AccessDenied, type Actor } from '#kernel/access';
import { CloseCode } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { EdgeContext } from './edge.ts';
import {
  TOO_MANY,
  createProtocol,
  send,
  type SocketExtra,
  type SocketProtocol,
} from './socket-protocol.ts';

export interface Sockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Says goodbye to all with 1001. */
  close(): void;
  terminate(): void;
}

const PROTOCOL = 'graphql-transport-ws';

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
        const extra: SocketExtra = { socket, request, actor, admit: (who) => admit(socket, who) };
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

function open({ limits }: EdgeContext, protocol: SocketProtocol, extra: SocketExtra): void {
  const { socket } = extra;
  // One for each operation that runs, and a few of our own.
  socket.setMaxListeners(2 * limits.socketSubscriptionsMax);
  const withinRate = createMessageRate(limits.socketMessagesPerSecondMax);
  const tooFast = (): void => socket.close(TOO_MANY, 'Too many messages');
  let receive: ((data: string) => Promise<void>) | undefined;
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: async (data) => send(socket, data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (callback) => {
        receive = callback;
      },
    },
    extra as SocketExtra & Record<string, unknown>,
  );
  socket.on('message', (data, isBinary) => {
    if (!withinRate()) return tooFast();
    if (isBinary) return socket.close(CloseCode.BadRequest, 'Text only');
    receive?.(textOf(data)).catch(() => socket.close(CloseCode.InternalServerError));
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

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data as Buffer).toString('utf8');
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
