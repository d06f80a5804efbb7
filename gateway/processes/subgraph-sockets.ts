/** Subscriptions of a subgraph process over graphql-ws: one on each socket, for the token it came with. */
import { useServer } from 'graphql-ws/use/ws';
import { parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { LIMITS } from '../limits.ts';
import type { MaskError } from '../plugins/mask-errors.ts';
import type { SubgraphResult, Transport } from '../transports/transport.ts';
import type { Claimed, VerifyInternal } from './internal-token.ts';
import { readAsked, type Asked, type KnownOperation } from './subgraph-operations.ts';

export interface SubgraphSocketsOptions {
  readonly schema: GraphQLSchema;
  readonly transport: Transport;
  readonly verify: VerifyInternal;
  readonly operationOf: (asked: Asked) => KnownOperation;
  readonly mask: MaskError;
}

export interface SubgraphSockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends every stream: the gateway's clients go on by position. */
  close(): void;
}

type Extra = { claimed: Claimed };

const UNAUTHENTICATED = 4401;
/** Told to the library, which wants an operation of its own to run: ours brings its stream along. */
const STREAM = parse('subscription Stream { __typename }', { noLocation: true });

export function createSubgraphSockets(options: SubgraphSocketsOptions): SubgraphSockets {
  const { schema, verify } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.subgraph.bodyBytesMax,
    perMessageDeflate: false,
  });
  useServer<Record<string, unknown>, Extra>(
    {
      connectionInitWaitTimeout: LIMITS.socketInitTimeoutMs,
      async onConnect({ connectionParams = {}, extra }) {
        try {
          extra.claimed = await verify(String(connectionParams['authorization']));
          return true;
        } catch {
          extra.socket.close(UNAUTHENTICATED, 'Unauthorized');
          return false;
        }
      },
      onSubscribe({ extra }, _id, payload) {
        try {
          const rootValue = streamOf(
            options,
            payload,
            extra.claimed?.spend(JSON.stringify(payload)),
          );
          return { schema, document: STREAM, rootValue };
        } catch (error) {
          extra.socket.close(UNAUTHENTICATED, 'Unauthorized');
          return [options.mask(error, '')];
        }
      },
      subscribe: ({ rootValue }) => rootValue as AsyncIterable<ExecutionResult>,
    },
    server,
    LIMITS.heartbeatMs,
  );
  return {
    upgrade(request, duplex, head) {
      duplex.on('error', () => duplex.destroy());
      server.handleUpgrade(request, duplex, head, (socket) => {
        server.emit('connection', socket, request);
      });
    },
    close() {
      for (const client of server.clients) client.close(1001, 'Going away');
      server.close();
    },
  };
}

type Who = ReturnType<Claimed['spend']>;

/** What cannot be subscribed, and what a source throws, is a result, so that its code arrives. */
function streamOf(
  { transport, operationOf, mask }: SubgraphSocketsOptions,
  payload: unknown,
  who: Who | undefined,
): AsyncIterableIterator<SubgraphResult> {
  if (who === undefined) throw new Error('Nobody asks');
  const masked = (errors: readonly unknown[]) => errors.map((each) => mask(each, who.requestId));
  const refusal = (error: unknown): SubgraphResult => ({ data: null, errors: masked([error]) });
  let source: AsyncIterator<SubgraphResult> | undefined;
  let isOver = false;
  const done = { value: undefined, done: true } as const;
  const open = (): AsyncIterator<SubgraphResult> => {
    const asked = readAsked(payload);
    const { fetch } = operationOf(asked);
    const request = { ...who, resumeFrom: asked.resume };
    return transport.subscribe(fetch, asked.variables, request)[Symbol.asyncIterator]();
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (isOver) return done;
      try {
        source ??= open();
        const event = await source.next();
        if (event.done === true) return done;
        const { errors, ...rest } = event.value;
        const value = errors === undefined ? rest : { ...rest, errors: masked(errors) };
        return { value, done: false };
      } catch (error) {
        isOver = true;
        return { value: refusal(error), done: false };
      }
    },
    async return() {
      isOver = true;
      await source?.return?.();
      return done;
    },
  };
}
