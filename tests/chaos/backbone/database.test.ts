import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import { openArena, type Arena } from './arena.ts';
import { SEED, expectSound } from './verdict.ts';
import type { Node } from './process.ts';

const PATIENT = { timeoutMs: 30_000, intervalMs: 50 };
const SHORT_MS = 800;
/** A run by hand holds a transaction as long as the promise names; the gate shortly. */
const HOLD_MS = Number(process.env['CHAOS_HOLD_MS'] ?? 3_000);
/** The smallest queue PostgreSQL allows, so that it can be filled. */
const NOTIFY_PAGES = 64;

let arena: Arena;

beforeAll(async () => {
  arena = await openArena({
    seed: SEED,
    server: { max_notify_queue_pages: String(NOTIFY_PAGES) },
  });
}, 120_000);
afterEach(async () => {
  await expectSound(arena);
  // Whatever befalls the database is no fault of a fact.
  expect(await arena.db.admin('select * from tallies.dead_letter')).toEqual([]);
}, 120_000);
afterAll(() => arena?.close(), 60_000);

const acknowledged = (): number =>
  arena.history.commands.filter(({ state }) => state === 'acknowledged').length;

/** Settles once further commands were done. */
const goesOn = async (more = 5): Promise<void> => {
  const before = acknowledged();
  await eventually(() => expect(acknowledged()).toBeGreaterThan(before + more), PATIENT);
};

it('F-05: a killed server loses no acknowledged command, and processes go on without a restart', async () => {
  const before = arena.nodes();
  await arena.underLoad(async () => {
    for (let time = 0; time < 2; time += 1) {
      await goesOn();
      await wait(arena.random.between(0, 400));
      await arena.server.kill();
      arena.note('server killed');
      await arena.server.start();
      await goesOn();
    }
  });
  expect(arena.nodes()).toEqual(before);
  expect(before.map((node) => node.isAlive())).toEqual(before.map(() => true));
});

it('F-06: a server stopped for a while is waited for', async () => {
  const before = arena.nodes();
  await arena.underLoad(async () => {
    await goesOn();
    await arena.server.stopFast();
    arena.note('server stopped');
    await wait(2 * SHORT_MS);
    await arena.server.start();
    await goesOn();
  });
  expect(before.map((node) => node.isAlive())).toEqual(before.map(() => true));
});

/** A process that hears of facts from others: the leader of the log has them in memory. */
async function listener(): Promise<Node> {
  const leader = await eventually(() => arena.leader(), PATIENT);
  const other = arena.nodes().find((node) => node !== leader);
  if (other === undefined) throw new Error('There is one process only');
  return other;
}

const listens = (node: Node): Promise<void> =>
  eventually(async () => expect((await node.call({ do: 'listening' })).ok).toBe(true), PATIENT);

