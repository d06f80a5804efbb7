/** What the gateway may ask a subgraph: known operations of its own schema, within the bounds of one fetch. */
import type { Subgraph } from '#kernel/graphql';
import type { Logger } from '#kernel/telemetry';
import { Kind, parse, validate, visit, type DocumentNode } from 'graphql';
import { createLru } from '../lru.ts';
import { LIMITS } from '../limits.ts';
import { isRecord } from '../params.ts';
import { refused } from '../refusals.ts';
import { operationParts } from '../selections.ts';
import type { RunFetch, SubgraphFetch, Transport } from '../transports/transport.ts';

/** The body of a request, or what is subscribed. */
export interface Asked {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Position after which a stream goes on. */
  readonly resume: string | undefined;
}

export interface KnownOperation {
  readonly fetch: SubgraphFetch;
  readonly run: RunFetch;
  readonly asksEntities: boolean;
}

const TOKENS_MAX = 20_000;

/** @throws GraphQLError `BAD_USER_INPUT` */
export function readAsked(body: unknown): Asked {
  if (!isRecord(body)) throw refused('BAD_USER_INPUT', 'The body is no operation.');
  const { query, operationName, variables, extensions } = body;
  const isWell =
    typeof query === 'string' &&
    (operationName == null || typeof operationName === 'string') &&
    (variables == null || isRecord(variables));
  if (!isWell) throw refused('BAD_USER_INPUT', 'The body is no operation.');
  const resume = isRecord(extensions) ? extensions['resume'] : undefined;
  return {
    query,
    operationName: operationName ?? undefined,
    variables: variables ?? {},
    resume: typeof resume === 'string' ? resume : undefined,
  };
}

/** Compiled once per text. @throws GraphQLError for what the schema does not answer or the bounds refuse */
export function createKnownOperations(
  { name, schema }: Pick<Subgraph, 'name' | 'schema'>,
  transport: Transport,
  log: Logger,
): (asked: Asked) => KnownOperation {
  const known = createLru<string, KnownOperation>(LIMITS.documentsCachedMax);
  const compile = ({ query, operationName }: Asked): KnownOperation => {
    const document = parse(query, { noLocation: true, maxTokens: TOKENS_MAX });
    const [error] = validate(schema, document, undefined, { maxErrors: 1 });
    if (error !== undefined) {
      // A gateway of another version, say. Its people get a code; which field it is stands here.
      log.error({ error: error.message }, 'the gateway asks for what is not in this schema');
      throw refused('GRAPHQL_VALIDATION_FAILED', 'Diese Abfrage passt nicht zu diesem Teil.');
    }
    const { operation } = operationParts(document, operationName);
    const fetch: SubgraphFetch = {
      subgraph: name,
      operation: query,
      document,
      operationName,
      kind: operation.operation,
      variableUsages: [],
    };
    const run = fetch.kind === 'subscription' ? notHere : transport.compile(fetch);
    return { fetch, run, asksEntities: asksEntities(document) };
  };
  return (asked) => {
    const key = `${asked.operationName ?? ''} ${asked.query}`;
    let operation = known.get(key);
    if (operation === undefined) known.set(key, (operation = compile(asked)));
    if (operation.asksEntities) refuseTooMany(asked);
    return operation;
  };
}

const notHere: RunFetch = () => {
  throw refused('BAD_USER_INPUT', 'A subscription needs a socket.');
};

/** Wherever the field stands: what is written into the document would not be counted. */
function asksEntities(document: DocumentNode): boolean {
  let isAsked = false;
  visit(document, {
    Field({ name, arguments: given = [] }) {
      if (name.value !== '_entities') return;
      isAsked = true;
      const value = given.find((each) => each.name.value === 'representations')?.value;
      if (value?.kind === Kind.VARIABLE && value.name.value === 'representations') return;
      throw refused('BAD_USER_INPUT', 'Entities are named by the variable representations.');
    },
  });
  return isAsked;
}

function refuseTooMany({ variables }: Asked): void {
  const { representationsMax } = LIMITS.subgraph;
  const given = variables['representations'];
  if (!Array.isArray(given) || !given.every(isRecord)) {
    throw refused('BAD_USER_INPUT', 'Representations are a list of objects.');
  }
  if (given.length > representationsMax) {
    throw refused('BAD_USER_INPUT', `At most ${representationsMax} representations at once.`);
  }
}
