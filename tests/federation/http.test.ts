import type { ServerResponse } from 'node:http';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSupergraph } from '../../gateway/supergraph.ts';
import { createHttpTransport, type HttpTransportOptions } from '../../gateway/transports/http.ts';
import type { RequestContext, SubgraphFetch } from '../../gateway/transports/transport.ts';
import { anonymous, asking, createEngine } from './engine.ts';
import { createSubgraphs, supergraphSdl } from './fixture/index.ts';
import { operations } from './operations.ts';
import { serve, serveSubgraph, type Handle } from './server.ts';

const fetchOf = (operation: string): SubgraphFetch => ({
  subgraph: 'any',
  operation,
  document: parse(operation),
  operationName: undefined,
  kind: operation.startsWith('mutation') ? 'mutation' : 'query',
  variableUsages: [],
});

const json = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

/** Asks a server that answers as `handle` says; the outcome is the data or the fault's code. */
async function ask(
  handle: Handle,
  options: Partial<HttpTransportOptions> = {},
  operation = '{ a }',
) {
  await using server = await serve(handle);
  const transport = createHttpTransport({ url: server.url, ...options });
  const run = transport.compile(fetchOf(operation));
  try {
    const outcome = await Promise.resolve(run({}, anonymous)).catch(({ code, message }) => ({
      code,
      message,
    }));
    return { outcome, requests: server.requests };
  } finally {
    await transport.close?.();
  }
}

