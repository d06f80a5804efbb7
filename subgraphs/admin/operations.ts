import { Refusal, notFound, requireScope } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import {
  VersionConflict,
  append,
  load,
  type BackboneOperations,
  type Context,
  type UpTo,
} from '#kernel/events';
import { once, type ResolverContext } from '#kernel/graphql';
import type { OperationEvent } from './events.ts';
import { operationAggregate } from './operation.ts';
import { parsePlaces } from './places.ts';

const REASON_LENGTH_MIN = 10;
const EVENT_IDS_MAX = 1_000;
const RETENTION_DAYS_MIN = 30;
const REBASE_TIMEOUT_MS = 10 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** Somebody, or a job, that may run the backbone. */
export type Operator = Context & Pick<ResolverContext, 'backbone'>;

/** The backbone, for callers who may run it. @throws AccessDenied */
export function operate(context: Operator): BackboneOperations {
  requireScope(context.actor, 'events:operate');
  if (context.backbone === undefined) throw new Error('This process runs no backbone');
  return context.backbone;
}

interface Keyed {
  idempotencyKey?: string | null | undefined;
}

/** @throws Refusal `UNKNOWN_CONSUMER` */
export function setConsumer(
  context: ResolverContext,
  status: 'ACTIVE' | 'PAUSED',
  input: Keyed & { consumer: string; reason?: string | null | undefined },
): Promise<string> {
  const backbone = operate(context);
  const { consumer } = input;
  const isPause = status === 'PAUSED';
  const reason = reasonOf(input.reason, isPause);
  const act = {
    operation: isPause ? 'consumerPause' : 'consumerResume',
    riskTier: 'TIER2',
    reason,
  };
  return audited(context, { ...act, input }, async (tx, operationId) => {
    const type = isPause ? 'admin.consumer.paused' : 'admin.consumer.resumed';
    // What already is so is no act.
    if (!(await backbone.setStatus(tx, consumer, status))) return [];
    return [{ type, data: { operationId, consumer } }];
  });
}

/** @throws Refusal `UNKNOWN_CONSUMER`, `SHARDS_INVALID` */
export function splitConsumer(
  context: ResolverContext,
  input: Keyed & { consumer: string; shards: number; reason: string },
): Promise<string> {
  const backbone = operate(context);
  const { consumer, shards } = input;
  const act = { operation: 'consumerSplit', riskTier: 'TIER2', reason: reasonOf(input.reason) };
  return audited(context, { ...act, input }, async (tx, operationId) => {
    if (!(await backbone.split(tx, consumer, shards))) return [];
    return [{ type: 'admin.consumer.split', data: { operationId, consumer, shards } }];
  });
}

export interface RebuildInput extends Keyed {
  projection: string;
  isDryRun?: boolean;
  upToTime?: string | null | undefined;
  upToPosition?: string | null | undefined;
  reason: string;
}

/** Answers the job's id. @throws Refusal `UNKNOWN_PROJECTION`, `UP_TO_NEEDS_DRY_RUN`, `POSITION_INVALID` */
export function rebuildProjection(context: ResolverContext, input: RebuildInput): Promise<string> {
  const backbone = operate(context);
  const { projection, isDryRun = false } = input;
  const upTo = upToOf(backbone, input);
  const act = { operation: 'projectionRebuild', riskTier: 'TIER1', reason: reasonOf(input.reason) };
  return audited(context, { ...act, input }, async (tx, operationId) => {
    await backbone.requestReplay(tx, { id: operationId, projection, isDryRun, upTo });
    const data = { operationId, projection, isDryRun, ...(upTo === undefined ? {} : { upTo }) };
    return [{ type: 'admin.projection.rebuild_requested', data }];
  });
}

function upToOf(
  { catalogs }: BackboneOperations,
  { upToTime, upToPosition }: RebuildInput,
): UpTo | undefined {
  if (upToTime == null && upToPosition == null) return undefined;
  const positions = parsePlaces(upToPosition, { catalogs, field: 'upToPosition' });
  return {
    ...(upToTime == null ? {} : { time: new Date(upToTime).toISOString() }),
    ...(upToPosition == null ? {} : { positions }),
  };
}

