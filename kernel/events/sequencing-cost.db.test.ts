import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemActor } from '#kernel/access';
import { createLogger } from '#kernel/telemetry';
import { counters, createTestDatabase, type TestDatabase } from '#kernel/testing';
import { createLogHead } from './log-head.ts';
import { PLANNER, statementOf } from './taking.ts';

/** Levels that an index may grow by, with room for a page of each that was split. */
const PAGES_MORE_MAX = 20;
const NEW_FACTS = 10;
let db: TestDatabase;

beforeEach(async () => {
  db = await createTestDatabase({ modules: [counters] });
});
afterEach(() => db.close());

/** Facts as by commands of one fact each, every one in a transaction of its own. */
async function record(facts: number): Promise<void> {
  await db.admin(
    `do $$ begin
       for n in 1 .. ${facts} loop
         insert into counters.event (id, aggregate_type, aggregate_id, version, type, schema_version,
             time, actor, correlation_id, data)
           values (gen_random_uuid(), 'counter', gen_random_uuid(), 1, 'counter.opened', 1, now(),
             gen_random_uuid(), 'test', '{"territory": "DE"}');
         commit;
       end loop;
     end $$`,
  );
}

async function logThem(): Promise<void> {
  const head = createLogHead({
    database: db.database,
    module: 'counters',
    actor: systemActor('test', ['DE']),
    log: createLogger({ level: 'silent' }),
  });
  await head.start();
  await head.tick();
  await head.stop();
}

interface Plan {
  'Actual Rows': number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
}

/** Pages that one look of the log head touches, planned as it plans; undone afterwards. */
async function pagesOfOneLook(): Promise<{ pages: number; facts: number }> {
  const connection = await db.database.connect('cost');
  try {
    await connection.client.query(PLANNER);
    await connection.client.query(
      `prepare look (bigint, xid8, xid8[], bigint, bigint) as ${statementOf('counters').text}`,
    );
    const [last] = await db.admin<{ end: string; prev: string; lo: string }>(
      `select first_position + n + 1000000 as end, first_position as prev,
         pg_snapshot_xmax(snap)::text as lo from counters.log order by first_position desc limit 1`,
    );
    return await connection
      .transaction(systemActor('test', ['DE']), async (tx) => {
        const [row] = await tx.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `explain (analyze, buffers, format json)
           execute look (0, '${last?.lo}', '{}', ${last?.end}, ${last?.prev})`,
        );
        const plan = row?.['QUERY PLAN'][0].Plan;
        if (plan === undefined) throw new Error('There is no plan');
        throw Object.assign(new Error('undone'), {
          measured: {
            pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
            facts: plan['Actual Rows'],
          },
        });
      })
      .catch((error: { measured?: { pages: number; facts: number } }) => {
        if (error.measured === undefined) throw error;
        return error.measured;
      });
  } finally {
    await connection.close();
  }
}

test('I18: a look of the log head touches no more pages after 100,000 facts than after 1,000', async () => {
  const measured: Record<string, { pages: number; facts: number }> = {};
  for (const [name, history] of [
    ['young', 1_000],
    ['old', 99_000],
  ] as const) {
    await record(history);
    await logThem();
    measured[`${name}, idle`] = await pagesOfOneLook();
    await record(NEW_FACTS);
    measured[`${name}, busy`] = await pagesOfOneLook();
  }
  const facts = Object.values(measured).map((each) => each.facts);
  expect(facts).toEqual([0, NEW_FACTS, 0, NEW_FACTS]);
  const growth = (state: 'idle' | 'busy'): number =>
    (measured[`old, ${state}`]?.pages ?? Infinity) -
    (measured[`young, ${state}`]?.pages ?? -Infinity);
  expect(growth('idle'), JSON.stringify(measured)).toBeLessThanOrEqual(PAGES_MORE_MAX);
  expect(growth('busy'), JSON.stringify(measured)).toBeLessThanOrEqual(PAGES_MORE_MAX);
  process.stdout.write(`cost of a look: ${JSON.stringify(measured)}\n`);
}, 120_000);
