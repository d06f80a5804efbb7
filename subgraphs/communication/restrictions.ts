import type { Transaction } from '#kernel/database';

interface Restricted {
  readonly subjectId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** From now on nothing is written to the person although it could be. */
export async function restrict(tx: Transaction, { subjectId, at }: Restricted): Promise<void> {
  await tx.query(
    `insert into communication.restriction (subject_id, at) values ($1, $2)
     on conflict (subject_id) do nothing`,
    [subjectId, at],
  );
}

export async function unrestrict(tx: Transaction, { subjectId }: Restricted): Promise<void> {
  await tx.query('delete from communication.restriction where subject_id = $1', [subjectId]);
}
