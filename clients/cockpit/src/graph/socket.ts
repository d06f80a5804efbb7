import { createClient, type Client } from 'graphql-ws';
import type { LiveStore } from '../live/live-store.ts';

const pingMs = 10_000;
const retryMsMax = 10_000;
/** The gateway closes with this code when the session has ended. */
const unauthorized = 4401;

/** One socket for all subscriptions of this tab; reconnects until the session ends. */
export function createSocket(live: LiveStore, onSessionEnded: () => void): Client {
  return createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    keepAlive: pingMs,
    lazy: false,
    onNonLazyError: live.closed,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: (attempt) => pause(Math.min(500 * 2 ** attempt, retryMsMax)),
    shouldRetry: (event) => !(event instanceof CloseEvent && event.code === unauthorized),
    on: {
      connected: live.opened,
      message: live.heard,
      closed: (event) => {
        live.closed();
        if (event instanceof CloseEvent && event.code === unauthorized) onSessionEnded();
      },
      error: live.closed,
    },
  });
}

/** Up to a third more, so that a restart is not met by everyone at once. */
const pause = async (ms: number): Promise<void> => {
  await new Promise((done) => {
    setTimeout(done, ms * (1 + Math.random() / 3));
  });
};
