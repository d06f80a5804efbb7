import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { LogEntry } from './log.ts';
import { createPages } from './pages.ts';

/** A log with a fact at every second position, which remembers what was asked of it. */
function logOf(length: number) {
  const asked: number[] = [];
  const positions = Array.from({ length }, (_, n) => 2 * n + 1);
  const source = (after: number, limit: number): Promise<readonly LogEntry[]> => {
    asked.push(after);
    const page = positions.filter((position) => position > after).slice(0, limit);
    return Promise.resolve(page.map((position) => ({ position }) as LogEntry));
  };
  return { asked, positions, source, pages: createPages(source) };
}

const positionsOf = (entries: readonly LogEntry[]) => entries.map(({ position }) => position);

test('whoever reads on page by page has every fact once and in order', async () => {
  const { pages, positions } = logOf(2_345);
  const seen: number[] = [];
  for (;;) {
    const entries = await pages.read(seen.at(-1) ?? 0, 73);
    if (entries.length === 0) break;
    seen.push(...positionsOf(entries));
  }
  expect(seen).toEqual(positions);
});

test('many who catch up from one place share each page, and the next one is on its way', async () => {
  const { asked, pages } = logOf(2_500);
  await Promise.all([pages.read(0, 200), pages.read(0, 200), pages.read(0, 10)]);
  expect(positionsOf(await pages.read(399, 2))).toEqual([401, 403]);
  expect(positionsOf(await pages.read(398, 2))).toEqual([399, 401]);
  expect(asked).toEqual([0, 1_999]);
});

test('the end of a log is looked at anew', async () => {
  const { asked, pages, positions } = logOf(3);
  expect(positionsOf(await pages.read(0, 10))).toEqual([1, 3, 5]);
  expect(await pages.read(5, 10)).toEqual([]);
  positions.push(7);
  expect(positionsOf(await pages.read(5, 10))).toEqual([7]);
  expect(positionsOf(await pages.read(0, 10))).toEqual([1, 3, 5, 7]);
  expect(asked).toEqual([0, 5, 5, 0]);
});

test('a page that could not be read ahead is read when it is asked for', async () => {
  const log = logOf(1_500);
  let failures = 1;
  const pages = createPages(async (after, limit) => {
    if (after > 0 && failures-- > 0) throw new Error('away');
    return log.source(after, limit);
  });
  await pages.read(0, 1_000);
  await setImmediate();
  expect(await pages.read(1_999, 1_000)).toHaveLength(500);
});
