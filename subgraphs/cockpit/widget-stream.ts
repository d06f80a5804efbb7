import type { ResolverContext } from '#kernel/graphql';
import type { LeadWidgetChanged } from './events.ts';
import type { LeadWidget } from './schema.generated.ts';
import { concerns } from './widget-change.ts';

/** Waiting facts that one widget may stand for at most. */
const BURST_MAX = 1_000;
const NOTHING_WAITS = Symbol('nothing waits');

/**
 * The widget after each change that concerns the caller, judged by his rights when it is delivered.
 * Changes that are already waiting become one widget under the position of the last.
 */
export async function* widgetChanges(
  context: ResolverContext,
  read: () => Promise<LeadWidget>,
): AsyncGenerator<{ position: number; leadWidgetChanged: LeadWidget }, void, undefined> {
  const ended = new AbortController();
  const { signal } = context;
  const feed = context.feed.subscribe<LeadWidgetChanged>({
    types: ['cockpit.lead_widget.changed'],
    from: context.resumeFrom,
    signal: signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]),
    actor: context.actor,
  });
  const facts = feed[Symbol.asyncIterator]();
  // What comes while a widget is being delivered is looked at afterwards, a failure too.
  const ahead = (): ReturnType<typeof facts.next> => {
    const result = facts.next();
    result.catch(() => undefined);
    return result;
  };
  try {
    let next = ahead();
    for (;;) {
      let position: number | undefined;
      let result = await next;
      for (let taken = 0; result.done !== true; taken += 1) {
        const fact = result.value;
        if (concerns(fact.data, context.actor)) ({ position } = fact);
        next = ahead();
        if (taken >= BURST_MAX) break;
        const waiting = await Promise.race([next, nothingWaits()]);
        if (waiting === NOTHING_WAITS) break;
        result = waiting;
      }
      if (position !== undefined) yield { position, leadWidgetChanged: await read() };
      if (result.done === true) return;
    }
  } finally {
    ended.abort();
  }
}

function nothingWaits(): Promise<typeof NOTHING_WAITS> {
  return new Promise((resolve) => {
    setImmediate(resolve, NOTHING_WAITS);
  });
}
