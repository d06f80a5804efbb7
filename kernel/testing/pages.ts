import type { Statement, Transaction } from '#kernel/database';

interface Plan {
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
}

/**
 * Pages of the database that the statements of some work touch, asked and planned as in its transaction,
 * and the rows they answer. Each is run twice: what it changes is changed by the first time.
 */
export async function pagesTouched(
  tx: Transaction,
  work: (tx: Transaction) => Promise<unknown>,
): Promise<{ pages: number; rows: number }> {
  const touched = { pages: 0, rows: 0 };
  await work({
    ...tx,
    async query<Row>(sql: Statement, values?: readonly unknown[]) {
      const [row] = await tx.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, buffers, format json) ${typeof sql === 'string' ? sql : sql.text}`,
        values,
      );
      const plan = row?.['QUERY PLAN'][0].Plan;
      if (plan === undefined) throw new Error('There is no plan');
      touched.pages += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
      const rows = await tx.query<Row>(sql, values);
      touched.rows += rows.length;
      return rows;
    },
  });
  return touched;
}
