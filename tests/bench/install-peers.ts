import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** They are dependencies of nothing but this comparison, so nobody else has to install them. */
export function installPeers(place: string, say: (line: string) => void): void {
  const folder = fileURLToPath(new URL(place, import.meta.url));
  const versions = Object.entries(dependenciesOf(folder));
  const isInstalled = versions.every(([name, version]) => {
    const file = join(folder, 'node_modules', name, 'package.json');
    return (
      existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as Package).version === version
    );
  });
  if (isInstalled) return;
  say(
    `Installing ${versions.map((each) => each.join(' ')).join(', ')} into tests/bench/${place} …`,
  );
  const { status } = spawnSync('npm', ['install', '--prefix', folder, '--no-package-lock'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    throw new Error('What is compared could not be installed: see what npm said above.');
  }
}

interface Package {
  readonly version: string;
  readonly dependencies: Record<string, string>;
}

function dependenciesOf(folder: string): Record<string, string> {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package).dependencies;
}
