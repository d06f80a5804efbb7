import type { BackboneOperations, Context, Feed } from '#kernel/events';

/** What a resolver gets: one per request and subgraph, so its loaders never outlive the caller. */
export interface ResolverContext extends Context {
  /** Live events of the context's own log, resumable by position. */
  readonly feed: Feed;
  /** Position after which a resumed subscription goes on; absent for a new one. */
  readonly resumeFrom?: number;
  /** The same as its source gave it, where that is more than one number. */
  readonly resumeAt?: string;
  /** For resolvers by which people run the backbone; they check the right to. */
  readonly backbone?: BackboneOperations;
  /** Told when a root field refused the caller; for the count of denials. */
  onDenied?(field: string): void;
  /** Aborted when the client has gone. */
  readonly signal?: AbortSignal;
}
