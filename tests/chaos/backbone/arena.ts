import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#kernel/database';
import {
  UNSYNCED,
  counters,
  createTestDatabase,
  eventually,
  tallies,
  type TestDatabase,
} from '#kernel/testing';
import { inspect, type Evidence, type Finding } from '../checker.ts';
import { CANARY, createHistory, type History } from './history.ts';
import { openOutside, type Outside } from './outside.ts';
import { startNode, type Node } from './process.ts';
import type { NodeSettings, RecordLine, Reply } from './protocol.ts';
import { openProxy, through, type Proxy } from './proxy.ts';
import { randomOf, type Random } from './random.ts';

export interface ArenaOptions {
  readonly seed: number;
  readonly nodes?: number;
  readonly writers?: number;
  readonly pauseMs?: number;
  /** Settings of every process. */
  readonly settings?: Partial<NodeSettings>;
  /** Settings of PostgreSQL. */
  readonly server?: Readonly<Record<string, string>>;
}

/** Real processes of the backbone on a server of their own, and all that is known outside of them. */
export interface Arena {
  readonly random: Random;
  readonly db: TestDatabase;
  readonly proxy: Proxy;
  readonly outside: Outside;
  readonly history: History;
  readonly server: ServerControl;
  /** What each subscriber has received. */
  readonly received: ReadonlyMap<string, RecordLine[]>;
  /** What was done to the system, in milliseconds since the beginning. */
  readonly timeline: readonly string[];
  nodes(): readonly Node[];
  note(text: string): void;
  start(settings?: Partial<NodeSettings>): Promise<Node>;
  /** Kills a process and forgets it. */
  kill(node: Node): Promise<void>;
  /** Name of the process that writes the log now. @throws while there is none */
  leader(): Promise<Node>;
  /** Asks any living process, again until one answers. */
  ask(call: Parameters<Node['call']>[0], timeoutMs?: number): Promise<Reply>;
  /** The workload, while something is done to the system. */
  underLoad<T>(work: () => Promise<T>): Promise<T>;
  /** Lets everything come back: processes, answers, consumers. Answers how long that took. */
  heal(): Promise<{ recoveryMs: number }>;
  /** What the checker finds; nothing when all is well. Waits this long for rest. */
  check(restMs?: number): Promise<Finding[]>;
  close(): Promise<void>;
}

export interface ServerControl {
  kill(): Promise<void>;
  stopFast(): Promise<void>;
  start(): Promise<void>;
  isUp(): boolean;
}

const SETTLE_MS = 60_000;
const SERVER = { max_connections: '120', shared_buffers: '64MB' };
/** Runs by hand sync. */
const SYNCED = process.env['CHAOS_FSYNC'] === 'on' ? {} : UNSYNCED;
const RESTING = { timeoutMs: 10_000, intervalMs: 50 };
/** How long rest may take on a machine that does much else; alone it takes about a second. */
const REST_MS = 30_000;
const REBUILD_MS = 60_000;
const PATIENT = { timeoutMs: 60_000, intervalMs: 100 };

