import { crc32 } from 'node:zlib';
import type { Transaction } from '#kernel/database';
import { schemaOf } from './leases.ts';
import type { LogEntry } from './log.ts';

/** More than this many consumers of one log would only wait for each other. */
export const SHARDS_MAX = 8;

/** The part of a consumer's aggregates that one lease covers. */
export interface Shard {
  readonly shard: number;
  readonly shards: number;
  /** Positions of the shards there were before the number was changed; empty when it never was. */
  readonly handled: readonly number[];
}

/** The shard an aggregate belongs to: the same for ever, as long as their number is. */
export function shardOf(aggregateId: string, shards: number): number {
  return shards === 1 ? 0 : crc32(aggregateId) % shards;
}

/** Whether a fact is this shard's to handle. */
export function isOurs(
  { shard, shards, handled }: Shard,
  entry: Pick<LogEntry, 'position' | 'event'>,
): boolean {
  const { aggregateId } = entry.event;
  return shardOf(aggregateId, shards) === shard && !isHandled(handled, aggregateId, entry.position);
}

/** Whether one of several checkpoints is behind a fact. */
export function isHandled(
  positions: readonly number[],
  aggregateId: string,
  position: number,
): boolean {
  if (positions.length === 0) return false;
  return position <= (positions[shardOf(aggregateId, positions.length)] ?? 0);
}

/**
 * Splits a consumer anew. The new shards begin where the one furthest behind stood and leave out what
 * others had handled; whoever held a lease writes nothing more. False when it is split so already.
 *
 * @throws RangeError for a number outside 1…8
 */
export async function splitConsumer(
  tx: Transaction,
  name: string,
  shards: number,
): Promise<boolean> {
  if (!Number.isInteger(shards) || shards < 1 || shards > SHARDS_MAX) {
    throw new RangeError(`A consumer has 1 to ${SHARDS_MAX} shards`);
  }
  const schema = schemaOf(name);
  const rows = await tx.query<Row>(
    `select source, shard, shards, handled, position, lease_epoch, generation, types, status
     from ${schema}.consumer where name = $1 order by source, shard for update`,
    [name],
  );
  let isChanged = false;
  for (const [source, before] of Map.groupBy(rows, (row) => row.source)) {
    const [first] = before;
    if (first === undefined || first.shards === shards) continue;
    isChanged = true;
    const positions = before.map(({ position }) => position);
    const behind = Math.min(...positions);
    // A second change before the first was caught up with would have to remember both.
    if (before.some(({ handled }) => handled.some((each) => each > behind))) {
      throw new RangeError('The shards have not caught up since their number was last changed');
    }
    await tx.query(`delete from ${schema}.consumer where name = $1 and source = $2`, [
      name,
      source,
    ]);
    await tx.query(
      `insert into ${schema}.consumer
         (name, source, shard, shards, handled, position, lease_epoch, generation, types, status)
       select $1, $2, n, $3::int, $4, $5, $6, $7, $8, $9 from generate_series(0, $3::int - 1) n`,
      [
        name,
        source,
        shards,
        positions,
        behind,
        Math.max(...before.map((row) => row.lease_epoch)) + 1,
        first.generation,
        first.types,
        before.every(({ status }) => status === 'ACTIVE') ? 'ACTIVE' : 'PAUSED',
      ],
    );
  }
  return isChanged;
}

interface Row extends Shard {
  source: string;
  position: number;
  lease_epoch: number;
  generation: number;
  types: string[];
  status: string;
}
