import { setTimeout as wait } from 'node:timers/promises';
import type { Feed } from '#kernel/events';
import type { Subgraph } from '#kernel/graphql';
import type { Service } from '#kernel/service';
import type { Logger } from '#kernel/telemetry';

const RETRY_MS = 500;

/** Keeps what contexts hold in memory in step with facts, in whichever process they are recorded. */
export function createFollowers(subgraphs: readonly Subgraph[], feed: Feed, log: Logger): Service {
  const ending = new AbortController();
  const { signal } = ending;
  const run = async ({ name, follow }: Subgraph): Promise<void> => {
    while (follow !== undefined && !signal.aborted) {
      try {
        await follow(feed, signal);
      } catch (error) {
        log.warn({ context: name, err: error }, 'facts are not followed, trying again');
      }
      await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  let running: Promise<void>[] = [];
  return {
    name: 'followers',
    async start() {
      running = subgraphs.map(run);
    },
    async stop() {
      ending.abort();
      await Promise.all(running);
    },
  };
}
