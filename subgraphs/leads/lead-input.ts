import type { setContact } from './contact.ts';
import type { LeadContactInput } from './schema.generated.ts';

/** From what the graph takes to what decisions take. */

/** Flags and roles cannot be cleared, texts can. */
export function contactInput(contactId: string, contact: LeadContactInput) {
  const { isPrimary, isActive, isDecisionMaker, emailConsent, ...texts } = contact;
  const flags = withoutNulls({ isPrimary, isActive, isDecisionMaker, emailConsent });
  return { contactId, ...texts, ...flags } as Parameters<typeof setContact>[1];
}

const CLEARABLE = new Set([
  'email',
  'phone',
  'website',
  'street',
  'postalCode',
  'painNotes',
  'competitorInUse',
  'internalChampionName',
  'businessType',
  'kitchenSize',
  'employeeCount',
  'estimatedVolume',
  'dealSize',
]);

/** Null clears what may be unknown; elsewhere it means: not given. */
export function withoutNulls<Input extends object>(input: Input): Partial<Input> {
  const entries = Object.entries(input).filter(
    ([field, value]) => value !== undefined && (value !== null || CLEARABLE.has(field)),
  );
  return Object.fromEntries(entries) as Partial<Input>;
}
