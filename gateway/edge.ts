/** What every transport of the edge shares. */
import type { Tracing } from '#kernel/telemetry';
import type { ExecutionResult } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Identity } from './identity.ts';
import type { Limits } from './limits.ts';
import type { Caller, Pipeline, PreparedOperation } from './pipeline.ts';
import type { EdgeMetrics } from './plugins/edge-metrics.ts';
import { maskResult, refusalOf, type MaskError } from './plugins/mask-errors.ts';
import type { AllowsOrigin } from './plugins/origins.ts';
import { codeOf, refused, statusOf } from './refusals.ts';
import type { OperationResult } from './response.ts';
import type { Shedding } from './shedding.ts';
import type { Streams } from './subscriptions.ts';

export interface EdgeContext {
  /** Of now: a reload swaps it, requests under way keep theirs. */
  readonly pipeline: () => Pipeline;
  readonly identity: Identity;
  readonly limits: Limits;
  readonly allowsOrigin: AllowsOrigin;
  readonly mask: MaskError;
  readonly metrics: EdgeMetrics;
  readonly streams: Streams;
  readonly shedding: Shedding;
  readonly tracing: Tracing | undefined;
}

export interface Outcome {
  readonly kind: 'query' | 'mutation' | 'subscription' | 'none';
  readonly result: OperationResult;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly caller: Caller;
  readonly body: unknown;
}

/** Prepares and runs what is no subscription; every failure becomes a masked result. */
export async function runOperation(
  context: EdgeContext,
  params: unknown,
  caller: Caller,
  isReadOnly = false,
): Promise<Outcome> {
  const startedAt = performance.now();
  const { mask, metrics } = context;
  let kind: Outcome['kind'] = 'none';
  let result: OperationResult;
  let operation: PreparedOperation | undefined;
  try {
    operation = await prepareOperation(context, params, caller);
    kind = operation.kind;
    if (kind === 'subscription') {
      throw refused('BAD_USER_INPUT', 'Subscribe over server-sent events or a WebSocket.');
    }
    if (isReadOnly && kind === 'mutation') {
      throw refused('METHOD_NOT_ALLOWED', 'Mutations are sent by POST.');
    }
    const ran = operation.execute();
    result = maskResult(ran instanceof Promise ? await ran : ran, mask, caller.requestId);
    if (isAllAway(result)) result = refusalOf(result.errors ?? []);
  } catch (error) {
    result = refusalOf([mask(error, caller.requestId)]);
  }
  if (operation !== undefined) endOperation(operation.caller, result);
  const isRefused = !('data' in result);
  if (isRefused) metrics.refused(codeOf(result.errors?.[0]));
  metrics.answered(kind, result.errors !== undefined, performance.now() - startedAt);
  return { kind, result };
}

/**
 * Where operations are traced, the caller of the answer has a span, which `endOperation` ends. That of a
 * subscription ends here: its events come for hours.
 */
export function prepareOperation(
  context: EdgeContext,
  params: unknown,
  caller: Caller,
): Promise<PreparedOperation> {
  const { tracing } = context;
  const pipeline = context.pipeline();
  if (tracing === undefined) return pipeline.prepare(params, caller);
  const span = tracing.start('operation', {
    kind: 'server',
    parent: caller.traceparent,
    // A client's own may be a word of his.
    ...(UUID.test(caller.requestId)
      ? { attributes: { 'freshplan.request_id': caller.requestId } }
      : undefined),
  });
  return pipeline.prepare(params, { ...caller, span, traceparent: span.traceparent }).then(
    (operation) => {
      if (operation.kind === 'subscription') span.end();
      return operation;
    },
    (error: unknown) => {
      span.end(error);
      throw error;
    },
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function endOperation({ span }: Caller, { errors = [] }: ExecutionResult): void {
  const [error] = errors;
  span?.end(error && codeOf(error));
}

/** Of what was asked for nothing could be answered, because what holds it is away. */
function isAllAway(result: OperationResult): boolean {
  const { errors = [] } = result;
  if (errors.length === 0 || !errors.every((error) => statusOf(error) === 503)) return false;
  return Object.values(result.data ?? {}).every((value) => value === null);
}
