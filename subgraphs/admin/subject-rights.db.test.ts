import { mkdir, mkdtemp, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import type { Backbone } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import {
  counters,
  createTestDatabase,
  querySubgraph,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import { nameJournal, readJournal } from './erasure-journal.ts';
import { NOTE, adminAlone, notedPerson } from './admin.fixture.ts';

const boss = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
const manager = createActor({ userId: randomUUID(), roles: ['manager'], territories: ['DE'] });
const reason = 'Antrag der Person vom Montag';
let db: TestDatabase;
let backbone: Backbone;
let directory: string;
let admin: ReturnType<typeof adminAlone>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'freshplan-erasures-'));
  admin = adminAlone({ erasureDirectory: directory });
  db = await createTestDatabase({ modules: [admin, counters] });
  backbone = testBackbone(db, { modules: [admin, counters] });
  await backbone.start();
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

const known = (): Promise<string> => notedPerson(db);

const job = systemActor('restore', ['DE']);
/** Facts that tell everybody to clear what he holds about a person. */
const announcementsOf = (person: string) =>
  db.admin<{ kind: string }>(
    `select data ->> 'kind' as kind from admin.event
     where type = 'admin.subject.erased' and data -> 'subjectIds' ? $1`,
    [person],
  );

interface Answer {
  userErrors: { code: string }[];
  erasure?: { id: string; position: string | null; waitingFor: string[] | null } | null;
  document?: { sources: { facts: { data: unknown }[] }[] };
  applied?: number;
  journal?: { state: string; persons: number } | null;
}

async function act(field: string, subjectId: string, payload: string, actor = boss) {
  const { data, errors } = await querySubgraph(
    admin,
    {
      database: db.database,
      feed: backbone.feed,
      backbone: backbone.operations,
      clock: { now: () => new Date() },
      log: createLogger({ level: 'silent' }),
    },
    actor,
    subjectId === ''
      ? `mutation M { ${field}(input: {}) { ${payload} userErrors { code } } }`
      : `mutation M($input: ${field === 'erasureJournalBegin' ? 'ErasureJournalBeginInput' : 'SubjectInput'}!) { ${field}(input: $input) { ${payload} userErrors { code } } }`,
    subjectId === '' ? {} : { input: { ...(subjectId === 'none' ? {} : { subjectId }), reason } },
  );
  const answer = data?.[field] as Answer | undefined;
  const refused = answer?.userErrors[0]?.code ?? errors?.[0]?.extensions['code'];
  return { ...answer, code: refused, message: errors?.[0]?.message };
}
const erase = (person: string, actor = boss) =>
  act('subjectErase', person, 'erasure { id position waitingFor }', actor);
const exported = async (person: string) => {
  const { document } = await act('subjectExport', person, 'document');
  return document?.sources.flatMap(({ facts }) => facts.map(({ data }) => data));
};

test('an erased person is unreadable, on record without personal data, and in the journal', async () => {
  const person = await known();
  expect(await exported(person)).toContainEqual({ personId: person, note: NOTE });
  const { erasure, code } = await erase(person);
  expect(code).toBeUndefined();
  await backbone.settled();
  expect(await exported(person)).toContainEqual({ personId: person, note: null });
  expect((await erase(person)).code).toBe('SUBJECT_ERASED');
  const [fact] = await db.admin(
    `select data, meta -> 'audit' ->> 'action' as action from admin.event where aggregate_id = $1`,
    [erasure?.id],
  );
  expect(fact).toMatchObject({
    action: 'subjectErase',
    data: { subjectIds: [person], kind: 'CONTACT' },
  });
  expect(JSON.stringify(fact)).not.toContain('Kanari');
  const { records } = await readJournal(directory);
  expect(records).toContainEqual(expect.objectContaining({ subjectId: person, kind: 'CONTACT' }));
});

test('a legal hold keeps a person until it is lifted', async () => {
  const person = await known();
  expect((await act('subjectHold', person, 'subjectId')).code).toBeUndefined();
  expect((await erase(person)).code).toBe('LEGAL_HOLD');
  expect(await exported(person)).toContainEqual({ personId: person, note: NOTE });
  await act('subjectRelease', person, 'subjectId');
  expect((await erase(person)).code).toBeUndefined();
});

test('nobody but administrators erases, and nobody who is not known is erased', async () => {
  const person = await known();
  expect((await erase(person, manager)).code).toBe('FORBIDDEN');
  expect((await erase(randomUUID())).code).toBe('NOT_FOUND');
  expect((await erase('x')).code).toBe('BAD_USER_INPUT');
});

