import type { AnyEvent, Envelope, EventCatalog } from './catalog.ts';

/** What `evolve` may look at besides type and data. */
export type Evolving<E> = E extends unknown
  ? E & Pick<Envelope, 'aggregateId' | 'version' | 'time' | 'actor' | 'meta'>
  : never;

/** A write model: pure functions over the facts of one aggregate. */
export interface Aggregate<S, E extends AnyEvent = AnyEvent> {
  /** Kind of aggregate, as in the catalog. */
  readonly type: string;
  readonly events: EventCatalog;
  readonly initial: S;
  evolve(state: S, event: Evolving<E>): S;
  /** Where it belongs after the facts; decides who may read and write its history. Null: the owner alone. */
  territoryOf(state: S): string | null;
  ownerOf(state: S): string | null;
  /** Raise whenever the shape of the state changes; snapshots of another version are not used. */
  readonly snapshotVersion?: number;
  /** Versions between two snapshots, 100 when absent; 0 for none. */
  readonly snapshotEvery?: number;
}

/** An aggregate as it stood when it was read. */
export interface Loaded<S> {
  readonly state: S;
  /** 0 when nothing was recorded yet. */
  readonly version: number;
}
