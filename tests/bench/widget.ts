/**
 * LeadWidget over one million leads, through the subgraph: P50, P95, P99 and Node's own CPU per
 * request, then what one fact costs the projection at that size.
 *
 * The read model is filled by SQL instead of a million facts through the projection; leads, counters
 * and rows are derived from one generated table, so they agree. Were they not, the facts applied at
 * the end would fail at counters below zero. Seeded: 200 sales people, 10 % of the leads with a
 * collaborator, 15 % expired without owner, follow-ups on working mornings, one activity per lead.
 *
 *     node tests/bench/widget.ts [leads] [measured requests]
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, parse } from 'graphql';
import pg from 'pg';
import { createActor, systemActor, type Actor } from '#kernel/access';
import {
  bootstrapDatabase,
  createDatabase,
  migrate,
  startEmbeddedPostgres,
  type Database,
} from '#kernel/database';
import { bindEvents, moduleSchema } from '#kernel/events';
import type { Subgraph } from '#kernel/graphql';
import { createSubgraphs } from '#subgraphs';

const WARM_UP = 100;
export const PEOPLE = 200;
const AT_ONCE = 8;
const FACTS = 1_000;
const A_MINUTE_MS = 61_000;

export const WIDGET_QUERY = `{ leadWidget {
  userId territory isManagerView updatedAt
  leadStats { total byStatus { status count } createdLast7Days protectionEndingIn7Days }
  recentFollowUps { id lead { id } type success processedAt } pendingT3Count pendingT7Count
  t3ConversionRate t7ConversionRate
  conversionTrend { current previous delta direction }
  responseTrend { current previous delta direction }
  recentActivities { id lead { id } kind at createdBy { id } } } }`;
const DOCUMENT = parse(WIDGET_QUERY);

interface Answer {
  leadStats: { total: number };
  recentActivities: unknown[];
}
interface Row {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly cpuMs: number;
}

export interface WidgetBenchOptions {
  readonly leads?: number;
  readonly requests?: number;
}

/** Prints the table and answers it; everything it started is gone afterwards. */
export async function run({
  leads = 1_000_000,
  requests = 1_000,
}: WidgetBenchOptions = {}): Promise<Record<string, Row>> {
  const cockpit = freshCockpit();
  const server = await startEmbeddedPostgres({
    directory: await mkdtemp(join(tmpdir(), 'freshplan-bench-')),
    ephemeral: true,
    settings: { shared_buffers: '1GB', max_wal_size: '8GB' },
  });
  try {
    const passwords = { owner: 'owner', app: 'app', keys: 'keys', jobs: 'jobs' };
    const database = 'bench';
    const urls = await bootstrapDatabase({ adminUrl: server.adminUrl, database, passwords });
    await migrate(urls.ownerUrl, [moduleSchema(cockpit)]);
    await seed(server.adminUrl.replace(/\/[^/]*$/, `/${database}`), leads);
    const app = await createDatabase({ url: urls.appUrl, poolSizeMax: AT_ONCE });
    try {
      const table = {
        ...(await measureRequests(app, requests)),
        'projection, one fact': await measureProjection(cockpit, app),
      };
      console.table(table);
      return table;
    } finally {
      await app.close();
    }
  } finally {
    await server.stop();
  }
}

