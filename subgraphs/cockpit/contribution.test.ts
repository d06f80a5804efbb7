import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  WHOLE_TERRITORY,
  contributionOf,
  counterKey,
  differenceBetween,
  rowTables,
  type Difference,
} from './contribution.ts';
import { unknownLead, withActivity, withFollowUp, withTask, type Lead } from './lead.ts';

const at = (day: number, time = '08:30'): string =>
  `2025-09-${String(day).padStart(2, '0')}T${time}:00.000Z`;
const held: Lead = {
  ...unknownLead,
  status: 'ACTIVE',
  territory: 'DE',
  ownerId: 'anna',
  collaboratorIds: ['ben'],
  registeredAt: at(1),
};
const scopesOf = (lead: Lead): string[] => [
  ...new Set([...contributionOf('lead', lead).counters.values()].map((row) => row.user_id)),
];

test('a lead counts for its owner, its collaborators and its territory, each once', () => {
  expect(scopesOf(held)).toEqual([WHOLE_TERRITORY, 'anna', 'ben']);
  expect(scopesOf({ ...held, collaboratorIds: ['anna', 'ben', 'ben'] })).toHaveLength(3);
});

test('a lead without owner counts for its territory alone', () => {
  expect(scopesOf({ ...held, ownerId: null, collaboratorIds: [] })).toEqual([WHOLE_TERRITORY]);
});

test.each([
  ['deleted', { ...held, status: 'DELETED' }],
  ['not heard of', unknownLead],
])('a lead that is %s counts for nothing', (_, lead) => {
  const known = withActivity(lead, activity('a', 1));
  expect(differenceBetween(contributionOf('l', unknownLead), contributionOf('l', known))).toEqual({
    counters: [],
    removed: { task: [], follow_up: [], activity: [] },
    added: { task: [], follow_up: [], activity: [] },
    isEmpty: true,
  });
});

test('figures with a time stand under the hour it lies in', () => {
  const buckets = [...contributionOf('lead', held).counters.values()]
    .filter((row) => row.user_id === 'anna')
    .map(({ metric, bucket }) => [metric, bucket]);
  expect(buckets).toEqual([
    ['STATUS_ACTIVE', '1970-01-01T00:00:00.000Z'],
    ['CREATED', '2025-09-01T08:00:00.000Z'],
  ]);
});

test('a failed follow-up is shown, and is neither sent nor open', () => {
  const failed = withFollowUp(held, 'T3', {
    id: 'f',
    processedAt: at(4),
    success: false,
    dueAt: null,
  });
  const { counters, rows } = contributionOf('lead', failed);
  expect([...counters.keys()].join()).not.toContain('T3');
  expect([rows.follow_up.size, rows.task.size]).toEqual([3, 0]);
});

function activity(id: string, day: number, version = 1) {
  return { id, version, kind: 'CALL', at: at(day), createdBy: 'anna', isOwnerOnly: false };
}

test('a lead keeps its ten newest activities, whatever order they come in', () => {
  const days = Array.from({ length: 15 }, (_, index) => activity(`a${index}`, index + 1));
  const order = fc.shuffledSubarray(days, { minLength: days.length });
  const newest = days.slice(5).toReversed();
  fc.assert(
    fc.property(order, (shuffled) => {
      expect(shuffled.reduce(withActivity, held).activities).toEqual(newest);
    }),
  );
});

test('an older version of an activity changes nothing', () => {
  const corrected = withActivity(withActivity(held, activity('a', 1)), activity('a', 2, 2));
  expect(withActivity(corrected, activity('a', 1))).toBe(corrected);
  expect(corrected.activities).toMatchObject([{ at: at(2) }]);
});

/** A database that takes differences and refuses what cannot be. */
function apply(
  table: { counters: Map<string, number>; rows: Set<string> },
  { counters, removed, added }: Difference,
): void {
  for (const row of counters) {
    const n = (table.counters.get(counterKey(row)) ?? 0) + row.n;
    expect(n).toBeGreaterThanOrEqual(0);
    if (n === 0) table.counters.delete(counterKey(row));
    else table.counters.set(counterKey(row), n);
  }
  for (const name of rowTables) {
    for (const row of removed[name])
      expect(table.rows.delete(JSON.stringify([name, row]))).toBe(true);
    for (const row of added[name]) {
      expect(table.rows.has(JSON.stringify([name, row]))).toBe(false);
      table.rows.add(JSON.stringify([name, row]));
    }
  }
}

test('differences applied one after the other are the contributions as they stand', () => {
  const person = fc.constantFrom('anna', 'ben', 'cleo');
  const lead = fc.record<Lead>({
    status: fc.constantFrom(null, 'REGISTERED', 'ACTIVE', 'DELETED'),
    territory: fc.constantFrom('DE', 'AT'),
    ownerId: fc.option(person),
    collaboratorIds: fc.array(person, { maxLength: 3 }),
    registeredAt: fc.integer({ min: 1, max: 3 }).map((day) => at(day)),
    validUntil: fc.option(fc.integer({ min: 1, max: 3 }).map((day) => at(day))),
    followUps: fc.constantFrom(
      {},
      withFollowUp(held, 'T3', { id: 'f', processedAt: at(2), success: true, dueAt: at(2) })
        .followUps,
      withTask(
        withFollowUp(held, 'T3', { id: 'f', processedAt: at(2), success: true, dueAt: at(2) }),
        'T3',
        null,
      ).followUps,
    ),
    conversions: fc.constantFrom([], [{ from: at(1), until: at(3) }]),
    answers: fc.constant([]),
    activities: fc.constantFrom([], [activity('a', 1)], [activity('a', 2, 2), activity('b', 1)]),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), lead)), (history) => {
      const table = { counters: new Map<string, number>(), rows: new Set<string>() };
      const present = new Map<number, Lead>();
      for (const [id, next] of history) {
        const before = contributionOf(`l${id}`, present.get(id) ?? unknownLead);
        apply(table, differenceBetween(before, contributionOf(`l${id}`, next)));
        present.set(id, next);
      }
      const anew = { counters: new Map<string, number>(), rows: new Set<string>() };
      const nothing = contributionOf('', unknownLead);
      for (const [id, each] of present) {
        apply(anew, differenceBetween(nothing, contributionOf(`l${id}`, each)));
      }
      expect(table.counters).toEqual(anew.counters);
      expect(table.rows).toEqual(anew.rows);
    }),
  );
});
