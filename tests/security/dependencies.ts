/**
 * What the lockfile lets in: packages of one registry, each with its checksum, under licences of
 * LICENSES.md, with no install script that nobody decided about. `node tests/security/dependencies.ts`
 * names what is not so and fails.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Package {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, Package>>;
}

export interface Manifest extends Package {
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const REGISTRY = 'https://registry.npmjs.org/';
const LICENCES = new Set(
  '0BSD Apache-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause CC-BY-4.0 CC0-1.0 ISC MIT MIT-0 MPL-2.0 OFL-1.1 PSF-2.0 Python-2.0 Unlicense'.split(
    ' ',
  ),
);
/** Under a licence of their own; LICENSES.md says what it asks. */
const ELASTIC =
  /^@apollo\/(?:composition|federation-internals|gateway|query-planner|query-graphs|subgraph)$/;

/** Every breach, worded `package: what is wrong`. */
export function dependencyFaults(
  lock: Lockfile,
  manifest: Manifest,
  installed: Lockfile = { packages: {} },
): string[] {
  const faults = [...rootFaults(lock.packages[''] ?? {}, manifest)];
  for (const [path, found] of Object.entries(lock.packages)) {
    if (!path.includes('node_modules/') || found.link === true) continue;
    const name = found.name ?? path.slice(path.lastIndexOf('node_modules/') + 13);
    const said = [
      ...originFaults(name, found),
      ...licenceFaults(name, found),
      ...(found.hasInstallScript === true && manifest.allowScripts[name] === undefined
        ? ['has an install script nobody decided about: name it in allowScripts']
        : []),
      ...installedFaults(found, installed.packages[path]),
    ];
    faults.push(...said.map((fault) => `${name}: ${fault}`));
  }
  return faults;
}

function rootFaults(root: Package, manifest: Manifest): string[] {
  return (['dependencies', 'devDependencies'] as const).flatMap((kind) => {
    const [locked, wanted] = [root[kind] ?? {}, manifest[kind] ?? {}];
    const names = new Set([...Object.keys(locked), ...Object.keys(wanted)]);
    return [...names].flatMap((name) =>
      locked[name] === wanted[name] ? [] : [`${name}: package.json and the lockfile disagree`],
    );
  });
}

function originFaults(name: string, { version = '', resolved, integrity }: Package): string[] {
  const file = name.slice(name.indexOf('/') + 1);
  const expected = `${REGISTRY}${name}/-/${file}-${version}.tgz`;
  const faults: string[] = [];
  // An entry without an address is asked for by name and version, and held against its checksum.
  if (resolved !== undefined && !resolved.startsWith(REGISTRY)) {
    faults.push(`comes from ${new URL(resolved).host}`);
  } else if (resolved !== undefined && resolved !== expected)
    faults.push(`is ${version} and loads ${resolved}`);
  if (!/^sha512-[\w+/]{86}==$/.test(integrity ?? '')) faults.push('has no checksum');
  return faults;
}

function licenceFaults(name: string, { license = 'none' }: Package): string[] {
  if (license === 'Elastic-2.0' && ELASTIC.test(name)) return [];
  const asked = license.replaceAll(/[()]/g, '').split(/ AND /);
  const isFine = asked.every((each) => each.split(' OR ').some((one) => LICENCES.has(one)));
  return isFine ? [] : [`its licence is ${license}, which LICENSES.md does not name`];
}

/** The same version has one content. */
function installedFaults(locked: Package, installed: Package | undefined): string[] {
  if (installed?.integrity === undefined || installed.version !== locked.version) return [];
  return installed.integrity === locked.integrity
    ? []
    : ['its checksum is not that of what is installed'];
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../..', path), 'utf8'));
}

if (import.meta.main) {
  const tree = 'node_modules/.package-lock.json';
  const faults = dependencyFaults(
    read('package-lock.json') as Lockfile,
    read('package.json') as Manifest,
    existsSync(join(import.meta.dirname, '../..', tree)) ? (read(tree) as Lockfile) : undefined,
  );
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}
