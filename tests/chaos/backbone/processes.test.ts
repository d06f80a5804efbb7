import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import { openArena, type Arena } from './arena.ts';
import { SEED, expectSound } from './verdict.ts';
import { FRAGILE } from './modules.ts';

/** A run by hand takes as many as the promise names; the gate takes a few. */
const LEADER_KILLS = Number(process.env['CHAOS_LEADER_KILLS'] ?? 4);
const BURST_MS = Number(process.env['CHAOS_BURST_MS'] ?? 4_000);
const PATIENT = { timeoutMs: 30_000, intervalMs: 50 };
/** Until the workload has done something. */
const SHORT_MS = 800;

let arena: Arena;

beforeAll(async () => {
  arena = await openArena({ seed: SEED });
}, 120_000);
afterEach(() => expectSound(arena), 120_000);
afterAll(() => arena?.close(), 60_000);

it('F-02: a commit whose answer is lost is found again under its key, as one fact', async () => {
  await arena.underLoad(async () => {
    for (let time = 0; time < 3; time += 1) {
      const node = arena.random.pick(arena.nodes());
      let lost = 0;
      const end = arena.proxy.trouble({
        lines: new RegExp(`^${node.name}$`),
        onSend(text) {
          if (lost > 0 || !text.includes('COMMIT')) return true;
          lost += 1;
          return true;
        },
        swallowAfter: /COMMIT/,
      });
      await eventually(() => expect(lost).toBeGreaterThan(0), PATIENT);
      end();
      arena.note(`an answer to ${node.name} lost`);
      await wait(SHORT_MS / 4);
    }
  });
  const tried = arena.history.commands.filter(({ state }) => state === 'unknown');
  await arena.history.settle(30_000);
  expect(tried.every(({ state }) => state === 'acknowledged' || state === 'refused')).toBe(true);
});

it(`F-03: a log head killed ${LEADER_KILLS} times in the middle of a batch leaves no gap and no second copy`, async () => {
  const moments = ['before it is logged', 'before the commit', 'after the commit'] as const;
  await arena.underLoad(async () => {
    for (let kill = 0; kill < LEADER_KILLS; kill += 1) {
      const leader = await eventually(() => arena.leader(), PATIENT);
      const moment = arena.random.pick(moments);
      const after = arena.random.between(0, 20);
      let packets = 0;
      const reached = new Promise<void>((resolve) => {
        const end = arena.proxy.trouble({
          lines: new RegExp(`^${leader.name}-log-counters$`),
          onSend(text) {
            packets += 1;
            const isCommit = text.includes('COMMIT');
            if (packets <= after || isCommit !== (moment !== 'before it is logged')) return true;
            end();
            arena.note(`${leader.name} reached: ${moment}`);
            leader.signal('SIGKILL');
            resolve();
            return moment === 'after the commit';
          },
        });
      });
      await reached;
      await arena.kill(leader);
      await Promise.all([arena.start(), eventually(() => arena.leader(), PATIENT)]);
    }
  });
}, 600_000);

it('F-04: a consumer killed between effect and checkpoint repeats what it had not finished', async () => {
  for (let time = 0; time < 2; time += 1) {
    const [spared] = arena.nodes();
    const doomed = await arena.start({ diesAfterEffects: arena.random.between(3, 30) });
    await arena.underLoad(async () => {
      // The doomed one gets the consumer only when nobody else is there.
      if (spared !== undefined) await arena.kill(spared);
      for (const node of arena.nodes().filter((each) => each !== doomed)) await arena.kill(node);
      await eventually(() => expect(doomed.isAlive()).toBe(false), PATIENT);
    });
    arena.note(`${doomed.name} died between effect and checkpoint`);
    await arena.heal();
  }
  const handled = await arena.db.admin('select from tallies.seen where consumer = $1', [FRAGILE]);
  expect(handled.length).toBeGreaterThan(0);
});

it('F-04: a mail that was taken before its sender died is not a second one', async () => {
  const held = arena.outside.holdNext();
  await arena.underLoad(async () => {
    const key = await held;
    const before = arena.outside.calls.filter((each) => each === key).length;
    expect(before).toBe(1);
    for (const node of arena.nodes()) await arena.kill(node);
  });
  arena.outside.goOn();
});

