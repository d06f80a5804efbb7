/** Results of a subscription that outlive its plan: after a reload the new one reads on. */
import type { Pipeline, PreparedOperation } from './pipeline.ts';
import type { OperationResult } from './response.ts';

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

const MOVED = Symbol('moved');

export function createMovingSource(
  operation: PreparedOperation,
  from: string | undefined,
): MovingSource {
  let running: Running = { operation, source: operation.subscribe(from) };
  let position = from;
  let successor: PreparedOperation | undefined;
  let isOver = false;
  // Of the `next` that waits: a promise that all of them raced against would keep every result.
  let interrupt: ((what: typeof MOVED) => void) | undefined;

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
  const wait = (): Promise<IteratorResult<OperationResult> | typeof MOVED> =>
    new Promise((resolve, reject) => {
      interrupt = resolve;
      running.source.next().then(resolve, reject);
    });

  return {
    position: () => position,
    end() {
      if (isOver) return;
      isOver = true;
      leave();
      interrupt?.(MOVED);
    },
    async move(pipeline) {
      if (isOver) return;
      const { params, caller } = running.operation;
      const { query, hash: documentId, operationName, variables } = params;
      const request = { query, documentId, operationName, variables };
      const next = { ...caller, abort: new AbortController() };
      successor = await pipeline.prepare(request, next, { isRunning: true });
      if (position !== undefined) interrupt?.(MOVED);
    },
    async next() {
      while (!isOver) {
        follow();
        const event = await wait();
        interrupt = undefined;
        if (event === MOVED) continue;
        if (event.done === true) break;
        const place = event.value.extensions?.['position'];
        if (isPosition(place)) position = String(place);
        return event.value;
      }
      return undefined;
    },
  };
}

export function isPosition(value: unknown): value is string | number | bigint {
  return ['string', 'number', 'bigint'].includes(typeof value);
}
