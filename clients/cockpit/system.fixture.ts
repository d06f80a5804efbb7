import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RunningSystem {
  /** Where the cockpit is served; the host is the one the sign-in redirects to. */
  url: string;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');
const pollMs = 250;

/** The whole system as people start it, in a process of its own with a database of its own. */
export async function startSystem(timeoutMs: number): Promise<RunningSystem> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const data = mkdtempSync(join(tmpdir(), 'freshplan-cockpit-'));
  // Started as root, the database server runs as another user, who has to get in.
  chmodSync(data, 0o711);
  const child = spawn(process.execPath, ['gateway/main.ts'], {
    cwd: root,
    env: { ...process.env, PORT: String(port), DATA_DIR: data, NODE_ENV: 'development' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  }
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(data, { recursive: true, force: true });
  };
  const deadline = Date.now() + timeoutMs;
  while (!(await isReady(url))) {
    if (hasEnded(child) || Date.now() > deadline) {
      await stop();
      throw new Error(`The system did not start:\n${said.join('').slice(-4_000)}`);
    }
    await new Promise((done) => {
      setTimeout(done, pollMs);
    });
  }
  return { url, stop };
}

const isReady = async (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

/** By itself or by a signal. */
const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(forced);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
