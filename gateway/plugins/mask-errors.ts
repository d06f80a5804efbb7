/** What leaves the gateway of an error: its code, a sentence for people, the request's id. */
import { AccessDenied, Refusal } from '#kernel/access';
import { DatabaseError, toDatabaseError } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import { GraphQLError } from 'graphql';
import { refused } from '../refusals.ts';
import type { OperationResult } from '../response.ts';
import { TransportFault } from '../transports/transport.ts';

const RETRY_AFTER_SECONDS = 1;

export type MaskError = (error: unknown, requestId: string) => GraphQLError;

export function createMask(log: Logger): MaskError {
  return (error, requestId) => {
    const known = knownError(error);
    if (known !== undefined) return withRequestId(known, requestId);
    const away = awayOf(originalOf(error));
    if (away !== undefined) {
      log.warn({ requestId, error: describe(error) }, 'a request found its data away');
      return withRequestId(atPathOf(away, error), requestId);
    }
    log.error({ requestId, error: describe(error) }, 'a request failed unexpectedly');
    const masked = refused(
      'INTERNAL',
      'Das hat nicht funktioniert. Bitte versuchen Sie es erneut.',
    );
    return withRequestId(atPathOf(masked, error), requestId);
  };
}

/** The same result with each error masked; untouched when it has none. */
export function maskResult(
  result: OperationResult,
  mask: MaskError,
  requestId: string,
): OperationResult {
  const { errors } = result;
  if (errors === undefined || errors.length === 0) return result;
  const masked = errors.map((error) => mask(error, requestId));
  if (!('data' in result)) return refusalOf(masked);
  // Only what was asked for: reading `data` would parse the finished text.
  return {
    get data() {
      return result.data ?? null;
    },
    errors: masked,
    ...(result.extensions === undefined ? {} : { extensions: result.extensions }),
    stringify: (given) => result.stringify({ ...given, errors: masked }),
  };
}

/** A request that brought nothing but errors. */
export function refusalOf(errors: readonly GraphQLError[]): OperationResult {
  return { errors, stringify: (given) => JSON.stringify({ errors: given.errors }) };
}

function knownError(error: unknown): GraphQLError | undefined {
  if (error instanceof AccessDenied || error instanceof Refusal) {
    return refused(error.code, error.message);
  }
  if (!(error instanceof GraphQLError)) return undefined;
  const { originalError } = error;
  if (originalError === undefined || originalError === null) return error;
  if (originalError instanceof AccessDenied || originalError instanceof Refusal) {
    return atPathOf(refused(originalError.code, originalError.message), error);
  }
  // Its text was written for clients; the fault behind it stays inside.
  return originalError instanceof TransportFault ? error : undefined;
}

/** Nobody's fault, and worth the same try again: what holds the data is gone, or has no room for more. */
function awayOf(thrown: unknown): GraphQLError | undefined {
  // Reads through the entity manager bring the driver's own errors.
  const error = toDatabaseError(thrown);
  const code =
    error instanceof DatabaseError || error instanceof TransportFault ? error.code : undefined;
  const again = { retryAfterSeconds: RETRY_AFTER_SECONDS };
  switch (code) {
    case 'OVERLOADED':
      return refused(
        code,
        'Gerade ist sehr viel los. Bitte versuchen Sie es gleich erneut.',
        again,
      );
    case 'UNAVAILABLE':
    case 'TRANSIENT':
    case 'SUBGRAPH_UNAVAILABLE':
      return refused(
        'SUBGRAPH_UNAVAILABLE',
        'Die Daten sind gerade nicht erreichbar. Bitte versuchen Sie es gleich erneut.',
        again,
      );
    default:
      return undefined;
  }
}

function atPathOf(masked: GraphQLError, error: unknown): GraphQLError {
  if (!(error instanceof GraphQLError) || error.path === undefined) return masked;
  return new GraphQLError(masked.message, { path: error.path, extensions: masked.extensions });
}

function withRequestId(error: GraphQLError, requestId: string): GraphQLError {
  const { message, path, extensions } = error;
  return new GraphQLError(message, {
    ...(path === undefined ? {} : { path }),
    extensions: { ...extensions, requestId },
  });
}

function originalOf(error: unknown): unknown {
  return error instanceof GraphQLError ? (error.originalError ?? error) : error;
}

function describe(error: unknown): unknown {
  const original = originalOf(error);
  return original instanceof Error
    ? { message: original.message, stack: original.stack }
    : original;
}
