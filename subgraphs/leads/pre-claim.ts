import { plusDays, type Timestamp } from './calendar.ts';
import type { LeadPreClaimOverdue } from './events.ts';
import type { Lead } from './lead.ts';
import { isOpen, type Stamp } from './requirements.ts';

const PRE_CLAIM_DAYS = 10;
const WARN_BELOW_DAYS = 3;

export interface PreClaim {
  readonly until: Timestamp;
  /** Whole days left, 0 when overdue. */
  readonly daysLeft: number;
  readonly isWarned: boolean;
  readonly isOverdue: boolean;
}

/** An open lead with neither contact person nor first contact. */
export function isPreClaim(lead: Lead): boolean {
  return isOpen(lead) && lead.firstContactDocumentedAt === null && lead.contacts.length === 0;
}

/** Null once what was missing is there. */
export function preClaimOf(lead: Lead, now: Timestamp): PreClaim | null {
  if (!isPreClaim(lead)) return null;
  const until = preClaimUntil(lead);
  const isOverdue = now > until;
  let daysLeft = 0;
  while (plusDays(now, daysLeft + 1) <= until) daysLeft += 1;
  return { until, daysLeft, isWarned: plusDays(now, WARN_BELOW_DAYS) > until, isOverdue };
}

/** End of the ten days. */
export function preClaimUntil({ registeredAt }: Pick<Lead, 'registeredAt'>): Timestamp {
  return plusDays(registeredAt, PRE_CLAIM_DAYS);
}

/** Told once; the lead stays protected and the manager decides. */
export function flagPreClaim(lead: Lead, { at }: Pick<Stamp, 'at'>): LeadPreClaimOverdue[] {
  if (lead.isPreClaimOverdue || preClaimOf(lead, at)?.isOverdue !== true) return [];
  return [{ type: 'lead.preclaim.overdue', data: { leadId: lead.leadId, at } }];
}
