import { z } from 'zod';
import { classified, defineEvents, type EventOf } from '#kernel/events';

/** Names a thing, never a person. */
const label = (max: number) => classified('none', z.string().max(max));
const operationId = z.guid();
const consumer = label(100);
const operation = <Shape extends z.ZodRawShape>(shape: Shape) => ({
  version: 1,
  aggregate: 'backbone_operation',
  data: z.object({ operationId, ...shape }),
});

const timestamp = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
const territories = z.array(z.enum(['DE', 'AT', 'CH'])).max(3);

/** What admin announces. Names and addresses of people are ciphertext under the person's key. */
export const adminEvents = defineEvents({
  module: 'admin',
  facts: {
    'admin.user.registered': {
      version: 1,
      aggregate: 'user',
      data: z.object({
        userId: z.uuid(),
        /** In clear, for signing in and for the trail of what was done: no place for more than that. */
        login: label(100),
        name: z.string().max(200),
        email: z.string().max(320),
        roles: z.array(label(20)).max(5),
      }),
      personal: { name: 'userId', email: 'userId' },
    },
    'admin.user.territories_changed': {
      version: 1,
      aggregate: 'user',
      data: z.object({ userId: z.uuid(), territories }),
    },
    'admin.user.disabled': {
      version: 1,
      aggregate: 'user',
      data: z.object({ userId: z.uuid() }),
    },

    /** The gateway turned somebody away: at once, then as a count of the repeats of a minute. */
    'admin.access.denied': {
      version: 1,
      aggregate: 'access_denial',
      data: z.object({
        denialId: z.guid(),
        operation: label(100),
        count: z.number().int().min(1),
        roles: z.array(label(20)).max(5),
        clientId: label(100).optional(),
        firstAt: timestamp,
        lastAt: timestamp,
      }),
    },

    'admin.consumer.paused': operation({ consumer }),
    'admin.consumer.resumed': operation({ consumer }),
    'admin.consumer.split': operation({ consumer, shards: z.number().int().min(1).max(8) }),
    'admin.projection.rebuild_requested': operation({
      projection: label(100),
      isDryRun: z.boolean(),
      upTo: z
        .object({
          time: z.iso.datetime().optional(),
          positions: z.record(label(40), z.number().int().min(0)).optional(),
        })
        .optional(),
    }),
    'admin.projection.rebuild_cancelled': operation({ jobId: z.guid() }),
    /** Without facts: all that are parked, or those whose error holds a text that stays out of the log. */
    'admin.dead_letters.retry_requested': operation({
      consumer,
      eventIds: z.array(z.guid()).max(1_000).readonly().optional(),
    }),
    'admin.dead_letters.retried': operation({
      consumer,
      resolved: z.number().int().min(0),
      failedAggregateIds: z.array(z.guid()).max(1_000).readonly(),
    }),
    'admin.dead_letter.discarded': operation({ consumer, eventId: z.guid() }),

    /** Logs restored from another cluster were taken over. */
    'admin.log.rebased': operation({ logged: z.number().int().min(0) }),
    'admin.log.archived': operation({
      segments: z.array(label(100)).max(1_000).readonly(),
    }),

    /**
     * The keys of these people are destroyed: what was encrypted about them is unreadable, and
     * everybody clears what he holds beside it. `kind` says where they were recorded.
     */
    'admin.subject.erased': operation({
      subjectIds: z.array(z.guid()).min(1).max(200).readonly(),
      kind: z.enum(['LEAD', 'CONTACT', 'USER']),
      at: timestamp,
    }),
    /** Somebody asked for an erasure; what became of it. */
    'admin.subject_request.changed': {
      version: 1,
      aggregate: 'subject_request',
      data: z.object({
        requestId: z.guid(),
        subjectId: z.guid(),
        kind: z.enum(['EXPORT', 'DELETE']),
        status: z.enum(['QUEUED', 'PROCESSING', 'DONE', 'FAILED', 'CANCELLED']),
        erasureId: z.guid().optional(),
        /** Code of what stood against it. */
        failure: label(60).optional(),
        at: timestamp,
      }),
    },
    /** What a second person said to it. */
    'admin.approval.changed': {
      version: 1,
      aggregate: 'subject_request',
      data: z.object({
        requestId: z.guid(),
        status: z.enum(['PENDING', 'SCHEDULED', 'EXECUTED', 'REJECTED', 'CANCELLED', 'EXPIRED']),
        executeAt: timestamp.optional(),
        at: timestamp,
      }),
    },
    /** From now on a journal outside the database, under this name, remembers who was erased. */
    'admin.erasure_journal.begun': operation({ journalId: z.guid(), at: timestamp }),
    /** A legal hold: nothing of the person may be erased until it is lifted. */
    'admin.subject.held': operation({ subjectId: z.guid(), at: timestamp }),
    /** His data are kept and not used (Art. 18 GDPR), until that is lifted. */
    'admin.subject.restricted': operation({ subjectId: z.guid(), at: timestamp }),
    'admin.subject.unrestricted': operation({ subjectId: z.guid(), at: timestamp }),
    /** His data were handed out, to him or to whom he asked. */
    'admin.subject.exported': operation({ subjectId: z.guid(), at: timestamp }),
    'admin.subject.released': operation({ subjectId: z.guid(), at: timestamp }),
  },
});

export type AdminEvent = EventOf<typeof adminEvents>;
export type UserEvent = Extract<AdminEvent, { type: `admin.user.${string}` }>;
export type AccessDenied = EventOf<typeof adminEvents, 'admin.access.denied'>;
export type SubjectRequestChanged = EventOf<typeof adminEvents, 'admin.subject_request.changed'>;
export type ApprovalChanged = EventOf<typeof adminEvents, 'admin.approval.changed'>;
export type OperationEvent = Exclude<
  AdminEvent,
  UserEvent | AccessDenied | SubjectRequestChanged | ApprovalChanged
>;
export type DeadLettersRetried = EventOf<typeof adminEvents, 'admin.dead_letters.retried'>;
export type UserRegistered = EventOf<typeof adminEvents, 'admin.user.registered'>;
export type UserTerritoriesChanged = EventOf<typeof adminEvents, 'admin.user.territories_changed'>;
export type UserDisabled = EventOf<typeof adminEvents, 'admin.user.disabled'>;
export type SubjectErased = EventOf<typeof adminEvents, 'admin.subject.erased'>;
export type SubjectHeld = EventOf<typeof adminEvents, 'admin.subject.held'>;
export type SubjectRestricted = EventOf<typeof adminEvents, 'admin.subject.restricted'>;
export type SubjectUnrestricted = EventOf<typeof adminEvents, 'admin.subject.unrestricted'>;
export type SubjectReleased = EventOf<typeof adminEvents, 'admin.subject.released'>;
