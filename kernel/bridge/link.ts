import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import {
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import type { Logger } from '#kernel/telemetry';

/** What one connection can do. */
export interface Session {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
}

/** A connection that is made when it is first needed and mends itself. */
export interface Link {
  /** @throws Error while the server cannot be reached; BridgeFault for what waiting does not cure */
  use(): Promise<Session>;
  isConnected(): boolean;
  /** Calls back after every reconnection. */
  onAgain(listener: () => void): void;
  close(): Promise<void>;
}

/** The bridge cannot work as it is set up; the message says what to do. */
export class BridgeFault extends Error {
  readonly code = 'BRIDGE_FAULT';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BridgeFault';
  }
}

export const REQUEST_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_WAIT_MS = 200;
const PING_MS = 2_000;

/** `nats://user:password@host:port`, several separated by commas; `tls://` for encryption. */
export function createLink(
  url: string,
  {
    name,
    log,
    onConnected = () => {},
  }: { name: string; log: Logger; onConnected?: (is: boolean) => void },
): Link {
  const options = optionsOf(url, name);
  const listeners = new Set<() => void>();
  let connection: NatsConnection | undefined;
  let connected = false;
  let closed = false;
  let opening: Promise<Session> | undefined;

  const say = (is: boolean): void => {
    connected = is;
    onConnected(is);
  };
  const watch = async (nc: NatsConnection): Promise<void> => {
    for await (const { type } of nc.status()) {
      if (type === 'disconnect') {
        say(false);
        log.warn({ server: serversOf(url) }, 'the bridge has lost its connection, trying again');
      } else if (type === 'reconnect') {
        say(true);
        log.info({ server: serversOf(url) }, 'the bridge is connected again');
        listeners.forEach((listener) => listener());
      }
    }
  };
  const open = async (): Promise<Session> => {
    if (closed) throw new Error('The bridge is closed');
    const nc = await connect(options).catch((error: unknown) => {
      throw worded(error, url);
    });
    try {
      const jsm = await jetstreamManager(nc, { timeout: REQUEST_TIMEOUT_MS });
      connection = nc;
      say(true);
      void watch(nc);
      // Only a refusal of our credentials ends a connection for good.
      void nc.closed().then(() => {
        say(false);
        opening = undefined;
      });
      return { js: jetstream(nc, { timeout: REQUEST_TIMEOUT_MS }), jsm };
    } catch (error) {
      await nc.close();
      throw worded(error, url);
    }
  };
  return {
    async use() {
      opening ??= open();
      try {
        return await opening;
      } catch (error) {
        opening = undefined;
        throw error;
      }
    },
    isConnected: () => connected,
    onAgain: (listener) => void listeners.add(listener),
    async close() {
      closed = true;
      await opening?.catch(() => {});
      await connection?.close();
    },
  };
}

function optionsOf(url: string, name: string): ConnectionOptions {
  const servers = url.split(',').map((each) => new URL(each.trim()));
  const [first] = servers as [URL];
  const [user, pass] = [decodeURIComponent(first.username), decodeURIComponent(first.password)];
  return {
    servers: servers.map((each) => each.host),
    name,
    timeout: CONNECT_TIMEOUT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    pingInterval: PING_MS,
    ...(user === '' ? {} : pass === '' ? { token: user } : { user, pass }),
    ...(first.protocol === 'tls:' ? { tls: {} } : {}),
  };
}

/** Addresses without credentials. */
function serversOf(url: string): string {
  return url
    .split(',')
    .map((each) => new URL(each.trim()).host)
    .join(', ');
}

const AUTHORIZATION =
  /^(AuthorizationError|UserAuthenticationExpiredError|PermissionViolationError)$/;

/** What a person can do about it, where it is not just a matter of waiting. */
function worded(error: unknown, url: string): Error {
  const fault = error instanceof Error ? error : new Error(String(error));
  const servers = serversOf(url);
  if (AUTHORIZATION.test(fault.name)) {
    return new BridgeFault(
      `EVENTS_BRIDGE: ${servers} refuses the credentials. Put the right ones into the address: nats://user:password@host:4222`,
      { cause: error },
    );
  }
  if (/jetstream (is )?not enabled|503|no responders/i.test(`${fault.name} ${fault.message}`)) {
    return new BridgeFault(
      `EVENTS_BRIDGE: ${servers} answers, but has no JetStream. Start it with: nats-server -js -sd <folder>`,
      { cause: error },
    );
  }
  return new Error(
    `EVENTS_BRIDGE: ${servers} cannot be reached (${fault.message}). Start a server there with "nats-server -js", correct the address, or leave EVENTS_BRIDGE empty.`,
    { cause: error },
  );
}
