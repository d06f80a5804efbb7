import { expect, test } from 'vitest';
import type { LogEntry } from './log.ts';
import { Ring } from './ring.ts';

const CAPACITY = 10_000;

function entries(from: number, to: number, seenAt = 0): LogEntry[] {
  const event = {} as LogEntry['event'];
  return Array.from({ length: to - from + 1 }, (_, n) => ({
    position: from + n,
    event,
    fault: undefined,
    seenAt,
  }));
}
const positions = (found: readonly LogEntry[] | undefined): number[] | undefined =>
  found?.map(({ position }) => position);

test('a ring has the newest entries, in order, and says when it does not reach back', () => {
  const ring = new Ring();
  ring.startAfter(4);
  expect(positions(ring.after(4, 10))).toEqual([]);
  expect(ring.after(3, 10)).toBeUndefined();

  ring.add(entries(5, 7));
  ring.add(entries(6, 8));
  expect(ring.position).toBe(8);
  expect(positions(ring.after(4, 10))).toEqual([5, 6, 7, 8]);
  expect(positions(ring.after(5, 2))).toEqual([6, 7]);
  expect(positions(ring.after(8, 10))).toEqual([]);
  expect(positions(ring.after(99, 10))).toEqual([]);
});

test('what is older than the newest 10,000 is not answered in parts', () => {
  const ring = new Ring();
  ring.startAfter(0);
  for (let n = 0; n < 5; n += 1) ring.add(entries(n * 3_000 + 1, (n + 1) * 3_000));
  const oldest = 5 * 3_000 - CAPACITY + 1;
  expect(ring.after(oldest - 2, 10)).toBeUndefined();
  expect(positions(ring.after(oldest - 1, 2))).toEqual([oldest, oldest + 1]);
  expect(ring.after(oldest - 1, 20_000)).toHaveLength(CAPACITY);
  expect(positions(ring.after(14_999, 10))).toEqual([15_000]);
});

test('positions of a new log head leave a hole that nobody waits for', () => {
  const ring = new Ring();
  ring.startAfter(0);
  ring.add([...entries(1, 2), ...entries(1_000_003, 1_000_004)]);
  expect(positions(ring.after(2, 10))).toEqual([1_000_003, 1_000_004]);
  expect(positions(ring.after(500, 1))).toEqual([1_000_003]);
});

test('a fact was learned of with the first that came at its place or behind it', () => {
  const ring = new Ring();
  ring.startAfter(10);
  ring.add(entries(11, 13, 1));
  ring.add(entries(14, 20, 2));
  expect(ring.seenAt(10)).toBeUndefined();
  expect([11, 13, 14, 20].map((position) => ring.seenAt(position))).toEqual([1, 1, 2, 2]);
  expect(ring.seenAt(21)).toBeUndefined();

  ring.startAfter(30);
  expect(ring.seenAt(12)).toBeUndefined();
  expect(ring.after(12, 1)).toBeUndefined();
  expect(positions(ring.after(30, 1))).toEqual([]);

  ring.startAfter(5);
  expect(positions(ring.after(5, 10))).toEqual([]);
  expect(ring.seenAt(12)).toBeUndefined();
});
