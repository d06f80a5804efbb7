/**
 * The one way every operation takes, over HTTP, SSE and WebSocket alike: text, limits, validation,
 * authorisation, rates, plan, execution. What can be decided per document is decided once.
 */
import type { Actor } from '#kernel/access';
import { hasRole } from '#kernel/access';
import { inSpan } from '#kernel/telemetry';
import type { DocumentNode, GraphQLError, OperationDefinitionNode } from 'graphql';
import type { Authorization, Decision } from './authorization.ts';
import { actualCost } from './actual-cost.ts';
import { compileCost, type Cost } from './cost.ts';
import { readCostRules, type CostRules } from './cost-rules.ts';
import type { OnDenied } from './denials.ts';
import { createLru } from './lru.ts';
import { checkDocument, checkVariables, parseDocument } from './document-limits.ts';
import type { Limits } from './limits.ts';
import { isTypename, type Operations } from './operations.ts';
import { readParams } from './params.ts';
import {
  preparedOperation,
  type Caller,
  type Preparation,
  type PreparedOperation,
} from './prepared-operation.ts';
import type { RateLimiter } from './rates.ts';
import { forbidden, refused } from './refusals.ts';
import type { Shedding } from './shedding.ts';
import type { QueryPlan } from './planner.ts';
import { operationParts } from './selections.ts';
import { createSharedStreams } from './shared-streams.ts';
import { labelsOf } from './steps.ts';
import type { CompiledOperation, Supergraph } from './supergraph.ts';
import { validateDocument } from './validation.ts';

export type { Caller, PreparedOperation } from './prepared-operation.ts';

export interface Pipeline {
  readonly supergraph: Supergraph;
  /** @throws GraphQLError with a stable code; nothing was planned for what is refused by a limit or a right. */
  prepare(params: unknown, caller: Caller, state?: PrepareState): Promise<PreparedOperation>;
  /**
   * What a stored text would mean for an actor; its plan is kept for when he asks for it.
   *
   * @throws GraphQLError for what `prepare` would refuse whatever the variables
   */
  inspect(text: string, actor: Actor | null): Promise<Inspection>;
}

export interface PrepareState {
  /** A stream that is planned anew: its rate was counted when it was opened. */
  readonly isRunning?: boolean;
}

export interface Inspection {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name: string | undefined;
  /** Units, with the defaults of its variables. */
  readonly cost: number;
  /** Fields answered with `FORBIDDEN`. */
  readonly deniedFields: number;
  readonly plan: QueryPlan;
}

export interface PipelineOptions {
  readonly supergraph: Supergraph;
  readonly authorization: Authorization;
  readonly operations: Operations;
  readonly rates: RateLimiter;
  readonly limits: Limits;
  /** Asked before a new operation is parsed; without it none is turned away. */
  readonly shedding?: Pick<Shedding, 'admit'> | undefined;
  /**
   * Equal subscriptions of one person share a source. Right where a subscription brings what happens
   * from now on, unless its argument `from` says otherwise.
   */
  readonly sharesStreams?: boolean;
  /** Who is told the plan if he asks for it; without it nobody is. */
  readonly explainsTo?: ((actor: Actor | null) => boolean) | undefined;
  /** Told when a person is denied a mutation; without it nobody is. */
  readonly onDenied?: OnDenied | undefined;
}

interface KnownOperation {
  readonly name: string | undefined;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly cost: Cost;
  readonly actualCost: Preparation['actualCost'];
  readonly searches: boolean;
  readonly registers: boolean;
  /** A subscription that begins in the past. */
  readonly replays: boolean;
  readonly verdicts: Map<string, Decision>;
}

const verdictsMax = 64;

export function createPipeline(options: PipelineOptions): Pipeline {
  const { supergraph, authorization, operations, rates, limits, shedding } = options;
  const operationOf = createOperationCache(supergraph, limits);
  const shared =
    options.sharesStreams === true ? createSharedStreams(limits.streamQueueMax) : undefined;
  const decide = (operation: KnownOperation, actor: Actor | null, isPublic: boolean): Decision => {
    const key = `${isPublic ? 'public ' : ''}${authorization.keyOf(actor)}`;
    let decision = operation.verdicts.get(key);
    if (decision === undefined) {
      const { document, name: operationName } = operation;
      decision = authorization.decide({ document, operationName, actor, isPublic });
      if (operation.verdicts.size >= verdictsMax) operation.verdicts.clear();
      operation.verdicts.set(key, decision);
    }
    return decision;
  };

  return {
    supergraph,
    async prepare(input, caller, { isRunning = false } = {}) {
      const { actor } = caller;
      const params = readParams(input);
      const { text, isPersisted } = operations.resolve(params, actor);
      if (!isRunning) shedding?.admit(isPersisted || isTypename(text) ? 'mutation' : 'document');
      const operation = operationOf(text, params.operationName);
      caller.span?.rename(...labelsOf(operation.definition, isPersisted));
      // Stored texts were parsed at the start: to know their kind costs nothing here.
      if (!isRunning && operation.definition.operation !== 'mutation') shedding?.admit('query');
      checkVariables(params.variables, limits);
      if (isPersisted) refuseSurplus(operation.definition, params.variables);
      const cost = operation.cost(params.variables);
      const isPartner = actor !== null && hasRole(actor, 'partner');
      const costMax = isPartner ? limits.partnerCostMax : limits.costMax;
      if (!(cost <= costMax)) {
        throw refused('COST_LIMIT', `An operation costs at most ${costMax} units.`);
      }
      const decision = decide(operation, actor, isPersisted && actor === null);
      if (decision.refusal !== undefined) {
        throw denied(options, { operation, caller }, decision.deniedRoots, decision.refusal);
      }
      const foreign = actor === null ? [] : decision.checkArguments(params.variables, actor);
      if (foreign.length > 0) {
        throw denied(options, { operation, caller }, new Set(foreign), forbidden());
      }
      const rateKey = actor?.userId ?? caller.address;
      const isWrite = operation.definition.operation === 'mutation';
      const isSearch = operation.searches || hasSearch(params.variables, 0);
      const isRegistration = operation.registers;
      if (!isRunning) await rates.admit({ key: rateKey, isWrite, isSearch, isRegistration, cost });
      const planningTimeoutMs = isPersisted
        ? limits.storedPlanningTimeoutMs
        : limits.planningTimeoutMs;
      const plan = (): Promise<CompiledOperation> =>
        compile(options, { operation, decision, planningTimeoutMs, askedBy: rateKey });
      const { span } = caller;
      const compiled = await (span === undefined ? plan() : inSpan(span.start('plan'), plan));
      const given = { compiled, operation, params, caller, text, cost, rates, rateKey, limits };
      const explains = params.wantsPlan && options.explainsTo?.(actor) === true;
      return preparedOperation({ ...given, actualCost: operation.actualCost, shared, explains });
    },
    async inspect(text, actor) {
      const operation = operationOf(text, undefined);
      const decision = decide(operation, actor, actor === null);
      if (decision.refusal !== undefined) throw decision.refusal;
      const planningTimeoutMs = limits.storedPlanningTimeoutMs;
      const { kind, plan } = await compile(options, { operation, decision, planningTimeoutMs });
      const name = operation.definition.name?.value;
      return { kind, name, cost: operation.cost({}), deniedFields: decision.denied.size, plan };
    },
  };
}

