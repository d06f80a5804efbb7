import { Refusal } from '#kernel/access';
import type { Timestamp } from './calendar.ts';
import type { Lead } from './lead.ts';
import type { LeadStatus } from './vocabulary.ts';

/** Who records a decision and when. Both are passed in: decisions know no clock. */
export interface Stamp {
  readonly at: Timestamp;
  readonly by: string;
}

/** A lead that was registered and not deleted. */
export type Standing = Lead & { readonly status: Exclude<LeadStatus, 'DELETED'> };

const REASON_CHARACTERS_MIN = 10;

export function requireReason(reason: string, field = 'reason'): string {
  const text = reason.trim();
  if (text.length < REASON_CHARACTERS_MIN) {
    throw new Refusal('REASON_TOO_SHORT', 'Bitte mindestens 10 Zeichen angeben.', field);
  }
  return text;
}

export function requireStanding(lead: Lead): Standing {
  if (lead.status === null) throw new Refusal('NOT_FOUND', 'Nicht gefunden.');
  if (lead.status === 'DELETED') {
    throw new Refusal('ILLEGAL_TRANSITION', 'Dieser Lead ist gelöscht.');
  }
  return lead as Standing;
}

/** Not yet decided: neither won, lost, expired nor deleted. */
export function requireOpen(lead: Lead): Standing {
  const standing = requireStanding(lead);
  if (!isOpen(standing)) {
    throw new Refusal('ILLEGAL_TRANSITION', 'Dieser Lead ist nicht mehr offen.');
  }
  return standing;
}

export function isOpen(lead: Lead): boolean {
  const closed: readonly (LeadStatus | null)[] = [null, 'CONVERTED', 'LOST', 'EXPIRED', 'DELETED'];
  return !closed.includes(lead.status);
}

export function requireNotFuture(at: Timestamp, now: Timestamp, field: string): void {
  if (at > now) {
    throw new Refusal('BAD_USER_INPUT', 'Der Zeitpunkt darf nicht in der Zukunft liegen.', field);
  }
}

export function badInput(message: string, field: string): Refusal {
  return new Refusal('BAD_USER_INPUT', message, field);
}

export function requireEmail(email: string | null | undefined, field: string): void {
  const text = email?.trim() ?? '';
  if (text !== '' && !/^[^\s@]+@[^\s@]+$/.test(text)) {
    throw badInput('Die E-Mail-Adresse ist ungültig.', field);
  }
}
