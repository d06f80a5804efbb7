import { systemActor } from '#kernel/access';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { eventually } from '#kernel/testing';
import type { GraphQLError } from 'graphql';
import { createHash } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAuthorization } from './authorization.ts';
import { startEdge } from './edge.fixture.ts';
import { leads, users } from './edge-graph.fixture.ts';
import { listenTo } from './event-stream.fixture.ts';
import { LIMITS } from './limits.ts';
import { createOperations } from './operations.ts';
import { createPipeline, type Caller } from './pipeline.ts';
import { createRateLimiter } from './rates.ts';
import { createShedding, type Shedding, type Work } from './shedding.ts';

function watched() {
  const metrics = createMetrics();
  const logged: string[] = [];
  const shedding = createShedding({
    delayMs: 200,
    stepMs: 1_000,
    metrics,
    log: createLogger({ level: 'info', write: (line) => void logged.push(line) }),
  });
  let at = 0;
  /** Turns that all come as late as each other. */
  const turns = (count: number, lateMs: number): void => {
    for (let turn = 0; turn < count; turn += 1) {
      const dueAt = at + 50;
      at = dueAt + lateMs;
      shedding.observe(dueAt, at);
    }
  };
  return { shedding, turns, metrics, logged };
}

function codeOf(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return (error as GraphQLError).extensions['code'];
  }
  return 'taken';
}

const refusedBy = (shedding: Shedding): Work[] =>
  (['document', 'query', 'mutation'] as const).filter(
    (work) => codeOf(() => shedding.admit(work)) === 'OVERLOADED',
  );

describe('a loop that is late', () => {
  test('turns nothing away at the limit, nor above it for less than a second', () => {
    const { shedding, turns } = watched();
    turns(40, 200);
    expect(refusedBy(shedding)).toEqual([]);
    turns(3, 201);
    expect(refusedBy(shedding)).toEqual([]);
    turns(1, 10);
    turns(3, 201);
    expect(refusedBy(shedding)).toEqual([]);
  });

  test('turns away free documents first, stored queries next, stored mutations last', () => {
    const { shedding, turns } = watched();
    turns(4, 250);
    expect(refusedBy(shedding)).toEqual(['document']);
    turns(4, 250);
    expect(refusedBy(shedding)).toEqual(['document', 'query']);
    turns(40, 250);
    expect(refusedBy(shedding)).toEqual(['document', 'query', 'mutation']);
  });

  test('takes things back one by one once it has been well on time for a second each', async () => {
    const { shedding, turns, metrics, logged } = watched();
    turns(12, 250);
    turns(100, 150);
    expect(refusedBy(shedding)).toHaveLength(3);
    turns(21, 0);
    expect(refusedBy(shedding)).toHaveLength(2);
    turns(20, 0);
    expect(refusedBy(shedding)).toHaveLength(1);
    expect((await metrics.expose()).body).toContain('freshplan_graphql_shedding_level 1');
    turns(20, 0);
    expect(refusedBy(shedding)).toEqual([]);
    expect(logged.join()).toContain('on time again');
  });

  test('loses one level alone to a process that was held up for long', () => {
    const { shedding, turns } = watched();
    turns(1, 60_000);
    expect(refusedBy(shedding)).toEqual(['document']);
  });
});

test('a stored mutation is taken where a stored query no longer is', async () => {
  const edge = await startEdge();
  const { shedding, turns } = watched();
  const read = '{ hello }';
  const write = `mutation { leadRename(id: "${leads[0]?.id}", name: "x") { id } }`;
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const stored = new Map([read, write].map((text) => [hash(text), text]));
  const { supergraph } = edge;
  const pipeline = createPipeline({
    supergraph,
    shedding,
    limits: LIMITS,
    rates: createRateLimiter(LIMITS, Date.now),
    operations: createOperations({
      manifests: new Map([['cockpit', stored]]),
      freeDocuments: true,
      production: true,
    }),
    authorization: createAuthorization({
      sdl: supergraph.sdl,
      apiSchema: supergraph.apiSchema,
      introspection: false,
      anonymous: false,
      onDisagreement: () => {},
    }),
  });
  const caller: Caller = {
    actor: {
      ...systemActor('test', ['DE']),
      userId: users.sales,
      roles: ['sales'],
      clientId: 'cockpit',
    },
    requestId: 'r',
    address: '',
    abort: new AbortController(),
  };
  const ask = async (params: object, isRunning = false): Promise<unknown> => {
    try {
      return (await pipeline.prepare(params, caller, { isRunning })).kind;
    } catch (error) {
      return (error as GraphQLError).extensions['code'];
    }
  };
  const byHash = (text: string) => ({ documentId: `sha256:${hash(text)}` });
  turns(4, 250);
  // What does not even parse is refused by what it is, not by what it says.
  expect(await ask({ query: '{ never parsed' })).toBe('OVERLOADED');
  expect([await ask(byHash(read)), await ask(byHash(write))]).toEqual(['query', 'mutation']);
  expect(await ask({ query: '{ __typename }' })).toBe('query');
  turns(4, 250);
  expect([await ask(byHash(read)), await ask(byHash(write))]).toEqual(['OVERLOADED', 'mutation']);
  turns(4, 250);
  expect([await ask(byHash(read)), await ask(byHash(write))]).toEqual(['OVERLOADED', 'OVERLOADED']);
  // A stream that goes on over another supergraph is no new one.
  expect(await ask({ query: read }, true)).toBe('query');
  await edge.stop();
});

test('a loop that really stands still refuses new operations and goes on with open streams', async () => {
  const edge = await startEdge({ environment: { LOAD_SHEDDING_DELAY_MS: '200' } });
  onTestFinished(() => edge.stop());
  const token = await edge.token('sales');
  const ask = () => edge.post({ query: '{ hello }' }, token);
  const get = (path: string) => fetch(`${edge.gateway.url}${path}`);
  expect((await ask()).status).toBe(200);
  const stream = await listenTo(edge.gateway.url, {
    token,
    body: { query: 'subscription { leadChanged { type } }' },
  });
  onTestFinished(() => stream.stop());
  await eventually(() => expect(edge.feed.readers()).toBe(1));
  const plans = edge.planned();

  const until = performance.now() + 1_300;
  while (performance.now() < until);
  const [refused, live, metrics] = await Promise.all([ask(), get('/health/live'), get('/metrics')]);
  edge.feed.push(leads[0]?.id as string);

  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });
  expect(edge.planned()).toBe(plans);
  expect(live.status).toBe(200);
  const figures = await metrics.text();
  expect(figures).toMatch(/freshplan_graphql_shedding_level [1-3]/);
  expect((await stream.next())?.data).toMatchObject({
    data: { leadChanged: { type: 'lead.changed' } },
  });
  await eventually(async () => expect((await ask()).status).toBe(200));
});
