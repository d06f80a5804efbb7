import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import { bindingsOf } from './bindings.ts';
import type { EventCatalog } from './catalog.ts';
import { toRow } from './history.ts';
import { schemaOf } from './leases.ts';
import { logPosition, readLog, toEntry, type LogRow } from './log.ts';
import { handlerFor, project, type Projection } from './projection.ts';
import { EVENT_COLUMNS } from './recorded.ts';

export interface Rebuilt {
  /** Facts applied. */
  readonly events: number;
  readonly durationMs: number;
}

export interface RebuildOptions {
  /** Modules whose facts the projection listens to. */
  readonly sources: ReadonlyMap<string, EventCatalog>;
  /** Counts only: everything is undone at the end. */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((events: number) => void) | undefined;
}

const PAGE_SIZE = 500;
const TIMEOUT_MS = 30 * 60_000;

class DryRun extends Error {}

/**
 * Fills the projection's tables anew from the log, in one transaction: readers see the old rows until
 * the new ones are complete, and a crash in the middle leaves the old ones. Facts that come meanwhile
 * are applied by the live flow afterwards; an inline projection holds back writers of its module.
 */
export async function rebuild(
  workers: UnitOfWork,
  actor: Actor,
  projection: Projection,
  options: RebuildOptions,
): Promise<Rebuilt> {
  const began = performance.now();
  let events = 0;
  try {
    await workers.transaction(
      actor,
      async (tx) => {
        events = await refill(tx, projection, options);
        if (options.dryRun === true) throw new DryRun();
      },
      { transactionTimeoutMs: TIMEOUT_MS, statementTimeoutMs: TIMEOUT_MS },
    );
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  return { events, durationMs: performance.now() - began };
}

async function refill(
  tx: Transaction,
  projection: Projection,
  { sources, signal, onProgress }: RebuildOptions,
): Promise<number> {
  const schema = schemaOf(projection.name);
  if (projection.inline === true) {
    for (const module of sources.keys()) {
      await tx.query(`lock table ${module}.stream in share row exclusive mode`);
    }
  } else {
    await tx.query(`select from ${schema}.consumer where name = $1 order by source for update`, [
      projection.name,
    ]);
  }
  for (const table of projection.tables) await empty(tx, table);
  let events = 0;
  for (const [module, catalog] of sources) {
    // What is not logged yet still belongs into a read model that is written with the append.
    if (projection.inline === true) events += await refillArchived(tx, projection, catalog);
    const readPage = projection.inline === true ? readStore : readLog;
    const end = await logPosition(tx, module);
    let after = 0;
    let rows: LogRow[];
    do {
      signal?.throwIfAborted();
      rows = await readPage(tx, module, after, PAGE_SIZE);
      for (const row of rows) {
        after = row.position;
        if (handlerFor(projection, row.type) === undefined) continue;
        if (projection.inline !== true && row.position > end) break;
        const { event, fault } = toEntry(catalog, row);
        if (fault !== undefined) throw fault;
        await project(projection, event, tx);
        events += 1;
      }
      onProgress?.(events);
    } while (rows.length === PAGE_SIZE);
    if (projection.inline !== true) await finish(tx, projection.name, module, end);
  }
  return events;
}

/** What has left the table comes first, in the order of the store. */
async function refillArchived(
  tx: Transaction,
  projection: Projection,
  catalog: EventCatalog,
): Promise<number> {
  let events = 0;
  for await (const facts of bindingsOf(tx).archive?.all(tx, catalog.module) ?? []) {
    for (const fact of facts) {
      if (handlerFor(projection, fact.type) === undefined) continue;
      const { event, fault } = toEntry(catalog, { ...toRow(fact), position: fact.seq });
      if (fault !== undefined) throw fault;
      await project(projection, event, tx);
      events += 1;
    }
  }
  return events;
}

/** The live flow goes on behind what was rebuilt; nothing of before is parked any more. */
async function finish(tx: Transaction, name: string, source: string, end: number): Promise<void> {
  const schema = schemaOf(name);
  await tx.query(
    `update ${schema}.consumer set position = greatest(position, $3), generation = generation + 1
     where name = $1 and source = $2`,
    [name, source, end],
  );
  for (const table of ['dead_letter', 'parked']) {
    await tx.query(`delete from ${schema}.${table} where consumer = $1 and source = $2`, [
      name,
      source,
    ]);
  }
}

/** Facts in the order of the store, logged or not; their place in the store stands in for a position. */
async function readStore(
  tx: Transaction,
  module: string,
  after: number,
  limit: number,
): Promise<LogRow[]> {
  return tx.query(
    `select ${EVENT_COLUMNS}, e.seq as position from ${module}.event e
     where e.seq > $1 order by e.seq limit $2`,
    [after, limit],
  );
}

/** @throws Error when row-level security kept rows from the job */
async function empty(tx: Transaction, table: string): Promise<void> {
  await tx.query(`delete from ${table}`);
  const [left] = await tx.query<{ some: boolean }>(`select exists (select from ${table}) as some`);
  if (left?.some === true) throw new Error(`The policies of ${table} do not let a job empty it`);
}
