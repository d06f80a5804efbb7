#!/usr/bin/env node
/** `freshplan`: the backbone from a terminal. Exit codes and examples: docs/operations.md. */
import { ConfigError } from '#kernel/config';
import { Command, CommanderError } from 'commander';
import { doctor } from './cli/doctor.ts';
import { showEvents, tailEvents } from './cli/events.ts';
import { CommandFailure, EXIT } from './cli/failure.ts';
import {
  listArchive,
  rebaseEvents,
  runArchive,
  verifyArchives,
  verifyEvents,
  type Range,
} from './cli/keeping.ts';
import {
  discardDeadLetter,
  listConsumers,
  listDeadLetters,
  replay,
  retryDeadLetters,
  setConsumer,
  showDeadLetter,
  splitConsumer,
  type Operator,
} from './cli/operate.ts';
import { urlOf } from './cli/outside.ts';
import type { Output } from './cli/output.ts';
import { numberUpTo } from './cli/number.ts';
import { openSession, type Session } from './cli/session.ts';
import { addSubjectCommands } from './cli/subject-commands.ts';

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());
process.once('SIGTERM', () => stopping.abort());

interface ReplayOptions {
  reason: string;
  dryRun?: boolean;
  upTo?: string;
  upToPosition?: string;
}

const program = new Command('freshplan')
  .description('Looks at the event backbone and steers it, directly on the database.')
  .option('--as <account>', 'login or id of the administrator who acts')
  .option('--json', 'print JSON, one value or one per line')
  .exitOverride()
  .showHelpAfterError();

const events = program.command('events').description('facts as they were recorded');
events
  .command('tail')
  .description('print facts as they are logged, as CloudEvents with --json')
  .option('--from <places>', 'begin after module:position, separated by commas')
  .option('--module <name>', 'of one context only')
  .option('--limit <n>', 'end after so many', numberUpTo(1_000_000))
  .action((options: { from?: string; module?: string; limit?: number }) =>
    operated(({ session, actor, output }) =>
      tailEvents(session, actor, { ...options, signal: stopping.signal }, output),
    ),
  );
events
  .command('show <id>')
  .description('print everything that happened to one thing')
  .action((id: string) =>
    operated(({ session, actor, output }) => showEvents(session, actor, id, output)),
  );

events
  .command('verify')
  .description('compute the hash chain anew, compare it with the seals and their copies outside')
  .option('--module <name>', 'of one context only')
  .option('--from <position>', 'first position of interest, with --module', numberUpTo(1e15))
  .option('--to <position>', 'last position of interest, with --module', numberUpTo(1e15))
  .action((range: Range) => looked((session, output) => verifyEvents(session, range, output)));
events
  .command('rebase')
  .description('take over logs restored from another cluster; nothing may run meanwhile')
  .requiredOption('--reason <text>', 'at least 10 characters')
  .action(({ reason }: { reason: string }) =>
    operated((operator) => rebaseEvents(operator, reason)),
  );

const archive = program.command('archive').description('segments of the log that became files');
archive
  .command('list')
  .description('what was archived, with number of facts and hash')
  .action(() => looked(listArchive));
archive
  .command('verify')
  .description('read every file back and compare number and hash')
  .action(() => looked(verifyArchives));
archive
  .command('run')
  .description('move full segments that are old enough into files now')
  .requiredOption('--reason <text>', 'at least 10 characters')
  .option('--older-than <days>', 'instead of EVENTS_RETENTION_DAYS, 30 at least', numberUpTo(3_650))
  .action(({ olderThan, reason }: { olderThan?: number; reason: string }) =>
    operated((operator) => runArchive(operator, { days: olderThan, reason })),
  );

const consumers = program.command('consumers').description('who handles facts, and how far');
consumers
  .command('list')
  .description('status, position and lag')
  .action(() => operated(listConsumers));
consumers
  .command('pause <consumer>')
  .description('stop at the checkpoint')
  .requiredOption('--reason <text>', 'at least 10 characters')
  .action((consumer: string, { reason }: { reason: string }) =>
    operated((operator) => setConsumer(operator, 'Pause', { consumer, reason })),
  );
consumers
  .command('resume <consumer>')
  .description('go on after a pause or a failure')
  .option('--reason <text>', 'at least 10 characters')
  .action((consumer: string, { reason }: { reason?: string }) =>
    operated((operator) => setConsumer(operator, 'Resume', { consumer, reason })),
  );

consumers
  .command('split <consumer> <shards>')
  .description('split into 1 to 8 shards by aggregate; running processes follow within seconds')
  .requiredOption('--reason <text>', 'at least 10 characters')
  .action((consumer: string, shards: string, { reason }: { reason: string }) =>
    operated((operator) => splitConsumer(operator, { consumer, shards: Number(shards), reason })),
  );

