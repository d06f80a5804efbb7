import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import type { ArchiveReport, ArchivedSegment } from './archive.ts';
import { countUnlogged } from './segments.ts';
import type { ChainReport } from './verify-chain.ts';

/** What the last verification of a module's log found, and what waits for the next seal. */
export interface KeepingState {
  readonly module: string;
  /** Everything up to here is what was sealed; 0 before the first verification. */
  readonly verifiedPosition: number;
  /** Absent before the first verification. */
  readonly verifiedAt?: Date;
  /** Absent when all was well. */
  readonly fault?: string;
  readonly unlogged: number;
  readonly unsealed: number;
  readonly segments: number;
}

export interface NightlyOptions {
  readonly workers: UnitOfWork;
  readonly actor: Actor;
  readonly modules: readonly string[];
  readonly log: Logger;
  readonly retentionDays: number;
  readonly isSealed: boolean;
  readonly hasArchive: boolean;
  verifyChain(range: { module: string }): Promise<ChainReport>;
  archiveSegments(module: string, before: Date): Promise<ArchivedSegment[]>;
  verifyArchive(module: string): Promise<ArchiveReport[]>;
}

/** Hour of the day, in UTC, from which on the work of the night is due. */
const NIGHT_HOUR = 1;
const DAY_MS = 24 * 60 * 60_000;
const UNLOGGED_TIMEOUT_MS = 60_000;

/**
 * Verifies every log whose last verification is older than the last night, moves old segments into
 * the archive where the chain is whole, and reads the archive back. What is wrong is written down
 * and logged; one log's fault keeps no other from its turn.
 */
export async function nightly(options: NightlyOptions, now: Date): Promise<void> {
  const { workers, actor, modules, log } = options;
  for (const module of modules) {
    const [last] = await workers.transaction(
      actor,
      (tx) => tx.query<{ at: Date }>(`select at from ${module}.verification`),
      { readOnly: true },
    );
    if (last !== undefined && last.at.getTime() >= lastNight(now).getTime()) continue;
    const found = await lookOver(options, module, now).catch((error: unknown) => ({
      position: 0,
      unlogged: 0,
      fault: error instanceof Error ? error.message : String(error),
    }));
    const { position, unlogged, fault } = found;
    if (fault !== undefined) log.error({ module, position, fault }, 'the log did not verify');
    await workers.transaction(actor, (tx) =>
      tx.query(
        `insert into ${module}.verification (position, at, unlogged, fault) values ($1, $2, $3, $4)
         on conflict (singleton) do update set position = excluded.position, at = excluded.at,
           unlogged = excluded.unlogged, fault = excluded.fault`,
        [position, now, unlogged, fault ?? null],
      ),
    );
  }
}

interface Found {
  readonly position: number;
  readonly unlogged: number;
  readonly fault: string | undefined;
}

async function lookOver(options: NightlyOptions, module: string, now: Date): Promise<Found> {
  const { workers, actor, isSealed, hasArchive, retentionDays } = options;
  const unlogged = await workers.transaction(actor, (tx) => countUnlogged(tx, module), {
    readOnly: true,
    statementTimeoutMs: UNLOGGED_TIMEOUT_MS,
  });
  const missing = unlogged === 0 ? undefined : `${unlogged} facts are not logged`;
  const { verifiedTo = 0, wrong } = isSealed ? await options.verifyChain({ module }) : {};
  const found = { position: verifiedTo, unlogged };
  // What is not what was sealed stays where somebody can look at it.
  if (wrong !== undefined) {
    return { ...found, fault: `position ${wrong.position} is wrong: ${wrong.reason}` };
  }
  if (!hasArchive) return { ...found, fault: missing };
  await options.archiveSegments(module, new Date(now.getTime() - retentionDays * DAY_MS));
  const damaged = (await options.verifyArchive(module)).find(
    (report) => report.fault !== undefined,
  );
  const fault = damaged === undefined ? missing : `${damaged.segment}: ${damaged.fault}`;
  return { ...found, fault };
}

function lastNight(now: Date): Date {
  const night = new Date(now);
  night.setUTCHours(NIGHT_HOUR, 0, 0, 0);
  return night.getTime() <= now.getTime() ? night : new Date(night.getTime() - DAY_MS);
}

/** Where a module's log stands; looks at the log behind the last seal only. */
export async function keepingState(tx: Transaction, module: string): Promise<KeepingState> {
  const [row] = await tx.query<{
    unsealed: number;
    segments: number;
    position: number | null;
    at: Date | null;
    unlogged: number | null;
    fault: string | null;
  }>(
    `with seal as (select coalesce(max(to_position), 0) as up_to from ${module}.seal)
     select (select coalesce(sum(least(l.n, l.first_position + l.n - 1 - seal.up_to)), 0)::int
         from ${module}.log l where l.first_position + l.n - 1 > seal.up_to
           and l.first_position >= (select coalesce(max(first_position), 0) from ${module}.log
             where first_position <= seal.up_to)) as unsealed,
       (select count(*)::int from ${module}.archive) as segments,
       v.position, v.at, v.unlogged, v.fault
     from seal left join ${module}.verification v on true`,
  );
  const { unsealed = 0, segments = 0, position, at = null, unlogged, fault = null } = row ?? {};
  return {
    module,
    unsealed,
    segments,
    verifiedPosition: position ?? 0,
    unlogged: unlogged ?? 0,
    ...(at === null ? {} : { verifiedAt: at }),
    ...(fault === null ? {} : { fault }),
  };
}
