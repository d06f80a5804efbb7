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
  const { keyring, inline, onAppended, onSnapshotDue, memoryOf } = bindingsOf(tx);
  const drafts = draft(tx, request);
  const sealed = await Promise.all(
    drafts.facts.map(async ({ personal, ...fact }) => {
      const isReasoned = isAudited(fact.meta) && fact.meta.audit.reason !== undefined;
      if (personal === undefined && !isReasoned) return fact;
      if (keyring === undefined) throw new Error(`${fact.type} is personal and there are no keys`);
      const seal = (data: unknown, fields: Readonly<Record<string, string>>): Promise<unknown> =>
        keyring.seal({ id: fact.id, aggregateId: id, data }, fields);
      return {
        ...fact,
        ...(personal === undefined ? {} : { data: await seal(fact.data, personal) }),
        // Free text may name people; it belongs to whom or what the act was about.
        ...(isReasoned ? { meta: await seal(fact.meta, { 'audit.reason': 'aggregateId' }) } : {}),
      };
    }),
  );
  const text = serialised(sealed);
  const projections = inline.get(module) ?? [];
  const { isLast = false, idempotencyKey } = request;
  const isEnd = isLast && idempotencyKey === undefined && projections.length === 0;
  const rows = await callAppend(isEnd ? finish : query, tx, module, [
    aggregate.type,
    id,
    request.expectedVersion,
    drafts.territory,
    drafts.owner,
    idempotencyKey ?? null,
    text,
  ]);
  const first = rows[0];
  if (first === undefined) throw new Error('The store answered without facts');
  if (first.duplicate) return recordedEarlier<E>(tx, module, aggregate, rows);
  const recorded = sealed.map((fact, index) => {
    const row = rows[index];
    if (row === undefined) throw new Error('The store answered with too few facts');
    return {
      ...fact,
      position: 0,
      seq: row.seq,
      version: row.version,
      recordedAt: row.recorded_at.toISOString(),
      aggregateType: aggregate.type,
      aggregateId: id,
      territory: drafts.territory,
      ownerId: drafts.owner,
    } as unknown as Recorded<E>;
  });
  memoryOf?.(module)?.(asStored(request, drafts, rows, text), text.length);
  for (const projection of projections) await projectAll(projection, recorded, tx);
  const every = snapshotEveryOf(aggregate);
  const isDue =
    every > 0 &&
    Math.floor((first.version - 1 + rows.length) / every) > Math.floor((first.version - 1) / every);
  tx.onCommit(() => {
    onAppended(module);
    if (isDue) onSnapshotDue?.(aggregate, id);
  });
  return recorded;
}

/** The facts as a reader of the table would find them. */
function asStored(
  { aggregate, id }: { readonly aggregate: { readonly type: string }; readonly id: string },
  { territory, owner }: ReturnType<typeof draft>,
  rows: readonly AppendedRow[],
  text: string,
): EventRow[] {
  const sent = JSON.parse(text) as Draft[];
  return sent.map((fact, index): EventRow => {
    const { seq, version, recorded_at } = rows[index] as AppendedRow;
    return {
      seq,
      id: fact.id,
      aggregate_type: aggregate.type,
      aggregate_id: id,
      version,
      type: fact.type,
      schema_version: fact.schemaVersion,
      time: new Date(fact.time),
      recorded_at,
      actor: fact.actor,
      territory,
      owner_id: owner,
      correlation_id: fact.correlationId,
      causation_id: fact.causationId,
      traceparent: fact.traceparent,
      data: fact.data,
      meta: fact.meta,
    };
  });
}

/** @throws FactsTooLarge */
function serialised(facts: readonly unknown[]): string {
  const text = JSON.stringify(facts);
  if (text.length > APPEND_CHARACTERS_MAX) throw new FactsTooLarge();
  return text;
}

function isAudited(meta: Record<string, unknown>): meta is { audit: Audit } {
  return meta['audit'] !== undefined;
}

interface AppendedRow {
  aggregate_id: string;
  seq: number;
  version: number;
  recorded_at: Date;
  duplicate: boolean;
}

const query: typeof finish = (tx, sql, parameters) => tx.query(sql, parameters);

async function callAppend(
  send: typeof finish,
  tx: Transaction,
  module: string,
  parameters: readonly unknown[],
): Promise<AppendedRow[]> {
  try {
    return await send<AppendedRow>(
      tx,
      {
        name: `append-${module}`,
        text: `select * from ${module}.append($1, $2, $3, $4, $5, $6, $7)`,
      },
      parameters,
    );
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

interface Draft {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly time: string;
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string | null;
  readonly meta: Record<string, unknown>;
  readonly personal: FactDefinition['personal'];
}

/** Envelopes as far as the writer knows them, and where the aggregate belongs afterwards. */
function draft<S, E extends AnyEvent>(
  tx: Transaction,
  request: Append<S, E>,
): { facts: Draft[]; territory: string | null; owner: string | null } {
  const { aggregate, context, events, id } = request;
  const { correlationId, causationId = null, traceparent = null } = context;
  const time = context.clock.now().toISOString();
  const { userId: actor } = tx.actor;
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
    return {
      id: context.newId(),
      type: event.type,
      schemaVersion: definition.version,
      data,
      time,
      actor,
      correlationId,
      causationId,
      traceparent,
      meta,
      personal: definition.personal,
    };
  });
  return { facts, territory: aggregate.territoryOf(state), owner: aggregate.ownerOf(state) };
}

async function recordedEarlier<E extends AnyEvent>(
  tx: Transaction,
  module: string,
  aggregate: Pick<Aggregate<unknown, E>, 'events'>,
  appended: readonly AppendedRow[],
): Promise<Recorded<E>[]> {
  const rows = await tx.query<EventRow>(
    `select ${EVENT_COLUMNS} from ${module}.event e where e.seq = any($1) order by e.version`,
    [appended.map((row) => row.seq)],
  );
  return rows.map((row) => toRecorded(aggregate.events, row) as Recorded<E>);
}
