import { Command, InvalidArgumentError } from 'commander';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, loadConfig, type Config } from '#kernel/config';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { FOLDERS_OF_DATABASE } from './keeping.ts';
import { createTerminalProgress, showReady } from './terminal.ts';
import { migrateOnly, startSystem } from './system.ts';
import { startForeignSupergraph } from './foreign.ts';

interface Options {
  supergraph?: string;
  port?: number;
  reset?: boolean;
  migrateOnly?: boolean;
  demo: boolean;
}

const GIVE_UP_TIMEOUT_MS = 15_000;

const program = new Command('freshplan-graph')
  .description(
    'Gateway, subgraphs and cockpit in one process, on an embedded PostgreSQL by default.',
  )
  .option(
    '--supergraph <file>',
    'serve a foreign federation-2 supergraph over its HTTP subgraphs instead',
  )
  .option('--port <number>', 'public port, instead of PORT', portOf)
  .option('--reset', 'delete the embedded database and its demo data, then start fresh')
  .option('--migrate-only', 'bring the schema up to date and end')
  .option('--no-demo', 'start without demo data')
  .action(run);

await program.parseAsync();

async function run(options: Options): Promise<void> {
  const before = performance.now();
  try {
    const config = configOf(options);
    const log = createLogger({ level: config.LOG_LEVEL });
    if (options.migrateOnly === true) {
      for (const name of await migrateOnly(config)) console.log(`applied ${name}`);
      return;
    }
    if (options.reset === true) resetData(config);
    const metrics = createMetrics({ processMetrics: true });
    if (options.supergraph !== undefined) {
      const system = await startForeignSupergraph({
        config,
        log,
        metrics,
        file: options.supergraph,
      });
      console.log(`GraphQL ready at ${system.url}/graphql`);
      return stopOnSignal(system.stop);
    }
    const progress = createTerminalProgress(process.stdout);
    const demo = options.demo && !config.production;
    const cockpit = !config.production;
    const system = await startSystem({
      config,
      log,
      metrics,
      progress,
      demo,
      cockpit,
      onFault: (fault) => giveUp(fault, () => system.stop()),
    });
    showReady({ url: system.url, startedInMs: performance.now() - before, config });
    stopOnSignal(system.stop);
  } catch (error) {
    explain(error);
    process.exitCode = 1;
  }
}

function configOf({ port }: Options): Config {
  return loadConfig(undefined, port === undefined ? {} : { PORT: String(port) });
}

function resetData(config: Config): void {
  if (config.DATABASE_URL !== undefined) {
    throw new Error(
      '--reset deletes the embedded database only; unset DATABASE_URL or empty yours by hand.',
    );
  }
  for (const folder of FOLDERS_OF_DATABASE) {
    rmSync(join(config.DATA_DIR, folder), { recursive: true, force: true });
  }
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        explain(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

/** Says why once, and ends: what cannot be stopped in order any more is left to the next start. */
function giveUp(fault: Error, stop: () => Promise<void>): void {
  explain(fault);
  const end = (): never => process.exit(1);
  setTimeout(end, GIVE_UP_TIMEOUT_MS);
  stop().then(end, end);
}

function explain(error: unknown): void {
  if (error instanceof ConfigError) {
    console.error('The environment cannot be used:');
    for (const { key, message } of error.faults) console.error(`  ${key} ${message}`);
    return;
  }
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    console.error(
      `Port ${port ?? ''} is taken. Stop the other program, or choose one with PORT=4001.`,
    );
  } else if (code === 'ENOSPC') {
    console.error('The disk is full. Free some space below DATA_DIR and start again.');
  } else {
    console.error(message);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('a port is 0 to 65535');
  }
  return port;
}
