import { systemActor } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import type { Service } from '#kernel/service';
import type { Logger } from '#kernel/telemetry';
import { bindEvents } from './bindings.ts';
import { bridgesOf } from './bridge.ts';
import type { Consumer } from './consumer.ts';
import { consumersOf, handlerOf, typeIndex, typesBySource } from './consumers.ts';
import {
  discard,
  listDeadLetters,
  redrive,
  type DeadLetter,
  type RedriveResult,
} from './dead-letters.ts';
import { createFeed, type Feed } from './feed.ts';
import { createKeeping, type Keeping } from './keeping.ts';
import { measureLag, notifyQueueUsage, type ConsumerState } from './lag.ts';
import { RENEW_MS, createLeases, keyOf, schemaOf, type ConsumerKey } from './leases.ts';
import { logPosition } from './log.ts';
import { createLogHeads } from './log-heads.ts';
import { eventMetrics } from './metrics.ts';
import type { BackboneModule, BackboneOptions } from './options.ts';
import { originsOf } from './origins.ts';
import { createPostgresLog } from './postgres-log.ts';
import type { Projection } from './projection.ts';
import { countFacts, createOperations, type BackboneOperations } from './operations.ts';
import { createReader } from './reader.ts';
import { createReplayJobs } from './replay-jobs.ts';
import { dropGeneration, groupOf, legsOf, type Group } from './generation.ts';
import { rebuild, type RebuildOptions, type Rebuilt } from './rebuild.ts';
import { refuseForeign, unloggedOf } from './segments.ts';
import { settle } from './settle.ts';

export interface Backbone extends Service {
  readonly feed: Feed;
  /** For people who run it. */
  readonly operations: BackboneOperations;
  /** Seals, snapshots and archive of its modules. */
  readonly keeping: Keeping;
  /** Where every consumer of this process stands. */
  lag(): Promise<ConsumerState[]>;
  /** Settles once all committed facts, and those they caused, are handled. @throws Error with the laggards */
  settled(options?: { timeoutMs?: number }): Promise<void>;
  /** Stops a consumer at its checkpoint, in all processes, until `resume`. */
  pause(name: string): Promise<void>;
  /** Also after too many failures. */
  resume(name: string): Promise<void>;
  /**
   * Fills a projection anew while it serves.
   *
   * @throws RangeError for an unknown name; RebuildBusy
   */
  rebuild(name: string, options?: RebuildOptions): Promise<Rebuilt>;
  deadLetters(limit?: number): Promise<DeadLetter[]>;
  redrive(request: {
    consumer: ConsumerKey;
    aggregateIds?: readonly string[];
    by: string;
  }): Promise<RedriveResult>;
  /** Gives one parked fact up, in the caller's transaction. */
  discard(
    tx: Transaction,
    request: { consumer: ConsumerKey; position: number; by: string; reason: string },
  ): Promise<boolean>;
  /** Facts by module that are five minutes old and not logged; anything but 0 is an alarm. */
  unlogged(): Promise<Record<string, number>>;
  /** Whether notifications arrive; without them facts come by poll. */
  isListening(): boolean;
}

const WORKERS_MAX = 6;
const GAUGES_MS = 5_000;

