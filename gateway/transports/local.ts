/** A subgraph in this process, still spoken to in its own SDL: it can move out by configuration. */
import { createSourceEventStream, type GraphQLSchema } from 'graphql';
import { compileOperation, type RunOperation } from './resolution.ts';
import type {
  RequestContext,
  SubgraphFetch,
  SubgraphResult,
  Transport,
  Variables,
} from './transport.ts';

export interface LocalTransportOptions {
  readonly schema: GraphQLSchema;
  /** The resolvers' context, made anew for each fetch. */
  readonly contextOf: (request: RequestContext) => unknown;
}

export function createLocalTransport({ schema, contextOf }: LocalTransportOptions): Transport {
  const compiled = new WeakMap<SubgraphFetch, RunOperation>();
  const runOf = (fetch: SubgraphFetch): RunOperation => {
    const known =
      compiled.get(fetch) ?? compileOperation(schema, fetch.document, fetch.operationName);
    compiled.set(fetch, known);
    return known;
  };
  return {
    compile: ({ document, operationName }) => {
      const run = compileOperation(schema, document, operationName);
      return (variables, request) => run(variables, contextOf(request));
    },
    subscribe: (fetch, variables, request) => {
      const abort = new AbortController();
      const { signal } = request;
      const scoped: RequestContext = {
        ...request,
        signal: signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]),
      };
      return {
        [Symbol.asyncIterator]: () =>
          lazily(
            () =>
              openStream({ schema, contextOf }, fetch, {
                variables,
                request: scoped,
                run: runOf(fetch),
              }),
            () => abort.abort(),
          ),
      };
    },
  };
}

interface Opened {
  readonly variables: Variables;
  readonly request: RequestContext;
  readonly run: RunOperation;
}

/** Each event is executed in a context of its own, and names its position where the source knows one. */
async function openStream(
  { schema, contextOf }: LocalTransportOptions,
  { document, operationName }: SubgraphFetch,
  { variables: variableValues, request, run }: Opened,
): Promise<AsyncIterator<SubgraphResult>> {
  const operation = { schema, document, operationName, variableValues };
  const source = await createSourceEventStream({ ...operation, contextValue: contextOf(request) });
  if (!(Symbol.asyncIterator in source)) return once(source);
  const events = source[Symbol.asyncIterator]();
  return {
    async next() {
      const event = await events.next();
      if (event.done === true) return { value: undefined, done: true };
      const rootValue: unknown = event.value;
      const result = await run(variableValues, contextOf(request), rootValue);
      return { value: withPosition(result, rootValue), done: false };
    },
    async return() {
      await events.return?.();
      return { value: undefined, done: true };
    },
  };
}

function withPosition(result: SubgraphResult, event: unknown): SubgraphResult {
  const position = (event as { position?: number | string } | null)?.position;
  return position === undefined
    ? result
    : { ...result, extensions: { position: String(position) } };
}

/** By hand: a generator would queue `return` behind the event it waits for. */
function lazily(
  open: () => Promise<AsyncIterator<SubgraphResult>>,
  close: () => void,
): AsyncIterator<SubgraphResult> {
  let source: Promise<AsyncIterator<SubgraphResult>> | undefined;
  let isOver = false;
  return {
    async next() {
      if (isOver) return { value: undefined, done: true };
      return (await (source ??= open())).next();
    },
    async return() {
      isOver = true;
      // The source may be waiting for an event that never comes; the signal ends that wait.
      close();
      await (await source)?.return?.();
      return { value: undefined, done: true };
    },
  };
}

async function* once(result: SubgraphResult): AsyncGenerator<SubgraphResult> {
  yield result;
}
