/** Contexts on their database, at work: the part that a system and a subgraph process have in common. */
import { ConfigError, type Config } from '#kernel/config';
import { migrate, pendingMigrations, type RoleUrls } from '#kernel/database';
import { keySchema, moduleSchema } from '#kernel/events';
import { startServices } from '#kernel/service';
import type { Logger, Metrics, Tracing } from '#kernel/telemetry';
import type { Clock } from '#kernel/events';
import { createSubgraphs } from '#subgraphs';
import { isReplica } from './bridge.ts';
import { demoPublicUrl } from './demo-issuer.ts';
import { step, type Progress } from './progress.ts';
import { provisionDatabase, reaching, type Provision } from './provision.ts';
import { createRuntime, type Runtime } from './runtime.ts';

export interface ContextsOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing?: Tracing | undefined;
  readonly progress: Progress;
  readonly clock: Clock;
  /** Name of the one that runs here. Default: all of them. */
  readonly only?: string | undefined;
  readonly onRightsChanged?: (userId: string) => void;
}

/** Each is let go of in reverse order. */
export type Undo = (() => Promise<void>)[];

export const STOP_TIMEOUT_MS = 10_000;

/** Everything a migration brings forward. */
export function schemasOf(subgraphs: ReturnType<typeof createSubgraphs>) {
  return [keySchema, ...subgraphs.map(moduleSchema)];
}

/** The schema only, as its owner; or the roles too, as one that may create them. */
export async function migrateOnly(config: Config): Promise<string[]> {
  const schemas = schemasOf(createSubgraphs({}));
  const { DATABASE_OWNER_URL: given } = config;
  if (given !== undefined) {
    return reaching('DATABASE_OWNER_URL', given, () => migrate(given, schemas));
  }
  const provision = await provisionDatabase(config);
  try {
    const { ownerUrl } = provision.urls;
    if (ownerUrl === undefined) {
      throw new ConfigError([{ key: 'DATABASE_OWNER_URL', message: 'is needed for migrations' }]);
    }
    return await migrate(ownerUrl, schemas);
  } finally {
    await provision.release();
  }
}

/** @throws Error for a process that may not migrate on a database that is behind it */
async function bringForward(
  { ownerUrl, appUrl }: RoleUrls,
  subgraphs: ReturnType<typeof createSubgraphs>,
): Promise<string> {
  const schemas = schemasOf(subgraphs);
  if (ownerUrl !== undefined) {
    const applied = await reaching('DATABASE_OWNER_URL', ownerUrl, () =>
      migrate(ownerUrl, schemas),
    );
    return applied.length === 0 ? 'up to date' : `${applied.length} migrations applied`;
  }
  const pending = await reaching('DATABASE_URL', appUrl, () => pendingMigrations(appUrl, schemas));
  if (pending.length === 0) return 'up to date';
  throw new Error(
    `Migrations are missing (${pending.length}), and this process may not apply them: run npm run migrate with DATABASE_OWNER_URL first.`,
  );
}

/** Migrates all schemas, then runs what belongs here. Timers wait for whoever calls. */
export async function startContexts(
  options: ContextsOptions,
  { urls }: Provision,
  undo: Undo,
): Promise<Runtime> {
  const { config, log, metrics, clock, progress, only, onRightsChanged = () => {} } = options;
  const publicUrl = config.PUBLIC_URL ?? demoPublicUrl(config);
  const subgraphs = createSubgraphs({ config, metrics, onRightsChanged, publicUrl });
  await step(
    progress,
    'Schema',
    () => bringForward(urls, subgraphs),
    (state) => state,
  );
  const runtime = await createRuntime({
    config,
    urls,
    subgraphs,
    only: subgraphs.find(({ name }) => name === only),
    clock,
    log,
    metrics,
    tracing: options.tracing,
  });
  undo.push(() => runtime.close());
  const { bridge } = runtime;
  if (bridge !== undefined) {
    // A replica cannot do without it; whoever hands facts on keeps them until it is there.
    await step(
      progress,
      'Bridge',
      () => bridge.probe({ isNeeded: isReplica(config) }),
      (isThere) => (isThere ? 'connected' : 'not reachable yet: facts wait in the log'),
    );
  }
  const services = await startServices([runtime.backbone, runtime.followers, runtime.erasures], {
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  undo.push(() => services.stop());
  return runtime;
}
