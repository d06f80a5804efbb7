import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemActor } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { createLogger } from '#kernel/telemetry';
import {
  counters,
  createTestDatabase,
  eventually,
  pagesTouched,
  type TestDatabase,
} from '#kernel/testing';
import { readHistory } from './history.ts';
import { measureLag } from './lag.ts';
import { readLog } from './log.ts';
import { keepingState } from './nightly.ts';
import { createPostgresLog } from './postgres-log.ts';
import { readFloor } from './segments.ts';
import { PLANNER } from './taking.ts';

/** Rows of the log with one fact each. */
const FACTS = { young: 50, old: 5_000 } as const;
/** Levels that an index may grow by. */
const PAGES_MORE_MAX = 20;
const BEHIND = 3;
const CONSUMER = { name: 'counters.test', source: 'counters', shard: 0 } as const;
const job = systemActor('test', ['DE']);
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
});
afterAll(() => db.close());

/** As if each had been recorded and logged by itself; all but the last few are handled and sealed. */
async function recordUpTo(facts: number): Promise<void> {
  await db.admin(
    `do $$ begin
       for n in (select coalesce(max(seq), 0) + 1 from counters.event) .. ${facts} loop
         insert into counters.event (seq, id, aggregate_type, aggregate_id, version, type,
             schema_version, time, actor, correlation_id, data)
           values (n, gen_random_uuid(), 'counter', gen_random_uuid(), 1, 'counter.opened', 1, now(),
             gen_random_uuid(), 'test', '{"territory": "DE"}');
         commit;
       end loop;
     end $$`,
  );
  // A transaction of another database of this server, open all the while, would leave every fact in doubt.
  await eventually(async () => {
    const [row] = await db.admin<{ settled: boolean }>(
      `select pg_snapshot_xmin(pg_current_snapshot()) > max(xid) as settled from counters.event`,
    );
    expect(row?.settled).toBe(true);
  });
  await db.admin(
    `do $$ begin
       for n in (select coalesce(max(first_position), 0) + 1 from counters.log) .. ${facts} loop
         insert into counters.log (first_position, prev, n, seqs, snap)
           values (n, n - 1, 1, array[n], pg_current_snapshot());
         commit;
       end loop;
     end $$`,
  );
  await db.admin(`select setval('counters.event_seq', $1)`, [facts]);
  await db.admin(
    `insert into counters.consumer (name, source, types, position) values ($1, $2, '{}', $3)
     on conflict (name, source, shard) do update set position = excluded.position`,
    [CONSUMER.name, CONSUMER.source, facts - BEHIND],
  );
  await db.admin(
    `insert into counters.seal (to_position, n, hash, previous, marks, key_id, signature)
     values ($1, $1, sha256($2), sha256($2), $2, 'test', $2)`,
    [facts - BEHIND, Buffer.alloc(8, facts % 251)],
  );
}

/** Asked under the rights and with the plans of the process. */
async function pagesOf(
  work: (tx: Transaction) => Promise<unknown>,
  settings = 'set plan_cache_mode = force_generic_plan',
): Promise<number> {
  const connection = await db.database.connect('cost');
  try {
    await connection.client.query(settings);
    return (await connection.transaction(job, (tx) => pagesTouched(tx, work))).pages;
  } finally {
    await connection.close();
  }
}

async function measure(facts: number): Promise<Record<string, number>> {
  const after = facts - BEHIND;
  const lag = async (tx: Transaction): Promise<void> => {
    const [state] = await measureLag(tx, [CONSUMER], new Map());
    expect(state?.lagEvents).toBe(BEHIND);
  };
  const counted = async (tx: Transaction): Promise<void> => {
    const { countAfter } = createPostgresLog({
      database: db.database,
      workers: { transaction: (_actor, work) => work(tx) },
      actor: job,
      modules: ['counters'],
      log: createLogger({ level: 'silent' }),
      ledTo: () => undefined,
      onWake: () => {},
    });
    expect(await countAfter('counters', after)).toBe(BEHIND);
  };
  const mark = { seq: after, xmax: '0' };
  return {
    page: await pagesOf(async (tx) =>
      expect(await readLog(tx, 'counters', after, 100)).toHaveLength(BEHIND),
    ),
    history: await pagesOf(async (tx) =>
      expect(await readHistory(tx, 'counters', after, 100)).toHaveLength(BEHIND),
    ),
    lag: await pagesOf(lag),
    counted: await pagesOf(counted),
    sealed: await pagesOf(async (tx) =>
      expect((await keepingState(tx, 'counters')).unsealed).toBe(BEHIND),
    ),
    floor: await pagesOf(async (tx) => {
      const { floor } = await readFloor(tx, 'counters', mark);
      expect(floor).toBe(after);
    }, PLANNER),
  };
}

test('what reads at the end of a log touches no more pages after 5,000 rows of it than after 50', async () => {
  await db.admin(
    `insert into counters.log_control (system_identifier, timeline)
     select system_identifier, 1 from pg_control_system() on conflict do nothing`,
  );
  await recordUpTo(FACTS.young);
  const young = await measure(FACTS.young);
  await recordUpTo(FACTS.old);
  const old = await measure(FACTS.old);
  const growth = Object.entries(old).map(([name, pages]) => [name, pages - (young[name] ?? 0)]);
  const told = JSON.stringify({ young, old });
  for (const [name, more] of growth) expect(more, `${name}: ${told}`).toBeLessThan(PAGES_MORE_MAX);
}, 60_000);
