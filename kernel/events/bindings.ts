import type { Transaction } from '#kernel/database';
import type { Keyring } from './personal.ts';
import type { Projection } from './projection.ts';

/** What appending to a database involves besides the store itself. */
export interface Bindings {
  /** Module → projections that live in the transaction of the append. */
  readonly inline: ReadonlyMap<string, readonly Projection[]>;
  readonly keyring: Keyring | undefined;
  /** Told after the commit of an append that the module has something new. */
  onAppended(module: string): void;
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
