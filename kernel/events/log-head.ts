import type { Actor } from '#kernel/access';
import { DatabaseError, type Connection, type Database, type Transaction } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import type { LogRow } from './log.ts';
import { createMemory } from './memory.ts';
import type { EventRow } from './recorded.ts';
import { addSegments, checkCluster, readFloor } from './segments.ts';
import { PLANNER, takeVisible, type Place } from './taking.ts';

/** One row of the log, as it was committed. */
export interface LogBatch {
  readonly firstPosition: number;
  readonly prev: number;
  /** Last position of the batch before; 0 for the first. */
  readonly prevEnd: number;
  readonly n: number;
  /** Absent when the batch is too large to be handed over in memory. */
  readonly rows: readonly LogRow[] | undefined;
}

export interface LogHeadOptions {
  readonly database: Database;
  readonly module: string;
  readonly actor: Actor;
  readonly log: Logger;
  /** Runs inside the transaction that logs the batch. */
  readonly beforeCommit?: (tx: Transaction, rows: readonly LogRow[]) => Promise<void>;
  readonly onBatch?: (batch: LogBatch) => void;
  /** Milliseconds between looks while facts come in, and while none do. */
  readonly pollMs?: number;
  readonly idlePollMs?: number;
  /** Facts logged between looks whether another segment is needed, however soon they come. */
  readonly segmentEvery?: number;
  /** Milliseconds between tries to become the leader. */
  readonly electionMs?: number;
  /** Tests compete without the advisory lock, which is an optimisation only. */
  readonly unlocked?: boolean;
}

export interface LogHead {
  readonly module: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Something was committed; look now. */
  wake(): void;
  /** Looks once; settles when everything visible before the call is logged. False without leadership. */
  tick(): Promise<boolean>;
  leads(): boolean;
  /** Newest position in the log, while this head leads it. */
  position(): number | undefined;
  /** Facts this process has recorded or is about to: while it leads, it need not read them again. */
  remember(rows: readonly EventRow[], characters: number): void;
}

/** A new leader continues this far ahead, so that a position lost in a crash is never used again. */
const LEADER_STRIDE = 1_000_000;
const POLL_MS = 50;
const IDLE_POLL_MS = 250;
/** Milliseconds without facts after which the head looks less often. */
const IDLE_AFTER_MS = 5_000;
const ELECTION_MS = 1_000;
const FLOOR_MS = 60_000;
/** A segment holds four times as many, and one is always ready ahead. */
const SEGMENT_EVERY = 250_000;

/** A leader looks several times a second; one that was stopped or hangs does not. */
const SILENT_MS = 4_000;

/** Ends the session of a leader that has said nothing for a while, and with it its lock. */
const DEPOSE = `select pg_terminate_backend(a.pid) from pg_locks l join pg_stat_activity a using (pid)
  where l.locktype = 'advisory' and l.granted and l.objsubid = 2
    and l.database = (select oid from pg_database where datname = current_database())
    and l.classid::bigint = hashtext($1)::bigint & 4294967295
    and l.objid::bigint = hashtext($2)::bigint & 4294967295
    and a.state like 'idle%'
    and a.state_change < clock_timestamp() - $3::int * interval '1 millisecond'`;

interface State extends Place {
  readonly prevEnd: number;
}

