import type { Statement, Transaction } from '#kernel/database';

/** Where the statements of a rebuild go. */
export interface ShadowTables {
  /** `schema.table` names with a shadow of their own. */
  readonly tables: readonly string[];
  /** Tables whose rows others keep: what handlers hand down to them is left out. */
  readonly leftAlone: readonly string[];
}

const NEXT = '_next';
const CACHE_MAX = 1_000;

const WRITES =
  /\b(?:insert\s+into|update|delete\s+from|merge\s+into|truncate(?:\s+table)?)\s+(?:only\s+)?"?([a-z_][a-z0-9_]*)"?\."?([a-z_][a-z0-9_]*)"?/gi;
/** Locks keep others from live rows; nobody else looks at a shadow. */
const LOCKS = /^\s*select\s+(?:[a-z_]+\.lock_[a-z_]+|pg_advisory_xact_lock(?:_shared)?)\s*\(/i;
const APPENDS = /\b[a-z_]+\.append(_facts)?\s*\(/i;

/** `schema.table` of the shadow. */
export function shadowOf(table: string): string {
  const [schema, name] = table.split('.');
  return `${schema}${NEXT}.${name}`;
}

/**
 * The transaction as the handlers of a rebuild see it: their tables are the shadows, and there is no
 * way out of them. Nothing is recorded, nobody is told of a commit, and a write to a table that is not
 * declared is an error.
 */
export function ontoShadows(tx: Transaction, redirect: Redirect): Transaction {
  return {
    actor: tx.actor,
    database: tx.database,
    async query<Row>(sql: Statement, parameters?: readonly unknown[]): Promise<Row[]> {
      const text = redirect(typeof sql === 'string' ? sql : sql.text);
      if (text === undefined) return [];
      return tx.query<Row>(
        typeof sql === 'string' ? text : { name: `next-${sql.name}`, text },
        parameters,
      );
    },
    nested: (work) => tx.nested(work),
    onCommit: () => {},
  };
}

/** The statement for the shadows; undefined for one that has no business there. @throws TypeError */
export type Redirect = (text: string) => string | undefined;

export function redirectTo({ tables, leftAlone }: ShadowTables): Redirect {
  const known = new Map<string, string | undefined>();
  const names = tables.map((table) => table.replace('.', '"?\\."?')).join('|');
  const pattern =
    tables.length === 0 ? undefined : new RegExp(`(?<![\\w.])"?(?:${names})(?!\\w)`, 'g');
  const redirect = (text: string): string | undefined => {
    if (APPENDS.test(text)) throw new TypeError('A rebuild records no facts');
    if (LOCKS.test(text)) return undefined;
    const written = [...text.matchAll(WRITES)].map(([, schema, name]) => `${schema}.${name}`);
    const others = written.filter((table) => !tables.includes(table));
    if (others.length > 0 && written.every((table) => leftAlone.includes(table))) return undefined;
    if (others.length > 0) {
      throw new TypeError(
        `${others[0]} is written but neither declared in tables nor in handsDown`,
      );
    }
    if (pattern === undefined) return text;
    return text.replace(pattern, (found) => shadowOf(found.replaceAll('"', '')));
  };
  return (text) => {
    if (known.has(text)) return known.get(text);
    if (known.size >= CACHE_MAX) known.clear();
    const redirected = redirect(text);
    known.set(text, redirected);
    return redirected;
  };
}
