import { AccessDenied, type Actor } from '#kernel/access';
import {
  SignJWT,
  UnsecuredJWT,
  createLocalJWKSet,
  exportJWK,
  exportSPKI,
  generateKeyPair,
} from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimsOf,
  issuer,
  privateKey,
  publicJwk,
  publicKey,
  sign,
  startEdge,
  type Edge,
} from './edge.fixture.ts';
import { users } from './edge-graph.fixture.ts';
import { createIdentity, type Rights } from './identity.ts';
import { createRemoteKeys } from './keys.ts';

const hour = 3_600;
const seconds = (): number => Math.floor(Date.now() / 1_000);

/** Tokens that look right and are not, by what is wrong with them. */
const forged: [string, () => Promise<string>][] = [
  ['no signature', async () => new UnsecuredJWT(claimsOf('admin')).encode()],
  [
    'the public key as an HMAC secret',
    async () =>
      new SignJWT(claimsOf('admin'))
        .setProtectedHeader({ alg: 'HS256', kid: 'k1', typ: 'at+jwt' })
        .sign(Buffer.from(await exportSPKI(publicKey))),
  ],
  ['a key id that is a path', () => sign(claimsOf('admin'), { kid: '../../dev/null' })],
  ['a key of its own', async () => signedByStranger({ jwk: await strangerJwk() })],
  ['a key of ours, embedded', () => sign(claimsOf('admin'), { jwk: publicJwk })],
  ['a key set of its own', () => sign(claimsOf('admin'), { jku: 'https://evil.example/keys' })],
  ['a certificate of its own', () => sign(claimsOf('admin'), { x5u: 'https://evil.example/c' })],
  ['a stranger’s signature', () => signedByStranger({})],
  ['another audience', () => sign(claimsOf('admin', { aud: 'elsewhere' }))],
  ['another issuer', () => sign(claimsOf('admin', { iss: 'https://evil.example' }))],
  ['its time over', () => sign(claimsOf('admin', { exp: seconds() - 1 }))],
  ['its time ahead', () => sign(claimsOf('admin', { nbf: seconds() + hour }))],
  [
    'no end',
    async () => {
      const { exp: _, ...endless } = claimsOf('admin');
      return sign(endless);
    },
  ],
  ['the type of an identity token', () => sign(claimsOf('admin'), { typ: 'JWT' })],
  ['no type', () => sign(claimsOf('admin'), { typ: undefined })],
  ['two opinions on the role', () => sign(claimsOf('sales', { role: 'admin' }))],
  ['two clients', () => sign(claimsOf('sales', { azp: 'partner-erp' }))],
  ['roles that are no list', () => sign(claimsOf('sales', { roles: 'admin' }))],
  ['territories', () => sign(claimsOf('sales', { territories: '*' }))],
  ['the role system', () => sign(claimsOf('sales', { roles: ['system'] }))],
  ['the role system beside another', () => sign(claimsOf('admin', { roles: ['admin', 'SYSTEM'] }))],
  ['no role', () => sign(claimsOf('sales', { roles: [] }))],
  ['a name for a user id', () => sign(claimsOf('sales', { sub: 'admin' }))],
  ['three words', async () => 'not.a.token'],
];

const stranger = await generateKeyPair('ES256', { extractable: true });
const strangerJwk = async () => exportJWK(stranger.publicKey);
const signedByStranger = async (header: object) =>
  new SignJWT(claimsOf('admin'))
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'at+jwt', ...header })
    .sign(stranger.privateKey);

