import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import { errorText } from './checkpoint.ts';
import { RebuildBusy, type UpTo } from './generation.ts';
import { schemaOf } from './leases.ts';
import type { RebuildOptions, Rebuilt, TableCount } from './rebuild.ts';
import { Alarm } from './retry.ts';

export interface ReplayJob {
  readonly id: string;
  readonly projection: string;
  readonly isDryRun: boolean;
  /** Where the copy of a dry run ends; null for the present. */
  readonly upTo: UpTo | null;
  readonly status: 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED';
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Facts applied so far. */
  readonly events: number;
  /** Of these, applied by a process that did not come to an end. */
  readonly resumedEvents: number;
  /** Facts there were to apply when it began; null before. */
  readonly total: number | null;
  /** Of a dry run that is done: rows now, and as they would be. */
  readonly tables: readonly TableCount[] | null;
  readonly error: string | null;
}

export interface ReplayRequest {
  readonly id: string;
  readonly projection: string;
  readonly isDryRun: boolean;
  /** For dry runs alone. */
  readonly upTo?: UpTo | undefined;
}

/** Works on rebuilds that were asked for, one at a time per process. */
export interface ReplayJobs {
  start(): void;
  stop(): Promise<void>;
  wake(): void;
  /** Works until nothing is left that could be begun now. */
  drain(): Promise<void>;
}

export interface ReplayJobsOptions {
  readonly workers: UnitOfWork;
  readonly actor: Actor;
  readonly log: Logger;
  /** Projections this process could rebuild. */
  readonly projections: readonly string[];
  /** Facts a rebuild would have to apply. */
  readonly countFacts: (tx: Transaction, projection: string, upTo?: UpTo) => Promise<number>;
  readonly rebuild: (projection: string, options: RebuildOptions) => Promise<Rebuilt>;
  /** Throws away what a rebuild had filled that nobody goes on with. */
  readonly drop: (tx: Transaction, projection: string) => Promise<unknown>;
}

const POLL_MS = 2_000;
const LEASE_MS = 10_000;
const PROGRESS_MS = 500;
/** A rebuild that ended this often before its first fact is not begun again. */
const FRUITLESS_MAX = 3;

const COLUMNS = `id, projection, dry_run as "isDryRun", status, requested_by as "requestedBy",
  requested_at as "requestedAt", started_at as "startedAt", finished_at as "finishedAt", events,
  resumed_events as "resumedEvents", up_to as "upTo", tables, total, error`;

/** Writes a wish down, in the transaction of whoever has it. */
export async function requestReplay(tx: Transaction, request: ReplayRequest): Promise<void> {
  const { id, projection, isDryRun, upTo } = request;
  await tx.query(
    `insert into ${schemaOf(projection)}.replay_job (id, projection, dry_run, requested_by, up_to)
     values ($1, $2, $3, $4, $5)`,
    [id, projection, isDryRun, tx.actor.userId, upTo === undefined ? null : JSON.stringify(upTo)],
  );
}

/** False when there is no such job or it is over. A running one ends at its next page. */
export async function cancelReplay(
  tx: Transaction,
  schemas: readonly string[],
  id: string,
): Promise<boolean> {
  for (const schema of schemas) {
    const rows = await tx.query(
      `update ${schema}.replay_job set is_cancelled = true,
         status = case status when 'QUEUED' then 'CANCELLED' else status end,
         finished_at = case status when 'QUEUED' then clock_timestamp() end
       where id = $1 and status in ('QUEUED', 'RUNNING') returning id`,
      [id],
    );
    if (rows.length > 0) return true;
  }
  return false;
}

/** Newest first, after a place in that order. */
export async function listReplays(
  tx: Transaction,
  schemas: readonly string[],
  { limit, after }: { limit: number; after?: { at: Date; id: string } | undefined },
): Promise<ReplayJob[]> {
  const parts = schemas.map((schema) => `select ${COLUMNS} from ${schema}.replay_job`);
  return tx.query(
    `select * from (${parts.join(' union all ')}) as job
     where $2::timestamptz is null or date_trunc('milliseconds', "requestedAt") < $2
       or (date_trunc('milliseconds', "requestedAt") = $2 and id < $3::uuid)
     order by date_trunc('milliseconds', "requestedAt") desc, id desc limit $1`,
    [limit, after?.at ?? null, after?.id ?? null],
  );
}

export async function readReplay(
  tx: Transaction,
  schemas: readonly string[],
  id: string,
): Promise<ReplayJob | undefined> {
  const parts = schemas.map(
    (schema) => `select ${COLUMNS} from ${schema}.replay_job where id = $1`,
  );
  const [job] = await tx.query<ReplayJob>(parts.join(' union all '), [id]);
  return job;
}

export function createReplayJobs(options: ReplayJobsOptions): ReplayJobs {
  const { workers, actor, log } = options;
  const schemas = [...new Set(options.projections.map(schemaOf))];
  const alarm = new Alarm();
  let stopping = new AbortController();
  let running: Promise<void> | undefined;

  const drain = async (): Promise<void> => {
    for (const schema of schemas) {
      while (!stopping.signal.aborted) {
        const job = await workers.transaction(actor, (tx) =>
          claim(tx, schema, options.projections),
        );
        if (job === undefined) break;
        if (!(await work(options, schema, job, stopping.signal))) break;
      }
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await drain().catch((error: unknown) =>
        log.warn({ err: error }, 'no rebuild could be begun'),
      );
      if (!stopping.signal.aborted) await alarm.sleep(POLL_MS);
    }
  };
  return {
    drain,
    wake: () => alarm.rouse(),
    start() {
      stopping = new AbortController();
      running = loop();
    },
    async stop() {
      stopping.abort();
      alarm.rouse();
      await running;
    },
  };
}

