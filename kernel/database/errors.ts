/** Why the database could not do what was asked. Holds no value of any row. */
export type DatabaseErrorCode =
  | 'OVERLOADED'
  | 'UNAVAILABLE'
  | 'TRANSIENT'
  | 'TIMEOUT'
  | 'CONSTRAINT'
  | 'DENIED'
  | 'ABORTED'
  | 'DEFECT';

export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;
  readonly sqlState: string | undefined;
  /** Name of the violated constraint, so that a command can answer it. */
  readonly constraint: string | undefined;

  constructor(
    code: DatabaseErrorCode,
    message: string,
    options: { sqlState?: string | undefined; constraint?: string | undefined } = {},
  ) {
    super(message);
    this.name = 'DatabaseError';
    this.code = code;
    this.sqlState = options.sqlState;
    this.constraint = options.constraint;
  }
}

/** Lost against a concurrent transaction or a cut connection: the same work may succeed when repeated. */
export class Transient extends DatabaseError {
  constructor(message: string, sqlState?: string) {
    super('TRANSIENT', message, { sqlState });
    this.name = 'Transient';
  }
}

const TRANSIENT_STATES = new Set(['40001', '40P01', '55P03', '55006']);
const NETWORK =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT|EAI_AGAIN)$/;

interface ServerError extends Error {
  code: string;
  severity: string;
  constraint?: string;
}

function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error;
}

/**
 * What leaves this part instead of a driver error: a stable code, the SQLSTATE and a message free of
 * data. `detail`, `where`, `hint`, parameters and messages that quote values are dropped.
 * Errors that are not the driver's are handed back as they are.
 */
export function toDatabaseError(error: unknown): unknown {
  if (error instanceof DatabaseError || !(error instanceof Error)) return error;
  if (isServerError(error)) return fromServer(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error.message === 'timeout exceeded when trying to connect') {
    return new DatabaseError('OVERLOADED', 'No database connection became free in time');
  }
  if (error.message === 'timeout expired') {
    return new DatabaseError('UNAVAILABLE', 'The database takes connections without an answer');
  }
  if (
    NETWORK.test(code) ||
    /Connection terminated|connection error|not queryable/.test(error.message)
  ) {
    return code === 'ECONNREFUSED' || code === 'ENOENT'
      ? new DatabaseError('UNAVAILABLE', 'The database does not accept connections')
      : new Transient('The connection to the database was lost');
  }
  return error;
}

function fromServer(error: ServerError): DatabaseError {
  const sqlState = error.code;
  const constraint = error.constraint;
  const family = sqlState.slice(0, 2);
  if (TRANSIENT_STATES.has(sqlState) || family === '08')
    return new Transient(error.message, sqlState);
  if (family === '57' && sqlState !== '57014') {
    return new Transient('The database is shutting down or starting', sqlState);
  }
  if (family === '53') return new DatabaseError('OVERLOADED', error.message, { sqlState });
  if (sqlState === '57014' || sqlState === '25P04') {
    return new DatabaseError('TIMEOUT', 'The statement took longer than allowed', { sqlState });
  }
  if (sqlState === '25P03') return new Transient('The transaction was idle for too long', sqlState);
  if (family === '23') {
    const message = `Constraint ${constraint ?? 'unknown'} is violated`;
    return new DatabaseError('CONSTRAINT', message, { sqlState, constraint });
  }
  if (sqlState === '42501') return new DatabaseError('DENIED', error.message, { sqlState });
  // Data exceptions quote the value that did not fit.
  const message = family === '22' ? 'A value does not fit its column' : error.message;
  return new DatabaseError('DEFECT', message, { sqlState });
}
