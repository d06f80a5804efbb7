/** Told as the system comes up, for the list of steps on the screen. */
export interface Progress {
  begin(step: string): void;
  detail(text: string): void;
  done(step: string, detail?: string): void;
}

export const SILENT: Progress = { begin: () => {}, detail: () => {}, done: () => {} };

/** The same, but with the signal no further step begins. */
export function endedBy(signal: AbortSignal, progress: Progress): Progress {
  return {
    ...progress,
    begin(name) {
      signal.throwIfAborted();
      progress.begin(name);
    },
    detail(text) {
      signal.throwIfAborted();
      progress.detail(text);
    },
  };
}

/** @throws what the work throws, or the reason of a signal that came before it */
export async function step<T>(
  progress: Progress,
  name: string,
  work: () => T | Promise<T>,
  describe: (result: T) => string,
): Promise<T> {
  progress.begin(name);
  const result = await work();
  progress.done(name, describe(result));
  return result;
}
