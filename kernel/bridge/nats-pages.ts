import { DeliverPolicy, type Consumer, type JsMsg } from '@nats-io/jetstream';
import type { LogRow } from '#kernel/events';
import type { Logger } from '#kernel/telemetry';
import { REQUEST_TIMEOUT_MS, type Link } from './link.ts';
import { ForeignMessage, fromMessage, type IncomingFact } from './messages.ts';
import { streamName } from './streams.ts';

/** Facts are missing in the stream that were in the log. */
export class LogGap extends Error {
  readonly code = 'LOG_GAP';

  constructor(module: string, after: number) {
    super(
      `What followed position ${after} of ${module} is no longer in ${streamName(module)}. Raise EVENTS_BRIDGE_RETENTION_DAYS or EVENTS_BRIDGE_BYTES_MAX, pause ${module}.bridge where it runs, empty the stream (nats stream purge ${streamName(module)}) and resume: it is filled again from the log.`,
    );
    this.name = 'LogGap';
  }
}

/** Told of a message that is no fact of ours. */
export type OnForeign = (module: string) => void;

const INACTIVE_MS = 10_000;

/** A short-lived reader of a stream from one of its sequences on. */
export async function readerFrom(link: Link, module: string, from: number): Promise<Consumer> {
  const { js } = await link.use();
  return js.consumers.get(streamName(module), {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
    inactive_threshold: INACTIVE_MS,
  });
}

/** The fact in a message; undefined, and told, when there is none. */
export function factIn(
  message: JsMsg,
  { module, log, onForeign }: { module: string; log: Logger; onForeign: OnForeign },
): IncomingFact | undefined {
  try {
    return fromMessage(module, { data: message.data, headers: message.headers });
  } catch (error) {
    if (!(error instanceof ForeignMessage)) throw error;
    log.error({ module, sequence: message.seq, err: error }, 'a message was left out');
    onForeign(module);
    return undefined;
  }
}

/** Messages from a sequence on, as many as wanted or as there are. */
export async function readPage(
  link: Link,
  { module, from, wanted }: { module: string; from: number; wanted: number },
): Promise<JsMsg[]> {
  const consumer = await readerFrom(link, module, from);
  const page: JsMsg[] = [];
  const messages = await consumer.fetch({ max_messages: wanted, expires: REQUEST_TIMEOUT_MS });
  for await (const message of messages) {
    page.push(message);
    if (page.length === wanted || message.info.pending === 0) break;
  }
  // It would be removed for inactivity all the same.
  void consumer.delete().catch(() => {});
  return page;
}

/** In the order of the log and without a gap. @throws LogGap */
export function inOrder(module: string, after: number, facts: readonly IncomingFact[]): LogRow[] {
  const rows: LogRow[] = [];
  let reached = after;
  for (const { row, previous } of facts) {
    if (row.position <= reached) continue;
    if (previous > reached) throw new LogGap(module, reached);
    reached = row.position;
    rows.push(row);
  }
  return rows;
}
