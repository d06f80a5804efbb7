import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { parseSync } from 'oxc-parser';

/** The rules of the house over a set of source files; the list of modules comes from the files. */

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  path: string;
  text: string;
}

interface Import {
  specifier: string;
  isType: boolean;
}

interface Parsed extends SourceFile {
  imports: Import[];
}

const KERNEL_ORDER = [
  'graphql',
  'timers',
  'bridge',
  'events',
  'database',
  'access',
  'telemetry',
  'service',
  'config',
];

export function readSources(root: string, folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => walk(join(root, folder)))
    .map((file) => ({
      path: file
        .slice(root.length + 1)
        .split(sep)
        .join('/'),
      text: readFileSync(file, 'utf8'),
    }));
}

function walk(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === 'node_modules' || name === 'dist') return [];
    if (statSync(path).isDirectory()) return walk(path);
    return /\.tsx?$/.test(name) && !name.endsWith('.generated.ts') ? [path] : [];
  });
}

/** Every breach, worded `file: rule`. Empty when the house is in order. */
export function violations(files: readonly SourceFile[]): string[] {
  const parsed = files.map((file) => ({ ...file, imports: importsOf(file) }));
  return [
    ...parsed.flatMap((file) => [
      ...layers(file),
      ...borders(file),
      ...foreignContexts(file),
      ...aggregates(file),
      ...environment(file),
      ...testing(file),
    ]),
    ...cycles(parsed),
  ];
}

function importsOf(file: SourceFile): Import[] {
  const { module, errors } = parseSync(file.path, file.text);
  if (errors.length > 0)
    throw new Error(`${file.path}: ${errors[0]?.message ?? 'cannot be parsed'}`);
  const statics = module.staticImports.map((each) => ({
    specifier: each.moduleRequest.value,
    isType: each.entries.length > 0 && each.entries.every((entry) => entry.isType),
  }));
  const exports = module.staticExports.flatMap((each) =>
    each.entries.flatMap((entry) =>
      entry.moduleRequest ? [{ specifier: entry.moduleRequest.value, isType: entry.isType }] : [],
    ),
  );
  return [...statics, ...exports];
}

const isTest = (path: string): boolean =>
  path.startsWith('tests/') || /\.test\.tsx?$/.test(path) || path.startsWith('kernel/testing/');
const isFixture = (path: string): boolean => path.endsWith('.fixture.ts');

const contextOf = (path: string): string | undefined => /^subgraphs\/([^/]+)\//.exec(path)?.[1];
const partOf = (path: string): string | undefined => /^kernel\/([^/]+)\//.exec(path)?.[1];

/** gateway → subgraphs → kernel; inside the kernel one way only; clients know the graph alone. */
function layers(file: Parsed): string[] {
  if (isTest(file.path) || isFixture(file.path)) return [];
  return file.imports.flatMap(({ specifier }) => {
    const part = partOf(file.path);
    const target = /^#kernel\/(.+)$/.exec(specifier)?.[1];
    if (part !== undefined && /^#(events|subgraphs)\b/.test(specifier)) {
      return [`${file.path}: the kernel knows no context (${specifier})`];
    }
    if (part !== undefined && target !== undefined && !standsOn(part, target)) {
      return [`${file.path}: kernel/${part} may not stand on kernel/${target}`];
    }
    if (contextOf(file.path) !== undefined && specifier === '#subgraphs') {
      return [`${file.path}: a context may not know the list of contexts`];
    }
    if (file.path.startsWith('clients/') && specifier.startsWith('#')) {
      return [`${file.path}: clients know the graph only (${specifier})`];
    }
    return [];
  });
}

function standsOn(part: string, target: string): boolean {
  const from = KERNEL_ORDER.indexOf(part);
  const to = KERNEL_ORDER.indexOf(target);
  return from !== -1 && to !== -1 && from < to;
}

/** The folder that a relative import may not leave. */
function houseOf(path: string): string {
  const context = contextOf(path);
  if (context !== undefined) return `subgraphs/${context}`;
  const part = partOf(path);
  if (part !== undefined) return `kernel/${part}`;
  const client = /^clients\/[^/]+/.exec(path)?.[0];
  return client ?? path.split('/')[0] ?? '';
}

