import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import {
  added,
  count,
  counters,
  createTestDatabase,
  eventually,
  tallies,
  testBackbone,
  type CounterEvent,
  type TestDatabase,
} from '#kernel/testing';
import { defineProjection, type Backbone } from './index.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const boss = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
const NAME = 'tallies.seen';

/** Which process handled the facts. */
const handled: string[] = [];
const modulesOf = (process: string) => {
  const seen = defineProjection<CounterEvent>({
    name: NAME,
    tables: ['tallies.seen'],
    on: { 'counter.added': async () => void handled.push(process) },
  });
  return [counters, { ...tallies, projections: [seen] }];
};

let db: TestDatabase;
let writer: Backbone;
let listener: Backbone;

beforeAll(async () => {
  db = await createTestDatabase({ modules: modulesOf('none') });
  const apart = (name: string) =>
    testBackbone(db, { modules: modulesOf(name), runsHere: (module) => module === name });
  listener = apart('tallies');
  // The last one binds: commands of this test are those of its process.
  writer = apart('counters');
  await Promise.all([writer.start(), listener.start()]);
});
afterAll(async () => {
  await Promise.all([writer?.stop(), listener?.stop()]);
  await db?.close();
});

const write = (): Promise<unknown> =>
  db.database.transaction(berlin, (tx) => count(tx, randomUUID(), [added()]));

test('a module that runs in another process logs nothing and handles nothing here', async () => {
  await write();
  await eventually(() => expect(handled).toEqual(['tallies']));
  const heads = await db.admin<{ head: string }>(
    `select application_name as head from pg_stat_activity
     where datname = current_database() and application_name like '%-log-%'`,
  );
  expect(heads.map(({ head }) => head)).toEqual(['freshplan-log-counters']);
  expect((await writer.lag()).map(({ name }) => name)).not.toContain(NAME);
  expect((await listener.lag()).map(({ name }) => name)).toContain(NAME);
});

test('people see and stop the consumers of every process from any of them', async () => {
  expect((await writer.operations.consumers()).map(({ name }) => name)).toContain(NAME);
  const setStatus = (status: 'ACTIVE' | 'PAUSED'): Promise<boolean> =>
    db.database.transaction(boss, (tx) => writer.operations.setStatus(tx, NAME, status));
  expect(await setStatus('PAUSED')).toBe(true);
  const statusThere = async () => (await listener.lag()).find(({ name }) => name === NAME)?.status;
  expect(await statusThere()).toBe('PAUSED');
  expect(await setStatus('ACTIVE')).toBe(true);
  const before = handled.length;
  await write();
  await eventually(() => expect(handled).toHaveLength(before + 1));
});
