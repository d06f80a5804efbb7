/** Results of a subscription that outlive its plan: after a reload the new one reads on. */
import type { Pipeline, PreparedOperation } from './pipeline.ts';
import { positionOf, type OperationResult } from './response.ts';

export interface MovingSource {
  /** Undefined once it is over. Rejects with what its source throws. */
  next(): Promise<OperationResult | undefined>;
  /**
   * Plans anew and reads on after the last result; before the first one the old plan still brings it.
   *
   * @throws GraphQLError when the new supergraph does not answer the operation
   */
  move(pipeline: Pipeline): Promise<void>;
  /** A waiting `next` answers at once. */
  end(): void;
  /** Of the last result, else where it began; undefined where the source has none. */
  position(): string | undefined;
}

interface Running {
  readonly operation: PreparedOperation;
  readonly source: AsyncIterableIterator<OperationResult>;
}

export function createMovingSource(
  operation: PreparedOperation,
  from: string | undefined,
): MovingSource {
  let running: Running = { operation, source: operation.subscribe(from) };
  let position = from;
  let successor: PreparedOperation | undefined;
  let isOver = false;
  /** Lets the `next` that waits read anew; a promise that all of them raced against would keep every result. */
  let interrupt: (() => void) | undefined;

  const leave = (): void => {
    running.operation.caller.abort.abort();
    void running.source.return?.();
  };
  const follow = (): void => {
    if (successor === undefined || position === undefined) return;
    leave();
    running = { operation: successor, source: successor.subscribe(position) };
    successor = undefined;
  };
  const next = (): Promise<OperationResult | undefined> => {
    if (isOver) return Promise.resolve(undefined);
    follow();
    return new Promise((resolve, reject) => {
      const again = (): void => {
        interrupt = undefined;
        resolve(next());
      };
      interrupt = again;
      running.source.next().then((event) => {
        // Its successor reads it once more.
        if (interrupt !== again) return;
        interrupt = undefined;
        if (event.done === true) return resolve(undefined);
        position = positionOf(event.value) ?? position;
        resolve(event.value);
      }, reject);
    });
  };

  return {
    position: () => position,
    end() {
      if (isOver) return;
      isOver = true;
      leave();
      interrupt?.();
    },
    async move(pipeline) {
      if (isOver) return;
      const { params, caller } = running.operation;
      const { query, hash: documentId, operationName, variables } = params;
      const request = { query, documentId, operationName, variables };
      const sameCaller = { ...caller, span: undefined, abort: new AbortController() };
      successor = await pipeline.prepare(request, sameCaller, { isRunning: true });
      if (position !== undefined) interrupt?.();
    },
    next,
  };
}
