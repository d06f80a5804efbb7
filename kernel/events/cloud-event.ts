import type { ValidateFunction } from 'ajv/dist/2020.js';
import { UnknownFact, type AnyEvent, type EventCatalog, type Recorded } from './catalog.ts';
import { travellingValidatorOf, validatorOf } from './travelling.ts';

/** A fact on its way out, as a structured CloudEvent 1.0 with its extensions. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  /** `/crm/<module>` */
  readonly source: string;
  readonly type: string;
  /** Id of the aggregate. */
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** `urn:freshplan:<type>:v<n>` */
  readonly dataschema: string;
  readonly data: unknown;
  /** Position in the module's log. */
  readonly sequence: string;
  readonly partitionkey: string;
  readonly aggregateversion: number;
  readonly correlationid: string;
  readonly causationid?: string;
  readonly idempotencykey: string;
  readonly traceparent?: string;
}

/** Makes CloudEvents of the facts of some catalogs. */
export type ToCloudEvent = (event: Recorded<AnyEvent>) => CloudEvent;

/** What was about to leave does not fit its schema; carries no value of it. */
export class InvalidEvent extends Error {
  readonly code = 'INVALID_EVENT';

  constructor(type: string, faults: string) {
    super(`${type} does not fit its schema: ${faults}`);
    this.name = 'InvalidEvent';
  }
}

/** Names of attributes are lower-case letters and digits; what is absent is left out, never null. */
export const envelopeSchema = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', format: 'uuid' },
    source: { type: 'string', format: 'uri-reference', minLength: 1 },
    type: { type: 'string', pattern: '^[a-z][a-z0-9_-]*(\\.[a-z][a-z0-9_-]*)+$' },
    subject: { type: 'string', format: 'uuid' },
    time: { type: 'string', format: 'date-time' },
    datacontenttype: { const: 'application/json' },
    dataschema: { type: 'string', pattern: '^urn:freshplan:[a-z0-9._-]+:v[1-9][0-9]*$' },
    data: { type: 'object' },
    sequence: { type: 'string', pattern: '^[1-9][0-9]{0,15}$' },
    partitionkey: { type: 'string', minLength: 1 },
    aggregateversion: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    correlationid: { type: 'string', minLength: 1 },
    causationid: { type: 'string', minLength: 1 },
    idempotencykey: { type: 'string', minLength: 1 },
    traceparent: { type: 'string', pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' },
  },
} as const;

/** What a fact of a catalog always carries beyond what CloudEvents itself demands. */
const EXTENSIONS = [
  'subject',
  'dataschema',
  'sequence',
  'partitionkey',
  'aggregateversion',
  'correlationid',
  'idempotencykey',
];

const validEnvelope = validatorOf({
  ...envelopeSchema,
  required: [...envelopeSchema.required, ...EXTENSIONS],
});
const validForeign = validatorOf(envelopeSchema);

/**
 * The envelope builder of every exit. Ciphertext stays what it is unless the fact was opened.
 *
 * The function throws UnknownFact for a type or version no catalog has, RangeError for a fact that
 * is not in the log yet, and InvalidEvent for one that does not fit its schema.
 */
export function cloudEventsOf(catalogs: Iterable<EventCatalog>): ToCloudEvent {
  const byType = new Map<string, EventCatalog>();
  for (const catalog of catalogs) {
    for (const type of Object.keys(catalog.facts)) byType.set(type, catalog);
  }
  return (event) => {
    const catalog = byType.get(event.type);
    if (catalog === undefined) throw new UnknownFact('any module', event.type);
    // A newer one came here because it fits what is known of it.
    if (event.schemaVersion < (catalog.facts[event.type]?.version ?? Number.POSITIVE_INFINITY)) {
      throw new UnknownFact(catalog.module, `${event.type} v${event.schemaVersion}`);
    }
    if (event.position < 1) throw new RangeError(`${event.type} is not in the log yet`);
    const made = toEnvelope(catalog.module, event);
    check(validEnvelope, made, event.type);
    check(travellingValidatorOf(catalog, event.type), event.data, event.type);
    return made;
  };
}

/** An envelope that carries another contract's type and data. @throws InvalidEvent */
export function checkEnvelope(envelope: unknown): void {
  check(validForeign, envelope, String((envelope as { type?: unknown } | null)?.type));
}

function toEnvelope(module: string, event: Recorded<AnyEvent>): CloudEvent {
  const { idempotencyKey } = event.data as { idempotencyKey?: unknown };
  return {
    specversion: '1.0',
    id: event.id,
    source: `/crm/${module}`,
    type: event.type,
    subject: event.aggregateId,
    time: event.time,
    datacontenttype: 'application/json',
    dataschema: `urn:freshplan:${event.type}:v${event.schemaVersion}`,
    data: event.data,
    sequence: String(event.position),
    partitionkey: event.aggregateId,
    aggregateversion: event.version,
    correlationid: event.correlationId,
    ...(event.causationId === null ? {} : { causationid: event.causationId }),
    idempotencykey: typeof idempotencyKey === 'string' ? idempotencyKey : event.id,
    ...(event.traceparent === null ? {} : { traceparent: event.traceparent }),
  };
}

function check(validate: ValidateFunction, value: unknown, type: string): void {
  if (validate(value)) return;
  const faults = (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath === '' ? '/' : instancePath} ${message}`,
  );
  throw new InvalidEvent(type, faults.join('; '));
}
