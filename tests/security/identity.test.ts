import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  SignJWT,
  UnsecuredJWT,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type CryptoKey,
} from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually } from '#kernel/testing';
import { claimsOf } from '../../gateway/demo-keys.ts';
import { demoLogin } from '../../gateway/demo-logins.ts';
import { loadManifest } from '../../gateway/operations.ts';
import {
  codesOf,
  expectRefused,
  hashOf,
  onlyCode,
  openSocket,
  rawSocket,
  send,
  startProduction,
  type Production,
  type Socket,
} from './production.ts';

/** who somebody is, and what he may run. */

const ME = '{ me { user { id } roles territories } }';
const LEADS = 'query Leads($first: Int!) { leads(first: $first) { totalCount } }';
const SENT_IN = 'query SentIn { leads(first: 5) { totalCount } }';
const WATCH = 'subscription Watch($id: ID!) { leadChanged(id: $id) { leadId } }';
const OPERATE = [
  'mutation Replay { projectionRebuild(input: { projection: "leads.leads", reason: "Spalte neu gefüllt" }) { userErrors { code } } }',
  'mutation People { userRegister(input: { userId: "0de40000-1000-4000-8000-00000000aaaa", login: "x", name: "x", email: "x@y.example", roles: ["admin"], territories: [DE] }) { userErrors { code } } }',
  'query Dead { deadLetters(consumer: "leads.activities") { edges { cursor } } }',
  'query Users { users(first: 5) { edges { cursor } } }',
];

/** The gateway's idea of time goes ahead of ours; it must be in place before the gateway is. */
let aheadMs = 0;
const clock = vi
  .spyOn(Date, 'now')
  .mockImplementation(() => Math.floor(performance.timeOrigin + performance.now()) + aheadMs);

let production: Production;
let german: string;
let austrian: string;
beforeAll(async () => {
  production = await startProduction({
    stored: { 'partner-distributor': [LEADS, ...OPERATE], 'partner-erp': [SENT_IN] },
  });
  german = await production.lead('sales-de');
  austrian = await production.lead('sales-at', { countryCode: 'AT' });
  await production.test.settled();
}, 120_000);
afterAll(async () => {
  clock.mockRestore();
  await production?.stop();
});

const idOf = (login: string): string => demoLogin(login)?.userId ?? '';
const withToken = (token: string, body: unknown = { query: ME }) =>
  send(production.url, body, { authorization: `Bearer ${token}` });
const seconds = (): number => Math.floor(Date.now() / 1_000);

async function closedAfterInit(token: string): Promise<number> {
  const socket = rawSocket(production.url);
  await once(socket.ws, 'open');
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  return socket.closed();
}

async function forgedTokens(): Promise<[string, string][]> {
  const { issuer } = production;
  const [jwk] = issuer.published;
  const stranger = await generateKeyPair('ES256', { extractable: true });
  const publicKey = (await importJWK(jwk ?? {}, 'ES256')) as CryptoKey;
  const hmac = new SignJWT({
    sub: idOf('admin'),
    roles: ['admin'],
    iss: issuer.url,
    aud: 'freshplan',
  })
    .setExpirationTime('5m')
    .setProtectedHeader({ alg: 'HS256', kid: jwk?.kid ?? '', typ: 'at+jwt' });
  const unsigned = new UnsecuredJWT({ sub: idOf('admin'), roles: ['admin'] }).setExpirationTime(
    '5m',
  );
  const headed = (header: object) =>
    issuer.sign(claims('admin'), { header: header as Record<string, unknown> });
  const claimed = (extra: object) => issuer.sign({ ...claims('sales-de'), ...extra });
  return [
    ['no signature', unsigned.encode()],
    ['the public key as a secret', await hmac.sign(Buffer.from(await exportSPKI(publicKey)))],
    ['a key id that is a path', await headed({ kid: '../../dev/null' })],
    ['a key of its own', await issuer.sign(claims('admin'), { key: stranger.privateKey })],
    ['a key within', await headed({ jwk })],
    ['a key set elsewhere', await headed({ jku: 'https://evil.example/keys' })],
    ['a certificate elsewhere', await headed({ x5u: 'https://evil.example/c' })],
    ['another audience', await claimed({ aud: 'elsewhere' })],
    ['another issuer', await claimed({ iss: 'https://evil.example' })],
    ['its time over', await claimed({ exp: seconds() - 1 })],
    ['its time ahead', await claimed({ nbf: seconds() + 3_600 })],
    ['no end', await claimed({ exp: null })],
    ['the type of an identity token', await headed({ typ: 'JWT' })],
    ['two opinions on the role', await claimed({ role: 'admin' })],
    ['territories', await claimed({ territories: '*' })],
    ['the role system', await claimed({ roles: ['system'] })],
    ['an unknown role', await claimed({ roles: ['root'] })],
  ];
}

