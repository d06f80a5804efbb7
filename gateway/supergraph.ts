/**
 * One immutable runtime per supergraph: schemas, planner and compiled operations. A reload builds
 * a new one and swaps it in; requests under way finish on the old.
 */
import {
  GraphQLError,
  OperationTypeNode,
  getVariableValues,
  print,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
} from 'graphql';
import { compilePlan, type ExecutionState, type ExecutorOptions, type Step } from './executor.ts';
import { LIMITS } from './limits.ts';
import type { QueryPlan } from './planner.ts';
import { planning, type OpenGraph, type Planning } from './planning.ts';
import { createLru } from './lru.ts';
import { createRefusal, createResult, type OperationResult } from './response.ts';
import {
  invalidOperation,
  operationParts,
  refuseUnsafeAliases,
  type OperationParts,
} from './selections.ts';
import { subtypesOf } from './subtypes.ts';
import { readSchemas, type SupergraphSchemas } from './supergraph-schemas.ts';
import { fetchesOf } from './uniform.ts';
import { compileSubscription, type Subscribe } from './subscription.ts';
import type { RequestContext, Transport, Variables } from './transports/transport.ts';
import { compileWriter, type Guard, type Writer } from './writer.ts';

export type { Guard } from './writer.ts';
export type { OperationResult } from './response.ts';

export interface SupergraphOptions {
  readonly sdl: string;
  /** One per subgraph, by its name in the supergraph. */
  readonly transports: ReadonlyMap<string, Transport>;
  /** By type name; asked for every object of that type before it is written. */
  readonly guards?: ReadonlyMap<string, Guard> | undefined;
  /** A guard said no: the subgraph returned what it should have withheld. */
  readonly onDenied?: ((typename: string, request: RequestContext) => void) | undefined;
  readonly fetchTimeoutMs?: number | undefined;
  /** For how long a stream waits for the subgraph it comes from. */
  readonly resumeMs?: number | undefined;
  readonly compiledMax?: number | undefined;
  /** Default: the thread of this process. */
  readonly planning?: Planning | undefined;
}

export interface TransformedDocument {
  /** What is planned and fetched. */
  readonly document: DocumentNode;
  /** Fields of the original document that are answered with `FORBIDDEN` instead of fetched. */
  readonly denied?: ReadonlySet<FieldNode> | undefined;
}

export interface CompileInput {
  /** Valid against the API schema. */
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  /** Equal keys promise equal outcomes of `transform`, `guards` and `introspectionSchema`. */
  readonly authorizationKey?: string | undefined;
  readonly transform?:
    | ((document: DocumentNode, operationName: string | undefined) => TransformedDocument)
    | undefined;
  /** Instead of the guards of the supergraph. */
  readonly guards?: ReadonlyMap<string, Guard> | undefined;
  readonly introspectionSchema?: GraphQLSchema | undefined;
  /** Default: that of stored operations. */
  readonly planningTimeoutMs?: number | undefined;
  /** A person or an address; default: the house. */
  readonly askedBy?: string | undefined;
}

export interface CompiledOperation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly plan: QueryPlan;
  readonly fetchCount: number;
  execute(
    variables: Variables | null | undefined,
    request: RequestContext,
  ): OperationResult | Promise<OperationResult>;
  /** Ends when the source ends; `return` cancels the source at once. */
  subscribe(
    variables: Variables | null | undefined,
    request: RequestContext,
  ): AsyncIterableIterator<OperationResult>;
}

export interface Supergraph {
  readonly sdl: string;
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSchema: GraphQLSchema;
  readonly subgraphs: SupergraphSchemas['subgraphs'];
  /** Resolves once operations can be planned. @throws for a schema that cannot be planned over */
  ready(): Promise<void>;
  /**
   * The same promise for equal input. On a miss it waits for the plan, then compiles it: milliseconds.
   *
   * @throws GraphQLError for what cannot be planned, or not in time
   */
  compile(input: CompileInput): Promise<CompiledOperation>;
  /** The thread that plans is gone with the last supergraph. */
  close(): Promise<void>;
}

const defaults = { fetchTimeoutMs: 5_000, compiledMax: 1_000 };

export function createSupergraph(options: SupergraphOptions): Supergraph {
  // Loads there while the schemas are read here.
  const graph = (options.planning ?? planning).open(options.sdl);
  const close = async (): Promise<void> => {
    const closing = [...options.transports.values()].map(async (each) => each.close?.());
    await Promise.all([...closing, graph.close()]);
  };
  try {
    const schemas = readSchemas(options.sdl);
    for (const { name } of schemas.subgraphs) {
      if (!options.transports.has(name)) {
        throw new Error(`No transport leads to subgraph "${name}".`);
      }
    }
    const executor: ExecutorOptions = {
      transports: options.transports,
      isSubtype: subtypesOf(schemas.supergraphSchema),
      fetchTimeoutMs: options.fetchTimeoutMs ?? defaults.fetchTimeoutMs,
      resumeMs: options.resumeMs,
    };
    const compiled = createCache(options.compiledMax ?? defaults.compiledMax);
    return {
      sdl: options.sdl,
      ...schemas,
      ready: graph.ready,
      compile: (input) =>
        compiled(input, () => compileOperation(input, { options, schemas, graph, executor })),
      close,
    };
  } catch (error) {
    void graph.close();
    throw error;
  }
}

