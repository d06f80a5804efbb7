import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createTestDatabase, eventually, testBackbone, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import type { ConsumerState } from '#kernel/events';
import { expect } from 'vitest';
import { callerOf, registerPeople, startProcess, type SystemProcess } from '../chaos/process.ts';
import { freePort, runtimeRoles, speaker, type Stage } from './system.ts';

/** Gateway and subgraphs as real processes on one database. */
export interface Distributed extends Stage {
  readonly url: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly db: TestDatabase;
  readonly gateway: SystemProcess;
  /** Addresses of the subgraphs' own ports, by name. */
  readonly origins: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<string, Buffer>;
  readonly processes: Map<string, SystemProcess>;
  /** Ends a subgraph. */
  kill(name: string, signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on its port; resolves when it is ready. */
  start(name: string): Promise<void>;
  /** What a path of the gateway says: its status and its body. */
  health(path: string): Promise<[number, HealthBody]>;
  stop(): Promise<void>;
}

export interface HealthBody {
  status: string;
  checks: { name: string; status: string }[];
}

export interface DistributedOptions {
  /** Where the gateway looks for a subgraph, given where it is: a proxy in between, say. */
  readonly route?: (name: string, origin: string) => string;
  /** Beyond what a subgraph or the gateway needs. */
  readonly environment?: Readonly<Record<string, string>>;
}

const PATIENT = { timeoutMs: 60_000, intervalMs: 100 };
const SETTLED = { timeoutMs: 30_000, intervalMs: 50 };

export async function startDistributed(options: DistributedOptions = {}): Promise<Distributed> {
  const modules = createSubgraphs({});
  const names = modules.map(({ name }) => name);
  const db = await createTestDatabase({ modules });
  const dataDirectory = `.data/distributed-${process.pid}-${randomBytes(4).toString('hex')}`;
  const shared = { DATA_DIR: dataDirectory, LOG_LEVEL: 'warn', ...options.environment };
  const keys = new Map(names.map((name) => [name, randomBytes(32)]));
  const ports = new Map<string, number>();
  for (const name of [...names, 'gateway']) ports.set(name, await freePort());
  const originOf = (name: string): string => `http://127.0.0.1:${ports.get(name)}`;
  const { route = (_, origin) => origin } = options;
  const processes = new Map<string, SystemProcess>();

  const launch = (name: string): SystemProcess => {
    const launched = startProcess({
      args: ['subgraph', name, '--port', String(ports.get(name))],
      environment: {
        ...shared,
        ...runtimeRoles(db),
        DATABASE_POOL_SIZE_MAX: '4',
        SUBGRAPH_KEY: keys.get(name)?.toString('base64') ?? '',
      },
    });
    processes.set(name, launched);
    return launched;
  };
  const listOf = (of: (name: string) => string): string =>
    names.map((name) => `${name}=${of(name)}`).join(',');
  for (const name of names) launch(name);
  const gateway = startProcess({
    args: ['gateway'],
    environment: {
      ...shared,
      PORT: String(ports.get('gateway')),
      SUBGRAPH_KEYS: listOf((name) => keys.get(name)?.toString('base64') ?? ''),
      SUBGRAPH_URLS: listOf((name) => `${route(name, originOf(name))}/graphql`),
    },
  });
  const port = ports.get('gateway') ?? 0;
  const caller = callerOf(port, dataDirectory);
  const health = async (path: string): Promise<[number, HealthBody]> => {
    const response = await fetch(`${originOf('gateway')}${path}`);
    return [response.status, (await response.json()) as HealthBody];
  };
  const isReady = (): Promise<void> =>
    eventually(async () => expect((await health('/health/ready'))[0]).toBe(200), PATIENT);
  // Knows all consumers, runs none.
  const observer = testBackbone(db, { modules, runsHere: () => false });
  const distributed: Distributed = {
    ...speaker(originOf('gateway'), caller.tokenFor),
    url: originOf('gateway'),
    port,
    dataDirectory,
    db,
    gateway,
    origins: new Map(names.map((name) => [name, originOf(name)])),
    keys,
    processes,
    health,
    async kill(name, signal = 'SIGKILL') {
      await processes.get(name)?.end(signal);
    },
    async start(name) {
      await launch(name).ready;
    },
    settled: () =>
      eventually(async () => {
        expect(await unlogged(db, names)).toBe(0);
        const states = await observer.operations.consumers();
        const waits = await Promise.all(states.map((state) => hasWork(db, modules, state)));
        expect(states.filter((_, index) => waits[index]).map(({ name }) => name)).toEqual([]);
      }, SETTLED),
    async stop() {
      await Promise.all([gateway, ...processes.values()].map((each) => each.end('SIGKILL')));
      await db.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all([gateway, ...processes.values()].map(({ ready }) => ready));
    await isReady();
    await registerPeople(caller);
    await distributed.settled();
    return distributed;
  } catch (error) {
    await distributed.stop();
    throw error;
  }
}

/** Whether there is a fact for the consumer; what it passes over is written down seconds later. */
async function hasWork(
  db: TestDatabase,
  modules: ReturnType<typeof createSubgraphs>,
  { name, source, position, lagEvents }: ConsumerState,
): Promise<boolean> {
  if (lagEvents === 0) return false;
  const listeners = modules.flatMap(({ projections, reactions }) => [...projections, ...reactions]);
  const wanted = Object.keys(listeners.find((each) => each.name === name)?.on ?? {});
  const [row] = await db.admin<{ n: number }>(
    `select count(*)::int as n
     from ${source}.log l
       cross join lateral unnest(l.seqs) with ordinality as taken (seq, ord)
       join ${source}.event e on e.seq = taken.seq
     where l.first_position + taken.ord - 1 > $1 and ($2 or e.type = any ($3))`,
    [position, wanted.includes('*'), wanted],
  );
  return (row?.n ?? 0) > 0;
}

/** Facts without a position yet. */
async function unlogged(db: TestDatabase, names: readonly string[]): Promise<number> {
  const counts = names.map(
    (name) =>
      `(select count(*) from ${name}.event) - (select coalesce(sum(n), 0) from ${name}.log)`,
  );
  const [row] = await db.admin<{ n: number }>(`select (${counts.join(' + ')})::int as n`);
  return row?.n ?? 0;
}
