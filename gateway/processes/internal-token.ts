/**
 * Who asks, on the way from the gateway to one subgraph: a token of 30 seconds, signed with the key
 * of that subgraph, good for one body and one use. The network between them is trusted with nothing.
 */
import { AccessDenied, createActor, hasRole, systemActor, type Actor } from '#kernel/access';
import { SignJWT, jwtVerify, type JWTPayload } from 'jose';
import { createHash, randomUUID, webcrypto } from 'node:crypto';
import { z } from 'zod';
import type { RequestContext } from '../transports/transport.ts';
import { createSpent } from './spent.ts';

export const LIFE_SECONDS = 30;

const SCHEME = 'Internal';
const ISSUER = 'gateway';
const TYPE = 'internal+jwt';
const ALGORITHM = 'HS256';
/** How far the clocks of two machines may be apart. */
const SKEW_SECONDS = 5;

/** The one job that asks subgraphs; everything else of the gateway's is done for a person. */
export const GATEWAY_JOB = 'gateway';

/** Value of `authorization` for a body. @throws AccessDenied where nobody asks */
export type SignInternal = (request: RequestContext, body: string) => Promise<string>;

interface SignerOptions {
  readonly subgraph: string;
  readonly key: Uint8Array;
  readonly now?: (() => number) | undefined;
}

export function createInternalSigner({
  subgraph,
  key,
  now = Date.now,
}: SignerOptions): SignInternal {
  const imported = importKey(key, 'sign');
  const header = { alg: ALGORITHM, typ: TYPE, kid: keyId(key) };
  return async ({ actor, requestId }, body) => {
    if (actor === null) throw new AccessDenied('UNAUTHENTICATED');
    const at = Math.floor(now() / 1_000);
    const claims = { rid: requestId, body: hashOf(body), ...claimsOf(actor) };
    const token = await new SignJWT(claims)
      .setProtectedHeader(header)
      .setIssuer(ISSUER)
      .setAudience(subgraph)
      .setIssuedAt(at)
      .setExpirationTime(at + LIFE_SECONDS)
      .setJti(randomUUID())
      .sign(await imported);
    return `${SCHEME} ${token}`;
  };
}

/** What a token says, before it is known whether it came with the body it was made for. */
export interface Claimed {
  /** Who asks and under which request. May be called once. @throws AccessDenied `UNAUTHENTICATED` */
  spend(body: string): Pick<RequestContext, 'requestId'> & { readonly actor: Actor };
}

/** @throws AccessDenied `UNAUTHENTICATED` for everything but a token of the gateway for this subgraph */
export type VerifyInternal = (authorization: string | undefined) => Promise<Claimed>;

interface VerifierOptions {
  readonly subgraph: string;
  /** The one in use first; a second while they change. */
  readonly keys: readonly Uint8Array[];
  /** In which the gateway's own questions are answered. */
  readonly territories: readonly string[];
  readonly now?: (() => number) | undefined;
}

export function createInternalVerifier(options: VerifierOptions): VerifyInternal {
  const { subgraph, territories, now = Date.now } = options;
  const keys = new Map(options.keys.map((key) => [keyId(key), importKey(key, 'verify')]));
  const spent = createSpent(now);
  // What was spent before this process began is not remembered: none of it counts any more.
  const beganAt = Math.floor(now() / 1_000);
  return async (authorization) => {
    try {
      const [scheme, token = '', ...rest] = (authorization ?? '').split(' ');
      if (scheme !== SCHEME || rest.length > 0) throw new Error('another scheme');
      const { payload } = await jwtVerify(
        token,
        async ({ kid = '' }) => {
          const key = keys.get(kid);
          if (key === undefined) throw new Error('another key');
          return key;
        },
        {
          issuer: ISSUER,
          audience: subgraph,
          algorithms: [ALGORITHM],
          typ: TYPE,
          requiredClaims: ['exp', 'iat', 'jti', 'rid', 'body'],
          maxTokenAge: LIFE_SECONDS,
          clockTolerance: SKEW_SECONDS,
          currentDate: new Date(now()),
        },
      );
      if (Number(payload.iat) < beganAt) throw new Error('from before this process');
      const actor = actorOf(payload, territories, now());
      const { jti, exp, rid, body: hash } = payload;
      return {
        spend(body) {
          const isNew = hash === hashOf(body) && spent.add(String(jti), untilOf(Number(exp)));
          if (!isNew) throw new AccessDenied('UNAUTHENTICATED');
          return { actor, requestId: String(rid) };
        },
      };
    } catch {
      // Which of the checks failed helps nobody but an attacker.
      throw new AccessDenied('UNAUTHENTICATED');
    }
  };
}

const untilOf = (expiresAt: number): number => (expiresAt + SKEW_SECONDS) * 1_000;

const callers = new WeakMap<Actor, string>();

/** All that a subgraph is told of who asks, as one text: two with the same are answered alike. */
export function callerOf({ actor }: RequestContext): string | undefined {
  if (actor === null) return undefined;
  let caller = callers.get(actor);
  if (caller === undefined) callers.set(actor, (caller = JSON.stringify(claimsOf(actor))));
  return caller;
}

function claimsOf(actor: Actor): JWTPayload {
  if (hasRole(actor, 'system')) return { job: (actor.clientId ?? '').replace(/^job:/, '') };
  const { userId, roles, territories, clientId, partnerOrgId, expiresAt } = actor;
  return {
    sub: userId,
    roles,
    territories,
    ...(clientId === undefined ? {} : { client_id: clientId }),
    ...(partnerOrgId === undefined ? {} : { partner_org: partnerOrgId }),
    ...(expiresAt === undefined ? {} : { until: expiresAt }),
  };
}

const personClaims = z.object({
  sub: z.string(),
  roles: z.array(z.string()),
  territories: z.array(z.string()),
  client_id: z.string().optional(),
  partner_org: z.string().optional(),
  until: z.number().optional(),
});

/** A job is made here, of the one name there is; `createActor` lets nobody claim its role. */
function actorOf(claims: JWTPayload, territories: readonly string[], nowMs: number): Actor {
  if (claims['job'] !== undefined) {
    if (claims['job'] !== GATEWAY_JOB || claims.sub !== undefined) throw new Error('another job');
    return systemActor(GATEWAY_JOB, territories);
  }
  const person = personClaims.parse(claims);
  const { client_id: clientId, partner_org: partnerOrgId, until: expiresAt } = person;
  if (expiresAt !== undefined && expiresAt <= nowMs) throw new Error('over');
  return createActor({
    userId: person.sub,
    roles: person.roles,
    territories: person.territories,
    ...(clientId === undefined ? {} : { clientId }),
    ...(partnerOrgId === undefined ? {} : { partnerOrgId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
}

function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url');
}

/** Tells two keys apart without saying anything of either. */
function keyId(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 12);
}

function importKey(key: Uint8Array, usage: 'sign' | 'verify'): Promise<webcrypto.CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return webcrypto.subtle.importKey('raw', Buffer.from(key), algorithm, false, [usage]);
}
