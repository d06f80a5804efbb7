/** What a client sent, read with care: every key is checked before anything uses it. */
import { refused } from './refusals.ts';

export interface OperationParams {
  readonly query: string | undefined;
  /** Of a stored operation. */
  readonly hash: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly wantsCost: boolean;
  /** Whether he may see it is another question. */
  readonly wantsPlan: boolean;
  /** Resume position as the client holds it: signed, not yet checked. */
  readonly resume: string | undefined;
}

const nothing: Readonly<Record<string, never>> = Object.freeze({});

/** @throws `BAD_USER_INPUT` */
export function readParams(input: unknown): OperationParams {
  if (!isRecord(input)) throw malformed('The request is no single operation.');
  const variables = input['variables'] ?? nothing;
  const extensions = input['extensions'] ?? nothing;
  if (!isRecord(variables)) throw malformed('"variables" is no object.');
  if (!isRecord(extensions)) throw malformed('"extensions" is no object.');
  return {
    query: textOf(input, 'query'),
    hash: hashOf(input, extensions),
    operationName: textOf(input, 'operationName'),
    variables,
    wantsCost: extensions['cost'] === true,
    wantsPlan: extensions['queryPlan'] === true,
    resume: textOf(extensions, 'resume'),
  };
}

/** By `documentId`, or in the form of automatic persisted queries; both name the same text. */
function hashOf(
  input: Readonly<Record<string, unknown>>,
  extensions: Readonly<Record<string, unknown>>,
): string | undefined {
  const documentId = textOf(input, 'documentId')?.replace(/^sha256:/, '');
  const persisted = extensions['persistedQuery'];
  if (persisted === undefined || persisted === null) return documentId;
  if (!isRecord(persisted) || persisted['version'] !== 1) {
    throw malformed('"persistedQuery" is not of version 1.');
  }
  const hash = textOf(persisted, 'sha256Hash');
  if (hash === undefined || (documentId !== undefined && documentId !== hash)) {
    throw malformed('The request names no stored operation.');
  }
  return hash;
}

function textOf(record: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw malformed(`"${key}" is no text.`);
  return value;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(message: string): Error {
  return refused('BAD_USER_INPUT', message);
}
