/** One POST and its answer, straight on the dispatcher: no streams, no copies but one. */
import type { Dispatcher } from 'undici';
import { TransportFault, departed, type SubgraphResult } from './transport.ts';

export interface ExchangeOptions {
  readonly path: string;
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

/** Rejects with `TransportFault` and with nothing else. */
export type Exchange = (
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
) => Promise<Answered>;

export interface Answered {
  readonly result: SubgraphResult;
  /** What it was read from. */
  readonly text: string;
}

const graphqlResponse = 'application/graphql-response+json';

export function createExchange(
  dispatcher: Dispatcher,
  { path, timeoutMs, bytesMax }: ExchangeOptions,
): Exchange {
  const fixed = {
    'content-type': 'application/json',
    accept: `${graphqlResponse}, application/json;q=0.9`,
  };
  return (body, headers, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(departed());
      let abort: ((fault: TransportFault) => void) | undefined;
      const fail = (fault: TransportFault): void => {
        settle();
        reject(fault);
        abort?.(fault);
      };
      const timer = setTimeout(
        () => fail(new TransportFault('SUBGRAPH_TIMEOUT', `No answer within ${timeoutMs} ms.`)),
        timeoutMs,
      );
      const leave = (): void => fail(departed());
      signal?.addEventListener('abort', leave, { once: true });
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', leave);
      };
      const finish = (answer: Answer): void => {
        settle();
        try {
          resolve(read(answer));
        } catch (fault) {
          reject(fault);
        }
      };
      dispatcher.dispatch(
        { path, method: 'POST', headers: { ...fixed, ...headers }, body },
        collect(bytesMax, { finish, fail, onStart: (stop) => (abort = stop) }),
      );
    });
}

interface Answer {
  readonly status: number;
  readonly mediaType: string;
  readonly chunks: readonly Buffer[];
}

interface Outcome {
  finish(answer: Answer): void;
  fail(fault: TransportFault): void;
  onStart(abort: (fault: TransportFault) => void): void;
}

function collect(bytesMax: number, outcome: Outcome): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let status = 0;
  let mediaType = '';
  return {
    onRequestStart: (controller) => outcome.onStart((fault) => controller.abort(fault)),
    onResponseStart: (_controller, code, headers) => {
      status = code;
      mediaType = String(headers['content-type'] ?? '');
    },
    onResponseData: (_controller, chunk) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
      else outcome.fail(unavailable(`The answer exceeds ${bytesMax} bytes.`));
    },
    onResponseEnd: () => outcome.finish({ status, mediaType, chunks }),
    onResponseError: (_controller, error) => {
      outcome.fail(
        error instanceof TransportFault ? error : unavailable(error.message, { cause: error }),
      );
    },
  };
}

/** Media type of GraphQL's own: the body counts whatever the status says. */
function read({ status, mediaType, chunks }: Answer): Answered {
  const isGraphql = mediaType.startsWith(graphqlResponse);
  if (!isGraphql && (status < 200 || status > 299)) throw unavailable(`Status ${status}.`);
  const first = chunks[0];
  const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  const text = body.toString('utf8');
  let result: unknown;
  try {
    result = JSON.parse(text);
  } catch (error) {
    throw unavailable(`Status ${status} with a body that is not JSON.`, { cause: error });
  }
  if (!isResult(result)) throw unavailable(`Status ${status} with a body that is no result.`);
  return { result, text };
}

export function isResult(answer: unknown): answer is SubgraphResult {
  if (typeof answer !== 'object' || answer === null) return false;
  const { data, errors } = answer as { data?: unknown; errors?: unknown };
  if (data !== undefined && (typeof data !== 'object' || Array.isArray(data))) return false;
  if (errors === undefined) return data !== undefined;
  return Array.isArray(errors) && errors.every((error) => typeof error === 'object' && error);
}

export function unavailable(message: string, options?: ErrorOptions): TransportFault {
  return new TransportFault('SUBGRAPH_UNAVAILABLE', message, options);
}
