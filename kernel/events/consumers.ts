import type { Transaction, WorkerPool } from '#kernel/database';
import type { Span, Tracing } from '#kernel/telemetry';
import type { EventCatalog } from './catalog.ts';
import { createConsumer, type Consumer } from './consumer.ts';
import { schemaOf, type Leases } from './leases.ts';
import type { LogEntry } from './log.ts';
import type { EventMetrics } from './metrics.ts';
import type { BackboneModule, BackboneOptions } from './options.ts';
import { ANY_TYPE, project, projectAll } from './projection.ts';
import { consumerActor, reactionContext } from './reaction-context.ts';
import type { Reader } from './reader.ts';
import { SHARDS_MAX } from './shards.ts';

interface Runtime {
  readonly reader: Reader;
  readonly workers: WorkerPool;
  readonly leases: Leases;
  readonly metrics: EventMetrics;
  readonly catalogs: ReadonlyMap<string, EventCatalog>;
}

/** One consumer per projection or reaction and module it listens to; inline projections need none. */
export function consumersOf(
  options: BackboneOptions & { isEnabled: NonNullable<BackboneOptions['isEnabled']> },
  { reader, workers, leases, metrics, catalogs }: Runtime,
): Consumer[] {
  const names = new Set<string>();
  return options.modules.flatMap((module) =>
    listenersOf(module).flatMap(({ name, on, startsNow = false, isPerAggregate, shards }) => {
      if (schemaOf(name) !== module.name)
        throw new TypeError(`${name} does not belong to ${module.name}`);
      if (names.has(name)) throw new TypeError(`There are two consumers named ${name}`);
      names.add(name);
      const handle = handlerOf({ ...options, workers, claimant: leases.owner }, name);
      const handleMany = manyHandlerOf(options, module, name);
      const legs = [...typesBySource(on, catalogs)];
      // One that may be split has a part ready for every shard there could be.
      const parts = Array.from({ length: shards === undefined ? 1 : SHARDS_MAX }, (_, n) => n);
      const each = parts.flatMap((shard) => legs.map((leg) => [shard, ...leg] as const));
      return each.map(([shard, source, types]) =>
        createConsumer({
          name,
          source,
          shard,
          shards: shards ?? 1,
          types,
          startsNow,
          isPerAggregate,
          handle,
          handleMany,
          reader,
          workers,
          leases,
          actor: consumerActor(name, options.territories),
          log: options.log,
          metrics,
          isEnabled: () => options.isEnabled({ name, source }),
          ...(options.attemptsMax === undefined ? {} : { attemptsMax: options.attemptsMax }),
          ...(options.restMs === undefined ? {} : { restMs: options.restMs }),
          ...(options.handlerTimeoutMs === undefined
            ? {}
            : { handlerTimeoutMs: options.handlerTimeoutMs }),
        }),
      );
    }),
  );
}

/** What a projection does with facts that are there together, if it has a way of its own for them. */
function manyHandlerOf(
  { tracing }: BackboneOptions,
  module: BackboneModule,
  name: string,
): ((entries: readonly LogEntry[], tx: Transaction) => Promise<void>) | undefined {
  const projection = module.projections?.find((each) => each.name === name);
  if (projection?.onMany === undefined) return undefined;
  return (entries, tx) =>
    asSteps(tracing, name, entries, () =>
      projectAll(
        projection,
        entries.map(({ event }) => event),
        tx,
      ),
    );
}

/** What a projection or reaction does with one fact. @throws RangeError for an unknown name */
export function handlerOf(
  options: BackboneOptions & { workers: WorkerPool; claimant: number },
  name: string,
): (entry: LogEntry, tx: Transaction) => Promise<void> {
  const module = options.modules.find((each) => each.name === schemaOf(name));
  const projection = module?.projections?.find((each) => each.name === name);
  const { tracing } = options;
  if (projection !== undefined) {
    return (entry, tx) =>
      asSteps(tracing, name, [entry], () => project(projection, entry.event, tx));
  }
  const reaction = module?.reactions?.find((each) => each.name === name);
  if (reaction === undefined) throw new RangeError(`There is no consumer ${name}`);
  const source = { ...options, keyring: options.keyring };
  return (entry, tx) =>
    asSteps(tracing, name, [entry], async ([span]) => {
      const { event } = entry;
      const handler = reaction.on[event.type] ?? reaction.on[ANY_TYPE];
      await handler?.(event, reactionContext(source, name, event, { tx, span }));
    });
}

/** A span in the trace of each fact that has one; facts that are handled together share their time. */
function asSteps(
  tracing: Tracing | undefined,
  consumer: string,
  entries: readonly LogEntry[],
  work: (spans: readonly Span[]) => Promise<void>,
): Promise<void> {
  if (tracing === undefined) return work([]);
  const spans = entries.flatMap(({ event: { type, traceparent: parent } }) =>
    parent === null
      ? []
      : tracing.start(`handle ${consumer}`, {
          parent,
          kind: 'consumer',
          attributes: { 'freshplan.fact.type': type, 'freshplan.facts': entries.length },
        }),
  );
  return work(spans).then(
    () => spans.forEach((span) => span.end()),
    (error: unknown) => {
      for (const span of spans) span.end(error);
      throw error;
    },
  );
}

/** Type → module. @throws TypeError, when asked, for a type no catalog knows */
export function typeIndex(catalogs: ReadonlyMap<string, EventCatalog>): (type: string) => string {
  const modules = new Map<string, string>();
  for (const { module, facts } of catalogs.values()) {
    for (const type of Object.keys(facts)) modules.set(type, module);
  }
  return (type) => {
    const module = modules.get(type);
    if (module === undefined) throw new TypeError(`No module announces ${type}`);
    return module;
  };
}

/** Types by the module that announces them. @throws TypeError for one nobody announces */
export function typesBySource(
  on: Readonly<Record<string, unknown>>,
  catalogs: ReadonlyMap<string, EventCatalog>,
): Map<string, string[]> {
  const types =
    ANY_TYPE in on
      ? [...catalogs.values()].flatMap(({ facts }) => Object.keys(facts))
      : Object.keys(on);
  return Map.groupBy(types, typeIndex(catalogs));
}

function listenersOf({ projections = [], reactions = [] }: BackboneModule): {
  name: string;
  startsNow?: boolean;
  isPerAggregate: boolean;
  shards?: number;
  on: Readonly<Record<string, unknown>>;
}[] {
  return [
    ...projections
      .filter((each) => each.inline !== true)
      .map((each) => ({
        ...each,
        isPerAggregate: each.isPerAggregate === true,
      })),
    ...reactions.map((each) => ({ ...each, isPerAggregate: false })),
  ];
}