interface Claimed {
  id: string;
  projection: string;
  dry_run: boolean;
  up_to: UpTo | null;
  runs: number;
  is_cancelled: boolean;
}

async function claim(
  tx: Transaction,
  schema: string,
  projections: readonly string[],
): Promise<Claimed | undefined> {
  await tx.query(
    `update ${schema}.replay_job set status = 'FAILED', finished_at = clock_timestamp(),
       error = 'Its process ended ' || fruitless || ' times without a step forward'
     where status = 'RUNNING' and lease_until < clock_timestamp() and fruitless >= $1`,
    [FRUITLESS_MAX],
  );
  const [job] = await tx.query<Claimed>(
    `update ${schema}.replay_job set status = 'RUNNING', runs = runs + 1, fruitless = fruitless + 1,
       started_at = clock_timestamp(),
       lease_until = clock_timestamp() + $2 * interval '1 millisecond'
     where id = (select id from ${schema}.replay_job
       where (status = 'QUEUED' or status = 'RUNNING' and lease_until < clock_timestamp())
         and projection = any ($1) order by requested_at limit 1 for update skip locked)
     returning id, projection, dry_run, up_to, runs, is_cancelled`,
    [projections, LEASE_MS],
  );
  return job;
}

/** False when somebody else fills the same tables: later. */
async function work(
  options: ReplayJobsOptions,
  schema: string,
  claimed: Claimed,
  stopping: AbortSignal,
): Promise<boolean> {
  const { workers, actor } = options;
  const { id, projection } = claimed;
  const ledger = ledgerOf(options, schema, claimed);
  const cancelled = new AbortController();
  const signal = AbortSignal.any([cancelled.signal, stopping]);
  const drop = (): Promise<unknown> =>
    workers.transaction(actor, (tx) => options.drop(tx, projection));
  const beat = setInterval(() => {
    ledger.report().then(
      (goesOn) => goesOn || cancelled.abort(),
      (error: unknown) => options.log.warn({ err: error, job: id }, 'progress not written'),
    );
  }, PROGRESS_MS);
  try {
    if (claimed.is_cancelled) cancelled.abort();
    signal.throwIfAborted();
    const upTo = claimed.up_to ?? undefined;
    const total = await workers.transaction(
      actor,
      (tx) => options.countFacts(tx, projection, upTo),
      { readOnly: true, statementTimeoutMs: 60_000 },
    );
    if (!(await ledger.report({ total }))) cancelled.abort();
    signal.throwIfAborted();
    const { tables } = await options.rebuild(projection, {
      dryRun: claimed.dry_run,
      upTo,
      signal,
      keepsOnAbort: true,
      onProgress: ledger.applied,
      onResumed: ledger.resumed,
    });
    clearInterval(beat);
    await ledger.finish('DONE', { tables: claimed.dry_run ? tables : null });
  } catch (error) {
    clearInterval(beat);
    if (error instanceof RebuildBusy) {
      await ledger.finish('QUEUED', {});
      return false;
    }
    // A process that goes down leaves the job, and what it has filled, to another one.
    if (stopping.aborted) await ledger.finish('QUEUED', {});
    else if (cancelled.signal.aborted) {
      await drop();
      await ledger.finish('CANCELLED', {});
    } else await ledger.finish('FAILED', { error: errorText(error) });
  }
  return true;
}

/** What a job's row tells, as long as this process has it. */
function ledgerOf({ workers, actor }: ReplayJobsOptions, schema: string, { id, runs }: Claimed) {
  let events: number | null = null;
  let resumedEvents: number | null = null;
  const isForward = (): boolean => (events ?? 0) > (resumedEvents ?? 0);
  return {
    applied: (n: number): void => void (events = n),
    resumed: (n: number): void => void (events = resumedEvents = n),
    /** False once the job was cancelled or another process took it over. */
    report: ({ total = null }: { total?: number | null } = {}): Promise<boolean> =>
      workers.transaction(actor, async (tx) => {
        const [row] = await tx.query<{ is_cancelled: boolean }>(
          `update ${schema}.replay_job set events = coalesce($3, events),
             resumed_events = coalesce($6, resumed_events), total = coalesce($4, total),
             fruitless = case when $7 then 0 else fruitless end,
             lease_until = clock_timestamp() + $5 * interval '1 millisecond'
           where id = $1 and runs = $2 and status = 'RUNNING' returning is_cancelled`,
          [id, runs, events, total, LEASE_MS, resumedEvents, isForward()],
        );
        return row?.is_cancelled === false;
      }),
    finish: (
      status: 'DONE' | 'QUEUED' | 'CANCELLED' | 'FAILED',
      {
        error = null,
        tables = null,
      }: { error?: string | null; tables?: readonly TableCount[] | null },
    ): Promise<unknown> =>
      workers.transaction(actor, (tx) =>
        tx.query(
          `update ${schema}.replay_job set status = $3, error = $4, events = coalesce($5, events),
             resumed_events = coalesce($7, resumed_events), tables = $6, fruitless = case when $3 = 'QUEUED' then 0 else fruitless end,
             lease_until = case $3 when 'QUEUED' then null else lease_until end,
             finished_at = case $3 when 'QUEUED' then null else clock_timestamp() end
           where id = $1 and runs = $2 and status = 'RUNNING'`,
          [
            id,
            runs,
            status,
            error,
            events,
            tables === null ? null : JSON.stringify(tables),
            resumedEvents,
          ],
        ),
      ),
  };
}
