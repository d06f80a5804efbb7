import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import { createDatabase, uncheckedTables } from '#kernel/database';
import {
  added,
  count,
  counters,
  createTestDatabase,
  opened,
  tallies,
  type TestDatabase,
} from '#kernel/testing';

const berlin = createActor({ userId: randomUUID(), roles: ['manager'], territories: ['DE'] });
const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
const TABLES = ['counters.event', 'counters.stream', 'counters.counter', 'counters.event_key'];
const id = randomUUID();
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
  await db.database.transaction(berlin, (tx) =>
    count(tx, id, [opened(), added()], { key: 'a-key' }),
  );
});
afterAll(() => db.close());

const countOf = async (client: pg.ClientBase, table: string): Promise<number> =>
  Number((await client.query(`select count(*) as n from ${table}`)).rows[0].n);

test('I15: without context there is nothing, also on a connection that had rights before', async () => {
  const client = new pg.Client({ connectionString: db.appUrl });
  await client.connect();
  try {
    for (const table of TABLES) expect([table, await countOf(client, table)]).toEqual([table, 0]);
    await client.query('begin');
    await client.query(
      `select set_config('app.role_context', 'admin', true), set_config('app.territory_context', 'DE', true),
         set_config('app.user_context', $1, true)`,
      [randomUUID()],
    );
    for (const table of TABLES) expect(await countOf(client, table)).toBeGreaterThan(0);
    await client.query('commit');
    for (const table of TABLES) expect([table, await countOf(client, table)]).toEqual([table, 0]);
    const write = client.query(`insert into counters.counter values ($1, 'DE', 1, 1)`, [
      randomUUID(),
    ]);
    await expect(write).rejects.toMatchObject({ code: '42501' });
  } finally {
    await client.end();
  }
});

test('I15: the wrapper leaves no rights behind on its pool', async () => {
  const one = await createDatabase({ url: db.appUrl, poolSizeMax: 1 });
  const nobody = createActor({ userId: randomUUID(), roles: ['sales'], territories: [] });
  const look = (actor: typeof nobody) =>
    one.transaction(actor, (tx) => tx.query('select from counters.event'), { readOnly: true });
  expect(await look(admin)).toHaveLength(2);
  expect(await look(nobody)).toHaveLength(0);
  const rows = await one.em(nobody).execute('select * from counters.counter');
  expect(rows).toEqual([]);
  expect(await one.em(admin).execute('select * from counters.counter')).toHaveLength(1);
  expect(await one.em(nobody).execute('select * from counters.counter')).toEqual([]);
  await one.close();
});

test('four hundred requests at once on four connections see their own rows only', async () => {
  const few = await createDatabase({ url: db.appUrl, poolSizeMax: 4, connectionWaitMs: 20_000 });
  const austria = createActor({ userId: randomUUID(), roles: ['manager'], territories: ['AT'] });
  await db.database.transaction(austria, (tx) =>
    count(tx, randomUUID(), [opened('AT')], { territory: 'AT' }),
  );
  const answers = await Promise.all(
    Array.from({ length: 400 }, async (_, n) => {
      const [actor, territory] = n % 2 === 0 ? [berlin, 'DE'] : [austria, 'AT'];
      const rows = await few.transaction(actor, (tx) =>
        tx.query<{ territory: string }>('select distinct territory from counters.counter'),
      );
      return rows.length === 1 && rows[0]?.territory === territory;
    }),
  );
  expect(answers.filter((right) => !right)).toHaveLength(0);
  await few.close();
});

test('every table is enabled, forced and has policies, every partition is out of reach', async () => {
  const owner = new pg.Client({ connectionString: db.adminUrl });
  await owner.connect();
  try {
    expect(await uncheckedTables(owner)).toEqual([]);
    await owner.query(
      'create table counters.open (x int); grant select on counters.open to freshplan_app',
    );
    await owner.query('create view counters.seen_through as select * from counters.event');
    expect(await uncheckedTables(owner)).toEqual([
      { table: 'counters.open', missing: 'ENABLE' },
      { table: 'counters.seen_through', missing: 'security_invoker' },
    ]);
    expect(await uncheckedTables(owner, ['counters.open', 'counters.seen_through'])).toEqual([]);
  } finally {
    await owner.end();
  }
});

