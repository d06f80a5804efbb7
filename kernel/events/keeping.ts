import type { Actor } from '#kernel/access';
import type { Transaction, WorkerPool } from '#kernel/database';
import { createArchiveReader } from './archive-files.ts';
import {
  archiveSegments,
  listArchive,
  verifyArchive,
  type ArchivedSegment,
  type ArchiveReport,
} from './archive.ts';
import type { Bindings } from './bindings.ts';
import type { ArchiveReader } from './history.ts';
import type { SealKey } from './chain.ts';
import type { EventMetrics } from './metrics.ts';
import { keepingState, nightly, type KeepingState } from './nightly.ts';
import type { BackboneOptions } from './options.ts';
import { createSealer, sealLog } from './seals.ts';
import { rebase } from './segments.ts';
import { createSnapshotter } from './snapshots.ts';
import { verifyChain, type ChainReport } from './verify-chain.ts';

/** What keeps the past of a process's modules: seals, snapshots and archive. */
export interface Keeping {
  /** Seals now what is logged; answers how many facts. @throws RangeError without a seal key */
  seal(module: string): Promise<number>;
  /**
   * Computes the chain of a module anew and compares it with its seals.
   *
   * @throws RangeError without a seal key
   */
  verifyChain(range: {
    module: string;
    from?: number | undefined;
    to?: number | undefined;
  }): Promise<ChainReport>;
  /**
   * Moves segments whose every fact was stored before that time into files, once they are verified.
   *
   * @throws RangeError without a folder; ArchiveMismatch when the files are not what was written
   */
  archiveSegments(module: string, before: Date): Promise<ArchivedSegment[]>;
  /** Reads the archive of a module back and compares it with what was recorded. */
  verifyArchive(module: string): Promise<ArchiveReport[]>;
  /** What is archived of a module, oldest first. */
  archived(module: string): Promise<ArchivedSegment[]>;
  /** Takes over logs that were restored from another cluster; answers how many facts it logged. */
  rebase(tx: Transaction): Promise<number>;
  /** Verifies, archives and counts, for each module at most once a night. */
  nightly(now: Date): Promise<void>;
  /** What the last verifications found. */
  states(): Promise<KeepingState[]>;
  /** Modules of this process whose facts are kept. */
  readonly modules: readonly string[];
  /** Settles once no snapshot is waiting to be taken. */
  snapshotsTaken(): Promise<void>;
}

interface RunningKeeping extends Keeping {
  readonly bindings: Pick<Bindings, 'onSnapshotDue' | 'onErased' | 'archive'>;
  start(): void;
  stop(): Promise<void>;
  logged(module: string, n: number): void;
}

interface KeepingHost {
  readonly workers: WorkerPool;
  readonly actor: Actor;
  readonly metrics: EventMetrics;
  leads(module: string): boolean;
}

const GAUGES_MS = 30_000;
const RETENTION_DAYS = 90;

export function createKeeping(options: BackboneOptions, host: KeepingHost): RunningKeeping {
  const { sealing, modules, log, archiveDirectory, onErased } = options;
  const { workers, actor, leads, metrics } = host;
  const own = modules.flatMap(({ name, events }) => (events === undefined ? [] : [name]));
  const archive =
    archiveDirectory === undefined ? undefined : createArchiveReader(archiveDirectory);
  const snapshots = createSnapshotter({ workers, actor, log });
  const sealer =
    sealing === undefined
      ? undefined
      : createSealer({ workers, actor, log, sealing, archive, modules: own, leads });
  const kept = keptBy(options, host, own, archive);
  const measure = (): void => {
    kept
      .states()
      .then((all) => all.forEach((state) => show(metrics, state)))
      .catch((error: unknown) => log.warn({ err: error }, 'keeping not measured'));
  };
  let gauges: NodeJS.Timeout | undefined;
  return {
    ...kept,
    nightly: async (now) => {
      await kept.nightly(now);
      measure();
    },
    bindings: {
      onSnapshotDue: snapshots.due,
      ...(onErased === undefined ? {} : { onErased }),
      archive,
    },
    start: () => {
      sealer?.start();
      gauges = setInterval(measure, GAUGES_MS);
    },
    stop: async () => {
      clearInterval(gauges);
      await Promise.all([sealer?.stop(), snapshots.stop()]);
    },
    logged: (module, n) => sealer?.logged(module, n),
    snapshotsTaken: () => snapshots.idle(),
  };
}

/** What is done with the past when somebody or the night asks for it. */
function keptBy(
  { sealing, log, archiveDirectory, retentionDays = RETENTION_DAYS }: BackboneOptions,
  { workers, actor }: KeepingHost,
  modules: readonly string[],
  archive: ArchiveReader | undefined,
): Omit<Keeping, 'snapshotsTaken'> {
  const folder = (): string => {
    if (archiveDirectory === undefined) throw new RangeError('There is no folder for the archive');
    return archiveDirectory;
  };
  const sealed = (): NonNullable<typeof sealing> => {
    if (sealing === undefined) throw new RangeError('There is no key for seals');
    return sealing;
  };
  const kept: Omit<Keeping, 'snapshotsTaken'> = {
    modules,
    seal: async (module) =>
      sealLog(workers, actor, {
        ...sealed(),
        module,
        ...(archive === undefined ? {} : { archive }),
      }),
    verifyChain: async (range) => {
      const { key, formerKeys = [], directory } = sealed();
      const keys: SealKey[] = [key, ...formerKeys];
      return verifyChain(workers, actor, { ...range, keys, directory, archive });
    },
    archiveSegments: async (module, before) =>
      archiveSegments(workers, actor, { module, before, directory: folder() }),
    verifyArchive: async (module) => verifyArchive(workers, actor, { module, directory: folder() }),
    archived: (module) =>
      workers.transaction(actor, (tx) => listArchive(tx, module), { readOnly: true }),
    rebase: async (tx) => {
      let logged = 0;
      for (const module of modules) logged += (await rebase(tx, module)).logged;
      return logged;
    },
    states: () =>
      workers.transaction(
        actor,
        (tx) => Promise.all(modules.map((module) => keepingState(tx, module))),
        { readOnly: true },
      ),
    nightly: (now) => {
      const [isSealed, hasArchive] = [sealing !== undefined, archiveDirectory !== undefined];
      const has = { isSealed, hasArchive };
      return nightly({ ...kept, ...has, workers, actor, log, modules, retentionDays }, now);
    },
  };
  return kept;
}

function show(metrics: EventMetrics, state: KeepingState): void {
  const { module, verifiedAt, fault } = state;
  metrics.unsealed.set({ module }, state.unsealed);
  metrics.archiveSegments.set({ module }, state.segments);
  if (verifiedAt === undefined) return;
  metrics.verifiedPosition.set({ module }, state.verifiedPosition);
  metrics.verifiedAt.set({ module }, verifiedAt.getTime() / 1_000);
  metrics.isChainWhole.set({ module }, fault === undefined ? 1 : 0);
  metrics.unlogged.set({ module }, state.unlogged);
}