/** The same token under another key id. */
function strange(token: string, kid: string): string {
  const [, payload, signature] = token.split('.');
  const header = JSON.stringify({ alg: 'ES256', kid, typ: 'at+jwt' });
  return [Buffer.from(header).toString('base64url'), payload, signature].join('.');
}

function claims(login: string): Record<string, unknown> {
  const person = demoLogin(login);
  if (person === undefined) throw new RangeError(login);
  return { sub: person.userId, ...claimsOf(person) };
}

describe('a token', () => {
  it('A-32 that is forged or out of place is refused without a reason', async () => {
    const before = { ...production.work };
    for (const [what, token] of await forgedTokens()) {
      const { status, body } = await withToken(token);
      expect([status, onlyCode(body)], what).toEqual([401, 'UNAUTHENTICATED']);
      expect(body.errors?.[0]?.message, what).toBe('Bitte melden Sie sich an.');
      expect(
        await rawSocket(production.url, { authorization: `Bearer ${token}` }).closed(),
        what,
      ).toBe(401);
      expect(await closedAfterInit(token), what).toBe(4401);
    }
    expect(production.work).toEqual(before);
    const lawful = await withToken(await production.issuer.tokenFor('sales-de'));
    expect(lawful.body.data?.['me']).toMatchObject({ roles: ['sales'], territories: ['DE'] });
  });

  it('A-32 of somebody disabled counts no longer within seconds', async () => {
    const token = await production.issuer.tokenFor('sales-ch');
    expect((await withToken(token)).status).toBe(200);
    const { users } = await production.inside<{
      users: { edges: { node: { id: string; version: number } }[] };
    }>('admin', '{ users(first: 50) { edges { node { id version } } } }');
    const version = users.edges.find(({ node }) => node.id === idOf('sales-ch'))?.node.version;
    await production.inside(
      'admin',
      'mutation D($input: UserDisableInput!) { userDisable(input: $input) { userErrors { code } } }',
      { input: { userId: idOf('sales-ch'), version, reason: 'Austritt zum Monatsende' } },
    );
    await eventually(async () => expect((await withToken(token)).status).toBe(401));
    expect(await closedAfterInit(token)).toBe(4401);
    expect((await production.post('sales-de', { query: ME })).status).toBe(200);
  });

  it('A-33 of the key before counts through the overlap and ends with it; strange key ids cost nothing', async () => {
    const { issuer } = production;
    const old = await issuer.tokenFor('sales-de');
    const started = performance.now();
    aheadMs = 31_000;
    const withdraw = await issuer.rotate();
    const fresh = await issuer.tokenFor('sales-de');
    const read = issuer.keysRead();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => withToken(n % 2 === 0 ? old : fresh)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => withToken(strange(old, `strange-${n}`))),
    );
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([401]));
    const spentMs = performance.now() - started;
    expect(issuer.keysRead() - read).toBeLessThanOrEqual(1 + Math.floor(spentMs / 30_000));
    withdraw();
    aheadMs += 301_000;
    const readBefore = issuer.keysRead();
    await withToken(old);
    await eventually(() => expect(issuer.keysRead()).toBeGreaterThan(readBefore));
    aheadMs += 61_000;
    await eventually(async () => expect((await withToken(old)).status).toBe(401));
    expect((await withToken(await issuer.tokenFor('sales-de'))).status).toBe(200);
  });

  it('A-34 is all that says who somebody is', async () => {
    const own = await production.post('sales-de', { query: ME });
    const token = await production.issuer.tokenFor('sales-de');
    const claimed = await rawPost(
      [
        ['authorization', `Bearer ${token}`],
        ['X-User', idOf('admin')],
        ['x-user', 'admin'],
        ['X_User', 'admin'],
        ['X-Roles', 'admin'],
        ['X-ROLES', 'admin'],
        ['X-Territories', 'AT,CH,DE'],
        ['connection', 'authorization, close'],
      ],
      { query: ME },
    );
    expect(JSON.parse(claimed)).toEqual(own.body);
    const nobody = await rawPost(
      [
        ['x-user', idOf('admin')],
        ['x-roles', 'admin'],
      ],
      { query: ME },
    );
    expect(onlyCode(JSON.parse(nobody) as never)).toBe('UNAUTHENTICATED');
  });
});

