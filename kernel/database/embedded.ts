import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync, closeSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isAlive, refuseFullDisk, serverFault, tailOf } from './server-health.ts';
import {
  binary,
  explain,
  serverEnvironment,
  serverUser,
  type ServerUser,
} from './server-program.ts';

export interface EmbeddedPostgresOptions {
  /** Folder of its own; the cluster, its password and its log go there. */
  readonly directory: string;
  /** 0 takes any free port. A cluster that is already running keeps the port it has. */
  readonly port?: number;
  /** An ephemeral cluster skips syncing while it is set up and is deleted by `stop`. */
  readonly ephemeral?: boolean;
  /** Further settings of the server, such as `{ log_statement: 'all' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Connection string of the superuser, database `postgres`. */
  readonly adminUrl: string;
  readonly port: number;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** Why the server cannot go on, with the next step to take; undefined while it can. */
  fault(): Promise<Error | undefined>;
  /** Ends sessions and the server; an ephemeral cluster is deleted. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 20_000;
const FREE_PORT_TRIES = 5;

/** For one box that runs everything: durable, but modest in memory. */
const SETTINGS = {
  shared_buffers: '256MB',
  max_connections: '200',
  fsync: 'on',
  synchronous_commit: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  effective_cache_size: '1GB',
  jit: 'off',
  // Below the lock timeout of the runtime role, so that a deadlock costs one side only.
  deadlock_timeout: '300ms',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  // Statements carry no data, but failing ones would be logged with their parameters' positions.
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
};

/**
 * Starts a real PostgreSQL below a folder, creating the cluster on first use. A server left running
 * by a process that was killed is taken over together with its port.
 *
 * @throws Error with the next step to take when the port is taken, another living process uses the
 *   folder, the disk is full or the folder cannot be read by the server's user
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const directory = resolve(options.directory);
  const cluster = join(directory, 'cluster');
  const user = await serverUser();
  await prepareDirectory(directory, user);
  await refuseSecondInstance(directory);
  const running = await runningServer(cluster);
  const password = await readPassword(directory);
  if (running === undefined && !(await exists(join(cluster, 'PG_VERSION')))) {
    await initialise(cluster, password, user, options.ephemeral === true);
  }
  const { pid, port } = running ?? (await launchOnPort(directory, cluster, user, options));
  await writeFile(join(directory, 'owner.pid'), String(process.pid));
  return {
    adminUrl: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    pid,
    fault: () => serverFault({ directory, pid }),
    stop: async () => {
      await stopServer(pid);
      await rm(join(directory, 'owner.pid'), { force: true });
      if (options.ephemeral === true) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The superuser's connection string of a server that runs below a folder, whoever started it. */
export async function findEmbeddedPostgres(directory: string): Promise<string | undefined> {
  const running = await runningServer(join(resolve(directory), 'cluster'));
  const password = (await readText(join(resolve(directory), 'admin.password'))).trim();
  if (running === undefined || password === '') return undefined;
  return `postgresql://postgres:${password}@127.0.0.1:${running.port}/postgres`;
}

async function prepareDirectory(directory: string, user: ServerUser): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (user.uid !== undefined && user.gid !== undefined) {
    await chown(directory, user.uid, user.gid);
    await chmod(directory, 0o700);
  }
  await refuseFullDisk(directory);
}

/** Two owners of one folder would stop the server under each other's feet. */
async function refuseSecondInstance(directory: string): Promise<void> {
  const owner = Number(await readText(join(directory, 'owner.pid')));
  if (owner > 0 && owner !== process.pid && isAlive(owner)) {
    throw new Error(
      `Process ${owner} already uses the database in ${directory}; stop it or choose another folder`,
    );
  }
}

/** What `postmaster.pid` tells: line 1 the process, line 4 the port, line 8 the state. */
async function runningServer(cluster: string): Promise<{ pid: number; port: number } | undefined> {
  const lines = (await readText(join(cluster, 'postmaster.pid'))).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0) || !isAlive(pid) || !(await isPostgres(pid))) return undefined;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const [, , , port, , , , state] = (await readText(join(cluster, 'postmaster.pid'))).split('\n');
    if (state?.trim() === 'ready') return { pid, port: Number(port) };
    if (!isAlive(pid)) return undefined;
    await wait(20);
  }
  throw new Error(`The server ${pid} on ${cluster} does not become ready; stop it and try again`);
}

async function initialise(
  cluster: string,
  password: string,
  user: ServerUser,
  ephemeral: boolean,
): Promise<void> {
  const secret = `${cluster}.initdb`;
  await writeFile(secret, `${password}\n`, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) await chown(secret, user.uid, user.gid);
  const flags = [
    `--pgdata=${cluster}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${secret}`,
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    '--data-checksums',
    ...(ephemeral ? ['--no-sync'] : []),
  ];
  try {
    await promisify(execFile)(binary('initdb'), flags, { ...user, env: serverEnvironment() });
  } catch (error) {
    await rm(cluster, { recursive: true, force: true });
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Error(explain(said, cluster), { cause: error });
  } finally {
    await rm(secret, { force: true });
  }
}

/** A port found free may be taken by the time the server binds it: then another one is tried. */
async function launchOnPort(
  directory: string,
  cluster: string,
  user: ServerUser,
  options: EmbeddedPostgresOptions,
): Promise<{ pid: number; port: number }> {
  const { port = 0, settings = {} } = options;
  if (port !== 0) return launch(directory, cluster, user, { port, settings });
  for (let tries = 1; ; tries += 1) {
    try {
      return await launch(directory, cluster, user, { port: await freePort(), settings });
    } catch (error) {
      const isTaken = error instanceof Error && /^Port \d+ is taken/.test(error.message);
      if (!isTaken || tries === FREE_PORT_TRIES) throw error;
    }
  }
}

async function launch(
  directory: string,
  cluster: string,
  user: ServerUser,
  { port, settings: own }: { port: number; settings: Readonly<Record<string, string>> },
): Promise<{ pid: number; port: number }> {
  const logFile = join(directory, 'postgres.log');
  const log = openSync(logFile, 'w', 0o600);
  const settings = { ...SETTINGS, ...own, port: String(port) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // A session of its own: Ctrl-C reaches us first, and we stop the server last.
  const server = spawn(binary('postgres'), ['-D', cluster, ...flags], {
    ...user,
    detached: true,
    stdio: ['ignore', log, log],
    env: serverEnvironment(),
  });
  closeSync(log);
  let exited = false;
  server.once('exit', () => (exited = true));
  server.once('error', () => (exited = true));
  server.unref();
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!exited && Date.now() < deadline) {
    const [pid, , , , , , , state] = (await readText(join(cluster, 'postmaster.pid'))).split('\n');
    if (Number(pid) === server.pid && state?.trim() === 'ready') return { pid: server.pid, port };
    await wait(10);
  }
  if (!exited && server.pid !== undefined) process.kill(server.pid, 'SIGQUIT');
  throw new Error(explain(await tailOf(logFile), directory, port));
}

/** Fast shutdown; a server that does not follow within the timeout is ended as by a crash, which loses nothing. */
async function stopServer(pid: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return void process.kill(pid, 'SIGQUIT');
    await wait(10);
  }
}

async function readPassword(directory: string): Promise<string> {
  const file = join(directory, 'admin.password');
  const present = (await readText(file)).trim();
  if (present !== '') return present;
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('No free port was found');
  return address.port;
}

async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  return (await readText(`/proc/${pid}/cmdline`)).includes('postgres');
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

async function exists(path: string): Promise<boolean> {
  return (await readText(path)) !== '';
}