function borders(file: Parsed): string[] {
  const house = houseOf(file.path);
  if (file.path === 'subgraphs/index.ts') return [];
  return file.imports.flatMap(({ specifier }) => {
    if (!specifier.startsWith('.')) return [];
    const target = normalize(join(dirname(file.path), specifier))
      .split(sep)
      .join('/');
    if (isTest(file.path) && target.startsWith('tests/')) return [];
    return target.startsWith(`${house}/`) || (house === 'tests' && target.startsWith('gateway/'))
      ? []
      : [`${file.path}: crosses a border by ${specifier}; use a # name`];
  });
}

/** Of another context one may know its facts, as types, where one listens. */
function foreignContexts(file: Parsed): string[] {
  const own = contextOf(file.path);
  if (own === undefined) return [];
  return file.imports.flatMap(({ specifier, isType }) => {
    const target = /^#events\/(.+)$/.exec(specifier)?.[1];
    if (target === undefined || target === own) return [];
    const faults: string[] = [];
    if (!isType) faults.push(`${file.path}: ${specifier} may be imported as type only`);
    if (!/\/(reactions|projections)\.ts$/.test(file.path) && !isTest(file.path)) {
      faults.push(`${file.path}: only reactions.ts and projections.ts listen to ${specifier}`);
    }
    return faults;
  });
}

/** A file beside `events.ts` that decides imports no effect: its clock and ids are passed in. */
function aggregates(file: Parsed): string[] {
  const context = contextOf(file.path);
  if (context === undefined || isTest(file.path)) return [];
  const effects =
    /^(commands|tables|projections|queries|resolvers|reactions|timers|index|events)\.ts$/;
  const name = file.path.split('/').at(-1) ?? '';
  if (effects.test(name) || !/\bexport (?:function|const) (?:evolve|decide)\b/.test(file.text))
    return [];
  return file.imports
    .filter(
      ({ specifier, isType }) =>
        !isType && /^(#kernel\/(?!access$)|node:|pg$|@mikro-orm)/.test(specifier),
    )
    .map(({ specifier }) => `${file.path}: an aggregate imports no effect (${specifier})`);
}

function environment(file: Parsed): string[] {
  const allowed =
    file.path.startsWith('kernel/config/') || isTest(file.path) || file.path.startsWith('clients/');
  return !allowed && /\bprocess\.env\b/.test(file.text)
    ? [`${file.path}: process.env is read in kernel/config only`]
    : [];
}

function testing(file: Parsed): string[] {
  if (isTest(file.path) || isFixture(file.path)) return [];
  const isForTests = (specifier: string): boolean =>
    specifier === '#kernel/testing' || isFixture(specifier);
  return file.imports
    .filter(({ specifier }) => isForTests(specifier))
    .map(({ specifier }) => `${file.path}: ${specifier} is for tests`);
}

/** Cycles between files of value imports; types vanish and may point anywhere. */
function cycles(files: readonly Parsed[]): string[] {
  const graph = new Map(
    files.map((file) => [
      file.path,
      file.imports
        .filter((each) => !each.isType)
        .map((each) => resolve(file.path, each.specifier))
        .filter((path) => path !== undefined),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at !== -1) found.push(`${[...trail.slice(at), path].join(' → ')}: cycle`);
    if (at !== -1 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

function resolve(from: string, specifier: string): string | undefined {
  const part = /^#kernel\/(.+)$/.exec(specifier)?.[1];
  if (part !== undefined) return `kernel/${part}/index.ts`;
  const events = /^#events\/(.+)$/.exec(specifier)?.[1];
  if (events !== undefined) return `subgraphs/${events}/events.ts`;
  if (specifier === '#subgraphs') return 'subgraphs/index.ts';
  if (!specifier.startsWith('.')) return undefined;
  return normalize(join(dirname(from), specifier))
    .split(sep)
    .join('/');
}
