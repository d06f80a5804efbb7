import type { Feed } from '#kernel/events';
import type { Subgraph } from '#kernel/graphql';
import { lasting, type Service } from '#kernel/service';
import type { Logger } from '#kernel/telemetry';

/** Keeps what contexts hold in memory in step with facts, in whichever process they are recorded. */
export function createFollowers(subgraphs: readonly Subgraph[], feed: Feed, log: Logger): Service {
  return lasting(
    'followers',
    subgraphs.flatMap(({ name, follow }) =>
      follow === undefined
        ? []
        : {
            run: (signal: AbortSignal) => follow(feed, signal),
            onFault: (error: unknown) =>
              log.warn({ context: name, err: error }, 'facts are not followed, trying again'),
          },
    ),
  );
}
