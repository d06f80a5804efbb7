import { eventually, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import type { History } from './backbone/history.ts';
import type { RecordLine } from './backbone/protocol.ts';

/**
 * What the store, the read models and the subscribers say, compared with what was told to people.
 * Each rule answers what breaks it; nothing, when it holds.
 */

/** One broken rule with what shows it. */
export interface Finding {
  readonly rule: 'K1' | 'K2' | 'K3' | 'K4' | 'K5' | 'K6' | 'K7' | 'K8' | 'K9';
  readonly what: string;
  /** How often; `events` are the first of them. */
  readonly times: number;
  readonly events: readonly unknown[];
}

/** Everything known about a run of the backbone. */
export interface Evidence {
  readonly db: TestDatabase;
  readonly history: Pick<History, 'commands' | 'territories'>;
  /** What each subscriber, named `sales-<territory>`, received. */
  readonly received: ReadonlyMap<string, readonly RecordLine[]>;
  /** Keys under which effects outside were asked for. */
  readonly calls: readonly string[];
  /** After healing everything comes to rest within this time. */
  readonly restMs: number;
  /** Names of the processes that are alive. */
  readonly living: readonly string[];
  /** Must not stand in clear anywhere. */
  readonly canary: string;
  /** What processes and server have printed. */
  printed(): Promise<readonly string[]>;
  /** @throws Error when it cannot be done, or not in time */
  rebuild(projection: string): Promise<void>;
  /** Seals what is logged and computes the chain anew. */
  verifyChain(): Promise<{ readonly wrong?: unknown }>;
}

const SHOWN_MAX = 3;

/** Every rule over one run, in order; the first finding is the one to look at first. */
export async function inspect(evidence: Evidence): Promise<Finding[]> {
  const rest = await restlessness(evidence);
  const rules = [
    ...(await storedFacts(evidence)),
    ...(await order(evidence)),
    ...(await effects(evidence)),
    ...(await deliveries(evidence)),
    ...rest,
    ...(await secrets(evidence)),
    ...(await rebuilt(evidence)),
  ];
  return rules.filter(({ events }) => events.length > 0).toSorted(byRule);
}

const byRule = (a: Finding, b: Finding): number => (a.rule < b.rule ? -1 : 1);

const finding = (rule: Finding['rule'], what: string, events: readonly unknown[]): Finding => ({
  rule,
  what,
  times: events.length,
  events: events.slice(0, SHOWN_MAX),
});

/** K1: every acknowledged command has its facts exactly once, no refused one has any. */
async function storedFacts({ db, history }: Evidence): Promise<Finding[]> {
  const rows = await db.admin<{ command: string; ids: string[] }>(
    `select correlation_id as command, array_agg(id::text order by seq) as ids
     from counters.event group by 1`,
  );
  const stored = new Map(rows.map(({ command, ids }) => [command, ids]));
  const known = history.commands.map((each) => ({
    ...each,
    ids: stored.get(`command-${each.number}`) ?? [],
  }));
  const told = (answers: readonly string[]): string[] =>
    (JSON.parse(answers[0] ?? '[]') as { id: string }[]).map(({ id }) => id);
  const done = known.filter(({ state }) => state === 'acknowledged');
  return [
    finding(
      'K1',
      'acknowledged and not stored exactly once',
      done.filter(({ ids, answers, facts }) => {
        const [one, other] = [ids, told(answers)].map((each) => each.toSorted().join());
        return ids.length !== facts || one !== other;
      }),
    ),
    finding(
      'K1',
      'refused and stored all the same',
      known.filter(({ state, ids }) => state === 'refused' && ids.length > 0),
    ),
    finding(
      'K1',
      'neither done nor refused in the end',
      known.filter(({ state }) => state === 'sent' || state === 'unknown'),
    ),
    finding(
      'K1',
      'one key and two answers',
      known.filter(({ answers }) => new Set(answers).size > 1),
    ),
    finding('K1', 'not logged exactly once, or not in order', await unloggedIn(db, 'counters')),
  ];
}

/** K2: versions per aggregate are 1…n. */
async function order({ db }: Evidence): Promise<Finding[]> {
  return [finding('K2', 'versions are not 1 to n', await gapsIn(db, 'counters'))];
}

/** K4 and K6: every fact has had its effect once, and no checkpoint stands above one that has not. */
async function effects({ db, calls }: Evidence): Promise<Finding[]> {
  const consumers = `(select c.name, c.position, c.types from tallies.consumer c
    where c.source = 'counters' and c.name in (select consumer from tallies.seen))`;
  const handled = await db.admin<{ isBelow: boolean; times: number }>(
    `with logged as (
       select e.id, e.type, e.aggregate_id, e.version, l.first_position + s.ord - 1 as position
       from counters.log l cross join lateral unnest(l.seqs) with ordinality as s (seq, ord)
       join counters.event e on e.seq = s.seq
     )
     select c.name, l.id, l.aggregate_id, l.version, l.position,
       l.position <= c.position as "isBelow", count(s.n)::int as times,
       array_agg(s.position) as handled
     from ${consumers} c join logged l on l.type = any (c.types)
     left join tallies.seen s on s.consumer = c.name and s.counter_id = l.aggregate_id
       and s.version = l.version
     where not exists (select from tallies.dead_letter d where d.consumer = c.name
         and d.source = 'counters' and d.position = l.position and d.status <> 'RESOLVED')
     group by 1, 2, 3, 4, 5, 6 having count(s.n) <> 1`,
  );
  const opened = await db.admin<{ id: string }>(
    `select id from counters.event where type = 'counter.opened'`,
  );
  const wanted = opened.map(({ id }) => `${id}:mail`);
  const made = new Set(calls);
  const done = await db.admin<{ event_id: string; n: number }>(
    `select event_id from tallies.inbox where consumer = 'tallies.mail' and state = 'DONE'`,
  );
  const remembered = new Set(done.map((row) => `${row.event_id}:mail`));
  const letters = await db.admin<{ event_id: string }>(
    `select event_id, status, attempts, error, timeline from tallies.dead_letter
     where consumer = 'tallies.mail'`,
  );
  return [
    finding(
      'K6',
      'a checkpoint stands above what was not handled',
      handled.filter(({ isBelow, times }) => isBelow && times === 0),
    ),
    finding(
      'K4',
      'not handled, or handled twice',
      handled.filter(({ isBelow, times }) => !(isBelow && times === 0)),
    ),
    finding(
      'K4',
      'no effect outside, or not written down',
      wanted
        .filter((key) => !made.has(key) || !remembered.has(key))
        .map((key) => ({
          key,
          isMade: made.has(key),
          letters: letters.filter((each) => key.startsWith(each.event_id)),
        })),
    ),
    finding(
      'K4',
      'an effect outside for what never happened',
      [...made].filter((key) => !wanted.includes(key)),
    ),
  ];
}

/** K5 and K7: nobody received a version before its predecessor, nor what he has no rights to. */
async function deliveries({ db, received, history }: Evidence): Promise<Finding[]> {
  const handled = await db.admin(
    `select * from (
       select consumer, counter_id, version,
         version <> coalesce(lag(version) over (partition by consumer, counter_id order by n), 0) + 1
           as is_early
       from tallies.seen where consumer not in (select consumer from tallies.dead_letter)) as seen
     where is_early`,
  );
  const last = await db.admin<{ id: string; territory: string; version: number }>(
    'select aggregate_id as id, territory, version from counters.stream',
  );
  const early: RecordLine[] = [];
  const foreign: RecordLine[] = [];
  const missed: unknown[] = [];
  for (const [subscriber, lines] of received) {
    const territory = subscriber.split('-')[1];
    const versions = new Map<string, number>();
    const seenAt = new Map<string, number>();
    let gapAt = -1;
    for (const [at, line] of lines.entries()) {
      if (line.gap === true) gapAt = at;
      if (line.aggregateId === undefined || line.version === undefined) continue;
      const before = versions.get(line.aggregateId) ?? 0;
      // Whoever was told of a gap since may have missed some of them.
      const isTold = gapAt > (seenAt.get(line.aggregateId) ?? -1);
      if (line.version > before + 1 && !isTold) early.push(line);
      seenAt.set(line.aggregateId, at);
      versions.set(line.aggregateId, Math.max(before, line.version));
      if (history.territories.get(line.aggregateId) !== territory) foreign.push(line);
    }
    const own = last.filter((each) => each.territory === territory);
    for (const each of own) {
      if ((versions.get(each.id) ?? 0) < each.version) missed.push({ subscriber, ...each });
    }
  }
  return [
    finding('K5', 'handled before its predecessor', handled),
    finding('K5', 'received before its predecessor', early),
    finding('K4', 'never received by a subscriber', missed),
    finding('K7', 'received without rights', foreign),
  ];
}

/** K8: some seconds after healing nobody is behind, and nothing of the dead is left. */
async function restlessness({ db, living, restMs }: Evidence): Promise<Finding[]> {
  const look = async (): Promise<Finding[]> => [
    finding(
      'K8',
      'leased to the dead',
      await db.admin(
        `select name, lease_owner from tallies.consumer c where lease_owner is not null and not exists (
           select from pg_locks l where l.locktype = 'advisory' and l.granted and l.objsubid = 1
             and (l.classid::bigint << 32) + l.objid::bigint = c.lease_owner)`,
      ),
    ),
    finding(
      'K8',
      'begun and not finished',
      await db.admin(
        `select consumer, event_id::text as what from tallies.inbox where state <> 'DONE'
         union all select consumer, position::text from tallies.dead_letter where status = 'RETRYING'`,
      ),
    ),
    finding(
      'K8',
      'connections of the dead, or a transaction left open',
      await db.admin(
        `select application_name, state, now() - xact_start as open from pg_stat_activity
         where datname = current_database() and usename = 'freshplan_app'
           and application_name not like 'freshplan%'
           and (split_part(application_name, '-', 1) <> all ($1)
             or state like 'idle in%' and xact_start < now() - interval '5 seconds')`,
        [living],
      ),
    ),
    finding(
      'K8',
      'stored and not logged',
      await db.admin(
        `select seq, type from counters.event where seq not in (select unnest(seqs) from counters.log)`,
      ),
    ),
    finding(
      'K8',
      'behind the log',
      await db.admin(
        `with logged as (
           select e.type, l.first_position + s.ord - 1 as position
           from counters.log l cross join lateral unnest(l.seqs) with ordinality as s (seq, ord)
           join counters.event e on e.seq = s.seq
         )
         select c.name, c.position, max(l.position) as newest
         from tallies.consumer c join logged l on l.type = any (c.types) and l.position > c.position
         where c.status = 'ACTIVE' and c.source = 'counters' group by 1, 2`,
      ),
    ),
  ];
  let found: Finding[] = [];
  await eventually(
    async () => {
      found = await look();
      if (found.some(({ events }) => events.length > 0)) throw new Error('Not at rest');
    },
    { timeoutMs: restMs, intervalMs: 100 },
  ).catch(() => {});
  return found;
}

const FORMS = (text: string): string[] => [
  text,
  text.toUpperCase(),
  encodeURIComponent(text),
  Buffer.from(text).toString('base64').replaceAll('=', ''),
];

/** K9: the chain verifies, and what is personal stands nowhere in clear. */
async function secrets({ db, canary, printed, verifyChain }: Evidence): Promise<Finding[]> {
  const { wrong } = await verifyChain();
  const tables = await db.admin<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('counters', 'tallies', 'keys') and tablename !~ '^event_[0-9]+$'`,
  );
  const inClear: string[] = [];
  for (const { name } of tables) {
    const [row] = await db.admin<{ n: number }>(
      `select count(*)::int as n from ${name} t where t::text like any ($1)`,
      [FORMS(canary).map((form) => `%${form}%`)],
    );
    if ((row?.n ?? 0) > 0) inClear.push(name);
  }
  const outputs = await printed();
  return [
    finding('K9', 'the chain does not verify', wrong === undefined ? [] : [wrong]),
    finding('K9', 'in clear in tables', inClear),
    finding(
      'K9',
      'in clear in an output',
      outputs.filter((text) => FORMS(canary).some((form) => text.includes(form))).map(shortened),
    ),
  ];
}

const shortened = (text: string): string => text.slice(0, 200);

/** Projections of the test modules with tables of their own. */
const REBUILT = [
  ['counters.counter', 'counters.counter'],
  ['tallies.tally', 'tallies.tally'],
] as const;

/** K3: what was lived is what a rebuild tells, byte for byte. */
async function rebuilt({ db, rebuild }: Evidence): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [projection, table] of REBUILT) {
    const lived = await dump(db, table);
    const refused = await rebuild(projection).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (refused !== undefined) {
      findings.push(finding('K3', `${projection} cannot be rebuilt`, [refused]));
      continue;
    }
    const anew = await dump(db, table);
    const [before, after] = [new Set(lived), new Set(anew)];
    const differing = [
      ...lived.filter((row) => !after.has(row)).map((row) => ({ lived: row })),
      ...anew.filter((row) => !before.has(row)).map((row) => ({ rebuilt: row })),
    ];
    findings.push(finding('K3', `${projection} is not what a rebuild tells`, differing));
  }
  return findings;
}

async function dump(db: Pick<TestDatabase, 'admin'>, table: string): Promise<string[]> {
  const rows = await db.admin<{ row: string }>(
    `select to_jsonb(t)::text as row from ${table} t order by 1`,
  );
  return rows.map(({ row }) => row);
}

/** The modules of the system. */
const MODULES = createSubgraphs({}).map(({ name }) => name);

/** Facts that only a command of the workload can have caused, by its number or by the id it got. */
export async function effectsOf(db: Pick<TestDatabase, 'admin'>) {
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
export async function gapsOf(db: Pick<TestDatabase, 'admin'>): Promise<unknown[]> {
  return (await Promise.all(MODULES.map((module) => gapsIn(db, module)))).flat();
}

const gapsIn = (db: Pick<TestDatabase, 'admin'>, module: string): Promise<unknown[]> =>
  db.admin(
    `select '${module}' as module, aggregate_id, count(*)::int as n, max(e.version) as last
     from ${module}.event e join ${module}.stream s using (aggregate_id)
     group by aggregate_id, s.version
     having count(*) <> s.version or max(e.version) <> s.version or min(e.version) <> 1
       or count(distinct e.version) <> count(*)`,
  );

/** Facts that are not in the log exactly once, or not behind their predecessor. */
export async function unloggedOf(db: Pick<TestDatabase, 'admin'>): Promise<unknown[]> {
  return (await Promise.all(MODULES.map((module) => unloggedIn(db, module)))).flat();
}

const unloggedIn = (db: Pick<TestDatabase, 'admin'>, module: string): Promise<unknown[]> =>
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
  );

/** Every row of every table that a projection fills, in one order. */
export async function rowsOf(db: Pick<TestDatabase, 'admin'>): Promise<Record<string, string[]>> {
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
