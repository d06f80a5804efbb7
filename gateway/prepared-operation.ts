/** An operation that may run for its caller: nothing but the fetches is left to do. */
import type { Actor } from '#kernel/access';
import type { Span } from '#kernel/telemetry';
import type { DocumentNode } from 'graphql';
import { createHash } from 'node:crypto';
import type { Limits } from './limits.ts';
import type { OperationParams } from './params.ts';
import { describeQueryPlan } from './query-plan.ts';
import type { RateLimiter } from './rates.ts';
import type { OperationResult } from './response.ts';
import type { OpenSource, SharedStreams } from './shared-streams.ts';
import type { CompiledOperation } from './supergraph.ts';
import type { RequestContext } from './transports/transport.ts';

export interface Caller {
  readonly actor: Actor | null;
  readonly requestId: string;
  /** Remote address: the key of rates for callers without a user. */
  readonly address: string;
  /** Aborted when the client has gone or the operation takes too long. */
  readonly abort: AbortController;
  readonly traceparent?: string | undefined;
  /** Of the operation, where it is traced. */
  readonly span?: Span | undefined;
}

export interface PreparedOperation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** Equal for equal text, name and variables: what a resume position is bound to. */
  fingerprint(): string;
  readonly params: OperationParams;
  readonly caller: Caller;
  execute(): OperationResult | Promise<OperationResult>;
  subscribe(resume: string | undefined): AsyncIterableIterator<OperationResult>;
}

export interface Preparation {
  readonly compiled: CompiledOperation;
  readonly operation: {
    readonly name: string | undefined;
    readonly document: DocumentNode;
    /** A subscription that begins in the past. */
    readonly replays: boolean;
  };
  readonly params: OperationParams;
  readonly caller: Caller;
  readonly text: string;
  readonly cost: number;
  /** What an answer has cost. */
  readonly actualCost: (
    variables: OperationParams['variables'],
    data: OperationResult['data'],
  ) => number;
  readonly rates: RateLimiter;
  readonly rateKey: string;
  readonly limits: Limits;
  readonly shared: SharedStreams | undefined;
  /** The answer tells its plan. */
  readonly explains: boolean;
}

export function preparedOperation(given: Preparation): PreparedOperation {
  const { compiled, operation, params, caller, rates, rateKey, limits } = given;
  const { actor, requestId, traceparent, span, abort } = caller;
  const requestFor = (resumeFrom: string | undefined, signal = abort.signal): RequestContext => ({
    actor,
    requestId,
    traceparent,
    span,
    signal,
    resumeFrom,
  });
  // Events of hours would make a trace without an end.
  const open: OpenSource = (from, signal) =>
    compiled.subscribe(params.variables, { ...requestFor(from, signal), span: undefined });
  const fingerprint = (): string =>
    createHash('sha256')
      .update(JSON.stringify([given.text, operation.name ?? null, params.variables]))
      .digest('base64url');
  const run = (leave: () => void): OperationResult | Promise<OperationResult> => {
    const result = compiled.execute(params.variables, requestFor(undefined));
    if (!(result instanceof Promise)) {
      leave();
      return result;
    }
    const timer = setTimeout(() => abort.abort(), limits.operationTimeoutMs);
    return result.finally(() => {
      clearTimeout(timer);
      leave();
    });
  };
  return {
    kind: compiled.kind,
    document: operation.document,
    operationName: operation.name,
    params,
    caller,
    fingerprint,
    execute() {
      const leave = rates.enter(rateKey);
      let result;
      try {
        result = run(leave);
      } catch (error) {
        leave();
        throw error;
      }
      if (!params.wantsCost && !given.explains) return result;
      return result instanceof Promise
        ? result.then((value) => withExtensions(value, toldBy(given, value)))
        : withExtensions(result, toldBy(given, result));
    },
    subscribe(resume) {
      const { shared } = given;
      if (shared === undefined || actor === null || resume !== undefined || operation.replays) {
        return open(resume, abort.signal);
      }
      const { userId, clientId, partnerOrgId, roles, territories } = actor;
      const rights = [userId, clientId, partnerOrgId, roles, territories];
      return shared.open(JSON.stringify([rights, fingerprint()]), open, abort.signal);
    },
  };
}

/** What was asked about the operation itself. */
function toldBy(given: Preparation, { data }: OperationResult): object {
  const { params, compiled, explains, actualCost, rates, rateKey } = given;
  return {
    ...(params.wantsCost && {
      cost: {
        requestedQueryCost: given.cost,
        actualQueryCost: actualCost(params.variables, data),
        throttleStatus: rates.throttleStatus(rateKey),
      },
    }),
    ...(explains && { queryPlan: describeQueryPlan(compiled.plan) }),
  };
}

function withExtensions(result: OperationResult, told: object): OperationResult {
  return { ...result, extensions: { ...result.extensions, ...told } };
}
