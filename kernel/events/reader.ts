import type { Actor } from '#kernel/access';
import type { Connection, Database, UnitOfWork } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import type { EventCatalog } from './catalog.ts';
import {
  LOG_CHANNEL,
  WAKE_CHANNEL,
  logPosition,
  readLog,
  toEntry,
  type LogEntry,
  type LogRow,
} from './log.ts';
import type { LogBatch } from './log-head.ts';
import { Ring } from './ring.ts';

export interface ReaderOptions {
  readonly database: Database;
  /** Pool for catching up. */
  readonly workers: UnitOfWork;
  readonly actor: Actor;
  readonly catalogs: ReadonlyMap<string, EventCatalog>;
  readonly log: Logger;
  /** Whether this process writes the module's log itself and pushes what it logs. */
  leads(module: string): boolean;
  /** A writer elsewhere has committed. */
  onWake(module: string): void;
}

/** One per process: the newest facts of every module in memory, older ones from the log. */
export interface Reader {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Takes over a batch the local log head has just committed. */
  push(module: string, batch: LogBatch): void;
  /** At most `limit` entries after a position, in order. */
  read(module: string, after: number, limit: number): Promise<readonly LogEntry[]>;
  /** Position of the newest fact known here. */
  position(module: string): number;
  /** Settles at the next advance of any module, or when the signal aborts. */
  advanced(signal?: AbortSignal): Promise<void>;
  /** Calls back at every advance; answers how to stop that. */
  onAdvance(listener: (module: string) => void): () => void;
  /** Whether everything after the position is still there. */
  retains(module: string, after: number): Promise<boolean>;
  /** Tells other processes that the module has something new; many calls become one. */
  announce(module: string): void;
  isListening(): boolean;
  /** True once `stop` was called: followers end instead of waiting for what never comes. */
  isStopping(): boolean;
}

const PAGE_SIZE = 500;
const POLL_MS = 250;
const HEARTBEAT_MS = 5_000;
const RECONNECT_MAX_MS = 2_000;
const ANNOUNCE_DELAY_MS = 2;
const BEAT_CHANNEL = 'events_beat';

