/** Requests the edge turns away, and what HTTP says to each stable code. */
import { GraphQLError } from 'graphql';

const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  OVERLOADED: 503,
  SHUTTING_DOWN: 503,
  SUBGRAPH_UNAVAILABLE: 503,
  SUPERGRAPH_CHANGED: 400,
};

/** Refused before planning: the caller learns the code and one sentence. */
export function refused(
  code: string,
  message: string,
  options: { readonly retryAfterSeconds?: number } = {},
): GraphQLError {
  const { retryAfterSeconds } = options;
  const extensions = retryAfterSeconds === undefined ? { code } : { code, retryAfterSeconds };
  return new GraphQLError(message, { extensions });
}

export function unauthenticated(): GraphQLError {
  return refused('UNAUTHENTICATED', 'Bitte melden Sie sich an.');
}

export function forbidden(): GraphQLError {
  return refused('FORBIDDEN', 'Dafür fehlt Ihnen die Berechtigung.');
}

export function codeOf(error: GraphQLError | undefined): string {
  const code = error?.extensions['code'];
  return typeof code === 'string' ? code : 'INTERNAL';
}

/** Status of a request that brought no data at all. */
export function statusOf(error: GraphQLError | undefined): number {
  return STATUS[codeOf(error)] ?? 400;
}

export function retryAfterOf(error: GraphQLError | undefined): number | undefined {
  const seconds = error?.extensions['retryAfterSeconds'];
  return typeof seconds === 'number' ? seconds : undefined;
}
