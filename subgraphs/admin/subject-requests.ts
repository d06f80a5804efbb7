import { Refusal, notFound } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { append, load, type Context } from '#kernel/events';
import { cursorKeys, once, pageLimit, toPage, type PageArguments } from '#kernel/graphql';
import type { ResolverContext } from '#kernel/graphql';
import { defineTimer, type TimerContext } from '#kernel/timers';
import { operate, reasonOf, uuid } from './operations.ts';
import {
  EXPIRES_MS,
  execute,
  expire,
  fail,
  finish,
  isDue,
  open,
  subjectRequestAggregate,
  type RequestEvent,
  type SubjectRequest,
} from './subject-request.ts';
import { TIMEOUT_MS, erasureOf, eraseSubjectData, refuseWhatStays } from './subject-rights.ts';

const PER_RUN_MAX = 200;
const TIMEOUTS = { statementTimeoutMs: TIMEOUT_MS, transactionTimeoutMs: TIMEOUT_MS };

interface Keyed {
  readonly idempotencyKey?: string | null | undefined;
}

/**
 * Asks for the erasure of somebody; nothing is erased yet. Answers the request's id.
 *
 * @throws Refusal `NOT_FOUND`, `SUBJECT_ERASED`, `LEGAL_HOLD`, `RETENTION`, `CONFLICT` while another
 *   request for him is open
 */
export async function openRequest(
  context: ResolverContext,
  input: Keyed & { readonly subjectId: string; readonly reason: string },
): Promise<string> {
  operate(context);
  const subjectId = uuid(input.subjectId, 'subjectId');
  const audit = {
    action: 'subjectErasureRequest',
    riskTier: 'TIER1',
    reason: reasonOf(input.reason) ?? '',
  };
  return decide(context, { operation: audit.action, input }, async (tx) => {
    await refuseWhatStays(context, tx, subjectId);
    const others = await tx.query(
      `select from admin.subject_request where subject_id = $1 and status in ('QUEUED', 'PROCESSING')`,
      [subjectId],
    );
    if (others.length > 0) {
      const message = 'Für diese Person läuft bereits ein Antrag.';
      throw new Refusal('CONFLICT', message, 'subjectId');
    }
    const id = context.newId();
    const events = open(id, subjectId, momentOf(context));
    const state = subjectRequestAggregate.initial;
    await record(context, tx, { id, state, version: 0, events, audit });
    return id;
  });
}

type Decide = (request: SubjectRequest, moment: { by: string; at: Date }) => RequestEvent[];

/** What an administrator decides about a request. @throws Refusal `NOT_FOUND` and those of `decision` */
export async function decideRequest(
  context: ResolverContext,
  action: string,
  decision: Decide,
  input: Keyed & { readonly id: string; readonly reason?: string | null | undefined },
): Promise<string> {
  operate(context);
  const id = uuid(input.id, 'id');
  const reason = input.reason === undefined ? {} : { reason: reasonOf(input.reason) ?? '' };
  const audit = { action, riskTier: 'TIER1', ...reason };
  return decide(context, { operation: action, input }, async (tx) => {
    const { state, version } = await load(tx, subjectRequestAggregate, id);
    if (version === 0) throw notFound();
    const events = decision(state, momentOf(context));
    await record(context, tx, { id, state, version, events, audit });
    return id;
  });
}

/** Erases whoever is due, ends what nobody approved in a week, and tells when all is cleared. */
export const subjectRequestTimer = defineTimer({
  name: 'admin.subject-requests',
  everyMinutes: 1,
  async run(context) {
    for (const { id, status } of await unfinished(context)) {
      try {
        await (status === 'PROCESSING' ? finishRequest(context, id) : advance(context, id));
      } catch (error) {
        // One that cannot go on keeps no other from its time.
        context.log.error({ err: error, request: id }, 'a subject request did not go on');
      }
    }
  },
});

interface Unfinished {
  readonly id: string;
  readonly status: 'QUEUED' | 'PROCESSING';
}

function unfinished({ database, actor, clock }: Context): Promise<Unfinished[]> {
  const now = clock.now();
  return database.transaction(
    actor,
    (tx) =>
      tx.query<Unfinished>(
        `select id, status from admin.subject_request
         where status = 'PROCESSING' or (status = 'QUEUED' and (execute_at <= $1
           or (approval = 'PENDING' and requested_at <= $2)))
         order by requested_at, id limit ${PER_RUN_MAX}`,
        [now, new Date(now.getTime() - EXPIRES_MS)],
      ),
    { readOnly: true },
  );
}

