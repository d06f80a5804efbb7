import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Runs every test with coverage and closes with one line of counts, whatever came before: the line
 * that people and machines read.
 */
const RESULTS = '.data/test-results.json';

const options = process.argv.slice(2);
rmSync(RESULTS, { force: true });
const { status } = spawnSync(
  'vitest',
  [
    'run',
    '--coverage',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${RESULTS}`,
    ...options,
  ],
  // Programs that tests start by the hundred are compiled once.
  { stdio: 'inherit', env: { NODE_COMPILE_CACHE: resolve('.data/compile-cache'), ...process.env } },
);
const { passed, failed, skipped } = countsOf(RESULTS, status ?? 1);
if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.map((name) => `  ${name}`).join('\n')}`);
console.log(
  `\n${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
);
process.exitCode = status ?? 1;

function countsOf(
  file: string,
  exit: number,
): { passed: number; failed: number; skipped: string[] } {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: [] };
  const report = JSON.parse(readFileSync(file, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    testResults: { assertionResults: { status: string; fullName: string }[] }[];
  };
  const left = report.testResults
    .flatMap((each) => each.assertionResults)
    .filter((test) => test.status !== 'passed' && test.status !== 'failed')
    .map((test) => test.fullName);
  // A file that cannot be loaded, or coverage below its bound, fails the run without a failed test.
  const broken = exit === 0 ? report.numFailedTests : Math.max(1, report.numFailedTests);
  return { passed: report.numPassedTests, failed: broken, skipped: left };
}
