import { systemActor } from '#kernel/access';
import { ConfigError, loadConfig, type Config } from '#kernel/config';
import {
  excessGrants,
  pendingMigrations,
  uncheckedTables,
  unfixedDefiners,
} from '#kernel/database';
import { createSubgraphs } from '#subgraphs';
import pg from 'pg';
import { schemasOf } from '../contexts.ts';
import { fault, lookOver, ok, textOf, warning, type Check, type Found } from './findings.ts';
import type { Output } from './output.ts';
import { outsideChecks } from './outside.ts';
import { openSession, type Session } from './session.ts';
import { journalAdvice, journalOf } from './subjects.ts';

/** Kernel tables that the runtime role cannot reach, and the job table with a role of its own. */
const UNPROTECTED = /^(kernel|graphile_worker)\./;
const SERVER_VERSION_MIN = 150_000;
const LAG_MAX = 10_000;

export interface Look {
  /** Of a running gateway, to be looked at from outside as well. */
  readonly url?: URL | undefined;
  /** From outside alone: no settings, no database. */
  readonly isOutsideOnly?: boolean | undefined;
}

/** Looks everything over without changing anything. @throws CommandFailure when there is a fault */
export async function doctor({ url, isOutsideOnly }: Look, output: Output): Promise<void> {
  const held: { session?: Session } = {};
  const outside = url === undefined ? [] : outsideChecks(url);
  const checks = isOutsideOnly === true ? outside : [...insideChecks(held), ...outside];
  try {
    await lookOver(checks, output);
  } finally {
    await held.session?.close();
  }
}

function insideChecks(held: { session?: Session }): Check[] {
  const present = (): Session => {
    if (held.session === undefined) throw new Error('not looked at: there is no database');
    return held.session;
  };
  return [
    ['configuration', async () => configuration()],
    [
      'database',
      async () => {
        held.session = await openSession(configOf());
        return serverOf(held.session);
      },
    ],
    ['roles', () => roles(present())],
    ['migrations', () => migrations(present())],
    ['row-level security', () => rowSecurity(present())],
    ['grants', () => grants(present())],
    ['consumers', () => consumers(present())],
    ['lag', () => lag(present())],
    ['timers', () => timers(present())],
    ['log', () => verified(present())],
    ['keys', () => keys(present())],
    ['erasures', () => erasures(present())],
  ];
}

function configOf(): Config {
  return loadConfig();
}

function configuration(): Found {
  try {
    const { production } = loadConfig();
    return ok(production ? 'production' : 'development');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return fault(error.faults.map(({ key, message }) => `${key} ${message}`).join('; '));
  }
}

async function serverOf({ urls }: Session): Promise<Found> {
  const [row] = await rowsOf<{ text: string; number: number }>(
    urls.appUrl,
    `select current_setting('server_version') as text,
       current_setting('server_version_num')::int as number`,
  );
  const isRecent = row !== undefined && row.number >= SERVER_VERSION_MIN;
  return (isRecent ? ok : fault)(`PostgreSQL ${row?.text ?? 'of unknown version'}`);
}

/** That the runtime role is not too powerful was checked when the session opened. */
async function roles({ urls }: Session): Promise<Found> {
  for (const [role, url] of Object.entries(urls)) {
    if (url === undefined) continue;
    await rowsOf(url, 'select 1').catch((error: unknown) => {
      throw new Error(`${role.replace('Url', '')} cannot connect (${textOf(error)})`);
    });
  }
  const named = urls.ownerUrl === undefined ? '' : 'owner, ';
  return ok(`${named}runtime, keys and jobs can connect, the runtime role owns nothing`);
}

async function migrations({ urls }: Session): Promise<Found> {
  const pending = await pendingMigrations(urls.appUrl, schemasOf(createSubgraphs({})));
  if (pending.length === 0) return ok('up to date');
  return fault(`${pending.length} not applied: run npm run migrate`);
}

async function rowSecurity({ urls }: Session): Promise<Found> {
  const open = await withClient(urls.appUrl, (client) => uncheckedTables(client));
  const named = open.filter(({ table }) => !UNPROTECTED.test(table));
  if (named.length === 0) return ok('on and forced for every table');
  return fault(named.map(({ table, missing }) => `${table} lacks ${missing}`).join('; '));
}

