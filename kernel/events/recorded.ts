import { upcast, type AnyEvent, type EventCatalog, type Recorded } from './catalog.ts';
import { travellingValidatorOf } from './travelling.ts';

/** A row of `event`, aliased `e`. */
export interface EventRow {
  seq: number;
  id: string;
  aggregate_type: string;
  aggregate_id: string;
  version: number;
  type: string;
  schema_version: number;
  time: Date;
  recorded_at: Date;
  actor: string;
  territory: string | null;
  owner_id: string | null;
  correlation_id: string;
  causation_id: string | null;
  traceparent: string | null;
  data: unknown;
  meta: Record<string, unknown>;
}

export const EVENT_COLUMNS = `e.seq, e.id, e.aggregate_type, e.aggregate_id, e.version, e.type,
  e.schema_version, e.time, e.recorded_at, e.actor, e.territory, e.owner_id, e.correlation_id,
  e.causation_id, e.traceparent, e.data, e.meta`;

/** PostgreSQL's largest `int`: no version lies behind it. */
export const VERSION_MAX = 2_147_483_647;

/** As text, made once for facts that share the instant. */
function textOfInstant(): (instant: Date) => string {
  let last: Date | undefined;
  let text = '';
  return (instant) => {
    if (instant !== last) text = instant.toISOString();
    last = instant;
    return text;
  };
}
const timeOf = textOfInstant();
const recordedAtOf = textOfInstant();

/**
 * The fact in the shape of the catalog's newest version.
 *
 * While two versions of the system run side by side, and after going back to the older, there are facts
 * of a later version: one that fits what is known here is read as that, and what was added is ignored.
 *
 * @throws UnknownFact for a type the catalog does not know, or a later version that does not fit
 */
export function toRecorded(catalog: EventCatalog, row: EventRow, position = 0): Recorded<AnyEvent> {
  const known = catalog.facts[row.type]?.version ?? row.schema_version;
  const isReadAsItIs =
    row.schema_version > known && travellingValidatorOf(catalog, row.type)(row.data);
  return {
    type: row.type,
    data: isReadAsItIs ? row.data : upcast(catalog, row.type, row.schema_version, row.data),
    position,
    seq: row.seq,
    id: row.id,
    schemaVersion: Math.max(known, row.schema_version),
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    version: row.version,
    time: timeOf(row.time),
    recordedAt: recordedAtOf(row.recorded_at),
    actor: row.actor,
    territory: row.territory,
    ownerId: row.owner_id,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    traceparent: row.traceparent,
    meta: row.meta,
  };
}