/** The refusal, after whoever keeps denials of mutations was told. */
function denied(
  { onDenied }: PipelineOptions,
  { operation, caller }: { operation: KnownOperation; caller: Caller },
  fields: ReadonlySet<string>,
  refusal: GraphQLError,
): GraphQLError {
  const { actor, requestId } = caller;
  if (actor !== null && operation.definition.operation === 'mutation') {
    for (const field of fields) onDenied?.({ actor, operation: field, requestId });
  }
  return refusal;
}

interface Decided {
  readonly operation: KnownOperation;
  readonly decision: Decision;
  readonly planningTimeoutMs: number;
  readonly askedBy?: string;
}

/** @throws `PLAN_LIMIT`, `PLANNING_LIMIT` */
async function compile(
  { supergraph, authorization, limits }: PipelineOptions,
  { operation, decision, planningTimeoutMs, askedBy }: Decided,
): Promise<CompiledOperation> {
  const compiled = await supergraph.compile({
    document: operation.document,
    operationName: operation.name,
    authorizationKey: decision.outcomeKey,
    transform: decision.transform,
    guards: authorization.guards,
    introspectionSchema: decision.introspectionSchema,
    planningTimeoutMs,
    askedBy,
  });
  if (compiled.fetchCount > limits.planFetchesMax) {
    throw refused('PLAN_LIMIT', `An operation needs at most ${limits.planFetchesMax} fetches.`);
  }
  return compiled;
}

/** What can be known of an operation without its caller, kept by its text. */
function createOperationCache(supergraph: Supergraph, limits: Limits) {
  const documents = createLru<string, DocumentNode>(limits.documentsCachedMax);
  const known = new WeakMap<DocumentNode, Map<string, KnownOperation>>();
  const rules = readCostRules(supergraph.sdl, supergraph.apiSchema);
  const documentOf = (text: string): DocumentNode => {
    const cached = documents.get(text);
    if (cached !== undefined) return cached;
    const document = parseDocument(text, limits);
    checkDocument(document, limits);
    validateDocument(supergraph.apiSchema, document);
    // Only what is valid is kept, so that rubbish cannot push out what is used.
    documents.set(text, document);
    return document;
  };
  return (text: string, name: string | undefined): KnownOperation => {
    const document = documentOf(text);
    let byName = known.get(document);
    if (byName === undefined) known.set(document, (byName = new Map()));
    let operation = byName.get(name ?? '');
    if (operation === undefined) {
      operation = describe({ document, name, supergraph, rules, limits });
      byName.set(name ?? '', operation);
    }
    return operation;
  };
}

function describe({
  document,
  name,
  supergraph,
  rules,
  limits,
}: {
  document: DocumentNode;
  name: string | undefined;
  supergraph: Supergraph;
  rules: CostRules;
  limits: Limits;
}): KnownOperation {
  const { operation, fragments } = operationParts(document, name);
  const schema = supergraph.apiSchema;
  const text = JSON.stringify(operation);
  return {
    name,
    document,
    definition: operation,
    cost: compileCost({ schema, rules, operation, fragments, limits }),
    actualCost: (variables, data) =>
      actualCost({ schema, rules, operation, fragments }, variables, data),
    searches: /"name":\{"kind":"Name","value":"search"\}/.test(text),
    registers: /"value":"leadRegister"/.test(text),
    replays: /"name":\{"kind":"Name","value":"from"\}/.test(text),
    verdicts: new Map(),
  };
}

function hasSearch(variables: Readonly<Record<string, unknown>>, depth: number): boolean {
  for (const key in variables) {
    const value = variables[key];
    if (key === 'search' && typeof value === 'string' && value !== '') return true;
    if (depth > 2 || typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    if (hasSearch(value as Record<string, unknown>, depth + 1)) return true;
  }
  return false;
}

function refuseSurplus(
  definition: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  const declared = new Set(
    (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value),
  );
  if (Object.keys(variables).some((name) => !declared.has(name))) {
    throw refused('BAD_USER_INPUT', 'The operation does not take all of these variables.');
  }
}
