/**
 * A query plan compiled once to closures. Each step works on the state of one request and is
 * synchronous for as long as the transports are.
 */
import { isAnswer, mergeAnswer, type Answer } from './answers.ts';
import { eachTarget, placesOf, type PlanPath } from './paths.ts';
import type { FetchNode, PlanNode } from './planner.ts';
import { inBatches } from './batches.ts';
import { compileRequirements, type Representations } from './representations.ts';
import { compilePathRewrites, compileRewrites } from './rewrites.ts';
import { parse, Kind, type DocumentNode, type GraphQLError } from 'graphql';
import { compileSend, type Send } from './sending.ts';
import { asStep } from './steps.ts';
import { errorsMax, faultError, subgraphError } from './subgraph-errors.ts';
import type { IsSubtype } from './subtypes.ts';
import { fetchesOf, placeKey, uniformPlaces, type UniformPlaces } from './uniform.ts';
import {
  TransportFault,
  type RequestContext,
  type RunFetch,
  type SubgraphError,
  type SubgraphFetch,
  type Transport,
  type Variables,
} from './transports/transport.ts';

export interface ExecutionState {
  /** The response tree as fetched so far; a subscription seeds it with its event. */
  readonly data: Answer;
  /** As the client sent them. */
  readonly variables: Variables;
  /** Coerced, with defaults: what conditions are decided by. */
  readonly conditions: Variables;
  readonly request: RequestContext;
  readonly errors: GraphQLError[];
}

export type Step = (state: ExecutionState) => void | Promise<void>;

export interface ExecutorOptions {
  readonly transports: ReadonlyMap<string, Transport>;
  readonly isSubtype: IsSubtype;
  readonly fetchTimeoutMs: number;
  /** For how long a stream waits for a source that is gone. */
  readonly resumeMs?: number | undefined;
}

interface Compilation extends ExecutorOptions {
  readonly uniform: UniformPlaces;
}

/** `primary` has filled the data before: the event of a subscription. */
export function compilePlan(node: PlanNode, options: ExecutorOptions, primary?: FetchNode): Step {
  const fetches = [...fetchesOf(primary), ...fetchesOf(node)];
  return compileNode(node, [], { ...options, uniform: uniformPlaces(fetches) });
}

function compileNode(node: PlanNode, path: PlanPath, options: Compilation): Step {
  switch (node.kind) {
    case 'Sequence':
      return sequence(node.nodes.map((child) => compileNode(child, path, options)));
    case 'Parallel':
      return parallel(node.nodes.map((child) => compileNode(child, path, options)));
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path], options);
    case 'Fetch':
      return compileFetch(node, path, options);
    case 'Condition': {
      const { condition } = node;
      const yes = node.ifClause && compileNode(node.ifClause, path, options);
      const no = node.elseClause && compileNode(node.elseClause, path, options);
      return (state) => (state.conditions[condition] === true ? yes : no)?.(state);
    }
    case 'Defer':
      throw new Error('The planner runs without incremental delivery.');
  }
}

function sequence(steps: readonly Step[]): Step {
  const from = (index: number, state: ExecutionState): void | Promise<void> => {
    for (let at = index; at < steps.length; at++) {
      const pending = steps[at]?.(state);
      if (pending !== undefined) return pending.then(() => from(at + 1, state));
    }
  };
  return (state) => from(0, state);
}

function parallel(steps: readonly Step[]): Step {
  return (state) => {
    let pending: Promise<void>[] | undefined;
    for (const step of steps) {
      const result = step(state);
      if (result !== undefined) (pending ??= []).push(result);
    }
    if (pending === undefined) return;
    return pending.length === 1 ? pending[0] : Promise.all(pending).then(() => undefined);
  };
}

export function subgraphFetch(node: FetchNode): SubgraphFetch {
  return {
    subgraph: node.serviceName,
    operation: node.operation,
    document: parse(node.operation, { noLocation: true }),
    operationName: node.operationName,
    kind: node.operationKind,
    variableUsages: node.variableUsages ?? [],
  };
}

export function transportOf(name: string, options: ExecutorOptions): Transport {
  const transport = options.transports.get(name);
  if (transport === undefined) throw new Error(`No transport leads to subgraph "${name}".`);
  return transport;
}

/** What the subgraph is told of the client's variables: those it uses and the client set. */
export function compileVariables(names: readonly string[]): (variables: Variables) => Answer {
  return (variables) => {
    const used: Answer = {};
    for (const name of names) {
      const value = variables[name];
      if (value !== undefined && Object.hasOwn(variables, name)) used[name] = value;
    }
    return used;
  };
}

function compileFetch(node: FetchNode, path: PlanPath, options: Compilation): Step {
  const fetch = subgraphFetch(node);
  const run = transportOf(node.serviceName, options).compile(fetch);
  const sending = (each: RunFetch): Send =>
    asStep(compileSend(each, options.fetchTimeoutMs), fetch);
  return node.requires === undefined
    ? compileRootFetch(node, fetch.document, path, sending(run), options)
    : compileEntityFetch(node, path, sending(inBatches(run)), options);
}

