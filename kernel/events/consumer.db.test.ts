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
  opened,
  tallies,
  testBackbone,
  type CounterEvent,
  type TestBackboneOptions,
  type TestDatabase,
} from '#kernel/testing';
import {
  defineProjection,
  defineReaction,
  type Backbone,
  type Projection,
  type Reaction,
  type Recorded,
} from './index.ts';

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

type Handler = (event: Recorded<CounterEvent>, tx: Transaction) => Promise<void>;

/** A projection of a name of its own that notes what it sees, and does something else besides. */
function watcher(also: Handler = async () => {}): Projection {
  const name = `tallies.watch-${randomUUID().slice(0, 8)}`;
  const see: Handler = async (event, tx) => {
    await tx.query(
      'insert into tallies.seen (consumer, counter_id, version, position) values ($1, $2, $3, $4)',
      [name, event.aggregateId, event.version, event.position],
    );
    await also(event, tx);
  };
  return defineProjection<CounterEvent>({
    name,
    tables: ['tallies.seen'],
    on: { 'counter.opened': see, 'counter.added': see },
  });
}

async function run(
  listener: { projections?: Projection[]; reactions?: Reaction[] },
  options: Partial<TestBackboneOptions> = {},
): Promise<Backbone> {
  const backbone = testBackbone(db, {
    modules: [counters, { name: 'tallies', ...listener }],
    ...options,
  });
  running.push(backbone);
  await backbone.start();
  return backbone;
}

const write = (id: string, ...events: CounterEvent[]) =>
  db.database.transaction(berlin, (tx) => count(tx, id, events));
const seen = async (name: string, id: string): Promise<number[]> => {
  const rows = await db.admin<{ version: number }>(
    'select version from tallies.seen where consumer = $1 and counter_id = $2 order by n',
    [name, id],
  );
  return rows.map((row) => row.version);
};
const checkpoint = async (name: string): Promise<number> => {
  const [row] = await db.admin<{ position: string }>(
    'select position from tallies.consumer where name = $1',
    [name],
  );
  return Number(row?.position);
};

