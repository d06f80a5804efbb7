import { randomUUID } from 'node:crypto';
import DataLoader from 'dataloader';
import { systemActor, type Actor } from '#kernel/access';
import { unitOfWorkIn, type Database, type Transaction, type UnitOfWork } from '#kernel/database';
import type { Logger, Span } from '#kernel/telemetry';
import type { AnyEvent, Recorded } from './catalog.ts';
import type { Context } from './context.ts';
import { effectOnce } from './effects.ts';
import type { Keyring } from './personal.ts';
import type { ReactionContext } from './reaction.ts';
import type { Clock } from './store.ts';

export interface ContextSource {
  readonly database: Database;
  readonly workers: UnitOfWork;
  readonly clock: Clock;
  readonly log: Logger;
  readonly keyring: Keyring | undefined;
  /** Number of this process, locked while it lives. */
  readonly claimant: number;
}

/** Context of one try to handle one fact. */
export function reactionContext(
  source: ContextSource,
  consumer: string,
  event: Recorded<AnyEvent>,
  { tx, span }: { tx: Transaction; span?: Span | undefined },
): ReactionContext {
  const { keyring, workers, claimant } = source;
  const base = jobContext(source, {
    actor: tx.actor,
    database: unitOfWorkIn(tx),
    correlationId: event.correlationId,
    causationId: event.id,
    traceparent: event.traceparent ?? undefined,
    span,
  });
  return {
    ...base,
    effect: (key, call) =>
      effectOnce(workers, tx.actor, { consumer, eventId: event.id, key, claimant }, call),
    open: async <E extends AnyEvent>(each: Recorded<E>) =>
      keyring === undefined ? each : keyring.open(each),
  };
}

/** Context for work that no person asked for: a reaction, a timer, a seed. */
export function jobContext(
  { database, clock, log }: Pick<ContextSource, 'database' | 'clock' | 'log'>,
  job: {
    actor: Actor;
    database?: UnitOfWork;
    correlationId?: string;
    causationId?: string;
    traceparent?: string | undefined;
    span?: Span | undefined;
  },
): Context {
  const loaders = new Map<string, unknown>();
  const requestId = randomUUID();
  const { actor, correlationId = requestId, causationId, traceparent, span } = job;
  const context: Context = {
    actor,
    database: job.database ?? database,
    em: () => database.em(actor),
    clock,
    newId: randomUUID,
    log,
    requestId,
    correlationId,
    causationId,
    traceparent,
    loader<K, V>(name: string, batch: (keys: readonly K[]) => Promise<(V | Error)[]>) {
      const made = loaders.get(name) as DataLoader<K, V> | undefined;
      if (made !== undefined) return made;
      const loader = new DataLoader<K, V>(batch);
      loaders.set(name, loader);
      return loader;
    },
  };
  return span === undefined ? context : contextWithin(span, context);
}

/** The same context for one of its steps: transactions and facts hang below its span. */
export function contextWithin<C extends Context>(span: Span, context: C): C {
  const { database } = context;
  const traced: UnitOfWork = {
    transaction: (actor, work, options) =>
      database.transaction(actor, work, { ...options, span: options?.span ?? span }),
  };
  return { ...context, span, traceparent: span.traceparent, database: traced };
}

/** The actor of a consumer: the job by its name, in all territories. */
export function consumerActor(name: string, territories: readonly string[]): Actor {
  return systemActor(name, territories);
}
