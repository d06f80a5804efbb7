import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

/** Where Debian's package puts it, else NATS_SERVER_PATH. */
export const natsServerPath = process.env['NATS_SERVER_PATH'] ?? '/usr/sbin/nats-server';
export const hasNatsServer = existsSync(natsServerPath);

/** A real server with JetStream in a folder of its own, which may be killed and started again. */
export interface NatsServer {
  readonly url: string;
  start(): Promise<void>;
  /** Sends the signal and waits for the end; what it had stored stays. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

export async function createNatsServer(): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'freshplan-nats-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const running = child;
    if (running === undefined) return;
    child = undefined;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await gone;
  };
  const start = async (): Promise<void> => {
    const args = ['-js', '-sd', folder, '-a', '127.0.0.1', '-p', String(port)];
    child = spawn(natsServerPath, args, { stdio: 'ignore' });
    await eventually(() => answers(port), { timeoutMs: 20_000, intervalMs: 50 });
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    start,
    end,
    async close() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free');
  return address.port;
}
