import { z } from 'zod';
import { classified, defineEvents, type EventOf } from '#kernel/events';
import { humanKinds, systemKinds } from './evidence.ts';

const id = z.guid();
const timestamp = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
/** Names a thing, never a person. */
const label = (max: number) => classified('none', z.string().max(max));
const kind = z.enum([...humanKinds, ...systemKinds]);

const outcome = z.enum([
  'SUCCESSFUL',
  'UNSUCCESSFUL',
  'NO_ANSWER',
  'CALLBACK_REQUESTED',
  'INFO_SENT',
  'QUALIFIED',
  'DISQUALIFIED',
]);

/** Text of at most 10,000 characters, sealed under the key of what it was written about. */
const note = z.string().max(10_000).nullable();

/** What activities announce. */
export const activityEvents = defineEvents({
  module: 'activities',
  facts: {
    'activity.logged': {
      version: 1,
      aggregate: 'activity',
      data: z.object({
        activityId: id,
        entityType: z.literal('LEAD'),
        entityId: id,
        leadId: id.optional(),
        contactId: id.optional(),
        territory: z.enum(['DE', 'AT', 'CH']),
        kind,
        at: timestamp,
        createdBy: id,
        outcome: outcome.optional(),
        note: note.optional(),
        category: z.enum(['GENERAL', 'COMMERCIAL', 'PRODUCT']),
        visibility: z.enum(['OWNER_ONLY', 'COLLABORATORS', 'ACCOUNT_TEAM', 'ORG_READ']),
        isEvidenced: z.boolean(),
        /** Moves a registered lead on, evidence or not. */
        isMeaningful: z.boolean().optional(),
      }),
      personal: { note: 'entityId' },
    },
    /** Evidenced activities only: what renews a lead's protection. */
    'activity.created': {
      version: 1,
      aggregate: 'activity',
      data: z.object({ activityId: id, leadId: id, kind, at: timestamp, createdBy: id }),
    },
    /** What holds now; the note only when it was written anew. */
    'activity.corrected': {
      version: 1,
      aggregate: 'activity',
      data: z.object({
        activityId: id,
        entityId: id,
        kind,
        at: timestamp,
        outcome: outcome.nullable(),
        note: note.optional(),
      }),
      personal: { note: 'entityId' },
    },
    /** What happened in another context became a line of the timeline. Codes and ids only, no text. */
    'activity.timeline.extended': {
      version: 1,
      aggregate: 'timeline',
      data: z.object({
        entryId: id,
        entityId: id,
        category: z.enum(['interaction', 'transaction', 'system', 'integration']),
        kind: label(60),
        messageKey: label(80),
        arguments: z.record(label(40), z.union([label(60), z.number(), z.boolean()])),
        performedBy: id.nullable(),
        occurredAt: timestamp,
      }),
    },
  },
});

type Catalog = typeof activityEvents;
export type ActivityEvent = EventOf<Catalog>;
export type ActivityLogged = EventOf<Catalog, 'activity.logged'>;
export type ActivityCreated = EventOf<Catalog, 'activity.created'>;
export type ActivityCorrected = EventOf<Catalog, 'activity.corrected'>;
export type TimelineExtended = EventOf<Catalog, 'activity.timeline.extended'>;
