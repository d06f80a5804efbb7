/** Notes about erased people go; that something happened stays. */
import type { Transaction } from '#kernel/database';
import { forgetSubject } from '#kernel/events';
import { forgetAnswers } from '#kernel/graphql';

export async function eraseSubjects(tx: Transaction, subjectIds: readonly string[]): Promise<void> {
  for (const subjectId of subjectIds) forgetSubject(tx, subjectId);
  const activities = await tx.query<{ id: string }>(
    'update activities.activity set note = null where lead_id = any ($1) returning id',
    [subjectIds],
  );
  await forgetAnswers(
    tx,
    'activities',
    activities.map(({ id }) => id),
  );
}
