import { setTimeout as wait } from 'node:timers/promises';
import type { Service } from './service.ts';

/** Work that goes on as long as the process does. */
export interface Lasting {
  /** Settles soon after the signal; called again when it ends before. */
  run(signal: AbortSignal): Promise<void>;
  onFault(error: unknown): void;
}

const RETRY_MS = 500;

/** Keeps all of it going from start to stop; what fails or ends goes on after half a second. */
export function lasting(name: string, work: readonly Lasting[]): Service {
  const ending = new AbortController();
  const { signal } = ending;
  const keep = async ({ run, onFault }: Lasting): Promise<void> => {
    while (!signal.aborted) {
      try {
        await run(signal);
      } catch (error) {
        onFault(error);
      }
      await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  let running: Promise<void>[] = [];
  return {
    name,
    async start() {
      running = work.map(keep);
    },
    async stop() {
      ending.abort();
      await Promise.all(running);
    },
  };
}
