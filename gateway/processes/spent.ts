/** Ids that were used, each for as long as it could be used again. */
export interface Spent {
  /** False when it was there, or when there is no room to remember it: nobody gets in unremembered. */
  add(id: string, until: number): boolean;
}

/** More than a process answers within the life of a token. */
const COUNT_MAX = 500_000;

export function createSpent(now: () => number, countMax = COUNT_MAX): Spent {
  // In the order in which they came, which is nearly that in which they end.
  const ids = new Map<string, number>();
  const sweep = (): void => {
    const at = now();
    for (const [id, until] of ids) {
      if (until > at) return;
      ids.delete(id);
    }
  };
  return {
    add(id, until) {
      sweep();
      if (ids.has(id) || ids.size >= countMax) return false;
      ids.set(id, until);
      return true;
    },
  };
}
