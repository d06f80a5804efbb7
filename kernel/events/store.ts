import { DatabaseError, finish, Transient, type Transaction } from '#kernel/database';
import { inSpan, type Span } from '#kernel/telemetry';
import type { Aggregate, Evolving } from './aggregate.ts';
import { bindingsOf } from './bindings.ts';
import { validate, type AnyEvent, type FactDefinition, type Recorded } from './catalog.ts';
import { projectAll } from './projection.ts';
import { EVENT_COLUMNS, toRecorded, type EventRow } from './recorded.ts';
import { snapshotEveryOf } from './snapshot-state.ts';

export interface Clock {
  now(): Date;
}

/** Whence a command comes; the command's context has all of it. */
export interface EventContext {
  readonly clock: Clock;
  newId(): string;
  readonly correlationId: string;
  readonly causationId?: string | undefined;
  readonly traceparent?: string | undefined;
  /** The step that runs, where it is traced. */
  readonly span?: Span | undefined;
}

/** What the audit trail shall tell about the act. `before` and `after` may hold ciphertext. */
export interface Audit {
  readonly action: string;
  readonly reason?: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface Append<S, E extends AnyEvent> {
  readonly aggregate: Aggregate<S, E>;
  readonly id: string;
  /** The state the decision was made on; the facts are applied to it to learn where they belong. */
  readonly state: S;
  /** Version the decision was made on, 0 for a new aggregate; null takes whatever is there. */
  readonly expectedVersion: number | null;
  readonly events: readonly E[];
  readonly context: EventContext;
  /** One key, one effect: used again it answers with what was recorded the first time. */
  readonly idempotencyKey?: string | undefined;
  readonly audit?: Audit | undefined;
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Nothing follows in the transaction: the facts are sent with its COMMIT, unless a read model is still
   * to be brought up to date in it.
   */
  readonly isLast?: boolean;
}

/** Characters of all facts of one append; what is larger belongs beside the log. */
const APPEND_CHARACTERS_MAX = 4 * 1024 * 1024;

/** Nothing was recorded. */
export class FactsTooLarge extends Error {
  readonly code = 'FACTS_TOO_LARGE';

  constructor() {
    super(`Facts recorded together may have ${APPEND_CHARACTERS_MAX} characters at most`);
    this.name = 'FactsTooLarge';
  }
}

/** Another writer was faster. `actualVersion` is 0 when the caller may not see the aggregate. */
export class VersionConflict extends Error {
  readonly code = 'CONFLICT';
  readonly actualVersion: number;

