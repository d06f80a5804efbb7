import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { execute, parse, subscribe } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LeadEvent } from '#events/leads';
import type { ActivityEvent } from '#events/activities';
import { createActor, systemActor, type Actor } from '#kernel/access';
import type { Backbone } from '#kernel/events';
import { createMetrics } from '#kernel/telemetry';
import { createTestDatabase, testBackbone, testClock, type TestDatabase } from '#kernel/testing';
import { announce, neighboursOf, type Neighbour } from './cockpit.fixture.ts';
import { createCockpit } from './index.ts';
import type { LeadWidget } from './schema.generated.ts';

const metrics = createMetrics();
let isEnabled = true;
const cockpit = createCockpit({ metrics, isLeadWidgetEnabled: () => isEnabled });
const projection = cockpit.projections[0];
if (projection === undefined) throw new Error('The cockpit has no projection');
const neighbours = neighboursOf(projection);
const [leads, activities] = ['leads', 'activities'].map(
  (name) => neighbours.find((each) => each.name === name) as Neighbour,
) as [Neighbour, Neighbour];
const job = systemActor('cockpit.lead_widget', ['AT', 'CH', 'DE']);
const clock = testClock('2025-09-26T09:00:00.000Z');

let db: TestDatabase;
let backbone: Backbone;
/** New people for each test, so that none sees the leads of another. */
let people: Record<'anna' | 'ben' | 'vera', Actor>;
const manager = (...territories: string[]): Actor =>
  createActor({ userId: randomUUID(), roles: ['manager'], territories });
const sales = (...territories: string[]): Actor =>
  createActor({ userId: randomUUID(), roles: ['sales'], territories });

beforeAll(async () => {
  db = await createTestDatabase({ modules: [...neighbours, cockpit] });
  backbone = testBackbone(db, { modules: [...neighbours, cockpit] });
  await backbone.start();
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});
beforeEach(() => {
  isEnabled = true;
  clock.set('2025-09-26T09:00:00.000Z');
  people = { anna: sales('DE'), ben: sales('DE'), vera: sales('AT') };
});

const QUERY = parse(`{ leadWidget {
  userId territory isManagerView
  leadStats { total byStatus { status count } createdLast7Days protectionEndingIn7Days }
  recentFollowUps { id lead { id } type success processedAt } pendingT3Count pendingT7Count
  t3ConversionRate t7ConversionRate
  conversionTrend { current previous delta direction } responseTrend { current previous }
  recentActivities { id kind at lead { id } createdBy { id } } updatedAt } }`);

function contextOf(actor: Actor, signal?: AbortSignal) {
  return { actor, database: db.database, clock, feed: backbone.feed, signal };
}
async function answer(actor: Actor) {
  return execute({ schema: cockpit.schema, document: QUERY, contextValue: contextOf(actor) });
}
async function widget(actor: Actor): Promise<LeadWidget> {
  const { data, errors } = await answer(actor);
  expect(errors).toBeUndefined();
  return JSON.parse(JSON.stringify(data))['leadWidget'] as LeadWidget;
}
const figures = async (actor: Actor) => {
  const { leadStats, pendingT3Count } = await widget(actor);
  return { total: leadStats.total, pendingT3Count };
};

