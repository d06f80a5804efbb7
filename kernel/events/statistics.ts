import { NIL_UUID } from '#kernel/access';
import type { Transaction } from '#kernel/database';

/** Counts over the logs of some modules. Days and weeks begin in the given time zone. */
export interface EventStatistics {
  readonly totalEvents: number;
  readonly eventsToday: number;
  /** Since Monday. */
  readonly eventsThisWeek: number;
  /** Of this week, most frequent first. */
  readonly eventsByType: readonly { readonly type: string; readonly count: number }[];
  /** People who recorded most this week, at most ten. */
  readonly topUsers: readonly { readonly userId: string; readonly count: number }[];
}

interface Row {
  type: string;
  actor: string;
  n: number;
  today: number;
}

const USERS_MAX = 10;

/** Reads this week's facts once; the total comes from the versions of aggregates. */
export async function measureEvents(
  tx: Transaction,
  modules: readonly string[],
  timeZone: string,
): Promise<EventStatistics> {
  const rows: Row[] = [];
  let totalEvents = 0;
  for (const module of modules) {
    const [counted] = await tx.query<{ n: number }>(
      `select coalesce(sum(version), 0)::bigint as n from ${module}.stream`,
    );
    totalEvents += counted?.n ?? 0;
    rows.push(
      ...(await tx.query<Row>(
        `select type, actor, count(*) as n, count(*) filter
           (where recorded_at >= date_trunc('day', clock_timestamp(), $1)) as today
         from ${module}.event
         where recorded_at >= (select date_trunc('week', clock_timestamp(), $1))
         group by type, actor`,
        [timeZone],
      )),
    );
  }
  const people = rows.filter((row) => row.actor !== NIL_UUID);
  return {
    totalEvents,
    eventsToday: rows.reduce((sum, row) => sum + row.today, 0),
    eventsThisWeek: rows.reduce((sum, row) => sum + row.n, 0),
    eventsByType: ranked(rows, ({ type }) => type).map(([type, count]) => ({ type, count })),
    topUsers: ranked(people, ({ actor }) => actor)
      .slice(0, USERS_MAX)
      .map(([userId, count]) => ({ userId, count })),
  };
}

function ranked(rows: readonly Row[], keyOf: (row: Row) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + row.n);
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
