import { parse, print } from 'graphql';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSupergraph, type OperationResult } from '../../gateway/supergraph.ts';
import { createHttpTransport } from '../../gateway/transports/http.ts';
import {
  TransportFault,
  type RequestContext,
  type SubgraphResult,
  type Transport,
} from '../../gateway/transports/transport.ts';
import { anonymous, localTransports } from './engine.ts';
import { createSubgraphs, supergraphSdl } from './fixture/index.ts';
import { serveSubgraph } from './server.ts';

type Subscribe = (
  query: string,
  options?: { request?: RequestContext; variables?: Record<string, unknown> },
) => Promise<AsyncIterableIterator<OperationResult>>;

function subscribing(replaced: ReadonlyArray<readonly [string, Transport]> = []): Subscribe {
  const transports = new Map([...localTransports(createSubgraphs()), ...replaced]);
  const supergraph = createSupergraph({ sdl: supergraphSdl, transports });
  return async (query, { request = anonymous, variables } = {}) => {
    const compiled = await supergraph.compile({ document: parse(query) });
    return compiled.subscribe(variables, request);
  };
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
    const stream = await subscribe(
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
    const events = await eventsOf(
      await subscribe('subscription { broken { id author { nick } } }'),
    );
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
    const stream = await subscribe('subscription ($f: Boolean) { reviewed(fail: $f) { id } }', {
      variables: { f: true },
    });
    expect((await eventsOf(stream)).at(-1)).toMatchObject({
      errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    });
  });

  test('refuses wrong variables with one event', async () => {
    const subscribe = await connect();
    const stream = await subscribe('subscription ($f: Boolean!) { reviewed(fail: $f) { id } }');
    expect(await eventsOf(stream)).toMatchObject([
      { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    ]);
  });

  test('stops at once when the subscriber leaves', async () => {
    const subscribe = await connect();
    const stream = await subscribe('subscription { reviewed { id } }');
    expect((await stream.next()).value.data).toEqual({ reviewed: { id: 'r1' } });
    await stream.return?.();
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });
});

describe('a subscription', () => {
  test('passes the position of an event on', async () => {
    const { transport, emit } = createSource();
    const stream = await subscribing([['reviews', transport]])('subscription { reviewed { id } }');
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
    const stream = await subscribing([['reviews', transport]])('subscription { reviewed { id } }');
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
    const stream = await subscribing([['reviews', transport]])('subscription { reviewed { id } }');
    void stream.next();
    await stream.return?.();
    expect(calls.returned).toBe(1);
  });

  test('gives what spreads it the data as an object', async () => {
    const stream = await subscribing()('subscription { reviewed { id } }');
    const { value } = await stream.next();
    expect({ ...value }).toMatchObject({ data: { reviewed: { id: 'r1' } } });
    await stream.return?.();
  });

  test('is not executed as a query', async () => {
    const transports = localTransports(createSubgraphs());
    const supergraph = createSupergraph({ sdl: supergraphSdl, transports });
    const compiled = await supergraph.compile({
      document: parse('subscription { reviewed { id } }'),
    });
    const { errors } = await compiled.execute({}, anonymous);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(compiled.kind).toBe('subscription');
  });
});

