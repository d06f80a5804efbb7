import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createMemory } from './memory.ts';
import type { EventRow } from './recorded.ts';

const rowsFrom = (first: number, n: number): EventRow[] =>
  Array.from({ length: n }, (_, index) => ({ seq: first + index, id: randomUUID() }) as EventRow);

test('what was handed out is forgotten', () => {
  const memory = createMemory();
  memory.add(rowsFrom(1, 3), 300);
  expect(memory.take(2)?.seq).toBe(2);
  expect(memory.take(2)).toBeUndefined();
  expect(memory.size).toBe(2);
});

test('of too many facts the newest are kept', () => {
  const memory = createMemory();
  for (let first = 1; first <= 30_000; first += 1_000) memory.add(rowsFrom(first, 1_000), 1);
  expect(memory.size).toBe(20_000);
  expect(memory.take(10_000)).toBeUndefined();
  expect(memory.take(10_001)?.seq).toBe(10_001);
});

test('of too large facts the newest are kept, and what was taken makes room', () => {
  const memory = createMemory();
  const half = 8 * 1024 * 1024;
  memory.add(rowsFrom(1, 1), half);
  memory.add(rowsFrom(2, 1), half);
  memory.take(1);
  memory.add(rowsFrom(3, 1), half);
  expect(memory.size).toBe(2);
  memory.add(rowsFrom(4, 1), half);
  expect([2, 3, 4].map((seq) => memory.take(seq)?.seq)).toEqual([undefined, 3, 4]);
});