describe('subgraphs behind HTTP', () => {
  test('answer as the same subgraphs in this process do', async () => {
    const servers = new Map(
      await Promise.all(
        [...createSubgraphs()].map(
          async ([name, schema]) => [name, await serveSubgraph(schema)] as const,
        ),
      ),
    );
    const transports = new Map(
      [...servers].map(([name, { url }]) => [name, createHttpTransport({ url })]),
    );
    const supergraph = createSupergraph({ sdl: supergraphSdl, transports });
    const remote = asking(supergraph);
    const local = createEngine(createSubgraphs());
    for (const { name, query, variables } of operations) {
      expect(await remote(query, variables), name).toEqual(await local(query, variables));
    }
    await supergraph.close();
    for (const server of servers.values()) await server[Symbol.asyncDispose]();
  });

  test('are told request id, trace context, credentials and the allowed headers', async () => {
    await using server = await serve((_request, response) => json(response, { data: { a: 1 } }));
    const transport = createHttpTransport({
      url: server.url,
      forwardedHeaders: ['accept-language'],
      credentialsOf: async ({ requestId }) => `Internal for-${requestId}`,
    });
    const request: RequestContext = {
      ...anonymous,
      requestId: 'r-1',
      traceparent: '00-ab-cd-01',
      headers: { 'accept-language': 'de', cookie: 'secret', authorization: 'Bearer client' },
    };
    await transport.compile(fetchOf('{ a }'))({}, request);
    expect(server.requests[0]?.headers).toMatchObject({
      'x-request-id': 'r-1',
      traceparent: '00-ab-cd-01',
      'accept-language': 'de',
      authorization: 'Internal for-r-1',
    });
    expect(server.requests[0]?.headers).not.toHaveProperty('cookie');
    await transport.close?.();
  });

  test('keep their connections', async () => {
    await using server = await serve((_request, response) => json(response, { data: { a: 1 } }));
    const transport = createHttpTransport({ url: server.url });
    const run = transport.compile(fetchOf('{ a }'));
    for (let index = 0; index < 8; index++) await run({}, anonymous);
    expect(new Set(server.requests.map(({ socket }) => socket)).size).toBeLessThanOrEqual(2);
    await transport.close?.();
  });

  test('are unavailable with a body that is not JSON', async () => {
    const { outcome } = await ask((_request, response) => response.end('<html>') && undefined);
    expect(outcome).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  });

  test.each([[{}], [{ data: [] }], [[]], [null], [{ errors: 'x' }]])(
    'are unavailable with %j instead of a result',
    async (body) => {
      const { outcome } = await ask((_request, response) => json(response, body));
      expect(outcome).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    },
  );

  test('are asked a query twice when they fail, and no more', async () => {
    const { outcome, requests } = await ask((_request, response) => json(response, {}, 500));
    expect(outcome).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', message: 'Status 500.' });
    expect(requests).toHaveLength(2);
  });

  test('are asked a mutation once', async () => {
    const fail: Handle = (_request, response) => json(response, {}, 500);
    const { requests } = await ask(fail, {}, 'mutation { a }');
    expect(requests).toHaveLength(1);
  });

  test('may recover on the second attempt', async () => {
    let attempts = 0;
    const { outcome } = await ask((_request, response) =>
      attempts++ === 0 ? void response.destroy() : json(response, { data: { a: 1 } }),
    );
    expect(outcome).toEqual({ data: { a: 1 } });
  });

  test('may say so with any status in the media type of GraphQL', async () => {
    const { outcome } = await ask((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/graphql-response+json' });
      response.end('{"errors":[{"message":"no"}]}');
    });
    expect(outcome).toEqual({ errors: [{ message: 'no' }] });
  });

  test('time out, headers or body, and are not asked again', async () => {
    const silent = await ask(() => undefined, { limits: { timeoutMs: 50 } });
    expect(silent.outcome).toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
    expect(silent.requests).toHaveLength(1);
    const half = await ask((_request, response) => void response.writeHead(200).write('{"data":'), {
      limits: { timeoutMs: 50 },
    });
    expect(half.outcome).toMatchObject({ code: 'SUBGRAPH_TIMEOUT' });
  });

  test('are cut off when the answer is too large', async () => {
    const { outcome } = await ask(
      (_request, response) => json(response, { data: { a: 'x'.repeat(5_000) } }),
      { limits: { answerBytesMax: 1_000 } },
    );
    expect(outcome).toMatchObject({ message: 'The answer exceeds 1000 bytes.' });
  });

  test('hear of a client that left', async () => {
    const leaving = new AbortController();
    await using server = await serve(() => leaving.abort());
    const transport = createHttpTransport({ url: server.url });
    const run = transport.compile(fetchOf('{ a }'));
    const answer = Promise.resolve(run({}, { ...anonymous, signal: leaving.signal }));
    await expect(answer).rejects.toMatchObject({ code: 'REQUEST_ABORTED' });
    expect(server.requests).toHaveLength(1);
    await transport.close?.();
  });

  test('are left alone after failing again and again, then tried anew', async () => {
    let isWell = false;
    await using server = await serve((_request, response) =>
      isWell ? json(response, { data: { a: 1 } }) : json(response, {}, 503),
    );
    const transport = createHttpTransport({
      url: server.url,
      limits: { failureCallsMin: 4, breakMs: 20 },
    });
    const run = transport.compile(fetchOf('{ a }'));
    const attempt = () => Promise.resolve(run({}, anonymous)).catch(({ message }) => message);
    await attempt();
    await attempt();
    expect(server.requests).toHaveLength(4);
    expect(await attempt()).toBe('Too many failures: not asked.');
    expect(server.requests).toHaveLength(4);
    isWell = true;
    await expect.poll(attempt).toEqual({ data: { a: 1 } });
    await transport.close?.();
  });

  describe('asked the same at the same time', () => {
    const de = { headers: { 'accept-language': 'de' } };
    const at = { headers: { 'accept-language': 'de-AT' } };
    const named = { actor: null, requestId: 'r' };
    const signed = { credentialsOf: () => 'Internal token' };
    type Row = [string, number, Partial<HttpTransportOptions>, readonly object[], string?];
    test.each<Row>([
      ['answer one caller twice: who came first, and all others', 2, {}, [{}, {}, {}, {}]],
      ['are asked for each mutation', 4, {}, [{}, {}, {}, {}], 'mutation { a }'],
      [
        'are asked for each of those told by a header',
        4,
        { forwardedHeaders: ['accept-language'] },
        [de, de, de, at, at, at],
      ],
      ['are asked for each with credentials nobody compares', 4, signed, [{}, {}, {}, {}]],
      [
        'answer those with equal names as one',
        4,
        { ...signed, callerOf: ({ requestId }) => requestId },
        [named, named, named, { ...named, requestId: 'another' }, { ...named, requestId: 'third' }],
      ],
    ])('%s', async (_, expected, options, requests, operation = '{ a }') => {
      await using server = await serve((_request, response) => json(response, { data: { a: 1 } }));
      const transport = createHttpTransport({ url: server.url, ...options });
      const run = transport.compile(fetchOf(operation));
      const answers = await Promise.all(
        requests.map(async (each) => run({}, { ...anonymous, ...each })),
      );
      expect(answers).toEqual(requests.map(() => ({ data: { a: 1 } })));
      expect(server.requests).toHaveLength(expected);
      await transport.close?.();
    });

    test('with other variables, are asked for each', async () => {
      await using server = await serve((_request, response) => json(response, { data: { a: 1 } }));
      const transport = createHttpTransport({ url: server.url });
      const run = transport.compile(fetchOf('{ a }'));
      await Promise.all([1, 2, 3].map(async (first) => run({ first }, anonymous)));
      expect(server.requests).toHaveLength(3);
      await transport.close?.();
    });
  });

  test('that cannot be reached leave their part null and say where', async () => {
    const subgraphs = createSubgraphs();
    const broken = createHttpTransport({ url: 'http://127.0.0.1:1/graphql' });
    const engine = createEngine(subgraphs, new Map([['stock', broken]]));
    const { data, errors } = await engine('{ cheese { title inStock } makers { id onTime } }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      { path: ['cheese'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
      { path: ['makers', 0], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
      { path: ['makers', 1], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);
    expect((await engine('{ cheese { title inStock } }')).data).toEqual({
      cheese: { title: 'Gouda "alt"', inStock: null },
    });
    await broken.close?.();
  });
});