interface Runtime {
  readonly options: SupergraphOptions;
  readonly schemas: SupergraphSchemas;
  readonly graph: OpenGraph;
  readonly executor: ExecutorOptions;
}

/** Least recently used first; documents are told apart by identity, as the parse cache keeps them. */
function createCache(max: number) {
  const entries = createLru<string, Promise<CompiledOperation>>(max);
  const ids = new WeakMap<DocumentNode, number>();
  let lastId = 0;
  return (
    input: CompileInput,
    compile: () => Promise<CompiledOperation>,
  ): Promise<CompiledOperation> => {
    let id = ids.get(input.document);
    if (id === undefined) ids.set(input.document, (id = ++lastId));
    const key = `${id} ${input.operationName ?? ''} ${input.authorizationKey ?? ''}`;
    const known = entries.get(key);
    if (known !== undefined) return known;
    const entry = compile();
    entries.set(key, entry);
    entry.catch(() => entries.delete(key));
    return entry;
  };
}

async function compileOperation(input: CompileInput, runtime: Runtime): Promise<CompiledOperation> {
  const { schemas, graph, options, executor } = runtime;
  const operationName = input.operationName ?? undefined;
  refuseUnsafeAliases(input.document);
  const parts = operationParts(input.document, operationName);
  const transformed = input.transform?.(input.document, operationName);
  const plan = await graph.plan({
    text: print(transformed?.document ?? input.document),
    operationName,
    timeoutMs: input.planningTimeoutMs ?? LIMITS.storedPlanningTimeoutMs,
    askedBy: input.askedBy,
  });
  const { apiSchema } = schemas;
  const writer = compileWriter({
    ...parts,
    document: input.document,
    schema: apiSchema,
    introspectionSchema: input.introspectionSchema ?? apiSchema,
    guards: input.guards ?? options.guards ?? new Map(),
    denied: transformed?.denied ?? new Set(),
    onDenied: options.onDenied,
  });
  const prepare = compilePrepare(apiSchema, parts);
  const { node } = plan;
  const isSubscription = parts.operation.operation === OperationTypeNode.SUBSCRIPTION;
  const step =
    node === undefined || node.kind === 'Subscription' ? undefined : compilePlan(node, executor);
  const source =
    node?.kind === 'Subscription' ? compileSubscription(node, writer, executor) : undefined;
  return {
    kind: parts.operation.operation,
    plan,
    fetchCount: countFetches(node),
    execute: (variables, request) => {
      if (isSubscription) return createRefusal([invalidOperation('Subscribe to this operation.')]);
      const state = prepare(variables ?? {}, request);
      return 'refusal' in state ? state.refusal : execute(step, writer, state);
    },
    subscribe: (variables, request) => {
      if (source === undefined) throw invalidOperation('Not a subscription.');
      return subscribe(source, prepare(variables ?? {}, request));
    },
  };
}

type Prepared = ExecutionState | { readonly refusal: OperationResult };

function compilePrepare(schema: GraphQLSchema, { operation }: OperationParts) {
  const definitions = operation.variableDefinitions ?? [];
  const coerce = (variables: Variables) =>
    definitions.length === 0 ? { coerced: {} } : getVariableValues(schema, definitions, variables);
  return (variables: Variables, request: RequestContext): Prepared => {
    const { coerced, errors } = coerce(variables);
    if (coerced === undefined) return { refusal: createRefusal(errors.map(inputError)) };
    return { data: {}, variables, conditions: coerced, request, errors: [] };
  };
}

/** Which variable does not fit, never the value: it may be somebody's name or address. */
function inputError(error: GraphQLError): GraphQLError {
  const message = error.message.replace(
    /^(Variable "\$\w+") got invalid value.*$/s,
    '$1 does not fit.',
  );
  return new GraphQLError(message, {
    ...(error.nodes === undefined ? {} : { nodes: error.nodes }),
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT' },
  });
}

function execute(
  step: Step | undefined,
  write: Writer,
  state: ExecutionState,
): OperationResult | Promise<OperationResult> {
  const finish = (): OperationResult => createResult({ text: write(state), errors: state.errors });
  const pending = step?.(state);
  return pending === undefined ? finish() : pending.then(finish);
}

function subscribe(source: Subscribe, state: Prepared): AsyncIterableIterator<OperationResult> {
  if (!('refusal' in state)) return source(state);
  const { refusal } = state;
  return (async function* () {
    yield refusal;
  })();
}

function countFetches(node: QueryPlan['node']): number {
  if (node?.kind !== 'Subscription') return fetchesOf(node).length;
  return 1 + fetchesOf(node.rest).length;
}
