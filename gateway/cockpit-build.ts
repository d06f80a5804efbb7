import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const COCKPIT = join(import.meta.dirname, '../clients/cockpit');
const INDEX = join(COCKPIT, 'dist/index.html');
const SOURCES = ['src', 'public', 'index.html', 'graphiql.html', 'package.json', 'vite.config.ts'];
const OUTPUT_TAIL_CHARACTERS = 2_000;

/** The cockpit's build, for the gateway to serve. */
export const cockpitDirectory = join(COCKPIT, 'dist');

/** Whether the build is there and no older than what it was made from. */
export function isCockpitBuilt(): boolean {
  if (!existsSync(INDEX)) return false;
  const builtAt = statSync(INDEX).mtimeMs;
  return SOURCES.every((name) => newestIn(join(COCKPIT, name)) <= builtAt);
}

/** Builds the cockpit once. @throws Error with the end of what the build had to say */
export function buildCockpit(): Promise<void> {
  return new Promise((resolve, reject) => {
    const build = spawn('npm', ['run', 'build', '--silent'], { cwd: COCKPIT });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-OUTPUT_TAIL_CHARACTERS);
    };
    build.stdout.on('data', keep);
    build.stderr.on('data', keep);
    build.on('error', reject);
    build.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The cockpit cannot be built:\n${output}`));
    });
  });
}

function newestIn(path: string): number {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}