async function lead(leadId: string, ...facts: LeadEvent[]): Promise<void> {
  await announce(db.database, leads, leadId, facts);
  await backbone.settled();
}
async function activity(fact: ActivityEvent): Promise<void> {
  await announce(db.database, activities, randomUUID(), [fact]);
  await backbone.settled();
}
const registered = (
  leadId: string,
  territory: 'DE' | 'AT' | 'CH',
  registeredAt = '2025-09-25T08:00:00.000Z',
): LeadEvent => ({
  type: 'lead.registered',
  data: { leadId, companyName: null, territory, source: 'TELEFON', registeredAt },
});
const assigned = (leadId: string, owner: Actor | null, ...collaborators: Actor[]): LeadEvent => ({
  type: 'lead.assigned',
  data: {
    leadId,
    ...(owner === null ? {} : { ownerUserId: owner.userId }),
    collaborators: collaborators.map(({ userId }) => ({
      userId,
      role: 'COLLABORATOR',
      level: 'ASSIST',
      contactFocus: [],
    })),
    assignedAt: owner === null ? null : '2025-09-25T08:00:00.000Z',
  },
});
const moved = (
  leadId: string,
  oldStatus: 'REGISTERED' | 'ACTIVE',
  newStatus: 'ACTIVE' | 'EXPIRED' | 'QUALIFIED' | 'DELETED',
  changedAt = '2025-09-26T08:00:00.000Z',
): LeadEvent => ({
  type: 'lead.status_changed',
  data: {
    leadId,
    companyName: null,
    oldStatus,
    newStatus,
    changedBy: randomUUID(),
    changedAt,
    territory: 'DE',
    idempotencyKey: randomUUID(),
  },
});
const processed = (
  leadId: string,
  followUpType: 'T3' | 'T7',
  processedAt = '2025-09-26T07:00:00.000Z',
  success = true,
): LeadEvent => ({
  type: 'lead.followup.processed',
  data: {
    leadId,
    followUpType,
    t3Count: 0,
    t7Count: 0,
    success,
    userId: randomUUID(),
    processedAt,
    idempotencyKey: randomUUID(),
  },
});
const created = (leadId: string, at: string): ActivityEvent => ({
  type: 'activity.created',
  data: { activityId: randomUUID(), leadId, kind: 'MEETING', at, createdBy: randomUUID() },
});
const logged = (
  leadId: string,
  { at = '2025-09-26T08:30:00.000Z', kind = 'NOTE', visibility = 'COLLABORATORS' } = {},
): ActivityEvent =>
  ({
    type: 'activity.logged',
    data: {
      activityId: randomUUID(),
      entityType: 'LEAD',
      entityId: leadId,
      leadId,
      territory: 'DE',
      kind,
      at,
      createdBy: randomUUID(),
      category: 'GENERAL',
      visibility,
      isEvidenced: false,
    },
  }) as ActivityEvent;

async function tables() {
  const rows = await Promise.all(
    ['lead', 'counter', 'task', 'follow_up', 'activity'].map((table) =>
      db.admin(`select * from cockpit.${table} t order by to_jsonb(t)::text`),
    ),
  );
  const [facts] = await db.admin<{ n: number }>('select count(*)::int as n from cockpit.event');
  return { rows, facts: facts?.n };
}

test('sales see their own and collaborating leads, managers their territories, admins all', async () => {
  const { anna, ben, vera } = people;
  const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
  const before = {
    de: await figures(manager('DE')),
    south: await figures(manager('AT', 'CH')),
    all: await figures(admin),
  };
  const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()];
  await lead(one, registered(one, 'DE'), assigned(one, anna, ben));
  await lead(two, registered(two, 'DE'), assigned(two, anna));
  await lead(three, registered(three, 'AT'), assigned(three, vera, anna));
  expect(await figures(anna)).toMatchObject({ total: 2 });
  expect(await figures(ben)).toMatchObject({ total: 1 });
  expect(await figures(vera)).toMatchObject({ total: 1 });
  expect((await figures(manager('DE'))).total - before.de.total).toBe(2);
  expect((await figures(manager('AT', 'CH'))).total - before.south.total).toBe(1);
  expect((await figures(admin)).total - before.all.total).toBe(3);
  expect(await widget(anna)).toMatchObject({ isManagerView: false, territory: 'DE' });
  expect(await widget(manager('AT', 'CH'))).toMatchObject({ isManagerView: true, territory: null });
});

test('a processed T3 raises the pending count of its owner by exactly one, however often it comes', async () => {
  const id = randomUUID();
  await lead(id, registered(id, 'DE'), assigned(id, people.anna));
  expect(await figures(people.anna)).toEqual({ total: 1, pendingT3Count: 0 });
  const [fact] = await announce(db.database, leads, id, [processed(id, 'T3')]);
  await backbone.settled();
  expect(await figures(people.anna)).toEqual({ total: 1, pendingT3Count: 1 });
  const lived = await tables();
  await db.database.transaction(job, async (tx) => projection.on[fact?.type ?? '']?.(fact, tx));
  expect(await tables()).toEqual(lived);
  expect((await widget(people.anna)).recentFollowUps).toMatchObject([
    { type: 'T3', success: true, lead: { id }, processedAt: '2025-09-26T07:00:00.000Z' },
  ]);
});

