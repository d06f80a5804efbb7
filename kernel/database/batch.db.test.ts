import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import { createTestDatabase, type TestDatabase } from '#kernel/testing';
import { sendBatch } from './batch.ts';
import { finish, type Connection, type Transaction } from './index.ts';

const actor = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
let db: TestDatabase;
let connection: Connection;
/** What the server sent, by kind of message. */
let answers: string[] = [];

beforeAll(async () => {
  db = await createTestDatabase({ modules: [] });
});
beforeEach(async () => {
  connection = await db.database.connect('batch');
  answers = [];
  for (const kind of ['readyForQuery', 'parseComplete']) {
    connection.client.connection.on(kind, () => answers.push(kind));
  }
});
afterEach(() => connection.close());
afterAll(() => db.close());

const inTx = <T>(work: (tx: Transaction) => Promise<T>) => connection.transaction(actor, work);
const ready = (): number => answers.filter((kind) => kind === 'readyForQuery').length;
const one = (tx: Transaction, value: number) =>
  tx.query<{ n: number }>({ name: 'one', text: 'select 12 / $1::int as n' }, [value]);

test('a transaction of one statement is answered twice: for all up to the statement, and its end', async () => {
  expect(await inTx((tx) => one(tx, 3))).toEqual([{ n: 4 }]);
  expect(ready()).toBe(2);
});

test('a transaction whose last statement ends it is answered once', async () => {
  let committed = 0;
  const rows = await inTx((tx) => {
    tx.onCommit(() => (committed += 1));
    return finish<{ n: number }>(tx, 'select 12 / $1::int as n', [2]);
  });
  expect(rows).toEqual([{ n: 6 }]);
  expect([ready(), committed]).toEqual([1, 1]);
});

test('behind the statement that ended it there is no transaction', async () => {
  await db.admin('create table ended (n int); grant all on ended to freshplan_app');
  const late = inTx(async (tx) => {
    await tx.query('insert into ended values (1)');
    await finish(tx, 'insert into ended values (2)');
    await tx.query('insert into ended values (3)');
  });
  await expect(late).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await db.admin('select n from ended order by n')).toEqual([{ n: 1 }, { n: 2 }]);
});

test.each([
  ['a statement that fails', 'insert into undone values (2), (1)'],
  ['a COMMIT that fails', 'insert into undone (late) values (4), (4)'],
])('%s where it was to end its transaction undoes it', async (_, last) => {
  await db.admin(`drop table if exists undone;
    create table undone (n int unique, late int unique deferrable initially deferred);
    grant all on undone to freshplan_app`);
  const failing = inTx(async (tx) => {
    await tx.query('insert into undone values (1)');
    await finish(tx, last);
  });
  await expect(failing).rejects.toMatchObject({ sqlState: '23505' });
  expect(await inTx((tx) => tx.query('select from undone'))).toEqual([]);
});

test('what was swallowed before does not pass for committed where the last statement ends it', async () => {
  const swallowed = inTx(async (tx) => {
    await tx.query('select 1 / 0').catch(() => {});
    await finish(tx, 'select 1').catch(() => {});
  });
  await expect(swallowed).rejects.toMatchObject({ code: 'ABORTED' });
});

test('inside another one the last statement ends nothing', async () => {
  const sum = await inTx(async (tx) => {
    const [inner] = await tx.nested(() => finish<{ n: number }>(tx, 'select 1 as n'));
    const [outer] = await tx.query<{ n: number }>('select 2 as n');
    return (inner?.n ?? 0) + (outer?.n ?? 0);
  });
  expect(sum).toBe(3);
});

test('a transaction without statements asks the server nothing', async () => {
  expect(await inTx(async () => 'done')).toBe('done');
  expect(ready()).toBe(0);
});

test('statements under a name are parsed once, also when they once failed', async () => {
  await expect(inTx((tx) => one(tx, 0))).rejects.toMatchObject({ sqlState: '22012' });
  expect(await inTx((tx) => one(tx, 4))).toEqual([{ n: 3 }]);
  // Where it does not come first, the driver sends it by itself.
  const [, rows] = await inTx((tx) => Promise.all([tx.query('select 1'), one(tx, 6)]));
  expect(rows).toEqual([{ n: 2 }]);
  const parsedBefore = answers.filter((kind) => kind === 'parseComplete').length;
  await inTx((tx) => one(tx, 2));
  expect(answers.filter((kind) => kind === 'parseComplete')).toHaveLength(parsedBefore);
});

test('a statement that the server cannot parse leaves the connection as it was', async () => {
  const broken = (tx: Transaction) => tx.query({ name: 'broken', text: 'select from where' });
  await expect(inTx(broken)).rejects.toMatchObject({ sqlState: '42601' });
  await expect(inTx(broken)).rejects.toMatchObject({ sqlState: '42601' });
  expect(await inTx((tx) => one(tx, 12))).toEqual([{ n: 1 }]);
});

test('values the driver cannot send fail their statement and nothing else', async () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const failing = inTx((tx) => tx.query('select $1::jsonb', [circular]));
  await expect(failing).rejects.toThrow(/circular/i);
  expect(await inTx((tx) => one(tx, 2))).toEqual([{ n: 6 }]);
});

test('a name given to another text fails, and what was sent before it is answered', async () => {
  await inTx((tx) => one(tx, 1));
  const other = inTx((tx) => tx.query({ name: 'one', text: 'select 2' }));
  await expect(other).rejects.toThrow(/unique/);
  expect(await inTx((tx) => one(tx, 1))).toEqual([{ n: 12 }]);
});

test('statements without BEGIN are one transaction, and the first that fails undoes all', async () => {
  const { client } = connection;
  await db.admin('create table kept (n int); grant select, insert on kept to freshplan_app');
  const insert = { text: 'insert into kept values ($1)', values: [1] };
  await expect(sendBatch(client, [insert, { text: 'select 1 / 0' }, insert])).rejects.toMatchObject(
    {
      code: '22012',
    },
  );
  const [, { rows } = { rows: [] }] = await sendBatch(client, [
    insert,
    { text: 'select n from kept' },
  ]);
  expect(rows).toEqual([{ n: 1 }]);
});

test('a lost connection fails what was under way', async () => {
  const [row] = await inTx((tx) => tx.query<{ pid: number }>('select pg_backend_pid() as pid'));
  const sleeping = inTx((tx) => tx.query('select pg_sleep(20)'));
  await Promise.all([
    expect(sleeping).rejects.toMatchObject({ code: 'TRANSIENT' }),
    db.admin('select pg_terminate_backend($1)', [row?.pid]),
  ]);
});
