import type { GraphQLError } from 'graphql';

export interface OperationResult {
  /** Parsed from the text on first use: only those who do not `stringify` pay for it. */
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** The response as JSON, of this result or of a copy that a later step gave other errors. */
  readonly stringify: (result: OperationResult) => string;
}

/** What stands beside the data. */
export interface Rest {
  readonly errors?: readonly GraphQLError[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export interface ResponseParts {
  /** JSON text of `data`. */
  readonly text: string;
  readonly errors: readonly GraphQLError[];
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * `data` has to be a property of each result, for those who spread it. A getter written as a
 * closure would give every result a hidden class of its own, which the engine keeps: so one
 * function serves all.
 */
class WrittenResult implements OperationResult {
  static readonly #descriptor: PropertyDescriptor = {
    get(this: WrittenResult) {
      return (this.#data ??= JSON.parse(this.#text) as Record<string, unknown> | null);
    },
    enumerable: true,
    configurable: true,
  };

  readonly #text: string;
  #data: Record<string, unknown> | null | undefined;
  declare readonly data: Record<string, unknown> | null;
  readonly stringify: (result: OperationResult) => string;

  constructor(text: string) {
    this.#text = text;
    Object.defineProperty(this, 'data', WrittenResult.#descriptor);
    this.stringify = (given) => withRest(this.#textFor(given), given);
  }

  textWith(rest: Rest): string {
    return withRest(this.#text, rest);
  }

  /** A copy whose data someone replaced must not bring the original text back. */
  #textFor(given: OperationResult): string | undefined {
    if (given === this) return this.#text;
    const { data } = given;
    if (data === undefined) return undefined;
    return data === this.#data ? this.#text : JSON.stringify(data);
  }
}

export function createResult({ text, errors, extensions }: ResponseParts): OperationResult {
  const result: OperationResult = new WrittenResult(text);
  if (errors.length === 0 && extensions === undefined) return result;
  return Object.assign(
    result,
    errors.length === 0 ? undefined : { errors },
    extensions === undefined ? undefined : { extensions },
  );
}

/** The response as JSON with other errors and extensions; its data are not read for that. */
export function stringifyWith(result: OperationResult, { errors, extensions }: Rest): string {
  if (result instanceof WrittenResult) return result.textWith({ errors, extensions });
  return result.stringify({
    ...result,
    ...(errors === undefined ? {} : { errors }),
    ...(extensions === undefined ? {} : { extensions }),
  });
}

/** Where an event stands in the log it comes from; undefined where that has no positions. */
export function positionOf({ extensions }: Pick<Rest, 'extensions'>): string | undefined {
  const position = extensions?.['position'];
  return ['string', 'number', 'bigint'].includes(typeof position) ? String(position) : undefined;
}

/** A request that was refused before anything was fetched. */
export function createRefusal(errors: readonly GraphQLError[]): OperationResult {
  return { errors, stringify: (given) => JSON.stringify({ errors: given.errors }) };
}

function withRest(data: string | undefined, { errors, extensions }: Rest): string {
  const parts = data === undefined ? [] : [`"data":${data}`];
  if (errors !== undefined && errors.length > 0) parts.push(`"errors":${JSON.stringify(errors)}`);
  if (extensions !== undefined) parts.push(`"extensions":${JSON.stringify(extensions)}`);
  return `{${parts.join(',')}}`;
}
