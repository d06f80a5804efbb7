/** What every transport of the edge shares. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Identity } from './identity.ts';
import type { Limits } from './limits.ts';
import type { Caller, Pipeline } from './pipeline.ts';
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
  try {
    const operation = await context.pipeline().prepare(params, caller);
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
  const isRefused = !('data' in result);
  if (isRefused) metrics.refused(codeOf(result.errors?.[0]));
  metrics.answered(kind, result.errors !== undefined, performance.now() - startedAt);
  return { kind, result };
}

/** Of what was asked for nothing could be answered, because what holds it is away. */
function isAllAway(result: OperationResult): boolean {
  const { errors = [] } = result;
  if (errors.length === 0 || !errors.every((error) => statusOf(error) === 503)) return false;
  return Object.values(result.data ?? {}).every((value) => value === null);
}
