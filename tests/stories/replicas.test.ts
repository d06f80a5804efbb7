import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createNatsServer,
  createTestDatabase,
  eventually,
  hasNatsServer,
  natsServerPath,
  type NatsServer,
  type TestDatabase,
} from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import {
  callerOf,
  leadInput,
  registerPeople,
  startProcess,
  type Caller,
  type SystemProcess,
} from '../chaos/process.ts';
import { sseEvents, type SseEvent } from '../../gateway/event-stream.fixture.ts';
import { collect, databaseEnvironment, freePort } from './system.ts';

const WIDGET = `subscription Live { leadWidgetChanged { leadStats { total } } }`;
const DATA_DIR = `.data/replicas-${process.pid}`;
const PATIENT = { timeoutMs: 40_000, intervalMs: 100 };
/** Well below the minute for which a widget is kept. */
const FRESH = { timeoutMs: 10_000, intervalMs: 50 };

interface Gateway {
  readonly port: number;
  readonly caller: Caller;
  process: SystemProcess;
}

describe.skipIf(!hasNatsServer)(
  `two gateways as processes, the second fed by NATS (${natsServerPath}, else NATS_SERVER_PATH)`,
  () => {
    let nats: NatsServer;
    let db: TestDatabase;
    let worker: Gateway;
    let replica: Gateway;

    const environmentOf = (port: number, extra: object = {}): Record<string, string> => ({
      PORT: String(port),
      DATA_DIR,
      LOG_LEVEL: 'warn',
      ...databaseEnvironment(db),
      EVENTS_BRIDGE: nats.url,
      EVENTS_BRIDGE_BYTES_MAX: String(16 * 1024 * 1024),
      ...extra,
    });
    const launch = (port: number, extra: object = {}): SystemProcess =>
      startProcess({ args: ['--no-demo'], environment: environmentOf(port, extra) });
    const FOLLOWS = { EVENTS_FROM: 'bridge' };
    const gatewayOn = async (extra: object = {}): Promise<Gateway> => {
      const port = await freePort();
      const gateway = { port, caller: callerOf(port, DATA_DIR), process: launch(port, extra) };
      await gateway.process.ready;
      return gateway;
    };

    beforeAll(async () => {
      nats = await createNatsServer();
      db = await createTestDatabase({ modules: createSubgraphs({}) });
      worker = await gatewayOn();
      await registerPeople(worker.caller);
      replica = await gatewayOn(FOLLOWS);
    }, 180_000);
    afterAll(async () => {
      await Promise.all([worker?.process.end('SIGKILL'), replica?.process.end('SIGKILL')]);
      await db?.close();
      await nats?.close();
      await rm(DATA_DIR, { recursive: true, force: true });
    });

    const register = async ({ caller }: Gateway): Promise<void> => {
      const { data, errors } = await caller.ask<{ leadRegister: { lead: object | null } }>(
        'sales-de',
        `mutation R($input: LeadRegisterInput!) { leadRegister(input: $input) { lead { id } userErrors { code } } }`,
        { input: leadInput() },
      );
      expect(errors).toBeUndefined();
      expect(data?.leadRegister.lead).toBeTruthy();
    };
    const totalAt = async ({ caller }: Gateway): Promise<number> => {
      const { data } = await caller.ask<{ leadWidget: { leadStats: { total: number } } }>(
        'manager-de',
        '{ leadWidget { leadStats { total } } }',
      );
      return data?.leadWidget.leadStats.total ?? -1;
    };
    const streamAt = async ({ port, caller }: Gateway, lastEventId?: string) => {
      const abort = new AbortController();
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: `Bearer ${await caller.tokenFor('manager-de')}`,
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
        body: JSON.stringify({ query: WIDGET }),
        signal: abort.signal,
      });
      if (response.body === null) throw new Error(`No stream: ${response.status}`);
      const { values } = collect(sseEvents(response.body));
      return { values, close: () => abort.abort() };
    };
    const totals = (values: readonly SseEvent[]): number[] =>
      values
        .filter(({ event }) => event === 'next')
        .map(({ data }) => {
          const live = JSON.parse(data) as {
            data: { leadWidgetChanged: { leadStats: { total: number } } } | null;
          };
          return live.data?.leadWidgetChanged.leadStats.total ?? -1;
        });
    const reaches = (stream: { values: readonly SseEvent[] }, total: number) =>
      eventually(() => expect(totals(stream.values)).toContain(total), PATIENT);

    it('one mutation moves the subscription at both', async () => {
      const before = await totalAt(worker);
      const streams = [await streamAt(worker), await streamAt(replica)];
      await register(worker);
      for (const stream of streams) await reaches(stream, before + 1);
      await register(replica);
      for (const stream of streams) await reaches(stream, before + 2);
      for (const stream of streams) stream.close();
    });

    it('what is kept of a widget is dropped in the other process too', async () => {
      const before = await totalAt(replica);
      expect(await totalAt(replica)).toBe(before);
      await register(worker);
      await eventually(async () => expect(await totalAt(replica)).toBe(before + 1), FRESH);
      expect(await totalAt(worker)).toBe(before + 1);
    });

    it('without NATS the replica waits and neither lies nor loses; with it again it goes on', async () => {
      const before = await totalAt(worker);
      const [here, there] = [await streamAt(worker), await streamAt(replica)];
      await nats.end('SIGKILL');
      await register(worker);
      await reaches(here, before + 1);
      expect(totals(there.values)).toEqual([]);
      // Nothing kept is served while nobody would tell that it is old.
      await eventually(async () => expect(await totalAt(replica)).toBe(before + 1), FRESH);
      for (const { port } of [worker, replica]) {
        const { status } = await fetch(`http://127.0.0.1:${port}/health/ready`);
        expect(status).toBe(200);
      }
      await nats.start();
      await reaches(there, before + 1);
      here.close();
      there.close();
    });

    it('F-01: a replica killed in the middle is resumed by position, there or at the other', async () => {
      const before = await totalAt(worker);
      const stream = await streamAt(replica);
      await register(worker);
      await reaches(stream, before + 1);
      const position = stream.values.findLast(({ event }) => event === 'next')?.id;
      await replica.process.end('SIGKILL');
      await register(worker);
      const moved = await streamAt(worker, position);
      await reaches(moved, before + 2);
      replica.process = launch(replica.port, FOLLOWS);
      await replica.process.ready;
      const resumed = await streamAt(replica, position);
      await reaches(resumed, before + 2);
      moved.close();
      resumed.close();
    });

    it('while the worker is down a replica records; what it recorded arrives once it is back', async () => {
      const before = await totalAt(worker);
      const stream = await streamAt(replica);
      await worker.process.end('SIGKILL');
      await register(replica);
      worker.process = launch(worker.port);
      await worker.process.ready;
      await reaches(stream, before + 1);
      stream.close();
    });

    it('a replica that cannot reach NATS says what to do and does not start', async () => {
      const port = await freePort();
      const lost = launch(port, { ...FOLLOWS, EVENTS_BRIDGE: 'nats://127.0.0.1:1' });
      expect(await lost.exited).toMatchObject({ code: 1 });
      expect(lost.output.stderr).toContain('EVENTS_BRIDGE: 127.0.0.1:1 cannot be reached');
      expect(lost.output.stderr).toContain('nats-server -js');
    });
  },
);
