import { systemActor } from '#kernel/access';
import type { AnyEvent, Projection, Recorded } from '#kernel/events';
import type { UnitOfWork } from '#kernel/database';

/**
 * What a projection leaves in its tables, empty before, after batches of facts, each in one go where it is more than one
 * fact and the projection knows how; undone again. Whatever the batches, the rows are to be the same.
 */
export async function rowsAfter(
  database: UnitOfWork,
  projection: Projection,
  batches: readonly (readonly Recorded<AnyEvent>[])[],
): Promise<Record<string, string[]>> {
  const rows: Record<string, string[]> = {};
  const undone = new Error('undone');
  const trying = database.transaction(systemActor('test', ['AT', 'CH', 'DE']), async (tx) => {
    for (const table of projection.tables) await tx.query(`delete from ${table}`);
    for (const batch of batches) {
      const isTogether = batch.length > 1 && projection.onMany !== undefined;
      if (isTogether) await projection.onMany?.(batch, tx);
      else for (const fact of batch) await projection.on[fact.type]?.(fact, tx);
    }
    for (const table of projection.tables) {
      const found = await tx.query<{ row: string }>(
        `select to_jsonb(t)::text as row from ${table} t order by 1`,
      );
      rows[table] = found.map(({ row }) => row);
    }
    throw undone;
  });
  await trying.catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return rows;
}
