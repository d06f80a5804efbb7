import { randomInt } from 'node:crypto';
import type { Actor } from '#kernel/access';
import type { Connection, Database, Transaction, UnitOfWork } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import { logPosition } from './log.ts';

export type ConsumerStatus = 'ACTIVE' | 'PAUSED' | 'CATCHING_UP' | 'FAILED' | 'RETIRED';

/** A consumer reads one source module; its bookkeeping is in its own module's schema. */
export interface ConsumerKey {
  /** `<module>.<noun>` */
  readonly name: string;
  readonly source: string;
}

/** One lease: a consumer, or one shard of it. */
export interface LeaseKey extends ConsumerKey {
  readonly shard: number;
}

export interface Registration extends LeaseKey {
  /** Into how many shards a consumer that is new is split. */
  readonly shards: number;
  readonly types: readonly string[];
  /** A consumer that is new begins behind what is already logged. */
  readonly startsNow: boolean;
}

export interface Lease {
  readonly epoch: number;
  readonly position: number;
  readonly status: ConsumerStatus;
  readonly shards: number;
  readonly handled: readonly number[];
  /**
   * Two holders in a row died before they had finished anything, or a counted try has not come to its
   * end: one of the next facts may be what they died of.
   */
  readonly isSuspect: boolean;
}

export interface Held extends LeaseKey {
  readonly epoch: number;
  /** Everything up to here is done or not of interest. */
  readonly position: number;
}

/** Who of all processes runs which consumer. */
export interface Leases {
  /** Number of this process, under which it holds an advisory lock while it lives. */
  readonly owner: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Writes down consumers that are new, with where they begin, and what all of them listen to. */
  register(
    consumers: readonly Registration[],
    headOf?: (tx: Transaction, source: string) => Promise<number>,
  ): Promise<void>;
  /** Takes the lease when there is one and it is free, expired, ours, or its holder is gone for a while. */
  claim(consumer: LeaseKey): Promise<Lease | undefined>;
  /** Prolongs and saves positions; answers the status of those still ours. */
  renew(held: readonly Held[]): Promise<Map<string, ConsumerStatus>>;
  release(held: readonly Held[]): Promise<void>;
}

export const LEASE_MS = 10_000;
export const RENEW_MS = 3_000;

/** A process takes its number again this often after its connection was lost. */
const HOLD_AGAIN_MS = 300;
/** So long is a process without its number thought to live: nobody has it just after a restart. */
const GONE_MS = 900;

/**
 * Ends a session of before that still holds our number: its connection is lost to us. Others who try
 * whether the number is free hold it for a moment, under other names.
 */
const DISOWN = `select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a using (pid)
  where l.locktype = 'advisory' and l.granted and l.objsubid = 1
    and l.database = (select oid from pg_database where datname = current_database())
    and (l.classid::bigint << 32) + l.objid::bigint = $1
    and a.application_name = current_setting('application_name')`;

export function keyOf({ name, source, shard }: LeaseKey): string {
  return shard === 0 ? `${name}@${source}` : `${name}@${source}#${shard}`;
}

/** Whether a consumer hands a log on to other machines. */
export function isBridge({ name, source }: ConsumerKey): boolean {
  return name === `${source}.bridge`;
}

/** Schema of a consumer: the part of its name before the dot. */
export function schemaOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

/**
 * Leases in the database. A connection holds an advisory lock under the process's own number for as
 * long as the process lives, so that the leases of a killed one are free at once instead of after
 * their time. The epoch guards every write in any case.
 */
export function createLeases(options: {
  database: Database;
  workers: UnitOfWork;
  actor: Actor;
  log: Logger;
}): Leases {
  const { workers, actor } = options;
  const owner = randomInt(1, 2 ** 47);
  let connection: Connection | undefined;
  let holdingAgain: Promise<void> | undefined;
  let stopping = false;
  /** When the holder of a lease was first found without its number. */
  const goneSince = new Map<string, number>();

  const hold = async (): Promise<void> => {
    const fresh = await options.database.connect('leases');
    try {
      await fresh.client.query(DISOWN, [owner]);
      await fresh.client.query('select pg_advisory_lock($1)', [owner]);
    } catch (error) {
      fresh.client.connection.stream.destroy();
      throw error;
    }
    connection = fresh;
    void fresh.closed.then(() => {
      connection = undefined;
      holdingAgain = holdAgain();
    });
  };
  const holdAgain = async (): Promise<void> => {
    while (!stopping && connection === undefined) {
      await hold().catch(() => new Promise((resolve) => setTimeout(resolve, HOLD_AGAIN_MS)));
    }
  };
  const bySchema = (held: readonly Held[]): Map<string, Held[]> =>
    Map.groupBy(held, (each) => schemaOf(each.name));

  return {
    owner,
    start: hold,
    async stop() {
      stopping = true;
      await holdingAgain;
      await connection?.close();
    },
    async register(consumers, headOf = logPosition) {
      await workers.transaction(actor, async (tx) => {
        for (const each of consumers.filter(({ shard }) => shard === 0).toSorted(byKey)) {
          const { name, source, shards, types, startsNow } = each;
          const schema = schemaOf(name);
          const begin = startsNow ? await headOf(tx, source) : 0;
          // Into how many it is split once it is there, only its operator decides.
          await tx.query(
            `insert into ${schema}.consumer (name, source, shard, shards, types, position)
             select $1, $2, n, $5::int, $3, $4 from generate_series(0, $5::int - 1) n
             where not exists (select from ${schema}.consumer where name = $1 and source = $2)
             on conflict do nothing`,
            [name, source, types, begin, shards],
          );
          await tx.query(
            `update ${schema}.consumer set types = $3
             where name = $1 and source = $2 and types <> $3`,
            [name, source, types],
          );
        }
      });
    },
    async claim(consumer) {
      const schema = schemaOf(consumer.name);
      const since = goneSince.get(keyOf(consumer));
      const isGone = since !== undefined && performance.now() - since >= GONE_MS;
      const [row] = await workers.transaction(actor, (tx) =>
        tx.query<LeaseRow>({ name: `claim-${schema}`, text: claimIn(schema) }, [
          consumer.name,
          consumer.source,
          owner,
          LEASE_MS,
          consumer.shard,
          isGone,
        ]),
      );
      if (row?.epoch === null && row.gone) {
        if (since === undefined) goneSince.set(keyOf(consumer), performance.now());
        return undefined;
      }
      goneSince.delete(keyOf(consumer));
      if (row === undefined || row.epoch === null) return undefined;
      const { tried, deaths, epoch, position, status, shards, handled } = row;
      return { epoch, position, status, shards, handled, isSuspect: tried || deaths > 1 };
    },
    async renew(held) {
      const statuses = new Map<string, ConsumerStatus>();
      for (const [schema, group] of bySchema(held)) {
        const rows = await workers.transaction(actor, (tx) => save(tx, schema, group, LEASE_MS));
        for (const row of rows) statuses.set(keyOf(row), row.status);
      }
      return statuses;
    },
    async release(held) {
      for (const [schema, group] of bySchema(held)) {
        await workers.transaction(actor, (tx) => save(tx, schema, group, 0));
      }
    },
  };
}