export async function cancelRebuild(
  context: ResolverContext,
  input: Keyed & { id: string },
): Promise<string> {
  const backbone = operate(context);
  const jobId = uuid(input.id, 'id');
  const act = { operation: 'projectionRebuildCancel', riskTier: 'TIER3' };
  await audited(context, { ...act, input }, async (tx, operationId) => {
    if (!(await backbone.cancelReplay(tx, jobId))) throw notFound();
    return [{ type: 'admin.projection.rebuild_cancelled', data: { operationId, jobId } }];
  });
  return jobId;
}

export interface RetryInput extends Keyed {
  consumer: string;
  eventIds?: readonly string[] | null | undefined;
  error?: string | null | undefined;
  all?: boolean;
}

/**
 * The wish is on record before anything is handled, the outcome afterwards. A repetition with the same
 * key answers the recorded outcome; where a crash kept it from being recorded, what is left is handled.
 */
export async function retryDeadLetters(
  context: ResolverContext,
  input: RetryInput,
): Promise<{ resolved: number; failedAggregateIds: string[] }> {
  const backbone = operate(context);
  const { consumer } = input;
  const selection = selectionOf(input);
  const act = { operation: 'deadLetterRetry', riskTier: 'TIER2' };
  const operationId = await audited(context, { ...act, input }, async (tx, id) => {
    await backbone.deadLetters(tx, consumer, { limit: 1 });
    const { eventIds } = selection;
    const data = { operationId: id, consumer, ...(eventIds === undefined ? {} : { eventIds }) };
    return [{ type: 'admin.dead_letters.retry_requested', data }];
  });
  const recorded = await outcomeOf(context, operationId);
  if (recorded !== null) return recorded;
  const { resolved, failed } = await backbone.retry(consumer, {
    ...selection,
    by: context.actor.userId,
  });
  const outcome = { resolved, failedAggregateIds: [...new Set(failed)] };
  return record(context, operationId, { consumer, ...outcome });
}

export async function discardDeadLetter(
  context: ResolverContext,
  input: Keyed & { consumer: string; eventId: string; reason: string },
): Promise<string> {
  const backbone = operate(context);
  const { consumer } = input;
  const eventId = uuid(input.eventId, 'eventId');
  const reason = reasonOf(input.reason);
  const act = { operation: 'deadLetterDiscard', riskTier: 'TIER2', reason };
  await audited(context, { ...act, input }, async (tx, operationId) => {
    // The reason stays out of the dead letter: there it would lie in clear.
    const given = `operation ${operationId}`;
    if (!(await backbone.discard(tx, { consumer, eventId, reason: given }))) throw notFound();
    return [{ type: 'admin.dead_letter.discarded', data: { operationId, consumer, eventId } }];
  });
  return eventId;
}

/** Answers how many facts were logged. To be run while nothing else writes. */
export async function rebaseLogs(
  context: ResolverContext,
  input: Keyed & { reason: string },
): Promise<number> {
  const { keeping } = operate(context);
  const act = { operation: 'logRebase', riskTier: 'TIER1', reason: reasonOf(input.reason) };
  let logged = 0;
  await audited(
    context,
    { ...act, input, timeoutMs: REBASE_TIMEOUT_MS },
    async (tx, operationId) => {
      logged = await keeping.rebase(tx);
      return [{ type: 'admin.log.rebased', data: { operationId, logged } }];
    },
  );
  return logged;
}

/** Segments are verified before they leave, so what a crash kept off the record is archived all the same. */
export async function archiveLogs(
  context: ResolverContext,
  input: Keyed & { olderThanDays: number; reason: string },
): Promise<string[]> {
  const { keeping } = operate(context);
  const act = { operation: 'logArchive', riskTier: 'TIER2', reason: reasonOf(input.reason) };
  if (input.olderThanDays < RETENTION_DAYS_MIN) {
    throw badInput(`Bitte mindestens ${RETENTION_DAYS_MIN} Tage angeben.`, 'olderThanDays');
  }
  const before = new Date(context.clock.now().getTime() - input.olderThanDays * DAY_MS);
  const segments: string[] = [];
  for (const module of keeping.modules) {
    const archived = await keeping.archiveSegments(module, before);
    segments.push(...archived.map(({ segment }) => `${module}.${segment}`));
  }
  await audited(context, { ...act, input }, async (_, operationId) => [
    { type: 'admin.log.archived', data: { operationId, segments } },
  ]);
  return segments;
}

