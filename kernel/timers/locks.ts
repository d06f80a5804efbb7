import pg from 'pg';
import type { Logger } from '#kernel/telemetry';

/** Who of all processes holds jobs, so that those of a killed one are free at once. */
export interface Locks {
  start(): Promise<void>;
  /** From now on jobs locked under this name are this process's. */
  hold(name: string): void;
  stop(): Promise<void>;
}

const SWEEP_MS = 5_000;

const HOLD = 'select pg_advisory_lock(hashtextextended($1, 0))';
const RELEASE_DEAD = `
  with holder as (
    select locked_by as name from graphile_worker._private_jobs where locked_by is not null
    union select locked_by from graphile_worker._private_job_queues where locked_by is not null
  ), dead as materialized (
    select name from holder
    where name is distinct from $1 and pg_try_advisory_xact_lock(hashtextextended(name, 0))
  )
  select graphile_worker.force_unlock_workers(array_agg(name)) from dead having count(*) > 0`;

/**
 * The job table keeps what a killed process had locked for four hours, and a timer's queue with it.
 * Here a connection holds an advisory lock for as long as the process lives; jobs whose holder has
 * none are given back.
 */
export function createLocks({ url, log }: { url: string; log: Logger }): Locks {
  let client: pg.Client | undefined;
  let own: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  const connected = async (): Promise<pg.Client> => {
    if (client !== undefined) return client;
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'timers',
      keepAlive: true,
    });
    const lost = (): void => {
      if (client === fresh) client = undefined;
    };
    fresh.on('error', lost).on('end', lost);
    await fresh.connect();
    client = fresh;
    if (own !== undefined) await fresh.query(HOLD, [own]);
    return fresh;
  };
  const sweep = async (): Promise<void> => {
    try {
      const { rowCount } = await (await connected()).query(RELEASE_DEAD, [own ?? null]);
      if (rowCount !== 0) log.warn('jobs of a process that died are free again');
    } catch (error) {
      log.warn({ err: error }, 'the job table could not be looked through');
    }
  };

  return {
    async start() {
      await connected();
      timer = setInterval(() => void sweep(), SWEEP_MS);
    },
    hold(name) {
      own = name;
      // Sent before the first job is asked for; when it is lost, the next sweep holds again.
      client?.query(HOLD, [name]).catch(() => {});
      void sweep();
    },
    async stop() {
      clearInterval(timer);
      await client?.end();
    },
  };
}
