/** Anything with a lifetime. `start` resolves when it serves, `stop` when it holds nothing any more. */
export interface Service {
  readonly name: string;
  start(): Promise<void>;
  /** Drains and releases; may be called once after `start`, also when a later service failed to start. */
  stop(): Promise<void>;
}

export interface RunOptions {
  /** Milliseconds one service may take to stop before the next one is stopped. */
  stopTimeoutMs: number;
  onStarted?: (name: string, durationMs: number) => void;
  onStopFailed?: (name: string, error: unknown) => void;
}

export interface RunningServices {
  /** Stops in reverse order, each within its timeout; safe to call twice. */
  stop(): Promise<void>;
}

/** Starts services in order. When one fails, those already started are stopped and its error is thrown. */
export async function startServices(
  services: readonly Service[],
  options: RunOptions,
): Promise<RunningServices> {
  const started: Service[] = [];
  let stopping: Promise<void> | undefined;
  const running = { stop: () => (stopping ??= stopAll(started, options)) };
  for (const service of services) {
    const before = performance.now();
    try {
      started.push(service);
      await service.start();
    } catch (error) {
      await running.stop();
      throw error;
    }
    options.onStarted?.(service.name, performance.now() - before);
  }
  return running;
}

async function stopAll(started: readonly Service[], options: RunOptions): Promise<void> {
  for (const service of started.toReversed()) {
    try {
      await within(service.stop(), options.stopTimeoutMs, service.name);
    } catch (error) {
      options.onStopFailed?.(service.name, error);
    }
  }
}

async function within(work: Promise<void>, timeoutMs: number, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${name} did not stop within ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
