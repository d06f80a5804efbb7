import { GraphQLError } from 'graphql';

export const PAGE_SIZE_MAX = 100;

export interface PageArguments {
  first: number;
  after?: string | null | undefined;
}

export interface Page<Row> {
  edges: { cursor: string; node: Row }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

export type CursorKey = string | number | null;

/** Rows to ask the database for: one more than the page, to know whether another follows. */
export function pageLimit(page: PageArguments): number {
  if (!Number.isInteger(page.first) || page.first < 1 || page.first > PAGE_SIZE_MAX) {
    throw badInput(`first must be 1 to ${PAGE_SIZE_MAX}.`);
  }
  return page.first + 1;
}

/** The keys behind `after`, or undefined on the first page. @throws BAD_USER_INPUT for a cursor that is not ours. */
export function cursorKeys(page: PageArguments, length: number): CursorKey[] | undefined {
  if (page.after === undefined || page.after === null) return undefined;
  try {
    const keys: unknown = JSON.parse(Buffer.from(page.after, 'base64url').toString('utf8'));
    if (Array.isArray(keys) && keys.length === length && keys.every(isKey)) return keys;
  } catch {
    // Not JSON: answered below like every other foreign cursor.
  }
  throw badInput('after is not a cursor of this list.');
}

/** A Relay connection from rows fetched with `pageLimit`. */
export function toPage<Row>(
  rows: readonly Row[],
  page: PageArguments,
  keysOf: (row: Row) => CursorKey[],
): Page<Row> {
  const edges = rows.slice(0, page.first).map((node) => ({
    cursor: Buffer.from(JSON.stringify(keysOf(node))).toString('base64url'),
    node,
  }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > page.first,
      hasPreviousPage: page.after !== undefined && page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function isKey(key: unknown): key is CursorKey {
  return key === null || typeof key === 'string' || typeof key === 'number';
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
