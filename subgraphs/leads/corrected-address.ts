import type { Transaction } from '#kernel/database';
import { openKept, type Kept } from '#kernel/events';
import { liftBlock } from './bounce.ts';
import { normalizeEmail } from './duplicate.ts';
import type { LeadContactBlocked } from './events.ts';
import type { Lead } from './lead.ts';
import type { Stamp } from './requirements.ts';

interface Entered {
  /** Of a contact; null for the lead's own address. */
  readonly contactId: string | null;
  /** Undefined: stays as it is. */
  readonly email: string | null | undefined;
}

/** A block ends where an address that was known is replaced by another one; what is merely added ends none. */
export async function correctedAddress(
  tx: Transaction,
  lead: Lead,
  { contactId, email }: Entered,
  stamp: Stamp,
): Promise<LeadContactBlocked[]> {
  if (!lead.isContactBlocked || email === undefined) return [];
  const [row] = await tx.query<{ known: Kept }>(
    `select case when $2::text is null then detail else people -> $2 end -> 'email' as known
     from leads.lead where id = $1`,
    [lead.leadId, contactId],
  );
  const before = normalizeEmail((await openKept(tx, row?.known)) ?? '');
  return before === '' || before === normalizeEmail(email ?? '') ? [] : liftBlock(lead, stamp);
}
