import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPartnerClient, type PartnerClientOptions } from './client.ts';
import { Refused, RequestFailed, accepted } from './errors.ts';
import { LeadsDocument, RegisterLeadDocument, ViewerDocument } from './graphql/graphql.ts';
import { leadsOf } from './leads.ts';

interface Received {
  readonly authorization: string | undefined;
  readonly body: {
    documentId: string;
    query?: string;
    variables: { input?: { idempotencyKey?: string }; after?: string };
  };
}

type Reply = (response: ServerResponse, received: Received) => void;

let server: Server;
let received: Received[];
let replies: Reply[];

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
const hangUp: Reply = (response) => void response.destroy();
const viewer = json(200, { data: { me: { roles: ['partner'] } } });

beforeEach(async () => {
  received = [];
  replies = [];
  server = createServer((request: IncomingMessage, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { authorization } = request.headers;
      const one = { authorization, body: JSON.parse(text) as Received['body'] };
      received.push(one);
      (replies.shift() ?? viewer)(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
);

const clientOf = (options: Partial<PartnerClientOptions> = {}) =>
  createPartnerClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    tokens: async (isRefused) => (isRefused ? 'fresh' : 'old'),
    ...options,
  });
const input = { companyName: 'Gasthaus Sonne', city: 'Hamburg', source: 'PARTNER' as const };
const keys = () => received.map(({ body }) => body.variables.input?.idempotencyKey);

it('sends the hash of a stored operation and never a document', async () => {
  await clientOf().run(ViewerDocument);
  expect(received).toEqual([
    {
      authorization: 'Bearer old',
      body: { documentId: ViewerDocument.__meta__?.['hash'], variables: {} },
    },
  ]);
});

it('tries again under one key when the line breaks or the endpoint is busy', async () => {
  const payload = { leadRegister: { lead: null, userErrors: [] } };
  replies = [hangUp, json(503, {}), json(200, { data: payload })];
  expect(await clientOf().run(RegisterLeadDocument, { input })).toEqual(payload);
  expect(keys()).toHaveLength(3);
  expect(new Set(keys()).size).toBe(1);
  expect(keys()[0]).toMatch(/^[0-9a-f-]{36}$/);
});

it('keeps the key of the caller', async () => {
  await clientOf().run(RegisterLeadDocument, { input: { ...input, idempotencyKey: 'order-4711' } });
  expect(keys()).toEqual(['order-4711']);
});

it('waits as long as the endpoint asks for', async () => {
  replies = [json(429, { errors: [{ message: 'later' }] }, { 'retry-after': '1' })];
  const began = performance.now();
  await clientOf().run(ViewerDocument);
  expect(performance.now() - began).toBeGreaterThanOrEqual(990);
});

it('gives up after its last try, and says what stood in the way', async () => {
  replies = [hangUp, hangUp];
  const failed = clientOf({ attemptsMax: 2 }).run(ViewerDocument);
  await expect(failed).rejects.toMatchObject({ code: 'UNREACHABLE', isPassing: true });
  expect(received).toHaveLength(2);
});

it('does not repeat what was refused, and tells the code and the id of the request', async () => {
  const errors = [{ message: 'Nein', extensions: { code: 'FORBIDDEN' } }];
  replies = [json(403, { errors }, { 'x-request-id': 'r-1' })];
  const failed = clientOf().run(ViewerDocument);
  await expect(failed).rejects.toBeInstanceOf(RequestFailed);
  await expect(failed).rejects.toMatchObject({ code: 'FORBIDDEN', requestId: 'r-1', status: 403 });
  expect(received).toHaveLength(1);
});

it('asks for a fresh token once when the old one is refused', async () => {
  const errors = [{ message: 'Wer?', extensions: { code: 'UNAUTHENTICATED' } }];
  replies = [json(401, { errors })];
  await clientOf().run(ViewerDocument);
  expect(received.map(({ authorization }) => authorization)).toEqual([
    'Bearer old',
    'Bearer fresh',
  ]);
  replies = [json(401, { errors }), json(401, { errors })];
  await expect(clientOf().run(ViewerDocument)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(received).toHaveLength(4);
});

it('ends a try that takes too long', async () => {
  replies = [() => {}];
  const failed = clientOf({ timeoutMs: 50, attemptsMax: 1 }).run(ViewerDocument);
  await expect(failed).rejects.toMatchObject({ code: 'UNREACHABLE' });
});

it('follows no redirect, and speaks without TLS to its own machine only', async () => {
  replies = [(response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end()];
  await expect(clientOf({ attemptsMax: 1 }).run(ViewerDocument)).rejects.toMatchObject({
    code: 'UNREACHABLE',
  });
  expect(() => clientOf({ url: 'http://graph.example.com/graphql' })).toThrow('use https');
});

it('reads leads page by page', async () => {
  const page = (names: string[], endCursor: string | null) =>
    json(200, {
      data: {
        leads: {
          edges: names.map((companyName) => ({ cursor: '', node: { companyName } })),
          pageInfo: { hasNextPage: endCursor !== null, endCursor },
          totalCount: 3,
        },
      },
    });
  replies = [page(['Anker', 'Bären'], 'c-2'), page(['Krone'], null)];
  const names: string[] = [];
  for await (const lead of leadsOf(clientOf())) names.push(lead.companyName);
  expect(names).toEqual(['Anker', 'Bären', 'Krone']);
  expect(received.map(({ body }) => body.variables.after)).toEqual([undefined, 'c-2']);
  expect(received[0]?.body.documentId).toBe(LeadsDocument.__meta__?.['hash']);
});

it('turns what the domain objects to into an error that names it', () => {
  const userErrors = [{ code: 'DUPLICATE_LEAD', field: null, message: 'Gibt es schon' }];
  expect(accepted({ userErrors: [] })).toEqual({ userErrors: [] });
  expect(() => accepted({ userErrors })).toThrow(Refused);
  expect(new Refused(userErrors).has('DUPLICATE_LEAD')).toBe(true);
});
