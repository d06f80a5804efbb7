import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import {
  added,
  count,
  counter,
  counters,
  createTestDatabase,
  noted,
  opened,
  tallies,
  testBackbone,
  type CounterEvent,
  type TestDatabase,
} from '#kernel/testing';
import {
  exportSubject,
  load,
  loadAsOf,
  readAggregateFacts,
  sealKeyFrom,
  type Backbone,
  type SubjectFact,
} from './index.ts';
import { readLog } from './log.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const vienna = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['AT'] });
const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: ['DE'] });
const job = systemActor('test', ['DE']);
let db: TestDatabase;
let backbone: Backbone;
let directory: string;

beforeEach(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
  directory = await mkdtemp(join(tmpdir(), 'freshplan-archive-'));
  backbone = testBackbone(db, {
    modules: [counters, tallies],
    archiveDirectory: directory,
    sealing: { key: sealKeyFrom(Buffer.alloc(32, 5)) },
  });
  await backbone.start();
});
afterEach(async () => {
  await backbone.stop();
  await db.close();
});

const write = (id: string, events: readonly CounterEvent[]) =>
  db.database.transaction(berlin, (tx) => count(tx, id, events));
const archive = (before = new Date(Date.now() + 60_000)) =>
  backbone.keeping.archiveSegments('counters', before);
const logOf = () =>
  db.database.transaction(job, (tx) => readLog(tx, 'counters', 0, 20_000), { readOnly: true });

/** The next facts go into the next segment, and everything before it is known to be logged. */
async function fillSegment(): Promise<void> {
  await backbone.settled();
  await db.admin(`select setval('counters.event_seq', 1000000)`);
  await db.admin('update counters.log_control set floor_seq = 1000000');
  await db.admin(`update tallies.consumer c set position = (
    select max(first_position + n - 1) from counters.log) where source = 'counters'`);
}

test('I14: what was archived is what was there, in number and hash, and reads as before', async () => {
  const person = randomUUID();
  const ids = [randomUUID(), randomUUID()];
  for (const id of ids) {
    await write(id, [opened(), noted(person, 'Kanarivermerk 4711'), added(3)]);
    await write(
      id,
      Array.from({ length: 600 }, () => added()),
    );
  }
  await fillSegment();
  for (const id of ids) await write(id, [added(10), added(20)]);
  await backbone.settled();
  const before = await logOf();
  const lived = await db.admin('select * from tallies.tally order by counter_id');
  expect(before).toHaveLength(1_210);
  await backbone.keeping.seal('counters');

  const segments = await archive();
  expect(segments).toMatchObject([{ segment: 'event_000000', n: 1_206 }]);
  expect(await db.admin('select seq from counters.event')).toHaveLength(4);
  expect(await backbone.keeping.verifyArchive('counters')).toEqual(segments);
  const folder = join(directory, 'counters', 'event_000000');
  const files = await readdir(folder);
  expect(files).toHaveLength(2);
  for (const file of files) {
    const bytes = await readFile(join(folder, file));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    expect(text).not.toMatch(/kanari/i);
  }

  expect(await logOf()).toEqual(before);
  const whole = await backbone.keeping.verifyChain({ module: 'counters' });
  expect(whole).toMatchObject({ facts: 1_210, unsealed: 0 });
  expect(whole).not.toHaveProperty('wrong');
  await db.admin('delete from counters.snapshot');
  const [id = ''] = ids;
  const read = (actor = berlin) => db.database.transaction(actor, (tx) => load(tx, counter, id));
  expect(await read()).toEqual({ state: { territory: 'DE', total: 633 }, version: 605 });
  expect(await read(vienna)).toMatchObject({ version: 0 });
  const history = (after: number, limit: number, actor = berlin) =>
    db.database.transaction(actor, async (tx) => {
      const page = { after: { module: 'counters', version: after }, limit };
      const facts = await readAggregateFacts(tx, [counters.events], id, page);
      return facts.map(({ event }) => event.version);
    });
  expect(await history(0, 3)).toEqual([1, 2, 3]);
  expect(await history(601, 10)).toEqual([602, 603, 604, 605]);
  expect(await history(604, 10)).toEqual([605]);
  expect(await history(0, 3, vienna)).toEqual([]);
  const past = await db.database.transaction(berlin, (tx) =>
    loadAsOf(tx, counter, id, { version: 103 }),
  );
  expect(past).toEqual({ state: { territory: 'DE', total: 103 }, version: 103 });
  for (const name of ['tallies.tally', 'counters.counter']) {
    expect((await backbone.rebuild(name)).events).toBe(1_210);
  }
  expect(await db.admin('select * from tallies.tally order by counter_id')).toEqual(lived);
  const facts: SubjectFact[] = [];
  await db.database.transaction(admin, async (tx) => {
    for await (const fact of exportSubject(tx, [counters.events], person)) facts.push(fact);
  });
  expect(facts).toHaveLength(2);
  await write(id, [added(7)]);
  expect(await read()).toMatchObject({ version: 606 });
});

