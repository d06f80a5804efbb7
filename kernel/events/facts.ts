import type { Transaction } from '#kernel/database';
import type { AnyEvent, EventCatalog, Recorded } from './catalog.ts';
import { bindingsOf } from './bindings.ts';
import { toRow } from './history.ts';
import { logPosition, readLog, toEntry, type LogRow } from './log.ts';
import { isSealed } from './sealed.ts';
import { EVENT_COLUMNS, VERSION_MAX } from './recorded.ts';

/** A fact and the module whose log it is in. */
export interface ModuleFact {
  readonly module: string;
  readonly event: Recorded<AnyEvent>;
}

export interface FactsPage {
  /** Place after which to go on. */
  readonly after?: { readonly module: string; readonly version: number } | undefined;
  readonly limit: number;
}

/** What stands in place of a personal value for somebody who may not read it. */
export const MASK = '***';

/**
 * Facts about one thing from all modules, hot and archived, by module and version, under the rights of the
 * transaction's actor. Personal values are ciphertext until opened; positions are not looked up.
 */
export async function readAggregateFacts(
  tx: Transaction,
  catalogs: readonly EventCatalog[],
  aggregateId: string,
  { after, limit }: FactsPage,
): Promise<ModuleFact[]> {
  const facts: ModuleFact[] = [];
  const { archive } = bindingsOf(tx);
  for (const catalog of catalogs.toSorted((a, b) => (a.module < b.module ? -1 : 1))) {
    const { module } = catalog;
    if (facts.length >= limit) break;
    if (after !== undefined && module < after.module) continue;
    const from = after?.module === module ? after.version : 0;
    const rows = await tx.query<LogRow>(
      `select ${EVENT_COLUMNS}, 0 as position from ${module}.event e
       where e.aggregate_id = $1 and e.version > $2 order by e.version limit $3`,
      [aggregateId, from, limit - facts.length],
    );
    // Versions have no gaps: what is missing in front has left for the archive.
    const upTo = rows[0] === undefined ? VERSION_MAX : rows[0].version - 1;
    const gone =
      upTo <= from ? [] : ((await archive?.ofAggregate(tx, module, aggregateId, upTo)) ?? []);
    const archived = gone
      .filter(({ version }) => version > from)
      .map((fact) => ({ ...toRow(fact), position: 0 }));
    rows.unshift(...archived);
    rows.splice(limit - facts.length);
    facts.push(...rows.map((row) => ({ module, event: toEntry(catalog, row).event })));
  }
  return facts;
}

/** At most `limit` logged facts of a module after a position, under the rights of the actor. */
export async function readFacts(
  tx: Transaction,
  catalog: EventCatalog,
  after: number,
  limit: number,
): Promise<Recorded<AnyEvent>[]> {
  const rows = await readLog(tx, catalog.module, after, limit);
  return rows.map((row) => toEntry(catalog, row).event);
}

/** Position of a module's newest fact, 0 before the first. */
export function headPosition(tx: Transaction, module: string): Promise<number> {
  return logPosition(tx, module);
}

/** Position of the newest fact of an aggregate, null while it is not logged. */
export async function positionOf(
  tx: Transaction,
  module: string,
  aggregateId: string,
): Promise<number | null> {
  const [row] = await tx.query<{ position: number }>(
    `select l.first_position + array_position(l.seqs, e.seq) - 1 as position
     from (select seq from ${module}.event where aggregate_id = $1 order by version desc limit 1) e
     join ${module}.log l on e.seq = any(l.seqs)`,
    [aggregateId],
  );
  return row?.position ?? null;
}

/** The data with a mask wherever something personal is encrypted. */
export function masked(data: unknown): unknown {
  if (isSealed(data)) return MASK;
  if (Array.isArray(data)) return data.map(masked);
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(Object.entries(data).map(([field, value]) => [field, masked(value)]));
}
