import type DataLoader from 'dataloader';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '#kernel/access';
import type { UnitOfWork } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import type { EventContext } from './store.ts';

/** What commands, queries and resolvers are handed: who asks, and everything they may use. */
export interface Context extends EventContext {
  readonly actor: Actor;
  readonly database: UnitOfWork;
  /** A fresh identity map under the actor's rights; sees committed rows only. */
  em(): EntityManager;
  readonly log: Logger;
  readonly requestId: string;
  /** The loader of that name, made on first use; batches keys and remembers rows for this context. */
  loader<K, V>(
    name: string,
    batch: (keys: readonly K[]) => Promise<(V | Error)[]>,
  ): DataLoader<K, V>;
}
