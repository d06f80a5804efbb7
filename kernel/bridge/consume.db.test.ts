import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { headers } from '@nats-io/transport-node';
import { defineProjection, type Backbone, type LogSource, type Recorded } from '#kernel/events';
import { createMetrics } from '#kernel/telemetry';
import {
  added,
  counters,
  createNatsServer,
  createTestDatabase,
  eventually,
  hasNatsServer,
  itKeepsTheContract,
  natsServerPath,
  opened,
  tallies,
  type CounterEvent,
  type NatsServer,
  type TestDatabase,
} from '#kernel/testing';
import {
  linkTo,
  publisher,
  reader,
  seenBy,
  versionsOf,
  visit,
  write,
  writeUntil,
} from './bridge.fixture.ts';
import type { BridgeLink } from './index.ts';

const PATIENT = { timeoutMs: 30_000, intervalMs: 50 };

describe.skipIf(!hasNatsServer)(
  `facts of another machine by NATS (${natsServerPath}, else NATS_SERVER_PATH)`,
  () => {
    let nats: NatsServer;
    let near: TestDatabase;
    let far: TestDatabase;
    const links: BridgeLink[] = [];
    const running: Backbone[] = [];
    const sources: LogSource[] = [];

    beforeAll(async () => {
      nats = await createNatsServer();
    });
    beforeEach(async () => {
      near = await createTestDatabase({ modules: [counters] });
      far = await createTestDatabase({ modules: [tallies] });
    });
    afterEach(async () => {
      await Promise.all(sources.splice(0).map((source) => source.stop()));
      await Promise.all(running.splice(0).map((backbone) => backbone.stop()));
      await Promise.all(links.splice(0).map((link) => link.close()));
      await Promise.all([near.close(), far.close()]);
      await visit(nats.url, ({ jsm }) => jsm.streams.delete('CRM_COUNTERS').catch(() => {}));
    });
    afterAll(() => nats.close());

    const link = (): BridgeLink => {
      const made = linkTo(nats.url);
      links.push(made);
      return made;
    };
    const started = async (backbone: Backbone): Promise<Backbone> => {
      running.push(backbone);
      await backbone.start();
      return backbone;
    };
    const publish = () => started(publisher(near, link().outlet));
    const follow = (options = {}) => started(reader(far, link().source, options));

    describe('a source over JetStream', () => {
      itKeepsTheContract({
        async open() {
          await publish();
          const { source } = link();
          sources.push(source);
          return source;
        },
        async write(id, events) {
          await write(near, id, events);
          await running[0]?.settled();
          await eventually(async () => {
            const [bridge] = (await running[0]?.lag()) ?? [];
            expect(bridge).toMatchObject({ name: 'counters.bridge', lagEvents: 0 });
          }, PATIENT);
        },
      });
    });

    test('consumers of another database handle each fact once, in order, and remember where they are', async () => {
      await publish();
      const ids = [randomUUID(), randomUUID()] as const;
      for (const id of ids) await write(near, id, [opened(), added(1), added(2)]);
      const first = await follow();
      await eventually(async () => expect(await seenBy(far)).toHaveLength(6), PATIENT);
      await first.settled();
      await first.stop();
      running.splice(running.indexOf(first), 1);
      await write(near, ids[0], [added(3)]);
      await follow();
      await eventually(async () => expect(await seenBy(far)).toHaveLength(7), PATIENT);
      const seen = await seenBy(far);
      expect(versionsOf(seen, ids[0])).toEqual([1, 2, 3, 4]);
      expect(versionsOf(seen, ids[1])).toEqual([1, 2, 3]);
      await eventually(async () => {
        const [tally] = await far.admin<{ total: number }>(
          'select total from tallies.tally where counter_id = $1',
          [ids[0]],
        );
        expect(tally?.total).toBe(6);
      }, PATIENT);
    });

    test('a subscription goes on here where it stopped there: a position is good at both', async () => {
      const here = await publish();
      const there = await follow();
      const id = randomUUID();
      await write(near, id, [opened(), added(1), added(2)]);
      const types = ['counter.opened', 'counter.added'];
      const taken: Recorded<CounterEvent>[] = [];
      for await (const fact of here.feed.subscribe<CounterEvent>({ types, from: 0 })) {
        taken.push(fact);
        if (taken.length === 2) break;
      }
      const from = taken.at(-1)?.position;
      for await (const fact of there.feed.subscribe<CounterEvent>({ types, from })) {
        taken.push(fact);
        if (taken.length === 3) break;
      }
      expect(taken.map(({ version }) => version)).toEqual([1, 2, 3]);
    });

    test('a position that the stream no longer reaches back to is a gap, told as such', async () => {
      const near1 = await publish();
      const id = randomUUID();
      for (let n = 0; n < 5; n += 1) await write(near, id);
      await near1.settled();
      await eventually(async () => {
        const count = (await visit(nats.url, ({ messages }) => messages())).length;
        expect(count).toBe(5);
      }, PATIENT);
      await visit(nats.url, ({ jsm }) => jsm.streams.purge('CRM_COUNTERS', { keep: 2 }));
      const there = await follow();
      const lost = there.feed.subscribe({ types: ['counter.added'], from: 1 });
      const next = lost[Symbol.asyncIterator]().next();
      await expect(next).rejects.toMatchObject({ code: 'RESUME_GAP' });
      await eventually(async () => {
        const seen = await seenBy(far);
        const [state] = await there.lag();
        expect([seen.length, (state?.lagEvents ?? 0) > 0]).toEqual([0, true]);
      }, PATIENT);
    });

    test('NATS killed and started again under load loses and doubles nothing', async () => {
      const backbone = await publish();
      await follow();
      const counted = Array.from({ length: 5 }, () => randomUUID());
      const enough = new AbortController();
      const writing = writeUntil(near, counted, enough.signal);
      for (let round = 0; round < 3; round += 1) {
        const before = (await seenBy(far)).length;
        await eventually(async () => {
          expect((await seenBy(far)).length).toBeGreaterThan(before + 20);
        }, PATIENT);
        await nats.end('SIGKILL');
        await nats.start();
      }
      enough.abort();
      const acknowledged = await writing;
      await backbone.settled();
      await eventually(async () => expect(await seenBy(far)).toHaveLength(acknowledged.length), {
        timeoutMs: 60_000,
        intervalMs: 100,
      });
      const seen = await seenBy(far);
      for (const id of counted) {
        const versions = versionsOf(seen, id);
        expect(versions).toEqual(versions.map((_, index) => index + 1));
      }
      const stored = await visit(nats.url, ({ messages }) => messages());
      const ids = stored.map(({ envelope }) => envelope['id']);
      expect(new Set(ids)).toEqual(new Set(acknowledged));
      expect(ids).toHaveLength(acknowledged.length);
    }, 180_000);

    test('what cannot be handled is parked with its aggregate, others flow', async () => {
      await publish();
      const [bad, good] = [randomUUID(), randomUUID()];
      const picky = defineProjection<CounterEvent>({
        name: 'tallies.picky',
        tables: [],
        on: {
          'counter.added': async ({ data, aggregateId, version, position }, tx) => {
            if (data.amount === 13) throw new Error('not this one');
            await tx.query(
              `insert into tallies.seen (consumer, counter_id, version, position)
               values ('tallies.picky', $1, $2, $3)`,
              [aggregateId, version, position],
            );
          },
        },
      });
      const there = await follow({
        modules: [{ ...tallies, projections: [picky] }],
        attemptsMax: 2,
      });
      await write(near, bad, [added(1), added(13), added(2)]);
      await write(near, good, [added(1)]);
      await eventually(async () => {
        const seen = await far.admin<{ counter_id: string; version: number }>(
          'select counter_id, version from tallies.seen order by n',
        );
        expect(seen).toEqual([
          { counter_id: bad, version: 1 },
          { counter_id: good, version: 1 },
        ]);
        const letters = await there.deadLetters();
        expect(letters.map(({ aggregateId }) => aggregateId)).toEqual([bad, bad]);
      }, PATIENT);
    });

    test('a message that is no fact is left out, counted, and stops the bridge until it is gone', async () => {
      const backbone = await publish();
      await write(near, randomUUID(), [added(1)]);
      const metrics = createMetrics();
      links.push(linkTo(nats.url, {}, metrics));
      await started(reader(far, links.at(-1)?.source as LogSource));
      await eventually(async () => expect(await seenBy(far)).toHaveLength(1), PATIENT);
      await visit(nats.url, async ({ publish: send }) => {
        await send('crm.counters.counter.added.x', 'no JSON at all');
        await send('crm.counters.counter.added.x', '{"id": "1"}', headers());
      });
      await eventually(async () => {
        const { body } = await metrics.expose();
        expect(body).toContain('freshplan_bridge_foreign_messages_total{module="counters"} 2');
      }, PATIENT);
      await write(near, randomUUID(), [added(2)]);
      await eventually(async () => {
        const [bridge] = await backbone.lag();
        expect(bridge).toMatchObject({ name: 'counters.bridge', status: 'FAILED' });
        expect(bridge?.lastError).toContain('none of ours');
      }, PATIENT);
      await visit(nats.url, async ({ jsm }) => {
        for (const seq of [2, 3]) await jsm.streams.deleteMessage('CRM_COUNTERS', seq);
      });
      await backbone.resume('counters.bridge');
      await eventually(async () => expect(await seenBy(far)).toHaveLength(2), PATIENT);
    });
  },
);