describe('a subscription', () => {
  const watch = (socket: Socket, id: string, resume?: string): void =>
    socket.send({
      id: 'watch',
      type: 'subscribe',
      payload: {
        query: WATCH,
        variables: { id },
        ...(resume === undefined ? {} : { extensions: { resume } }),
      },
    });
  const eventsOf = (socket: Socket) => socket.received.filter(({ type }) => type === 'next');
  const change = async (login: string, id: string): Promise<void> => {
    const { lead } = await production.inside<{ lead: { version: number } }>(
      'admin',
      `{ lead(id: "${id}") { version } }`,
    );
    const input = { leadId: id, version: lead.version, city: `Ort ${lead.version}` };
    const mutation =
      'mutation U($input: LeadUpdateInput!) { leadUpdate(input: $input) { userErrors { code } } }';
    await production.inside(login, mutation, { input });
  };

  it('A-37 needs a token that counts, and a lead that exists for its bearer', async () => {
    const unnamed = rawSocket(production.url);
    await once(unnamed.ws, 'open');
    unnamed.send({ type: 'connection_init' });
    expect(await unnamed.closed()).toBe(4401);
    const unasked = rawSocket(production.url);
    await once(unasked.ws, 'open');
    unasked.send({ id: '1', type: 'subscribe', payload: { query: ME } });
    expect(await unasked.closed()).toBe(4401);

    const foreign = await production.socket('sales-de');
    const own = await production.socket('sales-at');
    watch(foreign, austrian);
    watch(own, austrian);
    await eventually(async () => {
      await change('sales-at', austrian);
      expect(eventsOf(own).length).toBeGreaterThan(0);
    });
    expect(eventsOf(foreign)).toEqual([]);
    foreign.ws.terminate();
    own.ws.terminate();
  });

  it('A-37 ends with the token, and its place is nobody else’s', async () => {
    const token = await production.issuer.tokenFor('sales-de', { exp: seconds() + 3 });
    const short = await openSocket(production.url, token);
    watch(short, german);
    const reader = await production.socket('sales-de');
    watch(reader, german);
    await eventually(async () => {
      await change('sales-de', german);
      expect(eventsOf(reader).length).toBeGreaterThan(0);
    });
    const { extensions } = eventsOf(reader)[0]?.payload as { extensions: { position: string } };
    const resume = extensions.position;
    const thief = await production.socket('manager-de');
    const query = { query: WATCH, variables: { id: german }, extensions: { resume } };
    expect(onlyCode(await thief.ask(query))).toBe('BAD_USER_INPUT');
    const other = { query: 'subscription { leadChanged { leadId } }', extensions: { resume } };
    expect(onlyCode(await thief.ask(other))).toBe('BAD_USER_INPUT');
    const again = await production.socket('sales-de');
    watch(again, german, resume);
    await change('sales-de', german);
    await eventually(() => expect(eventsOf(again).length).toBeGreaterThan(0));
    expect(await short.closed()).toBe(4401);
    for (const each of [reader, thief, again]) each.ws.terminate();
  });

  it('A-37 brings nothing more once the lead or the territory is lost', async () => {
    const id = await production.lead('sales-de-2');
    await production.test.settled();
    const loser = await production.socket('sales-de-2');
    watch(loser, id);
    await eventually(async () => {
      await change('manager-de', id);
      expect(eventsOf(loser).length).toBeGreaterThan(0);
    });
    const { lead } = await production.inside<{ lead: { version: number } }>(
      'admin',
      `{ lead(id: "${id}") { version } }`,
    );
    await production.inside(
      'manager-de',
      'mutation R($input: LeadReassignInput!) { leadReassign(input: $input) { userErrors { code } } }',
      {
        input: {
          leadId: id,
          version: lead.version,
          ownerUserId: idOf('sales-de'),
          reason: 'Wechsel der Betreuung',
        },
      },
    );
    await production.test.settled();
    const seen = eventsOf(loser).length;
    const gainer = await production.socket('sales-de');
    watch(gainer, id);
    await eventually(async () => {
      await change('sales-de', id);
      expect(eventsOf(gainer).length).toBeGreaterThan(0);
    });
    expect(eventsOf(loser).length - seen).toBe(0);
    loser.ws.terminate();
    gainer.ws.terminate();
  });

  it('A-38 is opened by our own pages alone, in the one protocol', async () => {
    const token = await production.issuer.tokenFor('sales-de');
    const authorization = `Bearer ${token}`;
    const from = (headers: Record<string, string>, protocol = 'graphql-transport-ws') =>
      rawSocket(production.url, headers, protocol).closed();
    expect(await from({ origin: 'https://evil.example', authorization })).toBe(403);
    expect(await from({ cookie: `__Host-session=${token}` })).toBe(403);
    expect(await from({ authorization }, 'graphql-ws')).toBe(4406);
    const lawful = await openSocket(production.url, token, { origin: production.url });
    expect(codesOf(await lawful.ask({ query: ME }))).toEqual([]);
    lawful.ws.terminate();
  });

  it('A-39 carries queries and mutations under the limits of HTTP', async () => {
    const aliases = Array.from({ length: 31 }, (_, n) => `a${n}: code`).join(' ');
    const mutation = `mutation { leadDelete(input: { leadId: "${german}", version: 1, reason: "x" }) { userErrors { ${aliases} } } }`;
    await expectRefused(production, 'sales-de', { query: mutation }, 'ALIAS_LIMIT');
    await expectRefused(production, 'manager-de', { query: mutation }, 'ALIAS_LIMIT');
    const roots = `{ ${'me { roles } '.repeat(11)} }`;
    await expectRefused(production, 'sales-de', { query: roots }, 'ROOT_FIELD_LIMIT');
    const socket = await production.socket('sales-de');
    expect(codesOf(await socket.ask({ query: ME }))).toEqual([]);
    socket.ws.terminate();
  });
});

