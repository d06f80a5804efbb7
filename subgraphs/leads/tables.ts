import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Lead } from './lead.ts';

/** The lead as its facts tell, beside the columns that lists, guards and timers look at. */
export const LeadTable = defineEntity({
  name: 'Lead',
  schema: 'leads',
  tableName: 'lead',
  properties: {
    id: p.uuid().primary(),
    version: p.integer(),
    territory: p.string(),
    ownerId: p.uuid().nullable(),
    collaboratorIds: p.array(),
    partnerOrgId: p.uuid().nullable(),
    registeredBy: p.uuid(),
    registeredAt: p.datetime(),
    status: p.string(),
    stage: p.string(),
    companyName: p.string(),
    city: p.string(),
    companyNormalized: p.string(),
    emailNormalized: p.string().nullable(),
    phoneE164: p.string().fieldName('phone_e164').nullable(),
    postalCode: p.string().nullable(),
    isCanonical: p.boolean(),
    season: p.string().nullable(),
    nextProtectionAt: p.datetime().nullable(),
    state: p.json().$type<Lead>(),
  },
});
export type LeadRow = InferEntity<typeof LeadTable>;

/** T3 and T7 of a lead, with the rights of the lead they hang on. */
export const FollowUpTable = defineEntity({
  name: 'FollowUp',
  schema: 'leads',
  tableName: 'follow_up',
  properties: {
    id: p.uuid().primary(),
    leadId: p.uuid(),
    type: p.string(),
    status: p.string(),
    dueAt: p.datetime(),
    dueRunAt: p.datetime().nullable(),
    processedAt: p.datetime().nullable(),
    outcome: p.string().nullable(),
    territory: p.string(),
    ownerId: p.uuid().nullable(),
    collaboratorIds: p.array(),
  },
});
export type FollowUpRow = InferEntity<typeof FollowUpTable>;

/** Who holds which territory, as admin announced it. */
export const TerritoryHolder = defineEntity({
  name: 'TerritoryHolder',
  schema: 'leads',
  tableName: 'territory_holder',
  properties: {
    userId: p.uuid().primary(),
    territory: p.string().primary(),
  },
});
