import { parse } from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSupergraph, type OperationResult } from '../../gateway/supergraph.ts';
import { createHttpTransport } from '../../gateway/transports/http.ts';
import type {
  RequestContext,
  SubgraphResult,
  Transport,
} from '../../gateway/transports/transport.ts';
import { anonymous, localTransports } from './engine.ts';
import { createSubgraphs, supergraphSdl } from './fixture/index.ts';
import { serveSubgraph } from './server.ts';

type Subscribe = (
  query: string,
  options?: { request?: RequestContext; variables?: Record<string, unknown> },
) => AsyncIterableIterator<OperationResult>;

function subscribing(replaced: ReadonlyArray<readonly [string, Transport]> = []): Subscribe {
  const transports = new Map([...localTransports(createSubgraphs()), ...replaced]);
  const supergraph = createSupergraph({ sdl: supergraphSdl, transports });
  return (query, { request = anonymous, variables } = {}) =>
    supergraph.compile({ document: parse(query) }).subscribe(variables, request);
}

async function eventsOf(stream: AsyncIterable<OperationResult>): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const result of stream) events.push(JSON.parse(result.stringify(result)));
  return events;
}

/** A source that tests feed event by event. */
function createSource() {
  const waiting: Array<(event: IteratorResult<SubgraphResult>) => void> = [];
  const calls = { returned: 0 };
  const transport: Transport = {
    compile: () => () => ({ data: {} }),
    subscribe: () => ({
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise((resolve) => waiting.push(resolve)),
        return: async () => {
          calls.returned++;
          return { value: undefined, done: true };
        },
      }),
    }),
  };
  const emit = async (value: SubgraphResult): Promise<void> => {
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    waiting.shift()?.({ value, done: false });
  };
  return { transport, emit, calls };
}

async function remoteReviews(): Promise<Transport> {
  const schema = createSubgraphs().get('reviews');
  if (schema === undefined) throw new Error('The fixture has reviews.');
  const server = await serveSubgraph(schema);
  const transport = createHttpTransport({ url: server.url });
  onTestFinished(async () => {
    await transport.close?.();
    await server[Symbol.asyncDispose]();
  });
  return transport;
}

describe.each([
  { way: 'in this process', connect: async () => subscribing() },
  {
    way: 'over graphql-ws',
    connect: async () => subscribing([['reviews', await remoteReviews()]]),
  },
])('a subscription $way', ({ connect }) => {
  test('answers each event with what other subgraphs know', async () => {
    const subscribe = await connect();
    const stream = subscribe(
      'subscription { reviewed { id author { name } product { sku title rating } } }',
    );
    expect(await eventsOf(stream)).toEqual([
      {
        data: {
          reviewed: {
            id: 'r1',
            author: { name: 'Anna' },
            product: { sku: 'c1', title: 'Gouda "alt"', rating: 1 },
          },
        },
      },
      {
        data: {
          reviewed: {
            id: 'r2',
            author: { name: null },
            product: { sku: 'c1', title: 'Gouda "alt"', rating: 1 },
          },
        },
      },
      {
        data: {
          reviewed: {
            id: 'r3',
            author: { name: 'Anna' },
            product: { sku: 'w1', title: 'Riesling', rating: 1 / 3 },
          },
        },
      },
    ]);
  });

  test('keeps the errors of one event out of the next', async () => {
    const subscribe = await connect();
    const events = await eventsOf(subscribe('subscription { broken { id author { nick } } }'));
    expect(events).toMatchObject([
      { data: { broken: { id: 'r1', author: { nick: 'anna' } } } },
      { data: null, errors: [{ path: ['broken'] }] },
      {
        data: { broken: { id: 'r2', author: null } },
        errors: [{ path: ['broken', 'author', 'nick'] }],
      },
    ]);
    expect(events[0]).not.toHaveProperty('errors');
  });

  test('ends with a reason when its source breaks', async () => {
    const subscribe = await connect();
    const stream = subscribe('subscription ($f: Boolean) { reviewed(fail: $f) { id } }', {
      variables: { f: true },
    });
    expect((await eventsOf(stream)).at(-1)).toMatchObject({
      errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    });
  });

  test('refuses wrong variables with one event', async () => {
    const subscribe = await connect();
    const stream = subscribe('subscription ($f: Boolean!) { reviewed(fail: $f) { id } }');
    expect(await eventsOf(stream)).toMatchObject([
      { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    ]);
  });

  test('stops at once when the subscriber leaves', async () => {
    const subscribe = await connect();
    const stream = subscribe('subscription { reviewed { id } }');
    expect((await stream.next()).value.data).toEqual({ reviewed: { id: 'r1' } });
    await stream.return?.();
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });
});

describe('a subscription', () => {
  test('passes the position of an event on', async () => {
    const { transport, emit } = createSource();
    const stream = subscribing([['reviews', transport]])('subscription { reviewed { id } }');
    const next = stream.next();
    await emit({ data: { reviewed: { id: 'r1' } }, extensions: { position: '42', other: 1 } });
    const { value } = await next;
    expect(JSON.parse(value.stringify(value))).toEqual({
      data: { reviewed: { id: 'r1' } },
      extensions: { position: '42' },
    });
  });

  test('tells what its source says went wrong', async () => {
    const { transport, emit } = createSource();
    const stream = subscribing([['reviews', transport]])('subscription { reviewed { id } }');
    const next = stream.next();
    const extensions = { code: 'REVIEW_GONE' };
    await emit({ data: null, errors: [{ message: 'gone', path: ['reviewed'], extensions }] });
    const { value } = await next;
    expect(JSON.parse(value.stringify(value))).toEqual({
      data: { reviewed: null },
      errors: [{ message: 'gone', path: ['reviewed'], extensions }],
    });
  });

  test('cancels a source that is silent', async () => {
    const { transport, calls } = createSource();
    const stream = subscribing([['reviews', transport]])('subscription { reviewed { id } }');
    void stream.next();
    await stream.return?.();
    expect(calls.returned).toBe(1);
  });

  test('gives what spreads it the data as an object', async () => {
    const stream = subscribing()('subscription { reviewed { id } }');
    const { value } = await stream.next();
    expect({ ...value }).toMatchObject({ data: { reviewed: { id: 'r1' } } });
    await stream.return?.();
  });

  test('is not executed as a query', async () => {
    const transports = localTransports(createSubgraphs());
    const supergraph = createSupergraph({ sdl: supergraphSdl, transports });
    const compiled = supergraph.compile({ document: parse('subscription { reviewed { id } }') });
    const { errors } = await compiled.execute({}, anonymous);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(compiled.kind).toBe('subscription');
  });
});