const dlq = program.command('dlq').description('facts that a consumer set aside');
dlq
  .command('list <consumer>')
  .description('open dead letters, oldest first')
  .option('--first <n>', 'how many, at most 100', numberUpTo(100), 50)
  .action((consumer: string, { first }: { first: number }) =>
    operated((operator) => listDeadLetters(operator, consumer, first)),
  );
dlq
  .command('show <consumer> <event-id>')
  .description('every attempt that is still known of one of them')
  .action((consumer: string, eventId: string) =>
    operated((operator) => showDeadLetter(operator, { consumer, eventId })),
  );
dlq
  .command('retry <consumer>')
  .description('handle them again, at most 1,000; exactly one of the options')
  .option('--event <id...>', 'the aggregates of these facts')
  .option('--error <text>', 'those whose error holds this text')
  .option('--all', 'all of them')
  .action((consumer: string, options: { event?: string[]; error?: string; all?: boolean }) =>
    operated((operator) =>
      retryDeadLetters(operator, {
        consumer,
        all: options.all === true,
        ...(options.event === undefined ? {} : { eventIds: options.event }),
        ...(options.error === undefined ? {} : { error: options.error }),
      }),
    ),
  );
dlq
  .command('discard <consumer> <event-id>')
  .description('give one up for good')
  .requiredOption('--reason <text>', 'at least 10 characters')
  .action((consumer: string, eventId: string, { reason }: { reason: string }) =>
    operated((operator) => discardDeadLetter(operator, { consumer, eventId, reason })),
  );

addSubjectCommands(program, operated);

program
  .command('replay <projection>')
  .description('fill a projection anew from the log and follow it to the end')
  .requiredOption('--reason <text>', 'at least 10 characters')
  .option('--dry-run', 'fill a copy, count its rows, change nothing')
  .option('--up-to <time>', 'of a dry run: leave out facts with a later event time')
  .option('--up-to-position <places>', 'of a dry run: end at module:position, separated by commas')
  .action((projection: string, options: ReplayOptions) =>
    operated((operator) =>
      replay(operator, {
        projection,
        reason: options.reason,
        isDryRun: options.dryRun === true,
        upToTime: options.upTo,
        upToPosition: options.upToPosition,
      }),
    ),
  );
program
  .command('doctor')
  .description(
    'look everything over: configuration, database, roles, migrations, consumers, timers',
  )
  .option(
    '--url <url>',
    'look at a running gateway from outside as well: TLS, headers, what is open',
    urlOf,
  )
  .option('--outside-only', 'with --url: no look at settings and database')
  .action((options: { url?: URL; outsideOnly?: boolean }, command: Command) => {
    if (options.outsideOnly === true && options.url === undefined) {
      command.error("error: option '--outside-only' needs '--url <url>'");
    }
    return doctor({ url: options.url, isOutsideOnly: options.outsideOnly }, outputOf());
  });

try {
  await program.parseAsync();
} catch (error) {
  // What a failed start left open must not keep the process.
  process.exit(ended(error));
}

/** Opens the database, names the account, does the work, closes again. */
async function operated(work: (operator: Operator) => Promise<void>): Promise<void> {
  const session = await openSession();
  try {
    const actor = await session.account(program.opts<{ as?: string }>().as);
    await work({ session, actor, output: outputOf() });
  } finally {
    await session.close();
  }
}

/** Opens the database for a command that changes nothing and needs no account. */
async function looked(work: (session: Session, output: Output) => Promise<void>): Promise<void> {
  const session = await openSession();
  try {
    await work(session, outputOf());
  } finally {
    await session.close();
  }
}

function outputOf(): Output {
  return {
    isJson: program.opts<{ json?: boolean }>().json === true,
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
  };
}

/** Tells why, and answers the exit code. */
function ended(error: unknown): number {
  // The library has printed its help or its complaint already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const [code, message, exitCode] = reasonOf(error);
  const { isJson, error: tell } = outputOf();
  tell(isJson ? `${JSON.stringify({ error: { code, message } })}\n` : `${message} (${code})\n`);
  return exitCode;
}

function reasonOf(error: unknown): [code: string, message: string, exitCode: number] {
  if (error instanceof CommandFailure) return [error.code, error.message, error.exitCode];
  if (error instanceof ConfigError) {
    return ['CONFIG', error.message.replaceAll('\n', '; '), EXIT.usage];
  }
  return ['FAILED', error instanceof Error ? error.message : String(error), EXIT.fault];
}
