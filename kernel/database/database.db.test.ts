import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import { createTestDatabase, type TestDatabase } from '#kernel/testing';
import {
  createDatabase,
  migrate,
  startEmbeddedPostgres,
  unitOfWorkIn,
  type Transaction,
} from './index.ts';

const actor = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const job = systemActor('test', ['AT', 'DE']);
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [], poolSizeMax: 2 });
  await db.admin('create table public.note (text text)');
  await db.admin(
    'grant all on public.note to freshplan_app; grant usage on schema public to freshplan_app',
  );
});
afterAll(() => db.close());

const inTx = <T>(work: (tx: Transaction) => Promise<T>) => db.database.transaction(actor, work);
const notes = async (): Promise<string[]> =>
  (await db.admin<{ text: string }>('select text from public.note')).map((row) => row.text);
const note = (tx: Transaction, text: string) =>
  tx.query('insert into public.note values ($1)', [text]);
const setting = async (tx: Transaction, name: string) => {
  const [row] = await tx.query<{ value: string }>('select current_setting($1, true) as value', [
    name,
  ]);
  return row?.value;
};

test('a failure that was swallowed makes the commit a rollback, and that is told', async () => {
  const text = randomUUID();
  const work = inTx(async (tx) => {
    await note(tx, text);
    await tx.query('select 1 / 0').catch(() => {});
  });
  await expect(work).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await notes()).not.toContain(text);
});

test('every row has its own instant, however many share one', async () => {
  const rows = await inTx((tx) =>
    tx.query<{ at: Date; text: string }>(
      `select at, extract(epoch from at)::text as text from unnest(array[
        '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-03T00:00:00.5Z',
        '2026-01-03T00:00:00.5Z', '2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z']::timestamptz[]) as at`,
    ),
  );
  expect(rows.map(({ at }) => at.getTime() / 1_000)).toEqual(rows.map(({ text }) => Number(text)));
  expect(rows).toHaveLength(7);
});

test('nested work undoes its own writes only', async () => {
  const [kept, undone] = [randomUUID(), randomUUID()];
  await inTx(async (tx) => {
    await note(tx, kept);
    const failing = tx.nested(async () => {
      await note(tx, undone);
      await tx.query('select 1 / 0');
    });
    await expect(failing).rejects.toMatchObject({ code: 'DEFECT', sqlState: '22012' });
  });
  expect(await notes()).toContain(kept);
  expect(await notes()).not.toContain(undone);
});

test('a nested unit of work has the rights of its actor, and the outer one keeps his', async () => {
  const roles = await inTx(async (tx) => {
    const inner = await unitOfWorkIn(tx).transaction(job, (each) =>
      setting(each, 'app.role_context'),
    );
    const failing = unitOfWorkIn(tx).transaction(job, () => Promise.reject(new Error('no')));
    await failing.catch(() => {});
    return [inner, await setting(tx, 'app.role_context')];
  });
  expect(roles).toEqual(['system', 'sales']);
});

test('what was to happen after the commit happens then, not after a rollback', async () => {
  const happened: string[] = [];
  await inTx(async (tx) => {
    tx.onCommit(() => happened.push('outer'));
    await tx
      .nested(async () => {
        tx.onCommit(() => happened.push('undone'));
        throw new Error('no');
      })
      .catch(() => {});
    expect(happened).toEqual([]);
  });
  await inTx(async (tx) => {
    tx.onCommit(() => happened.push('never'));
    throw new Error('no');
  }).catch(() => {});
  expect(happened).toEqual(['outer']);
});

test('a statement that comes late does not reach the next user of the connection', async () => {
  let late: Transaction | undefined;
  await inTx(async (tx) => {
    late = tx;
  });
  await expect(late?.query('select 1')).rejects.toMatchObject({ code: 'ABORTED' });
});

test('who finds no free connection is told within the wait', async () => {
  const small = await createDatabase({ url: db.appUrl, poolSizeMax: 1, connectionWaitMs: 100 });
  const word = Promise.withResolvers<void>();
  const holder = small.transaction(actor, () => word.promise);
  const waiting = small.transaction(actor, async () => {});
  await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED' });
  word.resolve();
  await holder;
  await small.transaction(actor, async () => {});
  await small.close();
});

