import {
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { BridgeFault, type Session } from './link.ts';

/** Bounds of each module's stream. */
export interface StreamLimits {
  readonly retentionDays: number;
  readonly bytesMax: number;
  /** Within it the server itself recognises a message by its id. */
  readonly duplicateWindowSeconds: number;
  readonly replicas: number;
}

/** The server's number for it. */
const STREAM_NOT_FOUND = 10_059;
const DAY_MS = 86_400_000;

export function streamName(module: string): string {
  return `CRM_${module.toUpperCase()}`;
}

/** Every subject of a module. */
export function subjectsOf(module: string): string {
  return `crm.${module}.>`;
}

/** `crm.<module>.<type>.<aggregate>` */
export function subjectOf(module: string, type: string, aggregateId: string): string {
  return `crm.${module}.${type}.${aggregateId}`;
}

/**
 * Creates the stream, or brings its limits up to date.
 *
 * @throws BridgeFault when the server refuses them
 */
export async function provideStream(
  { jsm }: Session,
  module: string,
  limits: StreamLimits,
): Promise<void> {
  const wanted = configOf(module, limits);
  try {
    const { config } = await jsm.streams.info(wanted.name);
    const isSame = Object.entries(wanted).every(
      ([field, value]) =>
        JSON.stringify(config[field as keyof StreamConfig]) === JSON.stringify(value),
    );
    if (!isSame) await jsm.streams.update(wanted.name, wanted);
  } catch (error) {
    if (!isMissing(error)) throw refused(error, wanted.name);
    await jsm.streams.add(wanted).catch((fault: unknown) => {
      throw refused(fault, wanted.name);
    });
  }
}

function configOf(module: string, limits: StreamLimits) {
  return {
    name: streamName(module),
    subjects: [subjectsOf(module)],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanos(limits.retentionDays * DAY_MS),
    max_bytes: limits.bytesMax,
    duplicate_window: nanos(limits.duplicateWindowSeconds * 1_000),
    num_replicas: limits.replicas,
    allow_direct: true,
  } satisfies Partial<StreamConfig>;
}

function isMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND;
}

function refused(error: unknown, name: string): unknown {
  if (!(error instanceof JetStreamApiError)) return error;
  return new BridgeFault(
    `EVENTS_BRIDGE: the stream ${name} cannot be set up (${error.message}). Look at EVENTS_BRIDGE_BYTES_MAX, EVENTS_BRIDGE_REPLICAS and the space the server may use.`,
    { cause: error },
  );
}