test('a fact that is older than what is known changes nothing', async () => {
  const { anna, ben } = people;
  const id = randomUUID();
  await lead(id, registered(id, 'DE'));
  const [old] = await announce(db.database, leads, id, [assigned(id, anna)]);
  await lead(id, assigned(id, ben));
  const lived = await tables();
  await db.database.transaction(job, async (tx) => projection.on['lead.assigned']?.(old, tx));
  expect(await tables()).toEqual(lived);
  expect(await figures(anna)).toMatchObject({ total: 0 });
});

test('a process without the projection follows the log with its cache', async () => {
  const { anna } = people;
  const elsewhere = createCockpit();
  const ends = new AbortController();
  const following = elsewhere.follow?.(backbone.feed, ends.signal);
  const total = async () => {
    const contextValue = contextOf(anna);
    const { data } = await execute({ schema: elsewhere.schema, document: QUERY, contextValue });
    return (data as { leadWidget: LeadWidget }).leadWidget.leadStats.total;
  };
  try {
    expect(await total()).toBe(0);
    const id = randomUUID();
    await lead(id, registered(id, 'DE'), assigned(id, anna));
    await expect.poll(total).toBe(1);
  } finally {
    ends.abort();
    await following;
  }
});

test('conversion counts what followed within 14 days of the last 30, null when nothing was sent', async () => {
  const { anna } = people;
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  expect(await widget(anna)).toMatchObject({
    t3ConversionRate: null,
    t7ConversionRate: null,
    conversionTrend: { current: null, previous: null, delta: null, direction: 'FLAT' },
  });
  const [inTime, late, failed] = ids as [string, string, string];
  clock.set('2025-09-26T09:30:00.000Z');
  await lead(inTime, registered(inTime, 'DE'), assigned(inTime, anna));
  await lead(late, registered(late, 'DE'), assigned(late, anna));
  await lead(failed, registered(failed, 'DE'), assigned(failed, anna));
  // The activities' log may be faster than the leads' own.
  await activity(created(inTime, '2025-09-24T07:00:00.000Z'));
  await lead(inTime, processed(inTime, 'T3', '2025-09-10T07:00:00.000Z'));
  await lead(late, processed(late, 'T3', '2025-09-11T07:00:00.000Z'));
  await activity(created(late, '2025-09-25T07:00:00.001Z'));
  await lead(failed, processed(failed, 'T3', '2025-09-12T07:00:00.000Z', false));
  await activity(created(failed, '2025-09-13T07:00:00.000Z'));
  expect(await widget(anna)).toMatchObject({ t3ConversionRate: 0.5, t7ConversionRate: null });
  await lead(late, moved(late, 'ACTIVE', 'QUALIFIED', '2025-09-12T08:00:00.000Z'));
  expect(await widget(anna)).toMatchObject({ t3ConversionRate: 1 });
  clock.set('2025-10-10T06:59:59.999Z');
  expect(await widget(anna)).toMatchObject({ t3ConversionRate: 1 });
  clock.set('2025-10-11T07:00:00.000Z');
  expect(await widget(anna)).toMatchObject({ t3ConversionRate: null });
});

test('trends compare the last seven days with the seven before, exactly at their edges', async () => {
  const { anna } = people;
  const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()];
  clock.set('2025-09-26T09:30:00.000Z');
  for (const id of [one, two, three]) await lead(id, registered(id, 'DE'), assigned(id, anna));
  await lead(one, processed(one, 'T3', '2025-09-19T09:30:00.000Z'));
  await lead(two, processed(two, 'T3', '2025-09-19T09:30:00.001Z'));
  await lead(three, processed(three, 'T3', '2025-09-20T09:30:00.000Z'));
  await activity(logged(two, { kind: 'CUSTOMER_REACTION', at: '2025-09-21T09:30:00.000Z' }));
  await lead(three, {
    type: 'lead.followup.closed',
    data: { leadId: three, followUpType: 'T3', outcome: 'SUCCESS', at: '2025-09-22T09:30:00.000Z' },
  });
  const { conversionTrend, responseTrend, pendingT3Count } = await widget(anna);
  expect(responseTrend).toEqual({ current: 1, previous: 0 });
  expect(conversionTrend).toEqual({ current: 0, previous: 0, delta: 0, direction: 'FLAT' });
  expect(pendingT3Count).toBe(2);
});

