import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import {
  added,
  count,
  counter,
  counters,
  createTestDatabase,
  eventually,
  noted,
  opened,
  tallies,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import {
  eraseSubject,
  exportSubject,
  load,
  sealKeyFrom,
  type Backbone,
  type SubjectFact,
} from './index.ts';

const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: ['DE'] });
const vienna = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['AT'] });
const NOTE = 'Kanarivermerk 4711';
const erased: string[] = [];
let db: TestDatabase;
let backbone: Backbone;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
  backbone = testBackbone(db, {
    modules: [counters, tallies],
    sealing: { key: sealKeyFrom(Buffer.alloc(32, 5)) },
    onErased: (subjectId) => void erased.push(subjectId),
  });
  await backbone.start();
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

const write = (id: string, events: Parameters<typeof count>[2]) =>
  db.database.transaction(admin, (tx) => count(tx, id, events));
const exportOf = (subjectId: string, actor = admin): Promise<SubjectFact[]> =>
  db.database.transaction(actor, async (tx) => {
    const facts: SubjectFact[] = [];
    for await (const fact of exportSubject(tx, [counters.events], subjectId)) facts.push(fact);
    return facts;
  });

test('the export of a person has all his facts in clear and nothing of anybody else', async () => {
  const [one, other, id] = [randomUUID(), randomUUID(), randomUUID()];
  await write(id, [opened(), noted(one, NOTE), noted(other, 'fremd')]);
  await write(randomUUID(), [opened(), noted(one, 'noch einer')]);
  await write(one, [opened(), noted(other, 'fremd')]);
  const facts = await exportOf(one);
  expect(facts.map(({ type, data }) => [type, data])).toEqual([
    ['counter.noted', { personId: one, note: NOTE }],
    ['counter.noted', { personId: one, note: 'noch einer' }],
    ['counter.opened', { territory: 'DE' }],
    ['counter.noted', { personId: other, note: null }],
  ]);
  expect(facts[0]).toMatchObject({ module: 'counters', aggregateId: id, version: 2 });
  expect(Date.parse(facts[0]?.time ?? '')).toBeLessThanOrEqual(Date.now());
  expect(JSON.stringify(facts)).not.toContain('fremd');
  expect(await exportOf(one, vienna)).toEqual([]);
});

test('the export goes through more than one page', async () => {
  const person = randomUUID();
  await write(
    randomUUID(),
    Array.from({ length: 450 }, (_, at) => noted(person, `Notiz ${at}`)),
  );
  const facts = await exportOf(person);
  expect(facts.map(({ version }) => version)).toEqual(
    Array.from({ length: 450 }, (_, at) => at + 1),
  );
});

test('after an erasure fields read null, rebuilds find the same counts, and the chain is green', async () => {
  const [person, id] = [randomUUID(), randomUUID()];
  await write(id, [opened(), noted(person, NOTE), added(7)]);
  await backbone.settled();
  const before = await backbone.rebuild('tallies.tally');
  const inlineBefore = await backbone.rebuild('counters.counter');
  const rows = await db.admin('select * from tallies.tally order by counter_id');
  await backbone.keeping.seal('counters');
  await db.database.transaction(admin, (tx) => eraseSubject(tx, person));
  expect(erased).toEqual([person]);
  expect((await exportOf(person)).map(({ data }) => data)).toEqual([
    { personId: person, note: null },
  ]);
  expect(await db.database.transaction(admin, (tx) => load(tx, counter, id))).toEqual({
    state: { territory: 'DE', total: 7 },
    version: 3,
  });
  expect((await backbone.rebuild('tallies.tally')).events).toBe(before.events);
  expect((await backbone.rebuild('counters.counter')).events).toBe(inlineBefore.events);
  expect(await db.admin('select * from tallies.tally order by counter_id')).toEqual(rows);
  const report = await backbone.keeping.verifyChain({ module: 'counters' });
  expect(report).not.toHaveProperty('wrong');
  expect(report.unsealed).toBe(0);
});

test('a thousand facts are sealed without being asked for', async () => {
  const { facts } = await backbone.keeping.verifyChain({ module: 'counters' });
  await write(
    randomUUID(),
    Array.from({ length: 1_000 }, () => added()),
  );
  await eventually(async () => {
    const report = await backbone.keeping.verifyChain({ module: 'counters' });
    expect(report.facts).toBeGreaterThanOrEqual(facts + 1_000);
  });
});

test('a backbone takes snapshots by itself and reads them', async () => {
  const id = randomUUID();
  await write(
    id,
    Array.from({ length: 120 }, () => added()),
  );
  await backbone.keeping.snapshotsTaken();
  const rows = await db.admin('select version from counters.snapshot where aggregate_id = $1', [
    id,
  ]);
  expect(rows).toEqual([{ version: 120 }]);
});
