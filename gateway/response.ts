import type { GraphQLError } from 'graphql';

export interface OperationResult {
  /** Parsed from the text on first use: only those who do not `stringify` pay for it. */
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** The response as JSON, of this result or of a copy that a later step gave other errors. */
  readonly stringify: (result: OperationResult) => string;
}

export interface ResponseParts {
  /** JSON text of `data`. */
  readonly text: string;
  readonly errors: readonly GraphQLError[];
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export function createResult({ text, errors, extensions }: ResponseParts): OperationResult {
  let data: Record<string, unknown> | null | undefined;
  const result: OperationResult = {
    get data() {
      return (data ??= JSON.parse(text) as Record<string, unknown> | null);
    },
    ...(errors.length === 0 ? {} : { errors }),
    ...(extensions === undefined ? {} : { extensions }),
    stringify: (given) =>
      // A copy whose data someone replaced must not bring the original text back.
      withRest(given === result || given.data === data ? text : JSON.stringify(given.data), given),
  };
  return result;
}

/** A request that was refused before anything was fetched. */
export function createRefusal(errors: readonly GraphQLError[]): OperationResult {
  return { errors, stringify: (given) => JSON.stringify({ errors: given.errors }) };
}

function withRest(data: string, { errors, extensions }: OperationResult): string {
  let text = `{"data":${data}`;
  if (errors !== undefined && errors.length > 0) text += `,"errors":${JSON.stringify(errors)}`;
  if (extensions !== undefined) text += `,"extensions":${JSON.stringify(extensions)}`;
  return `${text}}`;
}
