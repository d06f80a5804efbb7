/**
 * A subscription's plan: one primary source, and for each of its events the rest of the plan on a
 * state of its own, so that one event's errors never show in the next.
 */
import { isAnswer } from './answers.ts';
import {
  compilePlan,
  compileVariables,
  subgraphFetch,
  transportOf,
  type ExecutionState,
  type ExecutorOptions,
  type Step,
} from './executor.ts';
import type { SubscriptionNode } from './planner.ts';
import { createRefusal, createResult, type OperationResult } from './response.ts';
import { compilePathRewrites, compileRewrites } from './rewrites.ts';
import { faultError, subgraphError } from './subgraph-errors.ts';
import type { SubgraphResult } from './transports/transport.ts';
import type { Writer } from './writer.ts';

export type Subscribe = (state: ExecutionState) => AsyncIterableIterator<OperationResult>;

type OnEvent = (
  event: SubgraphResult,
  state: ExecutionState,
) => OperationResult | Promise<OperationResult>;

export function compileSubscription(
  { primary, rest }: SubscriptionNode,
  write: Writer,
  options: ExecutorOptions,
): Subscribe {
  const fetch = subgraphFetch(primary);
  const transport = transportOf(primary.serviceName, options);
  const variablesOf = compileVariables(fetch.variableUsages);
  const step: Step | undefined = rest && compilePlan(rest, options, primary);
  const rewrite = compileRewrites(primary.outputRewrites, options.isSubtype);
  const rewritePath = compilePathRewrites(primary.outputRewrites);

  const onEvent: OnEvent = ({ data, errors, extensions }, { variables, conditions, request }) => {
    if (isAnswer(data)) rewrite?.(data);
    const state: ExecutionState = {
      data: isAnswer(data) ? data : {},
      variables,
      conditions,
      request,
      errors: (errors ?? []).map((error) =>
        subgraphError(error, error.path && rewritePath(error.path)),
      ),
    };
    const position = extensions?.['position'];
    const finish = (): OperationResult =>
      createResult({
        text: write(state),
        errors: state.errors,
        extensions: position === undefined ? undefined : { position },
      });
    const pending = step?.(state);
    return pending === undefined ? finish() : pending.then(finish);
  };

  return (state) =>
    eachEvent(() => transport.subscribe(fetch, variablesOf(state.variables), state.request), {
      onEvent,
      state,
    });
}

/**
 * By hand instead of a generator: a generator that waits for its source queues `return` behind
 * the next event, which may never come.
 */
function eachEvent(
  open: () => AsyncIterable<SubgraphResult>,
  { onEvent, state }: { readonly onEvent: OnEvent; readonly state: ExecutionState },
): AsyncIterableIterator<OperationResult> {
  let source: AsyncIterator<SubgraphResult> | undefined;
  let isDone = false;
  const done = { value: undefined, done: true } as const;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (isDone) return done;
      try {
        source ??= open()[Symbol.asyncIterator]();
        const event = await source.next();
        if (isDone || event.done === true) {
          isDone = true;
          return done;
        }
        return { value: await onEvent(event.value, state), done: false };
      } catch (fault) {
        if (isDone) return done;
        isDone = true;
        // The source is over; the subscriber learns why before the stream ends.
        void source?.return?.()?.catch(() => undefined);
        return { value: createRefusal([faultError(fault, undefined)]), done: false };
      }
    },
    async return() {
      isDone = true;
      // Not awaited: a source that waits for its own next event would hold the subscriber.
      void source?.return?.()?.catch(() => undefined);
      return done;
    },
  };
}
