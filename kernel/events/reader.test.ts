import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createLogger } from '#kernel/telemetry';
import { defineEvents } from './catalog.ts';
import type { LogRow } from './log.ts';
import type { LogSource } from './log-source.ts';
import { createReader } from './reader.ts';

const catalog = defineEvents({
  module: 'counters',
  facts: { 'counter.opened': { version: 1, aggregate: 'counter', data: z.any() } },
});
const rowAt = (position: number): LogRow =>
  ({
    position,
    type: 'counter.opened',
    schema_version: 1,
    time: new Date(),
    recorded_at: new Date(),
  }) as LogRow;
const rowsOf = (first: number, last: number): LogRow[] =>
  Array.from({ length: last - first + 1 }, (_, n) => rowAt(first + n));

/** A log that answers when it is told to. */
function slowLog() {
  const asked: number[] = [];
  const answers: ((rows: LogRow[]) => void)[] = [];
  const source: LogSource = {
    delayMs: 0,
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    head: () => Promise.resolve(0),
    after: (_, position) => {
      asked.push(position);
      return new Promise((resolve) => answers.push(resolve));
    },
    retains: () => Promise.resolve(true),
    countAfter: () => Promise.resolve(0),
    isListening: () => true,
  };
  const answer = async (rows: LogRow[]): Promise<void> => {
    answers.shift()?.(rows);
    await setImmediate();
  };
  return { asked, source, answer };
}

test('what comes while a gap is read is not read as well, in whatever pieces it comes', async () => {
  const { asked, source, answer } = slowLog();
  const reader = createReader({
    catalogs: new Map([['counters', catalog]]),
    log: createLogger({ level: 'silent' }),
    sourceOf: () => source,
  });
  const started = reader.start();
  await setImmediate();
  await answer([]);
  await started;
  const push = (first: number, last: number, rows: LogRow[] | undefined): void =>
    reader.push('counters', {
      firstPosition: first,
      prev: 0,
      prevEnd: first - 1,
      n: last - first + 1,
      rows,
    });
  push(1, 7_000, undefined);
  for (let first = 7_001; first < 8_000; first += 100)
    push(first, first + 99, rowsOf(first, first + 99));
  for (let first = 1; first < 7_000; first += 1_000) await answer(rowsOf(first, first + 999));
  expect(reader.position('counters')).toBe(8_000);
  await answer([]);
  push(8_001, 8_001, rowsOf(8_001, 8_001));
  expect(reader.position('counters')).toBe(8_001);
  const all = await reader.read('counters', 0, 10_000);
  expect(all.map(({ position }) => position)).toEqual(
    Array.from({ length: 8_001 }, (_, n) => n + 1),
  );
  expect(asked).toEqual([0, 0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000]);
  await reader.stop();
});
