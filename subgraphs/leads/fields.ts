import { z } from 'zod';
import { classified } from '#kernel/events';
import * as values from './vocabulary.ts';

/** Fields that several facts share. */

export const id = z.guid();
export const timestamp = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
/** Decimal amount and currency, never a float: `1250.00 EUR`. */
export const money = z.string().regex(/^\d{1,13}(\.\d{1,2})? (EUR|CHF)$/);
export const text = (max: number) => z.string().max(max).nullable().optional();
/** Names a thing, never a person. */
export const label = (max: number) => classified('none', z.string().max(max));
export const count = z.number().int().min(0).max(10_000_000);
/** Null once the firm's own key was destroyed. */
export const companyName = z.string().max(200).nullable();

export const profile = {
  website: text(500),
  email: text(320),
  phone: text(40),
  street: text(200),
  postalCode: text(20),
  city: text(120),
  painNotes: text(4_000),
  competitorInUse: text(200),
  internalChampionName: text(200),
  hasEmail: z.boolean().optional(),
  hasPhone: z.boolean().optional(),
  hasChampion: z.boolean().optional(),
  businessType: z.enum(values.businessTypes).nullable().optional(),
  kitchenSize: z.enum(values.kitchenSizes).nullable().optional(),
  employeeCount: count.nullable().optional(),
  estimatedVolume: money.nullable().optional(),
  branchCount: count.optional(),
  isChain: z.boolean().optional(),
  budget: z.enum(values.budgets).optional(),
  dealSize: z.enum(values.dealSizes).nullable().optional(),
  pains: z.array(z.enum(values.pains)).max(8).readonly().optional(),
  urgency: z.enum(values.urgencies).optional(),
  relationshipStatus: z.enum(values.relationshipStatuses).optional(),
  decisionMakerAccess: z.enum(values.decisionMakerAccesses).optional(),
};
export const personalProfile = {
  website: 'leadId',
  email: 'leadId',
  phone: 'leadId',
  street: 'leadId',
  postalCode: 'leadId',
  city: 'leadId',
  painNotes: 'leadId',
  competitorInUse: 'leadId',
  internalChampionName: 'leadId',
} as const;

/** Which company it is and where, in clear in read models, for search and duplicates; the others are ciphertext there. */
export const companyFields = ['companyName', 'street', 'postalCode', 'city'] as const;
/** Field of a profile that read models keep as ciphertext. */
export type SealedField = Exclude<keyof typeof personalProfile, (typeof companyFields)[number]>;

export const person = {
  salutation: text(40),
  title: text(60),
  firstName: text(120),
  lastName: text(120),
  position: text(120),
  email: text(320),
  phone: text(40),
  mobile: text(40),
  birthday: z.iso.date().nullable().optional(),
  notes: text(4_000),
};
export const personFacts = {
  isDecisionMaker: z.boolean().optional(),
  decisionLevel: z.enum(values.decisionLevels).nullable().optional(),
  warmthScore: z.number().int().min(0).max(100).optional(),
};
export const personalPerson = {
  salutation: 'contactId',
  title: 'contactId',
  firstName: 'contactId',
  lastName: 'contactId',
  position: 'contactId',
  email: 'contactId',
  phone: 'contactId',
  mobile: 'contactId',
  birthday: 'contactId',
  notes: 'contactId',
} as const;

/** How a consent was revoked without a colleague; the wording is that of the page. */
export const consentOrigin = {
  origin: z.enum(['UNSUBSCRIBE_LINK', 'UNSUBSCRIBE_ONE_CLICK']).optional(),
  wording: label(20).optional(),
};

export const collaborator = z.object({
  userId: id,
  role: z.enum(values.assignmentRoles),
  level: z.enum(values.collaboratorLevels).nullable(),
  contactFocus: z.array(z.enum(values.contactFocuses)).max(3).readonly(),
});
export const terms = z.object({
  baseMonths: z.number().int().min(1).max(24),
  progressDays: z.number().int().min(7).max(120),
  graceDays: z.number().int().min(1).max(30),
  mode: z.enum(values.protectionModes),
});

/** The fields of `given` that the shape knows; nothing else may reach a fact unencrypted. */
export function known<Shape extends z.ZodRawShape>(
  shape: Shape,
  given: object,
): { [Key in keyof Shape]?: z.output<Shape[Key]> } {
  const entries = Object.entries(given).filter(
    ([field, value]) => field in shape && value !== undefined,
  );
  return Object.fromEntries(entries) as { [Key in keyof Shape]?: z.output<Shape[Key]> };
}
