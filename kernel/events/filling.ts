import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import type { Group, Leg } from './generation.ts';
import { inLanes } from './lanes.ts';
import { readLog, toEntry, type LogEntry, type LogRow } from './log.ts';
import { project, projectAll } from './projection.ts';
import { isPassing } from './retry.ts';
import { isHandled } from './shards.ts';

/** A rebuild in one process: what it fills, how far it is, and how facts get there. */
export interface Filling {
  readonly workers: UnitOfWork;
  readonly actor: Actor;
  readonly group: Group;
  readonly legs: readonly Leg[];
  readonly epoch: number;
  /** Leg → last position applied. */
  readonly positions: Map<string, number>;
  /** Applies facts of one leg to the shadows. */
  apply(tx: Transaction, leg: Leg, entries: readonly LogEntry[]): Promise<void>;
}

export const PAGE_SIZE = 1_000;

/** Nothing the live flow has not handled: what comes after its checkpoint is still news. */
export async function checkpointOf(tx: Transaction, leg: Leg, schema: string): Promise<Checkpoint> {
  const { projection, catalog } = leg;
  if (projection.inline === true) return { all: Infinity, some: Infinity, has: () => true };
  const shards = await tx.query<{ position: number; handled: number[] }>(
    `select position, handled from ${schema}.consumer where name = $1 and source = $2 order by shard`,
    [projection.name, catalog.module],
  );
  const positions = shards.map(({ position }) => position);
  const handled = shards[0]?.handled ?? [];
  return {
    all: Math.min(...positions, positions.length === 0 ? 0 : Infinity),
    some: Math.max(...positions, ...handled, 0),
    has: ({ aggregate_id: id, position }) =>
      isHandled(positions, id, position) || isHandled(handled, id, position),
  };
}

/** How far the live flow is; its shards are not equally far. */
export interface Checkpoint {
  /** Everything up to here is handled. */
  readonly all: number;
  /** Nothing behind this is. */
  readonly some: number;
  has(row: LogRow): boolean;
}

export async function readLeg(
  tx: Transaction,
  { catalog }: Leg,
  after: number,
  end: number,
): Promise<LogRow[]> {
  if (after >= end) return [];
  const rows = await readLog(tx, catalog.module, after, PAGE_SIZE);
  return rows.filter((row) => row.position <= end);
}

/** Applies what the leg listens to; answers how many that were. */
export async function applyRows(
  filling: Filling,
  tx: Transaction,
  leg: Leg,
  rows: readonly LogRow[],
): Promise<number> {
  const types = new Set(leg.types);
  const entries = rows.filter((row) => types.has(row.type)).map((row) => toEntry(leg.catalog, row));
  await filling.apply(tx, leg, entries);
  return entries.length;
}

/**
 * In the order of the log: together where the projection can; else, and when that fails, one by one, those
 * of different aggregates side by side where it allows that.
 *
 * @throws Error that names the fact
 */
export async function applyAll(
  tx: Transaction,
  { projection, catalog }: Leg,
  entries: readonly LogEntry[],
): Promise<void> {
  const isInline = projection.inline === true;
  // As in the append, where there is no position yet.
  const eventOf = ({ event }: LogEntry) => (isInline ? { ...event, position: 0 } : event);
  if (projection.onMany !== undefined && entries.every(({ fault }) => fault === undefined)) {
    try {
      return await tx.nested(() => projectAll(projection, entries.map(eventOf), tx));
    } catch (error) {
      if (isPassing(error)) throw error;
    }
  }
  const applyOne = async (entry: LogEntry): Promise<void> => {
    const { event, fault, position } = entry;
    try {
      if (fault !== undefined) throw fault;
      await project(projection, eventOf(entry), tx);
    } catch (error) {
      if (isPassing(error)) throw error;
      const what = error instanceof Error ? error.message : String(error);
      const place = `${event.type} at ${catalog.module}:${position}`;
      throw new Error(`${projection.name} could not take ${place}: ${what}`, { cause: error });
    }
  };
  if (projection.isPerAggregate === true) await inLanes(entries, applyOne);
  else for (const entry of entries) await applyOne(entry);
}
