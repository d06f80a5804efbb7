import { describeSettings } from '#kernel/config';
import { LIMITS, type Limits, type Rates, type SubgraphLimits } from '../limits.ts';
import { BENEATH, type Meaning } from './limits-beneath.ts';
import { constantOf, type Source } from './sources.ts';
import { table } from './table.ts';

type Flat = Omit<Limits, 'subgraph' | 'rates'>;

const EDGE: Readonly<Record<keyof Flat, Meaning>> = {
  tokensMax: ['tokens of a document, counted while it is parsed', '`TOKEN_LIMIT`'],
  depthMax: ['levels of fields', '`DEPTH_LIMIT`'],
  introspectionDepthMax: ['levels of fields below `__schema` and `__type`', '`DEPTH_LIMIT`'],
  aliasesMax: ['aliases, counted where a fragment is used', '`ALIAS_LIMIT`'],
  directivesMax: ['directives', '`DIRECTIVE_LIMIT`'],
  rootFieldsMax: ['fields of the root', '`ROOT_FIELD_LIMIT`'],
  fragmentsMax: ['fragments and their uses', '`FRAGMENT_LIMIT`'],
  comparisonsMax: [
    'fields of a document, fragments where they are used, and pairs of one field asked for more than once at one place',
    '`BAD_USER_INPUT`',
  ],
  pageSizeMax: ['entries of a page; at least 1', '`BAD_USER_INPUT`'],
  stringLengthMax: ['characters of a text that is sent', '`BAD_USER_INPUT`'],
  textLengthMax: ['characters of a reason, note or message', '`BAD_USER_INPUT`'],
  listLengthMax: ['entries of a list that is sent', '`BAD_USER_INPUT`'],
  inputDepthMax: ['levels of an input', '`BAD_USER_INPUT`'],
  inputNodesMax: ['values in all variables together', '`BAD_USER_INPUT`'],
  costMax: [
    'units of one operation: an object is one, a list as many as it is asked for, unless `@cost` and `@listSize` say otherwise',
    '`COST_LIMIT`',
  ],
  partnerCostMax: ['the same for partner clients', '`COST_LIMIT`'],
  planFetchesMax: ['fetches an operation is planned to', '`PLAN_LIMIT`'],
  planningTimeoutMs: [
    'time of the planner for one document',
    '`PLANNING_LIMIT`, for a minute without another try',
  ],
  storedPlanningTimeoutMs: ['the same for a stored operation', '`PLANNING_LIMIT`, likewise'],
  operationTimeoutMs: ['time of one operation', 'what is missing is null with `REQUEST_ABORTED`'],
  bodyBytesMax: ['body of a request', '`PAYLOAD_TOO_LARGE`'],
  partnerBodyBytesMax: ['the same for partner clients', '`PAYLOAD_TOO_LARGE`'],
  connectionsMax: ['connections to the public port', 'the newest is closed'],
  headersTimeoutMs: ['time for the headers of a request', 'closed'],
  requestTimeoutMs: ['time for a whole request', 'closed'],
  keepAliveTimeoutMs: ['rest between two requests of a connection', 'closed'],
  headerBytesMax: ['headers of a request', '431'],
  sheddingStepMs: [
    'for so long the event loop is later than `LOAD_SHEDDING_DELAY_MS` before more is refused: documents, then stored queries, then stored mutations; on time as long before less is',
    '`OVERLOADED`',
  ],
  inFlightMax: ['requests under way at once', '`OVERLOADED`'],
  inFlightPerUserMax: ['the same of one user', '`OVERLOADED`'],
  documentsCachedMax: ['documents kept parsed and planned', 'the least used is planned anew'],
  socketPayloadBytesMax: ['one message of a socket', 'closed with 1009'],
  socketSubscriptionsMax: ['operations at once on one socket', 'closed with 4429'],
  socketsPerUserMax: ['sockets of one user', 'closed with 4429'],
  streamsPerUserMax: ['streams of one user over all connections', '`RATE_LIMITED`'],
  streamQueueMax: [
    'results that wait for a slow reader who shares a source',
    'he reads on alone from his position; without positions the others wait',
  ],
  socketMessagesPerSecondMax: ['messages and pings a second on one socket', 'closed with 4429'],
  socketInitTimeoutMs: ['silence after the upgrade', 'closed with 4408'],
  heartbeatMs: [
    'rest between two pings of a socket or stream',
    'a peer that does not answer is closed',
  ],
  stopTimeoutMs: ['time for requests under way when the process stops', 'cut off'],
  moveJitterMs: ['spread of streams that are planned anew after a new supergraph', 'not a bound'],
  movePatienceMs: [
    'for so long one of them goes on under the old plan while the planner has no room',
    'it ends with `OVERLOADED` and its position',
  ],
};