it('F-15: every fact delivered three times, also across a restart, has one effect', async () => {
  await arena.underLoad(() => wait(SHORT_MS));
  await arena.heal();
  const calls = arena.outside.calls.length;
  const tallied = () => arena.db.admin('select * from tallies.tally order by counter_id');
  const once = await tallied();
  for (let time = 0; time < 2; time += 1) {
    await arena.db.admin(
      `update tallies.consumer set position = 0, lease_epoch = lease_epoch + 1, lease_owner = null,
         lease_until = null where name in ('tallies.tally', 'tallies.mail')`,
    );
    if (time === 0) for (const node of arena.nodes()) await arena.kill(node);
    await arena.heal();
    const behind = `select from tallies.consumer c where name in ('tallies.tally', 'tallies.mail')
      and position < (select max(position) from tallies.seen where consumer = 'tallies.seen')`;
    await eventually(async () => expect(await arena.db.admin(behind)).toEqual([]), PATIENT);
  }
  expect(await tallied()).toEqual(once);
  expect(arena.outside.calls).toHaveLength(calls);
});

it('F-18: of a hundred edits of one version by several processes one wins', async () => {
  const first = arena.history.draft();
  await arena.history.send(first);
  const { counterId } = first.call;
  const [row] = await arena.db.admin<{ version: number }>(
    'select version from counters.stream where aggregate_id = $1',
    [counterId],
  );
  const edits = Array.from({ length: 100 }, () =>
    arena.history.draft({
      counterId,
      expectedVersion: row?.version ?? 0,
      asTerritory: undefined,
      amounts: [1],
    }),
  );
  await Promise.all(edits.map((each) => arena.history.send(each)));
  await arena.history.settle(30_000);
  const codes = Object.groupBy(edits, ({ state, code }) => code ?? state);
  expect(Object.entries(codes).map(([code, all]) => [code, all?.length])).toEqual(
    expect.arrayContaining([
      ['acknowledged', 1],
      ['CONFLICT', 99],
    ]),
  );
});

it('F-24: a leader stopped past its time is replaced, and writes nothing when it goes on', async () => {
  await arena.underLoad(async () => {
    await wait(SHORT_MS);
    const stopped = await eventually(() => arena.leader(), PATIENT);
    stopped.signal('SIGSTOP');
    const at = performance.now();
    const successor = await eventually(async () => {
      const leader = await arena.leader();
      expect(leader.name).not.toBe(stopped.name);
      return leader;
    }, PATIENT);
    arena.note(
      `${stopped.name} stopped, ${successor.name} leads after ${Math.round(performance.now() - at)} ms`,
    );
    // Consumers it held are taken over too, before it goes on.
    const held = `select from tallies.consumer where lease_until < clock_timestamp()`;
    await eventually(async () => expect(await arena.db.admin(held)).toEqual([]), PATIENT);
    stopped.signal('SIGCONT');
    await wait(SHORT_MS);
  });
}, 120_000);

it('F-30: a burst loses and doubles nothing', async () => {
  const end = performance.now() + BURST_MS;
  const sent = arena.history.commands.length;
  while (performance.now() < end) {
    await Promise.all(Array.from({ length: 40 }, () => arena.history.send(arena.history.draft())));
  }
  expect(arena.history.commands.length - sent).toBeGreaterThan(40);
});

it('F-31: switched off and on under load, consumers stand still and catch up', async () => {
  await arena.underLoad(async () => {
    await wait(SHORT_MS);
    for (const node of arena.nodes()) await node.call({ do: 'switch', isOn: false });
    await arena.ask({ do: 'pause', consumer: 'tallies.seen' });
    // Positions may still move past facts a consumer has nothing to do with.
    const handled = async (): Promise<unknown> => [
      arena.outside.calls.length,
      ...(await arena.db.admin(
        'select consumer, count(*) from tallies.seen group by 1 order by 1',
      )),
      ...(await arena.db.admin('select count(*), sum(version) from tallies.tally')),
    ];
    const stillAt = async (): Promise<unknown> => {
      const before = await handled();
      await wait(SHORT_MS);
      expect(await handled()).toEqual(before);
      return before;
    };
    // What was under way when the switch was turned comes to its end.
    const reached = await eventually(stillAt, PATIENT);
    const newest = (): Promise<unknown> =>
      arena.db.admin('select max(first_position) from counters.log');
    const logged = await newest();
    await eventually(async () => expect(await newest()).not.toEqual(logged), PATIENT);
    await wait(SHORT_MS);
    expect(await handled()).toEqual(reached);
    for (const node of arena.nodes()) await node.call({ do: 'switch', isOn: true });
    await arena.ask({ do: 'resume', consumer: 'tallies.seen' });
  });
});
