import type { Transaction } from '#kernel/database';
import { keyOf, schemaOf, type ConsumerStatus, type Held, type LeaseKey } from './leases.ts';

export interface ConsumerState extends LeaseKey {
  /** How many shards the consumer has in this log. */
  readonly shards: number;
  readonly status: ConsumerStatus;
  readonly position: number;
  /** Facts of the source behind the checkpoint, whether it listens to them or not. */
  readonly lagEvents: number;
  /** Of all shards, told with the first. */
  readonly deadLetters: number;
  /** After too many failures in a row; null while it works or has nothing to do. */
  readonly restsUntil: Date | null;
  readonly lastError: string | null;
}

/** Where consumers stand; what this process holds is newer in memory than in the database. */
export async function measureLag(
  tx: Transaction,
  consumers: readonly LeaseKey[],
  held: ReadonlyMap<string, Held>,
  /** How to count in a log that is not in this database. */
  behind: (source: string) => ((position: number) => Promise<number>) | undefined = () => undefined,
): Promise<ConsumerState[]> {
  const states = await Promise.all(
    consumers.map(async (consumer) => {
      const { name, source, shard } = consumer;
      const schema = schemaOf(name);
      const mine = held.get(keyOf(consumer));
      const count = behind(source);
      const [row] = await tx.query<Omit<ConsumerState, keyof LeaseKey> & { n: number }>(
        {
          name: `lag-${schema}-${count === undefined ? source : ''}`,
          text: `with here as (
              select coalesce(max(status), 'ACTIVE') as status, max(last_error) as last_error,
                coalesce(max(shards), 1) as shards, count(*) as n,
                max(rests_until) filter (where rests_until > clock_timestamp()) as rests_until,
                greatest(coalesce(max(position), 0),
                  max($3::bigint) filter (where lease_epoch = $5)) as position
              from ${schema}.consumer where name = $1 and source = $2 and shard = $4
            )
            select here.status, here.position, here.shards, here.n, here.last_error as "lastError",
              here.rests_until as "restsUntil",
              ${count === undefined ? countHere(source) : 0} as "lagEvents",
              (select count(*)::int from ${schema}.dead_letter
               where consumer = $1 and source = $2 and status = 'PARKED' and $4 = 0) as "deadLetters"
            from here`,
        },
        // A lease that was lost, as by a split, says nothing about what is there now.
        [name, source, mine?.position ?? 0, shard, mine?.epoch ?? null],
      );
      if (row === undefined) throw new Error('A query without FROM answers one row');
      const { n, ...state } = row;
      // There may be fewer shards than could be.
      if (shard > 0 && n === 0) return [];
      if (count === undefined) return [{ name, source, shard, ...state }];
      return [{ name, source, shard, ...state, lagEvents: await count(row.position) }];
    }),
  );
  return states.flat();
}

/**
 * Share of the server's queue of notifications that is in use, 0 to 1. Asking also lets go of what
 * everybody has read, which nothing else does once the queue is full.
 */
export async function notifyQueueUsage(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ used: number }>('select pg_notification_queue_usage() as used');
  return row?.used ?? 0;
}

function countHere(source: string): string {
  return `(select coalesce(sum(least(l.n, l.first_position + l.n - 1 - here.position)), 0)::int
    from ${source}.log l
    where l.first_position + l.n - 1 > here.position and l.first_position >= (
      select coalesce(max(first_position), 0) from ${source}.log
      where first_position <= here.position))`;
}
