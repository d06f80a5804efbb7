import type { Actor } from '#kernel/access';
import type { UnitOfWork } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import { LeaseLost, errorText, finishAt, lockCheckpoint } from './checkpoint.ts';
import { cloudEventsOf, type ToCloudEvent } from './cloud-event.ts';
import type { EventCatalog } from './catalog.ts';
import type { Consumer } from './consumer.ts';
import { LEASE_MS, type ConsumerStatus, type Leases } from './leases.ts';
import type { LogEntry } from './log.ts';
import { typeLabel, type EventMetrics } from './metrics.ts';
import { OutletRefusal, type OutgoingFact, type Outlet } from './outlet.ts';
import type { BackboneOptions } from './options.ts';
import type { Reader } from './reader.ts';
import { Alarm, backoffMs } from './retry.ts';

export interface BridgeOptions {
  /** Module whose log it hands on. */
  readonly source: string;
  readonly types: readonly string[];
  readonly outlet: Outlet;
  readonly toCloudEvent: ToCloudEvent;
  readonly reader: Reader;
  readonly workers: UnitOfWork;
  readonly leases: Leases;
  readonly actor: Actor;
  readonly log: Logger;
  readonly metrics: EventMetrics;
}

type Runtime = Pick<BridgeOptions, 'reader' | 'workers' | 'leases' | 'metrics' | 'actor'>;

/** One bridge per module whose facts are handed on; none without an outlet. */
export function bridgesOf(
  { outlet, log }: Pick<BackboneOptions, 'outlet' | 'log'>,
  own: readonly EventCatalog[],
  runtime: Runtime,
): Consumer[] {
  if (outlet === undefined) return [];
  const toCloudEvent = cloudEventsOf(own);
  return own.map((catalog) =>
    createBridge({
      ...runtime,
      source: catalog.module,
      types: Object.keys(catalog.facts),
      outlet,
      toCloudEvent,
      log,
    }),
  );
}

const BATCH_MAX = 200;
const CLAIM_AGAIN_MS = 1_000;
/** An idle bridge looks whether the other side still holds what it was given. */
const LOOK_AGAIN_MS = 30_000;

/**
 * Hands every fact of a module's log on, in order; the checkpoint follows what is kept on the other
 * side. What that side holds decides where it goes on, so that neither a crash before the checkpoint
 * doubles a fact nor a loss over there leaves a gap. A fact that may not leave stops it: a gap would
 * be one for everybody beyond, and its late arrival out of order.
 */
