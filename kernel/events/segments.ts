import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';

const UNLOGGED_TIMEOUT_MS = 60_000;
const SEGMENT = 1_000_000;
/** Sequence numbers that stay ready in segments ahead. */
const AHEAD = 1_000_000;

/** The facts were restored into another cluster, whose transaction ids mean nothing here. */
export class RebaseRequired extends Error {
  readonly code = 'EVENTS_REBASE_REQUIRED';

  constructor(module: string) {
    super(
      `The log of ${module} comes from another cluster: stop all processes and run "freshplan --as <administrator> events rebase --reason <text>"`,
    );
    this.name = 'RebaseRequired';
  }
}

interface Cluster {
  readonly here: string;
  readonly there: string | null;
  readonly floor_seq: number;
  readonly rebased_position: number;
  readonly used: boolean;
}

async function clusterOf(tx: Transaction, module: string): Promise<Cluster> {
  const [row] = await tx.query<Cluster>(
    `select (select system_identifier from pg_control_system())::text as here,
       c.system_identifier::text as there, c.floor_seq, c.rebased_position,
       exists (select from ${module}.event) as used
     from (select) as one left join ${module}.log_control c on true`,
  );
  if (row === undefined) throw new Error(`The log of ${module} has no control row`);
  return row;
}

const isForeign = ({ here, there, used }: Cluster): boolean =>
  there !== null && there !== here && used;

/** Before anything is written into logs that nobody took over yet. @throws RebaseRequired */
export async function refuseForeign(
  workers: UnitOfWork,
  actor: Actor,
  own: readonly { readonly module: string }[],
): Promise<void> {
  await workers.transaction(
    actor,
    async (tx) => {
      for (const { module } of own) {
        if (isForeign(await clusterOf(tx, module))) throw new RebaseRequired(module);
      }
    },
    { readOnly: true },
  );
}

/**
 * The lowest sequence number that may still be unlogged, and the last position of another cluster.
 *
 * @throws RebaseRequired when facts came from another cluster
 */
export async function checkCluster(
  tx: Transaction,
  module: string,
): Promise<{ floor: number; rebasedPosition: number }> {
  const row = await clusterOf(tx, module);
  if (row.here === row.there) {
    return { floor: row.floor_seq, rebasedPosition: row.rebased_position };
  }
  if (isForeign(row)) throw new RebaseRequired(module);
  await tx.query(
    `insert into ${module}.log_control (system_identifier, timeline)
     select system_identifier, (select timeline_id from pg_control_checkpoint()) from pg_control_system()
     on conflict (singleton) do update set system_identifier = excluded.system_identifier,
       timeline = excluded.timeline, floor_seq = 0`,
  );
  return { floor: 0, rebasedPosition: 0 };
}

/**
 * Takes over facts restored from another cluster: logs those that were not logged yet, in order, and
 * forgets the transaction ids of before. To be run while nothing writes.
 */
export async function rebase(tx: Transaction, module: string): Promise<{ logged: number }> {
  await tx.query(`lock table ${module}.stream in share row exclusive mode`);
  const [batch] = await tx.query<{ n: number }>(
    `with logged as (select unnest(seqs) as seq from ${module}.log),
     missing as (select seq from ${module}.event where seq not in (select seq from logged)),
     last as (select first_position, n from ${module}.log order by first_position desc limit 1)
     insert into ${module}.log (first_position, prev, n, seqs, snap)
     select coalesce((select first_position + n from last), 1) + ${SEGMENT},
       coalesce((select first_position from last), 0), count(*), array_agg(seq order by seq),
       pg_current_snapshot()
     from missing having count(*) > 0 returning n`,
  );
  await tx.query(
    `insert into ${module}.log_control (system_identifier, timeline, floor_seq, rebased_position)
     select system_identifier, (select timeline_id from pg_control_checkpoint()),
       (select coalesce(max(seq), 0) + 1 from ${module}.event),
       (select coalesce(max(first_position), 0) from ${module}.log) from pg_control_system()
     on conflict (singleton) do update set system_identifier = excluded.system_identifier,
       timeline = excluded.timeline, floor_seq = excluded.floor_seq,
       rebased_position = excluded.rebased_position`,
  );
  return { logged: batch?.n ?? 0 };
}

