/**
 * Equal questions of one caller are sent once. Nobody is given what was read before he asked: who finds
 * his question under way waits for the next sending, with all who come until it starts.
 */
import type { Answered } from './exchange.ts';
import { departed, type SubgraphResult } from './transport.ts';

export interface SharingOptions {
  /** For so long a question waits for an equal one under way before it is sent beside it. */
  readonly waitMs: number;
  /** Told how many of a sending were spared one of their own. */
  readonly onSpared?: ((count: number) => void) | undefined;
}

/** `signal` ends the sending once nobody waits for it any more. */
export type Ask = (signal: AbortSignal | undefined) => Promise<Answered>;

/** Answers are never shared, only what they are read from: each receiver owns his. */
export type ShareAnswers = (
  question: string,
  signal: AbortSignal | undefined,
  ask: Ask,
) => Promise<SubgraphResult>;

interface Question {
  underWay: number;
  next: Sending | undefined;
}

export function createSharedAnswers({ waitMs, onSpared }: SharingOptions): ShareAnswers {
  const questions = new Map<string, Question>();
  return (text, signal, ask) => {
    if (signal?.aborted === true) return Promise.reject(departed());
    const known = questions.get(text);
    if (known !== undefined) return (known.next ??= nextOf(known, ask)).join(signal);
    const question: Question = { underWay: 1, next: undefined };
    questions.set(text, question);
    return ask(signal)
      .then(({ result }) => result)
      .finally(() => ended(question));

    function ended(of: Question): void {
      of.underWay -= 1;
      of.next?.start();
      if (of.underWay === 0) questions.delete(text);
    }

    function nextOf(of: Question, send: Ask): Sending {
      const timer = setTimeout(() => sending.start(), waitMs);
      const close = (): void => {
        clearTimeout(timer);
        of.next = undefined;
      };
      const sending = createSending({
        async ask(until) {
          close();
          of.underWay += 1;
          return send(until).finally(() => ended(of));
        },
        abandon: close,
        onSpared,
      });
      return sending;
    }
  };
}

interface Sending {
  join(signal: AbortSignal | undefined): Promise<SubgraphResult>;
  start(): void;
}

interface SendingOptions {
  readonly ask: Ask;
  /** Nobody is left to send it for. */
  readonly abandon: () => void;
  readonly onSpared: SharingOptions['onSpared'];
}

function createSending({ ask, abandon, onSpared }: SendingOptions): Sending {
  const takers = new Set<PromiseWithResolvers<SubgraphResult>>();
  const until = new AbortController();
  let isStarted = false;
  const leave = (taker: PromiseWithResolvers<SubgraphResult>): void => {
    takers.delete(taker);
    taker.reject(departed());
    if (takers.size > 0) return;
    if (isStarted) until.abort();
    else abandon();
  };
  const hand = ({ result, text }: Answered): void => {
    onSpared?.(takers.size - 1);
    let first: SubgraphResult | undefined = result;
    for (const taker of takers) {
      taker.resolve(first ?? (JSON.parse(text) as SubgraphResult));
      first = undefined;
    }
  };
  return {
    join(signal) {
      const taker = Promise.withResolvers<SubgraphResult>();
      takers.add(taker);
      if (signal === undefined) return taker.promise;
      const left = (): void => leave(taker);
      signal.addEventListener('abort', left, { once: true });
      return taker.promise.finally(() => signal.removeEventListener('abort', left));
    },
    start() {
      isStarted = true;
      ask(until.signal).then(hand, (fault: unknown) => {
        for (const taker of takers) taker.reject(fault);
      });
    },
  };
}
