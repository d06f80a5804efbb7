import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import {
  added,
  count,
  counters,
  createTestDatabase,
  eventually,
  opened,
  tallies,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';

const CHILD = join(import.meta.dirname, '../../kernel/testing/crash-child.ts');
const COUNTERS = 200;
const FACTS_EACH = 40;
const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const boss = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
const children: ChildProcess[] = [];
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
  const facts = [opened(), ...Array.from({ length: FACTS_EACH - 1 }, () => added())];
  for (let n = 0; n < COUNTERS; n += 1) {
    await db.database.transaction(berlin, (tx) => count(tx, randomUUID(), facts));
  }
  const backbone = testBackbone(db, { modules: [counters, tallies] });
  await backbone.start();
  await backbone.settled({ timeoutMs: 60_000 });
  await backbone.stop();
}, 120_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await db.close();
});

function start(): ChildProcess {
  const child = spawn(process.execPath, [CHILD, db.appUrl], { stdio: 'inherit' });
  children.push(child);
  return child;
}

const tallied = () => db.admin('select * from tallies.tally order by counter_id');

interface Job {
  status: string;
  events: string;
  resumed_events: string;
  runs: number;
}

/** Every page takes a while, so that a process can be killed between two of them. */
async function slowPages(): Promise<() => Promise<unknown>> {
  await db.admin(`create function tallies.take_time() returns trigger language plpgsql
    as $$ begin perform pg_sleep(0.2); return new; end $$`);
  await db.admin(`create trigger take_time after update on tallies.generation for each row
    when (new.events > old.events) execute function tallies.take_time()`);
  return () => db.admin('drop function tallies.take_time() cascade');
}

test('I11, F-23: a rebuild whose process is killed goes on where it stood, readers see all rows', async () => {
  const lived = await tallied();
  const { operations } = testBackbone(db, { modules: [counters, tallies] });
  const id = randomUUID();
  await db.database.transaction(boss, (tx) =>
    operations.requestReplay(tx, { id, projection: 'tallies.tally', isDryRun: false }),
  );
  let fewest = Infinity;
  const stop = new AbortController();
  const looking = (async () => {
    while (!stop.signal.aborted) {
      const seen = await db.database.transaction(berlin, (tx) =>
        tx.query<{ n: number }>('select count(*) as n from tallies.tally'),
      );
      fewest = Math.min(fewest, seen[0]?.n ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const goOn = await slowPages();
  const first = start();
  const applied = async (): Promise<number> => {
    const [row] = await db.admin<{ events: string }>('select events from tallies.generation');
    return Number(row?.events ?? 0);
  };
  await eventually(async () => expect(await applied()).toBeGreaterThan(0), {
    timeoutMs: 30_000,
    intervalMs: 2,
  });
  const ended = new Promise((resolve) => first.once('close', resolve));
  first.kill('SIGKILL');
  await ended;
  await goOn();
  const stood = await applied();
  expect(stood).toBeGreaterThan(0);
  expect(stood).toBeLessThan(COUNTERS * FACTS_EACH);
  expect(await tallied()).toEqual(lived);

  start();
  const jobOf = async (): Promise<Job | undefined> =>
    (await db.admin<Job>('select * from tallies.replay_job where id = $1', [id]))[0];
  await eventually(async () => expect(await jobOf()).toMatchObject({ status: 'DONE' }), {
    timeoutMs: 45_000,
  });
  stop.abort();
  await looking;
  const job = await jobOf();
  expect(Number(job?.resumed_events)).toBe(stood);
  expect(Number(job?.events)).toBe(COUNTERS * FACTS_EACH);
  expect(job?.runs).toBeGreaterThanOrEqual(2);
  expect(await tallied()).toEqual(lived);
  expect(fewest).toBe(lived.length);
  expect(await db.admin('select from tallies.generation')).toEqual([]);
  process.stdout.write(`rebuild: killed after ${stood} of ${COUNTERS * FACTS_EACH} facts\n`);
}, 120_000);
