import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import { Transient, type Transaction } from '#kernel/database';
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
import { defineProjection, type Backbone, type BackboneOptions, type Projection } from './index.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
let db: TestDatabase;
let running: Backbone[] = [];

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters, tallies] });
});
afterEach(async () => {
  await Promise.all(running.map((backbone) => backbone.stop()));
  running = [];
});
afterAll(() => db.close());

/** The one that matters; what earlier tests wrote is of no interest. */
let last = '';
const write = async (): Promise<void> => {
  last = randomUUID();
  await db.database.transaction(berlin, (tx) => count(tx, last, [added()]));
};
let isEnabled: NonNullable<BackboneOptions['isEnabled']> = () => true;
const run = async (...projections: Projection[]): Promise<Backbone> => {
  const modules = [counters, { name: 'tallies', projections }];
  const backbone = testBackbone(db, {
    modules,
    attemptsMax: 2,
    isEnabled: (consumer) => isEnabled(consumer),
  });
  running.push(backbone);
  await backbone.start();
  return backbone;
};

type Handler = (name: string, tx: Transaction) => Promise<void>;

function consumer(handle: Handler): Projection {
  const name = `tallies.watch-${randomUUID().slice(0, 8)}`;
  return defineProjection<CounterEvent>({
    name,
    tables: ['tallies.seen'],
    on: {
      'counter.added': async (event, tx) => {
        if (event.aggregateId === last) await handle(name, tx);
      },
    },
  });
}

/** Each has a fact before it, and holders that died: so many before, and one that still seems at work. */
async function afterDeaths(deaths: number, ...projections: Projection[]): Promise<void> {
  last = '';
  const backbone = await run(...projections);
  await backbone.settled();
  await backbone.stop();
  await write();
  await db.admin(
    `update tallies.consumer set deaths = $2, in_flight = true where name = any ($1)`,
    [projections.map(({ name }) => name), deaths],
  );
}

const tries = (tx: Transaction, name: string): Promise<unknown[]> =>
  tx.query('select from tallies.dead_letter where consumer = $1', [name]);

test.each([
  ['one holder died', 0, 'are handled as ever', 0],
  ['two in a row died', 1, 'are counted before they are tried', 1],
])('the facts of a consumer whose %s before he had finished anything', async (_, before, __, n) => {
  const counted: number[] = [];
  const projection = consumer(async (name, tx) => {
    counted.push((await tries(tx, name)).length);
  });
  await afterDeaths(before, projection);
  const backbone = await run(projection);
  await backbone.settled();
  expect(counted).toEqual([n]);
  const [row] = await db.admin('select deaths from tallies.consumer where name = $1', [
    projection.name,
  ]);
  expect(row).toEqual({ deaths: 0 });
});

/** Long enough for the other one to count its try, if it does not wait. */
const WHILE_MS = 500;

test('of the consumers that may kill their process one tries at a time', async () => {
  const open: (() => void)[] = [];
  const handle: Handler = () => new Promise((resolve) => open.push(resolve));
  const both = [consumer(handle), consumer(handle)];
  await afterDeaths(1, ...both);
  const backbone = await run(...both);
  await eventually(() => expect(open).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, WHILE_MS));
  const names = both.map(({ name }) => name);
  const counted = await db.admin('select from tallies.dead_letter where consumer = any ($1)', [
    names,
  ]);
  expect(counted).toHaveLength(1);
  open.shift()?.();
  await eventually(() => expect(open).toHaveLength(1));
  open.shift()?.();
  await backbone.settled();
});

