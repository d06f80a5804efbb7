import type { Transaction } from '#kernel/database';
import type { EventRow } from './recorded.ts';

/** A fact exactly as it lies in the store, times to the microsecond, personal values as ciphertext. */
export interface StoredFact {
  readonly seq: number;
  readonly id: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly time: string;
  readonly recordedAt: string;
  readonly actor: string;
  readonly territory: string | null;
  readonly ownerId: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string | null;
  readonly data: unknown;
  readonly meta: Record<string, unknown>;
}

/** Facts that have left the event table, by their number in the store. */
export interface ArchiveReader {
  bySeq(
    tx: Transaction,
    module: string,
    seqs: readonly number[],
  ): Promise<ReadonlyMap<number, StoredFact>>;
  /** The archived facts of one aggregate up to a version, in order. */
  ofAggregate(
    tx: Transaction,
    module: string,
    aggregateId: string,
    upTo: number,
  ): Promise<readonly StoredFact[]>;
  /** All archived facts of a module in the order of the store, in pieces. */
  all(tx: Transaction, module: string): AsyncIterable<readonly StoredFact[]>;
}

/** One place in the log; the fact is absent when neither table nor archive has it. */
export interface HistoryEntry {
  readonly position: number;
  readonly seq: number;
  readonly fact: StoredFact | undefined;
}

const instant = (column: string): string =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Columns of a row of `event`, aliased `e`, as a StoredFact. */
export const STORED_COLUMNS = `e.seq, e.id, e.aggregate_type as "aggregateType",
  e.aggregate_id as "aggregateId", e.version, e.type, e.schema_version as "schemaVersion",
  ${instant('e.time')} as time, ${instant('e.recorded_at')} as "recordedAt", e.actor, e.territory,
  e.owner_id as "ownerId", e.correlation_id as "correlationId", e.causation_id as "causationId",
  e.traceparent, e.data, e.meta`;

/** The log after a position, with what was archived, under the rights of the transaction's actor. */
export async function readHistory(
  tx: Transaction,
  module: string,
  after: number,
  limit: number,
  archive?: ArchiveReader,
): Promise<HistoryEntry[]> {
  const rows = await tx.query<{ position: number; logged: number; id: string | null }>(
    {
      name: `history-${module}`,
      text: `select logged.position, logged.seq as logged, ${STORED_COLUMNS} from (
          select l.first_position + u.ord - 1 as position, u.seq
          from ${module}.log l cross join lateral unnest(l.seqs) with ordinality as u (seq, ord)
          where l.first_position >= (select coalesce(max(first_position), 0)
              from ${module}.log where first_position <= $1 + 1)
            and l.first_position + u.ord - 1 > $1
          order by 1 limit $2
        ) logged left join ${module}.event e on e.seq = logged.seq order by logged.position`,
    },
    [after, limit],
  );
  const gone = rows.filter((row) => row.id === null).map((row) => row.logged);
  const archived =
    gone.length === 0 || archive === undefined ? undefined : await archive.bySeq(tx, module, gone);
  return rows.map(({ position, logged: seq, ...fact }) => ({
    position,
    seq,
    fact: fact.id === null ? archived?.get(seq) : (fact as unknown as StoredFact),
  }));
}

/** The row the store would answer for a fact. */
export function toRow(fact: StoredFact): EventRow {
  return {
    seq: fact.seq,
    id: fact.id,
    aggregate_type: fact.aggregateType,
    aggregate_id: fact.aggregateId,
    version: fact.version,
    type: fact.type,
    schema_version: fact.schemaVersion,
    time: new Date(fact.time),
    recorded_at: new Date(fact.recordedAt),
    actor: fact.actor,
    territory: fact.territory,
    owner_id: fact.ownerId,
    correlation_id: fact.correlationId,
    causation_id: fact.causationId,
    traceparent: fact.traceparent,
    data: fact.data,
    meta: fact.meta,
  };
}
