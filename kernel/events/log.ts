import { finish, type Transaction } from '#kernel/database';
import { bindingsOf } from './bindings.ts';
import type { AnyEvent, EventCatalog, Recorded } from './catalog.ts';
import { toRow } from './history.ts';
import { EVENT_COLUMNS, toRecorded, type EventRow } from './recorded.ts';

/** A logged fact as consumers see it. One that its catalog cannot read carries the fault. */
export interface LogEntry {
  readonly position: number;
  readonly event: Recorded<AnyEvent>;
  readonly fault: Error | undefined;
  /** `performance.now()` when this process learned of it. */
  readonly seenAt: number;
}

export interface LogRow extends EventRow {
  position: number;
}

/** Channel of log heads: payload `<module> <position>`, a hint and nothing more. */
export const LOG_CHANNEL = 'events_log';
/** Channel of writers in processes without the module's log head: payload `<module>`. */
export const WAKE_CHANNEL = 'events_wake';

/**
 * Facts after a position in log order, archived ones too, under the rights of the transaction's actor.
 * Costs what the page holds, however much of the log comes before or after it.
 *
 * @throws Error for a position whose fact is neither in the table nor in the archive
 */
export async function readLog(
  tx: Transaction,
  module: string,
  after: number,
  limit: number,
): Promise<LogRow[]> {
  const rows = await tx.query<LogRow>(pageOf(module), [after, limit]);
  return rows.some(isGone) ? withArchived(tx, module, rows) : rows;
}

/** The same in one message to the server, and a second transaction for what was archived. */
export async function readLogAtOnce(
  transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
  module: string,
  after: number,
  limit: number,
): Promise<LogRow[]> {
  const rows = await transaction((tx) => finish<LogRow>(tx, pageOf(module), [after, limit]));
  return rows.some(isGone) ? transaction((tx) => withArchived(tx, module, rows)) : rows;
}

function pageOf(module: string): { name: string; text: string } {
  // The bound is inside the sub-select: a condition that calls something of its own on it is not one
  // the index may be asked with where rows are somebody's, and all that lies before would be read.
  return {
    name: `log-${module}`,
    text: `select ${EVENT_COLUMNS}, logged.position, logged.seq from (
          select part.begins + u.ord - 1 as position, u.seq
          from (
            select l.first_position, l.seqs, greatest(l.first_position, $1::bigint + 1) as begins
            from ${module}.log l
            where l.first_position >= (select coalesce(max(first_position), 0)
              from ${module}.log where first_position <= $1 + 1)
            order by l.first_position limit $2::int + 1
          ) part
          cross join lateral unnest(part.seqs[(part.begins - part.first_position + 1)::int :
            (part.begins - part.first_position)::int + $2]) with ordinality as u (seq, ord)
          order by part.first_position, u.ord limit $2
        ) logged left join ${module}.event e on e.seq = logged.seq order by logged.position`,
  };
}

/** The outer join leaves nothing but the place of what is not in the table. */
function isGone(row: LogRow): boolean {
  return (row.id as string | null) === null;
}

async function withArchived(
  tx: Transaction,
  module: string,
  rows: readonly LogRow[],
): Promise<LogRow[]> {
  const gone = rows.filter(isGone).map((row) => row.seq);
  const archived = await bindingsOf(tx).archive?.bySeq(tx, module, gone);
  return rows.map((row) => {
    if (!isGone(row)) return row;
    const fact = archived?.get(row.seq);
    if (fact === undefined) throw new Error(`Position ${row.position} of ${module} is nowhere`);
    return { ...toRow(fact), position: row.position };
  });
}

/** Position of the newest logged fact, 0 for an empty log. */
export async function logPosition(tx: Transaction, module: string): Promise<number> {
  const [row] = await tx.query<{ position: number }>(
    `select first_position + n - 1 as position from ${module}.log order by first_position desc limit 1`,
  );
  return row?.position ?? 0;
}

export function toEntry(catalog: EventCatalog, row: LogRow, seenAt = performance.now()): LogEntry {
  const { position } = row;
  try {
    return { position, event: toRecorded(catalog, row, position), fault: undefined, seenAt };
  } catch (error) {
    const fault = error instanceof Error ? error : new Error(String(error));
    return { position, event: asStored(row), fault, seenAt };
  }
}

/** The envelope without a look at the data, for a fact that cannot be brought up to date. */
function asStored(row: LogRow): Recorded<AnyEvent> {
  const facts = { [row.type]: { version: row.schema_version } } as unknown as EventCatalog['facts'];
  return toRecorded({ module: 'unknown', facts }, row, row.position);
}
