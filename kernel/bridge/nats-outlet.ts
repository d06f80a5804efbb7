import { InvalidArgumentError } from '@nats-io/transport-node';
import { OutletRefusal, type Outlet } from '#kernel/events';
import { REQUEST_TIMEOUT_MS, type Link, type Session } from './link.ts';
import { fromMessage, toMessage } from './messages.ts';
import { provideStream, streamName, subjectOf, subjectsOf, type StreamLimits } from './streams.ts';

/**
 * Facts into the stream of their module. Each message says which sequence of the stream it follows, so
 * the server keeps the order of the log whatever is lost on the way, and takes nothing from a process
 * whose lease is over. The window of what is sent and not yet acknowledged is one batch.
 */
export function createNatsOutlet(link: Link, limits: StreamLimits): Outlet {
  /** Sequence of the newest message per module, as far as we know. */
  const sequences = new Map<string, number>();
  return {
    async newest(module) {
      const session = await link.use();
      await provideStream(session, module, limits);
      const { state } = await session.jsm.streams.info(streamName(module));
      sequences.set(module, state.last_seq);
      if (state.messages === 0) return undefined;
      return newestOf(session, module);
    },
    async add(module, facts) {
      const { js } = await link.use();
      const before = sequences.get(module);
      if (before === undefined) throw new Error('Where the stream stands is not known');
      // Known again only when all of them are kept.
      sequences.delete(module);
      const results = await Promise.allSettled(
        facts.map(async (fact, index) => {
          const { body, headers } = toMessage(fact);
          const { type, aggregateId, id } = fact.event;
          return js.publish(subjectOf(module, type, aggregateId), body, {
            msgID: id,
            headers,
            timeout: REQUEST_TIMEOUT_MS,
            expect: { streamName: streamName(module), lastSequence: before + index },
          });
        }),
      );
      for (const result of results) {
        if (result.status === 'rejected') refusedIfHopeless(result.reason);
        else if (result.value.duplicate) throw new StillRemembered();
      }
      sequences.set(module, before + facts.length);
    },
  };
}

async function newestOf(
  { jsm }: Session,
  module: string,
): Promise<{ position: number; id: string } | undefined> {
  const stream = streamName(module);
  const message = await jsm.direct.getMessage(stream, { last_by_subj: subjectsOf(module) });
  if (message === null) return undefined;
  try {
    const { row } = fromMessage(module, { data: message.data, headers: message.header });
    return { position: row.position, id: row.id };
  } catch (error) {
    throw new OutletRefusal(
      `Message ${message.seq} of ${stream} is none of ours. Let nobody else publish to ${subjectsOf(module)}, delete it (nats stream rmm ${stream} ${message.seq}), then resume ${module}.bridge.`,
      { cause: error },
    );
  }
}

/** A stream that lost its facts knows their ids until its duplicate window is over. */
class StillRemembered extends Error {
  constructor() {
    super('The server takes a fact it has lost again once its duplicate window is over');
    this.name = 'StillRemembered';
  }
}

/** What is too large stays too large; everything else may pass. */
function refusedIfHopeless(error: unknown): never {
  if (!(error instanceof InvalidArgumentError)) throw error;
  throw new OutletRefusal(
    `A fact is larger than the server takes (${error.message}). Raise max_payload there, then resume the bridge.`,
    { cause: error },
  );
}
