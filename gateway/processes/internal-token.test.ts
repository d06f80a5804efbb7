import { randomBytes, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import {
  LIFE_SECONDS,
  callerOf,
  createInternalSigner,
  createInternalVerifier,
} from './internal-token.ts';
import { createSpent } from './spent.ts';

const BODY = '{"query":"{ leads { id } }"}';
const START = Date.UTC(2026, 0, 15, 8);
const key = randomBytes(32);
const person = createActor({
  userId: randomUUID(),
  roles: ['sales'],
  territories: ['DE', 'AT'],
  clientId: 'cockpit',
  expiresAt: START + 60_000,
});
const requestId = randomUUID();
const request = { actor: person, requestId };

function parties(options: { subgraph?: string; key?: Uint8Array; keys?: Uint8Array[] } = {}) {
  const clock = { ms: START };
  const now = (): number => clock.ms;
  const verify = createInternalVerifier({
    subgraph: 'leads',
    keys: options.keys ?? [key],
    territories: ['AT', 'CH', 'DE'],
    now,
  });
  const sign = createInternalSigner({
    subgraph: options.subgraph ?? 'leads',
    key: options.key ?? key,
    now,
  });
  const ask = async (authorization: string | undefined, body = BODY) =>
    (await verify(authorization)).spend(body);
  return { clock, sign, ask };
}

const DENIED = { code: 'UNAUTHENTICATED' };

describe('an internal token', () => {
  it('carries the person and the request, and nothing the subgraph would have to believe besides', async () => {
    const { sign, ask } = parties();
    expect(await ask(await sign(request, BODY))).toEqual({ actor: person, requestId });
  });

  it('carries the one job of the gateway, in the territories the subgraph knows', async () => {
    const { sign, ask } = parties();
    const job = systemActor('gateway', []);
    const { actor } = await ask(await sign({ actor: job, requestId }, BODY));
    expect(actor).toEqual(systemActor('gateway', ['AT', 'CH', 'DE']));
  });

  it.each(['restore', 'leads.retention', ''])('carries no other job (%j)', async (name) => {
    const { sign, ask } = parties();
    const token = await sign({ actor: systemActor(name, ['DE']), requestId }, BODY);
    await expect(ask(token)).rejects.toMatchObject(DENIED);
  });

  it('is not made for nobody', async () => {
    const { sign } = parties();
    await expect(sign({ actor: null, requestId }, BODY)).rejects.toMatchObject(DENIED);
  });

  it('counts once', async () => {
    const { sign, ask } = parties();
    const token = await sign(request, BODY);
    await ask(token);
    await expect(ask(token)).rejects.toMatchObject(DENIED);
    expect(await sign(request, BODY)).not.toBe(token);
  });

  it('counts for its body alone, and a wrong one does not spend it', async () => {
    const { sign, ask } = parties();
    const token = await sign(request, BODY);
    await expect(ask(token, `${BODY} `)).rejects.toMatchObject(DENIED);
    await expect(ask(token)).resolves.toBeDefined();
  });

  it('counts for its subgraph alone', async () => {
    const { sign, ask } = parties({ subgraph: 'admin' });
    await expect(ask(await sign(request, BODY))).rejects.toMatchObject(DENIED);
  });

  it('counts under its key alone', async () => {
    const { sign, ask } = parties({ key: randomBytes(32) });
    await expect(ask(await sign(request, BODY))).rejects.toMatchObject(DENIED);
  });

  it('counts under either key while they change', async () => {
    const next = randomBytes(32);
    for (const mine of [key, next]) {
      const { sign, ask } = parties({ key: mine, keys: [next, key] });
      expect((await ask(await sign(request, BODY))).actor.userId).toBe(person.userId);
    }
  });

  it('ends with its life, and with that of the session behind it', async () => {
    const { clock, sign, ask } = parties();
    const token = await sign(request, BODY);
    clock.ms += (LIFE_SECONDS + 6) * 1_000;
    await expect(ask(token)).rejects.toMatchObject(DENIED);
    expect(await ask(await sign(request, BODY))).toBeDefined();
    clock.ms = START + 61_000;
    await expect(ask(await sign(request, BODY))).rejects.toMatchObject(DENIED);
  });

  it('from before the subgraph began does not count', async () => {
    const { sign } = parties();
    const token = await sign(request, BODY);
    const later = createInternalVerifier({
      subgraph: 'leads',
      keys: [key],
      territories: [],
      now: () => START + 2_000,
    });
    await expect(later(token)).rejects.toMatchObject(DENIED);
  });

  it.each([
    ['nothing', undefined],
    ['another scheme', 'Bearer x.y.z'],
    ['rubbish', 'Internal x.y.z'],
    ['two tokens', 'Internal a.b.c d.e.f'],
  ])('is not %s', async (_, authorization) => {
    await expect(parties().ask(authorization)).rejects.toMatchObject(DENIED);
  });

  it.each([
    ['a role nobody may claim', { sub: randomUUID(), roles: ['system'], territories: [] }],
    ['a person and a job', { sub: randomUUID(), job: 'gateway' }],
    ['roles that are no list', { sub: randomUUID(), roles: 'admin', territories: [] }],
    ['nobody', {}],
  ])('names no %s, even signed with the right key', async (_, claims) => {
    const { sign, ask } = parties();
    const good = await sign(request, BODY);
    const [header = '', payload = ''] = good.slice('Internal '.length).split('.');
    const read = (part: string): Record<string, unknown> =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    const { iss, aud, iat, exp, body } = read(payload);
    const forged = { iss, aud, iat, exp, body, rid: requestId, jti: randomUUID(), ...claims };
    const token = await new SignJWT(forged as never)
      .setProtectedHeader(read(header) as { alg: string })
      .sign(key);
    await expect(ask(`Internal ${token}`)).rejects.toMatchObject(DENIED);
  });
});

describe('what was spent', () => {
  it('is forgotten when it could not be used again anyway', () => {
    const clock = { ms: 0 };
    const spent = createSpent(() => clock.ms, 2);
    expect([spent.add('a', 10), spent.add('a', 10), spent.add('b', 20)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(spent.add('c', 30)).toBe(false);
    clock.ms = 10;
    expect(spent.add('c', 30)).toBe(true);
    expect(spent.add('b', 20)).toBe(false);
  });
});

describe('a caller', () => {
  const claims = {
    userId: person.userId,
    roles: ['sales'],
    territories: ['DE', 'AT'],
    clientId: 'cockpit',
    expiresAt: START + 60_000,
  };
  const named = (changes: object): string | undefined =>
    callerOf({ actor: createActor({ ...claims, ...changes }), requestId: randomUUID() });

  it('is the same for all of one sign-in', () => {
    expect(named({})).toBe(callerOf(request));
    expect(callerOf(request)).toBe(callerOf({ ...request, requestId: randomUUID() }));
  });

  it.each([
    { userId: randomUUID() },
    { roles: ['manager'] },
    { territories: ['DE'] },
    { clientId: 'erp' },
    { expiresAt: START + 61_000 },
  ])('is another with %j', (changes) => {
    expect(named(changes)).not.toBe(named({}));
  });

  it('is another for another firm', () => {
    const [one, other] = [randomUUID(), randomUUID()].map((partnerOrgId) =>
      named({ roles: ['partner'], partnerOrgId }),
    );
    expect(one).not.toBe(other);
  });

  it('is nobody where nobody asks', () => {
    expect(callerOf({ actor: null, requestId })).toBeUndefined();
  });
});
