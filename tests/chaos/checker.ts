import type { TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';

/** What the store says, to be compared with what people were told. */

const MODULES = createSubgraphs({}).map(({ name }) => name);

/** Facts that only a command of the workload can have caused, by its number or by the id it got. */
export async function effectsOf(db: TestDatabase) {
  const column = async <T>(sql: string): Promise<T[]> =>
    (await db.admin<{ it: T }>(sql)).map(({ it }) => it);
  return {
    registered: await column<number>(
      `select (data ->> 'employeeCount')::int as it from leads.event
       where type = 'lead.registered' order by 1`,
    ),
    registeredIds: await column<string>(
      `select aggregate_id as it from leads.event where type = 'lead.registered'
       order by aggregate_id::text collate "C"`,
    ),
    updated: await column<number>(
      `select (data ->> 'employeeCount')::int as it from leads.event
       where type = 'lead.updated' order by 1`,
    ),
    qualified: await column<string>(
      `select aggregate_id as it from leads.event
       where type = 'lead.status_changed' and data ->> 'newStatus' = 'QUALIFIED'
       order by aggregate_id::text collate "C"`,
    ),
    logged: await column<string>(
      `select aggregate_id as it from activities.event where type = 'activity.logged'
       order by aggregate_id::text collate "C"`,
    ),
  };
}

/** Aggregates whose versions are not 1…n, or not those of their stream. */
export async function gapsOf(db: TestDatabase): Promise<unknown[]> {
  const gaps = await Promise.all(
    MODULES.map((module) =>
      db.admin(
        `select '${module}' as module, aggregate_id, count(*)::int as n, max(e.version) as last
         from ${module}.event e join ${module}.stream s using (aggregate_id)
         group by aggregate_id, s.version
         having count(*) <> s.version or max(e.version) <> s.version or min(e.version) <> 1
           or count(distinct e.version) <> count(*)`,
      ),
    ),
  );
  return gaps.flat();
}

/** Facts that are not in the log exactly once, or not behind their predecessor. */
export async function unloggedOf(db: TestDatabase): Promise<unknown[]> {
  const faults = await Promise.all(
    MODULES.map((module) =>
      db.admin(
        `with logged as (
           select s.seq, l.first_position + s.ord as place
           from ${module}.log l cross join lateral unnest(l.seqs) with ordinality as s (seq, ord)
         ), placed as (
           select e.id, count(l.seq) as times,
             min(l.place) < lag(min(l.place)) over (partition by e.aggregate_id order by e.version)
               as is_early
           from ${module}.event e left join logged l using (seq)
           group by e.id, e.aggregate_id, e.version
         )
         select '${module}' as module, id, times::int from placed where times <> 1 or is_early`,
      ),
    ),
  );
  return faults.flat();
}

/** Every row of every table that a projection fills, in one order. */
export async function rowsOf(db: TestDatabase): Promise<Record<string, string[]>> {
  const tables = createSubgraphs({}).flatMap(({ projections }) =>
    projections.flatMap((projection) => [...projection.tables]),
  );
  const dumps = await Promise.all(
    tables.map(async (table) => {
      const rows = await db.admin<{ row: string }>(
        `select to_jsonb(t)::text as row from ${table} t order by 1`,
      );
      return [table, rows.map(({ row }) => row)] as const;
    }),
  );
  return Object.fromEntries(dumps);
}