/** Sequence numbers drawn so far and the transaction ids given out by then. */
export interface FloorMark {
  readonly seq: number;
  readonly xmax: string;
}

/**
 * Every transaction that drew a number up to the mark had its id below the mark's `xmax`. Once none
 * of those runs any more, and a look has followed, everything below the mark is logged.
 */
export async function readFloor(
  tx: Transaction,
  module: string,
  marked: FloorMark | undefined,
): Promise<{ floor: number | undefined; marked: FloorMark }> {
  const [row] = await tx.query<{ seq: number; xmax: string; xmin: string }>(
    `select last_value as seq, pg_snapshot_xmax(pg_current_snapshot())::text as xmax,
       pg_snapshot_xmin(pg_current_snapshot())::text as xmin from ${module}.event_seq`,
  );
  if (row === undefined) throw new Error(`The sequence of ${module} is missing`);
  const mark = { seq: row.seq, xmax: row.xmax };
  if (marked === undefined) return { floor: undefined, marked: mark };
  if (BigInt(row.xmin) < BigInt(marked.xmax)) return { floor: undefined, marked };
  const [newest] = await tx.query<{ snap: string; xmin: string }>(
    `select snap::text as snap, pg_snapshot_xmin(snap)::text as xmin
     from ${module}.log order by first_position desc limit 1`,
  );
  if (newest === undefined) return { floor: undefined, marked };
  // What the newest batch did not see has ids from its `xmin` on. Asking for their order makes the
  // planner walk that index, to the few there are, instead of all that was recorded below the mark.
  await tx.query(
    `with fresh as materialized (
       select e.seq, e.xid from ${module}.event e where e.xid >= $2::xid8 order by e.xid)
     update ${module}.log_control set floor_seq = $1 where floor_seq < $1 and not exists (
       select from fresh where seq < $1 and not pg_visible_in_snapshot(xid, $3::pg_snapshot))`,
    [marked.seq, newest.xmin, newest.snap],
  );
  const [control] = await tx.query<{ floor_seq: number }>(
    `select floor_seq from ${module}.log_control`,
  );
  return { floor: control?.floor_seq, marked: mark };
}

/** Keeps a segment ready ahead of the sequence, and the one that it is in. */
export async function addSegments(tx: Transaction, module: string): Promise<void> {
  await tx.query(
    `select ${module}.add_segment(n * $1::bigint, (n + 1) * $1::bigint)
     from ${module}.event_seq s,
       generate_series(s.last_value / $1::bigint, (s.last_value + $2::bigint) / $1::bigint) as n`,
    [SEGMENT, AHEAD],
  );
}

/**
 * Facts that are five minutes old and not logged: always 0, or a log head does not do its work. Looks
 * above the floor only; what lies below it was seen to be logged when the floor rose.
 */
export async function countUnlogged(tx: Transaction, module: string): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `select count(*)::int as n from ${module}.event e
     where e.seq >= (select coalesce(max(floor_seq), 0) from ${module}.log_control)
       and e.recorded_at < clock_timestamp() - interval '5 minutes'
       and e.seq not in (select unnest(l.seqs) from ${module}.log l)`,
  );
  return row?.n ?? 0;
}

/** The same for several modules. */
export async function unloggedOf(
  workers: UnitOfWork,
  actor: Actor,
  own: readonly { readonly module: string }[],
): Promise<Record<string, number>> {
  const counts = await workers.transaction(
    actor,
    (tx) => Promise.all(own.map(async ({ module }) => [module, await countUnlogged(tx, module)])),
    { readOnly: true, statementTimeoutMs: UNLOGGED_TIMEOUT_MS },
  );
  return Object.fromEntries(counts) as Record<string, number>;
}