  constructor(actualVersion: number) {
    super('Der Datensatz wurde inzwischen geändert.');
    this.name = 'VersionConflict';
    this.actualVersion = actualVersion;
  }
}

/**
 * Records facts of one aggregate in the caller's transaction, then brings its inline projections up
 * to date. To be called last in the transaction; several aggregates go through `appendAll`.
 *
 * @throws VersionConflict when the aggregate moved on; Transient when the same idempotency key is in
 *   use at this moment; InvalidFact or UnknownFact for facts the catalog does not allow; FactsTooLarge; DatabaseError
 *   `DENIED` when the actor has no rights where the aggregate belongs
 */
export async function append<S, E extends AnyEvent>(
  tx: Transaction,
  request: Append<S, E>,
): Promise<Recorded<E>[]> {
  const { aggregate, context, events } = request;
  if (events.length === 0) return [];
  const span = (tx.span ?? context.span)?.start(`append ${aggregate.events.module}`, {
    kind: 'producer',
    attributes: {
      'freshplan.fact.type': [...new Set(events.map(({ type }) => type))].join(),
      'freshplan.facts': events.length,
    },
  });
  if (span === undefined) return record(tx, request);
  const { traceparent } = span;
  return inSpan(span, () => record(tx, { ...request, context: { ...context, traceparent } }));
}

async function record<S, E extends AnyEvent>(
  tx: Transaction,
  request: Append<S, E>,
): Promise<Recorded<E>[]> {
  const { aggregate, id } = request;
  const { module } = aggregate.events;
  const { inline, onAppended, onSnapshotDue, memoryOf } = bindingsOf(tx);
  const act = actOf(tx, request);
  const { facts: drafts, ...belongs } = draft(act, request);
  const facts = drafts.some(isConfidential)
    ? await Promise.all(drafts.map((each) => seal(tx, id, each)))
    : drafts.map(({ fact }) => fact);
  const text = serialised(facts);
  const projections = inline.get(module) ?? [];
  const { isLast = false, idempotencyKey } = request;
  const isEnd = isLast && idempotencyKey === undefined && projections.length === 0;
  const { territory, owner } = belongs;
  const stand = await callAppend(isEnd ? finish : query, tx, module, [
    aggregate.type,
    id,
    request.expectedVersion,
    territory,
    owner,
    idempotencyKey ?? null,
    act.time,
    act.actor,
    act.correlationId,
    act.causationId,
    act.traceparent,
    text,
  ]);
  if (stand.duplicate) return recordedEarlier<E>(tx, module, aggregate, stand);
  const recordedAt = stand.recorded_at.toISOString();
  const recorded = facts.map(
    (fact, index) =>
      ({
        ...fact,
        ...act,
        meta: fact.meta ?? NO_META,
        position: 0,
        seq: stand.seqs[index],
        version: stand.first_version + index,
        recordedAt,
        aggregateType: aggregate.type,
        aggregateId: id,
        territory,
        ownerId: owner,
      }) as unknown as Recorded<E>,
  );
  memoryOf?.(module)?.(asStored(request, { act, belongs, stand, text }), text.length);
  for (const projection of projections) await projectAll(projection, recorded, tx);
  const every = snapshotEveryOf(aggregate);
  const before = stand.first_version - 1;
  const isDue =
    every > 0 && Math.floor((before + facts.length) / every) > Math.floor(before / every);
  tx.onCommit(() => {
    onAppended(module);
    if (isDue) onSnapshotDue?.(aggregate, id);
  });
  return recorded;
}

/** Personal fields as ciphertext, as they are recorded. */
async function seal(
  tx: Transaction,
  aggregateId: string,
  { fact, personal }: Draft,
): Promise<Fact> {
  const { keyring } = bindingsOf(tx);
  if (keyring === undefined) throw new Error(`${fact.type} is personal and there are no keys`);
  const sealed = (data: unknown, fields: Readonly<Record<string, string>>): Promise<unknown> =>
    keyring.seal({ id: fact.id, aggregateId, data }, fields);
  return {
    ...fact,
    ...(personal === undefined ? {} : { data: await sealed(fact.data, personal) }),
    // Free text may name people; it belongs to whom or what the act was about.
    ...(isReasoned(fact)
      ? { meta: await sealed(fact.meta, { 'audit.reason': 'aggregateId' }) }
      : {}),
  } as Fact;
}

/** The facts as a reader of the table would find them; positions are still to come. */
function asStored(
  { aggregate, id }: { readonly aggregate: { readonly type: string }; readonly id: string },
  written: {
    readonly act: Act;
    readonly belongs: Belonging;
    readonly stand: Standing;
    readonly text: string;
  },
): EventRow[] {
  const { act, belongs, stand } = written;
  const time = new Date(act.time);
  return (JSON.parse(written.text) as Fact[]).map((fact, index): EventRow => ({
    seq: stand.seqs[index] as number,
    id: fact.id,
    aggregate_type: aggregate.type,
    aggregate_id: id,
    version: stand.first_version + index,
    type: fact.type,
    schema_version: fact.schemaVersion,
    time,
    recorded_at: stand.recorded_at,
    actor: act.actor,
    territory: belongs.territory,
    owner_id: belongs.owner,
    correlation_id: act.correlationId,
    causation_id: act.causationId,
    traceparent: act.traceparent,
    data: fact.data,
    meta: fact.meta ?? NO_META,
  }));
}

/** @throws FactsTooLarge */
function serialised(facts: readonly unknown[]): string {
  const text = JSON.stringify(facts);
  if (text.length > APPEND_CHARACTERS_MAX) throw new FactsTooLarge();
  return text;
}

const NO_META: Record<string, unknown> = Object.freeze({});

/** The act gave a reason for the audit trail. */
function isReasoned({ meta }: Fact): boolean {
  const { audit }: { audit?: Audit } = meta ?? NO_META;
  return audit?.reason !== undefined;
}

function isConfidential({ fact, personal }: Draft): boolean {
  return personal !== undefined || isReasoned(fact);
}

/** Where the facts stand in the log of their aggregate; `duplicate` where a key had been used before. */
interface Standing {
  first_version: number;
  seqs: number[];
  recorded_at: Date;
  duplicate: boolean;
}

const query: typeof finish = (tx, sql, parameters) => tx.query(sql, parameters);

async function callAppend(
  send: typeof finish,
  tx: Transaction,
  module: string,
  parameters: readonly unknown[],
): Promise<Standing> {
  const text = `select * from ${module}.append_facts($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;
  try {
    const [stand] = await send<Standing>(tx, { name: `append-${module}`, text }, parameters);
    if (stand === undefined) throw new Error('The store answered nothing');
    return stand;
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlState === 'FP409') {
      throw new VersionConflict(Number(error.message.split(': ')[1]));
    }
    if (error instanceof DatabaseError && error.sqlState === 'FP208') {
      throw new Transient('The idempotency key is in use at this moment', error.sqlState);
    }
    throw error;
  }
}

/** What all facts of one append have in common. */
interface Act {
  readonly time: string;
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string | null;
}

/** One fact as it is sent; what is empty is left out. */
interface Fact {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly meta?: Readonly<Record<string, unknown>>;
}

interface Draft {
  readonly fact: Fact;
  readonly personal: FactDefinition['personal'];
}

/** Of an aggregate after its facts. */
interface Belonging {
  readonly territory: string | null;
  readonly owner: string | null;
}

function actOf({ actor }: Transaction, { context }: { readonly context: EventContext }): Act {
  const { clock, correlationId, causationId = null, traceparent = null } = context;
  const time = clock.now().toISOString();
  return { time, actor: actor.userId, correlationId, causationId, traceparent };
}

function draft<S, E extends AnyEvent>(
  { time, actor }: Act,
  request: Append<S, E>,
): Belonging & { facts: Draft[] } {
  const { aggregate, context, events, id } = request;
  let { state } = request;
  const facts = events.map((event, index): Draft => {
    const { definition, data } = validate(aggregate.events, event);
    const audit = index === 0 ? request.audit : undefined;
    const meta = { ...request.meta, ...(audit === undefined ? {} : { audit }) };
    const version = (request.expectedVersion ?? 0) + index + 1;
    state = aggregate.evolve(state, {
      type: event.type,
      data,
      aggregateId: id,
      version,
      time,
      actor,
      meta,
    } as unknown as Evolving<E>);
    const { version: schemaVersion, personal } = definition;
    const fact = { id: context.newId(), type: event.type, schemaVersion, data };
    return { fact: Object.keys(meta).length === 0 ? fact : { ...fact, meta }, personal };
  });
  return { facts, territory: aggregate.territoryOf(state), owner: aggregate.ownerOf(state) };
}

async function recordedEarlier<E extends AnyEvent>(
  tx: Transaction,
  module: string,
  aggregate: Pick<Aggregate<unknown, E>, 'events'>,
  { seqs }: Standing,
): Promise<Recorded<E>[]> {
  const rows = await tx.query<EventRow>(
    `select ${EVENT_COLUMNS} from ${module}.event e where e.seq = any($1) order by e.version`,
    [seqs],
  );
  return rows.map((row) => toRecorded(aggregate.events, row) as Recorded<E>);
}