test('a postponed task is pending again once it is due', async () => {
  const id = randomUUID();
  const { anna } = people;
  await lead(id, registered(id, 'DE'), assigned(id, anna), processed(id, 'T3'));
  const dueAt = '2025-09-26T09:10:00.000Z';
  await lead(id, {
    type: 'lead.followup.postponed',
    data: { leadId: id, followUpType: 'T3', dueAt, at: '2025-09-26T08:00:00.000Z' },
  });
  expect(await figures(anna)).toMatchObject({ pendingT3Count: 0 });
  clock.set('2025-09-26T09:11:00.000Z');
  expect(await figures(anna)).toMatchObject({ pendingT3Count: 1 });
});

test('a lead that moves takes its figures along', async () => {
  const { anna, ben, vera } = people;
  const id = randomUUID();
  await lead(id, registered(id, 'DE'), assigned(id, anna), processed(id, 'T3'));
  await lead(id, {
    type: 'lead.protection.window_changed',
    data: { leadId: id, validUntil: '2025-09-30T08:00:00.000Z', at: '2025-09-26T08:00:00.000Z' },
  });
  await activity(logged(id));
  expect((await widget(anna)).leadStats).toMatchObject({
    total: 1,
    createdLast7Days: 1,
    protectionEndingIn7Days: 1,
  });
  await lead(id, assigned(id, ben));
  expect(await figures(anna)).toEqual({ total: 0, pendingT3Count: 0 });
  expect(await widget(ben)).toMatchObject({
    pendingT3Count: 1,
    recentActivities: [{ kind: 'NOTE', lead: { id } }],
    leadStats: { total: 1, createdLast7Days: 1, protectionEndingIn7Days: 1 },
  });
  await lead(id, {
    type: 'lead.territory.transferred',
    data: { leadId: id, territory: 'AT', previousTerritory: 'DE', at: '2025-09-26T08:10:00.000Z' },
  });
  await lead(id, assigned(id, vera));
  expect(await widget(ben)).toMatchObject({ recentActivities: [], recentFollowUps: [] });
  expect(await figures(vera)).toEqual({ total: 1, pendingT3Count: 1 });
  const south = await figures(manager('AT'));
  await lead(id, moved(id, 'ACTIVE', 'EXPIRED'), assigned(id, null));
  expect(await figures(vera)).toEqual({ total: 0, pendingT3Count: 0 });
  expect((await widget(manager('AT'))).leadStats.total).toBe(south.total);
  await lead(id, moved(id, 'ACTIVE', 'DELETED'));
  expect((await widget(manager('AT'))).leadStats.total).toBe(south.total - 1);
});

test('what is for the owner alone is not shown to collaborators', async () => {
  const { anna, ben } = people;
  const id = randomUUID();
  await lead(id, registered(id, 'DE'), assigned(id, anna, ben));
  await activity(logged(id, { visibility: 'OWNER_ONLY' }));
  expect((await widget(anna)).recentActivities).toHaveLength(1);
  expect((await widget(ben)).recentActivities).toEqual([]);
});

test('without rights there are no rows, and no one writes figures', async () => {
  const { anna, ben } = people;
  const id = randomUUID();
  await lead(id, registered(id, 'DE'), assigned(id, anna), processed(id, 'T3'));
  await activity(logged(id));
  const visible = (actor: Actor) =>
    db.database.transaction(actor, async (tx) => {
      const lists = ['counter', 'task', 'follow_up', 'activity', 'lead'].map((table) =>
        tx.query<{ user_id: string }>(`select * from cockpit.${table} limit 1000`),
      );
      return (await Promise.all(lists)).flat();
    });
  expect(await visible(sales())).toEqual([]);
  expect(await visible({ ...anna, territories: ['AT'] })).toEqual([]);
  expect(await visible(ben)).toEqual([]);
  expect(new Set((await visible(anna)).map((row) => row.user_id))).toEqual(new Set([anna.userId]));
  const nobody: Actor = { ...job, roles: [], territories: [] };
  expect(await visible(nobody)).toEqual([]);
  await expect(
    db.database.transaction(anna, (tx) =>
      tx.query(`insert into cockpit.counter values ($1, 'DE', 'CREATED', now(), 1)`, [anna.userId]),
    ),
  ).rejects.toMatchObject({ code: 'DENIED' });
});

