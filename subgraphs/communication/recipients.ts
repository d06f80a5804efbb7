import type { Transaction } from '#kernel/database';
import { openKept, type Kept } from '#kernel/events';
import type { FailureReason, Recipient } from './events.ts';

/** A recipient as known at this moment. */
export interface Address {
  readonly id: string;
  readonly kind: Recipient['kind'];
  /** Null when there is none, or none any more. */
  readonly email: string | null;
  readonly hasConsent: boolean;
  /** His data are kept and not used (Art. 18 GDPR). */
  readonly isRestricted: boolean;
}

interface AddressRow {
  id: string;
  email: Kept;
  has_consent: boolean;
  is_restricted: boolean;
}

/** Where the recipients can be reached now, under the rights of whoever asks. */
export async function addressesOf(
  tx: Transaction,
  recipients: readonly Recipient[],
): Promise<Address[]> {
  const colleagues = recipients.filter(({ kind }) => kind === 'COLLEAGUE').map(({ id }) => id);
  const others = recipients.filter(({ kind }) => kind !== 'COLLEAGUE').map(({ id }) => id);
  const kept = await tx.query<AddressRow>(
    `select id, email, email_consent and is_active and not exists (
         select from communication.revocation v where v.recipient_id = r.id) as has_consent,
         exists (select from communication.restriction s where s.subject_id = r.id) as is_restricted
       from communication.recipient r where id = any ($1::uuid[])
     union all
     select user_id, email, not is_disabled, false
       from communication.colleague where user_id = any ($2::uuid[])`,
    [others, colleagues],
  );
  const rows = await openKept(tx, kept);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return recipients.map(({ id, kind }) => {
    const row = byId.get(id);
    const { email = null, has_consent: hasConsent = false } = row ?? {};
    return { id, kind, email, hasConsent, isRestricted: row?.is_restricted ?? false };
  });
}

/** Why the address may not or cannot be written to; undefined when it may. Colleagues give no consent. */
export function hindrance(address: Address, isBlocked: boolean): FailureReason | undefined {
  if (address.isRestricted || (address.kind !== 'COLLEAGUE' && isBlocked)) return 'BLOCKED';
  if (address.email === null) return 'NO_ADDRESS';
  return address.hasConsent ? undefined : 'NO_CONSENT';
}
