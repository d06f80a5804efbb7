import { spawnSync } from 'node:child_process';
import { Command, InvalidArgumentError } from 'commander';

/**
 * Without options every fault once, each with a short load; with rounds, random faults on top of each
 * other. The seed that is printed repeats which faults come, and when.
 */
const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('a whole number from 1');
  return value;
};
const program = new Command('test:chaos')
  .description('Does harm to real processes under load and checks what is left of them.')
  .option('--rounds <n>', 'rounds of random faults instead of every fault once', whole)
  .option('--seed <s>', 'repeats the faults of that seed; by default one by the clock', whole)
  .option('--table <file>', 'adds a line of a Markdown table per round to this file')
  .option(
    '--long',
    'as long as the promises say: 50 killed log heads, a minute of load, a minute in a transaction',
  )
  .parse();
const { rounds, seed, table, long } = program.opts<{
  rounds?: number;
  seed?: number;
  table?: string;
  long?: boolean;
}>();

const chosen = seed ?? Date.now() % 1_000_000;
process.stdout.write(`chaos: seed ${chosen}\n`);
const { status } = spawnSync(
  'vitest',
  [
    'run',
    '--project=system',
    rounds === undefined ? 'tests/chaos' : 'tests/chaos/backbone/random.test.ts',
  ],
  {
    stdio: 'inherit',
    env: {
      CHAOS_FSYNC: 'on',
      ...process.env,
      CHAOS_SEED: String(chosen),
      ...(rounds === undefined ? {} : { CHAOS_RANDOM_ROUNDS: String(rounds) }),
      ...(table === undefined ? {} : { CHAOS_TABLE: table }),
      ...(long === true
        ? { CHAOS_LEADER_KILLS: '50', CHAOS_BURST_MS: '60000', CHAOS_HOLD_MS: '60000' }
        : {}),
    },
  },
);
process.exitCode = status ?? 1;
