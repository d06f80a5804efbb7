import { requireScope } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import type { Context } from '#kernel/events';
import { nextHour, type Timestamp } from './calendar.ts';
import type {
  FollowUpType,
  LeadWidget,
  WidgetActivity,
  WidgetFollowUp,
} from './schema.generated.ts';
import {
  followUpEdges,
  followUpTypes,
  leadStatuses,
  leadWindows,
  outcomes,
  rateOf,
  trendOf,
  type Scope,
  type Tally,
  type Window,
} from './widget.ts';

const RECENT_MAX = 10;

/** The widget of a scope, from counters and a few indexed rows; four statements sent in one go. */
export async function readWidget(context: Context, scope: Scope): Promise<LeadWidget> {
  requireScope(context.actor, 'widget:read');
  const now = context.clock.now().toISOString();
  const edges = followUpEdges(now);
  const [{ counts, tallies }, later, followUps, activities] = await context.database.transaction(
    context.actor,
    (tx) =>
      Promise.all([
        readCounters(tx, scope, now, edges),
        readLaterTasks(tx, scope, now),
        readFollowUps(tx, scope),
        readActivities(tx, scope),
      ]),
    { readOnly: true },
  );
  const [days30, days14, days7] = tallies;
  const byStatus = leadStatuses.map((status) => ({
    status,
    count: counts[`STATUS_${status}`] ?? 0,
  }));
  const pending = (type: FollowUpType): number =>
    (counts[`${type}_OPEN`] ?? 0) - (later[type] ?? 0);
  const conversion = (type: FollowUpType): number | null =>
    rateOf(days30[`${type}_CONVERTED`] ?? 0, days30[`${type}_SENT`] ?? 0);
  return {
    userId: scope.userId,
    territory: scope.territories.length === 1 ? (scope.territories[0] ?? null) : null,
    isManagerView: scope.isManagerView,
    leadStats: {
      total: byStatus.reduce((total, { count }) => total + count, 0),
      byStatus,
      createdLast7Days: counts['CREATED'] ?? 0,
      protectionEndingIn7Days: counts['PROTECTION_END'] ?? 0,
    },
    recentFollowUps: followUps,
    pendingT3Count: pending('T3'),
    pendingT7Count: pending('T7'),
    t3ConversionRate: conversion('T3'),
    t7ConversionRate: conversion('T7'),
    conversionTrend: trendOf('CONVERTED', { days14, days7 }),
    responseTrend: trendOf('ANSWERED', { days14, days7 }),
    recentActivities: activities,
    updatedAt: now,
  };
}

/** Lateral, so that every window is one descent of the index, whatever the planner believes. */
const COUNTERS = {
  name: 'cockpit-counters',
  text: `select w.i::int, sum(c.n)::int as n
    from unnest($3::text[], $4::timestamptz[], $5::timestamptz[])
      with ordinality as w (metric, since, until, i)
    cross join unnest($2::text[]) as t (territory)
    cross join lateral (select sum(n) as n from cockpit.counter
      where user_id = $1 and territory = t.territory and metric = w.metric
        and bucket >= w.since and bucket < w.until) c
    group by w.i`,
};

/** The part of an hour that a window's edge cuts off. */
const CUT_HOURS = {
  name: 'cockpit-cut-hours',
  text: `select e.i::int, f.* from unnest($3::timestamptz[], $4::timestamptz[])
      with ordinality as e (since, until, i)
    cross join unnest($2::text[]) as t (territory)
    cross join lateral (select type, count(*)::int as "SENT",
        count(*) filter (where converted)::int as "CONVERTED",
        count(*) filter (where answered)::int as "ANSWERED"
      from cockpit.follow_up where user_id = $1 and territory = t.territory
        and at > e.since and at < e.until and success group by type) f`,
};

