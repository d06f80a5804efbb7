import { nameUuid } from './idempotency-key.ts';
import type { FollowUpType } from './vocabulary.ts';

/** A lead has one follow-up of a type for ever, so the id follows from both. */
export function followUpId(leadId: string, type: FollowUpType): string {
  return nameUuid(`${leadId}|${type}`);
}
