import type pg from 'pg';
import type { Actor } from '#kernel/access';
import type { Span } from '#kernel/telemetry';
import { sendBatch, type BatchedStatement } from './batch.ts';
import { DatabaseError, toDatabaseError } from './errors.ts';
import { sessionVariables } from './session.ts';

/** A statement under a name is parsed and planned once per connection. */
export type Statement = string | { readonly name: string; readonly text: string };

/** One open transaction under the rights of one actor. Ends with the function it was handed to. */
export interface Transaction {
  readonly actor: Actor;
  /** What the transaction belongs to; bindings such as projections hang on it. */
  readonly database: object;
  /** Its own, where what it belongs to is traced. */
  readonly span?: Span | undefined;
  query<Row = Record<string, unknown>>(
    sql: Statement,
    parameters?: readonly unknown[],
  ): Promise<Row[]>;
  /** Work inside a savepoint: when it throws, only its own writes are undone. Not to be run in parallel. */
  nested<T>(work: () => Promise<T>): Promise<T>;
  /** Runs after a successful COMMIT of the outermost transaction; must not throw. */
  onCommit(hook: () => void): void;
}

export interface TransactionOptions {
  readonly readOnly?: boolean;
  /** Overrides the role's limit; reads have 2,000 ms, writes 5,000 ms. */
  readonly statementTimeoutMs?: number;
  /** Whole transaction, for rebuilds and exports that take longer than a request may. */
  readonly transactionTimeoutMs?: number;
  /** What it is a step of. */
  readonly span?: Span | undefined;
}

