/**
 * One change to thousands of open subscriptions: ours with every event authorised, beside bare frames
 * of the same length to as many sockets and, if asked for, Hive Gateway with nothing authorised. All
 * take turns, round after round.
 */
import type { AwaitMessages, OpenSockets, Received } from './fan-out-clients.ts';
import type { AwaitReaders, Push } from './fan-out-log.ts';
import type { FanOutServer } from './fan-out-server.ts';
import { installPeers } from './install-peers.ts';
import { startProcess, type MeasuredProcess } from './processes.ts';

export interface FanOutOptions {
  readonly sockets: readonly number[];
  /** Changes sent at once in a round, each to every socket. */
  readonly burst: number;
  /** Changes a second of the quiet part, in which delays are taken. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly rounds: number;
  /** Hive Gateway too; installed if it is not there. */
  readonly hive: boolean;
  readonly say: (line: string) => void;
}

export interface FanOutFigures {
  readonly sockets: number;
  readonly way: string;
  /** Messages, in the burst. */
  readonly perSecond: number;
  /** Of the server, per thousand messages of the burst. */
  readonly cpuMsPerThousand: number | undefined;
  /** The same of the subgraph's process, where changes come from one. */
  readonly subgraphCpuMsPerThousand: number | undefined;
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

interface Contestant {
  readonly way: string;
  readonly script: string;
  readonly options: readonly (string | number)[];
  readonly isBare?: boolean;
  /** Its changes come over HTTP. */
  readonly hasSubgraph?: boolean;
  /** Subscriptions that read the log, where sockets are open before they do. */
  readonly readers?: number;
}

export async function measureFanOut(options: FanOutOptions): Promise<FanOutFigures[]> {
  if (options.hive) installPeers('peers', options.say);
  const figures: FanOutFigures[] = [];
  for (const sockets of options.sockets) figures.push(...(await measureWith(sockets, options)));
  return figures;
}

async function measureWith(sockets: number, options: FanOutOptions): Promise<FanOutFigures[]> {
  const { say, rounds, perSecond } = options;
  const sides: Side[] = [];
  const open = async (contestant: Contestant): Promise<number> => {
    const side = await openSide(contestant, sockets, say);
    sides.push(side);
    return (side.messageBytes = (await side.push(WARM_UP)).bytes);
  };
  const fallen = new Set<string>();
  /** Those who are compared may fall out; ours may not, nor what all are measured by. */
  const attempt = async (way: string, work: () => Promise<unknown>): Promise<void> => {
    if (fallen.has(way)) return;
    try {
      await work();
    } catch (error) {
      if (way === OURS || way === BARE) throw error;
      fallen.add(way);
      say(`${sockets} sockets, ${way}: out of it, ${String(error)}`);
    }
  };
  try {
    const script = 'fan-out-server.ts';
    const bytes = await open({ way: OURS, script, options: ['ours', sockets] });
    await open({ way: BARE, script, options: ['ws', sockets, bytes], isBare: true });
    for (const each of options.hive ? hives(sockets) : [])
      await attempt(each.way, () => open(each));
    const bursts = new Map(sides.map((side) => [side, [] as Burst[]]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const side of sides) {
        say(`${sockets} sockets, ${side.way}: round ${round} of ${rounds}`);
        await attempt(side.way, async () => {
          bursts.get(side)?.push(await burst(side, options.burst));
        });
      }
    }
    const figures: FanOutFigures[] = [];
    for (const side of sides) {
      say(`${sockets} sockets, ${side.way}: ${perSecond} changes a second`);
      await attempt(side.way, async () => {
        const delays = await quiet(side, options);
        figures.push(figuresOf(side, sockets, bursts.get(side) ?? [], delays));
      });
    }
    return figures;
  } finally {
    for (const side of sides) await side.stop();
  }
}

const OURS = 'ours';
export const BARE = 'bare ws';

/** With the planner of either kind, over a schema in its process and over a subgraph. */
function hives(sockets: number): Contestant[] {
  const each = { script: 'peers/hive-fan-out.js', readers: sockets };
  return [
    { ...each, way: 'Hive, from memory', options: ['js'] },
    { ...each, way: 'Hive, Rust planner, from memory', options: ['rust'] },
    { ...each, way: 'Hive', options: ['js'], hasSubgraph: true },
    { ...each, way: 'Hive, Rust planner', options: ['rust'], hasSubgraph: true },
  ];
}

function figuresOf(
  side: Side,
  sockets: number,
  bursts: readonly Burst[],
  { p50Ms, p95Ms, p99Ms }: Received,
): FanOutFigures {
  const { way, residentKb, messageBytes } = side;
  const subgraphCpu = bursts.flatMap(({ subgraphCpuMsPerThousand: each }) => each ?? []);
  return {
    sockets,
    way,
    perSecond: median(bursts.map((each) => each.perSecond)),
    cpuMsPerThousand: median(bursts.map((each) => each.cpuMsPerThousand)),
    subgraphCpuMsPerThousand: subgraphCpu.length === 0 ? undefined : median(subgraphCpu),
    p50Ms,
    p95Ms,
    p99Ms,
    residentKb,
    messageBytes,
  };
}

interface Side {
  readonly way: string;
  readonly server: MeasuredProcess<FanOutServer>;
  readonly subgraph: MeasuredProcess<unknown> | undefined;
  readonly residentKb: number | undefined;
  messageBytes: number;
  /** Sends changes and waits until all who read have them. */
  push(changes: number): Promise<Received>;
  send(changes: number): void;
  received(changes: number): Promise<Received>;
  stop(): Promise<void>;
}

async function openSide(
  contestant: Contestant,
  sockets: number,
  say: (line: string) => void,
): Promise<Side> {
  const { way, script, isBare = false, readers } = contestant;
  const subgraph =
    contestant.hasSubgraph === true
      ? await startProcess<{ url: string }>({ script: 'fan-out-subgraph.ts', cores: 'rest' })
      : undefined;
  const options = [...contestant.options.map(String), ...(subgraph ? [subgraph.told.url] : [])];
  const server = await startProcess<FanOutServer>({ script, options, cores: 'first' });
  const clients = await startProcess({ script: 'fan-out-clients.ts', cores: 'rest' });
  const before = server.residentMb();
  const { url, tokens } = server.told;
  const opening: OpenSockets = { url, isBare, tokens, sockets, pausedShare: PAUSED_SHARE };
  await ask(clients, opening);
  const source = subgraph ?? server;
  if (readers !== undefined) await ask(source, { readers } satisfies AwaitReaders);
  const after = server.residentMb();
  const residentKb =
    before === undefined || after === undefined ? undefined : ((after - before) * 1_024) / sockets;
  say(`${sockets} sockets, ${way}: open`);
  const send = (changes: number): void => void source.child.send({ changes } satisfies Push);
  const received = (messages: number): Promise<Received> =>
    ask<Received>(clients, { messages, timeoutMs: TIMEOUT_MS } satisfies AwaitMessages);
  return {
    way,
    server,
    subgraph,
    residentKb,
    messageBytes: 0,
    send,
    received,
    push(changes) {
      send(changes);
      return received(changes);
    },
    async stop() {
      await clients.stop();
      await server.stop();
      await subgraph?.stop();
    },
  };
}

interface Burst {
  readonly perSecond: number;
  readonly cpuMsPerThousand: number;
  readonly subgraphCpuMsPerThousand: number | undefined;
}

async function burst({ server, subgraph, push }: Side, changes: number): Promise<Burst> {
  const cpuMs = (): number => server.cpuMs() ?? Number.NaN;
  const before = cpuMs();
  const subgraphBefore = subgraph?.cpuMs();
  const { messages, elapsedMs } = await push(changes);
  const perThousand = (from: number, to: number): number => ((to - from) / messages) * 1_000;
  return {
    perSecond: messages / (elapsedMs / 1_000),
    cpuMsPerThousand: perThousand(before, cpuMs()),
    subgraphCpuMsPerThousand:
      subgraphBefore === undefined
        ? undefined
        : perThousand(subgraphBefore, subgraph?.cpuMs() ?? Number.NaN),
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

async function ask<T>(one: MeasuredProcess<unknown>, job: object): Promise<T> {
  const { child } = one;
  const answer = new Promise<T | { error: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', () => reject(new Error('A process ended before its time')));
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
