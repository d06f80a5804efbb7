import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import { createMetrics } from '#kernel/telemetry';
import {
  added,
  count,
  counters,
  createTestDatabase,
  opened,
  tallies,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import type { Backbone, Recorded, AnyEvent } from './index.ts';

let db: TestDatabase;
let backbone: Backbone;
const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
  backbone = testBackbone(db, { modules: [counters, tallies] });
  await backbone.start();
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

test('a projection of another module follows', async () => {
  const id = randomUUID();
  await db.database.transaction(berlin, (tx) => count(tx, id, [opened(), added(2), added(3)]));
  await backbone.settled();
  expect(
    await db.admin('select total, version from tallies.tally where counter_id = $1', [id]),
  ).toEqual([{ total: 5, version: 3 }]);
});

test('a subscriber gets what comes, in order, and resumes where he was', async () => {
  const id = randomUUID();
  const ends = new AbortController();
  const received: Recorded<AnyEvent>[] = [];
  const listen = (async () => {
    const { feed } = backbone;
    for await (const event of feed.subscribe({ types: ['counter.added'], signal: ends.signal })) {
      received.push(event);
      if (received.length === 3) return;
    }
  })();
  for (const amount of [1, 2, 3]) {
    await db.database.transaction(berlin, (tx) => count(tx, id, [added(amount)]));
  }
  await listen;
  expect(received.map((event) => event.data.amount)).toEqual([1, 2, 3]);
  const again: number[] = [];
  const from = received[0]?.position ?? 0;
  for await (const event of backbone.feed.subscribe({ types: ['counter.added'], from })) {
    again.push(event.data.amount);
    if (again.length === 2) break;
  }
  expect(again).toEqual([2, 3]);
});

test('a rebuilt projection is the lived one', async () => {
  await backbone.settled();
  const lived = await db.admin('select * from tallies.tally order by counter_id');
  const { events } = await backbone.rebuild('tallies.tally');
  expect(events).toBeGreaterThan(0);
  expect(await db.admin('select * from tallies.tally order by counter_id')).toEqual(lived);
  const inline = await db.admin('select * from counters.counter order by id');
  await backbone.rebuild('counters.counter');
  expect(await db.admin('select * from counters.counter order by id')).toEqual(inline);
});

test('the names of the event-sourcing concept can be read by jobs and admins', async () => {
  await db.database.transaction(berlin, (tx) => count(tx, randomUUID(), [opened()]));
  await backbone.settled();
  const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
  const rows = (view: string, actor = admin) =>
    db.database.transaction(actor, (tx) => tx.query(`select * from ${view}`));
  expect((await rows('counters.domain_events'))[0]).toMatchObject({ event_type: 'counter.opened' });
  expect((await rows('counters.event_statistics'))[0]).toHaveProperty('mean_ms');
  expect(await rows('counters.aggregate_snapshots')).toEqual([]);
  const subscriptions = await rows('tallies.event_subscriptions');
  expect(subscriptions.map((row) => row['name'])).toContain('tallies.tally@counters');
  expect(await rows('tallies.event_subscriptions', berlin)).toEqual([]);
});

test('what is behind and what was handled can be measured', async () => {
  const metrics = createMetrics();
  const own = await createTestDatabase({ modules: [counters, tallies] });
  const measured = testBackbone(own, { modules: [counters, tallies], metrics });
  await own.database.transaction(berlin, (tx) => count(tx, randomUUID(), [opened(), added()]));
  await measured.start();
  await measured.pause('tallies.seen');
  await measured.settled();
  await own.database.transaction(berlin, (tx) => count(tx, randomUUID(), [opened()]));
  await measured.settled();
  const lag = Object.fromEntries((await measured.lag()).map((each) => [each.name, each.lagEvents]));
  expect(lag['tallies.tally']).toBe(0);
  expect(lag['tallies.seen']).toBeGreaterThanOrEqual(1);
  const { body } = await metrics.expose();
  expect(body).toMatch(
    /freshplan_events_consumed_total\{event_type="counter_opened",module="tallies",result="success"\} \d/,
  );
  expect(body).toMatch(
    /freshplan_events_published_total\{event_type="counter_opened",module="counters",result="success"\} 2/,
  );
  await measured.stop();
  await own.close();
});
