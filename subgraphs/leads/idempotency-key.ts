import { createHash } from 'node:crypto';
import { isCanonical, type Timestamp } from './calendar.ts';
import type { FollowUpType, LeadStatus } from './vocabulary.ts';

/**
 * UUID version 3 over the bytes of the name alone. There is no namespace in front, so the common
 * v3 and v5 helpers give other values.
 */
export function nameUuid(name: string): string {
  const bytes = createHash('md5').update(name, 'utf8').digest();
  bytes[6] = (bytes[6]! & 0x0f) | 0x30;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join('-');
}

/** The same for every attempt of one run, because `dueRunAt` is the nominal instant of the run. */
export function followUpKey(
  followUp:
    | { leadId: string; followUpType: FollowUpType; dueRunAt: Timestamp }
    | { followUpType: 'BATCH'; dueRunAt: Timestamp },
): string {
  const subject = 'leadId' in followUp ? followUp.leadId : 'BATCH';
  return nameUuid(`${subject}|${followUp.followUpType}|${exact(followUp.dueRunAt)}`);
}

export function statusChangeKey(change: {
  leadId: string;
  oldStatus: LeadStatus;
  newStatus: LeadStatus;
  changedAt: Timestamp;
}): string {
  const { leadId, oldStatus, newStatus, changedAt } = change;
  return nameUuid(`${leadId}|${oldStatus}|${newStatus}|${exact(changedAt)}`);
}

/** A second spelling of the same instant would be a second key, hence a second effect. */
function exact(timestamp: Timestamp): Timestamp {
  if (!isCanonical(timestamp)) throw new RangeError(`not a canonical timestamp: ${timestamp}`);
  return timestamp;
}
