import { upcast, type AnyEvent, type EventCatalog, type Recorded } from './catalog.ts';

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

/** The fact in the shape of the catalog's newest version. @throws UnknownFact */
export function toRecorded(catalog: EventCatalog, row: EventRow, position = 0): Recorded<AnyEvent> {
  return {
    type: row.type,
    data: upcast(catalog, row.type, row.schema_version, row.data),
    position,
    seq: row.seq,
    id: row.id,
    schemaVersion: catalog.facts[row.type]?.version ?? row.schema_version,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    version: row.version,
    time: row.time.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    actor: row.actor,
    territory: row.territory,
    ownerId: row.owner_id,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    traceparent: row.traceparent,
    meta: row.meta,
  };
}
