import type { Transaction } from '#kernel/database';

/** Who holds which territory, as far as the caller may know: rows of his own territories. */

export async function territoriesHeldBy(tx: Transaction, userId: string): Promise<string[]> {
  const rows = await tx.query<{ territory: string }>(
    'select territory from leads.territory_holder where user_id = $1',
    [userId],
  );
  return rows.map((row) => row.territory);
}

export async function usersHolding(
  tx: Transaction,
  territory: string,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ user_id: string }>(
    'select user_id from leads.territory_holder where territory = $1 and user_id = any ($2)',
    [territory, userIds],
  );
  return new Set(rows.map((row) => row.user_id));
}