test('I4: every aggregate arrives in versions 1, 2, 3 and so on', async () => {
  const projection = watcher();
  const backbone = await run({ projections: [projection] });
  const ids = Array.from({ length: 5 }, () => randomUUID());
  await Promise.all(ids.flatMap((id) => Array.from({ length: 20 }, () => write(id, added()))));
  await backbone.settled();
  for (const id of ids) {
    expect(await seen(projection.name, id)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  }
});

test('I5: what a failing try wrote is gone, and its checkpoint has not moved', async () => {
  let fails = 2;
  let before = 0;
  const id = randomUUID();
  const projection = watcher(async (event) => {
    if (event.aggregateId !== id || fails === 0) return;
    fails -= 1;
    before = await checkpoint(projection.name);
    throw new Error('not yet');
  });
  const backbone = await run({ projections: [projection] });
  const [fact] = await write(id, opened());
  await backbone.settled();
  expect(fails).toBe(0);
  expect(await seen(projection.name, id)).toEqual([1]);
  expect(before).toBeLessThan(await checkpoint(projection.name));
  expect(fact?.version).toBe(1);
  const letters = await db.admin('select from tallies.dead_letter where consumer = $1', [
    projection.name,
  ]);
  expect(letters).toEqual([]);
});

test('I5: what was written is gone when its checkpoint cannot be written', async () => {
  const handled: number[] = [];
  const projection = watcher(async (event) => void handled.push(event.version));
  await db.admin(`create sequence tallies.falls;
    create function tallies.fall() returns trigger language plpgsql security definer as $$ begin
      if nextval('tallies.falls') = 1 then
        raise exception 'no checkpoint now' using errcode = '40001';
      end if;
      return new;
    end $$;
    create trigger fall before update of position on tallies.consumer for each row
      when (new.name = '${projection.name}' and new.position > old.position)
      execute function tallies.fall()`);
  const id = randomUUID();
  const backbone = await run({ projections: [projection] });
  await backbone.settled();
  await db.admin(`alter sequence tallies.falls restart`);
  handled.length = 0;
  await write(id, added());
  await backbone.settled();
  expect(handled).toEqual([1, 1]);
  expect(await seen(projection.name, id)).toEqual([1]);
});

test('I10: poison parks one aggregate of one consumer, redrive lets it flow in order', async () => {
  const poisoned = randomUUID();
  let isCured = false;
  const sick = watcher(async (event) => {
    if (event.aggregateId === poisoned && event.version === 2 && !isCured)
      throw new Error('poison');
  });
  const healthy = watcher();
  const backbone = await run({ projections: [sick, healthy] }, { attemptsMax: 2 });
  const other = randomUUID();
  for (let n = 0; n < 3; n += 1) {
    await write(poisoned, added());
    await write(other, added());
  }
  await backbone.settled();
  // What comes later is no longer handled one by one.
  await write(poisoned, added());
  await backbone.settled();
  expect(await seen(sick.name, poisoned)).toEqual([1]);
  expect(await seen(sick.name, other)).toEqual([1, 2, 3]);
  expect(await seen(healthy.name, poisoned)).toEqual([1, 2, 3, 4]);
  const letters = (await backbone.deadLetters()).filter((each) => each.name === sick.name);
  expect(letters.map((each) => [each.status, each.attempts])).toEqual([
    ['PARKED', 2],
    ['PARKED', 0],
    ['PARKED', 0],
  ]);

  const consumer = { name: sick.name, source: 'counters' };
  const vain = await backbone.redrive({ consumer, by: berlin.userId });
  expect(vain).toEqual({ resolved: 0, failed: [poisoned] });
  isCured = true;
  const cured = await backbone.redrive({ consumer, by: berlin.userId });
  expect(cured).toEqual({ resolved: 3, failed: [] });
  await write(poisoned, added());
  await backbone.settled();
  expect(await seen(sick.name, poisoned)).toEqual([1, 2, 3, 4, 5]);
});

test('every attempt at a fact is on record with its time, scrubbed, the newest twenty', async () => {
  const id = randomUUID();
  let tries = 0;
  const projection = watcher(async (event) => {
    if (event.aggregateId !== id) return;
    tries += 1;
    throw new Error(`try ${tries} for petra@example.org`);
  });
  const backbone = await run({ projections: [projection] }, { attemptsMax: 2 });
  await write(id, added());
  await backbone.settled();
  const timeline = async (): Promise<{ at: string; error: string }[]> => {
    const boss = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
    const [letter] = await db.database.transaction(boss, (tx) =>
      backbone.operations.deadLetters(tx, projection.name, { limit: 1 }),
    );
    return [...(letter?.timeline ?? [])];
  };
  const first = await timeline();
  // The first one was part of a batch and did not count.
  expect(first.map(({ error }) => error.slice(0, 12))).toEqual(['Error: try 2', 'Error: try 3']);
  expect(JSON.stringify(first)).not.toContain('petra@');
  const times = first.map(({ at }) => Date.parse(at));
  expect(times.toSorted((a, b) => a - b)).toEqual(times);
  const consumer = { name: projection.name, source: 'counters' };
  for (let n = 0; n < 25; n += 1) await backbone.redrive({ consumer, by: berlin.userId });
  const last = await timeline();
  expect(last).toHaveLength(20);
  expect(last.at(-1)?.error).toContain('try 28');
});

test('after five facts in a row that failed it rests, after ten it stands still', async () => {
  const ids = new Set<string>(Array.from({ length: 20 }, () => randomUUID()));
  const projection = watcher(async (event) => {
    if (ids.has(event.aggregateId)) throw new Error('the other side is down');
  });
  const backbone = await run({ projections: [projection] }, { attemptsMax: 1, restMs: 60_000 });
  await backbone.settled();
  for (const id of ids) await write(id, added());
  const stateOf = async (of: Backbone) =>
    (await of.lag()).find(({ name }) => name === projection.name);
  await eventually(async () =>
    expect(await stateOf(backbone)).toMatchObject({
      deadLetters: 5,
      status: 'ACTIVE',
      lastError: expect.stringContaining('down'),
      restsUntil: expect.any(Date),
    }),
  );
  await backbone.stop();
  const hasty = await run({ projections: [projection] }, { attemptsMax: 1, restMs: 1 });
  await eventually(async () =>
    expect(await stateOf(hasty)).toMatchObject({ deadLetters: 15, status: 'FAILED' }),
  );
  await hasty.resume(projection.name);
  await hasty.settled();
  expect(await stateOf(hasty)).toMatchObject({ deadLetters: 20, status: 'ACTIVE' });
});

test('a discarded fact lets its aggregate flow on without it, and needs a reason', async () => {
  const id = randomUUID();
  const projection = watcher(async (event) => {
    if (event.aggregateId === id && event.version === 1) throw new Error('poison');
  });
  const backbone = await run({ projections: [projection] }, { attemptsMax: 1 });
  await write(id, added());
  await backbone.settled();
  const [letter] = (await backbone.deadLetters()).filter((each) => each.name === projection.name);
  if (letter === undefined) throw new Error('nothing was set aside');
  const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
  const discard = (reason: string) =>
    db.database.transaction(admin, (tx) =>
      backbone.discard(tx, {
        consumer: letter,
        position: letter.position,
        by: admin.userId,
        reason,
      }),
    );
  await expect(discard('nope')).rejects.toThrow(RangeError);
  expect(await discard('was a test of ours')).toBe(true);
  await write(id, added());
  await backbone.settled();
  expect(await seen(projection.name, id)).toEqual([2]);
});

test('what passes by itself is repeated and never set aside', async () => {
  let fails = 4;
  const projection = watcher(async () => {
    if (fails === 0) return;
    fails -= 1;
    throw new Transient('the other side is busy');
  });
  const id = randomUUID();
  const backbone = await run({ projections: [projection] }, { attemptsMax: 2 });
  await write(id, added());
  await backbone.settled({ timeoutMs: 30_000 });
  expect(fails).toBe(0);
  expect(await seen(projection.name, id)).toEqual([1]);
});

test('a handler that waits for ever is ended by its timeout', async () => {
  const id = randomUUID();
  const projection = watcher(async (event) => {
    if (event.aggregateId === id) await new Promise(() => {});
  });
  const backbone = await run(
    { projections: [projection] },
    { attemptsMax: 1, handlerTimeoutMs: 50 },
  );
  await write(id, added());
  await backbone.settled();
  const [letter] = (await backbone.deadLetters()).filter((each) => each.name === projection.name);
  expect(letter).toMatchObject({
    aggregateId: id,
    error: expect.stringContaining('HandlerTimeout'),
  });
});

test('I7: a holder whose lease was taken writes nothing', async () => {
  const id = randomUUID();
  const projection = watcher();
  const backbone = await run({ projections: [projection] });
  await backbone.settled();
  await db.admin(
    `update tallies.consumer set lease_epoch = lease_epoch + 1, lease_owner = null,
       lease_until = clock_timestamp() + interval '1 second' where name = $1`,
    [projection.name],
  );
  await write(id, added());
  await eventually(async () => expect(await seen(projection.name, id)).toEqual([1]));
  const [row] = await db.admin<{ lease_epoch: string }>(
    'select lease_epoch from tallies.consumer where name = $1',
    [projection.name],
  );
  // 1 ours, 2 the thief's, 3 ours again once his time was over: nothing was written under 1.
  expect(Number(row?.lease_epoch)).toBe(3);
});

test('of two processes one runs the consumer, and the other takes over when it stops', async () => {
  const projection = watcher();
  const first = await run({ projections: [projection] });
  const second = await run({ projections: [projection] });
  const id = randomUUID();
  await write(id, added());
  await eventually(async () => expect(await seen(projection.name, id)).toEqual([1]));
  await first.stop();
  running = [second];
  await write(id, added());
  await eventually(async () => expect(await seen(projection.name, id)).toEqual([1, 2]));
});

test('switched off means paused: nothing is lost and it catches up', async () => {
  let enabled = true;
  const projection = watcher();
  const backbone = await run({ projections: [projection] }, { isEnabled: () => enabled });
  const id = randomUUID();
  enabled = false;
  await write(id, added());
  await write(id, added());
  await backbone.settled();
  expect(await seen(projection.name, id)).toEqual([]);
  enabled = true;
  await eventually(async () => expect(await seen(projection.name, id)).toEqual([1, 2]));
});

test('a paused consumer stands still until it is resumed', async () => {
  const projection = watcher();
  const backbone = await run({ projections: [projection] });
  await backbone.settled();
  await backbone.pause(projection.name);
  const id = randomUUID();
  await write(id, added());
  await backbone.settled();
  expect(await seen(projection.name, id)).toEqual([]);
  await backbone.resume(projection.name);
  await backbone.settled();
  expect(await seen(projection.name, id)).toEqual([1]);
});

test('I5: a reaction appends in the transaction of its checkpoint', async () => {
  const [cause, consequence] = [randomUUID(), randomUUID()];
  let tries = 0;
  const reaction = defineReaction<CounterEvent>({
    name: `tallies.echo-${randomUUID().slice(0, 8)}`,
    on: {
      'counter.opened': async (event, context) => {
        if (event.aggregateId !== cause) return;
        await context.database.transaction(context.actor, (tx) =>
          count(tx, consequence, [opened()]),
        );
        tries += 1;
        if (tries < 3) throw new Error('after the append');
      },
    },
  });
  const backbone = await run({ reactions: [reaction] });
  await write(cause, opened());
  await backbone.settled();
  expect(tries).toBe(3);
  expect(
    await db.admin('select from counters.event where aggregate_id = $1', [consequence]),
  ).toHaveLength(1);
});

test('an effect outside is made once, however often its reaction is tried', async () => {
  const id = randomUUID();
  const calls: string[] = [];
  const answers: number[] = [];
  let fails = 2;
  const reaction = defineReaction<CounterEvent>({
    name: `tallies.mail-${randomUUID().slice(0, 8)}`,
    on: {
      'counter.opened': async (event, context) => {
        if (event.aggregateId !== id) return;
        const answer = await context.effect('mail', async (key) => {
          calls.push(key);
          return calls.length;
        });
        answers.push(answer);
        if (fails === 0) return;
        fails -= 1;
        throw new Error('after the effect');
      },
    },
  });
  const backbone = await run({ reactions: [reaction] });
  const [fact] = await write(id, opened());
  await backbone.settled();
  expect(calls).toEqual([`${fact?.id}:mail`]);
  expect(answers).toEqual([1, 1, 1]);
});

test('an effect whose claim was made without hearing of it is made at once', async () => {
  const id = randomUUID();
  const calls: string[] = [];
  const reaction = defineReaction<CounterEvent>({
    name: `tallies.mail-${randomUUID().slice(0, 8)}`,
    on: {
      'counter.opened': async (event, context) => {
        if (event.aggregateId !== id) return;
        await context.effect('mail', async (key) => calls.push(key));
      },
    },
  });
  const backbone = await run({ reactions: [reaction] });
  await backbone.settled();
  // The commit of the claim came through, its answer did not.
  await db.admin(`create function tallies.lose_answer() returns trigger language plpgsql
    security definer as $$ begin
      insert into tallies.inbox (consumer, event_id, key, state, claimant)
        select '${reaction.name}', new.id, 'mail', 'CLAIMED', lease_owner
        from tallies.consumer where name = '${reaction.name}';
      return new;
    end $$`);
  await db.admin(`create trigger lose_answer after insert on counters.event for each row
    execute function tallies.lose_answer()`);
  const [fact] = await write(id, opened());
  await backbone.settled();
  await backbone.stop();
  running = [];
  await db.admin('drop function tallies.lose_answer() cascade');
  expect(calls).toEqual([`${fact?.id}:mail`]);
});

test('a reaction that starts now leaves the past alone, but misses nothing after its first start', async () => {
  const handled: string[] = [];
  const name = `tallies.fresh-${randomUUID().slice(0, 8)}`;
  const reaction = defineReaction<CounterEvent>({
    name,
    startsNow: true,
    on: { 'counter.opened': async (event) => void handled.push(event.aggregateId) },
  });
  const [past, between] = [randomUUID(), randomUUID()];
  const before = await run({});
  await write(past, opened());
  await before.settled();
  const first = await run({ reactions: [reaction] });
  await first.settled();
  await first.stop();
  running = [before];
  await write(between, opened());
  await before.settled();
  const second = await run({ reactions: [reaction] });
  await second.settled();
  expect(handled).toEqual([between]);
});