const SUBGRAPH: Readonly<Record<keyof SubgraphLimits, Meaning>> = {
  representationsMax: ['entities of one fetch', 'the gateway asks in several; a subgraph refuses'],
  bodyBytesMax: ['body of a fetch', '`PAYLOAD_TOO_LARGE`'],
  answerBytesMax: ['answer of a subgraph', '`SUBGRAPH_UNAVAILABLE`'],
  timeoutMs: ['time of one fetch', '`SUBGRAPH_TIMEOUT`'],
  equalWaitMs: ['how long a query waits for an equal one of its caller', 'sent beside it'],
  connectionsMax: ['connections of one gateway to one subgraph, streams not counted', 'they wait'],
  failureShareMax: ['share of failed calls in the window', 'not asked for a while'],
  failureWindowMs: ['that window', 'not a bound'],
  failureCallsMin: ['calls in it, below which nothing is concluded', 'not a bound'],
  breakMs: ['how long a failing subgraph is left alone', 'one call is let through'],
  pingMs: [
    'how often the subgraph of a stream is asked whether it is there, and how long it has to answer',
    'the stream waits for it anew, as after a broken connection',
  ],
  resumeMs: ['how long a stream waits for its subgraph', 'it ends with a code'],
};

const RATES: Readonly<Record<keyof Rates, Meaning>> = {
  all: ['requests of one user a minute', '`RATE_LIMITED`'],
  reads: ['reading ones', '`RATE_LIMITED`'],
  writes: ['writing ones', '`RATE_LIMITED`'],
  searches: ['searches', '`RATE_LIMITED`'],
  registrations: ['registrations of leads', '`RATE_LIMITED`'],
  signIns: [
    'failed sign-ins of one login in five minutes, at the issuer of the demonstration',
    '`RATE_LIMITED`',
  ],
  bucketUnits: ['cost units one user can save up', '`RATE_LIMITED`'],
  bucketRefillPerSecond: ['cost units a user gets back a second', 'not a bound'],
};

/** The text of `docs/limits.md`. @throws where a constant is gone, or a limit holds nothing back */
export function limitsPage(sources: readonly Source[]): string {
  const { subgraph, rates, ...edge } = LIMITS;
  for (const name of [edge, subgraph, rates].flatMap(Object.keys)) {
    const isUsed = sources.some(
      ({ path, text }) => path !== 'gateway/limits.ts' && new RegExp(`\\b${name}\\b`).test(text),
    );
    if (!isUsed) throw new Error(`${name} of gateway/limits.ts is asked for nowhere`);
  }
  const beneath = BENEATH.map(([path, constant, what, above]) => {
    const value = constantOf(sources, path, constant);
    return [what.replace(/, ms(?= |$)/, ''), formOf(nameOf(constant), value), above, `\`${path}\``];
  });
  const settings = describeSettings()
    .filter(({ key, fallback }) => typeof fallback === 'number' && !key.endsWith('PORT'))
    .map(({ key, meaning, fallback }) => [`\`${key}\``, String(fallback), meaning]);
  return [
    '# Limits\n',
    'Written by `npm run generate` from `gateway/limits.ts`, the constants named below and `kernel/config`; not to be edited. Everything that could grow without end has a bound here. Refusals of the edge are counted by code in `freshplan_graphql_refusals_total`; what the codes mean: [errors.md](errors.md).\n',
    '## At the edge\n',
    table(['What', 'At most', 'Above it', 'Name'], rowsOf(edge, EDGE)),
    '## Per user\n',
    table(['What', 'At most', 'Above it', 'Name'], rowsOf(rates, RATES)),
    '## To a subgraph\n',
    table(['What', 'At most', 'Above it', 'Name'], rowsOf(subgraph, SUBGRAPH)),
    '## Beneath\n',
    table(['What', 'At most', 'Above it', 'Where'], beneath),
    '## To be set\n',
    table(['Setting', 'Default', 'Meaning and bounds'], settings),
  ].join('\n');
}

function rowsOf<Key extends string>(
  limits: Readonly<Record<Key, number>>,
  meanings: Readonly<Record<Key, Meaning>>,
): string[][] {
  return (Object.keys(meanings) as Key[]).map((name) => {
    const [what, above] = meanings[name];
    return [what, formOf(name, limits[name]), above, `\`${name}\``];
  });
}

/** `STATEMENT_TIMEOUT` and its like are milliseconds to the server. */
const nameOf = (constant: string): string =>
  /^[a-z_]+timeout$/.test(constant) ? `${constant}_MS` : constant;

function formOf(name: string, value: number): string {
  if (/Ms$|_MS$/.test(name)) return duration(value / 1_000);
  if (name.endsWith('_SECONDS')) return duration(value);
  if (/Bytes/i.test(name)) return bytes(value);
  if (name.endsWith('ShareMax')) return `${value * 100} %`;
  return value.toLocaleString('en-US');
}

function duration(seconds: number): string {
  if (seconds < 1) return `${seconds * 1_000} ms`;
  return seconds >= 7_200 ? `${seconds / 3_600} h` : `${seconds} s`;
}

function bytes(count: number): string {
  const kibibytes = count / 1_024;
  return kibibytes >= 1_024 ? `${kibibytes / 1_024} MiB` : `${kibibytes} KiB`;
}
