import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import { errorText, withAttempt } from './checkpoint.ts';
import { schemaOf, type ConsumerKey } from './leases.ts';
import type { LogEntry } from './log.ts';

export interface DeadLetter extends ConsumerKey {
  readonly position: number;
  readonly eventId: string;
  readonly aggregateId: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly status: 'PARKED' | 'RETRYING' | 'RESOLVED' | 'DISCARDED';
  readonly at: Date;
}

export interface Redrive {
  readonly consumer: ConsumerKey;
  /** One or more aggregates; all parked ones when absent. */
  readonly aggregateIds?: readonly string[] | undefined;
  /** The aggregates of these facts. */
  readonly eventIds?: readonly string[] | undefined;
  /** The aggregates of facts whose error holds this text, whatever its case. */
  readonly error?: string | undefined;
  readonly by: string;
}

export interface DeadLetterPage {
  readonly after?: { readonly source: string; readonly position: number } | undefined;
  readonly limit: number;
}

/** One try, and why it failed: no values of people. */
export interface Attempt {
  /** ISO 8601. */
  readonly at: string;
  readonly error: string;
}

/** With what was recorded; null where the fact is not in the hot log any more. */
export interface ListedDeadLetter extends DeadLetter {
  /** The newest attempts, at most twenty, oldest first. */
  readonly timeline: readonly Attempt[];
  readonly eventType: string | null;
  readonly version: number | null;
}

export interface RedriveResult {
  readonly resolved: number;
  /** Aggregates whose next fact failed again; they stay parked. */
  readonly failed: readonly string[];
}

const REDRIVE_MAX = 1_000;

/** Open dead letters of a module's consumers, oldest first. */
export async function listDeadLetters(
  tx: Transaction,
  schema: string,
  limit: number,
): Promise<DeadLetter[]> {
  return tx.query(
    `select consumer as name, source, position, event_id as "eventId", aggregate_id as "aggregateId",
       attempts, error, status, at
     from ${schema}.dead_letter where status in ('PARKED', 'RETRYING')
     order by consumer, source, position limit $1`,
    [limit],
  );
}

/** Open dead letters of one consumer, by source and position. */
export async function pageOfDeadLetters(
  tx: Transaction,
  consumers: readonly ConsumerKey[],
  { after, limit }: DeadLetterPage,
): Promise<ListedDeadLetter[]> {
  const letters: ListedDeadLetter[] = [];
  for (const { name, source } of consumers.toSorted((a, b) => (a.source < b.source ? -1 : 1))) {
    if (letters.length >= limit) break;
    if (after !== undefined && source < after.source) continue;
    letters.push(
      ...(await tx.query<ListedDeadLetter>(
        `select d.consumer as name, d.source, d.position, d.event_id as "eventId",
           d.aggregate_id as "aggregateId", d.attempts, d.error, d.timeline, d.status,
           d.at, e.type as "eventType", e.version
         from ${schemaOf(name)}.dead_letter d
         left join ${source}.event e on e.aggregate_id = d.aggregate_id and e.id = d.event_id
         where d.consumer = $1 and d.source = $2 and d.position > $3
           and d.status in ('PARKED', 'RETRYING')
         order by d.position limit $4`,
        [name, source, after?.source === source ? after.position : 0, limit - letters.length],
      )),
    );
  }
  return letters;
}

/**
 * Handles parked facts again, each aggregate in order and up to its first failure, and lets an
 * aggregate flow once nothing of it is left, what was parked behind it meanwhile included. At most
 * 1,000 facts per call.
 */