export interface UnitOfWork {
  /**
   * Runs work in one transaction under the actor's rights and commits it.
   *
   * @throws DatabaseError `OVERLOADED` when no connection is free within two seconds, `ABORTED`
   *   when a swallowed failure made the COMMIT a rollback; Transient for lost races.
   */
  transaction<T>(
    actor: Actor,
    work: (tx: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
}

const READ_TIMEOUT_MS = 2_000;

const BEGIN: BatchedStatement = { name: 'begin', text: 'BEGIN' };
const BEGIN_READ_ONLY: BatchedStatement = { name: 'begin-read', text: 'BEGIN READ ONLY' };
const COMMIT: BatchedStatement = { name: 'commit', text: 'COMMIT' };

const CONTEXT_NAMES = [
  'app.user_context',
  'app.role_context',
  'app.tenant_id',
  'app.territory_context',
];

/** The one wrapper around BEGIN … COMMIT; the client is in no transaction when this settles. */
export async function runTransaction<T>(
  client: pg.ClientBase,
  database: object,
  actor: Actor,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const opening = [
    options.readOnly === true ? BEGIN_READ_ONLY : BEGIN,
    contextOf(actor, limits(options)),
  ];
  const { span } = options;
  const state: OpenTransaction = {
    client,
    database,
    span,
    opening,
    hooks: [],
    depth: 0,
    ended: false,
    committed: false,
  };
  let result: T;
  try {
    result = await work(transactionOf(state, actor));
  } catch (error) {
    state.ended = true;
    if (isOpen(state)) await client.query('ROLLBACK').catch(() => {});
    throw toDatabaseError(error);
  }
  state.ended = true;
  if (isOpen(state)) await commit(client);
  for (const hook of state.hooks) hook();
  return result;
}

/** Runs nested units of work inside an open transaction, each in a savepoint under its own actor. */
export function unitOfWorkIn(tx: Transaction): UnitOfWork {
  const state = states.get(tx);
  if (state === undefined) throw new TypeError('Not a transaction of this kernel');
  return {
    transaction: (actor, work) =>
      tx.nested(async () => {
        if (actor === tx.actor) return work(tx);
        await send(state, contextOf(actor));
        const result = await work(transactionOf(state, actor));
        await send(state, contextOf(tx.actor));
        return result;
      }),
  };
}

/**
 * Sends the last statement of a transaction in one message with its COMMIT, which saves a way to the
 * server and back. Inside a savepoint it is a statement like others.
 *
 * @throws DatabaseError `ABORTED` for any statement behind it
 */
export function finish<Row = Record<string, unknown>>(
  tx: Transaction,
  sql: Statement,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const state = states.get(tx);
  if (state === undefined) throw new TypeError('Not a transaction of this kernel');
  return ask<Row>(state, sql, parameters, state.depth > 0 ? send : sendLast);
}

interface OpenTransaction {
  readonly client: pg.ClientBase;
  readonly database: object;
  readonly span: Span | undefined;
  /** What goes before the first statement, in one message with it; empty once that was sent. */
  opening: readonly BatchedStatement[];
  readonly hooks: (() => void)[];
  depth: number;
  committed: boolean;
  /** Late statements of work that was given up on must not reach the connection's next user. */
  ended: boolean;
}

const states = new WeakMap<Transaction, OpenTransaction>();

function transactionOf(state: OpenTransaction, actor: Actor): Transaction {
  const tx: Transaction = {
    actor,
    database: state.database,
    span: state.span,
    query: <Row>(sql: Statement, parameters: readonly unknown[] = []) =>
      ask<Row>(state, sql, parameters, send),
    nested: (work) => savepoint(state, work),
    onCommit: (hook) => void state.hooks.push(hook),
  };
  states.set(tx, state);
  return tx;
}

async function ask<Row>(
  state: OpenTransaction,
  sql: Statement,
  values: readonly unknown[],
  by: typeof send,
): Promise<Row[]> {
  if (state.ended) throw new DatabaseError('ABORTED', 'The transaction has already ended');
  const statement = typeof sql === 'string' ? { text: sql } : sql;
  try {
    const result = await by(state, { ...statement, values });
    return result.rows as Row[];
  } catch (error) {
    throw toDatabaseError(error);
  }
}

async function savepoint<T>(state: OpenTransaction, work: () => Promise<T>): Promise<T> {
  const { hooks } = state;
  if (state.ended) throw new DatabaseError('ABORTED', 'The transaction has already ended');
  const hooksBefore = hooks.length;
  const name = `nested_${(state.depth += 1)}`;
  try {
    const [, result] = await Promise.all([send(state, { text: `SAVEPOINT ${name}` }), work()]);
    await send(state, { text: `RELEASE SAVEPOINT ${name}` });
    return result;
  } catch (error) {
    hooks.length = hooksBefore;
    // Also puts the settings of the context back to what they were at the savepoint.
    await send(state, { text: `ROLLBACK TO SAVEPOINT ${name}` }).catch(() => {});
    await send(state, { text: `RELEASE SAVEPOINT ${name}` }).catch(() => {});
    throw toDatabaseError(error);
  } finally {
    state.depth -= 1;
  }
}

/** Sends a statement; the first one opens the transaction on its way. */
async function send(state: OpenTransaction, statement: BatchedStatement): Promise<pg.QueryResult> {
  const { client, opening } = state;
  state.opening = [];
  const results = await sendBatch(client, [...opening, statement]);
  return results.at(-1) as pg.QueryResult;
}

/** What the server has of one message is one transaction, with BEGIN and COMMIT or without. */
async function sendLast(
  state: OpenTransaction,
  statement: BatchedStatement,
): Promise<pg.QueryResult> {
  const { client, opening } = state;
  state.opening = [];
  state.ended = true;
  const [begin, ...context] = opening;
  const isWhole = begin === BEGIN;
  // An aborted transaction refuses the statement, so there is no need to look at what COMMIT answers.
  const message = isWhole ? [...context, statement] : [...opening, statement, COMMIT];
  const results = await sendBatch(client, message);
  state.committed = true;
  return results.at(isWhole ? -1 : -2) as pg.QueryResult;
}

/** Something was sent, and it was not committed. */
function isOpen(state: OpenTransaction): boolean {
  return state.opening.length === 0 && !state.committed;
}

/** One statement for all settings of a transaction, planned once per connection and set of names. */
function contextOf(
  actor: Actor,
  more: readonly [name: string, value: string][] = [],
): BatchedStatement {
  const name = ['context', ...more.map(([setting]) => setting.slice(0, 2))].join('-');
  const names = [...CONTEXT_NAMES, ...more.map(([setting]) => setting)];
  const settings = names.map(
    (setting, index) => `set_config(${settingOf(setting)}, $${index + 1}, true) is not null`,
  );
  return {
    name,
    // A row without columns: nobody reads what was set.
    text: `select where ${settings.join(' and ')}`,
    values: [...Object.values(sessionVariables(actor)), ...more.map(([, value]) => value)],
  };
}

/** Servers before 17 know no `transaction_timeout`: there the value goes where nobody reads it. */
function settingOf(name: string): string {
  if (name !== 'transaction_timeout') return `'${name}'`;
  return `case when current_setting('server_version_num')::int < 170000
    then 'app.${name}' else '${name}' end`;
}

async function commit(client: pg.ClientBase): Promise<void> {
  let tag: string;
  try {
    tag = (await client.query('COMMIT')).command;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw toDatabaseError(error);
  }
  // An aborted transaction answers COMMIT with ROLLBACK and without an error.
  if (tag !== 'COMMIT') {
    throw new DatabaseError('ABORTED', 'The transaction failed before its COMMIT');
  }
}

function limits(options: TransactionOptions): [name: string, value: string][] {
  const statement = options.statementTimeoutMs ?? (options.readOnly === true ? READ_TIMEOUT_MS : 0);
  const settings: [string, string][] = [];
  if (statement > 0) settings.push(['statement_timeout', String(statement)]);
  if (options.transactionTimeoutMs !== undefined) {
    settings.push(['transaction_timeout', String(options.transactionTimeoutMs)]);
    settings.push(['idle_in_transaction_session_timeout', String(options.transactionTimeoutMs)]);
  }
  return settings;
}
