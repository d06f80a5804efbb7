import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '#kernel/config';
import {
  DatabaseError,
  bootstrapDatabase,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  type RoleUrls,
  type EmbeddedPostgres,
} from '#kernel/database';

export interface Provision {
  readonly urls: RoleUrls;
  /** How people call the server, for the list of steps. */
  readonly description: string;
  /** Why the server cannot go on, if it is ours: a full disk, a process that ended. */
  fault(): Promise<Error | undefined>;
  /** Stops the server if it is ours. */
  release(): Promise<void>;
}

const DATABASE = 'freshplan';

/** A server of somebody else's: its disk and its process are his. */
const FOREIGN = { fault: async () => undefined, release: async () => {} };

/**
 * A database with its four roles: the embedded server, one of the operator's where the given role
 * may create the others, or one whose roles the operator made.
 *
 * @throws Error with the next step to take when it cannot be reached or prepared
 */
export async function provisionDatabase(config: Config): Promise<Provision> {
  if (config.DATABASE_URL === undefined) return embedded(config);
  const { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl } = config;
  const { DATABASE_KEYS_URL: keysUrl, DATABASE_JOBS_URL: jobsUrl } = config;
  const description = new URL(appUrl).host;
  if (keysUrl !== undefined && jobsUrl !== undefined) {
    return { urls: { appUrl, ownerUrl, keysUrl, jobsUrl }, description, ...FOREIGN };
  }
  const named = new URL(appUrl).pathname.slice(1);
  const database = named === '' || named === 'postgres' ? DATABASE : named;
  const urls = await reaching('DATABASE_URL', appUrl, () =>
    bootstrapDatabase({ adminUrl: appUrl, database, passwords: passwordsOf(config) }),
  );
  return { urls, description, ...FOREIGN };
}

/** The same database for a second process: a server that runs is used, and left running. */
export async function attachDatabase(config: Config): Promise<Provision> {
  if (config.DATABASE_URL !== undefined) return provisionDatabase(config);
  const adminUrl = await findEmbeddedPostgres(join(config.DATA_DIR, 'postgres'));
  if (adminUrl === undefined) return provisionDatabase(config);
  const urls = await bootstrapDatabase({
    adminUrl,
    database: DATABASE,
    passwords: passwordsOf(config),
  });
  return { urls, description: `embedded, ${new URL(adminUrl).host}`, ...FOREIGN };
}

async function embedded(config: Config): Promise<Provision> {
  const server: EmbeddedPostgres = await startEmbeddedPostgres({
    directory: join(config.DATA_DIR, 'postgres'),
    port: 0,
  });
  const { adminUrl, port } = server;
  try {
    const passwords = passwordsOf(config);
    const urls = await bootstrapDatabase({ adminUrl, database: DATABASE, passwords });
    return {
      urls,
      description: `embedded, port ${port}`,
      fault: () => server.fault(),
      release: () => server.stop(),
    };
  } catch (error) {
    const fault = await server.fault();
    await server.stop();
    throw fault ?? error;
  }
}

/** Derived, so that nothing has to be stored beside the one secret. */
function passwordsOf(config: Config) {
  const password = (role: string): string =>
    createHmac('sha256', config.DATABASE_ROLE_SECRET).update(`role:${role}`).digest('base64url');
  return {
    owner: password('owner'),
    app: password('app'),
    keys: password('keys'),
    jobs: password('jobs'),
  };
}

/** @throws Error that names the setting to look at when the server does not let us in */
export async function reaching<T>(
  key: 'DATABASE_URL' | 'DATABASE_OWNER_URL',
  url: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isClosed(error)) throw error;
    const { host } = new URL(url);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The database at ${host} cannot be used (${reason}). Check ${key}, or unset it for the embedded server.`,
      { cause: error },
    );
  }
}

/** Nobody there, or nobody who knows us: what went wrong later is no matter of the setting. */
function isClosed(error: unknown): boolean {
  // An unknown host, say: the driver hands on what the system says.
  if (!(error instanceof DatabaseError)) return error instanceof Error && 'code' in error;
  return error.code !== 'DEFECT' || /^(28|3D)/.test(error.sqlState ?? '');
}
