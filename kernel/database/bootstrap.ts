import pg from 'pg';
import { toDatabaseError } from './errors.ts';

export interface BootstrapOptions {
  /** Connection string of a superuser, any database of the cluster. */
  readonly adminUrl: string;
  /** Name of the database to create when it is not there yet. */
  readonly database: string;
  readonly passwords: Readonly<Record<RoleKey, string>>;
}

/** `owner` runs migrations, `app` serves, `keys` holds the keys of people, `jobs` the job table. */
export type RoleKey = 'owner' | 'app' | 'keys' | 'jobs';

/** Connection strings by what they are for. */
export interface Bootstrapped {
  /** Migrations only. */
  readonly ownerUrl: string;
  /** Everything at run time. */
  readonly appUrl: string;
  /** The keys of personal data and nothing else. */
  readonly keysUrl: string;
  /** The job table of timers, which this role creates itself, and nothing else. */
  readonly jobsUrl: string;
}

/** As much of them as a process was given: one that only runs needs no owner. */
export type RoleUrls = Omit<Bootstrapped, 'ownerUrl'> & {
  readonly ownerUrl?: string | undefined;
};

const LOCK = 7_204_001;

const ROLES: Readonly<Record<RoleKey, string>> = {
  owner: 'freshplan_owner',
  app: 'freshplan_app',
  keys: 'freshplan_keys',
  jobs: 'freshplan_jobs',
};
const ROLE_KEYS = ['owner', 'app', 'keys', 'jobs'] as const;

/** Limits of the runtime roles, in milliseconds; a transaction may narrow or, for named jobs, widen them. */
const LIMITS = {
  statement_timeout: 5_000,
  lock_timeout: 1_000,
  idle_in_transaction_session_timeout: 10_000,
};

/** Unknown to servers before 17, which bound a transaction by its statements and pauses alone. */
const TRANSACTION_LIMIT = { transaction_timeout: 60_000 };
const TRANSACTION_LIMIT_SINCE = 170_000;

const CONTEXT = ['app.user_context', 'app.role_context', 'app.tenant_id', 'app.territory_context'];

/** Creates database and roles or brings them up to date. May run any number of times, also at once. */
export async function bootstrapDatabase(options: BootstrapOptions): Promise<Bootstrapped> {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(options.database)) {
    throw new TypeError(`"${options.database}" is no valid name for a database`);
  }
  const admin = await connected(options.adminUrl);
  try {
    await admin.query('select pg_advisory_lock($1)', [LOCK]);
    await createRoles(admin, options.passwords);
    await createEmptyDatabase(admin, options.database);
  } catch (error) {
    throw toDatabaseError(error);
  } finally {
    await admin.end();
  }
  return roleUrls(options);
}

/** The connection strings of an already prepared database; touches nothing. */
export function roleUrls(options: BootstrapOptions): Bootstrapped {
  const url = (role: RoleKey): string => {
    const target = new URL(options.adminUrl);
    target.username = ROLES[role];
    target.password = encodeURIComponent(options.passwords[role]);
    target.pathname = `/${options.database}`;
    return target.href;
  };
  return { ownerUrl: url('owner'), appUrl: url('app'), keysUrl: url('keys'), jobsUrl: url('jobs') };
}

async function createRoles(
  admin: pg.Client,
  passwords: BootstrapOptions['passwords'],
): Promise<void> {
  const { rows } = await admin.query<{ rolname: string }>('select rolname from pg_roles');
  const present = new Set(rows.map((row) => row.rolname));
  const { rows: self } = await admin.query<{ superuser: boolean }>(
    'select rolsuper as superuser from pg_roles where rolname = current_user',
  );
  // Whoever may merely create roles cannot name these attributes; new roles lack them anyway.
  const rights =
    self[0]?.superuser === true
      ? 'nosuperuser nobypassrls nocreatedb nocreaterole noreplication'
      : 'nocreatedb nocreaterole';
  for (const key of ROLE_KEYS) {
    const role = ROLES[key];
    if (!present.has(role)) await admin.query(`create role ${role} login`);
    const password = admin.escapeLiteral(passwords[key]);
    await admin.query(`alter role ${role} ${rights} login password ${password}`);
    if (key === 'owner' && self[0]?.superuser !== true) {
      await admin.query(`grant ${role} to current_user`);
    }
    if (key === 'app') await limitRole(admin, role, self[0]?.superuser === true);
  }
}

async function limitRole(admin: pg.Client, role: string, isSuperuser: boolean): Promise<void> {
  const { rows } = await admin.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  );
  const isBounded = (rows[0]?.version ?? 0) >= TRANSACTION_LIMIT_SINCE;
  const limits = { ...LIMITS, ...(isBounded ? TRANSACTION_LIMIT : {}) };
  for (const [name, value] of Object.entries(limits)) {
    await admin.query(`alter role ${role} set ${name} = ${value}`);
  }
  // Without it an absent context reads as null, which the policies take for nobody just the same.
  if (!isSuperuser) return;
  for (const name of CONTEXT) await admin.query(`alter role ${role} set ${name} = ''`);
}

async function createEmptyDatabase(admin: pg.Client, database: string): Promise<void> {
  const found = await admin.query('select from pg_database where datname = $1', [database]);
  if (found.rowCount === 0) {
    await admin.query(`create database ${database} owner ${ROLES.owner} template template0`);
  }
  await admin.query(`revoke all on database ${database} from public`);
  const roles = Object.values(ROLES).join(', ');
  await admin.query(`grant connect on database ${database} to ${roles}`);
  await admin.query(`grant create on database ${database} to ${ROLES.jobs}`);
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw toDatabaseError(error);
  }
  return client;
}
