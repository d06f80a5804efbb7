import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { z } from 'zod';
import type { LogRow, OutgoingFact } from '#kernel/events';

/** Position of the fact before it in the log: by it a reader sees that nothing is missing. */
const PREVIOUS = 'Crm-Previous';
/** What the store knows of a fact beyond the envelope, for the readers of this system. */
const FACT = 'Crm-Fact';
const CONTENT_TYPE = 'application/cloudevents+json; charset=UTF-8';

/** A fact as it arrives, or as much of it as can be told. */
export interface IncomingFact {
  readonly row: LogRow;
  readonly previous: number;
}

/** What arrived is no fact of ours. */
export class ForeignMessage extends Error {
  constructor(reason: string) {
    super(`No fact: ${reason}`);
    this.name = 'ForeignMessage';
  }
}

export function toMessage({ event, envelope, previous }: OutgoingFact): {
  body: string;
  headers: MsgHdrs;
} {
  const { seq, actor, territory, ownerId, aggregateType, recordedAt, meta } = event;
  const head = headers();
  head.set('Content-Type', CONTENT_TYPE);
  head.set(PREVIOUS, String(previous));
  head.set(
    FACT,
    JSON.stringify({ seq, actor, territory, ownerId, aggregateType, recordedAt, meta }),
  );
  return { body: JSON.stringify(envelope), headers: head };
}

const position = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number);
const envelopeShape = z.object({
  id: z.guid(),
  source: z.string(),
  type: z.string(),
  subject: z.guid(),
  time: z.iso.datetime(),
  dataschema: z.string().regex(/^urn:freshplan:.+:v[1-9]\d{0,3}$/),
  data: z.unknown(),
  sequence: position,
  aggregateversion: z.int().min(1),
  correlationid: z.string(),
  causationid: z.string().optional(),
  traceparent: z.string().optional(),
});
const factShape = z.object({
  seq: z.int(),
  actor: z.guid(),
  territory: z.string().nullable(),
  ownerId: z.string().nullable(),
  aggregateType: z.string(),
  recordedAt: z.iso.datetime(),
  meta: z.record(z.string(), z.unknown()),
});

/** @throws ForeignMessage */
export function fromMessage(
  module: string,
  { data, headers: head }: { data: Uint8Array; headers: MsgHdrs | undefined },
): IncomingFact {
  const envelope = read(envelopeShape, Buffer.from(data).toString('utf8'));
  const fact = read(factShape, head?.get(FACT) ?? '');
  const previous = position.safeParse(head?.get(PREVIOUS));
  if (envelope.source !== `/crm/${module}`) throw new ForeignMessage('it is of another source');
  if (!previous.success) throw new ForeignMessage('it has no place in the log');
  return {
    previous: previous.data,
    row: {
      position: envelope.sequence,
      seq: fact.seq,
      id: envelope.id,
      aggregate_type: fact.aggregateType,
      aggregate_id: envelope.subject,
      version: envelope.aggregateversion,
      type: envelope.type,
      schema_version: Number(envelope.dataschema.slice(envelope.dataschema.lastIndexOf('v') + 1)),
      time: new Date(envelope.time),
      recorded_at: new Date(fact.recordedAt),
      actor: fact.actor,
      territory: fact.territory,
      owner_id: fact.ownerId,
      correlation_id: envelope.correlationid,
      causation_id: envelope.causationid ?? null,
      traceparent: envelope.traceparent ?? null,
      data: envelope.data,
      meta: fact.meta,
    },
  };
}

/** Says what is wrong, never a value. */
function read<T>(shape: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ForeignMessage('it cannot be read');
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path }) => path.join('.') || '/');
  throw new ForeignMessage(`${places.join(', ')} does not fit`);
}
