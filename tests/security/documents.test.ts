import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  codesOf,
  expectAnswered,
  expectRefused,
  onlyCode,
  rawSocket,
  startProduction,
  type Production,
} from './production.ts';

/** A-01 to A-17: what documents and bodies may look like. */

let production: Production;
let leadId: string;
beforeAll(async () => {
  production = await startProduction();
  leadId = await production.lead('sales-de');
}, 120_000);
afterAll(() => production?.stop());

const times = (count: number, text: (index: number) => string, separator = ' '): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(separator);

const refuse = (body: object, code: string, login = 'sales-de'): Promise<void> =>
  expectRefused(production, login, body, code);
const answer = (body: object, login = 'sales-de'): Promise<Record<string, unknown>> =>
  expectAnswered(production, login, body);

/** `open` so many times around a leaf, and closed again. */
const nested = (open: string, depth: number, leaf: string): string =>
  `${times(depth, () => open, '')}${leaf}${'}'.repeat(depth)}`;

describe('the shape of a document', () => {
  it('A-01 aliases are counted, and a thousand of them are not even parsed', async () => {
    const within = (count: number): string =>
      `{ leads(first: 1) { edges { node { ${times(count, (n) => `a${n}: id`)} } } } }`;
    await refuse({ query: within(40) }, 'ALIAS_LIMIT');
    const roots = times(1_000, (n) => `a${n}: leads(first: 1) { edges { node { id } } }`);
    await refuse({ query: `{ ${roots} }` }, 'TOKEN_LIMIT');
    await answer({ query: within(30) });
  });

  it('A-03 a batch is no request', async () => {
    const one = { query: '{ __typename }' };
    const before = { ...production.work };
    const batch = await production.post('sales-de', [one, one]);
    expect(batch.status).toBe(400);
    expect(onlyCode(batch.body)).toBe('BAD_USER_INPUT');
    const socket = await production.socket('sales-de');
    socket.send([{ id: '1', type: 'subscribe', payload: one }]);
    expect(await socket.closed()).toBe(4400);
    expect(production.work).toEqual(before);
    await answer(one);
  });

  it('A-04 sixty levels are refused, plain and through fragments', async () => {
    const lead = `lead(id: "${leadId}")`;
    await refuse({ query: `{ ${lead} { ${nested('owner {', 60, 'id')} } }` }, 'DEPTH_LIMIT');
    const fragments = times(40, (n) => `fragment F${n} on Lead { owner { ...F${n + 1} } }`);
    await refuse(
      { query: `{ ${lead} { ...F0 } } ${fragments} fragment F40 on Lead { id }` },
      'DEPTH_LIMIT',
    );
    await answer({ query: `{ ${lead} { owner { id name } } }` });
  });

  it('A-05 hops between contexts are bounded by depth, fetches by the plan', async () => {
    const hops = nested('customer { lead {', 12, 'id') + '}'.repeat(12);
    await refuse({ query: `{ lead(id: "${leadId}") { ${hops} } }` }, 'DEPTH_LIMIT');
    const fields = `edges { node {
      owner { name } collaborators { user { name } }
      activities(first: 1) { edges { node { createdBy { name } } } }
      messages(first: 1) { id } } }`;
    const shallow = (count: number): string =>
      `{ ${times(count, (n) => `a${n}: leads(first: 1) { ${fields} }`)} }`;
    const before = production.work.run;
    const refused = await production.post('sales-de', { query: shallow(9) });
    expect(onlyCode(refused.body)).toBe('PLAN_LIMIT');
    const socket = await production.socket('sales-de');
    expect(onlyCode(await socket.ask({ query: shallow(9) }))).toBe('PLAN_LIMIT');
    socket.ws.terminate();
    expect(production.work.run).toBe(before);
    await answer({ query: shallow(2) });
  });

  it('A-06 fragments that use each other are no document', async () => {
    const spread = (fragments: string): object => ({
      query: `{ lead(id: "${leadId}") { ...A } } ${fragments}`,
    });
    const cycle = 'fragment A on Lead { ...B } fragment B on Lead { ...A }';
    await refuse(spread(cycle), 'GRAPHQL_VALIDATION_FAILED');
    await answer(spread('fragment A on Lead { ...B } fragment B on Lead { id }'));
  });

  it('A-07 a small document that unfolds to a quarter of a million fields holds nobody up', async () => {
    const fragments = times(18, (n) => {
      const next = n === 17 ? 'id' : `...F${n + 1}`;
      return `fragment F${n} on Lead { customer { lead { ${next} } b: lead { ${next} } } }`;
    });
    const bomb = { query: `{ lead(id: "${leadId}") { ...F0 } } ${fragments}` };
    const attacks = Promise.all(
      Array.from({ length: 20 }, () => production.post('sales-de-2', bomb)),
    );
    const served = await production.post('sales-de', { query: '{ __typename }' });
    expect(served.body.data).toEqual({ __typename: 'Query' });
    for (const { body, status } of await attacks) {
      expect(status).toBe(400);
      expect(onlyCode(body)).toMatch(/^(DEPTH|ALIAS|FRAGMENT)_LIMIT$/);
    }
    await refuse(bomb, 'ALIAS_LIMIT', 'sales-de-2');
    await answer({
      query: `{ lead(id: "${leadId}") { ...F } } fragment F on Lead { owner { id } }`,
    });
  });

  it('A-09 directives are counted, and answered with one error', async () => {
    await refuse({ query: `{ __typename ${times(5_000, () => '@aa')} }` }, 'TOKEN_LIMIT');
    const fields = (count: number): object => ({
      query: `{ lead(id: "${leadId}") { ${times(count, () => 'id @include(if: true)')} } }`,
    });
    await refuse(fields(40), 'DIRECTIVE_LIMIT');
    await answer(fields(30));
  });

  it('A-10 ten thousand fields are not parsed', async () => {
    await refuse({ query: `{ ${times(10_000, () => '__typename')} }` }, 'TOKEN_LIMIT');
    await answer({ query: `{ ${times(10, () => '__typename')} }` });
  });

  it('A-14 parts of an answer come all at once', async () => {
    const deferred = `{ lead(id: "${leadId}") { ... @defer { id } } }`;
    await refuse({ query: deferred }, 'GRAPHQL_VALIDATION_FAILED');
    await refuse(
      { query: '{ leads(first: 1) { edges @stream { cursor } } }' },
      'GRAPHQL_VALIDATION_FAILED',
    );
    const query = { query: `{ lead(id: "${leadId}") { id } }` };
    const { status, headers, body } = await production.post('sales-de', query, {
      accept: 'multipart/mixed, application/json',
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toEqual({ data: { lead: { id: leadId } } });
  });
});

describe('what a document carries', () => {
  it('A-11 a page has 1 to 100 entries however it is asked for', async () => {
    for (const first of [100_000_000, 101, 0, -1]) {
      await refuse({ query: `{ leads(first: ${first}) { totalCount } }` }, 'BAD_USER_INPUT');
      const byVariable = 'query P($n: Int!) { leads(first: $n) { totalCount } }';
      await refuse({ query: byVariable, variables: { n: first } }, 'BAD_USER_INPUT');
      const byDefault = `query P($n: Int! = ${first}) { leads(first: $n) { totalCount } }`;
      await refuse({ query: byDefault }, 'BAD_USER_INPUT');
    }
    const nestedPages = `query P($n: Int!) { leads(first: $n) { edges { node {
      activities(first: $n) { edges { node { createdBy { id } } } } } } } }`;
    await refuse({ query: nestedPages, variables: { n: 100 } }, 'COST_LIMIT');
    await answer({ query: nestedPages, variables: { n: 10 } });
    await answer({ query: '{ leads(first: 100) { totalCount } }' });
  });

  it('A-12 a body is read to its limit and no further', async () => {
    const huge = JSON.stringify({ query: '{ __typename }', variables: { a: 'x'.repeat(20e6) } });
    const token = await production.issuer.tokenFor('sales-de');
    const before = { ...production.work };
    const honest = await half(token, `content-length: ${huge.length}`, '{"query":');
    expect(honest).toMatch(/^HTTP\/1\.1 413 .+PAYLOAD_TOO_LARGE/s);
    const chunk = 'x'.repeat(64 * 1024);
    const chunks = times(5, () => `${chunk.length.toString(16)}\r\n${chunk}\r\n`, '');
    const missing = await half(token, 'transfer-encoding: chunked', chunks);
    expect(missing).toMatch(/^HTTP\/1\.1 413 .+PAYLOAD_TOO_LARGE/s);
    const wrong = await half(token, 'content-length: 10', `{"query":"{ __typename }"}`);
    expect(wrong).toMatch(/^HTTP\/1\.1 400 /);

    const deep = `{"query":"{ __typename }","variables":{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`;
    const nestedValues = await production.post('sales-de', deep);
    expect([nestedValues.status, onlyCode(nestedValues.body)]).toEqual([400, 'BAD_USER_INPUT']);
    const search = 'query S($f: LeadFilter) { leads(filter: $f) { totalCount } }';
    const variables = { f: { search: 'x'.repeat(1e6) } };
    const long = await production.post('sales-de', { query: search, variables });
    expect([long.status, onlyCode(long.body)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    await refuse(
      { query: search, variables: { f: { search: 'x'.repeat(50_000) } } },
      'BAD_USER_INPUT',
    );
    expect(production.work).toEqual(before);
    await answer({ query: search, variables: { f: { search: 'x' } } });
  });

  it('A-12 a message of a socket is read to its limit and no further', async () => {
    const socket = await production.socket('sales-de');
    const payload = { query: '{ __typename }', variables: { a: 'x'.repeat(1e6) } };
    socket.send({ id: '1', type: 'subscribe', payload });
    expect(await socket.closed()).toBe(1009);
  });

  it('A-13 nothing is inflated', async () => {
    const packed = gzipSync(Buffer.alloc(50e6));
    const response = await fetch(`${production.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        authorization: `Bearer ${await production.issuer.tokenFor('sales-de')}`,
      },
      body: packed,
    });
    expect(response.status).toBe(415);
    expect(onlyCode((await response.json()) as never)).toBe('UNSUPPORTED_MEDIA_TYPE');
    const offered = rawSocket(production.url, {
      authorization: `Bearer ${await production.issuer.tokenFor('sales-de')}`,
      'sec-websocket-extensions': 'permessage-deflate',
    });
    await once(offered.ws, 'open');
    expect(offered.ws.extensions).toBe('');
    offered.ws.terminate();
    await answer({ query: '{ __typename }' });
  });

  it('A-16 wildcards are data, and lists have an end', async () => {
    const named = await production.lead('sales-de', {
      companyName: '100% Genuss_Küche',
      city: 'Kiel',
    });
    const search = async (text: string): Promise<string[]> => {
      const { leads } = (await production.inside('sales-de', SEARCH, { f: { search: text } })) as {
        leads: { edges: { node: { id: string } }[] };
      };
      return leads.edges.map(({ node }) => node.id);
    };
    expect(await search('%'.repeat(200))).toEqual([]);
    expect(await search('_____')).toEqual([]);
    expect(await search('\\')).toEqual([]);
    expect(await search('100% genuss_')).toEqual([named]);
    const many = (count: number): object => ({
      query: SEARCH,
      variables: { f: { status: Array.from({ length: count }, () => 'ACTIVE') } },
    });
    await refuse(many(10_000), 'BAD_USER_INPUT');
    await refuse(many(101), 'BAD_USER_INPUT');
    await answer(many(100));
  });
});

describe('how much at once', () => {
  it('A-17 one client’s flood is turned away, and another one is served throughout', async () => {
    const owners = (count: number): object => ({
      query: `{ leads(first: 100) { edges { node { ${times(count, (n) => `o${n}: owner { name }`)} } } } }`,
    });
    const costly = owners(17);
    await refuse(owners(18), 'COST_LIMIT');
    const flood = Promise.all(
      Array.from({ length: 500 }, () => production.post('manager-de', costly)),
    );
    const served = [];
    for (let n = 0; n < 20; n += 1)
      served.push(await production.post('sales-ch', { query: '{ __typename }' }));
    expect(served.map(({ body }) => body.data)).toEqual(
      served.map(() => ({ __typename: 'Query' })),
    );
    const answers = await flood;
    const refused = answers.filter(({ status }) => status !== 200);
    expect(answers.length - refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(300);
    for (const { status, headers, body } of refused) {
      expect([429, 503]).toContain(status);
      expect(codesOf(body)).toEqual([status === 429 ? 'RATE_LIMITED' : 'OVERLOADED']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const cheap = { query: '{ me { user { name } } }' };
    const crowd = await Promise.all(
      Array.from({ length: 300 }, () => production.post('sales-at', cheap)),
    );
    const statuses = crowd.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect((await production.post('sales-at', cheap)).status).toBe(200);
  });
});

const SEARCH = 'query S($f: LeadFilter) { leads(filter: $f) { edges { node { id } } } }';

/** Sends headers and the beginning of a body, never its end. Answers what comes back. */
async function half(token: string, header: string, body: string): Promise<string> {
  const { hostname, port } = new URL(production.url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => (received += chunk.toString()));
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer ${token}\r\n${header}\r\n\r\n${body}`,
  );
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}
