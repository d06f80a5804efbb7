import type { Transaction } from '#kernel/database';
import type { AnyEvent, EventCatalog, Recorded } from './catalog.ts';

/** Handlers by type; each sees the fact of its own type. */
export type Handlers<E extends AnyEvent, Target> = {
  readonly [Type in E['type']]?: (
    event: Recorded<Extract<E, { type: Type }>>,
    target: Target,
  ) => Promise<unknown>;
};

export interface ProjectionDefinition<E extends AnyEvent> {
  /** `<module>.<noun>`, unique; its checkpoint lives in that module's schema. */
  readonly name: string;
  /** Runs in the transaction of the append; only for facts of its own module that must be read back at once. */
  readonly inline?: boolean;
  /** Tables it alone writes, replaced by a rebuild; `schema.table`. */
  readonly tables: readonly string[];
  /**
   * Tables of its module that are not its own but whose rows it keeps a copy on. A rebuild fills those
   * of other projections along with it and leaves any other alone.
   */
  readonly handsDown?: readonly string[];
  /**
   * Rows of one aggregate depend on its own facts alone, so facts of different aggregates may be applied
   * side by side.
   */
  readonly isPerAggregate?: boolean;
  /**
   * Into how many shards it is split at first, 1 to 8: facts of different aggregates are handled side by
   * side, those of one aggregate in order. Only where they share no row. Changed by `freshplan consumers
   * split`, never here.
   */
  readonly shards?: number;
  /**
   * Type → rows; `*` stands for every fact of every module. Idempotent. Personal fields are
   * ciphertext until `open(tx, event)`.
   */
  readonly on: Handlers<E, Transaction>;
  /**
   * Facts that are there together, in the order of the log, for fewer statements than one by one. Must
   * leave the rows that `on` leaves, however the facts are cut into batches; a batch that fails is
   * handled by `on` alone.
   */
  readonly onMany?:
    | ((facts: readonly Recorded<E>[], target: Transaction) => Promise<unknown>)
    | undefined;
}

/** A projection whatever it listens to. */
export interface Projection {
  readonly name: string;
  readonly inline?: boolean;
  readonly tables: readonly string[];
  readonly handsDown?: readonly string[];
  readonly isPerAggregate?: boolean;
  readonly shards?: number;
  readonly on: Readonly<Record<string, AnyHandler<Transaction>>>;
  readonly onMany?:
    | ((facts: readonly Recorded<AnyEvent>[], tx: Transaction) => Promise<unknown>)
    | undefined;
}

// Handlers of different facts share one table; each parameter is checked where it is declared.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyHandler<Target> = (event: any, target: Target) => Promise<unknown>;

/** One handler for every type of a catalog, for read models that fold the whole aggregate. */
export function handlersFor<E extends AnyEvent, Target>(
  catalog: EventCatalog,
  handle: (event: Recorded<E>, target: Target) => Promise<unknown>,
): Handlers<E, Target> {
  const handlers = Object.keys(catalog.facts).map((type) => [type, handle]);
  return Object.fromEntries(handlers) as Handlers<E, Target>;
}

/** Stands for every fact of every module, where no handler of its own is given. */
export const ANY_TYPE = '*';

const NAME = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_-]*$/;
const TABLE = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/;

/**
 * Declares how facts become rows: `defineProjection<LeadEvent>({ … })` types every handler.
 *
 * @throws TypeError for a malformed name or table
 */
export function defineProjection<E extends AnyEvent = AnyEvent>(
  projection: ProjectionDefinition<E>,
): Projection {
  checkName(projection.name);
  const { name, tables, handsDown = [] } = projection;
  const table = [...tables, ...handsDown].find((each) => !TABLE.test(each));
  if (table !== undefined) throw new TypeError(`"${table}" is no name like schema.table`);
  const module = name.slice(0, name.indexOf('.') + 1);
  const foreign = [...tables, ...handsDown].find((each) => !each.startsWith(module));
  if (foreign !== undefined) throw new TypeError(`${foreign} is not of the module of ${name}`);
  return Object.freeze(projection) as unknown as Projection;
}

export function checkName(name: string): void {
  if (!NAME.test(name)) throw new TypeError(`"${name}" is no name like module.noun`);
}

/** Applies one fact; a fact the projection does not listen to changes nothing. */
export async function project(
  projection: Projection,
  event: Recorded<AnyEvent>,
  tx: Transaction,
): Promise<void> {
  await handlerFor(projection, event.type)?.(event, tx);
}

/** Applies facts in their order, together where the projection can; others change nothing. */
export async function projectAll(
  projection: Projection,
  events: readonly Recorded<AnyEvent>[],
  tx: Transaction,
): Promise<void> {
  const heard = events.filter(({ type }) => handlerFor(projection, type) !== undefined);
  if (projection.onMany !== undefined && heard.length > 1) await projection.onMany(heard, tx);
  else for (const event of heard) await project(projection, event, tx);
}

/** The handler of a type, if the projection listens to it. */
export function handlerFor(
  projection: Projection,
  type: string,
): AnyHandler<Transaction> | undefined {
  return projection.on[type] ?? projection.on[ANY_TYPE];
}
