import type { Connection, Database } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import { within } from './retry.ts';

/** A connection that hears notifications, replaced when it breaks or falls silent. */
export interface Listening {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Sends one notification per payload; lost when there is no connection. */
  notify(channel: string, payloads: readonly string[]): void;
  isListening(): boolean;
}

const HEARTBEAT_MS = 5_000;
const RECONNECT_MAX_MS = 2_000;
/** Milliseconds a new connection has until it listens; one that hangs is given up. */
const LISTEN_TIMEOUT_MS = 2_000;
const BEAT_CHANNEL = 'events_beat';

export function createListening(options: {
  readonly database: Database;
  readonly channels: readonly string[];
  readonly log: Logger;
  onNotification(channel: string, payload: string): void;
  /** Listening after a break: what was told meanwhile is lost. */
  onAgain(): void;
}): Listening {
  const { log } = options;
  const beat = `${process.pid}-${Math.random().toString(36).slice(2)}`;
  let connection: Connection | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let beatSeen = true;

  const listen = async (): Promise<void> => {
    const fresh = await options.database.connect('listen');
    fresh.client.on('notification', ({ channel, payload = '' }) => {
      if (channel !== BEAT_CHANNEL) options.onNotification(channel, payload);
      else if (payload === beat) beatSeen = true;
    });
    await subscribe(fresh, [...options.channels, BEAT_CHANNEL]);
    connection = fresh;
    beatSeen = true;
    void fresh.closed.then(() => {
      if (connection === fresh) connection = undefined;
      if (!stopping) void relisten(fresh);
    });
  };
  const relisten = async (lost: Connection): Promise<void> => {
    await lost.close().catch(() => {});
    for (let delayMs = 50; !stopping && connection === undefined; delayMs *= 2) {
      try {
        await listen();
        log.info('listening again');
        options.onAgain();
        return;
      } catch (error) {
        log.warn({ err: error }, 'no listening connection, polling meanwhile');
        await new Promise((resolve) => setTimeout(resolve, Math.min(delayMs, RECONNECT_MAX_MS)));
      }
    }
  };
  const notify: Listening['notify'] = (channel, payloads) => {
    const sql = 'select pg_notify($1, payload) from unnest($2::text[]) as payload';
    connection?.client.query(sql, [channel, payloads]).catch(() => {});
  };
  const heartbeat = (): void => {
    if (connection === undefined) return;
    if (!beatSeen) {
      // Half open: nothing came back since the last beat.
      connection.client.connection.stream.destroy();
      return;
    }
    beatSeen = false;
    notify(BEAT_CHANNEL, [beat]);
  };

  return {
    async start() {
      await listen();
      timer = setInterval(heartbeat, HEARTBEAT_MS);
    },
    async stop() {
      stopping = true;
      clearInterval(timer);
      await connection?.close();
    },
    notify,
    isListening: () => connection !== undefined,
  };
}

/** @throws HandlerTimeout when the connection is there and does not answer; it is let go then */
async function subscribe({ client }: Connection, channels: readonly string[]): Promise<void> {
  const listening = client.query(channels.map((each) => `listen ${each}`).join('; '));
  try {
    await within(listening, { name: 'listening', timeoutMs: LISTEN_TIMEOUT_MS });
  } catch (error) {
    client.connection.stream.destroy();
    throw error;
  }
}