interface Act {
  readonly operation: string;
  readonly riskTier: string;
  readonly reason?: string | undefined;
  readonly input: Keyed;
  /** For work that takes longer than a request may. */
  readonly timeoutMs?: number;
}

/** Does something to the backbone and puts on record who did it and why, in one transaction. */
export async function audited(
  context: Context,
  { operation, riskTier, reason, input, timeoutMs }: Act,
  work: (tx: Transaction, operationId: string) => Promise<OperationEvent[]>,
): Promise<string> {
  const key = { module: 'admin', operation, key: input.idempotencyKey, clock: context.clock };
  const limits =
    timeoutMs === undefined
      ? {}
      : { statementTimeoutMs: timeoutMs, transactionTimeoutMs: timeoutMs };
  const act = (tx: Transaction): Promise<{ operationId: string }> =>
    once(tx, { ...key, input }, async () => {
      const id = context.newId();
      const events = await work(tx, id);
      const audit = { action: operation, riskTier, ...(reason === undefined ? {} : { reason }) };
      await append(tx, {
        aggregate: operationAggregate,
        id,
        state: operationAggregate.initial,
        expectedVersion: 0,
        events,
        context,
        audit: { ...audit, after: events[0]?.data },
      });
      return { operationId: id };
    });
  const { operationId } = await context.database.transaction(context.actor, act, limits);
  return operationId;
}

async function outcomeOf(context: ResolverContext, id: string) {
  const { state } = await context.database.transaction(context.actor, (tx) =>
    load(tx, operationAggregate, id),
  );
  const { retried } = state;
  if (retried === null) return null;
  return { resolved: retried.resolved, failedAggregateIds: [...retried.failedAggregateIds] };
}

async function record(
  context: ResolverContext,
  operationId: string,
  outcome: { consumer: string; resolved: number; failedAggregateIds: string[] },
): Promise<{ resolved: number; failedAggregateIds: string[] }> {
  try {
    await context.database.transaction(context.actor, async (tx) => {
      const { state } = await load(tx, operationAggregate, operationId);
      await append(tx, {
        aggregate: operationAggregate,
        id: operationId,
        state,
        expectedVersion: 1,
        events: [{ type: 'admin.dead_letters.retried', data: { operationId, ...outcome } }],
        context,
      });
    });
  } catch (error) {
    // The same call, sent twice at once, has recorded it.
    const recorded = error instanceof VersionConflict && (await outcomeOf(context, operationId));
    if (!recorded) throw error;
    return recorded;
  }
  const { resolved, failedAggregateIds } = outcome;
  return { resolved, failedAggregateIds };
}

function selectionOf({ eventIds, error, all }: RetryInput): {
  eventIds?: readonly string[];
  error?: string;
} {
  const given = [eventIds, error, all === true ? true : null].filter((each) => each != null);
  if (given.length !== 1) {
    throw badInput('Bitte genau eines von eventIds, error und all angeben.', 'eventIds');
  }
  if (eventIds != null) {
    if (eventIds.length < 1 || eventIds.length > EVENT_IDS_MAX) {
      throw badInput(`Bitte 1 bis ${EVENT_IDS_MAX} Einträge auswählen.`, 'eventIds');
    }
    return { eventIds: eventIds.map((each) => uuid(each, 'eventIds')) };
  }
  if (error == null) return {};
  if (error.trim() === '') throw badInput('Bitte einen Text angeben.', 'error');
  return { error };
}

export function reasonOf(reason: string | null | undefined, isRequired = true): string | undefined {
  const text = reason?.trim() ?? '';
  if (text === '' && !isRequired) return undefined;
  if (text.length >= REASON_LENGTH_MIN) return text;
  const message = 'Bitte begründen Sie mit mindestens 10 Zeichen.';
  throw new Refusal('REASON_TOO_SHORT', message, 'reason');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws Refusal `BAD_USER_INPUT` */
export function uuid(value: string, field: string): string {
  if (!UUID.test(value)) throw badInput('Das ist keine gültige Kennung.', field);
  return value.toLowerCase();
}

function badInput(message: string, field: string): Refusal {
  return new Refusal('BAD_USER_INPUT', message, field);
}
