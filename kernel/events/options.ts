import type { Database } from '#kernel/database';
import type { Logger, Metrics, Tracing } from '#kernel/telemetry';
import type { EventCatalog } from './catalog.ts';
import type { ConsumerKey } from './leases.ts';
import type { LogSource } from './log-source.ts';
import type { Outlet } from './outlet.ts';
import type { Keyring } from './personal.ts';
import type { Projection } from './projection.ts';
import type { Reaction } from './reaction.ts';
import type { SealingOptions } from './seals.ts';
import type { Clock } from './store.ts';

/** As much of a subgraph as the backbone runs. */
export interface BackboneModule {
  readonly name: string;
  readonly events?: EventCatalog | undefined;
  readonly projections?: readonly Projection[] | undefined;
  readonly reactions?: readonly Reaction[] | undefined;
}

export interface BackboneOptions {
  readonly database: Database;
  /** Modules of this database. */
  readonly modules: readonly BackboneModule[];
  /**
   * Of `modules`, those whose log heads and consumers run in this process. The others run in processes
   * of their own on the same database; here they are known to readers and to people's operations.
   * Default: all.
   */
  readonly runsHere?: ((module: string) => boolean) | undefined;
  /** Facts of modules that run elsewhere but are listened to here. */
  readonly foreign?: readonly EventCatalog[];
  /** Whence the foreign facts come; default: the logs of this database. */
  readonly remote?: LogSource | undefined;
  /**
   * Own facts come from `remote` too. Log heads, consumers and keeping of the modules run in other
   * processes on this database; here are their commands and subscriptions.
   */
  readonly follows?: boolean | undefined;
  /** Where the own modules' facts are handed on to other machines. */
  readonly outlet?: Outlet | undefined;
  /** All territories there are: jobs work in each of them. */
  readonly territories: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Handling goes on with the traces of facts. */
  readonly tracing?: Tracing | undefined;
  readonly keyring?: Keyring | undefined;
  /** False pauses a consumer at its checkpoint; asked before every batch. */
  readonly isEnabled?: (consumer: ConsumerKey) => boolean;
  /** Connections for consumers and catching up. */
  readonly workersMax?: number;
  /** Tries per fact before it is set aside. */
  readonly attemptsMax?: number;
  readonly handlerTimeoutMs?: number;
  /** For how long a consumer rests after five facts in a row that failed; after ten it is FAILED. */
  readonly restMs?: number;
  /** Seals the logs led here; without it they are not sealed. */
  readonly sealing?: SealingOptions | undefined;
  /** Folder with the facts that have left the event tables; without it none leave. */
  readonly archiveDirectory?: string | undefined;
  /** Days after which a segment may leave for the archive; 90 by default. */
  readonly retentionDays?: number | undefined;
  /** Told when a person's key was destroyed by this process, for caches of clear values. */
  readonly onErased?: ((subjectId: string) => void) | undefined;
}
