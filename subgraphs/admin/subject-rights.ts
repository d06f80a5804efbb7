import { Refusal, notFound } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import {
  eraseSubject,
  exportSubject,
  isErased,
  positionOf,
  readAggregateFacts,
} from '#kernel/events';
import type { ResolverContext } from '#kernel/graphql';
import type { OperationEvent } from './events.ts';
import { audited, operate, reasonOf, uuid, type Operator } from './operations.ts';
import { kindOf, processingOf, retainedUntil, type KnownFact } from './subject.ts';

export const TIMEOUT_MS = 10 * 60_000;
const FACTS_MAX = 100_000;
const HISTORY_MAX = 1_000;
const DAY_MS = 24 * 60 * 60_000;
/** One month to answer, counted short. */
const ANSWER_DAYS = 28;

interface SubjectInput {
  readonly subjectId: string;
  readonly reason: string;
  readonly idempotencyKey?: string | null | undefined;
}

/**
 * Destroys a person's key, which makes everything encrypted about him unreadable, and announces it so
 * that every context clears what it holds beside it. Answers the act's id.
 *
 * @throws Refusal `NOT_FOUND`, `SUBJECT_ERASED`, `LEGAL_HOLD`, `RETENTION`
 */
export function eraseSubjectData(
  context: Operator,
  input: SubjectInput,
  /** Belongs to the erasure: where it throws nobody is erased. */
  alongside: (tx: Transaction, erasureId: string) => Promise<void> = async () => {},
): Promise<string> {
  operate(context);
  const id = uuid(input.subjectId, 'subjectId');
  const act = actOf('subjectErase', 'TIER1', input);
  return audited(context, act, async (tx, operationId) => {
    const facts = await refuseWhatStays(context, tx, id);
    await alongside(tx, operationId);
    await eraseSubject(tx, id);
    return [erased(operationId, [id], kindOf(id, facts), context)];
  });
}

export async function setHold(
  context: ResolverContext,
  isHeld: boolean,
  input: SubjectInput,
): Promise<string> {
  operate(context);
  const subjectId = uuid(input.subjectId, 'subjectId');
  const at = context.clock.now().toISOString();
  const act = actOf(isHeld ? 'subjectHold' : 'subjectRelease', 'TIER2', input);
  const type = isHeld ? 'admin.subject.held' : 'admin.subject.released';
  await audited(context, act, async (_, operationId) => [
    { type, data: { operationId, subjectId, at } },
  ]);
  return subjectId;
}

/** Everything recorded about a person, his own values in clear, on record before it is read. */
export async function exportSubjectData(context: ResolverContext, input: SubjectInput) {
  operate(context);
  const id = uuid(input.subjectId, 'subjectId');
  const act = actOf('subjectExport', 'TIER2', input);
  let facts: KnownFact[] = [];
  await audited(context, act, async (tx, operationId) => {
    facts = await factsOf(context, tx, id);
    const at = context.clock.now().toISOString();
    return [{ type: 'admin.subject.exported', data: { operationId, subjectId: id, at } }];
  });
  const now = context.clock.now();
  return {
    subjectId: id,
    kind: kindOf(id, facts),
    createdAt: now.toISOString(),
    answerBy: new Date(now.getTime() + ANSWER_DAYS * DAY_MS).toISOString(),
    sources: [...Map.groupBy(facts, ({ module }) => module)].map(([module, all]) => ({
      module,
      ...processingOf(module),
      facts: all.map(({ type, time, data }) => ({ type, time, data })),
    })),
  };
}

/** All facts about somebody who may be erased. @throws Refusal `NOT_FOUND`, `SUBJECT_ERASED`, `LEGAL_HOLD`, `RETENTION` */
export async function refuseWhatStays(
  context: Operator,
  tx: Transaction,
  id: string,
): Promise<KnownFact[]> {
  const { catalogs } = operate(context);
  if (await isErased(tx, id)) {
    throw new Refusal('SUBJECT_ERASED', 'Die Daten dieser Person wurden gelöscht.', 'subjectId');
  }
  await refuseHeld(tx, id);
  const facts = await factsOf(context, tx, id);
  const leads = new Set(
    facts.filter((each) => each.aggregateType === 'lead').map((each) => each.aggregateId),
  );
  const histories: KnownFact[] = [];
  for (const lead of leads) {
    const page = await readAggregateFacts(tx, catalogs, lead, { limit: HISTORY_MAX });
    histories.push(...page.map(({ module, event }) => ({ ...event, module })));
  }
  refuseRetained(retainedUntil(histories), context.clock.now());
  return facts;
}

/** How far an erasure is: who has not handled it yet; nobody once everything is cleared. */
export async function erasureOf(context: Operator, operationId: string) {
  const backbone = operate(context);
  const id = uuid(operationId, 'id');
  const position = await context.database.transaction(
    context.actor,
    (tx) => positionOf(tx, 'admin', id),
    { readOnly: true },
  );
  if (position === null) return { id, position, waitingFor: null };
  const waiting = (await backbone.consumers()).filter(
    (state) => state.source === 'admin' && state.status !== 'RETIRED' && state.position < position,
  );
  return { id, position: String(position), waitingFor: waiting.map(({ name }) => name) };
}

function actOf(operation: string, riskTier: string, input: SubjectInput) {
  return { operation, riskTier, reason: reasonOf(input.reason), input, timeoutMs: TIMEOUT_MS };
}

/** The fact that everybody clears up by. */
export function erased(
  operationId: string,
  subjectIds: string[],
  kind: ReturnType<typeof kindOf>,
  { clock }: Pick<ResolverContext, 'clock'>,
): OperationEvent {
  const at = clock.now().toISOString();
  return { type: 'admin.subject.erased', data: { operationId, subjectIds, kind, at } };
}

/** @throws Refusal `NOT_FOUND` */
export async function factsOf(
  context: Operator,
  tx: Transaction,
  subjectId: string,
): Promise<KnownFact[]> {
  const facts: KnownFact[] = [];
  for await (const fact of exportSubject(tx, operate(context).catalogs, subjectId)) {
    facts.push(fact);
    if (facts.length > FACTS_MAX) throw new Error(`More than ${FACTS_MAX} facts of one person`);
  }
  if (facts.length === 0) throw notFound();
  return facts;
}

async function refuseHeld(tx: Transaction, subjectId: string): Promise<void> {
  const held = await tx.query('select from admin.legal_hold where subject_id = $1', [subjectId]);
  if (held.length === 0) return;
  throw new Refusal('LEGAL_HOLD', 'Diese Daten unterliegen einer rechtlichen Sperre.', 'subjectId');
}

function refuseRetained(until: Date | null, now: Date): void {
  if (until === null || until <= now) return;
  const day = until.toISOString().slice(0, 10);
  const message = `Aufbewahrungspflicht: Diese Daten dürfen erst ab ${day} gelöscht werden.`;
  throw new Refusal('RETENTION', message, 'subjectId');
}
