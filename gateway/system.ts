import { existsSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#kernel/config';
import { watchServer } from '#kernel/database';
import { openTracing, type Logger, type Metrics, type Tracing } from '#kernel/telemetry';
import { isReplica } from './bridge.ts';
import { buildCockpit, isCockpitBuilt } from './cockpit-build.ts';
import { createDemoClock, isEmpty, seedDemo, type DemoClock } from './demo-data.ts';
import { startContexts, type Undo } from './contexts.ts';
import { openDoors } from './doors.ts';
import { createEndpoints } from './endpoints.ts';
import { healthOf } from './health.ts';
import type { Identity } from './identity.ts';
import { FOLDERS_OF_DATABASE } from './keeping.ts';
import type { Manifest } from './operations.ts';
import { SILENT, step, type Progress } from './progress.ts';
import { provisionDatabase, type Provision } from './provision.ts';
import type { Runtime } from './runtime.ts';
import { readSupergraph } from './supergraph-file.ts';
import { createSupergraph, type Supergraph } from './supergraph.ts';

export interface SystemOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly progress?: Progress;
  /** Tells the demonstration's history to an empty database. */
  readonly demo?: boolean;
  readonly clock?: DemoClock;
  /** Builds the web app first where its build is missing or old. */
  readonly cockpit?: boolean;
  /** Stored operations by client id, beside the cockpit's own; `public` for callers without a token. */
  readonly manifests?: ReadonlyMap<string, Manifest>;
  /** Told once when the embedded database can no longer go on while the system runs. */
  readonly onFault?: (fault: Error) => void;
}

export interface System {
  readonly url: string;
  readonly runtime: Runtime;
  readonly supergraph: Supergraph;
  readonly identity: Identity;
  readonly clock: DemoClock;
  /** A bearer token of a demo login; development only. */
  tokenFor(login: string): Promise<string>;
  /** Refuses new work, finishes what runs, then lets everything go. */
  stop(): Promise<void>;
}

/** Everything in one process. What came up before a failure is let go again. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { config } = options;
  const progress = options.progress ?? SILENT;
  const undo: Undo = [];
  const stop = async (): Promise<void> => {
    for (const each of undo.splice(0).toReversed()) await each();
  };
  let provision: Provision | undefined;
  try {
    refuseHalfADemo(config);
    if (options.cockpit === true && !isCockpitBuilt()) {
      await step(progress, 'Cockpit', buildCockpit, () => 'built');
    }
    const prepared = await step(
      progress,
      'PostgreSQL',
      () => provisionDatabase(config),
      (each) => each.description,
    );
    provision = prepared;
    undo.push(() => prepared.release());
    const tracing = await openTracing(config, { service: 'freshplan', log: options.log });
    undo.push(async () => tracing?.stop());
    const clock = options.clock ?? createDemoClock();
    const system = await bringUp({ ...options, progress, clock, tracing }, prepared, undo, stop);
    if (options.onFault !== undefined) {
      const unwatch = watchServer(() => prepared.fault(), options.onFault);
      undo.push(async () => unwatch());
    }
    return system;
  } catch (error) {
    // What the database suffers from explains more than the statement that met it first.
    const fault = await provision?.fault().catch(() => undefined);
    await stop();
    throw fault ?? error;
  }
}

interface Options extends SystemOptions {
  readonly progress: Progress;
  readonly clock: DemoClock;
  readonly tracing: Tracing | undefined;
}

async function bringUp(
  options: Options,
  provision: Provision,
  undo: Undo,
  stop: () => Promise<void>,
): Promise<System> {
  const { config, log, clock, progress } = options;
  // Known only once the doors open; until then nobody's rights are cached.
  const rights: { forget: (userId: string) => void } = { forget: () => {} };
  const onRightsChanged = (userId: string): void => rights.forget(userId);
  const runtime = await startContexts({ ...options, onRightsChanged }, provision, undo);
  const supergraph = await step(
    progress,
    'Supergraph',
    () => createSupergraph({ sdl: readSupergraph(), transports: runtime.transports }),
    (each) => each.subgraphs.map(({ name }) => name).join(', '),
  );
  undo.push(() => supergraph.close());
  if (options.demo === true && !isReplica(config)) await tellDemo(options, runtime, supergraph);
  const { gateway, identity, tokenFor, running } = await openDoors({
    ...options,
    supergraph,
    transports: runtime.transports,
    territories: runtime.territories,
    endpoints: createEndpoints({ ...runtime.endpoints, log }),
    health: healthOf(runtime),
    afterwards: isReplica(config) ? [] : [runtime.timers, runtime.workers],
  });
  rights.forget = (userId) => identity.forget(userId);
  undo.push(() => running.stop());
  return { url: gateway.url, runtime, supergraph, identity, clock, tokenFor, stop };
}

async function tellDemo(options: Options, runtime: Runtime, supergraph: Supergraph): Promise<void> {
  const { config, clock, progress } = options;
  if (!(await isEmpty({ supergraph }))) return;
  const marker = markerOf(config);
  mkdirSync(config.DATA_DIR, { recursive: true });
  writeFileSync(marker, '');
  await step(
    progress,
    'Demo data',
    () =>
      seedDemo({
        runtime,
        supergraph,
        clock,
        onProgress: (day, days) => progress.detail(`day ${day} of ${days}`),
      }),
    () => '40 leads with 90 days of history',
  );
  rmSync(marker);
}

/** A story that a crash cut off would be a strange one: it is told again from the start. */
function refuseHalfADemo(config: Config): void {
  if (!existsSync(markerOf(config))) return;
  if (config.DATABASE_URL !== undefined) {
    throw new Error(
      `The demo data was interrupted half-way. Empty the database, delete ${markerOf(config)} and start again.`,
    );
  }
  for (const folder of FOLDERS_OF_DATABASE) {
    rmSync(join(config.DATA_DIR, folder), { recursive: true, force: true });
  }
  rmSync(markerOf(config));
}

const markerOf = (config: Config): string => join(config.DATA_DIR, 'demo-incomplete');