test.each([
  ['what may kill the process is not tried while another one is at work', 'suspect last'],
  ['nobody is at work while what may kill the process is tried', 'suspect first'],
])('%s', async (_, order) => {
  const open: (() => void)[] = [];
  const handle: Handler = () => new Promise((resolve) => open.push(resolve));
  const [suspect, healthy] = [consumer(handle), consumer(handle)];
  await afterDeaths(1, suspect);
  const [first, second] = order === 'suspect last' ? [healthy, suspect] : [suspect, healthy];
  const backbones = [await run(first)];
  await eventually(() => expect(open).toHaveLength(1));
  // Another backbone, the same process.
  backbones.push(await run(second));
  await new Promise((resolve) => setTimeout(resolve, WHILE_MS));
  expect(open).toHaveLength(1);
  const counted = await db.admin('select from tallies.dead_letter where consumer = any ($1)', [
    [suspect.name, healthy.name],
  ]);
  expect(counted).toHaveLength(order === 'suspect last' ? 0 : 1);
  open.shift()?.();
  await eventually(() => expect(open).toHaveLength(1));
  open.shift()?.();
  for (const backbone of backbones) await backbone.settled();
});

test('a count whose try was interrupted is taken back before anybody else is at work', async () => {
  const failing: ((error: Error) => void)[] = [];
  const counted: number[] = [];
  const suspect = consumer(async () => {
    if (failing.length === 0) await new Promise((_, reject) => failing.push(reject));
  });
  const healthy = consumer(async (_, tx) => {
    counted.push((await tries(tx, suspect.name)).length);
  });
  await afterDeaths(1, suspect);
  const backbones = [await run(suspect)];
  await eventually(() => expect(failing).toHaveLength(1));
  backbones.push(await run(healthy));
  await new Promise((resolve) => setTimeout(resolve, WHILE_MS));
  expect(counted).toEqual([]);
  failing[0]?.(new Transient('its effect is being made elsewhere'));
  await eventually(() => expect(counted).toEqual([0]));
  for (const backbone of backbones) await backbone.settled();
});

test('switched off while it waits for its turn, a consumer leaves the turn out', async () => {
  const open: (() => void)[] = [];
  let handled = 0;
  const suspect = consumer(() => new Promise((resolve) => open.push(resolve)));
  const healthy = consumer(async () => void (handled += 1));
  await afterDeaths(1, suspect);
  const backbones = [await run(suspect)];
  await eventually(() => expect(open).toHaveLength(1));
  backbones.push(await run(healthy));
  await new Promise((resolve) => setTimeout(resolve, WHILE_MS));
  isEnabled = ({ name }) => name !== healthy.name;
  open.shift()?.();
  await backbones[0]?.settled();
  await new Promise((resolve) => setTimeout(resolve, WHILE_MS));
  expect(handled).toBe(0);
  isEnabled = () => true;
  for (const backbone of backbones) await backbone.settled();
  expect(handled).toBe(1);
});

test('a lease that goes to and fro counts no try, and sets nothing aside', async () => {
  let handled = 0;
  const projection = consumer(async () => void (handled += 1));
  await afterDeaths(1, projection);
  // Four times, when a try was counted somebody takes the lease before the try is made.
  await db.admin(`create sequence tallies.thefts;
    create function tallies.take_lease() returns trigger language plpgsql security definer as $$ begin
      if nextval('tallies.thefts') <= 4 then
        update tallies.consumer set lease_epoch = lease_epoch + 1, lease_until = null
        where name = new.consumer;
      end if;
      return new;
    end $$;
    create trigger take_lease after insert on tallies.dead_letter for each row
      when (new.consumer = '${projection.name}') execute function tallies.take_lease()`);
  const backbone = await run(projection);
  await backbone.settled({ timeoutMs: 30_000 });
  const [row] = await db.admin<{ thefts: number }>(
    'select last_value::int as thefts from tallies.thefts',
  );
  await db.admin('drop function tallies.take_lease() cascade; drop sequence tallies.thefts');
  expect(handled).toBe(1);
  expect(row?.thefts).toBeGreaterThanOrEqual(5);
  const letters = await db.admin('select from tallies.dead_letter where consumer = $1', [
    projection.name,
  ]);
  expect(letters).toEqual([]);
});
