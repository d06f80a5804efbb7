import type { Actor } from '#kernel/access';
import { finish, type Connection, type Transaction } from '#kernel/database';
import { LOG_CHANNEL, type LogRow } from './log.ts';
import type { Memory } from './memory.ts';
import { EVENT_COLUMNS, type EventRow } from './recorded.ts';

export interface Taking {
  readonly module: string;
  readonly actor: Actor;
  readonly memory: Memory;
  /** Runs inside the transaction that logs the batch. */
  readonly beforeCommit?: ((tx: Transaction, rows: readonly LogRow[]) => Promise<void>) | undefined;
}

/** Where the log stands before a look. */
export interface Place {
  readonly prev: number;
  readonly next: number;
  /** Snapshot of the newest batch: what it did not see is still to be logged. */
  readonly lo: string;
  readonly xs: readonly string[];
  readonly floor: number;
}

/** What one look has logged. */
export interface Taken {
  readonly n: number;
  readonly snap: string;
  /** Absent when they are too many to be handed over in memory. */
  readonly rows: readonly LogRow[] | undefined;
}

/**
 * A plan made on an empty table would cost dearly later; and a bitmap of everything above the floor
 * would be drawn at every look.
 */
export const PLANNER =
  'set enable_seqscan = off; set enable_bitmapscan = off; set plan_cache_mode = force_generic_plan';

const ROWS_MAX = 5_000;
const LIMITS = { statementTimeoutMs: 60_000 };

/**
 * Logs what became visible since the newest batch; undefined when there is nothing. What the process
 * has recorded itself is not read again.
 *
 * It is on disk before anybody is told: after a crash a fact would get a second position, and whoever
 * had heard of the first would handle it twice.
 */
export async function takeVisible(
  connection: Connection,
  taking: Taking,
  { floor, lo, xs, next, prev }: Place,
): Promise<Taken | undefined> {
  const { module, actor, memory, beforeCommit } = taking;
  const parameters = [floor, lo, xs, next, prev];
  if (memory.size > 0) return takeRemembered(connection, taking, parameters);
  const found = await connection.transaction(
    actor,
    async (tx) => {
      if (beforeCommit === undefined) return finish<HeadRow>(tx, statementOf(module), parameters);
      const rows = await tx.query<HeadRow>(statementOf(module), parameters);
      if (rows.length > 0) await beforeCommit(tx, rows);
      return rows;
    },
    LIMITS,
  );
  const [first] = found;
  if (first === undefined) return undefined;
  const { n, snap } = first;
  return { n, snap, rows: n <= ROWS_MAX ? found : undefined };
}

async function takeRemembered(
  connection: Connection,
  { module, actor, memory, beforeCommit }: Taking,
  parameters: readonly unknown[],
): Promise<Taken | undefined> {
  const statement = numbersOf(module);
  let rows: LogRow[] | undefined;
  const batch = await connection.transaction(
    actor,
    async (tx) => {
      if (beforeCommit === undefined) {
        const [logged] = await finish<BatchRow>(tx, statement, parameters);
        return logged;
      }
      const [logged] = await tx.query<BatchRow>(statement, parameters);
      if (logged === undefined) return undefined;
      rows = await completed(logged, memory, (seqs) => readRows(tx, module, seqs));
      await beforeCommit(tx, rows);
      return logged;
    },
    LIMITS,
  );
  if (batch === undefined) return undefined;
  const { n, snap } = batch;
  if (n > ROWS_MAX) {
    memory.clear();
    return { n, snap, rows: undefined };
  }
  rows ??= await completed(batch, memory, (seqs) =>
    connection.transaction(actor, (tx) => readRows(tx, module, seqs), LIMITS),
  );
  return { n, snap, rows };
}

/** The facts of a batch with their positions: those remembered, and the others from the table. */
async function completed(
  { first_position: begin, seqs }: BatchRow,
  memory: Memory,
  read: (seqs: readonly number[]) => Promise<EventRow[]>,
): Promise<LogRow[]> {
  const known = new Map<number, EventRow>();
  const missing: number[] = [];
  for (const seq of seqs) {
    const row = memory.take(seq);
    if (row === undefined) missing.push(seq);
    else known.set(seq, row);
  }
  if (missing.length > 0) for (const row of await read(missing)) known.set(row.seq, row);
  return seqs.map((seq, index) => {
    const row = known.get(seq);
    if (row === undefined) throw new Error(`Fact ${seq} was logged and is not there`);
    return Object.assign(row, { position: begin + index });
  });
}

function readRows(tx: Transaction, module: string, seqs: readonly number[]): Promise<EventRow[]> {
  return tx.query<EventRow>(
    {
      name: `facts-${module}`,
      text: `select ${EVENT_COLUMNS} from ${module}.event e where e.seq = any ($1)`,
    },
    [seqs],
  );
}

interface HeadRow extends LogRow {
  snap: string;
  n: number;
}

interface BatchRow {
  n: number;
  snap: string;
  first_position: number;
  /** Of so many as are handed over in memory. */
  seqs: number[];
}

interface Named {
  readonly name: string;
  readonly text: string;
}

/** What became visible, logged as one batch, and read. */
export function statementOf(module: string): Named {
  return {
    name: `head-${module}`,
    text: `${batchOf(module)}
      select batch.n, batch.snap::text as snap, batch.first_position + taken.ord - 1 as position, ${EVENT_COLUMNS}
      from batch cross join told
        cross join lateral unnest(batch.seqs[1:${ROWS_MAX}]) with ordinality as taken (seq, ord)
        join ${module}.event e on e.seq = taken.seq
      order by taken.ord`,
  };
}

/** What became visible, logged as one batch: the numbers alone. */
function numbersOf(module: string): Named {
  return {
    name: `numbers-${module}`,
    text: `${batchOf(module)}
      select batch.n, batch.snap::text as snap, batch.first_position, batch.seqs[1:${ROWS_MAX}] as seqs
      from batch cross join told`,
  };
}

/**
 * Takes what became visible since the newest batch: written by a transaction that the batch's
 * snapshot had not seen begin (`xid >= xmax`) or had seen running (`xid` in `xip`). One statement is
 * one snapshot, so what it inserts and what it reads agree. Asking for the order of `xid` makes the
 * planner walk that index from the snapshot on, instead of all that lies above the floor.
 */
function batchOf(module: string): string {
  return `with fresh as materialized (
        (select e.seq from ${module}.event e
          where e.seq >= $1 and e.xid >= $2::xid8 order by e.xid)
        union all
        select e.seq from ${module}.event e where e.seq >= $1 and e.xid = any ($3::xid8[])
      ), batch as (
        insert into ${module}.log (first_position, prev, n, seqs, snap)
        select $4, $5, count(*), array_agg(seq order by seq), pg_current_snapshot()
        from fresh having count(*) > 0
        returning first_position, n, seqs, snap
      ), told as materialized (
        select pg_notify('${LOG_CHANNEL}', '${module} ' || (first_position + n - 1)) from batch
      )`;
}
