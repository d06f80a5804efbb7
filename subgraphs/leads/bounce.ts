/** What comes back to us closes the way to a lead: until its address is corrected, or for a week. */
import { plusDays } from './calendar.ts';
import type { LeadContactBlocked, LeadContactBounced } from './events.ts';
import type { Lead } from './lead.ts';
import type { Stamp } from './requirements.ts';

const SOFT_BOUNCES_MAX = 3;
const SOFT_BLOCK_DAYS = 7;

type At = Pick<Stamp, 'at'>;

/** A hard bounce blocks at once, the third soft one for seven days; a hard one outlasts a soft block. */
export function recordBounce(
  lead: Lead,
  { messageId, kind }: { messageId: string; kind: 'HARD' | 'SOFT' },
  { at }: At,
): (LeadContactBounced | LeadContactBlocked)[] {
  const { leadId, status, isContactBlocked, blockedUntil } = lead;
  if (status === null || status === 'DELETED') return [];
  const softBounces = lead.softBounces + (kind === 'SOFT' ? 1 : 0);
  const bounced: LeadContactBounced = {
    type: 'lead.contact.bounced',
    data: { leadId, messageId, kind, softBounces, at },
  };
  const until = kind === 'HARD' ? null : plusDays(at, SOFT_BLOCK_DAYS);
  const isMore = kind === 'HARD' ? blockedUntil !== null : false;
  const isDue = kind === 'HARD' || softBounces >= SOFT_BOUNCES_MAX;
  if (!isDue || (isContactBlocked && !isMore)) return [bounced];
  return [bounced, { type: 'lead.contact.blocked', data: { leadId, isBlocked: true, until, at } }];
}

/** Whoever corrects an address lets it be tried; should it come back too, the lead is blocked again. */
export function liftBlock(lead: Lead, { at }: At): LeadContactBlocked[] {
  const { leadId, isContactBlocked } = lead;
  if (!isContactBlocked) return [];
  return [{ type: 'lead.contact.blocked', data: { leadId, isBlocked: false, at } }];
}

/** A soft block whose days are over ends; soft bounces are counted anew. */
export function endBlock(lead: Lead, { at }: At): LeadContactBlocked[] {
  const { leadId, isContactBlocked, blockedUntil } = lead;
  if (!isContactBlocked || blockedUntil === null || blockedUntil > at) return [];
  return [{ type: 'lead.contact.blocked', data: { leadId, isBlocked: false, at } }];
}