export function createBridge(options: BridgeOptions): Consumer {
  const { source, outlet, reader, workers, actor, log, metrics } = options;
  const key = { name: `${source}.bridge`, source, shard: 0 };
  const alarm = new Alarm();
  /** Waiting after a failure is not cut short by new facts. */
  const patience = new Alarm();
  let lease: { epoch: number; position: number; status: ConsumerStatus } | undefined;
  /** Newest position the other side is known to hold; undefined: to be asked. */
  let handedOn: number | undefined;
  let lookedAt = 0;
  let tries = 0;
  let stopping = false;
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    while (!stopping) {
      try {
        if (!(await claim()) || lease?.status !== 'ACTIVE') {
          handedOn = undefined;
          await alarm.sleep(CLAIM_AGAIN_MS);
          continue;
        }
        if (handedOn === undefined || performance.now() - lookedAt > LOOK_AGAIN_MS) await look();
        if (!(await step())) await alarm.sleep(LEASE_MS);
        tries = 0;
      } catch (error) {
        await recover(error);
      }
    }
  };

  const claim = async (): Promise<boolean> => {
    if (lease !== undefined) return true;
    const won = await options.leases.claim(key);
    if (won === undefined) return false;
    lease = { epoch: won.epoch, position: won.position, status: won.status };
    return true;
  };

  /** Asks the other side how far it is, and makes sure that this is our log. */
  const look = async (): Promise<void> => {
    const newest = await outlet.newest(source);
    const position = newest?.position ?? 0;
    if (newest !== undefined) {
      // Another process may have handed on what this one has not heard of yet.
      await reader.retains(source, position);
      const [entry] = await reader.read(source, position - 1, 1);
      if (entry?.position !== position || entry.event.id !== newest.id) {
        throw new OutletRefusal(
          `The copy of ${source} holds a fact at ${position} that this log does not have: it belongs to another database, or this one was restored to an earlier time. Empty the copy, then resume ${key.name}; it is filled again from the log.`,
        );
      }
    }
    const known = handedOn ?? lease?.position ?? 0;
    if (position < known) {
      log.warn({ consumer: key.name, from: position, to: known }, 'handing on again what was lost');
    }
    handedOn = position;
    lookedAt = performance.now();
    await checkpoint(position);
  };

  /** Hands the next facts on; false when there are none. */
  const step = async (): Promise<boolean> => {
    const entries = await reader.read(source, handedOn ?? 0, BATCH_MAX);
    if (entries.length === 0) return false;
    const { facts, fault } = packed(entries);
    if (facts.length > 0) {
      // A write of ours that is on disk has everything before it on disk, the log of these facts too:
      // whatever this server loses in a crash has not left it.
      await checkpoint(handedOn ?? 0);
      await outlet.add(source, facts);
      handedOn = facts.at(-1)?.event.position ?? handedOn;
      lookedAt = performance.now();
      await checkpoint(handedOn ?? 0);
      for (const { event } of facts) {
        const labels = { event_type: typeLabel(event.type), module: source };
        metrics.consumed.inc({ ...labels, result: 'success' });
      }
    }
    if (fault !== undefined) throw fault;
    return true;
  };

  /** Envelopes up to the first fact that may not leave. */
  const packed = (entries: readonly LogEntry[]): { facts: OutgoingFact[]; fault?: Error } => {
    const facts: OutgoingFact[] = [];
    let previous = handedOn ?? 0;
    for (const { event, fault, position } of entries) {
      try {
        if (fault !== undefined) throw fault;
        facts.push({ event, envelope: options.toCloudEvent(event), previous });
      } catch (error) {
        const reason = new OutletRefusal(
          `The fact at ${position} of ${source} may not leave: ${(error as Error).message}. Mend its schema or upcaster, then resume ${key.name}.`,
          { cause: error },
        );
        return { facts, fault: reason };
      }
      previous = position;
    }
    return { facts };
  };

  const checkpoint = async (reached: number): Promise<void> => {
    const held = lease;
    if (held === undefined) throw new LeaseLost(key.name);
    await workers.transaction(actor, async (tx) => {
      const { position } = await lockCheckpoint(tx, key, held.epoch);
      await finishAt(tx, key, Math.max(position, reached));
    });
    held.position = Math.max(held.position, reached);
  };

  const recover = async (error: unknown): Promise<void> => {
    handedOn = undefined;
    if (error instanceof LeaseLost) {
      lease = undefined;
      return;
    }
    if (error instanceof OutletRefusal) {
      log.error({ consumer: key.name, err: error }, 'the bridge stands still');
      await note(error, 'FAILED').catch(() => {});
      if (lease !== undefined) lease.status = 'FAILED';
      return;
    }
    tries += 1;
    if (tries === 2) {
      log.warn({ consumer: key.name, err: error }, 'nothing can be handed on, trying again');
      await note(error, 'ACTIVE').catch(() => {});
    }
    await patience.sleep(backoffMs(tries));
  };

  /** For whoever looks at the consumers. */
  const note = async (error: unknown, status: ConsumerStatus): Promise<void> => {
    const epoch = lease?.epoch;
    await workers.transaction(actor, (tx) =>
      tx.query(
        `update ${source}.consumer set status = $4, last_error = $5
         where name = $1 and source = $2 and lease_epoch = $3 and status = 'ACTIVE'`,
        [key.name, source, epoch, status, errorText(error)],
      ),
    );
  };

  return {
    ...key,
    types: options.types,
    shards: 1,
    startsNow: false,
    start() {
      running ??= run();
    },
    async stop() {
      stopping = true;
      alarm.rouse();
      patience.rouse();
      await running;
    },
    wake: () => alarm.rouse(),
    held: () => lease && { ...key, epoch: lease.epoch, position: lease.position },
    status: () => lease?.status ?? 'ACTIVE',
    renewed(status) {
      if (status === undefined) lease = undefined;
      else if (lease !== undefined) lease.status = status;
    },
  };
}