async function advance(context: TimerContext, id: string): Promise<void> {
  const now = context.clock.now();
  const request = await context.database.transaction(context.actor, async (tx) => {
    const { state, version } = await load(tx, subjectRequestAggregate, id);
    const audit = { action: 'subjectErasureExpire' };
    await record(context, tx, { id, state, version, events: expire(state, now), audit });
    return state;
  });
  if (!isDue(request, now)) return;
  const { subjectId } = request;
  const input = { subjectId, reason: `Freigegebener Antrag ${id}`, idempotencyKey: id };
  try {
    await eraseSubjectData(context, input, async (tx, erasureId) => {
      const { state, version } = await load(tx, subjectRequestAggregate, id);
      // Cancelled in the meantime: the erasure is rolled back with this.
      if (!isDue(state, now))
        throw new Refusal('CONFLICT', 'Der Antrag wurde zurückgezogen.', 'id');
      const events = execute(state, erasureId, now);
      await record(context, tx, { id, state, version, events });
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code } = error;
    await context.database.transaction(context.actor, async (tx) => {
      const { state, version } = await load(tx, subjectRequestAggregate, id);
      const events = isDue(state, now) ? fail(state, code, now) : [];
      await record(context, tx, {
        id,
        state,
        version,
        events,
        audit: { action: 'subjectErasureFail' },
      });
    });
  }
}

async function finishRequest(context: TimerContext, id: string): Promise<void> {
  const { database, actor, clock } = context;
  const [row] = await database.transaction(
    actor,
    (tx) =>
      tx.query<{ erasureId: string }>(
        'select erasure_id as "erasureId" from admin.subject_request where id = $1',
        [id],
      ),
    { readOnly: true },
  );
  const erasure = row && (await erasureOf(context, row.erasureId));
  if (erasure?.waitingFor?.length !== 0) return;
  await database.transaction(actor, async (tx) => {
    const { state, version } = await load(tx, subjectRequestAggregate, id);
    await record(context, tx, { id, state, version, events: finish(state, clock.now()) });
  });
}

const COLUMNS = `id, subject_id as "subjectId", status, approval, requested_by as "requestedBy",
  requested_at as "requestedAt", decided_by as "decidedBy", execute_at as "executeAt",
  erasure_id as "erasureId", failure`;

export interface RequestRow {
  readonly id: string;
  readonly subjectId: string;
  readonly status: 'QUEUED' | 'PROCESSING' | 'DONE' | 'FAILED' | 'CANCELLED';
  readonly approval: 'PENDING' | 'SCHEDULED' | 'EXECUTED' | 'REJECTED' | 'CANCELLED' | 'EXPIRED';
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly decidedBy: string | null;
  readonly executeAt: Date | null;
  readonly erasureId: string | null;
  readonly failure: string | null;
}

export async function requestById(
  context: ResolverContext,
  id: string,
): Promise<RequestRow | null> {
  operate(context);
  const rows = await context.database.transaction(
    context.actor,
    (tx) =>
      tx.query<RequestRow>(`select ${COLUMNS} from admin.subject_request where id = $1`, [id]),
    { readOnly: true },
  );
  return rows[0] ?? null;
}

/** Newest first. */
export async function listRequests(context: ResolverContext, page: PageArguments) {
  operate(context);
  const [at, id] = cursorKeys(page, 2) ?? [];
  const rows = await context.database.transaction(
    context.actor,
    (tx) =>
      tx.query<RequestRow>(
        `select ${COLUMNS} from admin.subject_request
         where $1::timestamptz is null or (requested_at, id) < ($1, $2::uuid)
         order by requested_at desc, id desc limit $3`,
        [at ?? null, id ?? null, pageLimit(page)],
      ),
    { readOnly: true },
  );
  return toPage(rows, page, (row) => [row.requestedAt.toISOString(), row.id]);
}

function momentOf({ actor, clock }: Context) {
  return { by: actor.userId, at: clock.now() };
}

async function decide(
  context: ResolverContext,
  { operation, input }: { operation: string; input: Keyed },
  work: (tx: Transaction) => Promise<string>,
): Promise<string> {
  const { actor, clock } = context;
  const key = { module: 'admin', operation, key: input.idempotencyKey, input, clock };
  const { id } = await context.database.transaction(
    actor,
    (tx) => once(tx, key, async () => ({ id: await work(tx) })),
    TIMEOUTS,
  );
  return id;
}

interface Recording {
  readonly id: string;
  readonly state: SubjectRequest;
  readonly version: number;
  readonly events: readonly RequestEvent[];
  readonly audit?: {
    readonly action: string;
    readonly riskTier?: string;
    readonly reason?: string;
  };
}

async function record(
  context: Context,
  tx: Transaction,
  { id, state, version, events, audit }: Recording,
): Promise<void> {
  const after = {
    subjectId:
      events[0]?.type === 'admin.subject_request.changed'
        ? events[0].data.subjectId
        : state.subjectId,
  };
  await append(tx, {
    aggregate: subjectRequestAggregate,
    id,
    state,
    expectedVersion: version,
    events,
    context,
    ...(audit === undefined ? {} : { audit: { ...audit, after } }),
  });
}
