/** Holds many sockets open and counts what arrives, in a process of its own; told by its parent. */
import { WebSocket } from 'ws';
import { subscription } from './fan-out-graph.ts';
import { clockMs } from './fan-out-log.ts';

export interface OpenSockets {
  readonly url: string;
  /** Frames come by themselves; otherwise each socket subscribes. */
  readonly isBare: boolean;
  /** Shared by the sockets in turn; without any nobody is signed in. */
  readonly tokens: readonly string[];
  readonly sockets: number;
  /** Of the sockets that stop to read. */
  readonly pausedShare: number;
}

/** Waits until each socket that reads has received so many more. */
export interface AwaitMessages {
  readonly messages: number;
  readonly timeoutMs: number;
}

export interface Received {
  readonly messages: number;
  /** From the first of them to the last. */
  readonly elapsedMs: number;
  /** From the stamp in the message; ascending. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly bytes: number;
}

const OPENING_AT_ONCE = 50;
const sockets: WebSocket[] = [];
let reading = 0;
let received = 0;
let bytes = 0;
let firstAt = 0;
let lastAt = 0;
let delays: number[] = [];

function hear(text: string): void {
  const at = /"at":([\d.]+)/.exec(text)?.[1];
  if (at === undefined) return void process.send?.({ error: text });
  lastAt = performance.now();
  if (received === 0) firstAt = lastAt;
  received += 1;
  bytes = text.length;
  delays.push(clockMs() - Number(at));
}

function openSocket(url: string, isBare: boolean, token?: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const options = { perMessageDeflate: false, skipUTF8Validation: true };
    const socket = new WebSocket(url, isBare ? [] : 'graphql-transport-ws', options);
    socket.on('error', reject);
    socket.on('close', (code, reason) => {
      process.send?.({ error: `a socket was closed: ${code} ${String(reason)}` });
    });
    if (isBare) socket.once('open', () => resolve(socket));
    else {
      const payload = token === undefined ? {} : { authorization: `Bearer ${token}` };
      socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
    }
    socket.on('message', (data: Buffer) => {
      const text = data.toString('latin1');
      if (isBare || text.includes('"next"')) return hear(text);
      if (text.includes('connection_ack')) {
        const payload = { query: subscription };
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }), () => resolve(socket));
        return;
      }
      if (!text.includes('"ping"')) process.send?.({ error: text });
    });
  });
}

async function open(job: OpenSockets): Promise<object> {
  const { url, isBare, tokens, sockets: count, pausedShare } = job;
  for (let n = 0; n < count; n += OPENING_AT_ONCE) {
    const some = Array.from({ length: Math.min(OPENING_AT_ONCE, count - n) }, (_, index) =>
      openSocket(url, isBare, tokens[(n + index) % tokens.length]),
    );
    sockets.push(...(await Promise.all(some)));
  }
  const paused = Math.round(count * pausedShare);
  for (const socket of sockets.slice(0, paused)) socket.pause();
  reading = count - paused;
  return { opened: count };
}

async function wait({ messages, timeoutMs }: AwaitMessages): Promise<Received> {
  const wanted = messages * reading;
  const end = performance.now() + timeoutMs;
  while (received < wanted) {
    if (performance.now() > end) throw new Error(`${received} of ${wanted} messages came in time`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const ascending = [...Float64Array.from(delays).toSorted()];
  const at = (share: number): number => ascending[Math.floor(share * ascending.length)] ?? 0;
  const result = {
    messages: received,
    elapsedMs: lastAt - firstAt,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    bytes,
  };
  received = 0;
  delays = [];
  return result;
}

process.on('message', (job: OpenSockets | AwaitMessages) => {
  ('url' in job ? open(job) : wait(job)).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