export async function openArena(options: ArenaOptions): Promise<Arena> {
  const directory = await mkdtemp(join(tmpdir(), 'freshplan-chaos-'));
  const random = randomOf(options.seed);
  const began = performance.now();
  const timeline: string[] = [];
  const note = (text: string): void =>
    void timeline.push(`${Math.round(performance.now() - began)} ms ${text}`);
  const { server, control } = await openServer(directory, options.server ?? {});
  const db = await createTestDatabase({
    modules: [counters, tallies],
    serverUrl: server.adminUrl,
    poolSizeMax: 4,
  });
  const proxy = await openProxy(server.port);
  const outside = await openOutside();
  const sealDirectory = await mkdtemp(join(tmpdir(), 'freshplan-seals-'));
  const ranks = Math.max(1, options.nodes ?? 2);
  const living: Node[] = [];
  const outputs: (() => string)[] = [];
  const received = new Map<string, RecordLine[]>();
  let names = 0;

  const start = async (settings: Partial<NodeSettings> = {}): Promise<Node> => {
    names += 1;
    const node = startNode(
      {
        name: `n${names}`,
        url: through(proxy, db.appUrl),
        keysUrl: through(proxy, db.keysUrl),
        outsideUrl: outside.url,
        sealDirectory,
        ...options.settings,
        ...settings,
      },
      (line) => received.get(line.record)?.push(line),
    );
    living.push(node);
    outputs.push(node.output);
    await node.ready;
    await subscribeTo(node);
    return node;
  };
  /** Each territory has one subscriber, who goes on where he was on any process that is there. */
  const subscribed = new Map<string, Node>();
  const subscribeTo = async (node: Node): Promise<void> => {
    for (const territory of ['AT', 'CH', 'DE']) {
      if (subscribed.get(territory)?.isAlive() === true) continue;
      const name = `sales-${territory}`;
      const lines = received.get(name) ?? [];
      received.set(name, lines);
      subscribed.set(territory, node);
      const from = Math.max(0, ...lines.map(({ position }) => position ?? 0));
      await node.call({ do: 'subscribe', name, territory, from }).catch(() => {
        subscribed.delete(territory);
      });
    }
  };
  const forget = (node: Node): void => {
    const at = living.indexOf(node);
    if (at >= 0) living.splice(at, 1);
  };
  const kill: Arena['kill'] = async (node) => {
    note(`${node.name} killed`);
    forget(node);
    node.signal('SIGKILL');
    await node.gone;
  };
  const history = createHistory({
    random,
    writers: options.writers ?? 5,
    pauseMs: options.pauseMs ?? 15,
    nodes: () => living,
  });
  const ask: Arena['ask'] = (call, timeoutMs) =>
    eventually(async () => {
      const node = living.find((each) => each.isAlive());
      if (node === undefined) throw new Error('No process is alive');
      return node.call(call, timeoutMs);
    }, PATIENT);

  const arena: Arena = {
    random,
    db,
    proxy,
    outside,
    history,
    server: control,
    received,
    timeline,
    nodes: () => [...living],
    note,
    start,
    kill,
    ask,
    leader: async () => {
      const name = await leaderOf(db);
      const node = living.find((each) => each.name === name);
      if (node === undefined) throw new Error('Nobody leads the log');
      return node;
    },
    async underLoad(work) {
      const stop = new AbortController();
      const load = history.run(stop.signal);
      try {
        return await work();
      } finally {
        stop.abort();
        await load;
      }
    },
    async heal() {
      const from = performance.now();
      await Promise.allSettled(living.map((node) => node.ready));
      outside.goOn();
      if (!control.isUp()) await control.start();
      for (const node of living) node.signal('SIGCONT');
      for (const node of living.filter((each) => !each.isAlive())) {
        note(`${node.name} found dead`);
        forget(node);
      }
      while (living.length < ranks) await start();
      for (const node of living) await subscribeTo(node);
      await history.settle(SETTLE_MS);
      // Whether it comes to rest is for the checker to say.
      for (const node of living) {
        await eventually(() => node.call({ do: 'settled', timeoutMs: 5_000 }), RESTING).catch(
          () => {},
        );
      }
      return { recoveryMs: Math.round(performance.now() - from) };
    },
    check: async (restMs = REST_MS) => {
      const evidence: Evidence = {
        db,
        restMs,
        history,
        received,
        calls: outside.calls,
        living: living.map(({ name }) => name),
        canary: CANARY,
        printed: async () => [
          ...outputs.map((each) => each()),
          await readFile(join(directory, 'postgres.log'), 'utf8'),
        ],
        rebuild: (projection) =>
          eventually(
            async () => {
              const node = living.find((each) => each.isAlive());
              await node?.call({ do: 'rebuild', projection }, REBUILD_MS);
            },
            { timeoutMs: restMs, intervalMs: 500 },
          ),
        verifyChain: async () => {
          // What cannot be sealed is for the verification to name.
          await living[0]?.call({ do: 'seal' }, 30_000).catch(() => {});
          return (await ask({ do: 'verify' }, 30_000)).ok as { wrong?: unknown };
        },
      };
      return inspect(evidence);
    },
    async close() {
      await Promise.all([...living].map(kill));
      await outside.close();
      await proxy.close();
      if (!control.isUp()) await control.start();
      await db.close();
      await control.remove();
      await rm(sealDirectory, { recursive: true, force: true });
    },
  };
  for (let rank = 0; rank < ranks; rank += 1) await start();
  return arena;
}

async function leaderOf(db: TestDatabase): Promise<string> {
  const [row] = await db.admin<{ name: string }>(
    `select split_part(a.application_name, '-', 1) as name
     from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and a.application_name like '%-log-counters'`,
  );
  if (row === undefined) throw new Error('Nobody leads the log');
  return row.name;
}

async function openServer(directory: string, settings: Readonly<Record<string, string>>) {
  const launch = (port = 0): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ directory, port, settings: { ...SERVER, ...SYNCED, ...settings } });
  let server = await launch();
  const { port } = server;
  let isUp = true;
  const down = async (pid: number, signal: NodeJS.Signals): Promise<void> => {
    isUp = false;
    process.kill(pid, signal);
    await eventually(() => {
      if (isRunning(pid)) throw new Error('The server is still there');
    }, PATIENT);
  };
  const control: ServerControl & { remove(): Promise<void> } = {
    isUp: () => isUp,
    kill: () => down(server.pid, 'SIGKILL'),
    stopFast: () => down(server.pid, 'SIGINT'),
    async start() {
      // Processes of the killed server let go of its memory a moment later.
      server = await eventually(() => launch(port), PATIENT);
      isUp = true;
    },
    async remove() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return { server, control };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
