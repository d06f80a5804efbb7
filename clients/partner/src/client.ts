import { DelegateBackoff, ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { secureUrl } from './addresses.ts';
import { RequestFailed } from './errors.ts';
import type { TypedDocumentString } from './graphql/graphql.ts';
import type { TokenSource } from './tokens.ts';

export interface PartnerClientOptions {
  /** Address of the endpoint, such as `https://graph.example.com/graphql`. */
  readonly url: string;
  readonly tokens: TokenSource;
  /** Milliseconds for one try. Default: 10,000. */
  readonly timeoutMs?: number;
  /** Tries for one request, the first included. Default: 5. */
  readonly attemptsMax?: number;
  readonly fetch?: typeof fetch;
}

export interface PartnerClient {
  /**
   * Runs a stored operation. What passes by itself is tried again: a line that broke, an endpoint that
   * is busy. A mutation goes under one idempotency key through all tries, so that it happens once.
   *
   * @throws RequestFailed when it was not answered, or with an error
   */
  run<Data, Variables>(
    operation: TypedDocumentString<Data, Variables>,
    ...variables: Variables extends Record<string, never> ? [] : [Variables]
  ): Promise<Data>;
}

const TIMEOUT_MS = 10_000;
const ATTEMPTS_MAX = 5;
const WAIT_MAX_MS = 30_000;
const PASSING = new Set([429, 502, 503, 504]);

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly requestId?: string };
  }[];
}

/** @throws TypeError for an address without TLS that is not on this machine */
export function createPartnerClient(options: PartnerClientOptions): PartnerClient {
  const url = secureUrl(options.url);
  const { tokens, timeoutMs = TIMEOUT_MS, attemptsMax = ATTEMPTS_MAX } = options;
  const send = options.fetch ?? fetch;
  const patient = retry(
    handleWhen((error) => error instanceof RequestFailed && error.isPassing),
    { maxAttempts: attemptsMax - 1, backoff: politely() },
  );

  const tryOnce = async (body: string, isRefused: boolean): Promise<unknown> => {
    const token = await tokens(isRefused);
    let response: Response;
    let answer: Answer;
    try {
      response = await send(url, {
        method: 'POST',
        headers: {
          accept: 'application/graphql-response+json',
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
        },
        body,
        // A redirect would carry the token somewhere else.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      answer = await answerOf(response);
    } catch (cause) {
      throw new RequestFailed('UNREACHABLE', 'The endpoint gave no answer', {
        isPassing: true,
        cause,
      });
    }
    if (response.status === 401 && !isRefused) return tryOnce(body, true);
    const failure = failureOf(response, answer);
    if (failure !== undefined) throw failure;
    return answer.data;
  };

  return {
    async run<Data, Variables>(
      operation: TypedDocumentString<Data, Variables>,
      variables?: Variables,
    ): Promise<Data> {
      const documentId = operation.__meta__?.['hash'];
      if (typeof documentId !== 'string') throw new TypeError('This is no stored operation');
      const isMutation = operation.trimStart().startsWith('mutation');
      const known = isMutation ? underKey(variables) : variables;
      const body = JSON.stringify({ documentId, variables: known ?? {} });
      return (await patient.execute(() => tryOnce(body, false))) as Data;
    },
  };
}

/** Keeps the caller's key; chooses one when he has none. */
function underKey(variables: unknown): unknown {
  const { input } = (variables ?? {}) as { input?: { idempotencyKey?: string | null } };
  if (input === undefined) throw new TypeError('A mutation needs an input');
  const idempotencyKey = input.idempotencyKey ?? crypto.randomUUID();
  return { ...(variables as object), input: { ...input, idempotencyKey } };
}

/** As long as the endpoint asks for, else longer from try to try; half a minute at most. */
function politely() {
  const growing = new ExponentialBackoff<{ result: unknown }>({
    initialDelay: 200,
    maxDelay: WAIT_MAX_MS,
  });
  type Growing = ReturnType<typeof growing.next>;
  return new DelegateBackoff<{ result: unknown }, Growing>((context, before) => {
    const state = before === undefined ? growing.next() : before.next(context);
    const { error } = context.result as { error?: unknown };
    const asked = error instanceof RequestFailed ? (error.retryAfterMs ?? 0) : 0;
    return { delay: Math.min(Math.max(asked, state.duration), WAIT_MAX_MS), state };
  });
}

/** @throws SyntaxError for what is no answer of the endpoint, such as a proxy's page */
async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  if (PASSING.has(response.status) && !text.startsWith('{')) return {};
  return JSON.parse(text) as Answer;
}

function failureOf(response: Response, { data, errors }: Answer): RequestFailed | undefined {
  const [error] = errors ?? [];
  if (error === undefined && response.ok && data !== undefined) return undefined;
  const seconds = Number(response.headers.get('retry-after'));
  return new RequestFailed(
    error?.extensions?.code ?? `HTTP_${response.status}`,
    error?.message ?? 'The endpoint answered without data',
    {
      status: response.status,
      requestId: response.headers.get('x-request-id') ?? error?.extensions?.requestId,
      retryAfterMs: seconds > 0 ? seconds * 1_000 : undefined,
      isPassing: PASSING.has(response.status),
    },
  );
}
