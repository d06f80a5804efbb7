import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemActor } from '#kernel/access';
import { createLogger } from '#kernel/telemetry';
import {
  counters,
  createTestDatabase,
  eventually,
  tallies,
  type TestDatabase,
} from '#kernel/testing';
import { LEASE_MS, createLeases, type Leases } from './leases.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
});
afterAll(() => db.close());

const log = createLogger({ level: 'silent' });
const actor = systemActor('leases', ['DE']);

const leasesOf = (): Leases =>
  createLeases({ database: db.database, workers: db.database, actor, log });

/** Two processes, the first of which holds a lease and has lost its number. */
async function withoutNumber(count = 1) {
  const keys = Array.from({ length: count }, () => ({
    name: `tallies.held-${randomUUID().slice(0, 8)}`,
    source: 'counters',
    shard: 0,
  }));
  const [first, second] = [leasesOf(), leasesOf()];
  await Promise.all([first.start(), second.start()]);
  await first.register(keys.map((key) => ({ ...key, shards: 1, types: [], startsNow: false })));
  for (const key of keys) {
    expect(await first.claim(key)).toMatchObject({ epoch: 1 });
    expect(await second.claim(key)).toBeUndefined();
  }
  await db.admin(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
       and (classid::bigint << 32) + objid::bigint = $1`,
    [first.owner],
  );
  return { keys, first, second };
}

/** Longer than anybody is waited for. */
const WHILE_MS = 2_000;

test('whoever takes his number again after a lost connection keeps his leases', async () => {
  const { keys, first, second } = await withoutNumber();
  const end = performance.now() + WHILE_MS;
  while (performance.now() < end) {
    for (const key of keys) expect(await second.claim(key)).toBeUndefined();
  }
  await Promise.all([first.stop(), second.stop()]);
});

test('the leases of the dead are free a moment later', async () => {
  const { keys, first, second } = await withoutNumber(5);
  await first.stop();
  const taken = new Map<string, unknown>();
  // All at once, as consumers do: nobody takes another one who looks for the holder himself.
  await eventually(
    async () => {
      await Promise.all(
        keys.map(async (key) => {
          const lease = taken.has(key.name) ? undefined : await second.claim(key);
          if (lease !== undefined) taken.set(key.name, lease);
        }),
      );
      expect(taken.size).toBe(keys.length);
    },
    { timeoutMs: LEASE_MS / 2, intervalMs: 400 },
  );
  for (const lease of taken.values()) expect(lease).toMatchObject({ epoch: 2, isSuspect: false });
  await second.stop();
});