async function grants({ urls }: Session): Promise<Found> {
  const [excess, definers] = await withClient(urls.appUrl, async (client) => [
    await excessGrants(client),
    await unfixedDefiners(client),
  ]);
  const faults = [
    ...excess.map(({ object, grantee, right }) => `${grantee} has ${right} on ${object}`),
    ...definers.map((name) => `function ${name} acts as its owner on any search_path`),
  ];
  if (faults.length === 0) return ok('no role may do more than it needs');
  const more = faults.length > 10 ? `; and ${faults.length - 10} more` : '';
  return fault(`${faults.slice(0, 10).join('; ')}${more}`);
}

async function consumers({ runtime }: Session): Promise<Found> {
  const states = await runtime.backbone.lag();
  const named = (status: string): string[] => [
    ...new Set(states.filter((state) => state.status === status).map(({ name }) => name)),
  ];
  const [failed, paused] = [named('FAILED'), named('PAUSED')];
  if (failed.length > 0) return fault(`failed: ${failed.join(', ')}`);
  const letters = states.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  if (paused.length > 0) return warning(`paused: ${paused.join(', ')}`);
  if (letters > 0) return warning(`${letters} dead letters`);
  return ok(`${new Set(states.map(({ name }) => name)).size} active`);
}

async function lag({ runtime }: Session): Promise<Found> {
  const unlogged = Object.entries(await runtime.backbone.unlogged()).filter(([, n]) => n > 0);
  if (unlogged.length > 0) {
    return fault(
      `not logged for five minutes: ${unlogged.map((each) => each.join(' ')).join(', ')}`,
    );
  }
  const states = await runtime.backbone.lag();
  const most = states.toSorted((a, b) => b.lagEvents - a.lagEvents)[0];
  if (most === undefined) return ok('nothing listens');
  const message = `at most ${most.lagEvents} facts (${most.name})`;
  return most.lagEvents > LAG_MAX ? warning(message) : ok(message);
}

async function timers({ urls }: Session): Promise<Found> {
  const [row] = await rowsOf<{ known: boolean }>(
    urls.jobsUrl,
    "select to_regclass('graphile_worker._private_jobs') is not null as known",
  );
  if (row?.known !== true) return warning('no process has started them yet');
  const failed = await rowsOf<{ task: string }>(
    urls.jobsUrl,
    `select distinct t.identifier as task from graphile_worker._private_jobs j
     join graphile_worker._private_tasks t on t.id = j.task_id where j.attempts >= j.max_attempts`,
  );
  if (failed.length > 0) return fault(`gave up: ${failed.map(({ task }) => task).join(', ')}`);
  return ok('none gave up');
}

/** What the last nightly verification found; `events verify` looks anew. */
async function verified({ runtime }: Session): Promise<Found> {
  const states = await runtime.backbone.keeping.states();
  const wrong = states.filter((state) => state.fault !== undefined);
  if (wrong.length > 0) {
    return fault(wrong.map((each) => `${each.module}: ${each.fault}`).join('; '));
  }
  const waiting = states.filter(({ verifiedAt }) => verifiedAt === undefined);
  if (waiting.length > 0) {
    return warning(`never verified: ${waiting.map(({ module }) => module).join(', ')}`);
  }
  const oldest = Math.min(...states.map(({ verifiedAt }) => verifiedAt?.getTime() ?? 0));
  return ok(`verified, the last one on ${new Date(oldest).toISOString()}`);
}

async function keys({ runtime }: Session): Promise<Found> {
  const left = await runtime.formerKeys();
  if (left === 0) return ok('all under the current key; former ones may be removed');
  return warning(`${left} still under a former key: leave it in KEY_ENCRYPTION_KEYS_FORMER`);
}

async function erasures(session: Session): Promise<Found> {
  const journal = await journalOf(session, systemActor('doctor', []));
  if (journal === null) return warning('no journal is kept');
  const isInOrder = journal.state === 'PRESENT' || journal.state === 'NEW';
  return (isInOrder ? ok : fault)(journalAdvice(journal));
}

/** As a role the application never uses for reading; row-level security does not matter here. */
async function rowsOf<Row>(url: string, sql: string): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query(sql)).rows as Row[]);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
