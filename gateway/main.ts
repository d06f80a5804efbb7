import { Command, InvalidArgumentError } from 'commander';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, loadConfig, type Config, type ConfigSources } from '#kernel/config';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { migrateOnly } from './contexts.ts';
import { FOLDERS_OF_DATABASE } from './keeping.ts';
import { startGatewayProcess } from './processes/gateway-process.ts';
import { routedSubgraphs } from './processes/routing.ts';
import { startSubgraphProcess } from './processes/subgraph-process.ts';
import { endedBy, type Progress } from './progress.ts';
import { createTerminalProgress, showReady } from './terminal.ts';
import { startSystem } from './system.ts';
import { startForeignSupergraph } from './foreign.ts';

interface Options {
  supergraph?: string;
  port?: number;
  reset?: boolean;
  migrateOnly?: boolean;
  demo: boolean;
}

interface ProcessOptions {
  port?: number;
}

const GIVE_UP_TIMEOUT_MS = 15_000;

const program = new Command('freshplan-graph')
  .description(
    'Gateway, subgraphs and cockpit in one process, on an embedded PostgreSQL by default.',
  )
  .enablePositionalOptions()
  .option(
    '--supergraph <file>',
    'serve a foreign federation-2 supergraph over its HTTP subgraphs instead',
  )
  .option('--port <number>', 'public port, instead of PORT', portOf)
  .option('--reset', 'delete the embedded database and its demo data, then start fresh')
  .option('--migrate-only', 'bring the schema up to date and end; needs DATABASE_OWNER_URL alone')
  .option('--no-demo', 'start without demo data')
  .action((options: Options) => begin(() => run(options)));

program
  .command('gateway')
  .description('The gateway alone; every subgraph is a process of its own, asked over HTTP.')
  .option('--port <number>', 'public port, instead of PORT', portOf)
  .addHelpText(
    'after',
    `
Settings (all of them in .env.example):
  SUBGRAPH_KEYS   name=key of every subgraph, separated by commas; required
  SUBGRAPH_URLS   name=http://host:port/graphql where supergraph.yaml does not say it
  PORT, HOST, MANAGEMENT_PORT, OIDC_ISSUER, CURSOR_SECRET as for the whole system
It needs no database. It is ready once every subgraph has answered.`,
  )
  .action((options: ProcessOptions) => begin(() => runGateway(options)));

program
  .command('subgraph')
  .description('One context alone: its port for the gateway, its log, consumers and timers.')
  .argument('<name>', `one of ${[...routedSubgraphs().keys()].join(', ')}`)
  .option('--port <number>', 'port, instead of PORT; default: that of supergraph.yaml', portOf)
  .addHelpText(
    'after',
    `
Settings (all of them in .env.example):
  SUBGRAPH_KEY    the key the gateway has for it in SUBGRAPH_KEYS; required
  DATABASE_URL    one PostgreSQL for all subgraphs; required. With DATABASE_KEYS_URL and
                  DATABASE_JOBS_URL it runs on roles that own nothing (migrate first)
  KEY_ENCRYPTION_KEY, ARCHIVE_DIRECTORY, EVENTS_BRIDGE the same for all subgraphs
It answers nobody but the gateway.`,
  )
  .action((name: string, options: ProcessOptions) => begin(() => runSubgraph(name, options)));

await program.parseAsync();

async function begin(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    explain(error);
    process.exitCode = 1;
  }
}

async function run(options: Options): Promise<void> {
  const before = performance.now();
  if (options.migrateOnly === true) {
    const applied = await migrateOnly(configOf(options, { kind: 'migration' }));
    for (const name of applied) console.log(`applied ${name}`);
    return;
  }
  const config = configOf(options);
  const log = createLogger({ level: config.LOG_LEVEL });
  if (options.reset === true) resetData(config);
  const metrics = createMetrics({ processMetrics: true });
  if (options.supergraph !== undefined) {
    const { supergraph: file } = options;
    return serve(
      () => startForeignSupergraph({ config, log, metrics, file }),
      ({ url }) => console.log(`GraphQL ready at ${url}/graphql`),
    );
  }
  await serve(
    async (progress) => {
      const system = await startSystem({
        config,
        log,
        metrics,
        progress,
        demo: options.demo && !config.production,
        cockpit: !config.production,
        onFault: (fault) => giveUp(fault, () => system.stop()),
      });
      return system;
    },
    ({ url }) => showReady({ url, startedInMs: performance.now() - before, config }),
  );
}

async function runGateway({ port }: ProcessOptions): Promise<void> {
  const before = performance.now();
  const config = configOf({ port }, { kind: 'gateway' });
  const log = createLogger({ level: config.LOG_LEVEL });
  const metrics = createMetrics({ processMetrics: true });
  await serve(
    (progress) => startGatewayProcess({ config, log, metrics, progress }),
    ({ url }) => showReady({ url, startedInMs: performance.now() - before, config, isAlone: true }),
  );
}

async function runSubgraph(name: string, { port }: ProcessOptions): Promise<void> {
  const before = performance.now();
  const PORT = routedSubgraphs().get(name)?.port ?? '';
  const config = configOf({ port }, { kind: 'subgraph', fallback: { PORT } });
  const log = createLogger({ level: config.LOG_LEVEL });
  const metrics = createMetrics({ processMetrics: true });
  await serve(
    (progress) => startSubgraphProcess({ config, name, log, metrics, progress }),
    ({ url }) => {
      const seconds = ((performance.now() - before) / 1_000).toFixed(1);
      console.log(`Subgraph ${name} is ready at ${url} (${seconds} s) · Ctrl-C stops`);
    },
  );
}

function configOf(
  { port }: { port?: number | undefined },
  sources: Omit<ConfigSources, 'commandLine'> = {},
): Config {
  const commandLine = port === undefined ? {} : { PORT: String(port) };
  return loadConfig(undefined, { ...sources, commandLine });
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

/** Until Ctrl-C, which also ends a start: what has come up by then is let go again. */
async function serve<System extends { stop(): Promise<void> }>(
  start: (progress: Progress) => Promise<System>,
  showThatReady: (system: System) => void,
): Promise<void> {
  const ending = new AbortController();
  const ended = new Promise<void>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve());
  });
  process.on('SIGINT', () => ending.abort());
  process.on('SIGTERM', () => ending.abort());
  try {
    const progress = endedBy(ending.signal, createTerminalProgress(process.stdout));
    const system = await start(progress).catch((error: unknown) => {
      if (!ending.signal.aborted) throw error;
    });
    if (system !== undefined) {
      if (!ending.signal.aborted) showThatReady(system);
      await ended;
      await system.stop();
    }
    process.exit(0);
  } catch (error) {
    explain(error);
    process.exit(1);
  }
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