export function createReader(options: ReaderOptions): Reader {
  const { catalogs, workers, actor, log } = options;
  const rings = new Map([...catalogs.keys()].map((module) => [module, new Ring()]));
  const listeners = new Set<(module: string) => void>();
  const catchingUp = new Map<string, Promise<void>>();
  const announced = new Set<string>();
  const beat = `${process.pid}-${Math.random().toString(36).slice(2)}`;
  let connection: Connection | undefined;
  let timers: NodeJS.Timeout[] = [];
  let stopping = false;
  let beatSeen = true;

  const ringOf = (module: string): Ring => {
    const ring = rings.get(module);
    if (ring === undefined) throw new TypeError(`The backbone knows no module ${module}`);
    return ring;
  };
  const advance = (module: string): void => {
    for (const listener of listeners) listener(module);
  };
  const add = (module: string, rows: readonly LogRow[]): void => {
    const catalog = catalogs.get(module);
    if (catalog === undefined || rows.length === 0) return;
    ringOf(module).add(rows.map((row) => toEntry(catalog, row)));
    advance(module);
  };
  /** Reads on in the log until nothing is left; calls meanwhile share one run and one more after it. */
  const catchUp = (module: string): Promise<void> => {
    const running = catchingUp.get(module);
    if (running !== undefined) return running;
    const run = (async () => {
      const ring = ringOf(module);
      for (;;) {
        const rows = await workers.transaction(
          actor,
          (tx) => readLog(tx, module, ring.position, PAGE_SIZE),
          { readOnly: true, statementTimeoutMs: 30_000 },
        );
        add(
          module,
          rows.filter((row) => row.position > ring.position),
        );
        if (rows.length < PAGE_SIZE) return;
      }
    })().finally(() => catchingUp.delete(module));
    catchingUp.set(module, run);
    return run;
  };
  const hint = (module: string, position: number): void => {
    const ring = rings.get(module);
    if (ring === undefined || position <= ring.position || stopping) return;
    catchUp(module).catch((error: unknown) =>
      log.warn({ module, err: error }, 'catching up failed'),
    );
  };
  const poll = async (): Promise<void> => {
    const remote = [...catalogs.keys()].filter((module) => !options.leads(module));
    if (remote.length === 0) return;
    const heads = await workers.transaction(
      actor,
      (tx) =>
        Promise.all(remote.map(async (module) => [module, await logPosition(tx, module)] as const)),
      { readOnly: true },
    );
    for (const [module, position] of heads) hint(module, position);
  };
  const onNotification = (channel: string, payload = ''): void => {
    const [module = '', position] = payload.split(' ');
    if (channel === LOG_CHANNEL && /^\d{1,16}$/.test(position ?? ''))
      hint(module, Number(position));
    else if (channel === WAKE_CHANNEL && rings.has(module)) options.onWake(module);
    else if (channel === BEAT_CHANNEL && payload === beat) beatSeen = true;
  };
  const listen = async (): Promise<void> => {
    const fresh = await options.database.connect('listen');
    fresh.client.on('notification', ({ channel, payload }) => onNotification(channel, payload));
    await fresh.client.query(`listen ${LOG_CHANNEL}`);
    await fresh.client.query(`listen ${WAKE_CHANNEL}`);
    await fresh.client.query(`listen ${BEAT_CHANNEL}`);
    connection = fresh;
    beatSeen = true;
    void fresh.closed.then(() => {
      if (connection === fresh) connection = undefined;
      if (!stopping) void relisten(fresh);
    });
    // Listening comes first, so that nothing falls between.
    await Promise.all([...catalogs.keys()].map(catchUp));
  };
  const relisten = async (lost: Connection): Promise<void> => {
    await lost.close().catch(() => {});
    for (let delayMs = 50; !stopping && connection === undefined; delayMs *= 2) {
      try {
        await listen();
        log.info('listening again');
        return;
      } catch (error) {
        log.warn({ err: error }, 'no listening connection, polling meanwhile');
        await new Promise((resolve) => setTimeout(resolve, Math.min(delayMs, RECONNECT_MAX_MS)));
      }
    }
  };
  const heartbeat = (): void => {
    if (connection === undefined) return;
    if (!beatSeen) {
      // Half open: nothing came back since the last beat.
      connection.client.connection.stream.destroy();
      return;
    }
    beatSeen = false;
    connection.client.query('select pg_notify($1, $2)', [BEAT_CHANNEL, beat]).catch(() => {});
  };
  const flush = (): void => {
    const modules = [...announced];
    announced.clear();
    connection?.client
      .query('select pg_notify($1, module) from unnest($2::text[]) as module', [
        WAKE_CHANNEL,
        modules,
      ])
      .catch(() => {});
  };

  return {
    async start() {
      await Promise.all(
        [...catalogs.keys()].map(async (module) => {
          const head = await workers.transaction(actor, (tx) => logPosition(tx, module));
          ringOf(module).startAfter(head);
        }),
      );
      await listen();
      let polling = false;
      const pollOnce = (): void => {
        if (polling) return;
        polling = true;
        poll()
          .catch((error: unknown) => log.warn({ err: error }, 'polling failed'))
          .finally(() => (polling = false));
      };
      timers = [setInterval(pollOnce, POLL_MS), setInterval(heartbeat, HEARTBEAT_MS)];
    },
    async stop() {
      stopping = true;
      timers.forEach(clearInterval);
      await connection?.close();
      await Promise.allSettled(catchingUp.values());
      for (const module of catalogs.keys()) advance(module);
    },
    push(module, { prevEnd, firstPosition, n, rows }) {
      // Only when everything before is here; otherwise the log closes the gap.
      if (rows !== undefined && ringOf(module).position === prevEnd) add(module, rows);
      else hint(module, firstPosition + n - 1);
    },
    async read(module, after, limit) {
      const ring = ringOf(module);
      const cached = ring.after(after, limit);
      if (cached !== undefined) return cached;
      const catalog = catalogs.get(module);
      const rows = await workers.transaction(
        actor,
        (tx) => readLog(tx, module, after, Math.min(limit, PAGE_SIZE)),
        { readOnly: true, statementTimeoutMs: 30_000 },
      );
      return catalog === undefined ? [] : rows.map((row) => toEntry(catalog, row));
    },
    position: (module) => ringOf(module).position,
    isStopping: () => stopping,
    advanced: (signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          listeners.delete(done);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        if (signal?.aborted === true || stopping) return resolve();
        listeners.add(done);
        signal?.addEventListener('abort', done);
      }),
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async retains(module, after) {
      if (after > ringOf(module).position) await catchUp(module);
      if (after > ringOf(module).position) return false;
      if (ringOf(module).after(after, 1) !== undefined) return true;
      const oldest = await workers.transaction(actor, async (tx) => {
        const [row] = await tx.query<{ first: number }>(
          `select first_position as first from ${module}.log order by first_position limit 1`,
        );
        return row?.first ?? 1;
      });
      return oldest <= after + 1;
    },
    announce(module) {
      if (announced.size === 0) setTimeout(flush, ANNOUNCE_DELAY_MS);
      announced.add(module);
    },
    isListening: () => connection !== undefined,
  };
}
