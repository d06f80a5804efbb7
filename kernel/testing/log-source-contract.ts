import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { LogRow, LogSource } from '#kernel/events';
import { added, noted, opened, type CounterEvent } from './counters.ts';
import { eventually } from './eventually.ts';

/** What a test needs of the log behind a source. */
export interface SourceUnderTest {
  /** A source of its own, not started; stopped by whoever gives it. */
  open(): Promise<LogSource>;
  /** Records and waits until the source can have it. */
  write(id: string, events: readonly CounterEvent[]): Promise<void>;
}

const PATIENT = { timeoutMs: 20_000 };
const TOLD = { hint: () => {}, rows: () => {} };
const placesOf = (rows: readonly LogRow[]): number[] => rows.map(({ position }) => position);

/** What every source of a log promises, whatever is behind it. */
export function itKeepsTheContract({ open, write }: SourceUnderTest): void {
  const filled = async (): Promise<{ source: LogSource; id: string; rows: LogRow[] }> => {
    const source = await open();
    await source.start(TOLD);
    const id = randomUUID();
    await write(id, [opened(), ...Array.from({ length: 30 }, () => added(2))]);
    return { source, id, rows: await readAll(source, 0, 10_000) };
  };

  test('facts come in the order of the log, each once, page by page', async () => {
    const { source, id, rows } = await filled();
    expect(placesOf(rows)).toEqual([...new Set(placesOf(rows))].toSorted((a, b) => a - b));
    const own = rows.filter((row) => row.aggregate_id === id);
    expect(own.map(({ version }) => version)).toEqual(own.map((_, index) => index + 1));
    expect(own).toHaveLength(31);
    for (const limit of [1, 7, 31]) {
      expect(await readAll(source, rows.at(-31)?.position, limit)).toEqual(rows.slice(-30));
    }
  });

  test('a fact carries everything that was recorded', async () => {
    const { source, id } = await filled();
    const [personId, head] = [randomUUID(), await source.head('counters')];
    await write(id, [noted(personId, 'Notiz')]);
    const [row] = await source.after('counters', head, 10);
    expect(row).toMatchObject({
      aggregate_type: 'counter',
      aggregate_id: id,
      version: 32,
      type: 'counter.noted',
      schema_version: 1,
      territory: 'DE',
      owner_id: null,
      correlation_id: 'test',
      causation_id: null,
      data: { personId, note: { $enc: 'v1' } },
    });
    expect(row?.time).toBeInstanceOf(Date);
    expect(row?.recorded_at).toBeInstanceOf(Date);
  });

  test('head, count and what is kept agree with what can be read', async () => {
    const { source, rows } = await filled();
    const [first, last] = [rows[0]?.position ?? 0, rows.at(-1)?.position ?? 0];
    expect(await source.head('counters')).toBe(last);
    expect(await source.countAfter('counters', 0)).toBe(rows.length);
    expect(await source.countAfter('counters', rows.at(-4)?.position ?? 0)).toBe(3);
    expect(await source.countAfter('counters', last)).toBe(0);
    expect(await source.after('counters', last, 10)).toEqual([]);
    expect(await source.retains('counters', first - 1)).toBe(true);
    expect(await source.retains('counters', last)).toBe(true);
  });

  test('news of a fact comes by itself, with its place or the fact itself', async () => {
    const source = await open();
    const told: number[] = [];
    await source.start({
      hint: (module, position) => module === 'counters' && told.push(position),
      rows: (module, { rows }) => module === 'counters' && told.push(...placesOf(rows)),
    });
    const head = await source.head('counters');
    await write(randomUUID(), [added()]);
    await eventually(() => expect(Math.max(...told)).toBeGreaterThan(head), PATIENT);
    expect(source.isListening()).toBe(true);
  });
}

/** Everything behind a position, page by page. */
async function readAll(source: LogSource, after = 0, limit = 7): Promise<LogRow[]> {
  const all: LogRow[] = [];
  for (let at = after; ;) {
    const rows = await source.after('counters', at, limit);
    all.push(...rows);
    if (rows.length < limit) return all;
    at = rows.at(-1)?.position ?? at;
  }
}