describe('over HTTP', () => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge.stop());

  it.each(forged)('a token with %s is refused without a reason', async (_, make) => {
    const token = await make();
    const refusals = await Promise.all([
      edge.post({ query: '{ __typename }' }, token),
      fetch(`${edge.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie: `session=${token}` },
        body: '{"query":"{ __typename }"}',
      }),
    ]);
    for (const response of refusals) {
      expect(response.status).toBe(401);
      const { errors } = (await response.json()) as { errors: object[] };
      expect(errors).toMatchObject([
        { message: 'Bitte melden Sie sich an.', extensions: { code: 'UNAUTHENTICATED' } },
      ]);
    }
  });

  it('a lawful token is accepted as header and as cookie', async () => {
    const token = await edge.token('sales');
    expect((await edge.post({ query: '{ __typename }' }, token)).status).toBe(200);
    const headers = { cookie: `a=b; session=${token}` };
    expect((await edge.post({ query: '{ __typename }' }, undefined, headers)).status).toBe(200);
  });

  it('headers that claim to be somebody have no effect', async () => {
    const headers = { 'x-user': users.admin, 'x-roles': 'admin', 'x-territories': 'AT' };
    const asked = await edge.post({ query: '{ users }' }, await edge.token('sales'), headers);
    expect(asked.status).toBe(403);
    expect((await edge.post({ query: '{ users }' }, undefined, headers)).status).toBe(401);
  });

  it('credentials of another kind are not the same as none', async () => {
    const headers = { authorization: 'Basic YTpi' };
    expect((await edge.post({ query: '{ __typename }' }, undefined, headers)).status).toBe(401);
  });
});

describe('an actor', () => {
  const setup = () => {
    const rights = new Map<string, Rights>();
    const reads: string[] = [];
    let nowMs = Date.now();
    const identity = createIdentity({
      issuer,
      audience: 'freshplan',
      keys: createLocalJWKSet({ keys: [publicJwk] }),
      now: () => nowMs,
      async territoriesOf(userId) {
        reads.push(userId);
        return rights.get(userId) ?? { territories: ['DE'], disabled: false };
      },
    });
    const identify = async (token: string): Promise<Actor> =>
      (await identity.identify({ authorization: `Bearer ${token}` })) as Actor;
    return { identity, identify, rights, reads, pass: (ms: number) => void (nowMs += ms) };
  };

  it('has roles, client and firm from the token, territories from the database', async () => {
    const { identify, rights } = setup();
    rights.set(users.partner, { territories: ['AT'], disabled: false });
    expect(await identify(await sign(claimsOf('partner')))).toMatchObject({
      userId: users.partner,
      roles: ['partner'],
      clientId: 'partner-erp',
      territories: ['AT'],
    });
  });

  it('is the same object while nothing changed, and its rights are read once', async () => {
    const { identify, reads } = setup();
    const token = await sign(claimsOf('sales'));
    expect(await identify(token)).toBe(await identify(token));
    expect(reads).toEqual([users.sales]);
  });

  it('gets new rights as soon as they are forgotten, and in seconds without word', async () => {
    const { identity, identify, rights, pass } = setup();
    const token = await sign(claimsOf('sales'));
    const told: string[] = [];
    const stop = identity.onChange((userId) => void told.push(userId));
    await identify(token);
    rights.set(users.sales, { territories: ['AT'], disabled: false });
    expect((await identify(token)).territories).toEqual(['DE']);
    identity.forget(users.sales);
    expect((await identify(token)).territories).toEqual(['AT']);
    rights.set(users.sales, { territories: ['CH'], disabled: false });
    pass(5_001);
    expect((await identify(token)).territories).toEqual(['CH']);
    stop();
    identity.forget(users.sales);
    expect(told).toEqual([users.sales]);
  });

  it('is known to be current without a question only until something may have changed', async () => {
    const { identity, identify, rights, reads, pass } = setup();
    const [token, other] = [await sign(claimsOf('sales')), await sign(claimsOf('colleague'))];
    let actor = await identify(token);
    expect(identity.isCurrent(actor)).toBe(true);
    pass(5_001);
    expect(identity.isCurrent(actor)).toBe(false);
    expect(await identity.current(actor)).toBe(actor);
    expect(identity.isCurrent(actor)).toBe(true);
    identity.forget(users.sales);
    expect(identity.isCurrent(actor)).toBe(false);
    rights.set(users.sales, { territories: ['AT'], disabled: false });
    const before = actor;
    actor = await identify(token);
    expect([before, actor].map((each) => identity.isCurrent(each))).toEqual([false, true]);
    expect(reads).toHaveLength(3);

    const colleague = await identify(other);
    identity.revoke({ cookie: `session=${other}` });
    expect(identity.isCurrent(colleague)).toBe(false);
    // Still an hour's token.
    pass(hour * 1_000);
    await expect(identify(token)).rejects.toThrow(AccessDenied);
    expect(identity.isCurrent(actor)).toBe(false);
  });

  it('is nobody once disabled, expired or signed out', async () => {
    const { identity, identify, rights, pass } = setup();
    const token = await sign(claimsOf('sales'));
    const other = await sign(claimsOf('colleague'));
    const actor = await identify(token);
    rights.set(users.sales, { territories: ['DE'], disabled: true });
    identity.forget(users.sales);
    await expect(identify(token)).rejects.toThrow(AccessDenied);
    expect(await identity.current(actor)).toBeNull();

    const colleague = await identify(other);
    expect(await identity.current(colleague)).toBe(colleague);
    identity.revoke({ cookie: `session=${other}` });
    await expect(identify(other)).rejects.toThrow(AccessDenied);
    expect(await identity.current(colleague)).toBeNull();

    const third = await sign(claimsOf('manager'));
    const manager = await identify(third);
    // The token was signed by the real clock, somewhat later than this one began.
    pass((hour + 60) * 1_000);
    await expect(identify(third)).rejects.toThrow(AccessDenied);
    expect(await identity.current(manager)).toBeNull();
  });

  it('is not made up when the database does not answer', async () => {
    const identity = createIdentity({
      issuer,
      audience: 'freshplan',
      keys: createLocalJWKSet({ keys: [publicJwk] }),
      territoriesOf: () => Promise.reject(new Error('no connection')),
    });
    const authorization = `Bearer ${await sign(claimsOf('sales'))}`;
    await expect(identity.identify({ authorization })).rejects.toThrow('no connection');
  });
});

describe('the keys of the issuer', () => {
  const signedWith = (kid: string): Promise<string> =>
    new SignJWT(claimsOf('sales'))
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
      .sign(privateKey);
  const setup = () => {
    let nowMs = 0;
    let loads = 0;
    let isDown = false;
    let kids = ['k1'];
    const keys = createRemoteKeys({
      now: () => nowMs,
      async load() {
        loads += 1;
        if (isDown) throw new Error('issuer is down');
        return { keys: kids.map((kid) => ({ ...publicJwk, kid })) };
      },
    });
    const identity = createIdentity({
      issuer,
      audience: 'freshplan',
      keys,
      territoriesOf: async () => ({ territories: ['DE'], disabled: false }),
      tokensMax: 1,
    });
    const accepts = async (kid: string): Promise<boolean> => {
      const authorization = `Bearer ${await signedWith(kid)}`;
      return identity.identify({ authorization }).then(
        () => true,
        () => false,
      );
    };
    return {
      accepts,
      loads: () => loads,
      pass: (ms: number) => void (nowMs += ms),
      rotate: (next: string[]) => void (kids = next),
      fail: () => void (isDown = true),
    };
  };

  it('are read anew for an unknown id, at most once in 30 seconds', async () => {
    const issuerKeys = setup();
    expect(await issuerKeys.accepts('k1')).toBe(true);
    for (let index = 0; index < 20; index++) {
      expect(await issuerKeys.accepts(`random-${index}`)).toBe(false);
    }
    expect(issuerKeys.loads()).toBe(1);
    issuerKeys.pass(30_000);
    expect(await issuerKeys.accepts('random')).toBe(false);
    expect(issuerKeys.loads()).toBe(2);
  });

  it('overlap in a rotation, and the old one ends with it', async () => {
    const issuerKeys = setup();
    await issuerKeys.accepts('k1');
    issuerKeys.rotate(['k1', 'k2']);
    issuerKeys.pass(30_000);
    expect(await issuerKeys.accepts('k2')).toBe(true);
    expect(await issuerKeys.accepts('k1')).toBe(true);
    issuerKeys.rotate(['k2']);
    issuerKeys.pass(300_001);
    await issuerKeys.accepts('k2');
    await expect.poll(() => issuerKeys.accepts('k1')).toBe(false);
  });

  it('survive an outage of the issuer', async () => {
    const issuerKeys = setup();
    await issuerKeys.accepts('k1');
    issuerKeys.fail();
    issuerKeys.pass(3_600_000);
    expect(await issuerKeys.accepts('k1')).toBe(true);
    expect(await issuerKeys.accepts('k2')).toBe(false);
  });
});