test('I14: files that are damaged or gone are found', async () => {
  await write(randomUUID(), [opened(), added(1)]);
  await fillSegment();
  expect(await archive()).toHaveLength(1);
  const folder = join(directory, 'counters', 'event_000000');
  const file = join(folder, (await readdir(folder))[0] ?? '');
  const lines = gunzipSync(await readFile(file)).toString('utf8');
  const faultOf = async (content: Uint8Array): Promise<string | undefined> => {
    await writeFile(file, content);
    return (await backbone.keeping.verifyArchive('counters'))[0]?.fault;
  };
  expect(await faultOf(gzipSync(lines))).toBeUndefined();
  expect(await faultOf(gzipSync(lines.replace('"amount":1', '"amount":2')))).toBe(
    'the hash differs',
  );
  expect(await faultOf(gzipSync(lines.slice(0, lines.indexOf('\n') + 1)))).toBe(
    '1 facts instead of 2',
  );
  expect(await faultOf(Buffer.from('nothing'))).toEqual(expect.any(String));
  await unlink(file);
  expect((await backbone.keeping.verifyArchive('counters'))[0]?.fault).toContain('ENOENT');
});

test('a segment stays while it is young, unlogged, or a consumer is not past it', async () => {
  await write(randomUUID(), [opened(), added(1)]);
  await fillSegment();
  const stays = async (why: string): Promise<void> => {
    expect(await archive(), why).toEqual([]);
    expect(await db.admin('select from counters.event'), why).toHaveLength(2);
  };
  expect(await archive(new Date(0))).toEqual([]);
  await db.admin('update counters.log_control set floor_seq = 999999');
  await stays('unlogged');
  await db.admin('update counters.log_control set floor_seq = 1000000');
  await db.admin(
    `insert into tallies.consumer (name, source, types, position, status)
     values ('tallies.late', 'counters', '{}', 0, 'PAUSED')`,
  );
  await stays('a paused consumer');
  await db.admin(`update tallies.consumer set status = 'RETIRED' where name = 'tallies.late'`);
  await db.admin(
    `insert into tallies.dead_letter (consumer, source, position, event_id, aggregate_id, status)
     values ('tallies.tally', 'counters', 1, gen_random_uuid(), gen_random_uuid(), 'PARKED')`,
  );
  await stays('a fact set aside');
  await db.admin('delete from tallies.dead_letter');
  expect(await archive()).toMatchObject([{ n: 2 }]);
  expect(await archive()).toEqual([]);
});

test('no segment is dropped without a verified archive of as many facts', async () => {
  await write(randomUUID(), [opened(), added(1)]);
  await fillSegment();
  const drop = (): Promise<unknown> =>
    db.database.transaction(job, (tx) => tx.query('select counters.drop_segment(0)'));
  await expect(drop()).rejects.toMatchObject({ sqlState: 'FP412' });
  await db.admin(
    `insert into counters.archive (segment, first_seq, last_seq, from_time, to_time, n, sha256, location, verified_at)
     values ('event_000000', 1, 2, now(), now(), 1, '', '', now())`,
  );
  await expect(drop()).rejects.toMatchObject({ sqlState: 'FP412' });
  expect(await db.admin('select from counters.event')).toHaveLength(2);
});