test('a subscriber gets his own changes only, a burst as one, and resumes behind it', async () => {
  const { anna, ben } = people;
  const document = parse('subscription { leadWidgetChanged { leadStats { total } } }');
  const received: Record<string, unknown[]> = { anna: [], ben: [] };
  const ends = new AbortController();
  const listening = Object.entries({ anna, ben }).map(async ([name, actor]) => {
    const stream = await subscribe({
      schema: cockpit.schema,
      document,
      contextValue: contextOf(actor, ends.signal),
    });
    if (!(Symbol.asyncIterator in stream)) throw new Error('The subscription was refused');
    for await (const { data, errors } of stream) received[name]?.push(errors ?? data);
  });
  const [mine, his] = [randomUUID(), randomUUID()];
  await lead(his, registered(his, 'DE'), assigned(his, ben));
  await lead(
    mine,
    registered(mine, 'DE'),
    assigned(mine, anna),
    moved(mine, 'REGISTERED', 'ACTIVE'),
  );
  await expect
    .poll(() => received['anna']?.at(-1))
    .toEqual({ leadWidgetChanged: { leadStats: { total: 1 } } });
  await expect.poll(() => received['ben']?.length).toBeGreaterThan(0);
  const before = received['ben']?.length;
  await lead(mine, moved(mine, 'ACTIVE', 'QUALIFIED'));
  await expect.poll(() => received['anna']?.length ?? 0).toBeGreaterThan(1);
  expect(received['ben']).toHaveLength(before ?? 0);
  ends.abort();
  await Promise.all(listening);
  expect((await metrics.expose()).body).toContain(
    'freshplan_dashboard_active_widgets{type="lead"} 0',
  );
});

test('switched off, the widget says so', async () => {
  isEnabled = false;
  const { errors } = await answer(people.anna);
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'FEATURE_DISABLED' });
});

test('what is rebuilt is what was lived, and a rebuild announces nothing', async () => {
  const staff = [sales('DE'), sales('DE'), sales('AT')];
  const who = fc.constantFrom(null, ...staff);
  const day = fc
    .integer({ min: 1, max: 25 })
    .map((n) => `2025-09-${String(n).padStart(2, '0')}T08:00:00.000Z`);
  const type = fc.constantFrom('T3' as const, 'T7' as const);
  const step = fc.oneof(
    fc.tuple(who, who).map(
      ([a, b]) =>
        (id: string) =>
          assigned(id, a, ...(b === null ? [] : [b])),
    ),
    fc
      .constantFrom('ACTIVE' as const, 'QUALIFIED' as const, 'DELETED' as const, 'EXPIRED' as const)
      .map((status) => (id: string) => moved(id, 'ACTIVE', status)),
    fc.tuple(type, day, fc.boolean()).map(
      ([t, at, ok]) =>
        (id: string) =>
          processed(id, t, at, ok),
    ),
    fc.tuple(type, day).map(([followUpType, at]) => (leadId: string): LeadEvent => ({
      type: 'lead.followup.closed',
      data: { leadId, followUpType, outcome: 'SUCCESS', at },
    })),
    day.map((validUntil) => (leadId: string): LeadEvent => ({
      type: 'lead.protection.window_changed',
      data: { leadId, validUntil, at: validUntil },
    })),
    fc
      .constantFrom('DE' as const, 'AT' as const)
      .map((territory) => (leadId: string): LeadEvent => ({
        type: 'lead.territory.transferred',
        data: { leadId, territory, previousTerritory: 'DE', at: '2025-09-26T08:00:00.000Z' },
      })),
    day.map((at) => (id: string) => created(id, at)),
    day.map((at) => (id: string) => logged(id, { at, kind: 'EMAIL_RECEIVED' })),
  );
  const history = fc.array(fc.tuple(fc.nat(3), step), { minLength: 5, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const ids = Array.from({ length: 4 }, () => randomUUID());
      for (const id of ids) await announce(db.database, leads, id, [registered(id, 'DE')]);
      for (const [n, make] of steps) {
        const fact = make(ids[n] ?? '');
        const isActivity = fact.type.startsWith('activity.');
        await announce(
          db.database,
          isActivity ? activities : leads,
          isActivity ? randomUUID() : (ids[n] ?? ''),
          [fact],
        );
      }
      await backbone.settled();
      const lived = await tables();
      await backbone.rebuild('cockpit.lead_widget');
      expect(await tables()).toEqual(lived);
    }),
    { numRuns: 6, endOnFailure: true },
  );
});
