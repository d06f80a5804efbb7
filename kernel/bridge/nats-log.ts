import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { LogNews, LogSource } from '#kernel/events';
import type { Logger } from '#kernel/telemetry';
import type { Link } from './link.ts';
import type { IncomingFact } from './messages.ts';
import { factIn, inOrder, readPage, readerFrom, type OnForeign } from './nats-pages.ts';
import { createPlaces, type Places } from './places.ts';
import { provideStream, type StreamLimits } from './streams.ts';

export interface NatsLogOptions {
  readonly modules: readonly string[];
  readonly limits: StreamLimits;
  readonly log: Logger;
  readonly onForeign: OnForeign;
}

const DELAY_MS = 3_000;
const POLL_MS = 1_000;
const EXPIRES_MS = 10_000;

/** The logs of modules as their streams hold them. What the stream does not tell is found by a look. */
export function createNatsLog(link: Link, options: NatsLogOptions): LogSource {
  const { modules, log, onForeign } = options;
  const places = new Map(modules.map((module) => [module, createPlaces(link, module)]));
  const placesOf = (module: string): Places => {
    const found = places.get(module);
    if (found === undefined) throw new TypeError(`The bridge knows no module ${module}`);
    return found;
  };
  const factOf = (module: string, message: JsMsg): IncomingFact | undefined => {
    const fact = factIn(message, { module, log, onForeign });
    if (fact !== undefined) placesOf(module).remember(fact.row.position, message.seq);
    return fact;
  };
  const live = createLive(link, {
    modules,
    log,
    placesOf,
    hear(module, message, news) {
      const fact = factOf(module, message);
      if (fact !== undefined) news.rows(module, { prevEnd: fact.previous, rows: [fact.row] });
    },
  });

  return {
    delayMs: DELAY_MS,
    async start(news) {
      const session = await link.use();
      for (const module of modules) await provideStream(session, module, options.limits);
      await live.start(news);
    },
    stop: () => live.stop(),
    head: (module) => placesOf(module).head(),
    async after(module, position, limit) {
      const { from, last } = await placesOf(module).after(position);
      const wanted = Math.min(limit, last - from + 1);
      if (wanted < 1) return [];
      const messages = await readPage(link, { module, from, wanted });
      const facts = messages.flatMap((message) => factOf(module, message) ?? []);
      return inOrder(module, position, facts);
    },
    retains: (module, position) => placesOf(module).retains(position),
    async countAfter(module, position) {
      const { from, last } = await placesOf(module).after(position);
      return Math.max(0, last - from + 1);
    },
    isListening: () => link.isConnected(),
  };
}

interface LiveOptions {
  readonly modules: readonly string[];
  readonly log: Logger;
  placesOf(module: string): Places;
  hear(module: string, message: JsMsg, news: LogNews): void;
}

/** Hears what is added to the streams, and looks at times whether something was missed. */
function createLive(link: Link, { modules, log, placesOf, hear }: LiveOptions) {
  const open = new Map<string, ConsumerMessages>();
  const looking = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;

  const listen = async (module: string, news: LogNews): Promise<void> => {
    const { last } = await placesOf(module).bounds();
    const consumer = await readerFrom(link, module, last + 1);
    const messages = await consumer.consume({ expires: EXPIRES_MS });
    open.set(module, messages);
    const follow = async (): Promise<void> => {
      try {
        for await (const message of messages) hear(module, message, news);
      } catch (error) {
        log.warn({ module, err: error }, 'the stream broke off');
      }
      if (open.get(module) === messages) open.delete(module);
    };
    void follow();
  };
  const look = async (module: string, news: LogNews): Promise<void> => {
    if (stopping || looking.has(module)) return;
    looking.add(module);
    try {
      if (!open.has(module)) await listen(module, news);
      news.hint(module, await placesOf(module).head());
    } catch (error) {
      log.debug({ module, err: error }, 'the stream cannot be looked at');
    } finally {
      looking.delete(module);
    }
  };
  return {
    async start(news: LogNews): Promise<void> {
      for (const module of modules) await listen(module, news);
      const lookAtAll = (): void => modules.forEach((module) => void look(module, news));
      link.onAgain(lookAtAll);
      timer = setInterval(lookAtAll, POLL_MS);
    },
    async stop(): Promise<void> {
      stopping = true;
      clearInterval(timer);
      await Promise.all([...open.values()].map((each) => each.close()));
    },
  };
}
