import type { Transaction, WorkerPool } from '#kernel/database';
import type { BackboneModule, BackboneOptions } from './backbone.ts';
import type { EventCatalog } from './catalog.ts';
import { createConsumer, type Consumer } from './consumer.ts';
import { schemaOf, type Leases } from './leases.ts';
import type { LogEntry } from './log.ts';
import type { EventMetrics } from './metrics.ts';
import { project } from './projection.ts';
import { consumerActor, reactionContext } from './reaction-context.ts';
import type { Reader } from './reader.ts';

interface Runtime {
  readonly reader: Reader;
  readonly workers: WorkerPool;
  readonly leases: Leases;
  readonly metrics: EventMetrics;
  readonly moduleOf: (type: string) => string;
}

/** One consumer per projection or reaction and module it listens to; inline projections need none. */
export function consumersOf(
  options: BackboneOptions & { isEnabled: NonNullable<BackboneOptions['isEnabled']> },
  { reader, workers, leases, metrics, moduleOf }: Runtime,
): Consumer[] {
  const names = new Set<string>();
  return options.modules.flatMap((module) =>
    listenersOf(module).flatMap(({ name, types }) => {
      if (schemaOf(name) !== module.name)
        throw new TypeError(`${name} does not belong to ${module.name}`);
      if (names.has(name)) throw new TypeError(`There are two consumers named ${name}`);
      names.add(name);
      const handle = handlerOf({ ...options, workers }, name);
      return [...Map.groupBy(types, moduleOf)].map(([source, ofSource]) =>
        createConsumer({
          name,
          source,
          types: ofSource,
          handle,
          reader,
          workers,
          leases,
          actor: consumerActor(name, options.territories),
          log: options.log,
          metrics,
          isEnabled: () => options.isEnabled({ name, source }),
          ...(options.attemptsMax === undefined ? {} : { attemptsMax: options.attemptsMax }),
          ...(options.handlerTimeoutMs === undefined
            ? {}
            : { handlerTimeoutMs: options.handlerTimeoutMs }),
        }),
      );
    }),
  );
}

/** What a projection or reaction does with one fact. @throws RangeError for an unknown name */
export function handlerOf(
  options: BackboneOptions & { workers: WorkerPool },
  name: string,
): (entry: LogEntry, tx: Transaction) => Promise<void> {
  const module = options.modules.find((each) => each.name === schemaOf(name));
  const projection = module?.projections?.find((each) => each.name === name);
  if (projection !== undefined) return ({ event }, tx) => project(projection, event, tx);
  const reaction = module?.reactions?.find((each) => each.name === name);
  if (reaction === undefined) throw new RangeError(`There is no consumer ${name}`);
  const source = { ...options, keyring: options.keyring };
  return async ({ event }, tx) => {
    await reaction.on[event.type]?.(event, reactionContext(source, name, event, tx));
  };
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

/** Catalogs of the modules that announce the types. */
export function sourcesOf(
  types: readonly string[],
  catalogs: ReadonlyMap<string, EventCatalog>,
  moduleOf: (type: string) => string,
): Map<string, EventCatalog> {
  const names = new Set(types.map(moduleOf));
  return new Map([...catalogs].filter(([module]) => names.has(module)));
}

function listenersOf({
  projections = [],
  reactions = [],
}: BackboneModule): { name: string; types: string[] }[] {
  return [...projections.filter((each) => each.inline !== true), ...reactions].map(
    ({ name, on }) => ({
      name,
      types: Object.keys(on),
    }),
  );
}
