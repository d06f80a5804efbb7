/**
 * Sends changes to many sockets, in a process of its own: `ours` as a gateway with everything on, `ws`
 * as bare frames of the same length over the library ours is built on. Told by its parent.
 */
import { WebSocketServer, type WebSocket } from 'ws';
import { loadConfig } from '#kernel/config';
import { createHealth } from '#kernel/service';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createGateway } from '../../gateway/server.ts';
import { createSupergraph } from '../../gateway/supergraph.ts';
import { createFanOutGraph } from './fan-out-graph.ts';
import { clockMs, type Push } from './fan-out-log.ts';
import { createSignIn } from './sign-in.ts';

export interface FanOutServer {
  readonly url: string;
  /** One for every five sockets, as many as a person may have. */
  readonly tokens: readonly string[];
}

const SOCKETS_PER_PERSON = 5;
const [way, count = '0', length = '0'] = process.argv.slice(2);

async function startOurs(
  sockets: number,
): Promise<{ told: FanOutServer; push: (n: number) => void }> {
  const config = loadConfig({ PORT: '0', LOG_LEVEL: 'warn' });
  const graph = createFanOutGraph();
  const { identity, token } = await createSignIn(config.OIDC_AUDIENCE);
  const gateway = createGateway({
    config,
    identity,
    supergraph: createSupergraph({ sdl: graph.sdl, transports: graph.transports }),
    health: createHealth(),
    metrics: createMetrics({ processMetrics: true }),
    log: createLogger({ level: config.LOG_LEVEL }),
    limits: { connectionsMax: sockets + 10 },
    sharesStreams: true,
  });
  await gateway.start();
  const people = Math.ceil(sockets / SOCKETS_PER_PERSON);
  const tokens = await Promise.all(Array.from({ length: people }, token));
  const url = `${gateway.url.replace('http', 'ws')}/graphql`;
  return { told: { url, tokens }, push: (changes) => graph.change(changes) };
}

/** The best that can be had: one text per change for all, the next when it has left everywhere. */
async function startBare(
  bytes: number,
): Promise<{ told: FanOutServer; push: (n: number) => void }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const sendTo = (socket: WebSocket, text: string): Promise<void> =>
    new Promise((resolve) => socket.send(text, () => resolve()));
  const send = async (changes: number): Promise<void> => {
    for (let n = 0; n < changes; n += 1) {
      const start = `{"at":${clockMs().toFixed(4)},"rest":"`;
      const text = `${start}${'x'.repeat(Math.max(0, bytes - start.length - 2))}"}`;
      await Promise.all([...server.clients].map((socket) => sendTo(socket, text)));
    }
  };
  return { told: { url: `ws://127.0.0.1:${port}`, tokens: [] }, push: (n) => void send(n) };
}

const { told, push } =
  way === 'ours' ? await startOurs(Number(count)) : await startBare(Number(length));
process.on('message', ({ changes }: Push) => push(changes));
process.on('disconnect', () => process.exit());
process.send?.(told);
