import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnyEvent, Projection, Recorded } from '#kernel/events';
import { createMetrics } from '#kernel/telemetry';
import { createTestDatabase, rowsAfter, type TestDatabase } from '#kernel/testing';
import { createCockpit } from './index.ts';

const cockpit = createCockpit({ metrics: createMetrics(), isLeadWidgetEnabled: () => true });
const projection = cockpit.projections[0] as Projection;
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [cockpit] });
});
afterAll(() => db.close());

const uuids = (n: number): string[] => Array.from({ length: n }, () => randomUUID());
const [leads, people, activities] = [uuids(3), uuids(3), uuids(4)];
const leadId = fc.constantFrom(...leads);
const person = fc.constantFrom(...people);
const activityId = fc.constantFrom(...activities);
const at = fc
  .integer({ min: 1, max: 28 })
  .map((day) => `2025-09-${String(day).padStart(2, '0')}T08:30:00.000Z`);
const territory = fc.constantFrom('DE', 'AT');
const followUpType = fc.constantFrom('T3', 'T7');
const kind = fc.constantFrom('NOTE', 'CALL', 'CUSTOMER_REACTION');

const fact = <T>(type: string, data: fc.Arbitrary<T>): fc.Arbitrary<AnyEvent> =>
  data.map((each) => ({ type, data: each }));
const facts: fc.Arbitrary<AnyEvent>[] = [
  fact('lead.registered', fc.record({ leadId, territory, registeredAt: at, ownerUserId: person })),
  fact(
    'lead.status_changed',
    fc.record({
      leadId,
      newStatus: fc.constantFrom('ACTIVE', 'QUALIFIED', 'EXPIRED', 'DELETED'),
      changedAt: at,
    }),
  ),
  fact(
    'lead.assigned',
    fc.record({
      leadId,
      ownerUserId: fc.option(person),
      collaborators: fc.array(
        fc.record({ userId: person, role: fc.constantFrom('COLLABORATOR', 'WATCHER') }),
        { maxLength: 2 },
      ),
    }),
  ),
  fact('lead.territory.transferred', fc.record({ leadId, territory })),
  fact('lead.protection.window_changed', fc.record({ leadId, validUntil: fc.option(at) })),
  fact(
    'lead.followup.processed',
    fc.record({
      leadId,
      followUpType,
      processedAt: at,
      success: fc.boolean(),
      idempotencyKey: fc.uuid(),
    }),
  ),
  fact('lead.followup.postponed', fc.record({ leadId, followUpType, dueAt: at })),
  fact(
    'lead.followup.closed',
    fc.record({ leadId, followUpType, outcome: fc.constantFrom('SUCCESS', 'NO_ANSWER'), at }),
  ),
  fact(
    'activity.logged',
    fc.record({
      activityId,
      entityId: leadId,
      kind,
      at,
      createdBy: person,
      visibility: fc.constantFrom('COLLABORATORS', 'OWNER_ONLY'),
    }),
  ),
  fact('activity.corrected', fc.record({ activityId, entityId: leadId, kind, at })),
  fact('activity.created', fc.record({ leadId, at })),
  fact('admin.user.disabled', fc.record({ userId: person })),
];

/** Each with the next version of what it is about. */
function recorded(events: readonly AnyEvent[]): Recorded<AnyEvent>[] {
  const versions = new Map<string, number>();
  return events.map((event, index) => {
    const { activityId: activity, leadId: lead } = event.data as Record<string, string>;
    const aggregateId = activity ?? lead ?? event.data.userId;
    const version = (versions.get(aggregateId) ?? 0) + 1;
    versions.set(aggregateId, version);
    return {
      ...event,
      id: randomUUID(),
      aggregateId,
      version,
      position: index + 1,
      time: '2025-09-30T08:00:00.000Z',
      correlationId: 'test',
    } as unknown as Recorded<AnyEvent>;
  });
}

test('facts taken together leave the figures that they leave one by one, however they are cut', async () => {
  const histories = fc.record({
    // In the beginning every lead is registered; what follows counts for somebody.
    events: fc
      .tuple(
        fc.constant(
          leads.map((id, n) => ({
            type: 'lead.registered',
            data: {
              leadId: id,
              territory: 'DE',
              registeredAt: '2025-09-01T08:00:00.000Z',
              ownerUserId: people[n],
            },
          })),
        ),
        fc.array(fc.oneof(...facts), { maxLength: 40 }),
      )
      .map(([begun, more]) => [...begun, ...more]),
    ends: fc.array(fc.nat(43), { maxLength: 5 }),
    backwards: fc.nat(5),
  });
  const filled = new Set<string>();
  await fc.assert(
    fc.asyncProperty(histories, async ({ events, ends, backwards }) => {
      const log = recorded(events);
      const cuts = [...new Set([0, ...ends, log.length])].filter((n) => n <= log.length);
      const batches = cuts
        .toSorted((a, b) => a - b)
        .flatMap((end, n, all) =>
          n === 0 ? [] : [log.slice(Math.max(0, (all[n - 1] ?? 0) - backwards), end)],
        );
      const alone = await rowsAfter(
        db.database,
        projection,
        log.map((each) => [each]),
      );
      expect(await rowsAfter(db.database, projection, batches)).toEqual(alone);
      for (const [table, rows] of Object.entries(alone)) if (rows.length > 0) filled.add(table);
    }),
    { numRuns: 60 },
  );
  expect([...filled].toSorted()).toEqual([...projection.tables].toSorted());
});
