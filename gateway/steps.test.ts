import { createHash } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { loadConfig } from '#kernel/config';
import { createLogger, openTracing, type Tracing } from '#kernel/telemetry';
import { eventually, startCollector, type CollectedSpan, type Collector } from '#kernel/testing';
import { startEdge, type Edge } from './edge.fixture.ts';
import { leads, uuid } from './edge-graph.fixture.ts';
import { verifiedManifest } from './operations.ts';

const OWN = uuid(11);
const NAMED = `query Risk { lead(id: "${OWN}") { name activities { text } } }`;
const FREE = `query OfKanariVogel { lead(id: "${OWN}") { name } }`;
const LIVE = 'subscription Live { leadChanged { lead { id activities { text } } } }';
const hash = createHash('sha256').update(NAMED).digest('hex');

let collector: Collector;
let edge: Edge;
let token: string;
let tracing: Tracing | undefined;

const traceOf = (way: string): string => createHash('md5').update(way).digest('hex');
const headersOf = (way: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  traceparent: `00-${traceOf(way)}-b7ad6b7169203331-01`,
});

/** Over a socket of its own: what came first. */
async function overSocket(way: string, query: string, onOpen?: () => void): Promise<unknown> {
  class Traced extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, protocol, { headers: headersOf(way) });
    }
  }
  const client = createClient({
    url: `${edge.gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: Traced,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const events = client.iterate({ query });
  const first = events.next();
  if (onOpen !== undefined) {
    await eventually(() => expect(edge.feed.readers()).toBe(1));
    onOpen();
  }
  const { value } = await first;
  await events.return?.();
  await client.dispose();
  return value;
}

const post = (way: string, body: unknown, more: Record<string, string> = {}): Promise<string> =>
  edge.post(body, token, { ...headersOf(way), ...more }).then((response) => response.text());

const WAYS: Readonly<Record<string, (way: string) => Promise<unknown>>> = {
  'POST by hash': (way) => post(way, { documentId: hash }),
  'POST of a text': (way) => post(way, { query: FREE }),
  'POST with a refusal': (way) => post(way, { query: '{ users }' }),
  'POST with rubbish': (way) => post(way, { query: 'kanari {' }),
  'GET by hash': async (way) => {
    const headers = { ...headersOf(way), 'x-graphql-csrf': '1' };
    const response = await fetch(`${edge.gateway.url}/graphql?documentId=${hash}`, { headers });
    return response.text();
  },
  'event stream': (way) => post(way, { query: FREE }, { accept: 'text/event-stream' }),
  'event stream with rubbish': (way) =>
    post(way, { query: 'kanari {' }, { accept: 'text/event-stream' }),
  socket: (way) => overSocket(way, FREE),
  subscription: (way) => overSocket(way, LIVE, () => edge.feed.push(OWN)),
};

const answers = new Map<string, string>();
beforeAll(async () => {
  collector = await startCollector();
  const config = loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const log = createLogger({ level: 'silent' });
  tracing = await openTracing(config, { service: 'edge', log });
  const manifests = new Map([['cockpit', verifiedManifest([[hash, NAMED]], 'test')]]);
  edge = await startEdge({ tracing, manifests });
  token = await edge.token('sales');
  for (const [way, run] of Object.entries(WAYS)) answers.set(way, JSON.stringify(await run(way)));
  await edge.stop();
  await tracing?.stop();
});
afterAll(() => collector?.stop());

const spansOf = (way: string): CollectedSpan[] =>
  collector.spans.filter(({ traceId }) => traceId === traceOf(way));

/** Each span by its names from the first of the trace. */
function pathsOf(way: string): string[] {
  const spans = spansOf(way);
  const pathOf = ({ name, parentSpanId }: CollectedSpan): string => {
    const parent = spans.find(({ spanId }) => spanId === parentSpanId);
    return parent === undefined ? name : `${pathOf(parent)} › ${name}`;
  };
  return spans.map(pathOf).toSorted();
}

describe('an operation is one step of the trace its client began, and ends with the answer', () => {
  const read = ['query anonymous', 'query anonymous › fetch leads', 'query anonymous › plan'];
  const stored = [
    'query Risk',
    'query Risk › fetch activities',
    'query Risk › fetch activities › resolve _entities',
    'query Risk › fetch leads',
    'query Risk › plan',
  ];
  it.each([
    ['POST by hash', stored],
    ['POST of a text', read],
    ['GET by hash', stored],
    ['event stream', read],
    ['socket', read],
  ])('%s', (way, paths) => {
    expect(answers.get(way)).toContain('Lead 11');
    expect(pathsOf(way)).toEqual(paths);
    expect(spansOf(way).every(({ failed }) => !failed)).toBe(true);
  });

  it.each([
    ['POST with a refusal', 'query anonymous', 'FORBIDDEN'],
    ['POST with rubbish', 'operation', 'GRAPHQL_PARSE_FAILED'],
    ['event stream with rubbish', 'operation', 'GRAPHQL_PARSE_FAILED'],
  ])('%s tells its code', (way, name, code) => {
    expect(pathsOf(way)).toEqual([name]);
    expect(spansOf(way)[0]).toMatchObject({ failed: true, attributes: { 'error.type': code } });
  });
});

it('a subscription is traced until it is open', () => {
  expect(answers.get('subscription')).toContain(leads[0]?.id);
  expect(pathsOf('subscription')).toEqual([
    'subscription anonymous',
    'subscription anonymous › plan',
  ]);
});

it('what a client calls its own text, and what stands in it, is in no span', () => {
  expect(collector.spans.length).toBeGreaterThan(0);
  const sent = collector.received.join().toLowerCase();
  for (const text of ['kanari', 'lead 11', OWN, token.toLowerCase()])
    expect(sent).not.toContain(text);
});