/** Processes that start at once write the rows in one order. */
function byKey(a: LeaseKey, b: LeaseKey): number {
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

/** The lease as it was found, and as it is now; without an epoch when it was not taken. */
type LeaseRow = { gone: boolean; tried: boolean } & (
  | { epoch: null }
  | ({ epoch: number; deaths: number } & Pick<Lease, 'position' | 'status' | 'shards' | 'handled'>)
);

/** Many look at once whether one holder is gone, and must not take each other for him. */
const claimIn = (schema: string): string => `with found as materialized (
    select name, source, shard, lease_owner,
      lease_until is null or lease_until < clock_timestamp() or lease_owner = $3 as is_free,
      in_flight and lease_owner is distinct from $3 as died, exists (
        select from ${schema}.dead_letter d where d.consumer = c.name and d.source = c.source
          and d.position > c.position and d.status = 'RETRYING'
          and d.attempts > jsonb_array_length(d.timeline)) as tried
    from ${schema}.consumer c where name = $1 and source = $2 and shard = $5 for update
  ), looked as materialized (
    select *, not is_free and pg_try_advisory_xact_lock_shared(lease_owner) as gone from found
  ), taken as (
    update ${schema}.consumer c
    set lease_owner = $3, lease_epoch = lease_epoch + 1, in_flight = true,
      deaths = deaths + died::int,
      lease_until = clock_timestamp() + $4 * interval '1 millisecond'
    from looked where c.name = looked.name and c.source = looked.source
      and c.shard = looked.shard and (is_free or gone and $6)
    returning lease_epoch as epoch, position, status, c.shards, handled, deaths
  )
  select gone, tried, taken.* from looked left join taken on true`;

/** Saves how far the consumers are, but for those at work right now; a lease of 0 ms is given back. */
async function save(
  tx: Transaction,
  schema: string,
  held: readonly Held[],
  leaseMs: number,
): Promise<(LeaseKey & { status: ConsumerStatus })[]> {
  const mine = [
    held.map((each) => each.name),
    held.map((each) => each.source),
    held.map((each) => each.epoch),
    held.map((each) => each.shard),
  ];
  const [, rows] = await Promise.all([
    tx.query(
      {
        name: `renew-${schema}`,
        text: `with idle as (
            select c.name, c.source, c.shard, mine.position
            from unnest($1::text[], $2::text[], $3::bigint[], $4::int[], $5::bigint[])
              as mine (name, source, epoch, shard, position)
            join ${schema}.consumer c on c.name = mine.name and c.source = mine.source
              and c.shard = mine.shard and c.lease_epoch = mine.epoch
            for update of c skip locked
          )
          update ${schema}.consumer c
          set position = greatest(c.position, idle.position), in_flight = $6 > 0,
            lease_until = case when $6 > 0 then clock_timestamp() + $6 * interval '1 millisecond' end,
            lease_owner = case when $6 > 0 then c.lease_owner end
          from idle where c.name = idle.name and c.source = idle.source and c.shard = idle.shard`,
      },
      [...mine, held.map((each) => each.position), leaseMs],
    ),
    tx.query<LeaseKey & { status: ConsumerStatus }>(
      {
        name: `still-${schema}`,
        text: `select c.name, c.source, c.shard, c.status from ${schema}.consumer c
          join unnest($1::text[], $2::text[], $3::bigint[], $4::int[])
            as mine (name, source, epoch, shard) on c.name = mine.name and c.source = mine.source
            and c.shard = mine.shard and c.lease_epoch = mine.epoch`,
      },
      mine,
    ),
  ]);
  return rows;
}
