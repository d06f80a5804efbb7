import { randomUUID } from 'node:crypto';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type MsgHdrs } from '@nats-io/transport-node';
import { createActor } from '#kernel/access';
import type { Backbone, LogSource, Outlet } from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';
import {
  added,
  count,
  counter,
  counters,
  tallies,
  testBackbone,
  type CounterEvent,
  type TestBackboneOptions,
  type TestDatabase,
} from '#kernel/testing';
import { createBridgeLink, type BridgeLink, type StreamLimits } from './index.ts';

export const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const limits: StreamLimits = {
  retentionDays: 1,
  bytesMax: 64 * 1024 * 1024,
  duplicateWindowSeconds: 60,
  replicas: 1,
};

export function linkTo(
  url: string,
  bounds: Partial<StreamLimits> = {},
  metrics = createMetrics(),
): BridgeLink {
  const log = createLogger({ level: 'silent' });
  return createBridgeLink({
    url,
    name: 'test',
    modules: ['counters'],
    limits: { ...limits, ...bounds },
    log,
    metrics,
  });
}

/** A process with the log, which hands it on. */
export function publisher(
  db: TestDatabase,
  outlet: Outlet,
  options: Partial<TestBackboneOptions> = {},
): Backbone {
  return testBackbone(db, { modules: [counters], outlet, ...options });
}

/** A process on another database, whose facts of counters come from elsewhere. */
export function reader(
  db: TestDatabase,
  remote: LogSource,
  options: Partial<TestBackboneOptions> = {},
): Backbone {
  return testBackbone(db, {
    modules: [tallies],
    foreign: [counter.events],
    remote,
    ...options,
  });
}

export const write = (db: TestDatabase, id: string, events: readonly CounterEvent[] = [added()]) =>
  db.database.transaction(berlin, (tx) => count(tx, id, events));

/** Writes to a few counters until told to stop; answers the ids of what was acknowledged. */
export async function writeUntil(
  db: TestDatabase,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let n = 0; !signal.aborted; n += 1) {
    const id = ids[n % ids.length] ?? '';
    const recorded = await write(db, id, [added(), added()]);
    acknowledged.push(...recorded.map((event) => event.id));
  }
  return acknowledged;
}

/** What the consumer of another database saw, in its order. */
export async function seenBy(db: TestDatabase): Promise<{ id: string; version: number }[]> {
  return db.admin<{ id: string; version: number }>(
    `select counter_id as id, version from tallies.seen where consumer = 'tallies.seen' order by n`,
  );
}

/** Versions per aggregate: 1, 2, 3 … when nothing is lost, doubled or swapped. */
export function versionsOf(seen: readonly { id: string; version: number }[], id: string): number[] {
  return seen.filter((each) => each.id === id).map(({ version }) => version);
}

export interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  readonly headers: MsgHdrs;
  readonly envelope: Record<string, unknown> & { data: Record<string, unknown> };
}

/** Speaks to the server as anybody may. */
export async function visit<T>(
  url: string,
  work: (visitor: {
    jsm: JetStreamManager;
    messages(): Promise<StoredMessage[]>;
    publish(subject: string, body: string, headers?: MsgHdrs): Promise<unknown>;
  }) => Promise<T>,
): Promise<T> {
  const nc = await connect({ servers: url.replace('nats://', '') });
  try {
    const jsm = await jetstreamManager(nc);
    const messages = async (): Promise<StoredMessage[]> => {
      const { state } = await jsm.streams.info('CRM_COUNTERS');
      const all: StoredMessage[] = [];
      for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
        const message = await jsm.direct.getMessage('CRM_COUNTERS', { seq });
        if (message === null) continue;
        const { subject, header: headers } = message;
        all.push({ seq, subject, headers, envelope: message.json() });
      }
      return all;
    };
    return await work({
      jsm,
      messages,
      publish: (subject, body, headers) =>
        jetstream(nc).publish(subject, body, headers === undefined ? {} : { headers }),
    });
  } finally {
    await nc.close();
  }
}
