/**
 * The messages and close codes of PROTOCOL.md of graphql-ws and of graphql-sse (distinct
 * connections), with sockets that know neither.
 */
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startEdge, type Edge } from './edge.fixture.ts';
import { leads } from './edge-graph.fixture.ts';
import { listenTo } from './event-stream.fixture.ts';

const own = leads[0]?.id as string;
const live = 'subscription { leadChanged { lead { id } } }';
const change = { data: { leadChanged: { lead: { id: own } } } };

let edge: Edge;
let token: string;
beforeAll(async () => {
  edge = await startEdge({ limits: { socketInitTimeoutMs: 300 } });
  token = await edge.token('sales');
});
afterAll(() => edge.stop());

const sockets: WebSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await expect.poll(() => edge.feed.readers()).toBe(0);
});

type Message = Readonly<Record<string, unknown>>;

/** A bare socket: what it got, and how it was closed. */
function connect(protocol: string | string[] = 'graphql-transport-ws') {
  const socket = new WebSocket(`${edge.gateway.url.replace('http', 'ws')}/graphql`, protocol);
  sockets.push(socket);
  const received: Message[] = [];
  let end: { code: number; reason: string } | undefined;
  const opened = new Promise<void>((resolve) => socket.once('open', resolve));
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer) => received.push(JSON.parse(String(data)) as Message));
  socket.on('close', (code, reason) => (end = { code, reason: String(reason) }));
  const send = async (message: unknown): Promise<void> => {
    await opened;
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  };
  return {
    received,
    send,
    opened,
    /** Waits for that many messages. */
    async messages(count: number): Promise<Message[]> {
      await expect.poll(() => received.length).toBeGreaterThanOrEqual(count);
      return received;
    },
    async closed(): Promise<{ code: number; reason: string }> {
      await expect.poll(() => end, { timeout: 5_000 }).toBeDefined();
      return end ?? { code: 0, reason: '' };
    },
  };
}