test('facts are neither changed nor removed, by nobody', async () => {
  const statements = [
    `update counters.event set type = 'counter.sold'`,
    'delete from counters.event',
    'truncate counters.event',
    'alter table counters.event disable row level security',
    'set role freshplan_owner',
    `copy counters.event to program 'cat'`,
  ];
  const system = systemActor('test', ['DE']);
  for (const statement of statements) {
    const attempt = db.database.transaction(system, (tx) => tx.query(statement));
    await expect(attempt, statement).rejects.toMatchObject({ code: 'DENIED' });
  }
  const owner = new pg.Client({ connectionString: db.ownerUrl });
  await owner.connect();
  try {
    await expect(owner.query('truncate counters.event')).rejects.toMatchObject({ code: 'FP403' });
    await owner.query('alter table counters.event no force row level security');
    await expect(owner.query('delete from counters.event')).rejects.toMatchObject({
      code: 'FP403',
    });
    await owner.query('alter table counters.event force row level security');
  } finally {
    await owner.end();
  }
});

test('facts, streams and keys are written by append alone, and only within the rights of its caller', async () => {
  const fact = `(id, aggregate_type, aggregate_id, version, type, schema_version, time, actor, territory,
    correlation_id, data) values (gen_random_uuid(), 'counter', gen_random_uuid(), 1, 'counter.opened',
    1, now(), gen_random_uuid(), 'DE', 'forged', '{}')`;
  const forged = [
    `insert into counters.event ${fact}`,
    `insert into counters.stream values (gen_random_uuid(), 'counter', 1, 1, 1, null, 'DE')`,
    `insert into counters.event_key values ('forged', 1, gen_random_uuid(), 1, 1, 'DE')`,
  ];
  for (const statement of forged) {
    const attempt = db.database.transaction(berlin, (tx) => tx.query(statement));
    await expect(attempt, statement).rejects.toMatchObject({ code: 'DENIED' });
  }
  const vienna = createActor({ userId: randomUUID(), roles: ['manager'], territories: ['AT'] });
  const foreign: [actor: typeof berlin, of: string, expectedVersion: number | null][] = [
    [vienna, randomUUID(), 0],
    [vienna, randomUUID(), null],
    [createActor({ userId: randomUUID(), roles: ['sales'], territories: [] }), randomUUID(), 0],
    [vienna, id, null],
  ];
  for (const [actor, of, expectedVersion] of foreign) {
    const attempt = db.database.transaction(actor, (tx) =>
      count(tx, of, [added()], { expectedVersion, key: randomUUID() }),
    );
    await expect(attempt).rejects.toMatchObject({ code: 'DENIED' });
  }
  const seen = db.database.transaction(vienna, (tx) =>
    count(tx, id, [added()], { expectedVersion: 2, territory: 'AT' }),
  );
  await expect(seen).rejects.toMatchObject({ code: 'CONFLICT', actualVersion: 0 });
  const keyOfBerlin = db.database.transaction(vienna, (tx) =>
    count(tx, randomUUID(), [opened('AT')], { territory: 'AT', key: 'a-key' }),
  );
  await expect(keyOfBerlin).rejects.toMatchObject({ code: 'TRANSIENT' });
});

test('an actor with values outside their patterns never reaches the database', async () => {
  for (const broken of [
    { ...berlin, userId: `' or 1=1` },
    { ...berlin, territories: ['DE,AT'] },
    { ...berlin, roles: ['sales,admin' as 'admin'] },
  ]) {
    const attempt = db.database.transaction(broken, (tx) => tx.query('select 1'));
    await expect(attempt).rejects.toBeInstanceOf(TypeError);
  }
});

test('the owner of tables is refused as runtime role', async () => {
  await expect(createDatabase({ url: db.ownerUrl })).rejects.toThrow('owns tables');
  await expect(createDatabase({ url: db.adminUrl })).rejects.toThrow('is a superuser');
});
