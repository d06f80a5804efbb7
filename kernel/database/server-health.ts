import { open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { explain } from './server-program.ts';

/** A server of ours, found by its folder and its process. */
export interface RunningServer {
  /** Folder that holds the cluster and its log. */
  readonly directory: string;
  /** Process id of the postmaster. */
  readonly pid: number;
}

/** What a start needs. */
const FREE_BYTES_MIN = 200 * 1024 * 1024;
/** Three segments of its write-ahead log: below that the server cannot even be sure to shut down in order. */
const FREE_BYTES_TO_GO_ON = 48 * 1024 * 1024;
const CHECK_INTERVAL_MS = 1_000;
const LOG_TAIL_BYTES = 4_000;

/** @throws Error with the next step to take when there is too little room for a start */
export async function refuseFullDisk(directory: string): Promise<void> {
  if ((await freeBytes(directory)) < FREE_BYTES_MIN) throw new Error(fullDisk(directory));
}

/** Why the server cannot go on, with the next step to take; undefined while it can. */
export async function serverFault({ directory, pid }: RunningServer): Promise<Error | undefined> {
  if ((await freeBytes(directory)) < FREE_BYTES_TO_GO_ON) return new Error(fullDisk(directory));
  if (isAlive(pid)) return undefined;
  const said = explain(await tailOf(join(directory, 'postgres.log')), directory);
  return new Error(`The database server ${pid} ended by itself. ${said}`);
}

/** Looks every second and tells a fault once. Answers how to stop looking. */
export function watchServer(
  fault: () => Promise<Error | undefined>,
  onFault: (fault: Error) => void,
): () => void {
  const timer = setInterval(() => {
    // A look that fails, say on a folder that is away for a moment, is repeated.
    void fault()
      .catch(() => undefined)
      .then((found) => {
        if (found === undefined || stopped) return;
        stop();
        onFault(found);
      });
  }, CHECK_INTERVAL_MS).unref();
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    clearInterval(timer);
  };
  return stop;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The last words of a log; empty where there is none. */
export async function tailOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return '';
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read({
    buffer: Buffer.alloc(LOG_TAIL_BYTES),
    position: Math.max(0, size - LOG_TAIL_BYTES),
  });
  await file.close();
  return buffer.subarray(0, bytesRead).toString();
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

function fullDisk(directory: string): string {
  return `The disk that holds ${directory} is full. Free at least 200 MB there and start again; what was acknowledged is kept.`;
}
