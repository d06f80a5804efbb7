import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import {
  added,
  count,
  counters,
  createTestDatabase,
  eventually,
  rowsAfter,
  tallies,
  testBackbone,
  type CounterEvent,
  type TestDatabase,
} from '#kernel/testing';
import { defineProjection, type AnyEvent, type Backbone, type Recorded } from './index.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const IDS = Array.from({ length: 4 }, () => randomUUID());
let db: TestDatabase;
let backbone: Backbone | undefined;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
});
afterEach(() => backbone?.stop());
afterAll(() => db.close());

/** A log of a few counters, cut into batches; some facts come again, as after a crash. */
const histories = fc
  .array(fc.record({ at: fc.nat(3), amount: fc.integer({ min: -5, max: 9 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .chain((steps) =>
    fc.record({
      facts: fc.constant(factsOf(steps)),
      ends: fc.array(fc.nat(steps.length), { maxLength: 8 }),
      backwards: fc.nat(6),
    }),
  );

function factsOf(steps: readonly { at: number; amount: number }[]): Recorded<AnyEvent>[] {
  const versions = new Map<number, number>();
  return steps.map(({ at, amount }, index) => {
    const version = (versions.get(at) ?? 0) + 1;
    versions.set(at, version);
    const event: CounterEvent =
      version === 1 ? { type: 'counter.opened', data: { territory: 'DE' } } : added(amount);
    const territory = amount % 3 === 0 ? 'AT' : 'DE';
    return { ...event, aggregateId: IDS[at], version, territory, position: index + 1 } as never;
  });
}

test('facts handled together leave the rows that they leave one by one, however they are cut', async () => {
  const projections = [...counters.projections, ...tallies.projections.slice(0, 1)];
  await fc.assert(
    fc.asyncProperty(histories, async ({ facts, ends, backwards }) => {
      const cuts = [...new Set([0, ...ends, facts.length])].toSorted((a, b) => a - b);
      const batches = cuts
        .slice(1)
        .map((end, n) => facts.slice(Math.max(0, (cuts[n] ?? 0) - backwards), end));
      for (const projection of projections) {
        const alone = await rowsAfter(
          db.database,
          projection,
          facts.map((fact) => [fact]),
        );
        expect(await rowsAfter(db.database, projection, batches)).toEqual(alone);
      }
    }),
    { numRuns: 40 },
  );
});

test('what cannot be handled together is handled one by one, and only the culprit is set aside', async () => {
  const [bad, good] = [randomUUID(), randomUUID()];
  const batches: number[] = [];
  const projection = defineProjection<CounterEvent>({
    ...tallies.projections[0],
    name: 'tallies.tally',
    tables: ['tallies.tally'],
    on: {
      'counter.added': async (event, tx) => {
        if (event.aggregateId === bad) throw new Error('not this one');
        await tallies.projections[0]?.on['counter.added']?.(event, tx);
      },
    },
    onMany: (events) => {
      batches.push(events.length);
      return Promise.reject(new Error('not together'));
    },
  });
  for (const id of [good, bad, good, bad, good]) {
    await db.database.transaction(berlin, (tx) => count(tx, id, [added(2)]));
  }
  backbone = testBackbone(db, {
    modules: [counters, { ...tallies, projections: [projection] }],
    attemptsMax: 1,
  });
  await backbone.start();
  await eventually(async () => {
    const rows = await db.admin('select total, version from tallies.tally where counter_id = $1', [
      good,
    ]);
    expect(rows).toEqual([{ total: 6, version: 3 }]);
    const parked = await db.admin(
      `select aggregate_id, count(*)::int as n from tallies.dead_letter where status = 'PARKED' group by 1`,
    );
    expect(parked).toEqual([{ aggregate_id: bad, n: 2 }]);
  });
  expect(Math.max(...batches)).toBe(5);
});
