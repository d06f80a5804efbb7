import type { Client as Socket } from 'graphql-ws';
import {
  Client,
  fetchExchange,
  makeOperation,
  mapExchange,
  subscriptionExchange,
  type CombinedError,
  type Operation,
} from 'urql';
import type { LiveStore } from '../live/live-store.ts';
import { createCache } from './cache.ts';

export interface GraphOptions {
  live: LiveStore;
  socket: Socket;
  onSessionEnded: () => void;
}

/** Operations travel by hash, never by text: the gateway knows them from `operations.json`. */
export function createGraph({ live, socket, onSessionEnded }: GraphOptions): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: { credentials: 'same-origin' },
    exchanges: [
      mapExchange({ onOperation: noteHash }),
      createCache(),
      mapExchange({
        onOperation: byHash,
        onResult: (result) => {
          const isFailed = result.error?.networkError !== undefined;
          if (isFailed) live.failed();
          else if (result.operation.kind !== 'subscription') live.answered();
          if (!isFailed && result.operation.kind !== 'mutation') live.received();
          if (result.error !== undefined && isUnauthenticated(result.error)) onSessionEnded();
        },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { ...request, query: request.query ?? '' },
              sink as Parameters<Socket['subscribe']>[1],
            ),
          }),
        }),
      }),
    ],
  });
}

/** The cache hands on documents of its own making, so the hash is noted before it. */
const noteHash = (operation: Operation): Operation => {
  const { __meta__: meta } = operation.query as { __meta__?: { hash?: string } };
  return makeOperation(operation.kind, operation, { ...operation.context, hash: meta?.hash });
};

/** While developing, documents change faster than the manifest a gateway has loaded. */
const byHash = (operation: Operation): Operation => {
  const { hash } = operation.context as { hash?: string };
  if (import.meta.env.DEV || hash === undefined) return operation;
  const persistedQuery = { version: 1 as const, sha256Hash: hash };
  const extensions = { ...operation.extensions, persistedQuery };
  return makeOperation(operation.kind, { ...operation, extensions }, operation.context);
};

const isUnauthenticated = (error: CombinedError): boolean =>
  (error.response as Response | undefined)?.status === 401 ||
  error.graphQLErrors.some(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED');
