/** Addresses, names and texts of erased people leave the copies; what still waits has nowhere to go. */
import type { Transaction } from '#kernel/database';
import { forgetSubject } from '#kernel/events';
import { forgetAnswers } from '#kernel/graphql';

export async function eraseSubjects(tx: Transaction, subjectIds: readonly string[]): Promise<void> {
  for (const subjectId of subjectIds) forgetSubject(tx, subjectId);
  await tx.query('update communication.recipient set email = null where id = any ($1)', [
    subjectIds,
  ]);
  await tx.query('update communication.colleague set email = null where user_id = any ($1)', [
    subjectIds,
  ]);
  await tx.query(
    'update communication.lead_access set company_name = null where lead_id = any ($1)',
    [subjectIds],
  );
  await tx.query('delete from communication.revocation where recipient_id = any ($1)', [
    subjectIds,
  ]);
  const messages = await tx.query<{ id: string }>(
    `update communication.message set subject = null, text = null
     where subject ->> 'sid' = any ($1) or text ->> 'sid' = any ($1) returning id`,
    [subjectIds],
  );
  await forgetAnswers(
    tx,
    'communication',
    messages.map(({ id }) => id),
  );
}
