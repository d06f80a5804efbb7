import type { LogEntry } from './log.ts';

/** Facts of one log that follow on each other, from a position on. */
interface Page {
  readonly after: number;
  readonly entries: readonly LogEntry[];
}

export interface Pages {
  /** At most `limit` entries after a position, in order. */
  read(after: number, limit: number): Promise<readonly LogEntry[]>;
}

export const PAGE_SIZE = 1_000;
/** Consumers that catch up from different places have one each. */
const PAGES_MAX = 8;

/**
 * The pages of one log that were read last, for all who catch up; the one after a full page is read
 * while that is worked off. What is logged never changes, so a full page stays true.
 *
 * @param source at most so many entries after a position
 */
export function createPages(
  source: (after: number, limit: number) => Promise<readonly LogEntry[]>,
): Pages {
  const kept = new Map<number, Page>();
  const underWay = new Map<number, Promise<Page>>();

  const fetch = (after: number): Promise<Page> => {
    const running = underWay.get(after);
    if (running !== undefined) return running;
    const run = source(after, PAGE_SIZE)
      .then((entries) => {
        const page = { after, entries };
        // At the end of the log there may be more at the next look.
        if (isFull(page)) keep(page);
        return page;
      })
      .finally(() => underWay.delete(after));
    underWay.set(after, run);
    return run;
  };
  const keep = (page: Page): void => {
    kept.delete(page.after);
    kept.set(page.after, page);
    const [oldest] = kept.keys();
    if (kept.size > PAGES_MAX && oldest !== undefined) kept.delete(oldest);
  };

  return {
    async read(after, limit) {
      const known = [...kept.values()].find((page) => page.after <= after && endOf(page) > after);
      const page = known ?? (await fetch(after));
      const from = page.entries.findIndex(({ position }) => position > after);
      // A failure shows when the page is asked for.
      if (isFull(page) && !kept.has(endOf(page))) void fetch(endOf(page)).catch(() => {});
      return from < 0 ? [] : page.entries.slice(from, from + limit);
    },
  };
}

const isFull = ({ entries }: Page): boolean => entries.length >= PAGE_SIZE;
const endOf = ({ after, entries }: Page): number => entries.at(-1)?.position ?? after;
