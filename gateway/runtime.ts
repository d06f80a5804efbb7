import { AccessDenied, systemActor } from '#kernel/access';
import type { BridgeLink } from '#kernel/bridge';
import type { Config } from '#kernel/config';
import { createDatabase, type Database, type RoleUrls } from '#kernel/database';
import {
  contextWithin,
  createBackbone,
  createKeyring,
  jobContext,
  type Backbone,
  type Clock,
  type Keyring,
} from '#kernel/events';
import type { ResolverContext, Subgraph } from '#kernel/graphql';
import type { Service } from '#kernel/service';
import { inSpan, type Logger, type Metrics, type Tracing } from '#kernel/telemetry';
import { createTimers, createWorkers, type Timer, type TimerContext } from '#kernel/timers';
import { parse } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { EndpointsOptions } from './endpoints.ts';
import { bridgeOf } from './bridge.ts';
import { createFollowers } from './followers.ts';
import { keepingOf, keepingTimers, watchErasures, wrappingKeysOf } from './keeping.ts';
import { territoriesOf } from './territories.ts';
import { createLocalTransport } from './transports/local.ts';
import type { RequestContext, Transport } from './transports/transport.ts';

export interface RuntimeOptions {
  readonly config: Config;
  readonly urls: RoleUrls;
  /** All there are, wherever they run. */
  readonly subgraphs: readonly Subgraph[];
  /** The one that runs here; the others are processes of their own. Default: all of them run here. */
  readonly only?: Subgraph | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing?: Tracing | undefined;
}

