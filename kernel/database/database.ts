import pg from 'pg';
import { MikroORM, type EntityManager, type Options } from '@mikro-orm/postgresql';
import type { Actor } from '#kernel/access';
import { inSpan } from '#kernel/telemetry';
import { refusePowerfulRole } from './catalog.ts';
import { toDatabaseError } from './errors.ts';
import { sessionVariables } from './session.ts';
import {
  runTransaction,
  type Transaction,
  type TransactionOptions,
  type UnitOfWork,
} from './transaction.ts';
import { TYPES } from './value-types.ts';

export interface DatabaseOptions {
  /** Connection string of the runtime role. */
  readonly url: string;
  /** Read models of all modules; MikroORM never creates or alters them. */
  readonly tables?: NonNullable<Options['entities']>;
  /** Connections for requests; MikroORM has as many of its own. */
  readonly poolSizeMax?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Milliseconds to wait for a connection before `OVERLOADED`. */
  readonly connectionWaitMs?: number;
  /** Told about connections lost while idle; they are replaced by themselves. */
  readonly onConnectionError?: (error: Error) => void;
}

/** A connection of its own, never part of a pool: for log heads and listeners. */
export interface Connection extends UnitOfWork {
  readonly client: pg.Client;
  /** Settles when the connection is gone, for whatever reason. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** A pool for work that no client waits for, so that consumers never starve requests. */
export interface WorkerPool extends UnitOfWork {
  readonly size: number;
  close(): Promise<void>;
}

export interface Database extends UnitOfWork {
  readonly orm: MikroORM;
  /** A fresh identity map whose every statement runs under the actor's rights. */
  em(actor: Actor): EntityManager;
  connect(name: string): Promise<Connection>;
  workers(name: string, sizeMax: number): WorkerPool;
  close(): Promise<void>;
}

const POOL_SIZE = 20;
const CONNECTION_WAIT_MS = 2_000;
const WORKER_WAIT_MS = 30_000;

/**
 * Opens the database as the runtime role.
 *
 * @throws Error when the role is a superuser, may bypass row-level security, may create roles or
 *   databases, or owns a table.
 */
export async function createDatabase(options: DatabaseOptions): Promise<Database> {
  const name = options.applicationName ?? 'freshplan';
  const max = options.poolSizeMax ?? POOL_SIZE;
  const waitMs = options.connectionWaitMs ?? CONNECTION_WAIT_MS;
  const pool = poolOf(options, name, max, waitMs);
  try {
    await refusePowerfulRole(pool);
  } catch (error) {
    await pool.end();
    throw toDatabaseError(error);
  }
  const orm = await MikroORM.init({
    entities: [...(options.tables ?? [])],
    clientUrl: options.url,
    sessionContext: 'transaction',
    pool: { min: 0, max, idleTimeoutMillis: 30_000 },
    driverOptions: { connectionTimeoutMillis: waitMs, application_name: `${name}-orm` },
    discovery: { warnWhenNoEntities: false },
    metadataCache: { enabled: false },
    debug: false,
  });
  const open = new Set<{ close(): Promise<void> }>();
  const database: Database = {
    orm,
    em: (actor) => orm.em.fork({ session: { variables: { ...sessionVariables(actor) } } }),
    transaction: (actor, work, settings) => pooled(pool, database, actor, work, settings),
    connect: async (purpose) => {
      const connection = await dedicated(options, database, `${name}-${purpose}`, waitMs);
      open.add(connection);
      void connection.closed.then(() => open.delete(connection));
      return connection;
    },
    workers: (purpose, sizeMax) => {
      const own = poolOf(options, `${name}-${purpose}`, sizeMax, WORKER_WAIT_MS);
      const workers: WorkerPool = {
        size: sizeMax,
        transaction: (actor, work, settings) => pooled(own, database, actor, work, settings),
        close: async () => {
          if (open.delete(workers)) await own.end();
        },
      };
      open.add(workers);
      return workers;
    },
    close: async () => {
      await Promise.all([...open].map((each) => each.close()));
      await orm.close(true);
      if (!pool.ended && !pool.ending) await pool.end();
    },
  };
  return database;
}

function poolOf(options: DatabaseOptions, name: string, max: number, waitMs: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: name,
    max,
    connectionTimeoutMillis: waitMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: TYPES,
    Client: PromptClient,
    ...PIPELINE,
  });
  // While it closes, the server may end its side first.
  pool.on('error', (error) => (pool.ending ? undefined : options.onConnectionError?.(error)));
  // A client that is checked out reports through the statement in flight.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Work may wait long for its turn, but not for a server that took the call and never answers. */
class PromptClient extends pg.Client {
  constructor(options?: pg.ClientConfig) {
    super({ ...options, connectionTimeoutMillis: CONNECTION_WAIT_MS });
  }
}

/** A span has the wait for a connection in it. */
function pooled<T>(
  pool: pg.Pool,
  database: Database,
  actor: Actor,
  work: (tx: Transaction) => Promise<T>,
  settings: TransactionOptions = {},
): Promise<T> {
  if (settings.span === undefined) return onClient(pool, database, actor, work, settings);
  const span = settings.span.start('transaction', {
    kind: 'client',
    attributes: {
      'db.system.name': 'postgresql',
      'freshplan.read_only': settings.readOnly === true,
    },
  });
  return inSpan(span, () => onClient(pool, database, actor, work, { ...settings, span }));
}

async function onClient<T>(
  pool: pg.Pool,
  database: Database,
  actor: Actor,
  work: (tx: Transaction) => Promise<T>,
  settings: TransactionOptions,
): Promise<T> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw toDatabaseError(error);
  }
  try {
    return await runTransaction(client, database, actor, work, settings);
  } finally {
    client.release();
  }
}

async function dedicated(
  options: DatabaseOptions,
  database: Database,
  name: string,
  waitMs: number,
): Promise<Connection> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: name,
    connectionTimeoutMillis: waitMs,
    keepAlive: true,
    types: TYPES,
    ...PIPELINE,
  });
  const closed = new Promise<void>((resolve) => {
    client.once('end', resolve);
    client.on('error', () => resolve());
  });
  try {
    await client.connect();
  } catch (error) {
    throw toDatabaseError(error);
  }
  return {
    client,
    closed,
    transaction: (actor, work, settings) => runTransaction(client, database, actor, work, settings),
    close: () => client.end(),
  };
}

/** Known to the driver since 8.23, not yet to its types. */
const PIPELINE = { pipeline: true } as object;
