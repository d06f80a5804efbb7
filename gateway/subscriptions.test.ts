import { createClient, type Client, type ClientOptions } from 'graphql-ws';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { createLocalJWKSet } from 'jose';
import { issuer, publicJwk, startEdge, type Edge, type EdgeOptions } from './edge.fixture.ts';
import { leads, users } from './edge-graph.fixture.ts';
import { listenTo, type EventStream } from './event-stream.fixture.ts';
import { createIdentity } from './identity.ts';

const own = leads[0]?.id as string;
const foreign = leads[3]?.id as string;
const query = 'subscription { leadChanged { type lead { id } } }';
const changed = (id: string | null) => ({
  leadChanged: { type: 'lead.changed', lead: id === null ? null : { id } },
});

let edge: Edge;
const open: (() => void)[] = [];
const start = async (options: EdgeOptions = {}): Promise<Edge> => (edge = await startEdge(options));
afterEach(async () => {
  for (const close of open.splice(0)) close();
  await edge.stop();
});

async function listen(
  token: string,
  headers: Record<string, string> = {},
  body: object = { query },
): Promise<EventStream> {
  const stream = await listenTo(edge.gateway.url, { token, headers, body });
  open.push(() => stream.stop());
  return stream;
}

const reading = (count: number) => expect.poll(() => edge.feed.readers()).toBe(count);