function compileRootFetch(
  node: FetchNode,
  document: DocumentNode,
  path: PlanPath,
  send: Send,
  { isSubtype }: ExecutorOptions,
): Step {
  const variablesOf = compileVariables(node.variableUsages ?? []);
  const rewrite = compileRewrites(node.outputRewrites, isSubtype);
  const rewritePath = compilePathRewrites(node.outputRewrites);
  const rootNames = responseNames(document);
  return (state) =>
    send(
      state,
      variablesOf(state.variables),
      ({ data, errors }) => {
        if (isAnswer(data)) {
          rewrite?.(data);
          eachTarget(state.data, path, (target) => {
            mergeAnswer(target, data, isSubtype);
            return target;
          });
        }
        for (const error of errors ?? []) {
          const at = error.path && [...path, ...rewritePath(error.path)];
          addError(state, subgraphError(error, at));
        }
      },
      (fault) => {
        for (const name of rootNames) addError(state, faultError(fault, [...path, name]));
      },
    );
}

/** The root fields a fetch answers, by their names in the response. */
function responseNames(document: DocumentNode): string[] {
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((selection) =>
          selection.kind === Kind.FIELD ? [selection.alias?.value ?? selection.name.value] : [],
        )
      : [],
  );
}

function compileEntityFetch(
  node: FetchNode,
  path: PlanPath,
  send: Send,
  { isSubtype, uniform }: Compilation,
): Step {
  const requirements = compileRequirements(node.requires ?? [], {
    isSubtype,
    uniformLeaves: uniform.get(placeKey(path)),
    isConditional: /@(include|skip)\(/.test(node.operation),
  });
  const variablesOf = compileVariables(node.variableUsages ?? []);
  const rewriteInput = compileRewrites(node.inputRewrites, isSubtype);
  const rewriteOutput = compileRewrites(node.outputRewrites, isSubtype);
  const rewritePath = compilePathRewrites(node.outputRewrites);
  return (state) => {
    const { add, gathered } = requirements.gather();
    eachTarget(state.data, path, add);
    if (gathered.list.length === 0) return;
    if (rewriteInput !== undefined) gathered.list.forEach(rewriteInput);
    const variables = variablesOf(state.variables);
    variables['representations'] = gathered.list;
    return send(
      state,
      variables,
      ({ data, errors }) => {
        for (const error of errors ?? []) {
          addEntityError(state, path, gathered, error, rewritePath);
        }
        const entities = data?.['_entities'];
        if (data == null || entities == null) return;
        if (!Array.isArray(entities) || entities.length !== gathered.list.length) {
          const fault = new TransportFault('SUBGRAPH_UNAVAILABLE', 'Not one answer per entity.');
          return addFault(state, path, gathered, fault);
        }
        mergeEntities(gathered, entities, rewriteOutput, isSubtype);
      },
      (fault) => addFault(state, path, gathered, fault),
    );
  };
}

function mergeEntities(
  { targets, slots }: Representations,
  entities: readonly unknown[],
  rewrite: ((entity: Answer) => void) | undefined,
  isSubtype: IsSubtype,
): void {
  if (rewrite !== undefined) {
    // Answers without a type name are of the target's type; conditions in rewrites rely on it.
    targets.forEach((target, index) => {
      const entity = entities[slots[index] as number];
      if (isAnswer(entity)) entity['__typename'] ??= target['__typename'];
    });
    for (const entity of entities) if (isAnswer(entity)) rewrite(entity);
  }
  for (let index = 0; index < targets.length; index++) {
    const entity = entities[slots[index] as number];
    if (isAnswer(entity)) mergeAnswer(targets[index] as Answer, entity, isSubtype);
  }
}

function addEntityError(
  state: ExecutionState,
  path: PlanPath,
  gathered: Representations,
  error: SubgraphError,
  rewritePath: (path: ReadonlyArray<string | number>) => ReadonlyArray<string | number>,
): void {
  const slot = error.path?.[1];
  const rest = typeof slot === 'number' ? rewritePath((error.path ?? []).slice(2)) : [];
  for (const place of places(state, path, gathered, slot)) {
    addError(state, subgraphError(error, [...place, ...rest]));
  }
}

function addFault(
  state: ExecutionState,
  path: PlanPath,
  gathered: Representations,
  fault: unknown,
): void {
  for (const place of places(state, path, gathered, undefined)) {
    addError(state, faultError(fault, place));
  }
}

/** Every place of one representation, or of all when the error names none. */
function places(
  state: ExecutionState,
  path: PlanPath,
  { targets, slots }: Representations,
  slot: string | number | undefined,
): ReturnType<typeof placesOf> {
  const wanted = new Set(
    typeof slot === 'number' ? targets.filter((_, index) => slots[index] === slot) : targets,
  );
  return placesOf(state.data, path, (target) => wanted.has(target), errorsMax);
}

function addError(state: ExecutionState, error: GraphQLError): void {
  if (state.errors.length < errorsMax) state.errors.push(error);
}
