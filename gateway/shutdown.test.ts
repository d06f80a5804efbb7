import { WebSocket } from 'ws';
import { expect, it } from 'vitest';
import { startEdge } from './edge.fixture.ts';
import { leads, type users } from './edge-graph.fixture.ts';

const PEOPLE: (keyof typeof users)[] = ['sales', 'colleague', 'austrian', 'manager', 'admin'];
const SOCKETS = 200;
const REQUESTS = 500;
const query = 'subscription { leadChanged { type } }';

interface Message {
  type: string;
  payload?: { errors?: { extensions: { code: string; position?: string } }[] };
}

/** A subscriber, what he was told, and how his socket ended. */
function subscribe(url: string, token: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const heard: Message[] = [];
  const ended = new Promise<string>((resolve) => {
    socket.on('close', (code, reason) => resolve(`${code} ${String(reason)}`));
  });
  socket.on('open', () => {
    const payload = { authorization: `Bearer ${token}` };
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
  });
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as Message;
    heard.push(message);
    if (message.type !== 'connection_ack') return;
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  });
  return { heard, ended };
}

it('F-29: a stop answers what is under way and tells every stream why it ends, and where', async () => {
  const many = SOCKETS + REQUESTS;
  const edge = await startEdge({ limits: { socketsPerUserMax: many, inFlightPerUserMax: many } });
  const tokens = await Promise.all(PEOPLE.map((person) => edge.token(person)));
  const tokenOf = (n: number): string => tokens[n % tokens.length] as string;
  const { url } = edge.gateway;
  const sockets = Array.from({ length: SOCKETS }, (_, n) => subscribe(url, tokenOf(n)));
  await expect.poll(() => edge.feed.readers(), { timeout: 10_000 }).toBe(SOCKETS);
  edge.feed.push(leads[0]?.id as string);
  const reached = () => sockets.filter(({ heard }) => heard.at(-1)?.type === 'next').length;
  await expect.poll(reached, { timeout: 10_000 }).toBe(SOCKETS);

  const answers = Array.from({ length: REQUESTS }, async (_, n) => {
    const response = await edge.post({ query: '{ slow }' }, tokenOf(n));
    return `${response.status} ${await response.text()}`;
  });
  const under = () => edge.fetched.filter((text) => text.includes('slow')).length;
  await expect.poll(under, { timeout: 10_000, interval: 5 }).toBe(REQUESTS);
  await edge.stop();

  expect([...new Set(await Promise.all(answers))]).toEqual(['200 {"data":{"slow":"done"}}']);
  const ends = await Promise.all(sockets.map(({ ended }) => ended));
  expect([...new Set(ends)]).toEqual(['1001 Going away']);
  const told = sockets.map(({ heard }) => {
    const error = heard.find(({ payload }) => payload?.errors !== undefined)?.payload?.errors?.[0];
    const { code, position = '' } = error?.extensions ?? {};
    return `${code} ${position.split('~')[0]}`;
  });
  expect([...new Set(told)]).toEqual(['SHUTTING_DOWN 1']);
}, 60_000);
