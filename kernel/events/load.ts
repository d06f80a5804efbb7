import type { Transaction } from '#kernel/database';
import type { Aggregate, Evolving, Loaded } from './aggregate.ts';
import { bindingsOf } from './bindings.ts';
import type { AnyEvent } from './catalog.ts';
import { toRow } from './history.ts';
import { isSealed } from './sealed.ts';
import { EVENT_COLUMNS, VERSION_MAX, toRecorded, type EventRow } from './recorded.ts';
import { openSnapshot, snapshotEveryOf, snapshotSchemaOf } from './snapshot-state.ts';

/** Which moment of an aggregate; the newest version that is not later. */
export type AsOf = { readonly version: number } | { readonly time: Date };

/** What replaying needed, besides what it led to. */
export interface Replayed<S> extends Loaded<S> {
  /** Facts applied. */
  readonly events: number;
  /** People whose values could be read on the way, those of the snapshot included. */
  readonly subjects: ReadonlySet<string>;
}

/**
 * The aggregate as its facts tell, under the actor's rights. One that does not exist and one the
 * actor may not see are the same: `version` 0 and the initial state.
 */
export async function load<S, E extends AnyEvent>(
  tx: Transaction,
  aggregate: Aggregate<S, E>,
  id: string,
): Promise<Loaded<S>> {
  const { state, version, events } = await replay(tx, aggregate, id);
  const every = snapshotEveryOf(aggregate);
  if (every > 0 && events >= 2 * every) {
    const { onSnapshotDue } = bindingsOf(tx);
    tx.onCommit(() => onSnapshotDue?.(aggregate, id));
  }
  return { state, version };
}

/**
 * The aggregate as it was at a version or a time. Rights and erasures are those of today: what the
 * actor may not see now was never there, and erased people read as null in the past too.
 *
 * @throws RangeError for a version below 1 or an invalid time
 */
export async function loadAsOf<S, E extends AnyEvent>(
  tx: Transaction,
  aggregate: Aggregate<S, E>,
  id: string,
  asOf: AsOf,
): Promise<Loaded<S>> {
  const upTo = 'version' in asOf ? asOf.version : await versionAt(tx, aggregate, id, asOf.time);
  if (upTo === 0 && 'time' in asOf) return { state: aggregate.initial, version: 0 };
  if (!Number.isInteger(upTo) || upTo < 1) throw new RangeError('Versions count from 1');
  const { state, version } = await replay(tx, aggregate, id, { upTo });
  return { state, version };
}

/** Snapshot and tail; everything from the first fact on where no snapshot fits or `whole` is asked for. */
export async function replay<S, E extends AnyEvent>(
  tx: Transaction,
  aggregate: Aggregate<S, E>,
  id: string,
  { upTo, whole = false }: { upTo?: number; whole?: boolean } = {},
): Promise<Replayed<S>> {
  const { module } = aggregate.events;
  const isCached = !whole && snapshotEveryOf(aggregate) > 0;
  const rows = await tx.query<EventRow & { stream_version: number; snapshot_version: number }>(
    {
      name: `load-${module}`,
      // Bounds are columns and parameters alone: of anything called on them the index is not asked
      // where rows are somebody's.
      text: `select ${EVENT_COLUMNS}, s.version as stream_version, snap.version as snapshot_version
        from ${module}.stream s
        cross join lateral (
          select coalesce(max(p.version), 0) as version from ${module}.snapshot p
          where p.aggregate_id = s.aggregate_id and p.schema_version = $3
            and p.version <= s.version and p.version <= $4
        ) snap
        left join ${module}.event e on e.aggregate_id = s.aggregate_id
          and e.seq between s.first_seq and s.last_seq
          and e.version > snap.version and e.version <= $4
        where s.aggregate_id = $1 and s.aggregate_type = $2 order by e.version`,
    },
    [id, aggregate.type, isCached ? snapshotSchemaOf(aggregate) : null, upTo ?? VERSION_MAX],
  );
  const [first] = rows;
  if (first === undefined) {
    return { state: aggregate.initial, version: 0, events: 0, subjects: new Set() };
  }
  const version = Math.min(first.stream_version, upTo ?? first.stream_version);
  const base = first.snapshot_version;
  let hot: EventRow[] = rows.filter((row) => row.id !== null);
  const snapshot = base === 0 ? undefined : await openSnapshot<S>(tx, aggregate, id, base);
  // Unreadable, as after an erasure: the facts themselves tell what is left.
  if (base > 0 && snapshot === undefined) {
    return replay(tx, aggregate, id, { ...(upTo === undefined ? {} : { upTo }), whole: true });
  }
  if (hot.length < version - base) {
    const before = (hot[0]?.version ?? version + 1) - 1;
    const archived = await bindingsOf(tx).archive?.ofAggregate(tx, module, id, before);
    hot = [...(archived ?? []).filter((fact) => fact.version > base).map(toRow), ...hot];
  }
  if (hot.length !== version - base || hot.some((row, at) => row.version !== base + at + 1)) {
    throw new Error(`The history of ${aggregate.type} ${id} has gaps`);
  }
  const subjects = new Set(snapshot?.subjects);
  const state = await fold(tx, aggregate, snapshot?.state ?? aggregate.initial, hot, subjects);
  return { state, version, events: hot.length, subjects };
}

async function fold<S, E extends AnyEvent>(
  tx: Transaction,
  aggregate: Aggregate<S, E>,
  from: S,
  rows: readonly EventRow[],
  subjects: Set<string>,
): Promise<S> {
  const { keyring } = bindingsOf(tx);
  let state = from;
  for (const row of rows) {
    const stored = toRecorded(aggregate.events, row);
    const event = keyring === undefined ? stored : await keyring.open(stored);
    if (keyring !== undefined) {
      collectSubjects(stored.data, event.data, subjects);
      collectSubjects(stored.meta, event.meta, subjects);
    }
    state = aggregate.evolve(state, event as unknown as Evolving<E>);
  }
  return state;
}

/** Whose values were ciphertext and are clear now. */
function collectSubjects(stored: unknown, opened: unknown, into: Set<string>): void {
  if (stored === null || typeof stored !== 'object') return;
  if (isSealed(stored)) {
    if (opened !== null) into.add(stored.sid);
    return;
  }
  for (const [name, value] of Object.entries(stored)) {
    collectSubjects(value, (opened as Record<string, unknown>)[name], into);
  }
}

async function versionAt(
  tx: Transaction,
  aggregate: Pick<Aggregate<unknown>, 'events'>,
  id: string,
  time: Date,
): Promise<number> {
  if (Number.isNaN(time.getTime())) throw new RangeError('This is no time');
  const { module } = aggregate.events;
  const [row] = await tx.query<{ version: number | null; first: number | null }>(
    `select max(e.version) filter (where e.time <= $2) as version, min(e.version) as first
     from ${module}.event e where e.aggregate_id = $1`,
    [id, time],
  );
  if (row?.version !== null && row?.version !== undefined) return row.version;
  const archived = await bindingsOf(tx).archive?.ofAggregate(
    tx,
    module,
    id,
    (row?.first ?? Number.MAX_SAFE_INTEGER) - 1,
  );
  return archived?.findLast((fact) => Date.parse(fact.time) <= time.getTime())?.version ?? 0;
}
