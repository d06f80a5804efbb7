/**
 * One change to thousands of open subscriptions: ours with every event authorised, beside bare frames
 * of the same length to as many sockets. Both take turns, round after round.
 */
import type { AwaitMessages, OpenSockets, Received } from './fan-out-clients.ts';
import type { FanOutServer, Push } from './fan-out-server.ts';
import { startProcess, type MeasuredProcess } from './processes.ts';

export interface FanOutOptions {
  readonly sockets: readonly number[];
  /** Changes sent at once in a round, each to every socket. */
  readonly burst: number;
  /** Changes a second of the quiet part, in which delays are taken. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

export interface FanOutFigures {
  readonly sockets: number;
  readonly way: string;
  /** Messages, in the burst. */
  readonly perSecond: number;
  /** Of the server, per thousand messages of the burst. */
  readonly cpuMsPerThousand: number | undefined;
  /** Of the quiet part. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Per subscription, above the server without any. */
  readonly residentKb: number | undefined;
  readonly messageBytes: number;
}

const PAUSED_SHARE = 0.05;
const TIMEOUT_MS = 120_000;
/** Before anything is measured: compiled code, warm caches. */
const WARM_UP = 5;

export async function measureFanOut(options: FanOutOptions): Promise<FanOutFigures[]> {
  const figures: FanOutFigures[] = [];
  for (const sockets of options.sockets) {
    const ours = await openSide('ours', sockets, 0, options);
    const { bytes } = await ours.push(WARM_UP);
    const bare = await openSide('ws', sockets, bytes, options);
    await bare.push(WARM_UP);
    const sides = [bare, ours];
    const bursts = new Map(sides.map((side) => [side, [] as Burst[]]));
    for (let round = 0; round < options.rounds; round += 1) {
      for (const side of sides) bursts.get(side)?.push(await burst(side, options.burst));
    }
    for (const side of sides) {
      options.say(`${sockets} sockets, ${side.way}: ${options.perSecond} changes a second`);
      const { p50Ms, p95Ms, p99Ms } = await quiet(side, options);
      const all = bursts.get(side) ?? [];
      figures.push({
        sockets,
        way: side.way,
        perSecond: median(all.map((each) => each.perSecond)),
        cpuMsPerThousand: median(all.map((each) => each.cpuMsPerThousand)),
        p50Ms,
        p95Ms,
        p99Ms,
        residentKb: side.residentKb,
        messageBytes: bytes,
      });
    }
    for (const side of sides) await side.stop();
  }
  return figures;
}

interface Side {
  readonly way: string;
  readonly server: MeasuredProcess<FanOutServer>;
  readonly residentKb: number | undefined;
  /** Sends changes and waits until all who read have them. */
  push(changes: number): Promise<Received>;
  send(changes: number): void;
  received(changes: number): Promise<Received>;
  stop(): Promise<void>;
}

async function openSide(
  way: 'ours' | 'ws',
  sockets: number,
  bytes: number,
  { say }: FanOutOptions,
): Promise<Side> {
  const server = await startProcess<FanOutServer>({
    script: 'fan-out-server.ts',
    options: [way, String(sockets), String(bytes)],
    cores: 'first',
  });
  const clients = await startProcess({ script: 'fan-out-clients.ts', cores: 'rest' });
  const before = server.residentMb();
  const { url, tokens } = server.told;
  const opening: OpenSockets = { url, tokens, sockets, pausedShare: PAUSED_SHARE };
  await ask(clients, opening);
  const after = server.residentMb();
  const residentKb =
    before === undefined || after === undefined ? undefined : ((after - before) * 1_024) / sockets;
  say(`${sockets} sockets, ${way}: open`);
  const send = (changes: number): void => void server.child.send({ changes } satisfies Push);
  const received = (messages: number): Promise<Received> =>
    ask<Received>(clients, { messages, timeoutMs: TIMEOUT_MS } satisfies AwaitMessages);
  return {
    way: way === 'ours' ? 'ours' : 'bare ws',
    server,
    residentKb,
    send,
    received,
    push(changes) {
      send(changes);
      return received(changes);
    },
    async stop() {
      await clients.stop();
      await server.stop();
    },
  };
}

interface Burst {
  readonly perSecond: number;
  readonly cpuMsPerThousand: number;
}

async function burst(side: Side, changes: number): Promise<Burst> {
  const before = side.server.cpuMs() ?? Number.NaN;
  const { messages, elapsedMs } = await side.push(changes);
  const cpuMs = (side.server.cpuMs() ?? Number.NaN) - before;
  return {
    perSecond: messages / (elapsedMs / 1_000),
    cpuMsPerThousand: (cpuMs / messages) * 1_000,
  };
}

async function quiet(side: Side, { perSecond, seconds }: FanOutOptions): Promise<Received> {
  const changes = Math.max(1, Math.round(perSecond * seconds));
  for (let n = 0; n < changes; n += 1) {
    side.send(1);
    await new Promise((resolve) => setTimeout(resolve, 1_000 / perSecond));
  }
  return side.received(changes);
}

async function ask<T>(clients: MeasuredProcess<unknown>, job: object): Promise<T> {
  const { child } = clients;
  const answer = new Promise<T | { error: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', () => reject(new Error('The clients ended before their time')));
  });
  child.send(job);
  const told = await answer;
  child.removeAllListeners('exit');
  if (typeof told === 'object' && told !== null && 'error' in told) throw new Error(told.error);
  return told;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
