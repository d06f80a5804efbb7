import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemActor } from '#kernel/access';
import type { Connection } from '#kernel/database';
import { counters, createTestDatabase, tallies, type TestDatabase } from '#kernel/testing';
import { LeaseLost, finishAt, lockCheckpoint, type CheckpointKey } from './checkpoint.ts';

const job = systemActor('test', ['DE']);
const EPOCH = 1;
let db: TestDatabase;
let connection: Connection;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
  connection = await db.database.connect('checkpoint');
  await db.admin(`insert into tallies.consumer (name, source, shard, shards, types, position, lease_epoch)
    select 'tallies.' || n, 'counters', 0, 1, '{}', 0, ${EPOCH} from generate_series(1, 2) n`);
});
afterAll(async () => {
  await connection.close();
  await db.close();
});

const keyOf = (n: number): CheckpointKey => ({
  name: `tallies.${n}`,
  source: 'counters',
  shard: 0,
});
const move = (key: CheckpointKey, position: number): Promise<number> =>
  connection.transaction(job, async (tx) => {
    const locked = await lockCheckpoint(tx, key, EPOCH);
    await finishAt(tx, key, position);
    return locked.position;
  });
const positionOf = async ({ name }: CheckpointKey): Promise<number> => {
  const [row] = await db.admin<{ position: number }>(
    'select position::int from tallies.consumer where name = $1',
    [name],
  );
  return row?.position ?? -1;
};
/** Pages of the checkpoints that were touched so far. */
async function pagesTouched(): Promise<number> {
  await connection.transaction(job, (tx) => tx.query('select pg_stat_force_next_flush()'));
  const [row] = await db.admin<{ pages: number }>(
    `select (heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read)::int as pages
     from pg_statio_all_tables where relid = 'tallies.consumer'::regclass`,
  );
  return row?.pages ?? 0;
}

test('a checkpoint is found at once, however many old versions an open transaction keeps', async () => {
  const open = await db.database.connect('open');
  await open.client.query('begin; select pg_current_xact_id()');
  const key = keyOf(1);
  try {
    for (let position = 1; position <= 2_000; position += 1) await move(key, position);
    const before = await pagesTouched();
    for (let position = 2_001; position <= 2_010; position += 1) {
      expect(await move(key, position)).toBe(position - 1);
    }
    const each = ((await pagesTouched()) - before) / 10;
    const stranger = keyOf(1);
    const asked = await pagesTouched();
    expect(await move(stranger, 2_011)).toBe(2_010);
    // What it costs to go by all versions, and would cost every time.
    expect((await pagesTouched()) - asked).toBeGreaterThan(4 * each);
  } finally {
    await open.client.query('rollback');
    await open.close();
  }
});

test('a checkpoint that somebody else has moved is found by its name', async () => {
  const key = keyOf(2);
  await move(key, 1);
  await db.admin(`update tallies.consumer set position = 7 where name = 'tallies.2'`);
  expect(await move(key, 8)).toBe(7);
  expect(await positionOf(key)).toBe(8);
  // The place of another row is not its place.
  const other = keyOf(1);
  await move(other, 2_012);
  key.tid = other.tid ?? '';
  expect(await move(key, 9)).toBe(8);
  expect([await positionOf(key), await positionOf(other)]).toEqual([9, 2_012]);
});

test('a checkpoint whose transaction was undone is found where it was', async () => {
  const key = keyOf(2);
  await move(key, 20);
  const failing = connection.transaction(job, async (tx) => {
    await lockCheckpoint(tx, key, EPOCH);
    await tx.query('select 1 / 0');
  });
  await expect(failing).rejects.toThrow();
  expect(await move(key, 21)).toBe(20);
});

test.each(['place', 'name'])(
  'one known by its %s that is being moved is waited for',
  async (by) => {
    const key = keyOf(2);
    await move(key, 30);
    if (by === 'name') delete key.tid;
    const other = await db.database.connect('other');
    await other.client.query(`begin; select set_config('app.role_context', 'system', true)`);
    await other.client.query(`update tallies.consumer set position = 31 where name = 'tallies.2'`);
    const moving = move(key, 32);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await other.client.query('commit');
    expect(await moving).toBe(31);
    expect(await positionOf(key)).toBe(32);
    await other.close();
  },
);

test('a stale epoch finds nothing, and nothing moves what was not locked', async () => {
  const key = keyOf(2);
  await move(key, 40);
  const stale = connection.transaction(job, (tx) => lockCheckpoint(tx, key, EPOCH - 1));
  await expect(stale).rejects.toThrow(LeaseLost);
  const unlocked = connection.transaction(job, (tx) => finishAt(tx, keyOf(2), 41));
  await expect(unlocked).rejects.toThrow('not locked');
  expect(await positionOf(key)).toBe(40);
});
