/** Appends a second beside the plainest insert there is, in turns, so that both meet the same machine. */
import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createDatabase, type Database } from '#kernel/database';
import { asAdmin, startBenchServer, write, type BenchServer } from './event-module.ts';
import { monotonicMs } from './latencies.ts';
import { serverCpuMs } from './processes.ts';

export interface ThroughputOptions {
  readonly seconds: number;
  readonly rounds: number;
}

export interface ThroughputFigures {
  readonly connections: number;
  /** pgbench: one row into a table with one index and no rights, prepared; undefined without pgbench. */
  readonly insertsPerSecond: number | undefined;
  /** One fact per transaction, BEGIN to COMMIT, under row-level security. */
  readonly appendsPerSecond: number;
  /** The median of the rounds' ratios. */
  readonly ratio: number | undefined;
  readonly perCall100PerSecond: number;
  readonly cpuUs: {
    readonly insertServer: number | undefined;
    readonly appendServer: number | undefined;
    readonly appendProcess: number;
  };
}

const CONNECTIONS = [1, 4, 16];
const WARM_UP_CALLS = 20;
const BATCH = 100;
/** Of a million facts each: nobody leads the log here, who would add them. */
const SEGMENTS = 20;
const PATH = '/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin';

export async function measureThroughput(options: ThroughputOptions): Promise<ThroughputFigures[]> {
  const bench = await startBenchServer();
  const folder = await mkdtemp(join(tmpdir(), 'freshplan-pgbench-'));
  const script = join(folder, 'insert.sql');
  writeFileSync(script, `insert into bench.plain values (gen_random_uuid(), '{"amount":1}');\n`);
  try {
    await asAdmin(bench.adminUrl, (client) =>
      client.query(
        `create table bench.plain (id uuid primary key, data jsonb);
         select bench.add_segment(n * 1000000, (n + 1) * 1000000) from generate_series(2, ${SEGMENTS}) n`,
      ),
    );
    const figures: ThroughputFigures[] = [];
    for (const connections of CONNECTIONS) {
      figures.push(await atConnections(bench, { ...options, connections, script }));
    }
    return figures;
  } finally {
    await bench.server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Job extends ThroughputOptions {
  readonly connections: number;
  readonly script: string;
}

async function atConnections(bench: BenchServer, job: Job): Promise<ThroughputFigures> {
  const { connections, rounds } = job;
  const database = await createDatabase({ url: bench.appUrl, poolSizeMax: connections });
  try {
    await repeat(database, connections, 1, connections * WARM_UP_CALLS);
    const inserts: Rate[] = [];
    const appends: Rate[] = [];
    const batches: Rate[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const insert = pgbench(bench, job);
      if (insert !== undefined) inserts.push(insert);
      appends.push(await appendFor(bench, database, job, 1));
      batches.push(await appendFor(bench, database, job, BATCH));
    }
    const ratios = inserts.map((insert, n) => (appends[n]?.perSecond ?? 0) / insert.perSecond);
    return {
      connections,
      insertsPerSecond: inserts.length === 0 ? undefined : median(inserts.map(perSecondOf)),
      appendsPerSecond: median(appends.map(perSecondOf)),
      ratio: ratios.length === 0 ? undefined : median(ratios),
      perCall100PerSecond: median(batches.map(perSecondOf)),
      cpuUs: {
        insertServer: inserts.length === 0 ? undefined : median(inserts.map((r) => r.serverUs)),
        appendServer: median(appends.map((each) => each.serverUs)),
        appendProcess: median(appends.map((each) => each.processUs)),
      },
    };
  } finally {
    await database.close();
  }
}

interface Rate {
  readonly perSecond: number;
  readonly serverUs: number;
  readonly processUs: number;
}

async function appendFor(
  { server }: BenchServer,
  database: Database,
  { connections, seconds }: Job,
  facts: number,
): Promise<Rate> {
  const serverBefore = serverCpuMs(server.pid) ?? 0;
  const before = process.cpuUsage();
  const beganMs = monotonicMs();
  const done = await repeat(database, connections, facts, undefined, beganMs + seconds * 1_000);
  const elapsedMs = monotonicMs() - beganMs;
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: (done / elapsedMs) * 1_000,
    serverUs: (((serverCpuMs(server.pid) ?? 0) - serverBefore) / done) * 1_000,
    processUs: (user + system) / done,
  };
}

/** As many workers as connections, for a number of calls or until an instant; answers the facts. */
async function repeat(
  database: Database,
  connections: number,
  facts: number,
  calls = Infinity,
  untilMs = Infinity,
): Promise<number> {
  let begun = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (begun < calls && monotonicMs() < untilMs) {
      begun += 1;
      await write(database, { id: randomUUID(), expectedVersion: 0, facts, dueMs: 0, beganMs: 0 });
      done += facts;
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return done;
}

function pgbench({ server, adminUrl }: BenchServer, job: Job): Rate | undefined {
  const program = findPgbench();
  if (program === undefined) return undefined;
  const { hostname, port, username, password, pathname } = new URL(adminUrl);
  const before = serverCpuMs(server.pid) ?? 0;
  const { stdout, stderr, status } = spawnSync(
    program,
    [
      '--no-vacuum',
      '--protocol=prepared',
      `--file=${job.script}`,
      `--time=${job.seconds}`,
      `--client=${job.connections}`,
      '--jobs=1',
      `--host=${hostname}`,
      `--port=${port}`,
      `--username=${username}`,
      pathname.slice(1),
    ],
    { env: { PATH, LC_ALL: 'C', PGPASSWORD: decodeURIComponent(password) } },
  );
  const told = /tps = ([\d.]+)/.exec(stdout.toString())?.[1];
  if (status !== 0 || told === undefined) throw new Error(`pgbench: ${stderr.toString()}`);
  const perSecond = Number(told);
  const serverMs = (serverCpuMs(server.pid) ?? 0) - before;
  return { perSecond, serverUs: (serverMs / (perSecond * job.seconds)) * 1_000, processUs: 0 };
}

/** On the path, or where Debian puts the programs of each version. */
function findPgbench(): string | undefined {
  const folder = '/usr/lib/postgresql';
  const versions = existsSync(folder) ? readdirSync(folder).toSorted().toReversed() : [];
  const programs = ['pgbench', ...versions.map((each) => join(folder, each, 'bin', 'pgbench'))];
  return programs.find((each) => spawnSync(each, ['--version'], { env: { PATH } }).status === 0);
}

const perSecondOf = (rate: Rate): number => rate.perSecond;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
