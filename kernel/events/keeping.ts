import type { Actor } from '#kernel/access';
import type { WorkerPool } from '#kernel/database';
import type { Bindings } from './bindings.ts';
import type { SealKey } from './chain.ts';
import type { BackboneOptions } from './options.ts';
import { createSealer, sealLog } from './seals.ts';
import { createSnapshotter } from './snapshots.ts';
import { verifyChain, type ChainReport } from './verify-chain.ts';

/** What keeps the past of a process's modules: seals and snapshots. */
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
  { sealing, modules, log, archive, onErased }: BackboneOptions,
  { workers, actor, leads }: { workers: WorkerPool; actor: Actor; leads(module: string): boolean },
): RunningKeeping {
  const own = modules.flatMap(({ name, events }) => (events === undefined ? [] : [name]));
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
  };
}
