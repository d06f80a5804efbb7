import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import { createTestDatabase, type TestDatabase } from '#kernel/testing';
import { finish, type Transaction } from './index.ts';

type Collect = (options?: { type: 'minor' }) => void;

const TRANSACTIONS = 300;
const ROWS = 100;
/** What its rows take up is twenty times as much. */
const KEPT_PER_TRANSACTION_MAX = 2_000;
const TEXT = `select n, md5(n::text) as a, md5(n::text || 'x') as b, '{"a": 1.5}'::jsonb as c
  from generate_series(1, ${ROWS}) n`;

const actor = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
let collect: Collect;
let db: TestDatabase;

beforeAll(async () => {
  setFlagsFromString('--expose-gc');
  collect = runInNewContext('gc') as Collect;
  db = await createTestDatabase({ modules: [] });
});
afterAll(() => db.close());

/** Bytes that the young generation's collector leaves of each. */
async function keptBy(work: (tx: Transaction) => Promise<unknown[]>): Promise<number> {
  const once = async (): Promise<void> => {
    const { length } = await db.database.transaction(actor, work);
    if (length !== ROWS) throw new Error(`${length} rows`);
  };
  for (let n = 0; n < TRANSACTIONS; n += 1) await once();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < TRANSACTIONS; n += 1) {
    await once();
    if (n % 20 === 0) collect({ type: 'minor' });
  }
  for (let n = 0; n < 3; n += 1) collect({ type: 'minor' });
  return (process.memoryUsage().heapUsed - before) / TRANSACTIONS;
}

test('what was read is garbage while it is young: with the first statement, another one, the last', async () => {
  const statement = { name: 'garbage', text: TEXT };
  const first = await keptBy((tx) => tx.query(statement));
  const another = await keptBy(async (tx) => {
    await tx.query('select');
    return tx.query(statement);
  });
  const last = await keptBy((tx) => finish(tx, statement));
  expect(Math.max(first, another, last), `${first}, ${another}, ${last}`).toBeLessThan(
    KEPT_PER_TRANSACTION_MAX,
  );
});
