import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import { added, count, counters, createTestDatabase, type TestDatabase } from '#kernel/testing';
import { readLog } from './log.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const job = systemActor('test', ['DE']);
/** Facts of the batches of a log with two leaders, the second far behind the first. */
const BATCHES = [1, 1, 7, 2, 30, 1, 1, 1, 16];
const SECOND_LEADER_FROM = 5;
let db: TestDatabase;
const logged: { position: number; seq: number }[] = [];

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
  const total = BATCHES.reduce((sum, n) => sum + n, 0);
  const facts = await db.database.transaction(berlin, (tx) =>
    count(
      tx,
      randomUUID(),
      Array.from({ length: total }, () => added()),
    ),
  );
  const seqs = facts.map(({ seq }) => seq);
  let prev = 0;
  let next = 1;
  for (const [index, n] of BATCHES.entries()) {
    if (index === SECOND_LEADER_FROM) next += 1_000_000;
    const batch = seqs.splice(0, n);
    await db.admin(
      `insert into counters.log (first_position, prev, n, seqs, snap)
       values ($1, $2, $3, $4, pg_current_snapshot())`,
      [next, prev, n, batch],
    );
    logged.push(...batch.map((seq, at) => ({ position: next + at, seq })));
    prev = next;
    next += n;
  }
});
afterAll(() => db.close());

test('every page of a log with small and large batches is the part that a look at all of it shows', async () => {
  const places = [0, ...logged.map(({ position }) => position), 500_000, 2_000_000];
  for (const after of places) {
    for (const limit of [1, 3, 10, 1_000]) {
      const rows = await db.database.transaction(job, (tx) =>
        readLog(tx, 'counters', after, limit),
      );
      const expected = logged.filter(({ position }) => position > after).slice(0, limit);
      const found = rows.map(({ position, seq }) => ({ position, seq }));
      expect(found, `${limit} after ${after}`).toEqual(expected);
    }
  }
});
