/** Yoga for what is not POST with JSON: stored operations by GET, negotiation of answer types. */
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { ExecutionResult } from 'graphql';
import { runOperation, type EdgeContext, type Exchange } from '../edge.ts';
import type { Caller } from '../pipeline.ts';
import { forbidden, refused, statusOf } from '../refusals.ts';

interface YogaContext {
  readonly caller: Caller;
}

/** Any of them makes a browser ask first when a foreign page sends the request. */
const csrfHeaders = ['x-graphql-csrf', 'x-requested-with', 'apollo-require-preflight'];

export function createYogaServer(context: EdgeContext): YogaServerInstance<object, YogaContext> {
  return createYoga<YogaContext>({
    graphqlEndpoint: '/graphql',
    schema: () => Promise.resolve(context.pipeline().supergraph.apiSchema),
    plugins: [usePipeline(context)],
    // Errors are masked by the pipeline already, and only it decides what is logged.
    maskedErrors: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    batching: false,
    multipart: false,
    healthCheckEndpoint: '/graphql/health',
  }) as unknown as YogaServerInstance<object, YogaContext>;
}

/** Answers each operation from the pipeline instead of Yoga's own parse, validate and execute. */
function usePipeline(context: EdgeContext): Plugin<YogaContext> {
  return {
    onParams: async ({ params, request, context: server, setParams, setResult }) => {
      // Yoga's own check comes later and insists on a text; the pipeline may know it by its hash.
      setParams({ ...params, query: params.query ?? '{ __typename }' });
      const { caller } = server as unknown as YogaContext;
      const isGet = request.method === 'GET';
      const refusal = isGet ? refusalByGet(request, params) : undefined;
      if (refusal !== undefined) {
        setResult(withStatus({ errors: [context.mask(refusal, caller.requestId)] }));
        return;
      }
      const documentId = new URL(request.url).searchParams.get('documentId');
      const asked = isGet && documentId !== null ? { ...params, documentId } : params;
      const { result } = await runOperation(context, asked, caller, isGet);
      setResult(withStatus(result));
    },
  };
}

function refusalByGet(request: Request, params: { query?: unknown }): Error | undefined {
  if (params.query !== undefined && params.query !== null && params.query !== '') {
    return refused('BAD_USER_INPUT', 'By GET only stored operations are asked for.');
  }
  return csrfHeaders.some((name) => request.headers.has(name)) ? undefined : forbidden();
}

/** Yoga reads status and headers from the extensions of errors and takes them out. */
function withStatus(result: ExecutionResult): ExecutionResult {
  if ('data' in result) return result;
  const [first] = result.errors ?? [];
  if (first === undefined) return result;
  Object.assign(first.extensions, { http: { status: statusOf(first), spec: false } });
  return result;
}

export async function answerWithYoga(
  yoga: YogaServerInstance<object, YogaContext>,
  { request, response, caller, body }: Exchange,
): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  headers.delete('content-length');
  const answer = await yoga.fetch(
    new URL(request.url ?? '/', 'http://gateway.invalid').href,
    {
      method: request.method ?? 'GET',
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    { caller },
  );
  const text = await answer.text();
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.setHeader('cache-control', 'no-store');
  response.removeHeader('transfer-encoding');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.writeHead(answer.status).end(text);
}