/** Log heads, reader and consumers of a process as one service, and what admins do with them. */
export function createBackbone(options: BackboneOptions): Backbone {
  const { database, modules, log, keyring } = options;
  const metrics = eventMetrics(options.metrics);
  const { runsHere = () => true } = options;
  const known = modules.flatMap((module) => (module.events === undefined ? [] : [module.events]));
  const own = known.filter(({ module }) => runsHere(module));
  const catalogs = new Map(
    [...known, ...(options.foreign ?? [])].map((each) => [each.module, each]),
  );
  const moduleOf = typeIndex(catalogs);
  const actor = systemActor('backbone', options.territories);
  const workers = database.workers('events', options.workersMax ?? WORKERS_MAX);
  const leases = createLeases({ database, workers, actor, log });
  const leads = (module: string): boolean => heads.get(module)?.leads() === true;
  const { follows = false } = options;
  const { remoteOf, awayOf, counterOf } = originsOf(options, known);
  const here = createPostgresLog({
    database,
    workers,
    actor,
    modules: [...catalogs.keys()].filter((module) => remoteOf(module) === undefined),
    log,
    ledTo: (module) => heads.get(module)?.position(),
    onWake: (module) => heads.get(module)?.wake(),
  });
  const reader = createReader({ catalogs, log, sourceOf: (module) => remoteOf(module) ?? here });
  const keeping = createKeeping(options, { workers, actor, leads, metrics });
  const heads = createLogHeads(options, follows ? [] : own, {
    actor,
    metrics,
    onBatch: (module, batch) => {
      reader.push(module, batch);
      keeping.logged(module, batch.n);
    },
  });
  const runtime = { reader, workers, leases, metrics, catalogs };
  const isEnabled = options.isEnabled ?? (() => true);
  const handling = consumersOf({ ...options, isEnabled }, runtime);
  const bridges = bridgesOf(options, known, { ...runtime, actor });
  const everywhere: readonly Consumer[] = [...handling, ...bridges];
  const consumers = everywhere.filter(({ name }) => runsHere(schemaOf(name)));
  bindEvents(database, {
    inline: inlineOf(modules),
    keyring,
    ...keeping.bindings,
    onAppended: (module) => (leads(module) ? heads.get(module)?.wake() : here.announce(module)),
    memoryOf: (module) => (leads(module) ? heads.get(module)?.remember : undefined),
  });

  const heldNow = (): Map<string, NonNullable<ReturnType<Consumer['held']>>> =>
    new Map(
      consumers.flatMap((consumer) => {
        const held = consumer.held();
        return held === undefined ? [] : [[keyOf(consumer), held]];
      }),
    );
  const lagOf = (some: readonly Consumer[]): Promise<ConsumerState[]> =>
    workers.transaction(actor, (tx) => measureLag(tx, some, heldNow(), counterOf), {
      readOnly: true,
    });
  const lag = (): Promise<ConsumerState[]> => lagOf(consumers);
  const renew = async (): Promise<void> => {
    const before = heldNow();
    const statuses = await leases.renew([...before.values()]);
    for (const consumer of consumers) {
      const key = keyOf(consumer);
      // One claimed meanwhile, or anew, is not part of this renewal.
      if (before.get(key)?.epoch !== consumer.held()?.epoch) continue;
      consumer.renewed(statuses.get(key));
    }
  };
  const gauges = async (): Promise<void> => {
    metrics.notifyQueueUsage.set(await workers.transaction(actor, notifyQueueUsage));
    for (const [consumer, states] of Map.groupBy(await lag(), ({ name }) => name)) {
      const total = (of: (state: ConsumerState) => number): number =>
        states.reduce((sum, state) => sum + of(state), 0);
      metrics.lag.set(
        { consumer },
        total((state) => state.lagEvents),
      );
      metrics.deadLetters.set(
        { consumer },
        total((state) => state.deadLetters),
      );
    }
  };
  const setStatus = async (name: string, status: 'PAUSED' | 'ACTIVE'): Promise<void> => {
    const mine = consumers.filter((consumer) => consumer.name === name);
    if (mine.length === 0) throw new RangeError(`There is no consumer ${name}`);
    await workers.transaction(actor, (tx) =>
      tx.query(`update ${schemaOf(name)}.consumer set status = $2 where name = $1`, [name, status]),
    );
    for (const consumer of mine) {
      if (consumer.held() !== undefined) consumer.renewed(status);
      consumer.wake();
    }
  };
  const projections = new Map(
    modules.flatMap(({ projections: all = [] }) => all.map((each) => [each.name, each] as const)),
  );
  const tick = (): Promise<unknown> => Promise.all([...heads.values()].map((head) => head.tick()));
  const positions = (): string =>
    [...catalogs.keys()].map((module) => reader.position(module)).join();
  const projectionOf = (name: string): Projection => {
    const projection = projections.get(name);
    if (projection === undefined) throw new RangeError(`There is no projection ${name}`);
    return projection;
  };
  const siblingsOf = (name: string): Projection[] =>
    [...projections.values()].filter((each) => schemaOf(each.name) === schemaOf(name));
  const rebuildNow: Backbone['rebuild'] = async (name, settings) => {
    const projection = projectionOf(name);
    const siblings = siblingsOf(name);
    const away = [...typesBySource(projection.on, catalogs).keys()].find(awayOf);
    if (away !== undefined) {
      throw new RangeError(
        `${name} follows ${away} of another database and cannot be rebuilt from here`,
      );
    }
    return rebuild({ workers, actor, projection, siblings, catalogs }, settings);
  };
  const groupNamed = (name: string): Group => groupOf(projectionOf(name), siblingsOf(name));
  const jobs = createReplayJobs({
    workers,
    actor,
    log,
    projections: [...projections.keys()].filter((name) => runsHere(schemaOf(name))),
    countFacts: (tx, name, upTo) => countFacts(tx, legsOf(groupNamed(name), catalogs), upTo),
    rebuild: rebuildNow,
    drop: (tx, name) => dropGeneration(tx, groupNamed(name)),
  });
  const operations = createOperations({
    keeping,
    workers,
    actor,
    catalogs,
    consumers: everywhere,
    projections,
    jobs,
    lag: () => lagOf(everywhere),
    awayOf,
    handlerOf: (name) => handlerOf({ ...options, workers, claimant: leases.owner }, name),
  });
  let timers: NodeJS.Timeout[] = [];
  let stopAdvancing: (() => void) | undefined;

  return {
    name: 'events',
    feed: createFeed(reader, moduleOf),
    operations,
    keeping,
    async start() {
      await refuseForeign(workers, actor, own);
      await reader.start();
      if (follows) return here.start({ hint: () => {}, rows: () => {} });
      await leases.start();
      await leases.register(consumers, async (tx, source) =>
        remoteOf(source) === undefined ? logPosition(tx, source) : reader.position(source),
      );
      await Promise.all([...heads.values()].map((head) => head.start()));
      const bySource = Map.groupBy(consumers, (consumer) => consumer.source);
      stopAdvancing = reader.onAdvance((module) => {
        for (const consumer of bySource.get(module) ?? []) consumer.wake();
      });
      for (const consumer of consumers) consumer.start();
      jobs.start();
      keeping.start();
      timers = [
        setInterval(guarded(renew, log, 'leases not renewed'), RENEW_MS),
        setInterval(guarded(gauges, log, 'gauges not measured'), GAUGES_MS),
      ];
    },
    async stop() {
      timers.forEach(clearInterval);
      await jobs.stop();
      await keeping.stop();
      await Promise.all([...heads.values()].map((head) => head.stop()));
      stopAdvancing?.();
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await leases.release([...heldNow().values()]).catch(() => {});
      await reader.stop();
      if (follows) await here.stop();
      await leases.stop();
      await workers.close();
    },
    lag,
    settled: (settings) =>
      settle(
        {
          tick,
          positions,
          behind: async () =>
            (await lag()).filter((each) => each.lagEvents > 0 && isFlowing(each, handling)),
        },
        settings,
      ),
    pause: (name) => setStatus(name, 'PAUSED'),
    resume: (name) => setStatus(name, 'ACTIVE'),
    rebuild: rebuildNow,
    deadLetters: async (limit = 100) => {
      const schemas = [...new Set(consumers.map((consumer) => schemaOf(consumer.name)))];
      const lists = await workers.transaction(actor, (tx) =>
        Promise.all(schemas.map((schema) => listDeadLetters(tx, schema, limit))),
      );
      return lists.flat().slice(0, limit);
    },
    async redrive(request) {
      const { consumer } = request;
      const handle = handlerOf({ ...options, workers, claimant: leases.owner }, consumer.name);
      const readOne = async (position: number) => {
        const [entry] = await reader.read(consumer.source, position - 1, 1);
        return entry?.position === position ? entry : undefined;
      };
      return redrive(workers, actor, request, readOne, handle);
    },
    discard,
    unlogged: () => unloggedOf(workers, actor, own),
    isListening: () => reader.isListening(),
  };
}

function inlineOf(modules: readonly BackboneModule[]): Map<string, Projection[]> {
  return new Map(
    modules.map(({ name, projections = [] }) => [
      name,
      projections.filter((each) => each.inline === true),
    ]),
  );
}

/** A consumer that stands still on purpose does not keep anybody waiting. */
function isFlowing(state: ConsumerState, consumers: readonly Consumer[]): boolean {
  const consumer = consumers.find((each) => keyOf(each) === keyOf(state));
  return state.status === 'ACTIVE' && consumer?.status() === 'ACTIVE';
}

function guarded(work: () => Promise<void>, log: Logger, message: string): () => void {
  let busy = false;
  return () => {
    if (busy) return;
    busy = true;
    work()
      .catch((error: unknown) => log.warn({ err: error }, message))
      .finally(() => (busy = false));
  };
}
