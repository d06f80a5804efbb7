import type { AnyEvent, Recorded } from './catalog.ts';
import type { Context } from './context.ts';
import { checkName, type AnyHandler, type Handlers } from './projection.ts';

/**
 * Context of a reaction. The actor is the job; `database.transaction` runs in a savepoint of the
 * consumer's transaction, so whatever is appended and the checkpoint are one commit.
 */
export interface ReactionContext extends Context {
  /**
   * Does something outside the database once: claims, calls with a key for the other side to dedupe
   * by, remembers the JSON answer (at most 16 KiB, nothing personal). A later try of the same event
   * gets the remembered answer without a call.
   */
  effect<T>(key: string, call: (idempotencyKey: string) => Promise<T>): Promise<T>;
  /** The fact in clear. */
  open<E extends AnyEvent>(event: Recorded<E>): Promise<Recorded<E>>;
}

export interface ReactionDefinition<E extends AnyEvent> {
  /** `<module>.<noun>`, unique; its checkpoint lives in that module's schema. */
  readonly name: string;
  /** True: one that is new does nothing about what happened before it was deployed. */
  readonly startsNow?: boolean;
  /** As of a projection: into how many shards it is split at first, 1 to 8. */
  readonly shards?: number;
  /**
   * Type → what to do about it; `*` stands for every fact of every module. At least once: a try
   * that failed is repeated. Never replayed.
   */
  readonly on: Handlers<E, ReactionContext>;
}

/** A reaction whatever it listens to. */
export interface Reaction {
  readonly name: string;
  readonly startsNow?: boolean;
  readonly shards?: number;
  readonly on: Readonly<Record<string, AnyHandler<ReactionContext>>>;
}

/** Declares "when X happened elsewhere, do Y here". @throws TypeError for a malformed name */
export function defineReaction<E extends AnyEvent = AnyEvent>(
  reaction: ReactionDefinition<E>,
): Reaction {
  checkName(reaction.name);
  return Object.freeze(reaction) as unknown as Reaction;
}
