import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createActor } from '#kernel/access';
import {
  count,
  counters,
  createTestDatabase,
  eventually,
  noted,
  type TestDatabase,
} from '#kernel/testing';
import { eraseSubject, keep, openKept, type Kept } from './index.ts';

const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: ['DE'] });
const NOTE = 'Kanarivermerk 4711';
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
});
afterAll(() => db.close());

/** What a row keeps of a fact about the person. */
const keptOf = (person: string): Promise<Kept> =>
  db.database.transaction(admin, async (tx) => {
    const [fact] = await count(tx, randomUUID(), [noted(person, NOTE)]);
    if (fact === undefined) throw new Error('nothing recorded');
    const { note } = (await keep(tx, fact)).data as unknown as { note: Kept };
    return note;
  });
const opened = <T>(value: T) => db.database.transaction(admin, (tx) => openKept(tx, value));

test('what a row keeps is ciphertext, and says without its fact what it is', async () => {
  const row = { id: 7, at: new Date(0), texts: [await keptOf(randomUUID())], former: 'in clear' };
  expect(JSON.stringify(row)).not.toContain(NOTE);
  const stored = JSON.parse(JSON.stringify(row.texts)) as Kept[];
  expect(await opened({ ...row, texts: stored })).toEqual({ ...row, texts: [NOTE] });
});

test('it opens as the value of no other fact', async () => {
  const person = randomUUID();
  const [one, other] = [await keptOf(person), await keptOf(person)].map((kept) => kept as string);
  if (one === undefined || other === undefined) throw new Error('nothing kept');
  const fact = (kept: string): string => kept.split('.')[3] ?? '';
  await expect(opened([one.replace(fact(one), fact(other))])).rejects.toThrow();
});

test('of an erased person it says nothing, and nothing of him is kept anew', async () => {
  const person = randomUUID();
  const kept = await keptOf(person);
  const [fact] = await db.database.transaction(admin, (tx) =>
    count(tx, randomUUID(), [noted(person, NOTE)]),
  );
  await db.database.transaction(admin, (tx) => eraseSubject(tx, person));
  expect(await opened([kept])).toEqual([null]);
  if (fact === undefined) throw new Error('nothing recorded');
  const again = await db.database.transaction(admin, (tx) => keep(tx, fact));
  expect(again.data).toMatchObject({ note: null });
});

test('the keys of all values asked for at one time are read with one statement', async () => {
  const rows = await Promise.all(Array.from({ length: 20 }, () => keptOf(randomUUID())));
  db.keyring.forget();
  const other = new pg.Client({ connectionString: db.adminUrl });
  await other.connect();
  onTestFinished(() => other.end());
  await other.query('begin; lock table keys.subject_key in access exclusive mode');
  const clear = opened(rows);
  const waiting = () =>
    db.admin(
      `select query from pg_stat_activity where datname = current_database()
         and application_name = 'freshplan-keys' and wait_event_type = 'Lock'`,
    );
  await eventually(async () => expect(await waiting()).not.toEqual([]));
  expect(await waiting()).toHaveLength(1);
  await other.query('commit');
  expect(await clear).toEqual(rows.map(() => NOTE));
});
