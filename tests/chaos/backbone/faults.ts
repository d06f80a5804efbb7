import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { eventually } from '#kernel/testing';
import type { Arena } from './arena.ts';
import type { Node } from './process.ts';
import type { Random } from './random.ts';

/** Something done to a system under load; it ends by itself, or when the system is healed. */
export interface Fault {
  readonly name: string;
  inject(arena: Arena, random: Random): Promise<void>;
}

const PATIENT = { timeoutMs: 15_000, intervalMs: 50 };

/** Consumers that take a fact for done however often it comes. */
const GUARDED = `('tallies.tally', 'tallies.mail')`;

const someNode = (arena: Arena, random: Random): Node => random.pick(arena.nodes());
const linesOf = (node: Node): RegExp => new RegExp(`^${node.name}(-|$)`);

async function replace(arena: Arena, node: Node): Promise<void> {
  await arena.kill(node);
  await arena.start();
}

/** One at a time has its hands on the server. */
async function withServerDown(
  arena: Arena,
  how: 'kill' | 'stopFast',
  downMs: number,
): Promise<void> {
  if (!arena.server.isUp()) return;
  await arena.server[how]();
  await wait(downMs);
  await arena.server.start();
}

async function whileTroubled(end: () => void, ms: number): Promise<void> {
  await wait(ms);
  end();
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'leader killed',
    inject: async (arena) => replace(arena, await eventually(() => arena.leader(), PATIENT)),
  },
  { name: 'process killed', inject: (arena, random) => replace(arena, someNode(arena, random)) },
  {
    name: 'process stopped and continued',
    async inject(arena, random) {
      const node = someNode(arena, random);
      node.signal('SIGSTOP');
      await wait(random.between(300, 7_000));
      node.signal('SIGCONT');
    },
  },
  {
    name: 'server killed',
    inject: (arena, random) => withServerDown(arena, 'kill', random.between(0, 500)),
  },
  {
    name: 'server stopped',
    inject: (arena, random) => withServerDown(arena, 'stopFast', random.between(100, 1_500)),
  },
  {
    name: 'listening connections cut',
    inject: async (arena) => void arena.proxy.cut(/-listen$/),
  },
  {
    name: 'listening connection half open',
    inject: (arena, random) =>
      whileTroubled(
        arena.proxy.trouble({
          lines: new RegExp(`^${someNode(arena, random).name}-listen$`),
          isBlackHole: true,
        }),
        random.between(200, 3_000),
      ),
  },
  {
    name: 'every connection of a process reset',
    inject: async (arena, random) => void arena.proxy.cut(linesOf(someNode(arena, random))),
  },
  {
    name: 'answers to commits lost',
    inject: (arena, random) =>
      whileTroubled(
        arena.proxy.trouble({
          lines: linesOf(someNode(arena, random)),
          swallowAfter: /COMMIT/,
        }),
        random.between(50, 400),
      ),
  },
  {
    name: 'late packets',
    inject: (arena, random) =>
      whileTroubled(
        arena.proxy.trouble({
          lines: linesOf(someNode(arena, random)),
          delayMs: random.between(20, 150),
        }),
        random.between(300, 1_500),
      ),
  },
  {
    name: 'transaction held open',
    async inject(arena, random) {
      const holder = new pg.Client({ connectionString: arena.db.adminUrl });
      holder.on('error', () => {});
      await holder.connect();
      await holder.query('begin; select pg_current_xact_id()');
      await wait(random.between(500, 2_500));
      await holder.end();
    },
  },
  {
    name: 'consumer paused and resumed',
    async inject(arena, random) {
      const consumer = random.pick(['tallies.seen', 'tallies.tally', 'tallies.mail']);
      await arena.ask({ do: 'pause', consumer });
      await wait(random.between(200, 1_000));
      await arena.ask({ do: 'resume', consumer });
    },
  },
  {
    name: 'consumers switched off and on',
    async inject(arena, random) {
      const node = someNode(arena, random);
      await node.call({ do: 'switch', isOn: false });
      await wait(random.between(200, 1_000));
      await node.call({ do: 'switch', isOn: true });
    },
  },
  {
    name: 'replay beside traffic',
    inject: async (arena, random) =>
      void (await someNode(arena, random).call(
        { do: 'rebuild', projection: 'tallies.tally' },
        20_000,
      )),
  },
  {
    name: 'forged notifications',
    async inject(arena) {
      for (const payload of ['counters 999999999999', 'counters 1;drop', 'nobody 5']) {
        await arena.db.admin(`select pg_notify('events_log', $1), pg_notify('events_wake', $1)`, [
          payload,
        ]);
      }
    },
  },
  {
    name: 'delivered again',
    inject: async (arena) =>
      void (await arena.db.admin(
        `update tallies.consumer set position = position / 2, lease_epoch = lease_epoch + 1,
           lease_owner = null, lease_until = null where name in ${GUARDED}`,
      )),
  },
  {
    name: 'leases taken away',
    inject: async (arena) =>
      void (await arena.db.admin(
        `update tallies.consumer set lease_epoch = lease_epoch + 1, lease_owner = null,
           lease_until = clock_timestamp() + interval '1 second'`,
      )),
  },
  {
    name: 'a session terminated',
    inject: async (arena) =>
      void (await arena.db.admin(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where usename = 'freshplan_app' and application_name like 'n%' order by random() limit 1`,
      )),
  },
];
