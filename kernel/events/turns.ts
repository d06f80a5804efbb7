/** The last that wanted the process for itself, and everything since that does not. */
let lastAlone: Promise<unknown> = Promise.resolve();
const others = new Set<Promise<unknown>>();

/** Nothing else of this kind is under way meanwhile: what ends the process now is this work. */
export function alone<T>(work: () => Promise<T>): Promise<T> {
  const mine = Promise.allSettled([lastAlone, ...others]).then(work);
  lastAlone = mine.catch(() => {});
  return mine;
}

/** Side by side with all others, but for those that have to be alone. */
export function beside<T>(work: () => Promise<T>): Promise<T> {
  const mine = lastAlone.then(work);
  others.add(mine);
  const leave = (): boolean => others.delete(mine);
  mine.then(leave, leave);
  return mine;
}
