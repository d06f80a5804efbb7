/**
 * Gateways beside each other over the same subgraphs: Apollo's, Hive's, Mercurius and ours, each in a process
 * of its own, asked by another one. Rounds go from gateway to gateway, so that whatever else the
 * machine does meets all of them; what is told is the median of the rounds.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditSdl, bigQuery, mediumQuery } from './fixtures/audit.ts';
import { startLoad, type Load, type LoadRequest } from './http-load.ts';
import { installPeers } from './install-peers.ts';
import { canPin, startProcess, type MeasuredProcess } from './processes.ts';

export interface GatewayBenchOptions {
  /** Per gateway, query and round. */
  readonly seconds?: number;
  readonly rounds?: number;
  /** Told as it goes. */
  readonly say?: (line: string) => void;
}

export interface GatewayFigures {
  readonly query: string;
  readonly gateway: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Of the gateway's process, per request; undefined where the system does not tell. */
  readonly cpuMs: number | undefined;
  /** Of the process of the subgraphs, per request; none where they run in the gateway's. */
  readonly subgraphCpuMs: number | undefined;
  readonly residentMb: number | undefined;
  /** Beside Apollo's answers. */
  readonly answer: Likeness;
}

type Likeness = 'same' | 'other order of keys';

interface Contestant {
  readonly name: string;
  readonly script: string;
  readonly options: readonly string[];
}

interface Told {
  readonly url: string;
  readonly token?: string;
}

interface Running extends Contestant {
  readonly process: MeasuredProcess<Told>;
}

interface Question {
  readonly name: string;
  readonly bodies: readonly string[];
}

/** The first is what the others are compared with. */
const contestants: readonly Contestant[] = [
  { name: 'Apollo Server + gateway', script: 'peers/apollo.js', options: [] },
  { name: 'Hive', script: 'peers/hive.js', options: [] },
  { name: 'Hive, Rust planner', script: 'peers/hive.js', options: ['rust'] },
  {
    name: 'Hive, Rust, collapsing clients',
    script: 'peers/hive.js',
    options: ['rust', 'collapse'],
  },
  {
    name: 'Hive, Rust, collapsing nothing',
    script: 'peers/hive.js',
    options: ['rust', 'separate'],
  },
  { name: 'Mercurius', script: 'peers/mercurius/gateway.js', options: [] },
  { name: 'ours over HTTP', script: 'own-gateway.ts', options: [] },
  { name: 'ours over HTTP, sharing nothing', script: 'own-gateway.ts', options: ['separate'] },
  { name: 'ours, subgraphs in process', script: 'own-gateway.ts', options: ['local'] },
];
const connections = 50;

/** More than there are connections, so that no two requests under way are alike; all answer alike. */
const pageSizes = Array.from({ length: 90 }, (_, index) => index + 9);

const questions: readonly Question[] = [
  { name: 'MED', bodies: [JSON.stringify({ query: mediumQuery })] },
  { name: 'BIG', bodies: [JSON.stringify({ query: bigQuery })] },
  {
    name: 'MED, each with another variable',
    bodies: pageSizes.map((first) =>
      JSON.stringify({ query: withVariable(mediumQuery), variables: { first } }),
    ),
  },
];

function withVariable(query: string): string {
  return query
    .replace('query Medium {', 'query Medium($first: Int) {')
    .replace('first: 9', 'first: $first');
}

/** Apollo's figures come first of each query. */
export async function compareGateways({
  seconds = 2,
  rounds = 3,
  say = () => {},
}: GatewayBenchOptions = {}): Promise<GatewayFigures[]> {
  installPeers('peers', say);
  installPeers('peers/mercurius', say);
  const directory = mkdtempSync(join(tmpdir(), 'freshplan-bench-'));
  const stops: (() => Promise<void>)[] = [];
  try {
    const subgraphs = await startProcess<Record<string, string>>({
      script: 'subgraph-servers.ts',
      cores: 'rest',
    });
    stops.push(() => subgraphs.stop());
    const file = join(directory, 'supergraph.graphql');
    writeFileSync(file, supergraphAt(subgraphs.told));
    const running: Running[] = [];
    for (const contestant of contestants) {
      const { script, options } = contestant;
      const process = await startProcess<Told>({
        script,
        options: [file, ...options],
        cores: 'first',
      });
      stops.push(() => process.stop());
      running.push({ ...contestant, process });
    }
    const load = await startLoad();
    stops.push(() => load.stop());
    say(canPin ? 'Gateways share the first core.' : 'No core is reserved: taskset is missing.');
    const figures: GatewayFigures[] = [];
    for (const question of questions) {
      figures.push(...(await ask(question, { running, subgraphs, load, seconds, rounds, say })));
    }
    return figures;
  } finally {
    for (const stop of stops.toReversed()) await stop();
    rmSync(directory, { recursive: true });
  }
}

