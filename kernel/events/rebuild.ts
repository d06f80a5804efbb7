import type { Actor } from '#kernel/access';
import type { UnitOfWork } from '#kernel/database';
import type { EventCatalog } from './catalog.ts';
import { applyAll, applyRows, checkpointOf, readLeg, type Filling } from './filling.ts';
import {
  RebuildBusy,
  beginGeneration,
  dropGeneration,
  fingerprintOf,
  groupOf,
  legsOf,
  moveGeneration,
  releaseGeneration,
  type Leg,
  type UpTo,
} from './generation.ts';
import type { Projection } from './projection.ts';
import { backoffMs, isPassing } from './retry.ts';
import { ontoShadows, redirectTo, shadowOf } from './shadow.ts';
import { swapGeneration } from './swap.ts';

export interface Rebuilt {
  /** Facts applied, by this process and those before it. */
  readonly events: number;
  /** Of these, applied by processes that did not come to an end. */
  readonly resumedEvents: number;
  readonly durationMs: number;
  /** Of a dry run: rows now, and as they would be. */
  readonly tables: readonly TableCount[];
}

export interface TableCount {
  readonly table: string;
  readonly rows: number;
  readonly rowsRebuilt: number;
}

export interface RebuildOptions {
  /** Fills a copy, counts its rows and throws it away. */
  readonly dryRun?: boolean | undefined;
  /** Only with `dryRun`: tables that serve never stand in the past. */
  readonly upTo?: UpTo | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What was filled stays for whoever goes on, when it was the signal that ended the rebuild. */
  readonly keepsOnAbort?: boolean | undefined;
  readonly onProgress?: ((events: number) => void) | undefined;
  /** Told once, before the first fact: how many others had applied. */
  readonly onResumed?: ((events: number) => void) | undefined;
}

export interface RebuildRun {
  readonly workers: UnitOfWork;
  readonly actor: Actor;
  readonly projection: Projection;
  /** Of the same module; some may have to be filled along with it. */
  readonly siblings: readonly Projection[];
  readonly catalogs: ReadonlyMap<string, EventCatalog>;
}

/** As near to the present as this, the rest is done with everybody else held back. */
const LAG_MAX = 100;
const PASSING_TRIES_MAX = 20;
const COUNT_TIMEOUT_MS = 10 * 60_000;
const PAGE_TIMEOUT_MS = 50_000;

/**
 * Fills tables of their own from the log while the ones in place serve, page by page, then swaps them
 * in one short transaction: readers see all of the old rows or all of the new ones. A process that
 * takes over from a killed one goes on where that stood.
 *
 * @throws RebuildBusy; RangeError for an end without a dry run; Error with the fact a handler refused
 */
export async function rebuild(run: RebuildRun, options: RebuildOptions = {}): Promise<Rebuilt> {
  const { workers, actor, projection, siblings, catalogs } = run;
  const { dryRun = false, upTo, signal, onProgress } = options;
  if (upTo !== undefined && !dryRun) throw new RangeError('Only a dry run ends before the present');
  const began = performance.now();
  const group = groupOf(projection, siblings);
  const legs = legsOf(group, catalogs);
  const fingerprint = fingerprintOf(group, legs, { upTo, isDryRun: dryRun });
  const generation = await workers.transaction(actor, (tx) =>
    beginGeneration(tx, group, fingerprint),
  );
  const redirect = redirectTo(group);
  const filling: Filling = {
    workers,
    actor,
    group,
    legs,
    epoch: generation.epoch,
    positions: new Map(Object.entries(generation.positions)),
    apply: (tx, leg, entries) => applyAll(ontoShadows(tx, redirect), leg, entries),
  };
  let events = generation.events;
  options.onResumed?.(generation.events);
  const onApplied = (n: number): void => {
    events += n;
    onProgress?.(events);
  };
  const drop = (): Promise<boolean> =>
    workers.transaction(actor, (tx) => dropGeneration(tx, group, generation.epoch));
  let tables: readonly TableCount[] = [];
  try {
    await catchUp(filling, { upTo, signal, onApplied });
    if (dryRun) {
      tables = await countTables(filling);
      await drop();
    } else {
      await swapGeneration(filling, {
        signal,
        onApplied,
        catchUp: () => catchUp(filling, { upTo, signal, onApplied }),
      });
    }
  } catch (error) {
    if (!(error instanceof RebuildBusy)) {
      const isKept = signal?.aborted === true && options.keepsOnAbort === true;
      await (
        isKept
          ? workers.transaction(actor, (tx) => releaseGeneration(tx, group, generation.epoch))
          : drop()
      ).catch(() => {});
    }
    throw error;
  }
  const durationMs = performance.now() - began;
  return { events, resumedEvents: generation.events, durationMs, tables };
}

interface CatchUp {
  readonly upTo?: UpTo | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onApplied: (events: number) => void;
}

/** Page by page, until no leg is more than a hundred facts behind. */
async function catchUp(filling: Filling, { upTo, signal, onApplied }: CatchUp): Promise<void> {
  for (let isNear = false; !isNear;) {
    isNear = true;
    for (const leg of filling.legs) {
      let read: number;
      do {
        signal?.throwIfAborted();
        const page = await patiently(signal, () => fillPage(filling, leg, upTo));
        onApplied(page.events);
        read = page.read;
        if (read >= LAG_MAX) isNear = false;
      } while (read >= LAG_MAX);
    }
  }
}

async function fillPage(
  filling: Filling,
  leg: Leg,
  upTo: UpTo | undefined,
): Promise<{ read: number; events: number }> {
  const { workers, actor, group, epoch, positions } = filling;
  const page = await workers.transaction(
    actor,
    async (tx) => {
      const end = Math.min(
        (await checkpointOf(tx, leg, group.schema)).all,
        upTo?.positions?.[leg.catalog.module] ?? Infinity,
      );
      const rows = await readLeg(tx, leg, positions.get(leg.key) ?? 0, end);
      const last = rows.at(-1);
      if (last === undefined) return { read: 0, events: 0, position: undefined };
      const until = upTo?.time === undefined ? undefined : new Date(upTo.time);
      const wanted = rows.filter((row) => until === undefined || row.time <= until);
      const events = await applyRows(filling, tx, leg, wanted);
      const moved = { key: leg.key, position: last.position, events };
      await moveGeneration(tx, group, epoch, moved);
      return { read: rows.length, events, position: last.position };
    },
    { statementTimeoutMs: PAGE_TIMEOUT_MS },
  );
  if (page.position !== undefined) positions.set(leg.key, page.position);
  return page;
}

async function countTables({ workers, actor, group }: Filling): Promise<TableCount[]> {
  return workers.transaction(
    actor,
    async (tx) => {
      const counts: TableCount[] = [];
      for (const table of group.tables) {
        const [row] = await tx.query<{ rows: number; rebuilt: number }>(
          `select (select count(*) from ${table}) as rows,
             (select count(*) from ${shadowOf(table)}) as rebuilt`,
        );
        counts.push({ table, rows: row?.rows ?? 0, rowsRebuilt: row?.rebuilt ?? 0 });
      }
      return counts;
    },
    {
      readOnly: true,
      statementTimeoutMs: COUNT_TIMEOUT_MS,
      transactionTimeoutMs: COUNT_TIMEOUT_MS,
    },
  );
}

/** Again after what is nobody's fault. */
async function patiently<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error) || tries >= PASSING_TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, backoffMs(tries)));
    }
  }
}