export async function redrive(
  workers: UnitOfWork,
  actor: Actor,
  request: Redrive,
  read: (position: number) => Promise<LogEntry | undefined>,
  handle: (entry: LogEntry, tx: Transaction) => Promise<void>,
): Promise<RedriveResult> {
  const { consumer, by } = request;
  const failed = new Set<string>();
  let resolved = 0;
  let left = REDRIVE_MAX;
  let letters = await workers.transaction(actor, (tx) => parkedOf(tx, request, left));
  const chosen = [...new Set(letters.map(({ aggregateId }) => aggregateId))];
  while (letters.length > 0) {
    for (const { position, aggregateId } of letters) {
      if (failed.has(aggregateId)) continue;
      left -= 1;
      try {
        const entry = await read(position);
        if (entry === undefined) throw new Error('The fact is not in the log any more');
        const isMine = await workers.transaction(actor, async (tx) => {
          await lockConsumer(tx, consumer);
          // Somebody else may have settled it since it was listed.
          const settled = { status: 'RESOLVED', by, reason: null };
          if ((await settle(tx, consumer, position, settled)) === undefined) return false;
          await handle(entry, tx);
          await unpark(tx, consumer, aggregateId);
          return true;
        });
        if (isMine) resolved += 1;
      } catch (error) {
        failed.add(aggregateId);
        await workers.transaction(actor, (tx) => noteRetry(tx, consumer, position, error));
      }
    }
    // While the last ones were under way, newer ones came to lie behind them.
    const aggregateIds = chosen.filter((each) => !failed.has(each));
    letters = await workers.transaction(actor, (tx) =>
      parkedOf(tx, { consumer, aggregateIds, by }, left),
    );
  }
  return { resolved, failed: [...failed] };
}

/** Parked facts of the aggregates meant, in the order of the log. */
async function parkedOf(
  tx: Transaction,
  { consumer: { name, source }, aggregateIds, eventIds, error }: Redrive,
  limit: number,
): Promise<{ position: number; aggregateId: string }[]> {
  const schema = schemaOf(name);
  return tx.query(
    `select position, aggregate_id as "aggregateId" from ${schema}.dead_letter
     where consumer = $1 and source = $2 and status = 'PARKED'
       and aggregate_id in (select aggregate_id from ${schema}.dead_letter
         where consumer = $1 and source = $2 and status = 'PARKED'
           and ($3::uuid[] is null or aggregate_id = any ($3))
           and ($5::uuid[] is null or event_id = any ($5))
           and ($6::text is null or strpos(lower(error), lower($6)) > 0))
     order by position limit $4`,
    [name, source, aggregateIds ?? null, limit, eventIds ?? null, error ?? null],
  );
}

async function noteRetry(
  tx: Transaction,
  { name, source }: ConsumerKey,
  position: number,
  error: unknown,
): Promise<void> {
  await tx.query(
    `update ${schemaOf(name)}.dead_letter set attempts = attempts + 1, error = $4,
       timeline = ${withAttempt('timeline', '$4::text')}
     where consumer = $1 and source = $2 and position = $3`,
    [name, source, position, errorText(error)],
  );
}

/** Gives a parked fact up for good, with a reason of at least 10 characters. */
export async function discard(
  tx: Transaction,
  {
    consumer,
    position,
    by,
    reason,
  }: { consumer: ConsumerKey; position: number; by: string; reason: string },
): Promise<boolean> {
  if (reason.trim().length < 10) throw new RangeError('A reason has at least 10 characters');
  await lockConsumer(tx, consumer);
  const aggregateId = await settle(tx, consumer, position, { status: 'DISCARDED', by, reason });
  if (aggregateId === undefined) return false;
  await unpark(tx, consumer, aggregateId);
  return true;
}

/** Keeps the live flow from parking or handling anything meanwhile. */
async function lockConsumer(tx: Transaction, { name, source }: ConsumerKey): Promise<void> {
  await tx.query(
    `select from ${schemaOf(name)}.consumer where name = $1 and source = $2
     order by shard for update`,
    [name, source],
  );
}

async function settle(
  tx: Transaction,
  { name, source }: ConsumerKey,
  position: number,
  { status, by, reason }: { status: string; by: string; reason: string | null },
): Promise<string | undefined> {
  const [row] = await tx.query<{ aggregate_id: string }>(
    `update ${schemaOf(name)}.dead_letter set status = $4, resolved_by = $5, reason = $6
     where consumer = $1 and source = $2 and position = $3 and status = 'PARKED' returning aggregate_id`,
    [name, source, position, status, by, reason],
  );
  return row?.aggregate_id;
}

/** An aggregate flows again once nothing of it is parked. */
async function unpark(
  tx: Transaction,
  { name, source }: ConsumerKey,
  aggregateId: string,
): Promise<void> {
  const schema = schemaOf(name);
  await tx.query(
    `delete from ${schema}.parked p where consumer = $1 and source = $2 and aggregate_id = $3
       and not exists (select from ${schema}.dead_letter d where d.consumer = p.consumer
         and d.source = p.source and d.aggregate_id = p.aggregate_id and d.status = 'PARKED')`,
    [name, source, aggregateId],
  );
}
