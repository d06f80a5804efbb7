import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import { createLogger, createMetrics } from '#kernel/telemetry';
import {
  added,
  count,
  counters,
  createTestDatabase,
  eventually,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import { sealKeyFrom, type Backbone } from './index.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const night = new Date('2026-03-02T01:00:00.000Z');
let db: TestDatabase;
let backbone: Backbone;
let directory: string;
let logged: string[];
const metrics = createMetrics();

beforeEach(async () => {
  db = await createTestDatabase({ modules: [counters] });
  directory = await mkdtemp(join(tmpdir(), 'freshplan-nightly-'));
  logged = [];
  backbone = testBackbone(db, {
    modules: [counters],
    metrics,
    log: createLogger({ level: 'error', write: (line) => void logged.push(line) }),
    archiveDirectory: join(directory, 'archive'),
    sealing: { key: sealKeyFrom(Buffer.alloc(32, 5)), directory: join(directory, 'seals') },
  });
  await backbone.start();
});
afterEach(async () => {
  await backbone.stop();
  await db.close();
});

async function write(n: number): Promise<void> {
  for (let each = 0; each < n; each += 1) {
    const id = randomUUID();
    await db.database.transaction(berlin, (tx) => count(tx, id, [added()]));
  }
  await backbone.settled();
}
const stateOf = async () => (await backbone.keeping.states())[0];

test('what was sealed is verified each night, once, and shown', async () => {
  await write(3);
  await backbone.keeping.seal('counters');
  await write(2);
  expect(await stateOf()).toMatchObject({ unsealed: 2, verifiedPosition: 0 });
  expect(await readFile(join(directory, 'seals/counters.seals'), 'utf8')).toContain('"n":3');
  await backbone.keeping.nightly(night);
  const first = await stateOf();
  expect(first).toMatchObject({ verifiedAt: night, unlogged: 0, unsealed: 2, segments: 0 });
  expect(first).not.toHaveProperty('fault');
  expect(first?.verifiedPosition).toBeGreaterThan(0);
  await backbone.keeping.nightly(new Date('2026-03-03T00:59:00.000Z'));
  expect(await stateOf()).toMatchObject({ verifiedAt: night });
  const next = new Date('2026-03-03T01:00:00.000Z');
  await backbone.keeping.nightly(next);
  expect(await stateOf()).toMatchObject({ verifiedAt: next });
  await eventually(async () =>
    expect((await metrics.expose()).body).toContain(
      'freshplan_chain_verified{module="counters"} 1',
    ),
  );
  expect((await metrics.expose()).body).toContain('freshplan_unsealed_events{module="counters"} 2');
});

test('a changed fact is found in the night and told aloud', async () => {
  await write(3);
  await backbone.keeping.seal('counters');
  await db.admin(`do $$ begin set local session_replication_role = replica;
    update counters.event set territory = 'AT' where seq = (select min(seq) + 1 from counters.event);
  end $$`);
  await backbone.keeping.nightly(night);
  expect((await stateOf())?.fault).toMatch(/^position \d+ is wrong: altered$/);
  expect(logged.join('')).toContain('the log did not verify');
  await eventually(async () =>
    expect((await metrics.expose()).body).toContain(
      'freshplan_chain_verified{module="counters"} 0',
    ),
  );
});
