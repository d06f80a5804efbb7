import pg from 'pg';
import { TYPES } from './value-types.ts';

/** What the driver calls on whatever it is given to send; known to it, not to its types. */
interface Sendable {
  readonly name?: string | undefined;
  readonly text?: string | undefined;
  callback: (error: Error | null, result: pg.QueryResult) => void;
  submit(connection: object): Error | null;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: object): void;
  handleEmptyQuery(connection: object): void;
  handleCopyInResponse(connection: object): void;
  handleCopyData(message: unknown, connection: object): void;
  handleError(error: Error, connection: object): void;
  handleReadyForQuery(connection: object): void;
}

interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  readonly submittedNamedStatements: Record<string, string>;
  sync(): void;
}

export interface BatchedStatement {
  /** Parsed once per connection under this name. */
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/**
 * Sends statements in one message and has their answers in one: the server answers at the Sync, and
 * that stands behind the last of them alone. The first that fails fails all; those after it never run.
 *
 * @returns the result of each statement
 */
export function sendBatch(
  client: pg.ClientBase,
  statements: readonly BatchedStatement[],
): Promise<pg.QueryResult[]> {
  return new Promise((resolve, reject) => {
    const results: pg.QueryResult[] = [];
    const parts = statements.map((statement, index) => {
      const isLast = index === statements.length - 1;
      // Given to the constructor: set on the query afterwards, it would keep the answer out of reach of the
      // collector's young generation, and everything that is read would be moved twice (`garbage.db.test.ts`).
      const callback: Sendable['callback'] = (error, result) => {
        results[index] = result;
        if (!isLast) return;
        if (error) reject(error);
        else resolve(results);
      };
      const values = [...(statement.values ?? [])];
      const config = { ...statement, values, types: TYPES, queryMode: 'extended', callback };
      return new pg.Query(config as pg.QueryConfig) as unknown as Sendable;
    });
    client.query(new Batch(parts) as unknown as pg.Submittable);
  });
}

/** Hands the server's answers to the statement they belong to. */
class Batch implements Omit<Sendable, 'callback'> {
  readonly #parts: readonly Sendable[];
  /** Place of the statement that is being answered. */
  #at = 0;

  constructor(parts: readonly Sendable[]) {
    this.#parts = parts;
  }

  /** The driver remembers what was parsed on the connection by these. */
  get name(): string | undefined {
    return this.#current?.name;
  }
  get text(): string | undefined {
    return this.#current?.text;
  }

  submit(connection: object): Error | null {
    const wire = connection as Wire;
    const withoutSync = Object.create(connection, { sync: { value: () => {} } }) as object;
    wire.stream.cork();
    try {
      for (const part of this.#parts) {
        const fault = part.submit(withoutSync);
        if (fault === null) continue;
        for (const each of this.#parts) each.handleError(fault, connection);
        break;
      }
      // Also behind a fault: nothing that was sent may stay unanswered.
      wire.sync();
      return null;
    } finally {
      wire.stream.uncork();
    }
  }

  handleRowDescription(message: unknown): void {
    this.#current?.handleRowDescription(message);
  }
  handleDataRow(message: unknown): void {
    this.#current?.handleDataRow(message);
  }
  handleCommandComplete(message: unknown, connection: object): void {
    this.#current?.handleCommandComplete(message, connection);
    this.#at += 1;
  }
  handleEmptyQuery(connection: object): void {
    this.#current?.handleEmptyQuery(connection);
    this.#at += 1;
  }
  handleCopyInResponse(connection: object): void {
    this.#current?.handleCopyInResponse(connection);
  }
  handleCopyData(message: unknown, connection: object): void {
    this.#current?.handleCopyData(message, connection);
  }

  handleError(error: Error, connection: object): void {
    const { submittedNamedStatements } = connection as Partial<Wire>;
    for (const { name } of this.#parts.slice(this.#at)) {
      if (name !== undefined && submittedNamedStatements) delete submittedNamedStatements[name];
    }
    for (const part of this.#parts) part.handleError(error, connection);
  }
  handleReadyForQuery(connection: object): void {
    for (const part of this.#parts) part.handleReadyForQuery(connection);
  }

  get #current(): Sendable | undefined {
    return this.#parts[this.#at];
  }
}