describe('server-sent events', () => {
  it('bring each change with its signed position', async () => {
    await start();
    const stream = await listen(await edge.token('sales'));
    await reading(1);
    edge.feed.push(own);
    edge.feed.push(own);
    const [first, second] = [await stream.next(), await stream.next()];
    expect(first).toMatchObject({ event: 'next', data: { data: changed(own) } });
    expect(first?.data).toMatchObject({ extensions: { position: first?.id } });
    expect(second?.id).toMatch(/^2~/);
    stream.stop();
    await reading(0);
  });

  it('go on where the last one was, whether the browser or the client says so', async () => {
    await start();
    const token = await edge.token('sales');
    const stream = await listen(token);
    await reading(1);
    edge.feed.push(own);
    const position = (await stream.next())?.id as string;
    stream.stop();
    edge.feed.push(own);
    const again = await listen(token, { 'last-event-id': position });
    expect((await again.next())?.id).toMatch(/^2~/);
    const third = await listen(token, {}, { query, extensions: { resume: position } });
    expect((await third.next())?.id).toMatch(/^2~/);
  });

  it('refuse the position of another user, operation or nobody', async () => {
    await start();
    const token = await edge.token('manager');
    const stream = await listen(token);
    await reading(1);
    edge.feed.push(own);
    const position = (await stream.next())?.id as string;
    const other = { query: 'subscription { leadChanged { type } }' };
    const attempts = [
      await listen(await edge.token('sales'), { 'last-event-id': position }),
      await listen(token, { 'last-event-id': position }, other),
      await listen(token, { 'last-event-id': position.replace(/^1/, '0') }),
      await listen(token, { 'last-event-id': '0' }),
    ];
    for (const { response } of attempts) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
      });
    }
    expect((await listen(token, { 'last-event-id': position })).response.status).toBe(200);
  });

  it('are refused without a token, with a bad one and without the right', async () => {
    await start();
    expect((await listen('x.y.z')).response.status).toBe(401);
    const body = { query: 'subscription { userChanged }' };
    expect((await listen(await edge.token('sales'), {}, body)).response.status).toBe(403);
    const anonymous = await edge.post({ query }, undefined, { accept: 'text/event-stream' });
    expect(anonymous.status).toBe(401);
  });

  it('hide what is foreign, and one event’s error is not in the next', async () => {
    await start();
    const stream = await listen(await edge.token('sales'));
    await reading(1);
    edge.feed.push(foreign);
    edge.feed.push(own);
    const [first, second] = [await stream.next(), await stream.next()];
    expect(first?.data).toMatchObject({
      data: changed(null),
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    });
    expect(second?.data).toMatchObject({ data: changed(own) });
    expect(second?.data).not.toHaveProperty('errors');
  });

  it('end when the token expires', async () => {
    await start();
    const exp = Math.floor(Date.now() / 1_000) + 2;
    const stream = await listen(await edge.token('sales', { exp }));
    await reading(1);
    expect((await stream.next())?.data?.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await stream.next())?.event).toBe('complete');
    await reading(0);
  });

  it.each([
    ['his territories', { territories: ['AT'], disabled: false }, 'RIGHTS_CHANGED'],
    ['all of it', { territories: ['DE'], disabled: true }, 'UNAUTHENTICATED'],
  ] as const)('end at once when the reader loses %s', async (_, rights, code) => {
    await start();
    const stream = await listen(await edge.token('sales'));
    await reading(1);
    edge.rights.set(users.sales, rights);
    edge.identity.forget(users.sales);
    expect((await stream.next())?.data?.errors?.[0]?.extensions.code).toBe(code);
    await reading(0);
  });

  it('end before an event that its reader’s rights of now do not cover, told of it or not', async () => {
    let territories = ['DE'];
    let nowMs = Date.now();
    const identity = createIdentity({
      issuer,
      audience: 'freshplan',
      keys: createLocalJWKSet({ keys: [publicJwk] }),
      territoriesOf: async () => ({ territories, disabled: false }),
      now: () => nowMs,
    });
    await start({ identity });
    const stream = await listen(await edge.token('sales'));
    await reading(1);
    edge.feed.push(own);
    expect((await stream.next())?.data).toMatchObject({ data: changed(own) });
    territories = ['AT'];
    nowMs += 5_001;
    edge.feed.push(own);
    const last = await stream.next();
    expect(last?.data?.errors?.map(({ extensions }) => extensions.code)).toEqual([
      'RIGHTS_CHANGED',
    ]);
  });

  it('go on when nothing changed for the reader', async () => {
    await start();
    const stream = await listen(await edge.token('sales'));
    await reading(1);
    edge.identity.forget(users.sales);
    edge.identity.forget(users.manager);
    edge.feed.push(own);
    expect((await stream.next())?.data).toMatchObject({ data: changed(own) });
  });

  it('end with the reason and their place when the server stops', async () => {
    await start();
    const stream = await listen(await edge.token('sales'));
    await reading(1);
    edge.feed.push(own);
    const last = await stream.next();
    const stopping = edge.gateway.stop();
    expect((await stream.next())?.data?.errors?.[0]?.extensions).toMatchObject({
      code: 'SHUTTING_DOWN',
      position: last?.id,
    });
    expect((await stream.next())?.event).toBe('complete');
    await stopping;
  });

  it('answer a query once', async () => {
    await start();
    const stream = await listen(await edge.token('sales'), {}, { query: '{ __typename }' });
    expect((await stream.next())?.data).toEqual({ data: { __typename: 'Query' } });
    expect((await stream.next())?.event).toBe('complete');
    expect(await stream.next()).toBeUndefined();
  });

  it('of one user are bounded', async () => {
    await start({ limits: { streamsPerUserMax: 1, socketsPerUserMax: 2 } });
    const token = await edge.token('sales');
    const statuses = [];
    for (let index = 0; index < 3; index++) statuses.push((await listen(token)).response.status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('wait for a reader that pauses, without piling up', async () => {
    await start();
    const slow = await listen(await edge.token('sales'));
    const quick = await listen(await edge.token('manager'));
    await reading(2);
    for (let index = 0; index < 20_000; index++) edge.feed.push(own);
    for (let index = 1; index <= 20_000; index++) {
      if (!(await quick.next())?.id?.startsWith(`${index}~`)) throw new Error(`lost ${index}`);
    }
    for (let index = 1; index <= 20_000; index++) {
      if (!(await slow.next())?.id?.startsWith(`${index}~`)) throw new Error(`lost ${index}`);
    }
  });
});

describe('graphql-ws', () => {
  const wsUrl = () => `${edge.gateway.url.replace('http', 'ws')}/graphql`;
  const connect = (token: string, options: Partial<ClientOptions> = {}): Client => {
    const client = createClient({
      url: wsUrl(),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${token}` },
      ...options,
    });
    open.push(() => void client.dispose());
    return client;
  };

  it('brings each change with its signed position, and resumes there', async () => {
    await start();
    const client = connect(await edge.token('sales'));
    const events = client.iterate({ query });
    const first = events.next();
    await reading(1);
    edge.feed.push(own);
    const { value } = await first;
    expect(value).toEqual({
      data: changed(own),
      extensions: { position: expect.stringMatching(/^1~/) },
    });
    await events.return?.();
    await reading(0);
    edge.feed.push(own);
    const resume = (value as { extensions: { position: string } }).extensions.position;
    const again = await client.iterate({ query, extensions: { resume } }).next();
    expect(again.value).toMatchObject({ extensions: { position: expect.stringMatching(/^2~/) } });
    const stolen = connect(await edge.token('manager')).iterate({ query, extensions: { resume } });
    await expect(stolen.next()).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('answers queries and refuses with the codes of HTTP', async () => {
    await start();
    const client = connect(await edge.token('sales'));
    const ask = (text: string) => client.iterate({ query: text }).next();
    const lead = `lead(id: "${own}")`;
    expect((await ask(`{ ${lead} { name } }`)).value).toEqual({
      data: { lead: { name: 'Lead 11' } },
    });
    const refusals = [
      ['{ users }', 'FORBIDDEN'],
      [`{${' __typename'.repeat(11)}}`, 'ROOT_FIELD_LIMIT'],
      [`{${' __typename'.repeat(2_000)}}`, 'TOKEN_LIMIT'],
      ['{ leads(first: 101) { edges { node { id } } } }', 'BAD_USER_INPUT'],
      ['mutation { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ] as const;
    for (const [text, code] of refusals) {
      await expect(ask(text)).rejects.toMatchObject([{ extensions: { code } }]);
    }
  });

  const closed = (socket: WebSocket): Promise<number> =>
    new Promise((resolve) => {
      socket.on('close', resolve);
      socket.on('error', () => undefined);
    });
  const raw = (
    options: { protocol?: string; headers?: Record<string, string> } = {},
  ): WebSocket => {
    const socket = new WebSocket(wsUrl(), options.protocol ?? 'graphql-transport-ws', {
      headers: options.headers ?? {},
    });
    open.push(() => socket.terminate());
    return socket;
  };
  const rawOf = async (message: unknown, options = {}): Promise<number> => {
    const socket = raw(options);
    socket.on('open', () =>
      socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    );
    return closed(socket);
  };
  const statusOf = (socket: WebSocket): Promise<number | undefined> =>
    new Promise((resolve) => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
      socket.on('open', () => resolve(101));
      socket.on('error', () => undefined);
    });
  const init = (token?: string) => ({
    type: 'connection_init',
    ...(token === undefined ? {} : { payload: { authorization: `Bearer ${token}` } }),
  });

  it('closes with the code that tells why', async () => {
    await start({ limits: { socketInitTimeoutMs: 100 } });
    expect(await rawOf(init())).toBe(4401);
    expect(await rawOf(init('x.y.z'))).toBe(4401);
    expect(await rawOf([{ type: 'connection_init' }])).toBe(4400);
    expect(await closed(raw({ protocol: 'graphql-ws' }))).toBe(4406);
    expect(await closed(raw())).toBe(4408);
    expect(await rawOf(`{"type":"connection_init","payload":{"a":"${'x'.repeat(70_000)}"}}`)).toBe(
      1009,
    );
  });

  it('lets in known origins only, and no cookie without one', async () => {
    await start({ environment: { ALLOWED_ORIGINS: 'https://crm.example' } });
    const cookie = `session=${await edge.token('sales')}`;
    const status = (headers: Record<string, string>) => statusOf(raw({ headers }));
    expect(await status({ origin: 'https://evil.example', cookie })).toBe(403);
    expect(await status({ cookie })).toBe(403);
    expect(await status({ cookie: 'session=x.y.z', origin: edge.gateway.url })).toBe(401);
    expect(await status({ cookie, origin: edge.gateway.url })).toBe(101);
    expect(await status({ cookie, origin: 'https://crm.example' })).toBe(101);
  });

  const acknowledged = (socket: WebSocket): Promise<void> =>
    new Promise((resolve) => {
      socket.once('message', () => resolve());
    });
  const signedIn = async (user: keyof typeof users): Promise<WebSocket> => {
    const token = await edge.token(user);
    const socket = raw();
    socket.on('open', () => socket.send(JSON.stringify(init(token))));
    await acknowledged(socket);
    return socket;
  };

  it('bounds sockets, subscriptions and messages', async () => {
    await start({ limits: { socketSubscriptionsMax: 3 } });
    for (let index = 0; index < 5; index++) await signedIn('sales');
    expect(await rawOf(init(await edge.token('sales')))).toBe(4429);

    const many = await signedIn('manager');
    const subscribe = (id: number) =>
      many.send(JSON.stringify({ type: 'subscribe', id: String(id), payload: { query } }));
    const manyClosed = closed(many);
    for (let index = 1; index <= 3; index++) subscribe(index);
    await reading(3);
    expect(many.readyState).toBe(WebSocket.OPEN);
    subscribe(4);
    expect(await manyClosed).toBe(4429);
    await reading(0);

    const loud = await signedIn('admin');
    const loudClosed = closed(loud);
    for (let index = 0; index < 30; index++) loud.send('{"type":"ping"}');
    expect(await loudClosed).toBe(4429);
    const twice = await signedIn('auditor');
    const twiceClosed = closed(twice);
    for (let index = 0; index < 2; index++) {
      twice.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    }
    expect(await twiceClosed).toBe(4409);
  });

  it('ends at the end of the token and when the user is disabled', async () => {
    await start();
    const exp = Math.floor(Date.now() / 1_000) + 2;
    expect(await rawOf(init(await edge.token('sales', { exp })))).toBe(4401);
    const socket = await signedIn('manager');
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    await reading(1);
    edge.rights.set(users.manager, { territories: ['DE'], disabled: true });
    edge.identity.forget(users.manager);
    expect(await closed(socket)).toBe(4401);
  });

  it('says goodbye when the server stops', async () => {
    await start();
    const socket = await signedIn('sales');
    const goodbye = closed(socket);
    await edge.stop();
    expect(await goodbye).toBe(1001);
    await start();
  });
});
