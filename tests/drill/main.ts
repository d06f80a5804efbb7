import { Command, InvalidArgumentError } from 'commander';
import { runDrill } from './restore.ts';
import { ownBinaries } from './server.ts';

/** Loses a real system, restores it, and says what was lost and how long it took. */
const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 10_000) {
    throw new InvalidArgumentError('a whole number from 1 to 10000');
  }
  return value;
};
const UNAVAILABLE = 3;

const { commands, json } = new Command('drill:restore')
  .description('Loses a real system and restores it; then once more from before an erasure.')
  .option('--commands <n>', 'acknowledged commands before the backup', whole, 200)
  .option('--json', 'print the report as JSON')
  .addHelpText('after', '\nExit code 0: all green; 1: something is red; 3: no pg_dump here.')
  .parse()
  .opts<{ commands: number; json?: true }>();

if (ownBinaries === undefined) {
  process.stderr.write(
    'There is no pg_dump under /usr/lib/postgresql: install Debian’s "postgresql" and repeat.\n',
  );
  process.exitCode = UNAVAILABLE;
} else {
  const print = (line: string): void => void process.stderr.write(`${line}\n`);
  const report = await runDrill({ commands, ...(json === true ? {} : { onStep: print }) });
  if (json === true) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else process.stdout.write(summary(report));
  process.exitCode = report.isPassed ? 0 : 1;
}

function summary({ isPassed, checks, measures }: Awaited<ReturnType<typeof runDrill>>): string {
  const red = checks.filter(({ isGreen }) => !isGreen);
  const figures = Object.entries(measures).map(([name, value]) => `${name}: ${value}`);
  const faults = red.map(({ name, detail }) => `RED ${name}: ${detail ?? ''}`);
  const verdict = isPassed
    ? `All ${checks.length} checks are green`
    : `${red.length} checks are red`;
  return `${[...figures, ...faults, verdict].join('\n')}\n`;
}