test('a long read is ended, a longer one may be asked for', async () => {
  const sleep = (seconds: number) => (tx: Transaction) =>
    tx.query('select pg_sleep($1)', [seconds]);
  const short = db.database.transaction(actor, sleep(1), {
    readOnly: true,
    statementTimeoutMs: 50,
  });
  await expect(short).rejects.toMatchObject({ code: 'TIMEOUT' });
  await db.database.transaction(actor, sleep(0.1), { readOnly: true, statementTimeoutMs: 1_000 });
  const write = db.database.transaction(actor, (tx) => note(tx, 'x'), { readOnly: true });
  await expect(write).rejects.toMatchObject({ sqlState: '25006' });
});

test('a deadlock comes as something that passes', async () => {
  await db.admin(`insert into public.note values ('a'), ('b')`);
  const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const lock = (tx: Transaction, text: string) =>
    tx.query('select from public.note where text = $1 for update', [text]);
  const outcomes = await Promise.allSettled([
    inTx(async (tx) => {
      await lock(tx, 'a');
      one.resolve();
      await two.promise;
      await lock(tx, 'b');
    }),
    inTx(async (tx) => {
      await lock(tx, 'b');
      two.resolve();
      await one.promise;
      await lock(tx, 'a');
    }),
  ]);
  const reasons = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  expect(reasons).not.toEqual([]);
  for (const reason of reasons) expect(reason).toMatchObject({ code: 'TRANSIENT' });
});

test('errors hold no value of a row', async () => {
  await db.admin('create unique index if not exists note_text on public.note (text)');
  await inTx((tx) => note(tx, 'kanari.4711@pii.test'));
  const twice = await inTx((tx) => note(tx, 'kanari.4711@pii.test')).catch(
    (error: unknown) => error,
  );
  expect(twice).toMatchObject({ code: 'CONSTRAINT', constraint: 'note_text' });
  const cast = await inTx((tx) => tx.query('select $1::text::uuid', ['kanari.4711'])).catch(
    (error: unknown) => error,
  );
  for (const error of [twice, cast]) {
    const everything = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(everything).not.toContain('kanari');
    expect((error as Error).cause).toBeUndefined();
  }
});

test('migrations run once, in order, and an edited one is refused', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'freshplan-migrations-'));
  const schema = {
    schema: 'probe',
    sources: [{ name: 'module', directory: pathToFileURL(`${directory}/`) }],
  };
  const write = (name: string, sql: string) => writeFile(join(directory, name), sql);
  await write('0001-first.sql', 'create table :schema.first (x int)');
  expect(await migrate(db.ownerUrl, [schema])).toContain('probe/module/0001-first.sql');
  await write('0002-broken.sql', 'create table :schema.second (x int); select nonsense');
  await expect(migrate(db.ownerUrl, [schema])).rejects.toThrow('probe/module/0002-broken.sql');
  const half = await db.admin(`select to_regclass('probe.second')::text as there`);
  expect(half).toEqual([{ there: null }]);
  await write('0002-broken.sql', 'create table :schema.second (x int)');
  const both = await Promise.all([migrate(db.ownerUrl, [schema]), migrate(db.ownerUrl, [schema])]);
  expect(both.flat()).toEqual(['probe/module/0002-broken.sql']);
  await write('0001-first.sql', 'create table :schema.first (x bigint)');
  await expect(migrate(db.ownerUrl, [schema])).rejects.toThrow('was edited');
  await rm(join(directory, '0001-first.sql'));
  await expect(migrate(db.ownerUrl, [schema])).rejects.toThrow('is gone');
  await rm(directory, { recursive: true });
});

test('a taken port is named as such', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => blocker.once('listening', resolve));
  const address = blocker.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const directory = await mkdtemp(join(tmpdir(), 'freshplan-port-'));
  await expect(startEmbeddedPostgres({ directory, port })).rejects.toThrow(`Port ${port} is taken`);
  blocker.close();
  await rm(directory, { recursive: true });
});

test('a server that outlived its process is taken over; a second living owner is refused', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'freshplan-twice-'));
  const first = await startEmbeddedPostgres({ directory, ephemeral: true });
  const again = await startEmbeddedPostgres({ directory, ephemeral: true });
  expect([again.pid, again.port]).toEqual([first.pid, first.port]);
  await writeFile(join(directory, 'owner.pid'), String(process.ppid));
  await expect(startEmbeddedPostgres({ directory })).rejects.toThrow('already uses the database');
  await first.stop();
});
