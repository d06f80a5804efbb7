/** Processes that are measured: started on a core of their own, asked for their CPU and memory. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface MeasuredProcess<Told> {
  /** What the process said first. */
  readonly told: Told;
  readonly child: ChildProcess;
  /** Milliseconds of CPU since its start, all threads; undefined where the system does not tell. */
  cpuMs(): number | undefined;
  residentMb(): number | undefined;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Beside this bench's folder. */
  readonly script: string;
  readonly options?: readonly string[];
  /** With the young generation of `npm start`; without, as Node has it. */
  readonly isTuned?: boolean;
  /** `first` is the first core alone, `rest` all others; both only where `taskset` is there. */
  readonly cores?: 'first' | 'rest';
}

const readyWithinMs = 60_000;

export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0;

export async function startProcess<Told>(start: StartOptions): Promise<MeasuredProcess<Told>> {
  const { script, options = [], cores, isTuned = false } = start;
  const file = fileURLToPath(new URL(script, import.meta.url));
  const pin = !canPin || cores === undefined ? [] : ['taskset', '-c', coresOf(cores)];
  const node = isTuned ? [process.execPath, '--max-semi-space-size=64'] : [process.execPath];
  const [command = process.execPath, ...words] = [...pin, ...node, file, ...options];
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const told = await firstMessage<Told>(child, script);
  return {
    told,
    child,
    cpuMs: () => cpuMsOf(child.pid),
    residentMb: () => residentMbOf(child.pid),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      // They hold nothing; a graceful end would wait for idle connections.
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** For a server that has to know its address before it listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function coresOf(cores: 'first' | 'rest'): string {
  return cores === 'first' ? '0' : `1-${availableParallelism() - 1}`;
}

function firstMessage<Told>(child: ChildProcess, script: string): Promise<Told> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // They hold nothing; a graceful end would wait for idle connections.
      child.kill('SIGKILL');
      reject(new Error(`${script} is not ready after ${readyWithinMs / 1_000} s`));
    }, readyWithinMs);
    child.once('message', (message) => {
      clearTimeout(timer);
      resolve(message as Told);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${script} ended with ${code} before it was ready`));
    });
  });
}

const ticksPerSecond = Number(spawnSync('getconf', ['CLK_TCK']).stdout?.toString() ?? '') || 100;

/** Of a server and all it has started, ended ones included; undefined where the system does not tell. */
export function serverCpuMs(pid: number): number | undefined {
  const own = statOf(pid);
  if (own === undefined) return undefined;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((fields) => fields !== undefined && Number(fields[1]) === pid);
  // A child that ended in between is in neither.
  if (endedTicks(statOf(pid)) !== endedTicks(own)) return serverCpuMs(pid);
  const ticks = [...children.map((fields) => ticksOf(fields)), ticksOf(own, 4)];
  return (ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond) * 1_000;
}

/** Of children that have ended: the 13th and 14th. */
const endedTicks = (fields: readonly string[] | undefined): number =>
  Number(fields?.[13]) + Number(fields?.[14]);

function cpuMsOf(pid: number | undefined): number | undefined {
  const fields = statOf(pid);
  return fields === undefined ? undefined : (ticksOf(fields) / ticksPerSecond) * 1_000;
}

function ticksOf(fields: readonly string[] = [], columns = 2): number {
  return fields.slice(11, 11 + columns).reduce((sum, field) => sum + Number(field), 0);
}

/** From the third field on: the state, the parent, … */
function statOf(pid: number | undefined): string[] | undefined {
  const text = readProc(pid, 'stat');
  // The name of the program comes second and may hold spaces, but ends with the last bracket.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function residentMbOf(pid: number | undefined): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readProc(pid, 'status') ?? '')?.[1];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1_024);
}

function readProc(pid: number | undefined, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
