/** Errors of subgraphs and of the way to them, as the client's response names them. */
import { GraphQLError } from 'graphql';
import type { ResponsePath } from './paths.ts';
import { TransportFault, type SubgraphError } from './transports/transport.ts';

/** One failing fetch may concern hundreds of places; past this many, naming more helps nobody. */
export const errorsMax = 100;

/** A remote server's debugging aids; never for clients. */
const privateExtensions = new Set(['exception', 'stacktrace', 'serviceName', 'http']);

/**
 * The same error at the client's path. A plain answer carries no `originalError` (the edge would
 * mask its code); a defect thrown by a resolver in this process keeps it, so the edge masks it.
 */
export function subgraphError(error: SubgraphError, path: ResponsePath | undefined): GraphQLError {
  const extensions: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(error.extensions ?? {})) {
    if (!privateExtensions.has(key)) extensions[key] = value;
  }
  if (typeof extensions['code'] !== 'string') extensions['code'] = 'SUBGRAPH_ERROR';
  return new GraphQLError(text(error.message), {
    ...(path === undefined ? {} : { path }),
    extensions,
    originalError: defectOf(error),
  });
}

function text(message: unknown): string {
  return typeof message === 'string' && message !== '' ? message : 'A subgraph reported an error.';
}

function defectOf(error: SubgraphError): Error | undefined {
  let original: unknown = error.originalError;
  while (original instanceof GraphQLError) original = original.originalError;
  return original instanceof Error ? original : undefined;
}

export function faultError(fault: unknown, path: ResponsePath | undefined): GraphQLError {
  const code = fault instanceof TransportFault ? fault.code : 'SUBGRAPH_UNAVAILABLE';
  return new GraphQLError('A part of the answer is unavailable at the moment.', {
    ...(path === undefined ? {} : { path }),
    extensions: { code },
    originalError: fault instanceof Error ? fault : new TransportFault(code, String(fault)),
  });
}
