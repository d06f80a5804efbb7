import { finish, type Transaction } from '#kernel/database';
import { scrub } from '#kernel/telemetry';
import { LEASE_MS, schemaOf, type ConsumerKey, type LeaseKey } from './leases.ts';
import type { LogEntry } from './log.ts';

/** The lease is somebody else's or the consumer is not active: nothing was written. */
export class LeaseLost extends Error {
  constructor(name: string) {
    super(`${name} is no longer ours or not active`);
    this.name = 'LeaseLost';
  }
}

const ERROR_LENGTH_MAX = 500;
const TIMELINE_MAX = 20;

/** Whose checkpoint, and where its row was found last. */
export interface CheckpointKey extends LeaseKey {
  tid?: string;
}

/**
 * Locks the checkpoint for the transaction, and tells which of the aggregates are parked.
 *
 * The row is looked for where it was last: while a transaction stays open somewhere, no old version of
 * it can be cleared away, and by its name it is found behind all of them.
 *
 * @throws LeaseLost for a stale epoch: it writes nothing
 */
export async function lockCheckpoint(
  tx: Transaction,
  key: CheckpointKey,
  epoch: number,
  aggregateIds: readonly string[] = [],
): Promise<{ position: number; parked: Set<string> }> {
  const look = (): Promise<[LockedRow[], { id: string }[]]> =>
    // Two statements: the second sees what whoever held the lock before has parked or let flow again.
    Promise.all([lockRow(tx, key, epoch), parkedOf(tx, key, aggregateIds)]);
  let [[row], parked] = await look();
  if (row === undefined && key.tid !== undefined) {
    delete key.tid;
    [[row], parked] = await look();
  }
  if (row === undefined) throw new LeaseLost(key.name);
  key.tid = row.tid;
  return { position: row.position, parked: new Set(parked.map(({ id }) => id)) };
}

interface LockedRow {
  position: number;
  tid: string;
}

function lockRow(
  tx: Transaction,
  { name, source, shard, tid }: CheckpointKey,
  epoch: number,
): Promise<LockedRow[]> {
  const schema = schemaOf(name);
  const text = `select position, ctid::text as tid from ${schema}.consumer
    where name = $1 and source = $2 and shard = $4 and lease_epoch = $3 and status = 'ACTIVE'`;
  return tid === undefined
    ? tx.query({ name: `lock-${schema}`, text: `${text} for update` }, [name, source, epoch, shard])
    : tx.query({ name: `relock-${schema}`, text: `${text} and ctid = $5::tid for update` }, [
        name,
        source,
        epoch,
        shard,
        tid,
      ]);
}

async function parkedOf(
  tx: Transaction,
  { name, source }: ConsumerKey,
  aggregateIds: readonly string[],
): Promise<{ id: string }[]> {
  if (aggregateIds.length === 0) return [];
  const schema = schemaOf(name);
  return tx.query(
    {
      name: `parked-${schema}`,
      text: `select aggregate_id as id from ${schema}.parked
        where consumer = $1 and source = $2 and aggregate_id = any ($3::uuid[])`,
    },
    [name, source, aggregateIds],
  );
}

/** In the transaction that locked it, which goes on. */
async function moveCheckpoint(
  tx: Transaction,
  key: CheckpointKey,
  position: number,
): Promise<void> {
  await moveBy((_, ...statement) => tx.query(...statement), { tx, key, position });
}

/** Moves the checkpoint in the transaction that locked it, and commits what was done up to there. */
export async function finishAt(
  tx: Transaction,
  key: CheckpointKey,
  position: number,
): Promise<void> {
  await moveBy(finish, { tx, key, position });
}

async function moveBy(
  send: typeof finish,
  { tx, key, position }: { tx: Transaction; key: CheckpointKey; position: number },
): Promise<void> {
  const { name, source, shard, tid } = key;
  if (tid === undefined) throw new TypeError(`The checkpoint of ${name} was not locked`);
  const schema = schemaOf(name);
  const [moved] = await send<{ tid: string }>(
    tx,
    {
      name: `move-${schema}`,
      // The lock keeps the row where it was found.
      text: `update ${schema}.consumer set position = $3, last_error = null, deaths = 0,
          lease_until = clock_timestamp() + $4 * interval '1 millisecond'
        where ctid = $6::tid and name = $1 and source = $2 and shard = $5 returning ctid::text as tid`,
    },
    [name, source, position, LEASE_MS, shard, tid],
  );
  if (moved === undefined) throw new Error(`The checkpoint of ${name} is not where it was locked`);
  key.tid = moved.tid;
}

/** Sets a fact aside behind one of its aggregate that could not be handled. */
export async function parkBehind(
  tx: Transaction,
  { name, source }: ConsumerKey,
  { position, event }: LogEntry,
): Promise<void> {
  await tx.query(
    `insert into ${schemaOf(name)}.dead_letter as d
       (consumer, source, position, event_id, aggregate_id, status)
     values ($1, $2, $3, $4, $5, 'PARKED')
     on conflict (consumer, source, position) do update set status = 'PARKED'
       where d.status = 'RETRYING'`,
    [name, source, position, event.id, event.aggregateId],
  );
}

/**
 * Locks the checkpoint for the transaction; false when there is nothing to do: another one has done it,
 * or the fact waits behind one of its aggregate.
 *
 * @throws LeaseLost
 */
export async function isOpen(
  tx: Transaction,
  consumer: CheckpointKey,
  epoch: number,
  entry: LogEntry,
): Promise<boolean> {
  const { position, parked } = await lockCheckpoint(tx, consumer, epoch, [entry.event.aggregateId]);
  if (position >= entry.position) return false;
  if (parked.size === 0) return true;
  await parkBehind(tx, consumer, entry);
  await finishAt(tx, consumer, entry.position);
  return false;
}

