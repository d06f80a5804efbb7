import { Refusal, type Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import type { EventCatalog } from './catalog.ts';
import type { Consumer } from './consumer.ts';
import {
  discard,
  pageOfDeadLetters,
  redrive,
  type DeadLetterPage,
  type ListedDeadLetter,
  type Redrive,
  type RedriveResult,
} from './dead-letters.ts';
import type { Leg, UpTo } from './generation.ts';
import type { Keeping } from './keeping.ts';
import type { ConsumerState } from './lag.ts';
import { isBridge, schemaOf, type ConsumerKey } from './leases.ts';
import { readLog, toEntry, type LogEntry } from './log.ts';
import type { LogSource } from './log-source.ts';
import type { Projection } from './projection.ts';
import {
  cancelReplay,
  listReplays,
  readReplay,
  requestReplay,
  type ReplayJob,
  type ReplayJobs,
  type ReplayRequest,
} from './replay-jobs.ts';
import { SHARDS_MAX, splitConsumer } from './shards.ts';

/** What people who run the backbone may look at and do. Whoever offers it checks their rights. */
export interface BackboneOperations {
  /** Of all modules whose facts are known here, by module. */
  readonly catalogs: readonly EventCatalog[];
  /** What keeps the past: seals, archive, verification. */
  readonly keeping: Keeping;
  /** Where every consumer of the modules stands, in whichever process it runs. */
  consumers(): Promise<ConsumerState[]>;
  /**
   * Stops a consumer at its checkpoint or lets it go on, in the caller's transaction; other processes
   * follow within seconds. False when it already was so.
   *
   * @throws Refusal `UNKNOWN_CONSUMER`
   */
  setStatus(tx: Transaction, name: string, status: 'ACTIVE' | 'PAUSED'): Promise<boolean>;
  /**
   * Splits a consumer anew, in the caller's transaction; other processes follow within seconds. False
   * when it already is split so.
   *
   * @throws Refusal `UNKNOWN_CONSUMER`, `SHARDS_INVALID`
   */
  split(tx: Transaction, name: string, shards: number): Promise<boolean>;
  /** Open dead letters of a consumer, by source and position. @throws Refusal `UNKNOWN_CONSUMER` */
  deadLetters(tx: Transaction, name: string, page: DeadLetterPage): Promise<ListedDeadLetter[]>;
  /**
   * Handles parked facts again, at most 1,000, each in a transaction of its own.
   *
   * @throws Refusal `UNKNOWN_CONSUMER`
   */
  retry(name: string, request: Omit<Redrive, 'consumer'>): Promise<RedriveResult>;
  /**
   * Gives one parked fact up, in the caller's transaction. False when it is not parked.
   *
   * @throws Refusal `UNKNOWN_CONSUMER`
   */
  discard(
    tx: Transaction,
    request: { consumer: string; eventId: string; reason: string },
  ): Promise<boolean>;
  /**
   * Writes the wish for a rebuild down; work begins after the commit.
   *
   * @throws Refusal `UNKNOWN_PROJECTION`, `UP_TO_NEEDS_DRY_RUN`, `UNKNOWN_MODULE`
   */
  requestReplay(tx: Transaction, request: ReplayRequest): Promise<void>;
  /** False when there is no such job or it is over. */
  cancelReplay(tx: Transaction, id: string): Promise<boolean>;
  replay(tx: Transaction, id: string): Promise<ReplayJob | undefined>;
  /** Newest first. */
  replays(
    tx: Transaction,
    page: { limit: number; after?: { at: Date; id: string } | undefined },
  ): Promise<ReplayJob[]>;
  /** Works on rebuilds in this process even if it runs nothing else, until none is left to begin. */
  drainReplays(): Promise<void>;
}

export interface OperationsOptions {
  readonly keeping: Keeping;
  readonly workers: UnitOfWork;
  readonly actor: Actor;
  readonly catalogs: ReadonlyMap<string, EventCatalog>;
  readonly consumers: readonly Consumer[];
  readonly projections: ReadonlyMap<string, Projection>;
  readonly jobs: ReplayJobs;
  readonly lag: () => Promise<ConsumerState[]>;
  /** The log of a module that is not in this database. */
  readonly awayOf: (module: string) => LogSource | undefined;
  readonly handlerOf: (name: string) => (entry: LogEntry, tx: Transaction) => Promise<void>;
}

export function createOperations(options: OperationsOptions): BackboneOperations {
  const { workers, actor, catalogs, consumers, projections, jobs, handlerOf } = options;
  const schemas = [...new Set([...projections.keys()].map(schemaOf))];
  const named = (name: string): Consumer[] => {
    const found = consumers.filter((consumer) => consumer.name === name);
    if (found.length === 0) {
      throw new Refusal('UNKNOWN_CONSUMER', 'Diesen Empfänger gibt es nicht.', 'consumer');
    }
    return found;
  };
  return {
    catalogs: [...catalogs.values()].toSorted((a, b) => (a.module < b.module ? -1 : 1)),
    consumers: options.lag,
    keeping: options.keeping,
    setStatus: (tx, name, status) => setStatus(tx, named(name), status),
    split: (tx, name, shards) => split(tx, named(name), shards),
    deadLetters: (tx, name, page) => pageOfDeadLetters(tx, sourcesOf(named(name)), page),
    async retry(name, request) {
      let resolved = 0;
      const failed: string[] = [];
      for (const { source } of sourcesOf(named(name))) {
        // A bridge sets nothing aside: it stands still.
        if (isBridge({ name, source })) continue;
        const result = await redrive(
          workers,
          actor,
          { ...request, consumer: { name, source } },
          (position) => readOne(options, source, position),
          handlerOf(name),
        );
        resolved += result.resolved;
        failed.push(...result.failed);
      }
      return { resolved, failed };
    },
    async discard(tx, { consumer, eventId, reason }) {
      for (const { source } of sourcesOf(named(consumer))) {
        const key: ConsumerKey = { name: consumer, source };
        const position = await positionOf(tx, key, eventId);
        if (position === undefined) continue;
        return discard(tx, { consumer: key, position, by: tx.actor.userId, reason });
      }
      return false;
    },
    async requestReplay(tx, request) {
      if (!projections.has(request.projection)) {
        throw new Refusal('UNKNOWN_PROJECTION', 'Diese Projektion gibt es nicht.', 'projection');
      }
      if (request.upTo !== undefined && !request.isDryRun) {
        const message = 'Bis zu einem Zeitpunkt geht nur ein Probelauf; was dient, bleibt aktuell.';
        throw new Refusal('UP_TO_NEEDS_DRY_RUN', message, 'upTo');
      }
      const stranger = Object.keys(request.upTo?.positions ?? {}).find(
        (each) => !catalogs.has(each),
      );
      if (stranger !== undefined) {
        throw new Refusal('UNKNOWN_MODULE', 'Dieses Protokoll gibt es nicht.', 'upTo');
      }
      await requestReplay(tx, request);
      tx.onCommit(() => jobs.wake());
    },
    cancelReplay: (tx, id) => cancelReplay(tx, schemas, id),
    replay: (tx, id) => readReplay(tx, schemas, id),
    replays: (tx, page) => listReplays(tx, schemas, page),
    drainReplays: () => jobs.drain(),
  };
}

async function split(
  tx: Transaction,
  consumers: readonly Consumer[],
  shards: number,
): Promise<boolean> {
  const [{ name }] = consumers as [Consumer];
  // Those that may be split have parts for it.
  if (consumers.every(({ shard }) => shard === 0)) {
    throw new Refusal('SHARDS_INVALID', 'Dieser Empfänger ist nicht teilbar.', 'consumer');
  }
  try {
    return await splitConsumer(tx, name, shards);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `Ein Empfänger hat 1 bis ${SHARDS_MAX} Teile und muss die letzte Teilung aufgeholt haben.`;
    throw new Refusal('SHARDS_INVALID', message, 'shards');
  }
}

/** One key per log, however many shards read it. */
function sourcesOf(consumers: readonly Consumer[]): ConsumerKey[] {
  return consumers.filter(({ shard }) => shard === 0).map(({ name, source }) => ({ name, source }));
}

/** One consumer per module it listens to; all of them have the same name. */
async function setStatus(
  tx: Transaction,
  consumers: readonly Consumer[],
  status: 'ACTIVE' | 'PAUSED',
): Promise<boolean> {
  const [{ name }] = consumers as [Consumer];
  const changed = await tx.query(
    `update ${schemaOf(name)}.consumer set status = $2 where name = $1 and status <> $2
       and status in ('ACTIVE', 'PAUSED', 'FAILED') returning source`,
    [name, status],
  );
  tx.onCommit(() => {
    for (const consumer of consumers) {
      if (consumer.held() !== undefined) consumer.renewed(status);
      consumer.wake();
    }
  });
  return changed.length > 0;
}

/** Facts a rebuild would apply, archived ones left out. */
export async function countFacts(
  tx: Transaction,
  legs: readonly Leg[],
  upTo: UpTo | undefined,
): Promise<number> {
  let total = 0;
  for (const { catalog, types } of legs) {
    const [row] = await tx.query<{ n: number }>(
      `select count(*) as n from ${catalog.module}.event
       where type = any ($1) and ($2::timestamptz is null or time <= $2)`,
      [types, upTo?.time ?? null],
    );
    total += row?.n ?? 0;
  }
  return total;
}

async function readOne(
  { workers, actor, catalogs, awayOf }: OperationsOptions,
  source: string,
  position: number,
): Promise<LogEntry | undefined> {
  const catalog = catalogs.get(source);
  const away = awayOf(source);
  const [row] =
    away === undefined
      ? await workers.transaction(actor, (tx) => readLog(tx, source, position - 1, 1), {
          readOnly: true,
        })
      : await away.after(source, position - 1, 1);
  return row?.position === position && catalog !== undefined ? toEntry(catalog, row) : undefined;
}

async function positionOf(
  tx: Transaction,
  { name, source }: ConsumerKey,
  eventId: string,
): Promise<number | undefined> {
  const [row] = await tx.query<{ position: number }>(
    `select position from ${schemaOf(name)}.dead_letter
     where consumer = $1 and source = $2 and event_id = $3 and status = 'PARKED'`,
    [name, source, eventId],
  );
  return row?.position;
}