/** Gives the committed facts of one module their positions. One leader works, the others stand by. */
export function createLogHead(options: LogHeadOptions): LogHead {
  const { module, actor, log } = options;
  const pollMs = options.pollMs ?? POLL_MS;
  let connection: Connection | undefined;
  let state: State | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let looking: Promise<boolean> | undefined;
  let again = false;
  let busyAt = -Infinity;
  let floorAt = performance.now();
  /** Facts logged since it was last looked whether another segment is needed. */
  let sinceSegments = 0;
  let marked: { seq: number; xmax: string } | undefined;
  const memory = createMemory();
  const taking = { module, actor, memory, beforeCommit: options.beforeCommit };

  const schedule = (): void => {
    clearTimeout(timer);
    if (stopping) return;
    const busy = performance.now() - busyAt < IDLE_AFTER_MS;
    const delayMs =
      state === undefined
        ? (options.electionMs ?? ELECTION_MS)
        : busy
          ? pollMs
          : (options.idlePollMs ?? IDLE_POLL_MS);
    timer = setTimeout(() => void look(), delayMs);
  };

  /** One look at a time; a request during a look causes one more. */
  const look = (): Promise<boolean> => {
    if (looking !== undefined) {
      again = true;
      return looking;
    }
    clearTimeout(timer);
    looking = (async () => {
      try {
        do {
          again = false;
          if (!(await lead())) return false;
          await logVisible();
        } while (again && !stopping);
        return true;
      } catch (error) {
        await stepDown(error);
        return false;
      } finally {
        looking = undefined;
        schedule();
      }
    })();
    return looking;
  };

  const lead = async (): Promise<boolean> => {
    if (stopping) return false;
    if (connection !== undefined && state !== undefined) return true;
    if (connection === undefined) {
      const fresh = await options.database.connect(`log-${module}`);
      await fresh.client.query(PLANNER);
      connection = fresh;
      void fresh.closed.then(() => {
        if (connection !== fresh) return;
        connection = undefined;
        state = undefined;
        schedule();
      });
    }
    // It may be gone by the next answer.
    const own = connection;
    if (options.unlocked !== true) {
      const { rows } = await own.client.query<{ won: boolean }>(
        'select pg_try_advisory_lock(hashtext($1), hashtext($2)) as won',
        ['events.log-head', module],
      );
      if (rows[0]?.won !== true) {
        await own.client.query(DEPOSE, ['events.log-head', module, SILENT_MS]);
        return false;
      }
    }
    const taken = await own.transaction(actor, (tx) => takeOver(tx, module));
    if (connection !== own) return false;
    state = taken;
    log.debug({ module, next: state.next }, 'leading the log');
    return true;
  };

  const logVisible = async (): Promise<void> => {
    if (connection === undefined || state === undefined) return;
    const current = state;
    const taken = await takeVisible(connection, taking, current);
    if (taken !== undefined) {
      const { n, snap, rows } = taken;
      const { prev, prevEnd, next: firstPosition } = current;
      state = {
        ...current,
        ...parseSnapshot(snap),
        prev: firstPosition,
        prevEnd: firstPosition + n - 1,
        next: firstPosition + n,
      };
      busyAt = performance.now();
      sinceSegments += n;
      options.onBatch?.({ firstPosition, prev, prevEnd, n, rows });
    }
    await keepHouse();
  };

  /** Moves the floor once a minute and adds segments ahead of need. */
  const keepHouse = async (): Promise<void> => {
    if (connection === undefined) return;
    const isMinuteOver = performance.now() - floorAt >= FLOOR_MS;
    if (isMinuteOver) {
      floorAt = performance.now();
      // What was never committed.
      memory.clear();
      const now = await connection.transaction(actor, (tx) => readFloor(tx, module, marked));
      marked = now.marked;
      if (now.floor !== undefined && state !== undefined) state = { ...state, floor: now.floor };
    }
    if (!isMinuteOver && sinceSegments < (options.segmentEvery ?? SEGMENT_EVERY)) return;
    sinceSegments = 0;
    await connection.transaction(actor, (tx) => addSegments(tx, module));
  };

  const stepDown = async (error: unknown): Promise<void> => {
    state = undefined;
    marked = undefined;
    memory.clear();
    const lost = connection;
    const fenced = error instanceof DatabaseError && error.constraint === 'log_prev_key';
    if (!stopping) {
      log[fenced ? 'info' : 'warn']({ module, err: error }, 'no longer leading the log');
    }
    if (fenced && options.unlocked === true) return;
    connection = undefined;
    await lost?.close().catch(() => {});
  };

  return {
    module,
    async start() {
      stopping = false;
      await look();
    },
    async stop() {
      await look().catch(() => {});
      stopping = true;
      clearTimeout(timer);
      await looking?.catch(() => {});
      const closing = connection;
      connection = undefined;
      state = undefined;
      await closing?.close().catch(() => {});
    },
    wake() {
      busyAt = performance.now();
      if (!stopping) void look();
    },
    async tick() {
      // The look in progress may have taken its snapshot before the call.
      if (looking !== undefined) await looking;
      return look();
    },
    leads: () => state !== undefined,
    position: () => state?.prevEnd,
    remember(rows, characters) {
      if (state !== undefined) memory.add(rows, characters);
    },
  };
}

async function takeOver(tx: Transaction, module: string): Promise<State> {
  const { floor, rebasedPosition } = await checkCluster(tx, module);
  const [last] = await tx.query<{ first_position: number; n: number; snap: string }>(
    `select first_position, n, snap::text as snap from ${module}.log order by first_position desc limit 1`,
  );
  if (last === undefined) return { prev: 0, prevEnd: 0, next: 1, lo: '0', xs: [], floor };
  const prevEnd = last.first_position + last.n - 1;
  const foreign = last.first_position <= rebasedPosition;
  const { lo, xs } = foreign ? { lo: '0', xs: [] } : parseSnapshot(last.snap);
  return { prev: last.first_position, prevEnd, next: prevEnd + LEADER_STRIDE, lo, xs, floor };
}

/** `xmin:xmax:xip,xip` */
function parseSnapshot(snap: string): { lo: string; xs: string[] } {
  const [, lo = '0', running = ''] = snap.split(':');
  return { lo, xs: running === '' ? [] : running.split(',') };
}
