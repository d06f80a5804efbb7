import type { Transaction } from '#kernel/database';
import {
  contributionOf,
  differenceBetween,
  rowTables,
  sumOf,
  type Contribution,
  type Difference,
} from './contribution.ts';
import { unknownLead, type Lead } from './lead.ts';

export interface Move {
  readonly leadId: string;
  /** Version of the lead in its own context; null for facts of others, which are sets by nature. */
  readonly version: number | null;
  readonly change: (lead: Lead) => Lead;
}

/** The lead before and after; undefined when the figures did not move. */
export type Moved = { readonly before: Lead; readonly after: Lead } | undefined;

/**
 * Facts of several logs meet here. One at a time, so that two of them never wait for each other's
 * counters; taken before any row.
 */
const LOCK = {
  name: 'cockpit-lock',
  text: "select pg_advisory_xact_lock(hashtextextended('cockpit.lead_widget', 0))",
};

const READ_LEADS = {
  name: 'cockpit-leads',
  text: 'select id, version, state from cockpit.lead where id = any ($1::uuid[])',
};

/** A lead as far as the moves have come. */
interface Known {
  readonly version: number;
  readonly state: Lead;
  readonly contribution: Contribution;
}

/**
 * Changes what is known of leads, move by move, and moves exactly the difference that makes in the end
 * for the figures. A fact that came before, or an older one, changes nothing.
 *
 * @returns for each move the lead before and after it
 */
export async function moveLeads(tx: Transaction, moves: readonly Move[]): Promise<Moved[]> {
  const ids = [...new Set(moves.map(({ leadId }) => leadId))];
  const [, rows] = await Promise.all([
    tx.query(LOCK),
    tx.query<{ id: string; version: number; state: Lead }>(READ_LEADS, [ids]),
  ]);
  const stored = new Map(rows.map(({ id, version, state }) => [id, { version, state }]));
  const first = new Map(
    ids.map((id): [string, Known] => {
      const { version, state } = stored.get(id) ?? { version: 0, state: unknownLead };
      return [id, { version, state, contribution: contributionOf(id, state) }];
    }),
  );
  const last = new Map<string, Known>();
  const moved = moves.map(({ leadId, version, change }): Moved => {
    const known = last.get(leadId) ?? first.get(leadId);
    if (known === undefined || (version !== null && version <= known.version)) return undefined;
    const { state: before } = known;
    const state = change(before);
    if (version === null && state === before) return undefined;
    const contribution = contributionOf(leadId, state);
    last.set(leadId, { version: version ?? known.version, state, contribution });
    const { isEmpty } = differenceBetween(known.contribution, contribution);
    return isEmpty ? undefined : { before, after: state };
  });
  if (last.size === 0) return moved;
  const differences = [...last].map(([id, { contribution }]) =>
    differenceBetween(first.get(id)?.contribution ?? contribution, contribution),
  );
  const leads = [...last].map(([id, { version, state }]) => ({ id, version, state }));
  await Promise.all([
    tx.query(WRITE_LEADS, [JSON.stringify(leads)]),
    ...apply(tx, sumOf(differences)),
  ]);
  return moved;
}

const WRITE_LEADS = {
  name: 'cockpit-write-leads',
  text: `insert into cockpit.lead (id, version, state)
    select id, version, state from jsonb_to_recordset($1) as l (id uuid, version int, state jsonb)
    on conflict (id) do update set version = excluded.version, state = excluded.state`,
};

/** Sent in one go. A counter that would fall below zero fails loudly: the figures would be wrong. */
function apply(tx: Transaction, { counters, removed, added }: Difference): Promise<unknown>[] {
  const more = counters.filter(({ n }) => n > 0);
  const fewer = counters.filter(({ n }) => n < 0);
  const statements: Promise<unknown>[] = [];
  if (fewer.length > 0) {
    statements.push(tx.query(TAKE, [JSON.stringify(fewer)]));
    statements.push(tx.query(FORGET_ZEROS, [JSON.stringify(fewer)]));
  }
  if (more.length > 0) statements.push(tx.query(ADD, [JSON.stringify(more)]));
  for (const table of rowTables) {
    if (removed[table].length > 0) {
      statements.push(tx.query(REMOVE[table], [JSON.stringify(removed[table])]));
    }
    if (added[table].length > 0) {
      statements.push(tx.query(INSERT[table], [JSON.stringify(added[table])]));
    }
  }
  return statements;
}

const SAME_COUNTER = `c.user_id = d.user_id and c.territory = d.territory
  and c.metric = d.metric and c.bucket = d.bucket`;

const TAKE = {
  name: 'cockpit-take',
  text: `update cockpit.counter c set n = c.n + d.n
    from jsonb_populate_recordset(null::cockpit.counter, $1) d where ${SAME_COUNTER}`,
};
const FORGET_ZEROS = {
  name: 'cockpit-forget-zeros',
  text: `delete from cockpit.counter c
    using jsonb_populate_recordset(null::cockpit.counter, $1) d where ${SAME_COUNTER} and c.n = 0`,
};
const ADD = {
  name: 'cockpit-add',
  text: `insert into cockpit.counter as c
    select * from jsonb_populate_recordset(null::cockpit.counter, $1)
    on conflict (user_id, territory, metric, bucket) do update set n = c.n + excluded.n`,
};

const statementsFor = <Each>(make: (table: string) => Each) => ({
  task: make('task'),
  follow_up: make('follow_up'),
  activity: make('activity'),
});
const REMOVE = statementsFor((table) => ({
  name: `cockpit-remove-${table}`,
  text: `delete from cockpit.${table} r using jsonb_populate_recordset(null::cockpit.${table}, $1) d
    where r.user_id = d.user_id and r.territory = d.territory and r.at = d.at and r.id = d.id`,
}));
const INSERT = statementsFor((table) => ({
  name: `cockpit-insert-${table}`,
  text: `insert into cockpit.${table}
    select * from jsonb_populate_recordset(null::cockpit.${table}, $1)`,
}));