it('F-07: a listening connection cut twice in a row, once while it comes back, is replaced', async () => {
  const node = await listener();
  await arena.underLoad(async () => {
    for (let time = 0; time < 2; time += 1) {
      await arena.db.admin(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1`,
        [`${node.name}-listen`],
      );
      arena.note(`${node.name} cut off from notifications`);
      const end = arena.proxy.trouble({
        lines: new RegExp(`^${node.name}-listen$`),
        onSend: (text) => !/listen events/.test(text),
      });
      await wait(SHORT_MS / 2);
      end();
      await goesOn();
    }
  });
  await listens(node);
});

it('F-08: a listening connection that is half open is noticed and replaced', async () => {
  const node = await listener();
  const backends = (): Promise<{ pid: number }[]> =>
    arena.db.admin('select pid from pg_stat_activity where application_name = $1', [
      `${node.name}-listen`,
    ]);
  const [before] = await backends();
  const lines = new RegExp(`^${node.name}-listen$`);
  await arena.underLoad(async () => {
    const end = arena.proxy.trouble({ lines, isBlackHole: true });
    arena.note(`${node.name} hears nothing any more`);
    await eventually(async () => {
      expect((await node.call({ do: 'listening' })).ok).toBe(false);
    }, PATIENT);
    end();
    await eventually(async () => {
      const [now] = await backends();
      expect(now?.pid).not.toBe(before?.pid);
      expect((await node.call({ do: 'listening' })).ok).toBe(true);
    }, PATIENT);
    await goesOn();
  });
}, 90_000);

it('F-08: a connection that hangs while it is being made does not end the tries', async () => {
  const node = await listener();
  const lines = new RegExp(`^${node.name}-listen$`);
  const hung = Promise.withResolvers<void>();
  const end = arena.proxy.trouble({
    lines,
    silentFrom: /listen events_log/,
    onSend: (text) => {
      if (/application_name/.test(text)) hung.resolve();
      return true;
    },
  });
  arena.proxy.cut(lines);
  await hung.promise;
  await wait(SHORT_MS);
  end();
  await listens(node);
});

it('F-09: a full queue of notifications stops no writer, is measured, and is ended by a timeout', async () => {
  const holder = new pg.Client({
    connectionString: arena.db.appUrl,
    application_name: 'freshplan',
  });
  // It is ended by the server, which is the point of it.
  holder.on('error', () => {});
  await holder.connect();
  await holder.query('listen events_log');
  await holder.query('begin; select 1');
  const ended = new Promise<void>((resolve) => holder.once('end', resolve));
  for (let page = 0; page < 2 * NOTIFY_PAGES; page += 1) {
    await arena.db.admin(`select pg_notify('noise', repeat('x', 7000))`).catch(() => {});
  }
  arena.note('queue of notifications filled');
  const commands = Array.from({ length: 40 }, () => arena.history.draft());
  for (const command of commands) await arena.history.send(command);
  expect(commands.filter(({ state }) => state === 'unknown')).toEqual([]);
  await eventually(async () => {
    const text = String((await arena.ask({ do: 'metrics' })).ok);
    const used = /^freshplan_notify_queue_usage ([\d.]+)/m.exec(text)?.[1];
    expect(Number(used)).toBeGreaterThan(0.5);
  }, PATIENT);
  await holder.query(`set idle_in_transaction_session_timeout = '500ms'`);
  await ended;
}, 60_000);

it(
  `F-17: a transaction of ${HOLD_MS} ms delays nobody but its own facts`,
  async () => {
    const node = arena.nodes()[0];
    if (node === undefined) throw new Error('Nobody is there');
    const late = arena.history.draft({
      counterId: arena.random.uuid(),
      territory: 'DE',
      isHeld: true,
    });
    const isSent = node.call(late.call, HOLD_MS + 60_000);
    const logged = (id: string): Promise<unknown[]> =>
      arena.db.admin(
        `select from counters.log l join counters.event e on e.seq = any (l.seqs)
       where e.aggregate_id = $1`,
        [id],
      );
    await arena.underLoad(async () => {
      await wait(SHORT_MS / 2);
      const quick = arena.history.draft({ counterId: arena.random.uuid(), territory: 'AT' });
      await eventually(async () => {
        await arena.history.send(quick);
        expect(quick.state).toBe('acknowledged');
      }, PATIENT);
      await eventually(
        async () => expect(await logged(quick.call.counterId)).not.toEqual([]),
        PATIENT,
      );
      expect(await logged(late.call.counterId)).toEqual([]);
      await wait(HOLD_MS);
      expect(await logged(late.call.counterId)).toEqual([]);
      await node.call({ do: 'release' });
      const reply = await isSent;
      late.answers.push(JSON.stringify(reply.ok));
      late.state = 'acknowledged';
      await eventually(
        async () => expect(await logged(late.call.counterId)).toHaveLength(late.facts),
        PATIENT,
      );
    });
  },
  HOLD_MS + 120_000,
);
