import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import type { Aggregate } from './aggregate.ts';
import { bindingsOf } from './bindings.ts';
import type { AnyEvent } from './catalog.ts';
import { replay } from './load.ts';
import { SubjectErased } from './personal.ts';
import { placeOf, sealState, snapshotSchemaOf } from './snapshot-state.ts';

/**
 * Keeps the state of an aggregate as it is now, for later loads to begin with; snapshots of another
 * shape go. A cache: nothing is lost without it.
 *
 * @returns the version kept, 0 when there is nothing to keep
 */
export async function takeSnapshot<S, E extends AnyEvent>(
  tx: Transaction,
  aggregate: Aggregate<S, E>,
  id: string,
): Promise<number> {
  const { module } = aggregate.events;
  const { state, version, events, subjects } = await replay(tx, aggregate, id);
  if (events === 0) return 0;
  const schema = snapshotSchemaOf(aggregate);
  const place = placeOf(module, id, version, schema);
  const sealed = await sealState(bindingsOf(tx).keyring, state, place, subjects);
  await tx.query(
    `delete from ${module}.snapshot where aggregate_id = $1 and schema_version <> $2`,
    [id, schema],
  );
  await tx.query(
    `insert into ${module}.snapshot (aggregate_id, version, schema_version, state)
     values ($1, $2, $3, $4)
     on conflict (aggregate_id, version) do update
       set schema_version = excluded.schema_version, state = excluded.state,
         taken_at = excluded.taken_at`,
    [id, version, schema, JSON.stringify(sealed)],
  );
  await tx.query(`update ${module}.stream set snapshot_version = $2 where aggregate_id = $1`, [
    id,
    version,
  ]);
  return version;
}

export interface Snapshotter {
  /** Asks for a snapshot soon; more than can be remembered are forgotten. */
  due(aggregate: Aggregate<unknown>, id: string): void;
  /** Settles once nothing is waiting. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const WAITING_MAX = 1_000;
const TIMEOUT_MS = 30_000;

/** Takes snapshots one after the other, apart from those who write and read. */
export function createSnapshotter(options: {
  readonly workers: UnitOfWork;
  readonly actor: Actor;
  readonly log: Logger;
}): Snapshotter {
  const { workers, actor, log } = options;
  const waiting = new Map<string, () => Promise<unknown>>();
  let running: Promise<void> | undefined;
  let stopping = false;
  const run = async (): Promise<void> => {
    for (const [key, work] of waiting) {
      waiting.delete(key);
      if (stopping) return;
      await work().catch((error: unknown) => {
        if (!(error instanceof SubjectErased)) log.warn({ key, err: error }, 'no snapshot taken');
      });
    }
  };
  return {
    due(aggregate, id) {
      const key = `${aggregate.events.module}/${id}`;
      if (stopping || (waiting.size >= WAITING_MAX && !waiting.has(key))) return;
      waiting.set(key, () =>
        workers.transaction(actor, (tx) => takeSnapshot(tx, aggregate, id), {
          statementTimeoutMs: TIMEOUT_MS,
        }),
      );
      running ??= run().finally(() => (running = undefined));
    },
    async idle() {
      while (running !== undefined) await running;
    },
    async stop() {
      stopping = true;
      await running;
    },
  };
}
