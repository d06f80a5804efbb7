/** Told as the system comes up, for the list of steps on the screen. */
export interface Progress {
  begin(step: string): void;
  detail(text: string): void;
  done(step: string, detail?: string): void;
}

export const SILENT: Progress = { begin: () => {}, detail: () => {}, done: () => {} };

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
