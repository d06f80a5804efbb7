import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openArena, type Arena } from './arena.ts';

/** Tables that are damaged behind the guards, and put back afterwards. */
const TABLES = ['counters.event', 'counters.log', 'tallies.seen', 'tallies.tally', 'tallies.inbox'];
const LOAD_MS = 1_500;
/** What is damaged does not come to rest by itself. */
const SOON_MS = 500;

let arena: Arena;

beforeAll(async () => {
  arena = await openArena({ seed: 1, nodes: 1 });
  await arena.underLoad(() => wait(LOAD_MS));
  await arena.heal();
  expect(await arena.check()).toEqual([]);
  await behindTheGuards(
    `create schema kept; ${TABLES.map((table) => `create table kept.${nameOf(table)} as table ${table}`).join('; ')}`,
  );
}, 180_000);
afterAll(() => arena?.close(), 60_000);

const nameOf = (table: string): string => table.replace('.', '_');
const behindTheGuards = (sql: string): Promise<unknown> =>
  arena.db.admin(`begin; set local session_replication_role = replica; ${sql}; commit`);

/** A fact in the middle of one counter's history. */
const VICTIM = `(select e.seq from counters.event e join counters.stream s using (aggregate_id)
  where s.version >= 3 and e.version = 2 order by e.seq limit 1)`;
const SEEN = `tallies.seen where consumer = 'tallies.seen'`;

it.each([
  ['a fact that was removed', 'K1', `delete from counters.event where seq = ${VICTIM}`],
  [
    'two swapped versions',
    'K1',
    `update counters.event e set version = case e.version when 2 then 3 else 2 end
       where e.version in (2, 3)
         and aggregate_id = (select aggregate_id from counters.event where seq = ${VICTIM})`,
  ],
  ['a missing version', 'K2', `update counters.event set version = 1000 where seq = ${VICTIM}`],
  [
    'a fact logged twice',
    'K1',
    `update counters.log set seqs = seqs || seqs[1], n = n + 1
       where first_position = (select min(first_position) from counters.log)`,
  ],
  [
    'a changed row of a read model',
    'K3',
    `update tallies.tally set total = total + 1
       where counter_id = (select counter_id from tallies.tally limit 1)`,
  ],
  [
    'a doubled effect',
    'K4',
    `insert into tallies.seen (consumer, counter_id, version, position)
       select consumer, counter_id, version, position from ${SEEN} limit 1`,
  ],
  [
    'a fact handled before its predecessor',
    'K5',
    `update tallies.seen set version = 3 - version where consumer = 'tallies.seen' and version in (1, 2)
       and counter_id = (select counter_id from ${SEEN} and version = 2 limit 1)`,
  ],
  [
    'a checkpoint above what was handled',
    'K6',
    `delete from ${SEEN} and position = (select max(position) from ${SEEN})`,
  ],
  [
    'an effect that was begun and not finished',
    'K8',
    `update tallies.inbox set state = 'CLAIMED'
       where event_id = (select event_id from tallies.inbox limit 1)`,
  ],
  [
    'one altered byte',
    'K9',
    `update counters.event set data = jsonb_set(data, '{unit}', '"Piece"')
       where seq = (select max(seq) from counters.event where type = 'counter.added')`,
  ],
] as const)('%s is found by %s', async (_, rule, damage) => {
  await behindTheGuards(damage);
  try {
    expect((await arena.check(SOON_MS)).map((each) => each.rule)).toContain(rule);
  } finally {
    await behindTheGuards(
      TABLES.map(
        (table) =>
          `truncate ${table}; insert into ${table} ${table === 'tallies.seen' ? 'overriding system value ' : ''}table kept.${nameOf(table)}`,
      ).join('; '),
    );
  }
});

it('a foreign fact in the record of a subscriber is found by K7, one too early by K5', async () => {
  const [row] = await arena.db.admin<{ aggregate_id: string }>(
    `select aggregate_id from counters.stream where territory = 'DE' limit 1`,
  );
  const lines = arena.received.get('sales-AT');
  lines?.push({
    record: 'sales-AT',
    position: 1,
    aggregateId: row?.aggregate_id ?? '',
    version: 5,
  });
  expect((await arena.check()).map((each) => each.rule)).toEqual(
    expect.arrayContaining(['K5', 'K7']),
  );
  lines?.pop();
  expect(await arena.check()).toEqual([]);
});

it('a value that must not stand in clear is found by K9', async () => {
  await arena.db.admin(
    `update counters.counter set territory = 'Kanarivermerk 4711' where id = (select id from counters.counter limit 1)`,
  );
  expect((await arena.check()).map((each) => each.rule)).toContain('K9');
});

it('a command whose answer is not what was stored is found by K1', async () => {
  const [command] = arena.history.commands.filter(({ state }) => state === 'acknowledged');
  command?.answers.push('[]');
  expect((await arena.check()).map((each) => each.rule)).toContain('K1');
  command?.answers.pop();
});