const init = () => ({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
const subscribe = (id: string, query: string, rest: object = {}) => ({
  id,
  type: 'subscribe',
  payload: { query, ...rest },
});

async function acknowledged(): Promise<ReturnType<typeof connect>> {
  const socket = connect();
  await socket.send(init());
  expect(await socket.messages(1)).toEqual([{ type: 'connection_ack' }]);
  socket.received.length = 0;
  return socket;
}

describe('graphql-ws closes the socket', () => {
  it.each([
    ['4400', 'no JSON', '{'],
    ['4400', 'an array', [{ type: 'connection_init' }]],
    ['4400', 'no object', '"connection_init"'],
    ['4400', 'null', 'null'],
    ['4400', 'a message without a type', {}],
    ['4400', 'an unknown type', { type: 'connection_initialise' }],
    ['4400', 'the type of the legacy protocol', { type: 'start', id: '1', payload: {} }],
    ['4400', 'a payload that is no object', { type: 'connection_init', payload: 'x' }],
    ['4400', 'a ping whose payload is no object', { type: 'ping', payload: 1 }],
    ['4400', 'a subscribe without an id', { type: 'subscribe', payload: { query: live } }],
    ['4400', 'a subscribe with an empty id', subscribe('', live)],
    ['4400', 'a subscribe whose id is a number', { ...subscribe('1', live), id: 1 }],
    ['4400', 'a subscribe without a payload', { id: '1', type: 'subscribe' }],
    ['4400', 'variables that are no object', subscribe('1', live, { variables: 'x' })],
    ['4400', 'a complete without an id', { type: 'complete' }],
    ['4400', 'a message only servers send', { type: 'connection_ack', payload: 1 }],
    ['4401', 'a subscribe before the acknowledgement', subscribe('1', live)],
    ['4401', 'a connection_init without a token', { type: 'connection_init' }],
  ])('with %s after %s', async (code, _what, message) => {
    const socket = connect();
    await socket.send(message);
    expect((await socket.closed()).code).toBe(Number(code));
    expect(socket.received).toEqual([]);
  });

  it('with 4406 when it speaks the legacy protocol only', async () => {
    expect((await connect('graphql-ws').closed()).code).toBe(4406);
    const both = connect(['graphql-ws', 'graphql-transport-ws']);
    await both.send(init());
    expect(await both.messages(1)).toEqual([{ type: 'connection_ack' }]);
  });

  it('with 4408 when nobody introduces himself in time', async () => {
    const socket = connect();
    expect(await socket.closed()).toEqual({
      code: 4408,
      reason: 'Connection initialisation timeout',
    });
  });

  it('with 4409 when an id is subscribed to twice, and names it', async () => {
    const socket = await acknowledged();
    await socket.send(subscribe('one', live));
    await expect.poll(() => edge.feed.readers()).toBe(1);
    await socket.send(subscribe('one', live));
    expect(await socket.closed()).toEqual({
      code: 4409,
      reason: 'Subscriber for one already exists',
    });
  });

  it('with 4429 when somebody introduces himself twice', async () => {
    const socket = await acknowledged();
    await socket.send(init());
    expect(await socket.closed()).toEqual({
      code: 4429,
      reason: 'Too many initialisation requests',
    });
  });

  it('with 4400 after a binary frame', async () => {
    const socket = connect();
    await socket.opened;
    sockets.at(-1)?.send(Buffer.from(JSON.stringify(init())));
    expect((await socket.closed()).code).toBe(4400);
  });
});

describe('graphql-ws answers', () => {
  it('a ping with a pong of the same payload, before and after the acknowledgement', async () => {
    const socket = connect();
    await socket.send({ type: 'ping', payload: { at: 1 } });
    expect(await socket.messages(1)).toEqual([{ type: 'pong', payload: { at: 1 } }]);
    await socket.send(init());
    await socket.messages(2);
    await socket.send({ type: 'ping' });
    expect(await socket.messages(3)).toEqual([
      { type: 'pong', payload: { at: 1 } },
      { type: 'connection_ack' },
      { type: 'pong' },
    ]);
  });

  it('nothing to a pong nobody asked for and to the end of what is not running', async () => {
    const socket = await acknowledged();
    await socket.send({ type: 'pong', payload: {} });
    await socket.send({ type: 'complete', id: 'unknown' });
    await socket.send({ type: 'ping' });
    expect(await socket.messages(1)).toEqual([{ type: 'pong' }]);
  });

  it('a query with one next and complete, after which the id is free again', async () => {
    const socket = await acknowledged();
    const once = [
      { id: 'q', type: 'next', payload: { data: { __typename: 'Query' } } },
      { id: 'q', type: 'complete' },
    ];
    await socket.send(subscribe('q', '{ __typename }'));
    expect(await socket.messages(2)).toEqual(once);
    await socket.send(subscribe('q', '{ __typename }'));
    expect(await socket.messages(4)).toEqual([...once, ...once]);
  });

  it.each([
    ['a document that does not parse', '{', 'GRAPHQL_PARSE_FAILED'],
    ['a document that is not valid', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['what the caller may not do', '{ users }', 'FORBIDDEN'],
  ])('%s with an error that is the end of it', async (_what, query, code) => {
    const socket = await acknowledged();
    await socket.send(subscribe('q', query));
    const [error] = await socket.messages(1);
    expect(error).toMatchObject({ id: 'q', type: 'error', payload: [{ extensions: { code } }] });
    await socket.send({ type: 'ping' });
    expect((await socket.messages(2)).slice(1)).toEqual([{ type: 'pong' }]);
  });

  it('streams side by side, each under its id, until the client ends one', async () => {
    const socket = await acknowledged();
    await socket.send(subscribe('a', live));
    await socket.send(subscribe('b', live));
    await expect.poll(() => edge.feed.readers()).toBe(2);
    edge.feed.push(own);
    const both = await socket.messages(2);
    expect(new Set(both.map(({ id }) => id))).toEqual(new Set(['a', 'b']));
    expect(both).toMatchObject([
      { type: 'next', payload: change },
      { type: 'next', payload: change },
    ]);
    await socket.send({ id: 'a', type: 'complete' });
    await expect.poll(() => edge.feed.readers()).toBe(1);
    edge.feed.push(own);
    expect((await socket.messages(3)).slice(2)).toMatchObject([{ id: 'b', type: 'next' }]);
    await socket.send(subscribe('a', '{ __typename }'));
    expect((await socket.messages(5)).slice(3)).toMatchObject([
      { id: 'a', type: 'next' },
      { id: 'a', type: 'complete' },
    ]);
  });
});

describe('server-sent events', () => {
  const ask = (body: unknown, headers: Record<string, string> = {}, method = 'POST') =>
    fetch(`${edge.gateway.url}/graphql`, {
      method,
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        ...headers,
      },
      ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
    });
  const withoutComments = (text: string): string => text.replace(/^:\n\n/gm, '');

  it('bring a query as one next and complete, as UTF-8 and not to be stored', async () => {
    const response = await ask({ query: '{ __typename }' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(withoutComments(await response.text())).toBe(
      'event: next\ndata: {"data":{"__typename":"Query"}}\n\nevent: complete\ndata:\n\n',
    );
  });

  it.each([
    [400, 'GRAPHQL_PARSE_FAILED', { query: '{' }],
    [400, 'GRAPHQL_VALIDATION_FAILED', { query: '{ nothing }' }],
    [400, 'BAD_USER_INPUT', { query: live, variables: 'x' }],
    [400, 'BAD_USER_INPUT', {}],
    [400, 'BAD_USER_INPUT', [{ query: live }]],
    [403, 'FORBIDDEN', { query: 'subscription { userChanged }' }],
  ])('are refused with %i and %s before they begin', async (status, code, body) => {
    const response = await ask(body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  it.each(['PUT', 'DELETE'])('know no stream to be reserved: %s is refused', async (method) => {
    expect((await ask({}, {}, method)).status).toBe(405);
  });

  it('are refused without a token and in another content type', async () => {
    expect((await ask({ query: live }, { authorization: '' })).status).toBe(401);
    expect((await ask({ query: live }, { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('end for the server as soon as the client hangs up', async () => {
    const { response, stop } = await listenTo(edge.gateway.url, { token, body: { query: live } });
    expect(response.status).toBe(200);
    await expect.poll(() => edge.feed.readers()).toBe(1);
    stop();
    await expect.poll(() => edge.feed.readers()).toBe(0);
  });
});
