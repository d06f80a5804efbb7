import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import {
  added,
  count,
  counters,
  createTestDatabase,
  tallies,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import type { Backbone, LogNews, LogSource } from './index.ts';
import { logPosition, readLog, type LogRow } from './log.ts';

const SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
const RUNS = 12;
const COUNTERS = 3;
const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const job = systemActor('test', ['DE']);
let near: TestDatabase;
let far: TestDatabase;
let leader: Backbone;
let follower: Backbone;
let news: LogNews;
/** How far the log can be read from over there. */
let readable = 0;

const ofNear = <T>(work: Parameters<typeof near.database.transaction<T>>[1]): Promise<T> =>
  near.database.transaction(job, work, { readOnly: true });

/** A log elsewhere, of which nothing is heard but what the test hands over. */
const source: LogSource = {
  delayMs: 0,
  start: async (listener) => void (news = listener),
  stop: async () => {},
  head: async () => readable,
  after: async (module, position, limit) => {
    const rows = await ofNear((tx) => readLog(tx, module, position, limit));
    return rows.filter((row) => row.position <= readable);
  },
  retains: async () => true,
  countAfter: async (module, position) =>
    (await ofNear((tx) => readLog(tx, module, position, 1_000))).length,
  isListening: () => true,
};

beforeAll(async () => {
  near = await createTestDatabase({ modules: [counters] });
  far = await createTestDatabase({ modules: [tallies] });
  leader = testBackbone(near, { modules: [counters] });
  await leader.start();
  follower = testBackbone(far, {
    modules: [tallies],
    foreign: [counters.events],
    remote: source,
  });
  await follower.start();
});
afterAll(async () => {
  await follower.stop();
  await leader.stop();
  await Promise.all([near.close(), far.close()]);
});

interface Piece {
  readonly prevEnd: number;
  readonly rows: readonly LogRow[];
}

/** Writes, and answers what a source would hand over of it: each fact with its predecessor's place. */
async function write(writes: readonly number[], ids: readonly string[]): Promise<Piece[]> {
  for (const each of writes) {
    await near.database.transaction(berlin, (tx) => count(tx, ids[each] ?? '', [added(each + 1)]));
  }
  await leader.settled();
  const rows = await ofNear((tx) => readLog(tx, 'counters', readable, 1_000));
  return rows.map((row, at) => ({ prevEnd: rows[at - 1]?.position ?? readable, rows: [row] }));
}

const totals = (db: TestDatabase, sql: string, ids: readonly string[]) =>
  db.admin<{ total: number; version: number }>(sql, [ids]);

test(`F-16: facts handed over out of order, twice or not at all are handled once and in order (seed ${SEED})`, async () => {
  const history = fc.array(fc.nat(COUNTERS - 1), { minLength: 4, maxLength: 14 });
  const dice = fc.array(fc.tuple(fc.nat(), fc.boolean()), { minLength: 28, maxLength: 28 });
  await fc.assert(
    fc.asyncProperty(history, dice, async (writes, throws) => {
      const ids = Array.from({ length: COUNTERS }, () => randomUUID());
      const pieces = await write(writes, ids);
      for (const [n, isThere] of throws) {
        const piece = pieces[n % pieces.length];
        if (piece === undefined) continue;
        // What is handed over may be readable over there before it was announced, or not yet.
        const end = piece.rows.at(-1)?.position ?? 0;
        if (isThere && end > readable) readable = end;
        news.rows('counters', piece);
      }
      readable = await ofNear((tx) => logPosition(tx, 'counters'));
      news.hint('counters', Infinity);
      await follower.settled({ timeoutMs: 20_000 });

      for (const id of ids) {
        const seen = await far.admin<{ version: number }>(
          'select version from tallies.seen where counter_id = $1 order by n',
          [id],
        );
        const versions = writes.filter((each) => ids[each] === id).map((_, index) => index + 1);
        expect(seen.map(({ version }) => version)).toEqual(versions);
      }
      const lived = 'select counter_id as id, total, version from tallies.tally';
      expect(await totals(far, `${lived} where counter_id = any ($1) order by 1`, ids)).toEqual(
        await totals(
          near,
          'select id, total, version from counters.counter where id = any ($1) order by 1',
          ids,
        ),
      );
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(await follower.deadLetters()).toEqual([]);
}, 60_000);
