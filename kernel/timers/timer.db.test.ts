import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Context } from '#kernel/events';
import type { Service } from '#kernel/service';
import { createLogger } from '#kernel/telemetry';
import { createTestDatabase, eventually, type TestDatabase } from '#kernel/testing';
import { createTimers, defineTimer } from './index.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ modules: [] });
});
afterAll(() => db.close());

function timersOf(names: readonly string[]): { service: Service; runs: string[] } {
  const runs: string[] = [];
  const timers = names.map((name) =>
    defineTimer({ name, everyMinutes: 60, run: async () => void runs.push(name) }),
  );
  const log = createLogger({ level: 'silent' });
  const contextOf = (): Context => ({}) as Context;
  return { runs, service: createTimers({ url: db.jobsUrl, timers, contextOf, log }) };
}

/** As a process leaves it that is killed in the middle, or is still at it. */
async function lockQueue(name: string, holder: string): Promise<void> {
  await db.admin(`select graphile_worker.add_job($1, queue_name := $1)`, [name]);
  await db.admin(
    `with queue as (
       update graphile_worker._private_job_queues set locked_at = now(), locked_by = $2
       where queue_name = $1 returning id
     )
     update graphile_worker._private_jobs j set locked_at = now(), locked_by = $2
     from queue where j.job_queue_id = queue.id`,
    [name, holder],
  );
}

it('runs at once what a killed process had begun, and leaves alone what a living one is at', async () => {
  const [dead, busy] = [`test.dead-${randomUUID()}`, `test.busy-${randomUUID()}`];
  const before = timersOf([dead, busy]);
  await before.service.start();
  await eventually(() => expect(before.runs.toSorted()).toEqual([busy, dead]));
  await before.service.stop();

  const living = new pg.Client({ connectionString: db.jobsUrl });
  await living.connect();
  await living.query(`select pg_advisory_lock(hashtextextended('pool-living', 0))`);
  await lockQueue(dead, 'pool-dead');
  await lockQueue(busy, 'pool-living');

  const after = timersOf([dead, busy]);
  await after.service.start();
  await eventually(() => expect(after.runs).toContain(dead), { timeoutMs: 10_000 });
  expect(after.runs).not.toContain(busy);

  await living.end();
  await eventually(() => expect(after.runs).toContain(busy), { timeoutMs: 15_000 });
  await after.service.stop();
});
