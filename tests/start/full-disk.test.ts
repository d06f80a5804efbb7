import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import {
  callerOf,
  leadInput,
  registerPeople,
  startProcess,
  type SystemProcess,
} from '../chaos/process.ts';
import { freePort } from '../stories/system.ts';

/** A disk of a few megabytes, really full: what a person reads, and what is left afterwards. */

const TIMEOUT_MS = 120_000;
const MEBIBYTE = Buffer.alloc(1024 * 1024);
const FULL =
  /^The disk that holds \S+ is full\. Free at least 200 MB there and start again; what was acknowledged is kept\.$/;

/** Of memory, so that only root of a machine or of a container may have one. */
function mountDisk(mebibytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'freshplan-disk-'));
  const options = `size=${mebibytes}m,mode=755`;
  const { status } = spawnSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  if (status === 0) return folder;
  rmdirSync(folder);
  return undefined;
}

function unmount(folder: string): void {
  spawnSync('/usr/bin/umount', ['-l', folder]);
  rmdirSync(folder);
}

const probe = mountDisk(1);
if (probe !== undefined) unmount(probe);

describe.skipIf(probe === undefined)('a full disk, where a small one may be mounted', () => {
  let disk: string;
  let port: number;
  const systems: SystemProcess[] = [];

  const start = (args: string[]): SystemProcess => {
    const environment = { PORT: String(port), DATA_DIR: join(disk, 'data'), LOG_LEVEL: 'fatal' };
    const system = startProcess({ args, environment });
    systems.push(system);
    return system;
  };
  const prepare = async (mebibytes: number): Promise<void> => {
    disk = mountDisk(mebibytes) ?? '';
    await mkdir(join(disk, 'data'));
  };

  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(async () => {
    for (const system of systems.splice(0)) await system.end('SIGTERM');
    unmount(disk);
  }, TIMEOUT_MS);

  it(
    'is named before anything is written to it',
    async () => {
      await prepare(100);
      const system = start(['--no-demo']);
      expect((await system.exited).code).toBe(1);
      expect(lastWords(system)).toEqual([expect.stringMatching(FULL)]);
    },
    TIMEOUT_MS,
  );

  it(
    'that fills up while the demonstration is told ends the start',
    async () => {
      await prepare(260);
      const system = start([]);
      await eventually(async () => expect(system.output.stdout).toMatch(/✓ Supergraph/), {
        timeoutMs: TIMEOUT_MS,
      });
      await fill(disk);
      expect((await system.exited).code).toBe(1);
      expect(lastWords(system)).toEqual([expect.stringMatching(FULL)]);
    },
    TIMEOUT_MS,
  );

  it(
    'that fills up while it runs ends it; with room again everything acknowledged is there',
    async () => {
      await prepare(300);
      const first = start(['--no-demo']);
      await first.ready;
      const caller = callerOf(port, join(disk, 'data'));
      await registerPeople(caller);
      const { data } = await caller.ask<{ leadRegister: { lead: { id: string } } }>(
        'sales-de',
        'mutation R($input: LeadRegisterInput!) { leadRegister(input: $input) { lead { id } } }',
        { input: leadInput() },
      );
      const id = data?.leadRegister.lead.id;
      const filler = await fill(disk);
      expect((await first.exited).code).toBe(1);
      expect(lastWords(first)).toEqual([expect.stringMatching(FULL)]);

      await rm(filler);
      const second = start(['--no-demo']);
      await second.ready;
      const found = await caller.ask<{ lead: { id: string } | null }>(
        'sales-de',
        'query L($id: ID!) { lead(id: $id) { id } }',
        { id },
      );
      expect(found.data?.lead).toEqual({ id });
      expect((await second.end('SIGTERM')).code).toBe(0);
    },
    TIMEOUT_MS,
  );
});

/** What stands on standard error. Nowhere may a stack be. */
function lastWords({ output }: SystemProcess): string[] {
  expect(output.stdout + output.stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  return output.stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('oidc-provider WARNING'));
}

/** Writes until nothing fits any more. Answers the file to remove. */
async function fill(folder: string): Promise<string> {
  const path = join(folder, 'filler');
  const file = await open(path, 'w');
  try {
    for (;;) await file.write(MEBIBYTE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
  return path;
}
