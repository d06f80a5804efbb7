import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { startEmbeddedPostgres } from '#kernel/database';
import { MUTATIONS, type Mutation } from './mutations.ts';

/**
 * Takes one guard after another away in a copy of the tree and runs the tests that must notice. Ends
 * with 1 when a guard can go unnoticed, when a mutation no longer fits the code, or when the tests are
 * red without any.
 */
const ROOT = join(import.meta.dirname, '../..');
const RUN_TIMEOUT_MS = 300_000;
const LEFT_OUT = new Set(['node_modules', '.git', '.data', 'dist', 'coverage']);

interface Outcome {
  readonly mutation: string;
  /** Names of the tests that went red. */
  readonly red: readonly string[];
  /** Why nothing can be said. */
  readonly broken?: string;
}

const program = new Command('test:mutations')
  .description('Shows for each guard of the backbone that tests fail without it.')
  .option('--only <text>', 'mutations whose name holds this text')
  .option(
    '--no-baseline',
    'skip the run without any mutation, which shows that the tests are green',
  )
  .option('--markdown', 'print the table for docs/guarantees.md at the end')
  .parse();
const options = program.opts<{ only?: string; markdown?: boolean; baseline: boolean }>();

const chosen = MUTATIONS.filter(({ name }) => name.includes(options.only ?? ''));
if (chosen.length === 0) program.error('No mutation has such a name.');
const copy = await mkdtemp(join(tmpdir(), 'freshplan-mutations-'));
const server = await startEmbeddedPostgres({
  directory: await mkdtemp(join(tmpdir(), 'freshplan-mutations-postgres-')),
  ephemeral: true,
  settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB' },
});
try {
  await copyTree();
  const outcomes = await runAll();
  if (options.markdown === true) process.stdout.write(tableOf(outcomes));
  const bad = outcomes.filter(({ red, broken }) => red.length === 0 || broken !== undefined);
  process.stdout.write(`\n${outcomes.length - bad.length} noticed, ${bad.length} not\n`);
  process.exitCode = bad.length === 0 ? 0 : 1;
} finally {
  await server.stop();
  await rm(copy, { recursive: true, force: true });
}

async function copyTree(): Promise<void> {
  await cp(ROOT, copy, {
    recursive: true,
    filter: (source) => {
      const parts = relative(ROOT, source).split('/');
      return !parts.some((part) => LEFT_OUT.has(part)) && parts[0] !== 'clients';
    },
  });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
}

async function runAll(): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const mutation of [...(options.baseline ? [undefined] : []), ...chosen]) {
    const outcome = mutation === undefined ? await unmutated() : await tryOut(mutation);
    if (outcome === undefined) continue;
    outcomes.push(outcome);
    const said = outcome.broken ?? (outcome.red.length === 0 ? 'UNNOTICED' : 'noticed by');
    process.stdout.write(`${outcome.mutation}\n  ${said}\n`);
    for (const name of outcome.red) process.stdout.write(`    ${name}\n`);
    if (mutation === undefined) break;
  }
  return outcomes;
}

/** What is red by itself says nothing about a mutation. */
async function unmutated(): Promise<Outcome | undefined> {
  const whole = chosen.filter(({ only }) => only === undefined).flatMap(({ tests }) => tests);
  const parts = chosen.filter(({ only }) => only !== undefined);
  const runs = [
    ...(whole.length > 0 ? [{ tests: [...new Set(whole)], only: undefined }] : []),
    ...parts,
  ];
  const red: string[] = [];
  for (const { tests, only } of runs) {
    const first = await runTests(tests, only);
    // Once more, for a machine that was too busy the first time.
    const again = first.red.length === 0 ? first : await runTests(tests, only);
    red.push(...again.red);
  }
  if (red.length === 0) return undefined;
  return { mutation: 'nothing changed', red, broken: 'red already' };
}

async function tryOut({ name, file, replace, tests, only }: Mutation): Promise<Outcome> {
  const path = join(copy, file);
  const before = await readFile(path, 'utf8');
  let after = before;
  for (const [from, to] of replace) {
    const times = after.split(from).length - 1;
    if (times !== 1) {
      return { mutation: name, red: [], broken: `DOES NOT APPLY: ${times} times in ${file}` };
    }
    after = after.replace(from, () => to);
  }
  await writeFile(path, after);
  try {
    return { mutation: name, ...(await runTests(tests, only)) };
  } finally {
    await writeFile(path, before);
  }
}

async function runTests(
  tests: readonly string[],
  only?: string,
): Promise<{ red: string[]; broken?: string }> {
  const results = join(copy, 'results.json');
  await rm(results, { force: true });
  const flags = [
    'run',
    '--project=database',
    '--project=system',
    '--reporter=json',
    `--outputFile=${results}`,
    ...(only === undefined ? [] : ['--testNamePattern', only]),
  ];
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, ...flags, ...tests], {
    cwd: copy,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] ?? '', TEST_DATABASE_URL: server.adminUrl },
    timeout: RUN_TIMEOUT_MS,
  });
  await new Promise((resolve) => child.once('close', resolve));
  const text = await readFile(results, 'utf8').catch(() => '');
  if (text === '') return { red: [], broken: 'THE TESTS DID NOT COME TO AN END' };
  return resultsIn(text);
}

function resultsIn(text: string): { red: string[]; broken?: string } {
  const report = JSON.parse(text) as {
    testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[];
  };
  const tests = report.testResults.flatMap((each) => each.assertionResults);
  const red = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  const ran = tests.filter(({ status }) => status === 'passed' || status === 'failed');
  // A file that cannot be loaded is no test that noticed.
  if (ran.length === 0) return { red, broken: 'NO TEST RAN' };
  return { red };
}

function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(
    ({ mutation, red, broken }) => `| ${mutation} | ${broken ?? red.join('<br>')} |`,
  );
  return `\n| Without this guard | these tests are red |\n|---|---|\n${rows.join('\n')}\n`;
}