test('whom a database restored from before his erasure brings back is erased anew', async () => {
  const person = await known();
  const [key] = await db.admin(
    'select kek_id, wrapped from keys.subject_key where subject_id = $1',
    [person],
  );
  await erase(person);
  await backbone.settled();
  await db.admin('delete from keys.erased where subject_id = $1', [person]);
  await db.admin('delete from admin.erased_subject where subject_id = $1', [person]);
  await db.admin('insert into keys.subject_key (subject_id, kek_id, wrapped) values ($1, $2, $3)', [
    person,
    key?.['kek_id'],
    key?.['wrapped'],
  ]);
  db.keyring.forget(person);
  expect(await exported(person)).toContainEqual({ personId: person, note: NOTE });
  expect(await act('erasuresApply', '', 'applied', job)).toMatchObject({ applied: 1 });
  expect(await exported(person)).toContainEqual({ personId: person, note: null });
  expect(await act('erasuresApply', '', 'applied', job)).toMatchObject({ applied: 0 });
});

test('keys newer than the data clear what lies in clear, without a journal too', async () => {
  const [person, stranger] = [await known(), randomUUID()];
  // What a key store brings along that was saved after the erasure.
  await db.admin('delete from keys.subject_key where subject_id = $1', [person]);
  await db.admin('insert into keys.erased (subject_id) values ($1), ($2)', [person, stranger]);
  expect(await announcementsOf(person)).toEqual([]);
  expect(await act('erasuresApply', '', 'applied', job)).toMatchObject({ applied: 2 });
  expect(await announcementsOf(person)).toEqual([{ kind: 'CONTACT' }]);
  expect(await announcementsOf(stranger)).toHaveLength(1);
  await backbone.settled();
  expect((await readJournal(directory)).records).toContainEqual(
    expect.objectContaining({ subjectId: person }),
  );
  expect(await act('erasuresApply', '', 'applied', job)).toMatchObject({ applied: 0 });
});

test('data newer than the keys destroy the key anew', async () => {
  const person = await known();
  await erase(person);
  await db.admin('delete from keys.erased where subject_id = $1', [person]);
  expect(await act('erasuresApply', '', 'applied', job)).toMatchObject({ applied: 1 });
  const gone = await db.admin('select from keys.erased where subject_id = $1', [person]);
  expect(gone).toHaveLength(1);
});

test('without its journal a database is not served, until it is back or given up on record', async () => {
  await act('erasuresApply', '', 'applied', job);
  const file = join(directory, 'erasures.ndjson');
  const apply = () => act('erasuresApply', '', 'applied', job);
  const begin = (actor = boss) =>
    act('erasureJournalBegin', 'none', 'journal { state persons }', actor);
  expect((await begin()).code).toBe('JOURNAL_PRESENT');
  await rename(file, `${file}.kept`);
  expect(await apply()).toMatchObject({ message: expect.stringContaining('gdpr journal') });
  await mkdir(file);
  expect(await apply()).toMatchObject({ message: expect.stringContaining('EISDIR') });
  await rmdir(file);
  await rename(`${file}.kept`, file);
  expect(await apply()).toMatchObject({ applied: 0 });

  const { records } = await readJournal(directory);
  await rm(file);
  await nameJournal(directory, randomUUID());
  expect(await apply()).toMatchObject({ message: expect.stringContaining('another database') });
  expect((await begin()).code).toBe('JOURNAL_FOREIGN');
  await rm(file);
  expect((await begin(manager)).code).toBe('FORBIDDEN');
  const { journal } = await begin();
  expect(journal?.state).toBe('PRESENT');
  const people = (await readJournal(directory)).records.map(({ subjectId }) => subjectId);
  expect(people).toEqual(expect.arrayContaining(records.map(({ subjectId }) => subjectId)));
  expect(await apply()).toMatchObject({ applied: 0 });
});

test('processes that start side by side begin one journal', async () => {
  await db.admin('truncate admin.erasure_journal');
  await rm(join(directory, 'erasures.ndjson'));
  const apply = () => act('erasuresApply', '', 'applied', job);
  const both = await Promise.all([apply(), apply()]);
  expect(both.map(({ message }) => message)).toEqual([undefined, undefined]);
  expect(await apply()).toMatchObject({ applied: 0 });
});
