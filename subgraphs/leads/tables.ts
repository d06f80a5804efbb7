import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Kept } from '#kernel/events';
import type { LeadContactChanged, LeadRegistered } from './events.ts';
import type { personalPerson, SealedField } from './fields.ts';
import type { Lead } from './lead.ts';

/** Texts of a lead that people read and nothing decides on. */
export type LeadDetail = {
  [Field in Exclude<keyof LeadRegistered['data'], 'leadId'>]?:
    | (Field extends SealedField ? Kept : LeadRegistered['data'][Field])
    | undefined;
} & {
  /** Finds the address, and stands where it was once the lead was pseudonymised. */
  emailHash?: string | null;
  /** Finds the telephone number. */
  phoneHash?: string | null;
  /** Why the clock was stopped, one per hold and in their order. */
  holdReasons?: Kept[];
  /** User id → since when he works along. */
  assignedSince?: Record<string, string>;
};

/** A contact as people see it. */
export type LeadPerson = {
  [Field in keyof LeadContactChanged['data']]: Field extends keyof typeof personalPerson
    ? Kept | undefined
    : LeadContactChanged['data'][Field];
} & {
  /** Stands where the address was once the lead was pseudonymised. */
  emailHash?: string | null;
};

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
    collaboratorIds: p.array().$type<string[]>(),
    partnerOrgId: p.uuid().nullable(),
    registeredBy: p.uuid(),
    registeredAt: p.datetime(),
    status: p.string(),
    stage: p.string(),
    companyName: p.string(),
    city: p.string(),
    companyNormalized: p.string(),
    emailIndex: p.string().nullable(),
    phoneIndex: p.string().nullable(),
    postalCode: p.string().nullable(),
    isCanonical: p.boolean(),
    season: p.string().nullable(),
    isOffSeason: p.boolean().persist(false),
    searchText: p.string().persist(false),
    protection: p.string(),
    progressUntil: p.datetime().nullable(),
    validUntil: p.datetime().nullable(),
    isReminded: p.boolean(),
    nextProtectionAt: p.datetime().nullable(),
    pendingFollowUpAt: p.datetime().nullable(),
    preClaimUntil: p.datetime().nullable(),
    state: p.json().$type<Lead>(),
    detail: p.json().$type<LeadDetail>(),
    people: p.json().$type<Record<string, LeadPerson>>(),
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
    dueAt: p.datetime().nullable(),
    dueRunAt: p.datetime().nullable(),
    processedAt: p.datetime().nullable(),
    territory: p.string(),
    ownerId: p.uuid().nullable(),
    collaboratorIds: p.array().$type<string[]>(),
    partnerOrgId: p.uuid().nullable(),
  },
});
export type FollowUpRow = InferEntity<typeof FollowUpTable>;

/** What people have to look at, done or lapsed included. */
export const TaskTable = defineEntity({
  name: 'LeadTask',
  schema: 'leads',
  tableName: 'task',
  properties: {
    id: p.uuid().primary(),
    leadId: p.uuid(),
    kind: p.string(),
    receivers: p.array().$type<string[]>(),
    status: p.string(),
    createdAt: p.datetime(),
    dueAt: p.datetime().nullable(),
    raisedBy: p.uuid().nullable(),
    /** Ciphertext as in the fact that gave it; a text in rows of before. */
    reason: p.json().$type<object | string>().nullable(),
    reasonFactId: p.uuid().nullable(),
    completedAt: p.datetime().nullable(),
    completedBy: p.uuid().nullable(),
    territory: p.string(),
    ownerId: p.uuid().nullable(),
  },
});
export type TaskRow = InferEntity<typeof TaskTable>;

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
