import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import { openArena, type Arena } from './arena.ts';
import { SEED, expectSound } from './verdict.ts';

const PATIENT = { timeoutMs: 60_000, intervalMs: 20 };
const SHORT_MS = 1_500;

let arena: Arena;

beforeAll(async () => {
  arena = await openArena({ seed: SEED });
}, 120_000);
afterEach(() => expectSound(arena), 120_000);
afterAll(() => arena?.close(), 60_000);

/** Rows a reader finds, again and again, until the signal. */
async function watch(signal: AbortSignal): Promise<number[]> {
  const totals: number[] = [];
  while (!signal.aborted) {
    const [row] = await arena.db.admin<{ n: number }>(
      'select count(*)::int as n from tallies.tally',
    );
    totals.push(row?.n ?? 0);
    await wait(5);
  }
  return totals;
}

it('F-23: a replay beside live traffic, killed in the middle, takes nothing away from readers and makes no effect', async () => {
  await arena.underLoad(() => wait(SHORT_MS));
  await arena.heal();
  const before = arena.outside.calls.length;
  const opened = async (): Promise<number> =>
    (await arena.db.admin(`select from counters.event where type = 'counter.opened'`)).length;
  const openedBefore = await opened();
  const stop = new AbortController();
  const watching = watch(stop.signal);
  await arena.underLoad(async () => {
    for (let time = 0; time < 3; time += 1) {
      const node = arena.random.pick(arena.nodes());
      const replay = node.call({ do: 'rebuild', projection: 'tallies.tally' }, 30_000);
      replay.catch(() => {});
      await wait(arena.random.between(5, 60));
      arena.note(`${node.name} replays`);
      await arena.kill(node);
      await arena.start();
    }
    await arena.ask({ do: 'rebuild', projection: 'tallies.tally' }, 60_000);
  });
  await arena.heal();
  stop.abort();
  const totals = await watching;
  expect(totals.filter((n, index) => n < (totals[index - 1] ?? 0))).toEqual([]);
  await eventually(async () => {
    const made = new Set(arena.outside.calls.slice(before)).size;
    // A mail whose sender was killed may have been asked for before and after.
    expect(made).toBeLessThanOrEqual((await opened()) - openedBefore);
  }, PATIENT);
}, 180_000);

it('F-22: an older and a newer release read what the other has written, side by side, back, and forward again', async () => {
  const replaceAllBy = async (release: 'OLDER' | 'USUAL'): Promise<void> => {
    for (const node of arena.nodes()) await arena.kill(node);
    await Promise.all([arena.start({ release }), arena.start({ release })]);
    arena.note(`all are of the release ${release}`);
  };
  const versions = async (): Promise<unknown[]> => {
    const rows = await arena.db.admin<{ v: number }>(
      `select distinct schema_version as v from counters.event where type = 'counter.added' order by 1`,
    );
    return rows.map(({ v }) => v);
  };
  await arena.start({ release: 'OLDER' });
  await arena.underLoad(() =>
    eventually(async () => expect(await versions()).toEqual([1, 2]), PATIENT),
  );
  for (const release of ['OLDER', 'USUAL'] as const) {
    await arena.underLoad(async () => {
      await wait(SHORT_MS);
      await replaceAllBy(release);
      await arena.ask({ do: 'rebuild', projection: 'tallies.tally' }, 60_000);
    });
    await arena.heal();
    expect(await arena.db.admin('select from tallies.dead_letter')).toEqual([]);
  }
}, 180_000);
