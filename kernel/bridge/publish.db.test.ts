import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Backbone, Outlet } from '#kernel/events';
import {
  added,
  createNatsServer,
  createTestDatabase,
  counters,
  eventually,
  hasNatsServer,
  natsServerPath,
  noted,
  type NatsServer,
  type TestDatabase,
} from '#kernel/testing';
import { linkTo, publisher, visit, write } from './bridge.fixture.ts';
import type { BridgeLink } from './index.ts';

const CHILD = fileURLToPath(new URL('../testing/bridge-child.ts', import.meta.url));
const PATIENT = { timeoutMs: 20_000 };

describe.skipIf(!hasNatsServer)(
  `facts leave for NATS (${natsServerPath}, else NATS_SERVER_PATH)`,
  () => {
    let nats: NatsServer;
    let db: TestDatabase;
    let link: BridgeLink;
    const running: Backbone[] = [];

    beforeEach(async () => {
      nats = await createNatsServer();
      db = await createTestDatabase({ modules: [counters] });
      link = linkTo(nats.url);
    });
    afterEach(async () => {
      await Promise.all(running.splice(0).map((backbone) => backbone.stop()));
      await link.close();
      await db.close();
      await nats.close();
    });
    const start = async (outlet: Outlet = link.outlet, on = db): Promise<Backbone> => {
      const backbone = publisher(on, outlet);
      running.push(backbone);
      await backbone.start();
      return backbone;
    };
    const handedOn = (backbone: Backbone) =>
      eventually(async () => {
        const bridge = (await backbone.lag()).find(({ name }) => name === 'counters.bridge');
        expect(bridge).toMatchObject({ lagEvents: 0, lastError: null, status: 'ACTIVE' });
      }, PATIENT);
    const logged = () =>
      db.admin<{ id: string; position: string }>(
        `select e.id, l.first_position + u.ord - 1 as position from counters.log l
       cross join lateral unnest(l.seqs) with ordinality as u (seq, ord)
       join counters.event e on e.seq = u.seq order by 2`,
      );

    test('each fact is a CloudEvent under its subject and id, in the order of the log', async () => {
      const id = randomUUID();
      await write(db, id, [added(1), added(2)]);
      const backbone = await start();
      await write(db, id, [added(3)]);
      await backbone.settled();
      await handedOn(backbone);
      const [messages, facts] = [
        await visit(nats.url, ({ messages: all }) => all()),
        await logged(),
      ];
      expect(messages.map(({ headers }) => headers.get('Nats-Msg-Id'))).toEqual(
        facts.map((fact) => fact.id),
      );
      expect(messages.map(({ envelope }) => envelope['sequence'])).toEqual(
        facts.map(({ position }) => position),
      );
      expect(messages[2]).toMatchObject({
        subject: `crm.counters.counter.added.${id}`,
        envelope: {
          specversion: '1.0',
          source: '/crm/counters',
          type: 'counter.added',
          subject: id,
          aggregateversion: 3,
          dataschema: 'urn:freshplan:counter.added:v2',
          data: { amount: 3, unit: 'piece' },
        },
      });
    });

    test('ciphertext stays ciphertext', async () => {
      const backbone = await start();
      await write(db, randomUUID(), [noted(randomUUID(), 'Frau Muster ruft zurück')]);
      await backbone.settled();
      await handedOn(backbone);
      const [message] = await visit(nats.url, ({ messages }) => messages());
      expect(message?.envelope.data['note']).toMatchObject({ $enc: 'v1' });
      expect(JSON.stringify([message?.envelope, message?.headers])).not.toContain('Muster');
    });

    test('the stream has the limits of the configuration, also when it was there before', async () => {
      await visit(nats.url, ({ jsm }) =>
        jsm.streams.add({
          name: 'CRM_COUNTERS',
          subjects: ['crm.counters.>'],
          max_bytes: 1_000_000,
        }),
      );
      const backbone = await start();
      await write(db, randomUUID());
      await backbone.settled();
      await handedOn(backbone);
      const { config } = await visit(nats.url, ({ jsm }) => jsm.streams.info('CRM_COUNTERS'));
      expect(config).toMatchObject({
        max_bytes: 64 * 1024 * 1024,
        max_age: 86_400e9,
        duplicate_window: 60e9,
        num_replicas: 1,
      });
    });

    test('while NATS is away facts are recorded and wait; the lag and the reason are there to see', async () => {
      await nats.end('SIGKILL');
      const backbone = await start();
      for (let n = 0; n < 5; n += 1) await write(db, randomUUID());
      await backbone.settled();
      await eventually(async () => {
        const [bridge] = await backbone.lag();
        expect(bridge).toMatchObject({ name: 'counters.bridge', lagEvents: 5, status: 'ACTIVE' });
        expect(bridge?.lastError).toContain('cannot be reached');
      }, PATIENT);
      expect(link.isConnected()).toBe(false);
      await nats.start();
      await handedOn(backbone);
      expect(await visit(nats.url, ({ messages }) => messages())).toHaveLength(5);
    });

    test('a crash between acknowledgement and checkpoint doubles nothing', async () => {
      const crashing: Outlet = {
        newest: (module) => link.outlet.newest(module),
        async add(module, facts) {
          await link.outlet.add(module, facts);
          throw new Error('gone before the checkpoint');
        },
      };
      const first = await start(crashing);
      for (let n = 0; n < 10; n += 1) await write(db, randomUUID());
      await first.settled();
      await handedOn(first);
      const ids = (await visit(nats.url, ({ messages }) => messages())).map(({ headers }) =>
        headers.get('Nats-Msg-Id'),
      );
      expect(ids).toEqual((await logged()).map(({ id }) => id));
    });

    test('a publisher killed between acknowledgement and checkpoint, again and again, doubles nothing', async () => {
      for (let round = 0; round < 3; round += 1) {
        await write(db, randomUUID(), [added(1), added(2)]);
        const child = spawn(process.execPath, [CHILD, db.appUrl, nats.url], { stdio: 'ignore' });
        const [, signal] = await once(child, 'exit');
        expect(signal).toBe('SIGKILL');
      }
      const [row] = await db.admin<{ position: string }>(
        `select position from counters.consumer where name = 'counters.bridge'`,
      );
      expect(Number(row?.position)).toBeLessThan(Number((await logged()).at(-1)?.position));
      const backbone = await start();
      await backbone.settled();
      await handedOn(backbone);
      const messages = await visit(nats.url, ({ messages: all }) => all());
      expect(messages.map(({ headers }) => headers.get('Nats-Msg-Id'))).toEqual(
        (await logged()).map(({ id }) => id),
      );
      expect(messages).toHaveLength(6);
    }, 60_000);

    test('what NATS has lost is handed on again', async () => {
      const forgetful = linkTo(nats.url, { duplicateWindowSeconds: 1 });
      const backbone = await start(forgetful.outlet);
      for (let n = 0; n < 4; n += 1) await write(db, randomUUID());
      await backbone.settled();
      await handedOn(backbone);
      await visit(nats.url, ({ jsm }) => jsm.streams.purge('CRM_COUNTERS'));
      await Promise.all(running.splice(0).map((each) => each.stop()));
      await start(forgetful.outlet);
      await eventually(async () => {
        const messages = await visit(nats.url, ({ messages: all }) => all());
        expect(messages.map(({ headers }) => headers.get('Nats-Msg-Id'))).toEqual(
          (await logged()).map(({ id }) => id),
        );
      }, PATIENT);
      await forgetful.close();
    });

    test('a fact that does not fit its schema stops the bridge until it is mended', async () => {
      const id = randomUUID();
      await write(db, id, [added(1)]);
      await write(db, id, [added(2)]);
      const damage = (json: string) =>
        db.admin(`begin; set local session_replication_role = replica;
        update counters.event set data = '${json}' where aggregate_id = '${id}' and version = 2; commit`);
      await damage('{"amount": "many", "unit": "piece"}');
      const forgetful = linkTo(nats.url, { duplicateWindowSeconds: 1 });
      const backbone = await start(forgetful.outlet);
      await eventually(async () => {
        const [bridge] = await backbone.lag();
        expect(bridge).toMatchObject({ status: 'FAILED', lagEvents: 1 });
        expect(bridge?.lastError).toMatch(/at \d+ of counters may not leave/);
        expect(bridge?.lastError).not.toContain('many');
      }, PATIENT);
      await damage('{"amount": 2, "unit": "piece"}');
      await Promise.all(running.splice(0).map((each) => each.stop()));
      const mended = await start();
      await mended.resume('counters.bridge');
      await handedOn(mended);
      const versions = await visit(nats.url, ({ messages }) => messages());
      expect(versions.map(({ envelope }) => envelope['aggregateversion'])).toEqual([1, 2]);
    });

    test('a stream of another database is left alone', async () => {
      const other = await createTestDatabase({ modules: [counters] });
      try {
        await write(other, randomUUID());
        const stranger = await start(link.outlet, other);
        await stranger.settled();
        await handedOn(stranger);
        await Promise.all(running.splice(0).map((each) => each.stop()));
        await write(db, randomUUID());
        const backbone = await start(link.outlet);
        await eventually(async () => {
          const [bridge] = await backbone.lag();
          expect(bridge?.status).toBe('FAILED');
          expect(bridge?.lastError).toContain('another database');
        }, PATIENT);
        expect(await visit(nats.url, ({ messages }) => messages())).toHaveLength(1);
      } finally {
        await Promise.all(running.splice(0).map((each) => each.stop()));
        await other.close();
      }
    });
  },
);