describe('the connection of a remote subscription', () => {
  /** Acknowledges and sends one event when told to; answers pings or hangs. */
  async function silentSubgraph(answersPings: boolean) {
    const server = new WebSocketServer({
      port: 0,
      autoPong: answersPings,
      handleProtocols: () => 'graphql-transport-ws',
    });
    await once(server, 'listening');
    let pings = 0;
    let tell = (): void => {};
    server.on('connection', (socket) => {
      socket.on('ping', () => (pings += 1));
      socket.on('message', (data) => {
        const { type, id } = JSON.parse((data as Buffer).toString()) as {
          type: string;
          id?: string;
        };
        if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
        const payload = { data: { reviewed: { id: 'r1' } } };
        tell = () => socket.send(JSON.stringify({ type: 'next', id, payload }));
      });
    });
    const { port } = server.address() as AddressInfo;
    const limits = { pingMs: 100 };
    const transport = createHttpTransport({ url: `http://127.0.0.1:${port}/graphql`, limits });
    onTestFinished(async () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await transport.close?.();
    });
    const document = parse('subscription { reviewed { id } }');
    const fetch = { operation: print(document), document, kind: 'subscription' } as never;
    const events = transport.subscribe(fetch, {}, anonymous)[Symbol.asyncIterator]();
    return { events, pings: () => pings, tell: () => tell() };
  }

  test('ends with a fault when the subgraph hangs under it', async () => {
    const { events } = await silentSubgraph(false);
    await expect(events.next()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });

  test('stays open through any silence of a subgraph that is there', async () => {
    const { events, pings, tell } = await silentSubgraph(true);
    const next = events.next();
    await expect.poll(pings).toBeGreaterThan(4);
    tell();
    expect(await next).toMatchObject({ value: { data: { reviewed: { id: 'r1' } } } });
    await events.return?.();
  });
});

describe('a subscription whose subgraph goes away', () => {
  const gone = new TransportFault('SUBGRAPH_UNAVAILABLE', 'The subscription broke.');
  const review = (id: string, position?: string): SubgraphResult => ({
    data: { reviewed: { id } },
    ...(position === undefined ? {} : { extensions: { position } }),
  });

  /** Each opening brings its events, then breaks; the last one ends. */
  function breaking(openings: readonly (readonly SubgraphResult[])[]) {
    const from: (string | undefined)[] = [];
    const transport: Transport = {
      compile: () => () => ({ data: {} }),
      async *subscribe(_fetch, _variables, { resumeFrom }) {
        const number = from.push(resumeFrom);
        yield* openings[number - 1] ?? [];
        if (number !== openings.length) throw gone;
      },
    };
    const transports = new Map([...localTransports(createSubgraphs()), ['reviews', transport]]);
    const supergraph = createSupergraph({ sdl: supergraphSdl, transports, resumeMs: 300 });
    const document = parse('subscription { reviewed { id } }');
    const stream = async (request = anonymous) =>
      (await supergraph.compile({ document })).subscribe({}, request);
    return { from, stream };
  }

  test('goes on behind the last event once it is back', async () => {
    const { from, stream } = breaking([[review('r1', '7')], [], [review('r2', '8')]]);
    expect(await eventsOf(await stream())).toMatchObject([
      { data: { reviewed: { id: 'r1' } } },
      { data: { reviewed: { id: 'r2' } } },
    ]);
    expect(from).toEqual([undefined, '7', '7']);
  });

  test('goes on where it was to begin, if nothing came yet', async () => {
    const { from, stream } = breaking([[], [review('r1', '4')]]);
    expect(await eventsOf(await stream({ ...anonymous, resumeFrom: '3' }))).toHaveLength(1);
    expect(from).toEqual(['3', '3']);
  });

  test('ends with a code when it stays away', async () => {
    const { from, stream } = breaking([[review('r1', '7')], [], [], [], []]);
    expect(await eventsOf(await stream())).toMatchObject([
      { data: { reviewed: { id: 'r1' } } },
      { errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] },
    ]);
    expect(from).toEqual([undefined, '7', '7']);
  });

  test('ends with a code at once where nothing says how to go on', async () => {
    const { from, stream } = breaking([[review('r1')], [review('r2')]]);
    expect(await eventsOf(await stream())).toMatchObject([
      { data: { reviewed: { id: 'r1' } } },
      { errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] },
    ]);
    expect(from).toEqual([undefined]);
  });

  test('asks no more once the subscriber has left', async () => {
    const { from, stream } = breaking([[review('r1', '7')], [], []]);
    const leaving = new AbortController();
    const events = await stream({ ...anonymous, signal: leaving.signal });
    await events.next();
    const next = events.next();
    await expect.poll(() => from.length).toBe(1);
    leaving.abort();
    await next;
    await events.return?.();
    expect(from.length).toBeLessThanOrEqual(2);
  });
});
