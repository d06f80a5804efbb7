import type { Transaction } from '#kernel/database';
import type { EventCatalog } from './catalog.ts';
import { checkEnvelope } from './cloud-event.ts';
import { toEntry, type LogRow } from './log.ts';
import { typeLabel, type EventMetrics } from './metrics.ts';
import type { Keyring } from './personal.ts';

/** Channel of the compatibility contract. */
export const WIRE_CHANNEL = 'dashboard_updates';

/** Largest envelope in bytes of UTF-8; the server refuses 8,000. */
const ENVELOPE_BYTES_MAX = 7_680;

/**
 * Sends the older contract's CloudEvents for those facts of a batch the module maps, in the
 * transaction that logs them. A mapping that fails costs its own notice, never the log.
 */
export async function notifyWire(
  tx: Transaction,
  catalog: EventCatalog,
  rows: readonly LogRow[],
  {
    keyring,
    metrics,
    onError,
  }: {
    keyring: Keyring | undefined;
    metrics: EventMetrics;
    onError: (error: unknown) => void;
  },
): Promise<void> {
  const { wire, module, wireSource = `/crm/${module}` } = catalog;
  if (wire === undefined) return;
  const payloads: string[] = [];
  for (const row of rows) {
    const mapping = wire[row.type];
    if (mapping === undefined) continue;
    try {
      const { event, fault } = toEntry(catalog, row);
      if (fault !== undefined) throw fault;
      const mapped = mapping(keyring === undefined ? event : await keyring.open(event));
      if (mapped === undefined) continue;
      const { payload, truncated } = envelope({
        ...mapped,
        id: row.id,
        time: event.time,
        source: wireSource,
      });
      checkEnvelope(JSON.parse(payload));
      payloads.push(payload);
      const labels = { event_type: typeLabel(row.type), module };
      if (truncated) metrics.published.inc({ ...labels, result: 'truncated' });
    } catch (error) {
      onError(error);
    }
  }
  if (payloads.length === 0) return;
  await tx.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [
    WIRE_CHANNEL,
    payloads,
  ]);
}

/** One structured CloudEvent, its data replaced by a reference when the whole is too large. */
export function envelope(event: {
  id: string;
  source: string;
  type: string;
  time: string;
  data: Readonly<Record<string, unknown>>;
  idempotencyKey: string;
}): { payload: string; truncated: boolean } {
  const { id, source, type, time, data, idempotencyKey } = event;
  const head = { specversion: '1.0', id, source, type, time, datacontenttype: 'application/json' };
  const keys = { idempotencyKey, idempotencykey: idempotencyKey };
  const whole = JSON.stringify({ ...head, ...keys, data });
  const bytes = Buffer.byteLength(whole);
  if (bytes <= ENVELOPE_BYTES_MAX) return { payload: whole, truncated: false };
  const reference = {
    truncated: true,
    reference: idempotencyKey,
    original_size_bytes: bytes,
    hint: 'payload >8KB, fetch details via API',
  };
  return { payload: JSON.stringify({ ...head, ...keys, data: reference }), truncated: true };
}
