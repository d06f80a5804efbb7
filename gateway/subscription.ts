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
import { LIMITS } from './limits.ts';
import { createPatience } from './patience.ts';
import type { SubscriptionNode } from './planner.ts';
import { createRefusal, createResult, positionOf, type OperationResult } from './response.ts';
import { compilePathRewrites, compileRewrites } from './rewrites.ts';
import { faultError, subgraphError } from './subgraph-errors.ts';
import {
  TransportFault,
  type RequestContext,
  type SubgraphResult,
} from './transports/transport.ts';
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
    eachEvent((request) => transport.subscribe(fetch, variablesOf(state.variables), request), {
      onEvent,
      state,
      resumeMs: options.resumeMs ?? LIMITS.subgraph.resumeMs,
    });
}

interface Events {
  readonly onEvent: OnEvent;
  readonly state: ExecutionState;
  readonly resumeMs: number;
}

/**
 * By hand instead of a generator: a generator that waits for its source queues `return` behind
 * the next event, which may never come. A source that is gone is opened again behind the last event,
 * where that has a position: its process restarts, and the subscriber misses nothing.
 */
function eachEvent(
  open: (request: RequestContext) => AsyncIterable<SubgraphResult>,
  { onEvent, state, resumeMs }: Events,
): AsyncIterableIterator<OperationResult> {
  const { request } = state;
  const patience = createPatience(resumeMs, request.signal);
  let source: AsyncIterator<SubgraphResult> | undefined;
  let position = request.resumeFrom;
  let isDone = false;
  const done = { value: undefined, done: true } as const;
  const leave = (): void => {
    // Not awaited: a source that waits for its own next event would hold the subscriber.
    void source?.return?.()?.catch(() => undefined);
    source = undefined;
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      while (!isDone) {
        try {
          source ??= open({ ...request, resumeFrom: position })[Symbol.asyncIterator]();
          const event = await source.next();
          if (isDone || event.done === true) break;
          patience.restore();
          position = positionOf(event.value) ?? position;
          return { value: await onEvent(event.value, state), done: false };
        } catch (fault) {
          if (isDone) break;
          leave();
          if (isGone(fault) && position !== undefined && (await patience.wait())) continue;
          if (isDone) break;
          isDone = true;
          // The source is over; the subscriber learns why before the stream ends.
          return { value: createRefusal([faultError(fault, undefined)]), done: false };
        }
      }
      isDone = true;
      return done;
    },
    async return() {
      isDone = true;
      leave();
      return done;
    },
  };
}

function isGone(fault: unknown): boolean {
  return fault instanceof TransportFault && fault.code === 'SUBGRAPH_UNAVAILABLE';
}
