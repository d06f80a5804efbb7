import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Kept } from '#kernel/events';
import type { Territory } from './schema.generated.ts';

/** People who can sign in. */
export const AppUser = defineEntity({
  name: 'AppUser',
  schema: 'admin',
  tableName: 'app_user',
  properties: {
    id: p.uuid().primary(),
    version: p.integer(),
    login: p.string(),
    /** Personal, sealed. */
    name: p.json().$type<Kept>().nullable(),
    /** Personal, sealed. */
    email: p.json().$type<Kept>().nullable(),
    roles: p.array(),
    isDisabled: p.boolean(),
  },
});
export type AppUserRow = InferEntity<typeof AppUser>;

/** Which territory counts for whom and when. */
export const UserTerritory = defineEntity({
  name: 'UserTerritory',
  schema: 'admin',
  tableName: 'user_territory',
  properties: {
    userId: p.uuid().primary(),
    territory: p.string().$type<Territory>().primary(),
    validFrom: p.datetime().primary(),
    validTo: p.datetime().nullable(),
    assignedBy: p.uuid(),
  },
});
export type UserTerritoryRow = InferEntity<typeof UserTerritory>;

/** What everybody did, collected from all contexts. */
export const AuditEntry = defineEntity({
  name: 'AuditEntry',
  schema: 'admin',
  tableName: 'audit_entry',
  properties: {
    id: p.uuid().primary(),
    at: p.datetime(),
    module: p.string(),
    position: p.bigint('number'),
    actorUserId: p.uuid(),
    action: p.string(),
    resourceType: p.string(),
    resourceId: p.uuid().nullable(),
    territory: p.string().$type<Territory>().nullable(),
    riskTier: p.string().nullable(),
    /** Ciphertext as in the fact; a text in rows of before. */
    reason: p.json().$type<object | string>().nullable(),
    before: p.json().nullable(),
    after: p.json().nullable(),
    correlationId: p.string(),
  },
});
export type AuditEntryRow = InferEntity<typeof AuditEntry>;
