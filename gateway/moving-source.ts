/** Results of a subscription that outlive its plan: after a reload the new one reads on. */
import { GraphQLError } from 'graphql';
import { createPatience, type Patience } from './patience.ts';
import type { Pipeline, PreparedOperation } from './pipeline.ts';
import { codeOf } from './refusals.ts';
import { positionOf, type OperationResult } from './response.ts';

export interface MovingSource {
  /** Undefined once it is over. Rejects with what its source throws. */
  next(): Promise<OperationResult | undefined>;
  /**
   * Plans anew and reads on after the last result; before the first one, and while the planner has no
   * room, the old plan still brings it. A later call takes the place of one under way.
   *
   * @throws GraphQLError when the new supergraph does not answer the operation; `OVERLOADED` when there
   * was no room for as long as it is waited
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
  { from, patienceMs }: { readonly from: string | undefined; readonly patienceMs: number },
): MovingSource {
  let running: Running = { operation, source: operation.subscribe(from) };
  let position = from;
  let successor: PreparedOperation | undefined;
  let wanted: Pipeline | undefined;
  const over = new AbortController();
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
    if (over.signal.aborted) return Promise.resolve(undefined);
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

  const planAnew = (pipeline: Pipeline): Promise<PreparedOperation> => {
    const { params, caller } = running.operation;
    const { query, hash: documentId, operationName, variables } = params;
    const request = { query, documentId, operationName, variables };
    const sameCaller = { ...caller, span: undefined, abort: new AbortController() };
    return pipeline.prepare(request, sameCaller, { isRunning: true });
  };

  return {
    position: () => position,
    end() {
      if (over.signal.aborted) return;
      over.abort();
      leave();
      interrupt?.();
    },
    async move(pipeline) {
      wanted = pipeline;
      const patience = createPatience(patienceMs, over.signal);
      const isWanted = (): boolean => wanted === pipeline && !over.signal.aborted;
      const planned = await whileWanted(() => planAnew(pipeline), isWanted, patience);
      if (planned === undefined) return;
      successor = planned;
      if (position !== undefined) interrupt?.();
    },
    next,
  };
}

/** Undefined once nobody wants it any more. @throws what `plan` threw, `OVERLOADED` after some patience */
async function whileWanted<T>(
  plan: () => Promise<T>,
  isWanted: () => boolean,
  patience: Patience,
): Promise<T | undefined> {
  while (isWanted()) {
    try {
      const planned = await plan();
      return isWanted() ? planned : undefined;
    } catch (error) {
      const triesAgain = isOverloaded(error) && (await patience.wait());
      if (!triesAgain && isWanted()) throw error;
    }
  }
  return undefined;
}

export function isOverloaded(error: unknown): boolean {
  return error instanceof GraphQLError && codeOf(error) === 'OVERLOADED';
}