/** Subgraphs that run in this process, on one database and one backbone. */
export interface Runtime {
  /** Those that run in this process. */
  readonly here: readonly Subgraph[];
  readonly database: Database;
  readonly backbone: Backbone;
  /** The way to other machines, if the configuration names one. */
  readonly bridge: BridgeLink | undefined;
  readonly followers: Service;
  readonly timers: Service;
  readonly workers: Service;
  readonly transports: ReadonlyMap<string, Transport>;
  /** Ways in beside the graph, with the contexts they act in. */
  readonly endpoints: Pick<EndpointsOptions, 'endpoints' | 'contextIn'>;
  /** All territories there are. */
  readonly territories: readonly string[];
  /** Started before anything is served. */
  readonly erasures: Service;
  /** Keys of people that a former key-encryption key still wraps. */
  formerKeys(): Promise<number>;
  /** Runs a timer at once, under the clock as it stands. */
  runTimer(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { config, urls, subgraphs, only, clock, log, metrics } = options;
  const here = only === undefined ? subgraphs : [only];
  const territories = territoriesOf(subgraphs.map(({ schema }) => schema));
  const database = await createDatabase({
    url: urls.appUrl,
    tables: subgraphs.flatMap((subgraph) => [...subgraph.tables]),
    poolSizeMax: config.DATABASE_POOL_SIZE_MAX,
    onConnectionError: (error) => log.warn({ err: error }, 'database connection lost'),
  });
  const keyring: Keyring = await orClose(
    () => database.close(),
    () => createKeyring({ url: urls.keysUrl, keyEncryptionKeys: wrappingKeysOf(config) }),
  );
  const bridge = bridgeOf(config, subgraphs, { log, metrics });
  const close = async (): Promise<void> => {
    await bridge.link?.close();
    await keyring.close();
    await database.close();
  };
  const backbone = await orClose(close, () =>
    createBackbone({
      database,
      modules: subgraphs,
      runsHere: (module) => here.some(({ name }) => name === module),
      territories,
      clock,
      log,
      metrics,
      tracing: options.tracing,
      keyring,
      isEnabled: ({ name, source }) => isSwitchedOn(config, name, source),
      ...keepingOf(config),
      ...bridge.ends,
    }),
  );
  const contextOfTimer = (timer: Timer): TimerContext => ({
    ...jobContext({ database, clock, log }, { actor: systemActor(timer.name, territories) }),
    backbone: backbone.operations,
  });
  const own = here.flatMap((subgraph) => [...subgraph.timers]);
  const keeping = keepingTimers({ backbone, keyring, metrics });
  const timers = asTraces([...own, ...keeping], options.tracing);
  const transports = transportsOf(here, { database, clock, log, backbone }, metrics);
  return {
    here,
    database,
    backbone,
    bridge: bridge.link,
    followers: createFollowers(here, backbone.feed, log),
    territories,
    endpoints: endpointsOf(here, { database, clock, log }, territories),
    timers: createTimers({ url: urls.jobsUrl, timers, contextOf: contextOfTimer, log }),
    workers: workersOf(here, { database, clock, log }, territories),
    transports,
    erasures: watchErasures({
      backbone,
      keyring,
      apply: () => applyErasures(transports, territories),
    }),
    formerKeys: () => keyring.rewrap(0),
    async runTimer(name) {
      const timer = timers.find((each) => each.name === name);
      if (timer === undefined) throw new RangeError(`There is no timer ${name}`);
      await timer.run(contextOfTimer(timer));
    },
    close,
  };
}

/** Each run begins a trace of its own. */
function asTraces(timers: readonly Timer[], tracing: Tracing | undefined): readonly Timer[] {
  if (tracing === undefined) return timers;
  return timers.map((timer) => ({
    ...timer,
    run(context) {
      const span = tracing.start(`timer ${timer.name}`);
      return inSpan(span, () => timer.run(contextWithin(span, context)));
    },
  }));
}

function workersOf(
  subgraphs: readonly Subgraph[],
  foundations: Pick<Foundations, 'database' | 'clock' | 'log'>,
  territories: readonly string[],
): Service {
  return createWorkers({
    workers: subgraphs.flatMap(({ workers }) => [...workers]),
    contextOf: ({ name }) => jobContext(foundations, { actor: systemActor(name, territories) }),
    log: foundations.log,
  });
}

function endpointsOf(
  subgraphs: readonly Subgraph[],
  foundations: Pick<Foundations, 'database' | 'clock' | 'log'>,
  territories: readonly string[],
): Runtime['endpoints'] {
  return {
    endpoints: subgraphs.flatMap(({ endpoints }) => [...endpoints]),
    contextIn(job, territory) {
      const actor = systemActor(job, territory === undefined ? territories : [territory]);
      return jobContext(foundations, { actor });
    },
  };
}

function transportsOf(
  subgraphs: readonly Subgraph[],
  foundations: Foundations,
  metrics: Metrics,
): ReadonlyMap<string, Transport> {
  const denied = metrics.counter('abac_denied_total', 'Root fields that refused their caller', [
    'context',
    'operation',
  ]);
  return new Map(
    subgraphs.map(({ name, schema }) => [
      name,
      createLocalTransport({
        schema,
        contextOf: (request) => ({
          ...resolverContext(foundations, request),
          onDenied: (operation: string) => denied.inc({ context: name, operation }),
        }),
      }),
    ]),
  );
}

const APPLY = 'mutation Apply { erasuresApply(input: {}) { applied userErrors { code message } } }';

/** Forgets again whom a database brings back that was restored from before an erasure. */
async function applyErasures(
  transports: ReadonlyMap<string, Transport>,
  territories: readonly string[],
): Promise<void> {
  const admin = transports.get('admin');
  if (admin === undefined) return;
  const run = admin.compile({
    subgraph: 'admin',
    operation: APPLY,
    document: parse(APPLY, { noLocation: true }),
    operationName: undefined,
    kind: 'mutation',
    variableUsages: [],
  });
  const actor = systemActor('restore', territories);
  const { errors = [] } = await run({}, { actor, requestId: randomUUID() });
  const [error] = errors;
  if (error !== undefined) {
    throw new Error(`The journal of erasures was not applied: ${error.message}`, {
      cause: error.originalError,
    });
  }
}

/** What was opened before is closed again when the next thing cannot be. */
async function orClose<T>(close: () => Promise<void>, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await close();
    throw error;
  }
}

interface Foundations {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly backbone: Backbone;
}

/** One context per fetch and per event: loaders never outlive what they were made for. */
function resolverContext(
  { database, clock, log, backbone }: Foundations,
  request: RequestContext,
): ResolverContext {
  const { actor, requestId, traceparent, span, resumeFrom, signal } = request;
  if (actor === null) throw new AccessDenied('UNAUTHENTICATED');
  return {
    ...jobContext({ database, clock, log }, { actor, correlationId: requestId, traceparent, span }),
    requestId,
    feed: backbone.feed,
    backbone: backbone.operations,
    ...placeOf(resumeFrom),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** Where a stream goes on; sources of several logs give positions that are no number. */
function placeOf(resumeFrom: string | undefined): { resumeAt?: string; resumeFrom?: number } {
  if (resumeFrom === undefined) return {};
  const isNumber = /^\d{1,16}$/.test(resumeFrom);
  return { resumeAt: resumeFrom, ...(isNumber ? { resumeFrom: Number(resumeFrom) } : {}) };
}

/** The switches of delivery. Off means paused at the checkpoint, caught up when on again. */
function isSwitchedOn(config: Config, consumer: string, source: string): boolean {
  const module = consumer.split('.')[0];
  if (module === 'cockpit' && !config.FEATURES_DASHBOARD_LEAD_WIDGET_ENABLED) return false;
  return module === source || config.FEATURES_EVENTS_CROSS_MODULE_ENABLED;
}