describe('a client with stored operations', () => {
  const PARTNER = 'partner-distributor';
  const variables = { first: 5 };
  const refuse = (body: object, code: string) => expectRefused(production, PARTNER, body, code);

  it('A-40 runs its own texts and nothing else', async () => {
    await refuse({ query: LEADS, variables }, 'OPERATION_NOT_PERSISTED');
    await refuse(
      { query: '{ me { roles } }', documentId: hashOf(LEADS), variables },
      'OPERATION_NOT_PERSISTED',
    );
    for (const documentId of [
      '0'.repeat(64),
      '__proto__',
      'constructor',
      'toString',
      hashOf(SENT_IN),
    ]) {
      await refuse({ documentId, variables }, 'OPERATION_NOT_PERSISTED');
      const extensions = { persistedQuery: { version: 1, sha256Hash: documentId } };
      await refuse({ extensions, variables }, 'OPERATION_NOT_PERSISTED');
    }
    const added = '{ leads(first: 1) { totalCount } }';
    const registration = { persistedQuery: { version: 1, sha256Hash: hashOf(added) } };
    await refuse({ query: added, extensions: registration }, 'OPERATION_NOT_PERSISTED');
    await refuse(
      { documentId: hashOf(LEADS), variables: { ...variables, second: 1 } },
      'BAD_USER_INPUT',
    );
    const two = { persistedQuery: { version: 2, sha256Hash: hashOf(LEADS) } };
    await refuse({ extensions: two, variables }, 'BAD_USER_INPUT');
    const run = await production.post(PARTNER, { documentId: hashOf(LEADS), variables });
    expect(run.body).toEqual({ data: { leads: { totalCount: expect.any(Number) } } });
  });

  it('A-41 whose manifest was tampered with is not served at all', () => {
    const folder = mkdtempSync(join(tmpdir(), 'freshplan-manifest-'));
    try {
      const file = join(folder, 'operations.json');
      const write = (text: string): void =>
        writeFileSync(
          file,
          JSON.stringify({ [createHash('sha256').update(LEADS).digest('hex')]: text }),
        );
      write(LEADS.replace('leads', 'users'));
      expect(() => loadManifest(file)).toThrow('does not match its hash');
      write(LEADS);
      expect([...loadManifest(file).values()]).toEqual([LEADS]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('A-43 gains no right by a text in its manifest', async () => {
    for (const text of OPERATE) await refuse({ documentId: hashOf(text) }, 'FORBIDDEN');
    const run = await production.post(PARTNER, { documentId: hashOf(LEADS), variables });
    expect(run.status).toBe(200);
  });
});

/** Headers as they stand, repeated ones included. */
function rawPost(headers: [string, string][], body: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(production.url);
    const fixed = [
      ['host', `${hostname}:${port}`],
      ['content-type', 'application/json'],
    ];
    const sent = request(
      { hostname, port, path: '/graphql', method: 'POST', headers: [...fixed, ...headers].flat() },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(text));
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}