async function countTry(
  tx: Transaction,
  { name, source }: ConsumerKey,
  { position, event }: LogEntry,
): Promise<number> {
  const [row] = await tx.query<{ attempts: number }>(
    `insert into ${schemaOf(name)}.dead_letter as d
       (consumer, source, position, event_id, aggregate_id, attempts, status)
     values ($1, $2, $3, $4, $5, 1, 'RETRYING')
     on conflict (consumer, source, position) do update set attempts = d.attempts + 1
     returning attempts`,
    [name, source, position, event.id, event.aggregateId],
  );
  return row?.attempts ?? 1;
}

/**
 * Counts a try before it is made, so that one which kills the process counts too; 0 when there is none
 * to make.
 *
 * @throws LeaseLost
 */
export async function beginTry(
  tx: Transaction,
  consumer: CheckpointKey,
  epoch: number,
  entry: LogEntry,
): Promise<number> {
  if (!(await isOpen(tx, consumer, epoch, entry))) return 0;
  // Must outlive this process, not the server: its fall is no fault of the fact.
  void tx.query('set local synchronous_commit = off');
  return countTry(tx, consumer, entry);
}

/** SQL: a timeline with one more attempt, without the oldest where it would grow too long. */
export function withAttempt(timeline: string, error: string): string {
  return `(select jsonb_agg(attempt order by n) from (
      select attempt, n from jsonb_array_elements(${timeline}
        || jsonb_build_object('at', clock_timestamp(), 'error', ${error}))
        with ordinality as t (attempt, n) order by n desc limit ${TIMELINE_MAX}) newest)`;
}

/**
 * Puts down how a try ended, and counts it unless that was done when it began; the last one is put down
 * where the fact is given up.
 *
 * @throws LeaseLost
 */
export async function noteFailure(
  tx: Transaction,
  consumer: CheckpointKey,
  epoch: number,
  failure: { entry: LogEntry; error: unknown; begun: number | undefined; attemptsMax: number },
): Promise<number> {
  const { entry, error, begun, attemptsMax } = failure;
  await lockCheckpoint(tx, consumer, epoch);
  const attempts = begun ?? (await countTry(tx, consumer, entry));
  if (attempts >= attemptsMax) return attempts;
  await tx.query(
    `update ${schemaOf(consumer.name)}.dead_letter
     set error = $4, timeline = ${withAttempt('timeline', '$4::text')}
     where consumer = $1 and source = $2 and position = $3`,
    [consumer.name, consumer.source, entry.position, errorText(error)],
  );
  return attempts;
}

/** A try that ended for reasons outside the fact does not count. */
export async function uncountAttempt(
  tx: Transaction,
  { name, source }: ConsumerKey,
  { position }: LogEntry,
): Promise<void> {
  const letters = `${schemaOf(name)}.dead_letter`;
  const [row] = await tx.query<{ attempts: number }>(
    `update ${letters} set attempts = attempts - 1
     where consumer = $1 and source = $2 and position = $3 and status = 'RETRYING'
     returning attempts`,
    [name, source, position],
  );
  if (row === undefined || row.attempts > 0) return;
  await tx.query(
    `delete from ${letters} where consumer = $1 and source = $2 and position = $3
       and status = 'RETRYING' and attempts <= 0`,
    [name, source, position],
  );
}

export async function forgetAttempts(
  tx: Transaction,
  { name, source }: ConsumerKey,
  { position }: LogEntry,
): Promise<void> {
  await tx.query(
    `delete from ${schemaOf(name)}.dead_letter
     where consumer = $1 and source = $2 and position = $3 and status = 'RETRYING'`,
    [name, source, position],
  );
}

/** Gives up on a fact: dead letter, its aggregate parked, the checkpoint behind it. */
export async function park(
  tx: Transaction,
  consumer: CheckpointKey,
  { position, event }: LogEntry,
  error: unknown,
): Promise<void> {
  const schema = schemaOf(consumer.name);
  const { name, source } = consumer;
  await tx.query(
    `insert into ${schema}.dead_letter as d
       (consumer, source, position, event_id, aggregate_id, attempts, status, error, timeline)
     values ($1, $2, $3, $4, $5, 1, 'PARKED', $6, ${withAttempt("'[]'::jsonb", '$6::text')})
     on conflict (consumer, source, position) do update set status = 'PARKED', error = excluded.error,
       timeline = ${withAttempt('d.timeline', '$6::text')}`,
    [name, source, position, event.id, event.aggregateId, errorText(error)],
  );
  await tx.query(
    `insert into ${schema}.parked (consumer, source, aggregate_id, since_position)
     values ($1, $2, $3, $4) on conflict do nothing`,
    [name, source, event.aggregateId, position],
  );
  await moveCheckpoint(tx, consumer, position);
}

/** Writes down that a consumer rests for a while, or stands still until somebody lets it go on. */
export async function halt(
  tx: Transaction,
  { name, source, shard }: LeaseKey,
  { error, failed, restMs }: { error: unknown; failed: boolean; restMs: number },
): Promise<void> {
  await tx.query(
    `update ${schemaOf(name)}.consumer set last_error = $3,
       status = case when $4 then 'FAILED' else status end,
       rests_until = case when not $4 then clock_timestamp() + $5 * interval '1 millisecond' end
     where name = $1 and source = $2 and shard = $6`,
    [name, source, errorText(error), failed, restMs, shard],
  );
}

/** What may be written down about a failure: no values of people, bounded. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return scrub(text).slice(0, ERROR_LENGTH_MAX);
}