async function readCounters(
  tx: Transaction,
  { countedUserId, territories }: Scope,
  now: Timestamp,
  edges: readonly Timestamp[],
): Promise<{ counts: Tally; tallies: [Tally, Tally, Tally] }> {
  const plain = leadWindows(now);
  const sinceEdges = edges.flatMap((edge) =>
    followUpTypes.flatMap((type) =>
      outcomes.map((outcome): Window => ({
        metric: `${type}_${outcome}`,
        from: nextHour(edge),
        until: nextHour(now),
      })),
    ),
  );
  const windows = [...plain, ...sinceEdges];
  const [sums, cuts] = await Promise.all([
    tx.query<{ i: number; n: number }>(COUNTERS, [
      countedUserId,
      territories,
      windows.map((each) => each.metric),
      windows.map((each) => each.from),
      windows.map((each) => each.until),
    ]),
    tx.query<{ i: number; type: string } & Record<(typeof outcomes)[number], number>>(CUT_HOURS, [
      countedUserId,
      territories,
      edges,
      edges.map(nextHour),
    ]),
  ]);
  const byWindow = new Map(sums.map(({ i, n }) => [i - 1, n]));
  const counts = Object.fromEntries(
    plain.map(({ metric }, index) => [metric, byWindow.get(index) ?? 0]),
  );
  const perEdge = followUpTypes.length * outcomes.length;
  const tallyOf = (edge: number): Tally => {
    const first = plain.length + edge * perEdge;
    return Object.fromEntries(
      windows.slice(first, first + perEdge).map(({ metric }, index) => {
        const [type, outcome] = metric.split('_') as [string, (typeof outcomes)[number]];
        const cut = cuts
          .filter((each) => each.i === edge + 1 && each.type === type)
          .reduce((sum, each) => sum + each[outcome], 0);
        return [metric, (byWindow.get(first + index) ?? 0) + cut];
      }),
    );
  };
  return { counts, tallies: [tallyOf(0), tallyOf(1), tallyOf(2)] };
}

/** Open tasks that are not due yet: few, because only postponed ones lie ahead. */
const LATER_TASKS = {
  name: 'cockpit-later-tasks',
  text: `select type, count(*)::int as n from cockpit.task
    where user_id = $1 and territory = any ($2) and at > $3 group by type`,
};

async function readLaterTasks(tx: Transaction, scope: Scope, now: Timestamp): Promise<Tally> {
  const rows = await tx.query<{ type: string; n: number }>(LATER_TASKS, [
    scope.countedUserId,
    scope.territories,
    now,
  ]);
  return Object.fromEntries(rows.map(({ type, n }) => [type, n]));
}

const newest = (table: string, columns: string) => ({
  name: `cockpit-newest-${table}`,
  text: `select r.* from unnest($2::text[]) as t (territory) cross join lateral (
      select id, at, lead_id, ${columns} from cockpit.${table}
      where user_id = $1 and territory = t.territory order by at desc, id desc limit $3) r
    order by r.at desc, r.id desc limit $3`,
});
const NEWEST_FOLLOW_UPS = newest('follow_up', 'type, success');
const NEWEST_ACTIVITIES = newest('activity', 'kind, created_by');

interface NewestRow {
  id: string;
  at: Date;
  lead_id: string;
}

async function readFollowUps(tx: Transaction, scope: Scope): Promise<WidgetFollowUp[]> {
  const rows = await tx.query<NewestRow & { type: FollowUpType; success: boolean }>(
    NEWEST_FOLLOW_UPS,
    [scope.countedUserId, scope.territories, RECENT_MAX],
  );
  return rows.map(({ id, at, lead_id, type, success }) => ({
    id,
    lead: { id: lead_id },
    type,
    success,
    processedAt: at,
  }));
}

async function readActivities(tx: Transaction, scope: Scope): Promise<WidgetActivity[]> {
  const rows = await tx.query<NewestRow & { kind: string; created_by: string | null }>(
    NEWEST_ACTIVITIES,
    [scope.countedUserId, scope.territories, RECENT_MAX],
  );
  return rows.map(({ id, at, lead_id, kind, created_by }) => ({
    id,
    lead: { id: lead_id },
    kind,
    at,
    createdBy: created_by === null ? null : { id: created_by },
  }));
}
