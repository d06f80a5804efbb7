import type { ConsumerState } from './lag.ts';

const TIMEOUT_MS = 30_000;
const POLL_MS = 5;

/** Waits until nothing flows any more. @throws Error with the laggards when the time is up */
export async function settle(
  backbone: {
    /** Gives everything committed its position. */
    tick(): Promise<unknown>;
    /** Where every log stands. */
    positions(): string;
    /** Consumers that are behind and not standing still on purpose. */
    behind(): Promise<readonly ConsumerState[]>;
  },
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    await backbone.tick();
    const behind = await backbone.behind();
    if (behind.length === 0) {
      // What the last handlers recorded may have been committed after the heads had looked.
      const before = backbone.positions();
      await backbone.tick();
      if (backbone.positions() === before) return;
      continue;
    }
    if (performance.now() > deadline) {
      throw new Error(
        `Not settled: ${behind.map((each) => `${each.name} ${each.lagEvents}`).join(', ')}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
