import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import { errorText } from './checkpoint.ts';
import { schemaOf } from './leases.ts';
import { Alarm } from './retry.ts';
import type { RebuildOptions, Rebuilt } from './rebuild.ts';

export interface ReplayJob {
  readonly id: string;
  readonly projection: string;
  readonly isDryRun: boolean;
  readonly status: 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED';
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Facts applied so far. */
  readonly events: number;
  /** Facts there were to apply when it began; null before. */
  readonly total: number | null;
  readonly error: string | null;
}

export interface ReplayRequest {
  readonly id: string;
  readonly projection: string;
  readonly isDryRun: boolean;
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
  readonly countFacts: (tx: Transaction, projection: string) => Promise<number>;
  readonly rebuild: (
    projection: string,
    options: Omit<RebuildOptions, 'sources'>,
  ) => Promise<Rebuilt>;
}

const POLL_MS = 2_000;
const LEASE_MS = 10_000;
const PROGRESS_MS = 500;
/** A rebuild that took its process down this often is not begun again. */
const RUNS_MAX = 3;

const COLUMNS = `id, projection, dry_run as "isDryRun", status, requested_by as "requestedBy",
  requested_at as "requestedAt", started_at as "startedAt", finished_at as "finishedAt", events,
  total, error`;

/** Writes a wish down, in the transaction of whoever has it. */
export async function requestReplay(tx: Transaction, request: ReplayRequest): Promise<void> {
  const { id, projection, isDryRun } = request;
  await tx.query(
    `insert into ${schemaOf(projection)}.replay_job (id, projection, dry_run, requested_by)
     values ($1, $2, $3, $4)`,
    [id, projection, isDryRun, tx.actor.userId],
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
        await work(options, schema, job, stopping.signal);
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
  runs: number;
}

async function claim(
  tx: Transaction,
  schema: string,
  projections: readonly string[],
): Promise<Claimed | undefined> {
  await tx.query(
    `update ${schema}.replay_job set status = 'FAILED', finished_at = clock_timestamp(),
       error = 'Its process ended ' || runs || ' times'
     where status = 'RUNNING' and lease_until < clock_timestamp() and runs >= $1`,
    [RUNS_MAX],
  );
  const [job] = await tx.query<Claimed>(
    `update ${schema}.replay_job set status = 'RUNNING', runs = runs + 1, events = 0,
       started_at = clock_timestamp(),
       lease_until = clock_timestamp() + $2 * interval '1 millisecond'
     where id = (select id from ${schema}.replay_job
       where (status = 'QUEUED' or status = 'RUNNING' and lease_until < clock_timestamp())
         and projection = any ($1) order by requested_at limit 1 for update skip locked)
     returning id, projection, dry_run, runs`,
    [projections, LEASE_MS],
  );
  return job;
}

async function work(
  { workers, actor, log, countFacts, rebuild }: ReplayJobsOptions,
  schema: string,
  { id, projection, dry_run: dryRun, runs }: Claimed,
  stopping: AbortSignal,
): Promise<void> {
  const cancelled = new AbortController();
  const signal = AbortSignal.any([cancelled.signal, stopping]);
  let events = 0;
  /** Tells how far it is; false once it was cancelled or another process took it over. */
  const report = (total: number | null): Promise<boolean> =>
    workers.transaction(actor, async (tx) => {
      const [row] = await tx.query<{ is_cancelled: boolean }>(
        `update ${schema}.replay_job set events = $3, total = coalesce($4, total),
           lease_until = clock_timestamp() + $5 * interval '1 millisecond'
         where id = $1 and runs = $2 and status = 'RUNNING' returning is_cancelled`,
        [id, runs, events, total, LEASE_MS],
      );
      return row?.is_cancelled === false;
    });
  const finish = (status: string, error: string | null): Promise<unknown> =>
    workers.transaction(actor, (tx) =>
      tx.query(
        `update ${schema}.replay_job set status = $3, error = $4, events = $5,
           lease_until = case $3 when 'QUEUED' then null else lease_until end,
           finished_at = case $3 when 'QUEUED' then null else clock_timestamp() end
         where id = $1 and runs = $2 and status = 'RUNNING'`,
        [id, runs, status, error, events],
      ),
    );
  const beat = setInterval(() => {
    report(null).then(
      (goesOn) => goesOn || cancelled.abort(),
      (error: unknown) => log.warn({ err: error, projection }, 'progress not written'),
    );
  }, PROGRESS_MS);
  try {
    const total = await workers.transaction(actor, (tx) => countFacts(tx, projection), {
      readOnly: true,
      statementTimeoutMs: 60_000,
    });
    if (!(await report(total))) cancelled.abort();
    signal.throwIfAborted();
    const onProgress = (applied: number): void => void (events = applied);
    const rebuilt = await rebuild(projection, { dryRun, signal, onProgress });
    events = rebuilt.events;
    clearInterval(beat);
    await finish('DONE', null);
  } catch (error) {
    clearInterval(beat);
    // A process that goes down leaves the job to another one.
    if (stopping.aborted) await finish('QUEUED', null);
    else if (cancelled.signal.aborted) await finish('CANCELLED', null);
    else await finish('FAILED', errorText(error));
  }
}
