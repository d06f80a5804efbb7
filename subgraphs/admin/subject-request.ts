/** A request to erase somebody: one administrator asks, another one approves, then time passes. */
import { Refusal } from '#kernel/access';
import type { Aggregate } from '#kernel/events';
import { adminEvents, type ApprovalChanged, type SubjectRequestChanged } from './events.ts';

export type RequestEvent = SubjectRequestChanged | ApprovalChanged;

export interface SubjectRequest {
  readonly requestId: string;
  readonly subjectId: string;
  readonly status: SubjectRequestChanged['data']['status'] | null;
  readonly approval: ApprovalChanged['data']['status'] | null;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly executeAt: string | null;
}

interface Moment {
  readonly by: string;
  readonly at: Date;
}

/** How long an approved erasure can still be stopped (TIER1). */
const DELAY_MS = 30 * 60_000;
/** After which nobody's silence is no approval any more. */
export const EXPIRES_MS = 7 * 24 * 60 * 60_000;

export const subjectRequestAggregate: Aggregate<SubjectRequest, RequestEvent> = {
  type: 'subject_request',
  events: adminEvents,
  initial: {
    requestId: '',
    subjectId: '',
    status: null,
    approval: null,
    requestedBy: '',
    requestedAt: '',
    executeAt: null,
  },
  evolve(request, { type, data, actor }) {
    if (type === 'admin.approval.changed') {
      return { ...request, approval: data.status, executeAt: data.executeAt ?? request.executeAt };
    }
    const { requestId, subjectId, status, at } = data;
    const began = request.status === null ? { requestedBy: actor, requestedAt: at } : {};
    return { ...request, ...began, requestId, subjectId, status };
  },
  territoryOf: () => null,
  ownerOf: ({ requestedBy }) => requestedBy,
};

export function open(requestId: string, subjectId: string, { at }: Moment): RequestEvent[] {
  const request = { ...subjectRequestAggregate.initial, requestId, subjectId };
  return [changed(request, 'QUEUED', at), decided(request, 'PENDING', at)];
}

/** @throws Refusal `APPROVER_IS_REQUESTER`, `CONFLICT` */
export function approve(request: SubjectRequest, { by, at }: Moment): RequestEvent[] {
  requirePending(request, at);
  requireOther(request, by);
  const executeAt = new Date(at.getTime() + DELAY_MS).toISOString();
  return [decided(request, 'SCHEDULED', at, { executeAt })];
}

/** @throws Refusal `APPROVER_IS_REQUESTER`, `CONFLICT` */
export function reject(request: SubjectRequest, { by, at }: Moment): RequestEvent[] {
  requirePending(request, at);
  requireOther(request, by);
  return [decided(request, 'REJECTED', at), changed(request, 'CANCELLED', at)];
}

/** As long as nothing was done, by whoever may ask. @throws Refusal `CONFLICT` */
export function cancel(request: SubjectRequest, { at }: Moment): RequestEvent[] {
  if (request.status !== 'QUEUED') throw conflict();
  return [decided(request, 'CANCELLED', at), changed(request, 'CANCELLED', at)];
}

/** Nothing where nobody's time is over. */
export function expire(request: SubjectRequest, at: Date): RequestEvent[] {
  if (request.approval !== 'PENDING' || !isExpired(request, at)) return [];
  return [decided(request, 'EXPIRED', at), changed(request, 'CANCELLED', at)];
}

export function isDue({ approval, status, executeAt }: SubjectRequest, at: Date): boolean {
  if (approval !== 'SCHEDULED' || status !== 'QUEUED' || executeAt === null) return false;
  return new Date(executeAt) <= at;
}

export function execute(request: SubjectRequest, erasureId: string, at: Date): RequestEvent[] {
  return [decided(request, 'EXECUTED', at), changed(request, 'PROCESSING', at, { erasureId })];
}

/** What stands against the erasure is told by its code. */
export function fail(request: SubjectRequest, failure: string, at: Date): RequestEvent[] {
  return [
    decided(request, 'EXECUTED', at),
    changed(request, 'PROCESSING', at),
    changed(request, 'FAILED', at, { failure }),
  ];
}

export function finish(request: SubjectRequest, at: Date): RequestEvent[] {
  return request.status === 'PROCESSING' ? [changed(request, 'DONE', at)] : [];
}

function requirePending(request: SubjectRequest, at: Date): void {
  if (request.approval !== 'PENDING' || isExpired(request, at)) throw conflict();
}

function requireOther({ requestedBy }: SubjectRequest, by: string): void {
  if (requestedBy !== by) return;
  throw new Refusal(
    'APPROVER_IS_REQUESTER',
    'Wer den Antrag gestellt hat, darf nicht selbst darüber entscheiden.',
    'id',
  );
}

function isExpired({ requestedAt }: SubjectRequest, at: Date): boolean {
  return at.getTime() >= new Date(requestedAt).getTime() + EXPIRES_MS;
}

function conflict(): Refusal {
  return new Refusal('CONFLICT', 'Über diesen Antrag ist bereits entschieden.', 'id');
}

function changed(
  { requestId, subjectId }: SubjectRequest,
  status: SubjectRequestChanged['data']['status'],
  at: Date,
  more: Partial<Pick<SubjectRequestChanged['data'], 'erasureId' | 'failure'>> = {},
): SubjectRequestChanged {
  const data = { requestId, subjectId, kind: 'DELETE' as const, status, at: at.toISOString() };
  return { type: 'admin.subject_request.changed', data: { ...data, ...more } };
}

function decided(
  { requestId }: SubjectRequest,
  status: ApprovalChanged['data']['status'],
  at: Date,
  more: Partial<Pick<ApprovalChanged['data'], 'executeAt'>> = {},
): ApprovalChanged {
  const data = { requestId, status, at: at.toISOString(), ...more };
  return { type: 'admin.approval.changed', data };
}
