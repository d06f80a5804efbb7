import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import {
  added,
  count,
  counters,
  createTestDatabase,
  eventually,
  tallies,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import type { Backbone } from '#kernel/events';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const job = systemActor('test', ['DE']);
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies], poolSizeMax: 14 });
});
afterAll(() => db.close());

/** What one writer does: appends, holds its transaction open for a while, commits or gives up. */
interface Step {
  readonly aggregate: number;
  readonly facts: number;
  readonly holdMs: number;
  readonly commits: boolean;
  readonly keyed: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  aggregate: fc.nat(9),
  facts: fc.integer({ min: 1, max: 3 }),
  holdMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(25)),
  commits: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  keyed: fc.boolean(),
});

/** Twelve writers, each with its own list of steps; now and then a leader is stopped. */
const history = fc.record({
  writers: fc.array(fc.array(step, { minLength: 3, maxLength: 12 }), {
    minLength: 12,
    maxLength: 12,
  }),
  leaderStops: fc.array(fc.nat(60), { maxLength: 3 }),
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('whatever writers, rollbacks and leaders do: acknowledged = stored = logged = handled, once and in order', async () => {
  const seed = Number(process.hrtime.bigint() % 2_147_483_647n);
  let acknowledgedTotal = 0;
  await fc.assert(
    fc.asyncProperty(history, async ({ writers, leaderStops }) => {
      const ids = Array.from({ length: 10 }, () => randomUUID());
      const acknowledged = new Set<string>();
      const given: string[] = [];
      const leaders = [backbone(), backbone(), backbone()];
      await Promise.all(leaders.map((each) => each.start()));
      const writing = Promise.all(
        writers.map((steps) => writeAll(steps, ids, acknowledged, given)),
      );
      for (const delayMs of leaderStops) {
        await pause(delayMs);
        await leaders.shift()?.stop();
        const next = backbone();
        await next.start();
        leaders.push(next);
      }
      await writing;
      await eventually(async () => expect(await logged(ids)).toHaveLength(acknowledged.size), {
        timeoutMs: 10_000,
      });
      await eventually(async () => expect(await tallied(ids)).toEqual(await stored(ids)), {
        timeoutMs: 15_000,
      });
      const events = await logged(ids);
      expect(events.map((each) => each.id).toSorted()).toEqual([...acknowledged].toSorted());
      for (const id of ids) {
        const versions = events
          .filter((each) => each.aggregate_id === id)
          .map((each) => each.version);
        expect(versions).toEqual(versions.map((_, index) => index + 1));
      }
      expect(given.filter((id) => acknowledged.has(id))).toEqual([]);
      acknowledgedTotal += acknowledged.size;
      await Promise.all(leaders.map((each) => each.stop()));
    }),
    { seed, numRuns: 6, endOnFailure: true },
  );
  process.stdout.write(`history: seed ${seed}, ${acknowledgedTotal} facts acknowledged\n`);
}, 120_000);

function backbone(): Backbone {
  return testBackbone(db, { modules: [counters, tallies] });
}

async function writeAll(
  steps: readonly Step[],
  ids: readonly string[],
  acknowledged: Set<string>,
  given: string[],
): Promise<void> {
  for (const each of steps) {
    const facts = Array.from({ length: each.facts }, () => added());
    const key = each.keyed ? { key: randomUUID() } : {};
    let written: string[] = [];
    const write = () =>
      db.database.transaction(berlin, async (tx) => {
        const recorded = await count(tx, ids[each.aggregate] ?? '', facts, key);
        written = recorded.map((event) => event.id);
        await pause(each.holdMs);
        if (!each.commits) throw new Error('given up');
      });
    try {
      await write();
      // A repeated key answers with the same facts and records nothing.
      if (each.keyed) await write();
      for (const id of written) acknowledged.add(id);
    } catch (error) {
      if (!(error instanceof Error && error.message === 'given up')) throw error;
      given.push(...written);
    }
  }
}

interface LoggedRow {
  id: string;
  aggregate_id: string;
  version: number;
}

/** In log order; a fact logged twice is there twice. */
function logged(ids: readonly string[]): Promise<LoggedRow[]> {
  return db.admin(
    `select e.id, e.aggregate_id, e.version
     from counters.log l cross join lateral unnest(l.seqs) with ordinality as s (seq, ord)
     join counters.event e on e.seq = s.seq where e.aggregate_id = any ($1)
     order by l.first_position, s.ord`,
    [ids],
  );
}

const stored = (ids: readonly string[]) =>
  db.admin(
    `select aggregate_id as id, count(*)::int as total, max(version) as version from counters.event
     where aggregate_id = any ($1) group by 1 order by 1`,
    [ids],
  );

const tallied = (ids: readonly string[]) =>
  db.database.transaction(job, (tx) =>
    tx.query(
      `select counter_id as id, total, version from tallies.tally where counter_id = any ($1) order by 1`,
      [ids],
    ),
  );