/** Person n of the seed; the first 140 sell in DE, then 40 in AT, then 20 in CH. */
export const personId = (n: number): string =>
  `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const territoryOf = (n: number): string => (n < 140 ? 'DE' : n < 180 ? 'AT' : 'CH');

/** With a cache of its own, so that no measurement lives on what another one has read. */
function freshCockpit(): Subgraph {
  const cockpit = createSubgraphs({}).find(({ name }) => name === 'cockpit');
  if (cockpit === undefined) throw new Error('There is no cockpit');
  return cockpit;
}

async function measureRequests(database: Database, requests: number): Promise<Record<string, Row>> {
  const sales = Array.from({ length: PEOPLE }, (_, n) =>
    createActor({ userId: personId(n), roles: ['sales'], territories: [territoryOf(n)] }),
  );
  const manager = (...territories: string[]): Actor =>
    createActor({ userId: randomUUID(), roles: ['manager'], territories });
  const german = manager('DE');
  const southern = manager('AT', 'CH');
  const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
  const start = Date.now();
  let nowMs = start;
  let cockpit = freshCockpit();
  const ask = async (actor: Actor): Promise<Answer> => {
    const clock = { now: () => new Date(nowMs) };
    const feed = { isLive: () => true };
    const contextValue = { actor, database, clock, feed };
    const result = await execute({ schema: cockpit.schema, document: DOCUMENT, contextValue });
    if (result.data === null || result.data === undefined) throw new Error(String(result.errors));
    return result.data['leadWidget'] as Answer;
  };
  for (const [name, actor] of Object.entries({ sales: sales[0] ?? admin, german, admin })) {
    const { leadStats, recentActivities } = await ask(actor);
    console.log(`${name}: ${leadStats.total} leads, ${recentActivities.length} activities shown`);
  }
  const uncached = (actors: readonly Actor[], atOnce = 1) =>
    measure(requests, atOnce, (n) => {
      // A minute later nothing is cached any more.
      nowMs += A_MINUTE_MS;
      return ask(actors[n % actors.length] ?? admin);
    });
  const table: Record<string, Row> = {};
  for (const [name, actors, atOnce] of [
    ['sales', sales, 1],
    ['manager of DE', [german], 1],
    ['manager of AT and CH', [southern], 1],
    ['admin', [admin], 1],
    [`all of them, ${AT_ONCE} at once`, [...sales, german, southern, admin], AT_ONCE],
  ] as const) {
    nowMs = start;
    cockpit = freshCockpit();
    table[name] = await uncached(actors, atOnce);
  }
  table['from the cache'] = await measure(requests, 1, () => ask(german));
  return table;
}

/** P95 is element floor(0.95 n) of the ascending list; CPU is this process alone, without the server. */
async function measure(
  n: number,
  atOnce: number,
  once: (index: number) => Promise<unknown>,
): Promise<Row> {
  for (let index = 0; index < Math.min(WARM_UP, n); index += 1) await once(index);
  const times: number[] = [];
  let next = 0;
  const before = process.cpuUsage();
  const worker = async (): Promise<void> => {
    while (next < n) {
      const index = (next += 1);
      const began = performance.now();
      await once(index);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const { user, system } = process.cpuUsage(before);
  const ascending = times.toSorted((a, b) => a - b);
  const at = (share: number): number => round(ascending[Math.floor(share * times.length)] ?? 0);
  return {
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    cpuMs: round((user + system) / 1_000 / n),
  };
}

const round = (ms: number): number => Math.round(ms * 100) / 100;

/** Leads that change hands and status, each fact in a transaction of its own as a consumer would. */
async function measureProjection(cockpit: Subgraph, database: Database): Promise<Row> {
  const projection = cockpit.projections[0];
  if (projection === undefined) throw new Error('The cockpit has no projection');
  bindEvents(database, { inline: new Map(), keyring: undefined, onAppended: () => {} });
  const job = systemActor(projection.name, ['AT', 'CH', 'DE']);
  const ids = await database.transaction(job, (tx) =>
    tx.query<{ id: string }>(
      `select id from cockpit.lead where state ->> 'ownerId' is not null order by id limit ${FACTS}`,
    ),
  );
  return measure(FACTS - WARM_UP, 1, (n) => {
    const leadId = ids[n % ids.length]?.id ?? '';
    const time = new Date().toISOString();
    const isAssignment = n % 2 === 0;
    const type = isAssignment ? 'lead.assigned' : 'lead.status_changed';
    const data = isAssignment
      ? { leadId, ownerUserId: personId(n % PEOPLE), collaborators: [], assignedAt: time }
      : { leadId, newStatus: 'QUALIFIED', changedAt: time };
    const id = randomUUID();
    const fact = {
      id,
      type,
      data,
      version: 1_000 + n,
      position: 1_000 + n,
      time,
      correlationId: id,
    };
    return database.transaction(job, async (tx) => projection.on[type]?.(fact, tx));
  });
}

/** Fills the read model of a migrated, empty cockpit; the connection is a superuser's. */
export async function seed(url: string, leads: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set synchronous_commit = off; set work_mem = "512MB"');
    for (const [what, statement] of statements(leads)) {
      const began = performance.now();
      const { rowCount } = await client.query(statement);
      console.log(`${what}: ${rowCount ?? 0} rows in ${Math.round(performance.now() - began)} ms`);
    }
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

const iso = (value: string): string =>
  `to_char((${value}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const person = (n: string): string =>
  `('00000000-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;

/**
 * Of a lead: t3 and t7 are when its follow-ups were sent; signal is 1 when something followed T3 two
 * days later, 2 when it followed T7 (14 days before it T3 was out already, so that counts for both).
 */
function statements(leads: number): [what: string, sql: string][] {
  const scoped = `(select l.*, u.user_id from generated l cross join lateral (
    select '00000000-0000-0000-0000-000000000000'::uuid as user_id
    union select l.owner_id where l.owner_id is not null
    union select l.collaborator_id where l.collaborator_id is not null) u) s`;
  const followUps = `(select s.*, f.type, f.at, f.follow_up_id, f.converted from ${scoped}
    cross join lateral (values ('T3', s.t3, s.t3_id, s.signal > 0), ('T7', s.t7, s.t7_id, s.signal = 2))
      f (type, at, follow_up_id, converted) where f.at is not null)`;
  const stateOf = (type: string): string => `case when ${type} is not null then
    jsonb_build_object('${type.toUpperCase()}', jsonb_build_object('id', ${type}_id, 'success', true,
      'processedAt', ${iso(type)}, 'dueAt', case when ${type}_open then ${iso(type)} end)) else '{}' end`;
  return [
    [
      'generated',
      `create temp table generated as
      select id, n, territory, status, registered_at, valid_until, t3, t7, t3_id, t7_id, t3_open, t7_open,
        case when t7 is null then least(signal, 1) else signal end * (t3 is not null)::int as signal,
        activity_id, registered_at + interval '1 day' as activity_at,
        case when status <> 'EXPIRED' then ${person('owner')} end as owner_id,
        case when status <> 'EXPIRED' and n % 10 = 0 then ${person('colleague')} end as collaborator_id
      from (
        select r.*, gen_random_uuid() as id, gen_random_uuid() as t3_id, gen_random_uuid() as t7_id,
          gen_random_uuid() as activity_id,
          case territory when 'DE' then n % 140 when 'AT' then 140 + n % 40 else 180 + n % 20 end as owner,
          case territory when 'DE' then (n + 7) % 140 when 'AT' then 140 + (n + 7) % 40
            else 180 + (n + 7) % 20 end as colleague,
          case when t3 is not null and t3 + interval '4 days' < now() then t3 + interval '4 days' end as t7
        from (
          select b.*, date_trunc('milliseconds', registered_at + interval '70 days') as valid_until,
            case when status not in ('REGISTERED', 'EXPIRED') and registered_at < now() - interval '4 days'
              then date_trunc('day', registered_at) + interval '3 days 7 hours'
                + n % 1200 * interval '1 second' end as t3,
            (n % 3)::int as signal, n % 17 = 0 as t3_open, n % 13 = 0 as t7_open
          from (
            select n, case when n % 10 < 7 then 'DE' when n % 10 < 9 then 'AT' else 'CH' end as territory,
              (array['REGISTERED','ACTIVE','ACTIVE','ACTIVE','REMINDER','GRACE_PERIOD','QUALIFIED',
                'QUALIFIED','CONVERTED','LOST','EXPIRED','EXPIRED','ACTIVE'])[1 + (n * 7919 % 13)] as status,
              date_trunc('milliseconds', now() - (n * 104729 % 34560000) * interval '1 second')
                as registered_at
            from generate_series(1::bigint, ${Math.floor(leads)}) n) b) r) g`,
    ],
    [
      'lead',
      `insert into cockpit.lead (id, version, state) select id, 1, jsonb_build_object(
        'status', status, 'territory', territory, 'ownerId', owner_id,
        'collaboratorIds', case when collaborator_id is null then '[]'::jsonb
          else jsonb_build_array(collaborator_id) end,
        'registeredAt', ${iso('registered_at')}, 'validUntil', ${iso('valid_until')},
        'followUps', ${stateOf('t3')} || ${stateOf('t7')},
        'conversions', case signal when 0 then '[]'::jsonb else jsonb_build_array(jsonb_build_object(
          'from', ${iso(`t3 - interval '12 days' + (signal - 1) * interval '4 days'`)},
          'until', ${iso(`t3 + interval '2 days' + (signal - 1) * interval '4 days'`)})) end,
        'answers', '[]'::jsonb,
        'activities', jsonb_build_array(jsonb_build_object('id', activity_id, 'version', 1,
          'kind', 'CALL', 'at', ${iso('activity_at')}, 'createdBy', coalesce(owner_id,
          '00000000-0000-0000-0000-000000000000'), 'isOwnerOnly', false)))
      from generated`,
    ],
    [
      'follow_up',
      `insert into cockpit.follow_up
      select user_id, territory, at, follow_up_id, id, type, true, converted, false
      from ${followUps} f order by 1, 2, 3`,
    ],
    [
      'task',
      `insert into cockpit.task select user_id, territory, at, follow_up_id, id, type
      from ${followUps} f where case type when 'T3' then t3_open else t7_open end order by 1, 2, 3`,
    ],
    [
      'activity',
      `insert into cockpit.activity select user_id, territory, activity_at, activity_id, id, 'CALL', owner_id
      from ${scoped} order by 1, 2, 3`,
    ],
    [
      'counter',
      `insert into cockpit.counter select user_id, territory, metric, bucket, count(*) from (
        select user_id, territory, m.metric, m.bucket from ${scoped} cross join lateral (values
          ('STATUS_' || status, to_timestamp(0)), ('CREATED', date_trunc('hour', registered_at)),
          ('PROTECTION_END', date_trunc('hour', valid_until))) m (metric, bucket)
        union all
        select user_id, territory, type || m.metric, m.bucket from ${followUps} f
        cross join lateral (values ('_SENT', date_trunc('hour', at), true),
          ('_CONVERTED', date_trunc('hour', at), converted),
          ('_OPEN', to_timestamp(0), case type when 'T3' then t3_open else t7_open end))
          m (metric, bucket, counts) where m.counts) c
      group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    ],
  ];
}

if (import.meta.main) {
  const [leads, requests] = process.argv.slice(2).map(Number);
  await run({ ...(leads ? { leads } : {}), ...(requests ? { requests } : {}) });
}
