import type { Transaction } from '#kernel/database';
import type { Aggregate } from './aggregate.ts';
import type { ArchiveReader } from './history.ts';
import type { Keyring } from './personal.ts';
import type { Projection } from './projection.ts';
import type { EventRow } from './recorded.ts';

/** What appending to a database involves besides the store itself. */
export interface Bindings {
  /** Module → projections that live in the transaction of the append. */
  readonly inline: ReadonlyMap<string, readonly Projection[]>;
  readonly keyring: Keyring | undefined;
  /** Told after the commit of an append that the module has something new. */
  onAppended(module: string): void;
  /** Takes over facts of a module as its table has them, where that spares reading them again. */
  memoryOf?(module: string): ((rows: readonly EventRow[], characters: number) => void) | undefined;
  /** Told after a commit that a snapshot of an aggregate would spare later loads much. */
  onSnapshotDue?(aggregate: Aggregate<unknown>, id: string): void;
  /** Told after the commit that destroyed a person's key. */
  onErased?(subjectId: string): void;
  /** Facts that have left the event tables. */
  readonly archive?: ArchiveReader | undefined;
}

const NONE: Bindings = { inline: new Map(), keyring: undefined, onAppended: () => {} };

const bound = new WeakMap<object, Bindings>();

/** Attaches projections, keys and listeners to a database; the last call wins. */
export function bindEvents(database: object, bindings: Bindings): void {
  bound.set(database, bindings);
}

export function bindingsOf(tx: Transaction): Bindings {
  return bound.get(tx.database) ?? NONE;
}