export function supergraphAt(urls: Readonly<Record<string, string>>): string {
  let sdl = auditSdl;
  for (const [name, url] of Object.entries(urls)) sdl = sdl.replace(`http://${name}.test/`, url);
  return sdl;
}

interface Arena {
  readonly running: readonly Running[];
  readonly subgraphs: MeasuredProcess<unknown>;
  readonly load: Load;
  readonly seconds: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly cpuMs: number | undefined;
  readonly subgraphCpuMs: number | undefined;
}

async function ask(question: Question, arena: Arena): Promise<GatewayFigures[]> {
  const { running, load, seconds, rounds, say } = arena;
  const likenesses = await compareAnswers(question, running);
  const requests = new Map<Running, LoadRequest[]>();
  for (const each of running) {
    const { token } = each.process.told;
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { bytes } = likenesses.get(each) as { bytes: number };
    const all = question.bodies.map((body) => ({ headers, body, bytes }));
    requests.set(each, all);
    // Plans, compiled code and connections: what later requests find.
    const { url } = each.process.told;
    await load.run({ url, requests: all, connections, seconds: Math.max(1, seconds / 2) });
  }
  const measured = new Map<Running, Round[]>(running.map((each) => [each, []]));
  for (let round = 1; round <= rounds; round += 1) {
    say(`${question.name}, round ${round} of ${rounds}`);
    for (const each of running) {
      measured.get(each)?.push(await measure(each, requests.get(each) ?? [], arena));
    }
  }
  return running.map((each) => {
    const of = measured.get(each) ?? [];
    return {
      query: question.name,
      gateway: each.name,
      perSecond: median(of.map(({ perSecond }) => perSecond)) ?? 0,
      p50Ms: median(of.map(({ p50Ms }) => p50Ms)) ?? 0,
      p95Ms: median(of.map(({ p95Ms }) => p95Ms)) ?? 0,
      p99Ms: median(of.map(({ p99Ms }) => p99Ms)) ?? 0,
      cpuMs: median(of.map(({ cpuMs }) => cpuMs)),
      subgraphCpuMs: median(of.map(({ subgraphCpuMs }) => subgraphCpuMs)),
      residentMb: each.process.residentMb(),
      answer: likenesses.get(each)?.likeness as Likeness,
    };
  });
}

async function measure(
  { process, options }: Running,
  requests: readonly LoadRequest[],
  { load, seconds, subgraphs }: Arena,
): Promise<Round> {
  const before = process.cpuMs();
  const subgraphsBefore = subgraphs.cpuMs();
  const result = await load.run({ url: process.told.url, requests, connections, seconds });
  const each = (from: number | undefined, to: number | undefined): number | undefined =>
    from === undefined || to === undefined ? undefined : (to - from) / result.requests;
  return {
    ...result,
    cpuMs: each(before, process.cpuMs()),
    subgraphCpuMs: options.includes('local') ? undefined : each(subgraphsBefore, subgraphs.cpuMs()),
  };
}

/** @throws when a gateway answers otherwise: a fast wrong answer is no figure. */
async function compareAnswers(
  { name, bodies }: Question,
  running: readonly Running[],
): Promise<Map<Running, { likeness: Likeness; bytes: number }>> {
  const likenesses = new Map<Running, { likeness: Likeness; bytes: number }>();
  let reference = '';
  for (const each of running) {
    const [first = '', ...others] = await Promise.all(
      bodies.map((body) => answerOf(each.process.told, body)),
    );
    if (others.some((text) => text !== first)) {
      throw new Error(`${each.name} answers ${name} now in one way, now in another`);
    }
    if (reference === '') reference = first;
    const isAlike = canonical(first) === canonical(reference);
    if (!isAlike || !('data' in (JSON.parse(first) as object))) {
      throw new Error(`${each.name} answers ${name} otherwise: ${first.slice(0, 300)}`);
    }
    const likeness = first.trim() === reference.trim() ? 'same' : 'other order of keys';
    likenesses.set(each, { likeness, bytes: Buffer.byteLength(first) });
  }
  return likenesses;
}

async function answerOf({ url, token }: Told, body: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body,
  });
  return response.text();
}

function canonical(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  return known[Math.floor(known.length / 2)];
}
