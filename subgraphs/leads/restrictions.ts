import { hasRole } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import type { Context } from '#kernel/events';
import type { Lead } from './lead.ts';

/** Those of these people who are restricted. */
export async function restrictedAmong(
  tx: Transaction,
  subjectIds: readonly string[],
): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    'select subject_id as id from leads.restriction where subject_id = any ($1::uuid[])',
    [subjectIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** The lead as it may be used: nobody who is restricted can be reached. */
export function withoutRestricted(lead: Lead, restricted: ReadonlySet<string>): Lead {
  return {
    ...lead,
    emailConsent: lead.emailConsent && !restricted.has(lead.leadId),
    contacts: lead.contacts.filter(({ contactId }) => !restricted.has(contactId)),
  };
}

/** Whether a person's data are hidden from the caller because they are restricted. */
export async function isHidden(context: Context, subjectId: string): Promise<boolean> {
  if (hasRole(context.actor, 'admin', 'auditor')) return false;
  return isRestricted(context, subjectId);
}

export function isRestricted(context: Context, subjectId: string): Promise<boolean> {
  return context
    .loader<string, boolean>('leads.restriction', async (ids) => {
      const found = await context.database.transaction(
        context.actor,
        (tx) => restrictedAmong(tx, ids),
        { readOnly: true },
      );
      return ids.map((id) => found.has(id));
    })
    .load(subjectId);
}
