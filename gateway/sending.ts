/** One fetch to a transport: bounded in time, over when the client leaves, sent at once. */
import {
  TransportFault,
  departed,
  type RequestContext,
  type RunFetch,
  type SubgraphResult,
  type Variables,
} from './transports/transport.ts';

export type Receive = (result: SubgraphResult) => void;
export type Fail = (fault: unknown) => void;
export type Send = (
  state: { readonly request: RequestContext },
  variables: Variables,
  receive: Receive,
  fail: Fail,
) => void | Promise<void>;

export function compileSend(run: RunFetch, timeoutMs: number): Send {
  return ({ request }, variables, receive, fail) => {
    let answer;
    try {
      if (request.signal?.aborted === true) throw departed();
      answer = run(variables, request);
    } catch (fault) {
      return fail(fault);
    }
    if (!(answer instanceof Promise)) return receive(answer);
    return withinBounds(answer, request.signal, timeoutMs).then(receive).catch(fail);
  };
}

function withinBounds<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new TransportFault('SUBGRAPH_TIMEOUT', `No answer within ${timeoutMs} ms.`));
    }, timeoutMs);
    const abort = (): void => reject(departed());
    signal?.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    });
  });
}
