import type { Actor } from '#kernel/access';
import type { WorkerPool } from '#kernel/database';
import { createArchiveReader } from './archive-files.ts';
import {
  archiveSegments,
  verifyArchive,
  type ArchivedSegment,
  type ArchiveReport,
} from './archive.ts';
import type { Bindings } from './bindings.ts';
import type { SealKey } from './chain.ts';
import type { BackboneOptions } from './options.ts';
import { createSealer, sealLog } from './seals.ts';
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
  /** Settles once no snapshot is waiting to be taken. */
  snapshotsTaken(): Promise<void>;
}

interface RunningKeeping extends Keeping {
  readonly bindings: Pick<Bindings, 'onSnapshotDue' | 'onErased' | 'archive'>;
  start(): void;
  stop(): Promise<void>;
  logged(module: string, n: number): void;
}

export function createKeeping(
  { sealing, modules, log, archiveDirectory, onErased }: BackboneOptions,
  { workers, actor, leads }: { workers: WorkerPool; actor: Actor; leads(module: string): boolean },
): RunningKeeping {
  const own = modules.flatMap(({ name, events }) => (events === undefined ? [] : [name]));
  const archive =
    archiveDirectory === undefined ? undefined : createArchiveReader(archiveDirectory);
  const folder = (): string => {
    if (archiveDirectory === undefined) throw new RangeError('There is no folder for the archive');
    return archiveDirectory;
  };
  const snapshots = createSnapshotter({ workers, actor, log });
  const sealer =
    sealing === undefined
      ? undefined
      : createSealer({ workers, actor, log, sealing, archive, modules: own, leads });
  const sealed = (): NonNullable<typeof sealing> => {
    if (sealing === undefined) throw new RangeError('There is no key for seals');
    return sealing;
  };
  return {
    bindings: {
      onSnapshotDue: snapshots.due,
      ...(onErased === undefined ? {} : { onErased }),
      archive,
    },
    start: () => sealer?.start(),
    stop: async () => {
      await Promise.all([sealer?.stop(), snapshots.stop()]);
    },
    logged: (module, n) => sealer?.logged(module, n),
    snapshotsTaken: () => snapshots.idle(),
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
  };
}
