import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NIL_UUID, createActor } from '#kernel/access';
import { count, counters, createTestDatabase, noted, type TestDatabase } from '#kernel/testing';
import { createKeyring, eraseSubject, isSealed, open, type Sealed } from './index.ts';

const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: ['DE'] });
const NOTE = 'Kanarivermerk 4711';
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
});
afterAll(() => db.close());

const note = (person: string, id = randomUUID()) =>
  db.database.transaction(admin, (tx) => count(tx, id, [noted(person, NOTE)]));

test('a personal value is stored as ciphertext and read back in clear', async () => {
  const [fact] = await note(randomUUID());
  const [row] = await db.admin<{ data: { note: unknown } }>(
    'select data from counters.event where id = $1',
    [fact?.id],
  );
  expect(JSON.stringify(row)).not.toContain(NOTE);
  expect(isSealed(row?.data.note)).toBe(true);
  if (fact === undefined) throw new Error('nothing recorded');
  const clear = await db.database.transaction(admin, (tx) => open(tx, fact));
  expect(clear.data).toMatchObject({ note: NOTE });
});

test('ciphertext that was moved to another fact does not open', async () => {
  const person = randomUUID();
  const [[one], [other]] = await Promise.all([note(person), note(person)]);
  if (one === undefined || other === undefined) throw new Error('nothing recorded');
  await expect(db.keyring.open({ ...other, data: one.data })).rejects.toThrow();
});

test('an erased person reads as null, in caches too, and gets no new key', async () => {
  const person = randomUUID();
  const [fact] = await note(person);
  if (fact === undefined) throw new Error('nothing recorded');
  await db.keyring.open(fact);
  await db.database.transaction(admin, (tx) => eraseSubject(tx, person));
  expect((await db.keyring.open(fact)).data).toMatchObject({ note: null });
  await expect(note(person)).rejects.toMatchObject({ code: 'SUBJECT_ERASED' });
});

test('an erasure that is rolled back leaves the person readable', async () => {
  const person = randomUUID();
  const [fact] = await note(person);
  if (fact === undefined) throw new Error('nothing recorded');
  const undone = db.database.transaction(admin, async (tx) => {
    await eraseSubject(tx, person);
    throw new Error('not after all');
  });
  await expect(undone).rejects.toThrow('not after all');
  expect((await db.keyring.open(fact)).data).toMatchObject({ note: NOTE });
});

test('the runtime role reads no key, and only admins and jobs destroy one', async () => {
  await note(randomUUID());
  const read = db.database.transaction(admin, (tx) =>
    tx.query('select wrapped from keys.subject_key'),
  );
  await expect(read).rejects.toMatchObject({ code: 'DENIED' });
  const sales = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
  const before = await db.admin('select from keys.subject_key');
  await db.database.transaction(sales, (tx) => tx.query('delete from keys.subject_key'));
  expect(await db.admin('select from keys.subject_key')).toHaveLength(before.length);
});

test('a value sealed for one place opens nowhere else', async () => {
  const person = randomUUID();
  const sealed = await db.keyring.sealValue(person, 'contact.email|1', 'a@pii.test');
  expect(await db.keyring.openValue(sealed, 'contact.email|1')).toBe('a@pii.test');
  await expect(db.keyring.openValue(sealed, 'contact.email|2')).rejects.toThrow();
  const altered: Sealed = { ...sealed, ct: `${sealed.ct.slice(0, -4)}AAA=` };
  await expect(db.keyring.openValue(altered, 'contact.email|1')).rejects.toThrow();
});

test('F-34: a missing or wrong key-encryption key stops the start, a rotated one is replaced', async () => {
  const [fact] = await note(randomUUID());
  if (fact === undefined) throw new Error('nothing recorded');
  const old = { id: 'test', key: Buffer.alloc(32, 7) };
  const fresh = { id: 'next', key: Buffer.alloc(32, 8) };
  const url = db.keysUrl;
  await expect(createKeyring({ url, keyEncryptionKeys: [fresh] })).rejects.toThrow('is missing');
  const wrong = { id: 'test', key: Buffer.alloc(32, 9) };
  await expect(createKeyring({ url, keyEncryptionKeys: [wrong] })).rejects.toThrow(
    'not the one in use',
  );
  const both = await createKeyring({ url, keyEncryptionKeys: [fresh, old] });
  while ((await both.rewrap(2)) > 0);
  await both.close();
  const rotated = await createKeyring({ url, keyEncryptionKeys: [fresh] });
  expect((await rotated.open(fact)).data).toMatchObject({ note: NOTE });
  await rotated.close();
});

test('a blind index is the same for one place, tells nothing about another, and survives rotation', async () => {
  const [place, value] = ['leads.email.DE', 'kanari.4711@pii.test'];
  const index = await db.keyring.blindIndex(place, value);
  expect(index).toMatch(/^[\w-]{43}$/);
  expect(await db.keyring.blindIndex('leads.email.AT', value)).not.toBe(index);
  expect(await db.keyring.blindIndex(place, 'kanari.4712@pii.test')).not.toBe(index);
  const other = await createKeyring({
    url: db.keysUrl,
    keyEncryptionKeys: [
      { id: 'later', key: Buffer.alloc(32, 6) },
      { id: 'next', key: Buffer.alloc(32, 8) },
      { id: 'test', key: Buffer.alloc(32, 7) },
    ],
  });
  while ((await other.rewrap(2)) > 0);
  expect(await other.blindIndex(place, value)).toBe(index);
  await other.close();
});

test('the key of the blind indexes cannot be erased', async () => {
  const erased = db.database.transaction(admin, (tx) => eraseSubject(tx, NIL_UUID));
  await expect(erased).rejects.toThrow(RangeError);
});
