import { NIL_UUID } from '#kernel/access';
import { hourOf } from './calendar.ts';
import type { FollowUpType, Lead } from './lead.ts';
import { isFollowed } from './signals.ts';

/** The nil user stands for the territory as a whole. */
export const WHOLE_TERRITORY = NIL_UUID;
/** Bucket of figures that have no time. */
export const TIMELESS = '1970-01-01T00:00:00.000Z';

/** Tables of rows that a lead adds to each of its scopes. */
export const rowTables = ['task', 'follow_up', 'activity'] as const;
export type RowTable = (typeof rowTables)[number];

export interface CounterRow {
  readonly user_id: string;
  readonly territory: string;
  readonly metric: string;
  readonly bucket: string;
  readonly n: number;
}

/** Named as its columns are. */
export interface ScopeRow {
  readonly user_id: string;
  readonly territory: string;
  readonly at: string;
  readonly id: string;
  readonly lead_id: string;
  readonly [column: string]: string | boolean | null;
}

/** What one lead adds to the figures of everybody concerned. */
export interface Contribution {
  /** Key of everything but `n` → row. */
  readonly counters: ReadonlyMap<string, CounterRow>;
  /** Key of all columns → row. */
  readonly rows: Readonly<Record<RowTable, ReadonlyMap<string, ScopeRow>>>;
}

export interface Difference {
  readonly counters: readonly CounterRow[];
  readonly removed: Readonly<Record<RowTable, readonly ScopeRow[]>>;
  readonly added: Readonly<Record<RowTable, readonly ScopeRow[]>>;
  readonly isEmpty: boolean;
}

/** Owner and collaborators, each once. */
export function peopleOf(lead: Lead): string[] {
  const owner = lead.ownerId === null ? [] : [lead.ownerId];
  return [...new Set([...owner, ...lead.collaboratorIds])];
}

/** Everything the lead counts for. A deleted one, or one not yet heard of, counts for nothing. */
export function contributionOf(leadId: string, lead: Lead): Contribution {
  const counters = new Map<string, CounterRow>();
  const rows = { task: new Map(), follow_up: new Map(), activity: new Map() } satisfies Record<
    RowTable,
    Map<string, ScopeRow>
  >;
  const { territory } = lead;
  if (territory === null || lead.status === null || lead.status === 'DELETED') {
    return { counters, rows };
  }
  for (const userId of [WHOLE_TERRITORY, ...peopleOf(lead)]) {
    for (const [metric, bucket] of metricsOf(lead)) {
      const row = { user_id: userId, territory, metric, bucket, n: 1 };
      const key = counterKey(row);
      counters.set(key, { ...row, n: (counters.get(key)?.n ?? 0) + 1 });
    }
    for (const [table, row] of rowsOf(lead, userId)) {
      const complete = { user_id: userId, territory, lead_id: leadId, ...row };
      rows[table].set(JSON.stringify(complete), complete);
    }
  }
  return { counters, rows };
}

/** What has to be added and taken away to get from one contribution to the other. */
export function differenceBetween(before: Contribution, after: Contribution): Difference {
  const counters = [...new Set([...before.counters.keys(), ...after.counters.keys()])]
    .toSorted()
    .flatMap((key) => {
      const row = after.counters.get(key) ?? before.counters.get(key);
      const n = (after.counters.get(key)?.n ?? 0) - (before.counters.get(key)?.n ?? 0);
      return row === undefined || n === 0 ? [] : [{ ...row, n }];
    });
  const onlyIn = (one: Contribution, other: Contribution): Record<RowTable, ScopeRow[]> => {
    const missing = (table: RowTable): ScopeRow[] =>
      [...one.rows[table]].flatMap(([key, row]) => (other.rows[table].has(key) ? [] : [row]));
    return {
      task: missing('task'),
      follow_up: missing('follow_up'),
      activity: missing('activity'),
    };
  };
  const removed = onlyIn(before, after);
  const added = onlyIn(after, before);
  const isEmpty =
    counters.length === 0 &&
    rowTables.every((table) => removed[table].length === 0 && added[table].length === 0);
  return { counters, removed, added, isEmpty };
}

/** Differences of different leads as one; counters that several of them move stand in it once. */
export function sumOf(differences: readonly Difference[]): Difference {
  const counters = new Map<string, CounterRow>();
  for (const row of differences.flatMap((each) => each.counters)) {
    const key = counterKey(row);
    counters.set(key, { ...row, n: (counters.get(key)?.n ?? 0) + row.n });
  }
  const all = (side: 'removed' | 'added'): Record<RowTable, ScopeRow[]> => ({
    task: differences.flatMap((each) => each[side].task),
    follow_up: differences.flatMap((each) => each[side].follow_up),
    activity: differences.flatMap((each) => each[side].activity),
  });
  return {
    counters: [...counters.values()].filter(({ n }) => n !== 0),
    removed: all('removed'),
    added: all('added'),
    isEmpty: differences.every(({ isEmpty }) => isEmpty),
  };
}

export function counterKey({ user_id, territory, metric, bucket }: Omit<CounterRow, 'n'>): string {
  return `${user_id}|${territory}|${metric}|${bucket}`;
}

type Metric = [metric: string, bucket: string];

function metricsOf(lead: Lead): Metric[] {
  const metrics: Metric[] = [[`STATUS_${lead.status}`, TIMELESS]];
  if (lead.registeredAt !== null) metrics.push(['CREATED', hourOf(lead.registeredAt)]);
  if (lead.validUntil !== null) metrics.push(['PROTECTION_END', hourOf(lead.validUntil)]);
  for (const { type, followUp, isConverted, isAnswered } of followUpsOf(lead)) {
    if (followUp.dueAt !== null) metrics.push([`${type}_OPEN`, TIMELESS]);
    if (!followUp.success) continue;
    const hour = hourOf(followUp.processedAt);
    metrics.push([`${type}_SENT`, hour]);
    if (isConverted) metrics.push([`${type}_CONVERTED`, hour]);
    if (isAnswered) metrics.push([`${type}_ANSWERED`, hour]);
  }
  return metrics;
}

type PartialRow = { at: string; id: string } & Record<string, string | boolean | null>;

function rowsOf(lead: Lead, userId: string): [RowTable, PartialRow][] {
  const rows: [RowTable, PartialRow][] = [];
  for (const { type, followUp, isConverted, isAnswered } of followUpsOf(lead)) {
    const { id, processedAt, success, dueAt } = followUp;
    const outcome = { success, converted: isConverted, answered: isAnswered };
    rows.push(['follow_up', { at: processedAt, id, type, ...outcome }]);
    if (dueAt !== null) rows.push(['task', { at: dueAt, id, type }]);
  }
  const seesAll = userId === WHOLE_TERRITORY || userId === lead.ownerId;
  for (const { at, id, kind, createdBy, isOwnerOnly } of lead.activities) {
    if (isOwnerOnly && !seesAll && createdBy !== userId) continue;
    rows.push([
      'activity',
      { at, id, kind, created_by: createdBy === NIL_UUID ? null : createdBy },
    ]);
  }
  return rows;
}

function followUpsOf(lead: Lead) {
  return (['T3', 'T7'] satisfies FollowUpType[]).flatMap((type) => {
    const followUp = lead.followUps[type];
    if (followUp === undefined) return [];
    const isConverted = followUp.success && isFollowed(lead.conversions, followUp.processedAt);
    const isAnswered = followUp.success && isFollowed(lead.answers, followUp.processedAt);
    return [{ type, followUp, isConverted, isAnswered }];
  });
}
