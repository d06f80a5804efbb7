import type { Actor } from '#kernel/access';
import type { Database, Transaction, UnitOfWork } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import { createListening } from './listening.ts';
import { LOG_CHANNEL, WAKE_CHANNEL, logPosition, readLogAtOnce } from './log.ts';
import type { LogNews, LogSource } from './log-source.ts';

export interface PostgresLogOptions {
  readonly database: Database;
  /** Pool for catching up. */
  readonly workers: UnitOfWork;
  readonly actor: Actor;
  /** Whose logs lie in this database. */
  readonly modules: readonly string[];
  readonly log: Logger;
  /** Newest position of a log that this process writes itself, pushing what it logs. */
  ledTo(module: string): number | undefined;
  /** A writer elsewhere has committed. */
  onWake(module: string): void;
}

export interface PostgresLog extends LogSource {
  /** Tells other processes that the module has something new; many calls become one. */
  announce(module: string): void;
}

const POLL_MS = 250;
const ANNOUNCE_DELAY_MS = 2;
const READ_TIMEOUT_MS = 30_000;

/** The logs of the database, with notifications as hints and a poll for those that get lost. */
export function createPostgresLog(options: PostgresLogOptions): PostgresLog {
  const { workers, actor, log, modules } = options;
  const announced = new Set<string>();
  let news: LogNews = { hint: () => {}, rows: () => {} };
  let timer: NodeJS.Timeout | undefined;

  const listening = createListening({
    database: options.database,
    channels: [LOG_CHANNEL, WAKE_CHANNEL],
    log,
    onNotification(channel, payload) {
      const [module = '', position = ''] = payload.split(' ');
      if (!modules.includes(module)) return;
      if (channel === WAKE_CHANNEL) options.onWake(module);
      if (channel !== LOG_CHANNEL || !/^\d{1,16}$/.test(position)) return;
      // The own log head hands its batches over in memory, often later than they are notified of.
      if (options.ledTo(module) === undefined) news.hint(module, Number(position));
    },
    onAgain: () => modules.forEach((module) => news.hint(module, Infinity)),
  });
  const poll = async (): Promise<void> => {
    const remote = modules.filter((module) => {
      const position = options.ledTo(module);
      // What the leader before has logged may not have arrived, and nothing else tells of it.
      if (position !== undefined) news.hint(module, position);
      return position === undefined;
    });
    if (remote.length === 0) return;
    const heads = await workers.transaction(
      actor,
      (tx) =>
        Promise.all(remote.map(async (module) => [module, await logPosition(tx, module)] as const)),
      { readOnly: true },
    );
    for (const [module, position] of heads) news.hint(module, position);
  };
  const flush = (): void => {
    listening.notify(WAKE_CHANNEL, [...announced]);
    announced.clear();
  };

  return {
    delayMs: 0,
    async start(listener) {
      news = listener;
      await listening.start();
      timer = repeat(poll, (error) => log.warn({ err: error }, 'polling failed'));
    },
    async stop() {
      clearInterval(timer);
      await listening.stop();
    },
    head: (module) => workers.transaction(actor, (tx) => logPosition(tx, module)),
    after: (module, position, limit) =>
      readLogAtOnce(
        (work) => workers.transaction(actor, work, { statementTimeoutMs: READ_TIMEOUT_MS }),
        module,
        position,
        limit,
      ),
    async retains(module, position) {
      const oldest = await workers.transaction(actor, (tx) => firstPosition(tx, module));
      return oldest <= position + 1;
    },
    countAfter: (module, position) =>
      workers.transaction(actor, (tx) => countAfter(tx, module, position), { readOnly: true }),
    announce(module) {
      if (announced.size === 0) setTimeout(flush, ANNOUNCE_DELAY_MS);
      announced.add(module);
    },
    isListening: () => listening.isListening(),
  };
}

/** One look after the other, none while one is under way. */
function repeat(poll: () => Promise<void>, onError: (error: unknown) => void): NodeJS.Timeout {
  let polling = false;
  return setInterval(() => {
    if (polling) return;
    polling = true;
    poll()
      .catch(onError)
      .finally(() => (polling = false));
  }, POLL_MS);
}

async function countAfter(tx: Transaction, module: string, position: number): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `select coalesce(sum(least(n, first_position + n - 1 - $1::bigint)), 0)::int as n
     from ${module}.log where first_position + n - 1 > $1::bigint and first_position >= (
       select coalesce(max(first_position), 0) from ${module}.log where first_position <= $1::bigint)`,
    [position],
  );
  return row?.n ?? 0;
}

/** Of the oldest fact that is logged, 1 when there is none. */
async function firstPosition(tx: Transaction, module: string): Promise<number> {
  const [row] = await tx.query<{ first: number }>(
    `select first_position as first from ${module}.log order by first_position limit 1`,
  );
  return row?.first ?? 1;
}
