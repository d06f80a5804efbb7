/**
 * Token → actor. User, client and roles come from the verified token; territories and whether the
 * user is disabled only from the database, cached and dropped by its events.
 */
import { AccessDenied, createActor, type Actor } from '#kernel/access';
import { decodeProtectedHeader, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { createLru } from './lru.ts';

export interface Rights {
  readonly territories: readonly string[];
  readonly disabled: boolean;
}

export interface Credentials {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

export interface Identity {
  /** Null without credentials. @throws AccessDenied `UNAUTHENTICATED` for any that do not count. */
  identify(credentials: Credentials): Promise<Actor | null>;
  /** True when nothing has to be asked to know that an actor may do what he might when he was identified. */
  isCurrent(actor: Actor): boolean;
  /** The same actor with the rights of now; null when he may no longer act at all. */
  current(actor: Actor): Promise<Actor | null>;
  /** His rights changed: caches are dropped and listeners told. */
  forget(userId: string): void;
  onChange(listener: (userId: string) => void): () => void;
  /** Signs out: the session's token no longer counts, though it has not expired. */
  revoke(credentials: Credentials): void;
}

export interface IdentityOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  readonly territoriesOf: (userId: string) => Promise<Rights>;
  readonly algorithms?: readonly string[];
  readonly now?: () => number;
  /** Rights are read again after this time even when no event said so. */
  readonly rightsMaxAgeMs?: number;
  readonly tokensMax?: number;
}

interface Verified {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly clientId: string | undefined;
  readonly partnerOrgId: string | undefined;
  readonly expiresAt: number;
  /** When its signature was last checked: a key that was withdrawn ends its tokens. */
  checkedAt: number;
  actor: Actor | undefined;
}

const defaults = {
  algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
  rightsMaxAgeMs: 5_000,
  tokensMax: 10_000,
  recheckAfterMs: 60_000,
};

/** Ways of a token to bring or name its own key; ours come from the issuer alone. */
const foreignKeyHeaders = ['jwk', 'jku', 'x5u', 'x5c', 'crit'];

export function createIdentity(options: IdentityOptions): Identity {
  const now = options.now ?? Date.now;
  const revoked = createLru<string, number>(options.tokensMax ?? defaults.tokensMax);
  const known = new WeakMap<Actor, Known>();
  /** Counts changes of rights and sign-outs, of whomever. */
  let generation = 0;
  const listeners = new Set<(userId: string) => void>();
  const { verify, drop } = createVerifier(options, now);
  const { rightsOf, forget } = createRights(options, now);

  const changed = (userId: string | undefined): void => {
    generation += 1;
    if (userId !== undefined) for (const listener of listeners) listener(userId);
  };
  const actorOf = async (token: string): Promise<Actor> => {
    if (revoked.get(token) !== undefined) throw new AccessDenied('UNAUTHENTICATED');
    const asOf = generation;
    const verified = await verify(token);
    const read = rightsOf(verified.userId);
    const { territories, disabled } = await read.rights;
    if (disabled) throw new AccessDenied('UNAUTHENTICATED');
    if (verified.actor === undefined || !sameTerritories(verified.actor, territories)) {
      verified.actor = actorWith(verified, territories);
    }
    const checkAt = verified.checkedAt + defaults.recheckAfterMs;
    const until = Math.min(read.until, checkAt, verified.expiresAt);
    known.set(verified.actor, { token, until, generation: asOf });
    return verified.actor;
  };

  return {
    async identify(credentials) {
      const token = tokenOf(credentials);
      return token === undefined ? null : actorOf(token);
    },
    isCurrent(actor) {
      const state = known.get(actor);
      return state !== undefined && state.generation === generation && now() < state.until;
    },
    async current(actor) {
      const token = known.get(actor)?.token;
      if (token === undefined || (actor.expiresAt ?? 0) <= now()) return null;
      try {
        return await actorOf(token);
      } catch (error) {
        if (error instanceof AccessDenied) return null;
        throw error;
      }
    },
    forget(userId) {
      forget(userId);
      changed(userId);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    revoke(credentials) {
      const token = tokenOf(credentials);
      if (token === undefined) return;
      revoked.set(token, now());
      changed(drop(token));
    },
  };
}

/** A signature is checked once a minute; the same token brings the same object meanwhile. */
function createVerifier(options: IdentityOptions, now: () => number) {
  const tokens = createLru<string, Verified>(options.tokensMax ?? defaults.tokensMax);
  return {
    async verify(token: string): Promise<Verified> {
      const seen = tokens.get(token);
      const isKnown = seen !== undefined && seen.expiresAt > now();
      if (isKnown && now() - seen.checkedAt < defaults.recheckAfterMs) return seen;
      tokens.delete(token);
      const verified = await verifyToken(token, options, now());
      const kept = isKnown ? Object.assign(seen, { checkedAt: verified.checkedAt }) : verified;
      tokens.set(token, kept);
      return kept;
    },
    /** Forgets a token; answers whose it was. */
    drop(token: string): string | undefined {
      const userId = tokens.get(token)?.userId;
      tokens.delete(token);
      return userId;
    },
  };
}

/** What was found out of an actor, and for how long nothing has to be asked again. */
interface Known {
  readonly token: string;
  readonly until: number;
  readonly generation: number;
}

interface ReadRights {
  readonly rights: Promise<Rights>;
  readonly until: number;
}

/** One read per user at a time, kept until an event or its age drops it. */
function createRights(options: IdentityOptions, now: () => number) {
  const maxAgeMs = options.rightsMaxAgeMs ?? defaults.rightsMaxAgeMs;
  const cached = createLru<string, ReadRights>(10_000);
  return {
    forget: (userId: string) => cached.delete(userId),
    rightsOf(userId: string): ReadRights {
      const kept = cached.get(userId);
      if (kept !== undefined && kept.until > now()) return kept;
      const rights = options.territoriesOf(userId);
      const entry = { rights, until: now() + maxAgeMs };
      cached.set(userId, entry);
      rights.catch(() => {
        if (cached.get(userId) === entry) cached.delete(userId);
      });
      return entry;
    },
  };
}

function actorWith(verified: Verified, territories: readonly string[]): Actor {
  const { userId, roles, clientId, partnerOrgId, expiresAt } = verified;
  return createActor({
    userId,
    roles,
    territories,
    expiresAt,
    ...(clientId === undefined ? {} : { clientId }),
    ...(partnerOrgId === undefined ? {} : { partnerOrgId }),
  });
}

async function verifyToken(
  token: string,
  options: IdentityOptions,
  nowMs: number,
): Promise<Verified> {
  try {
    const header = decodeProtectedHeader(token);
    if (foreignKeyHeaders.some((name) => name in header)) throw new Error('foreign key');
    const { payload } = await jwtVerify(token, options.keys, {
      issuer: options.issuer,
      audience: options.audience,
      algorithms: [...(options.algorithms ?? defaults.algorithms)],
      typ: 'at+jwt',
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(nowMs),
    });
    return readClaims(payload, nowMs);
  } catch {
    // Which of the checks failed helps nobody but an attacker.
    throw new AccessDenied('UNAUTHENTICATED');
  }
}

function readClaims(payload: JWTPayload, checkedAt: number): Verified {
  const { sub, exp, roles, role, client_id: clientId, azp, partner_org: partnerOrg } = payload;
  if ('territories' in payload) throw new Error('territories are no claim');
  if (!isTexts(roles)) {
    throw new Error('roles are no list of names');
  }
  if (role !== undefined && !(roles as readonly unknown[]).includes(role))
    throw new Error('roles contradict each other');
  if (clientId !== undefined && azp !== undefined && clientId !== azp)
    throw new Error('two clients');
  const verified: Verified = {
    userId: String(sub),
    roles,
    clientId: optionalText(clientId ?? azp),
    partnerOrgId: optionalText(partnerOrg),
    expiresAt: Number(exp) * 1_000,
    checkedAt,
    actor: undefined,
  };
  // Refuses a user id or roles that nobody can have, before the database is asked for them.
  createActor({ userId: verified.userId, roles: verified.roles, territories: [] });
  return verified;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function optionalText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new Error('a claim is no text');
  return value;
}

function sameTerritories(actor: Actor, territories: readonly string[]): boolean {
  return (
    actor.territories.length === territories.length &&
    territories.every((territory) => actor.territories.includes(territory))
  );
}

export const SESSION_COOKIE = 'session';
export const SECURE_SESSION_COOKIE = '__Host-session';

function tokenOf({ authorization, cookie }: Credentials): string | undefined {
  if (authorization !== undefined) {
    const match = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization);
    // Credentials of another kind are not the same as none.
    if (match?.[1] === undefined) throw new AccessDenied('UNAUTHENTICATED');
    return match[1];
  }
  if (cookie === undefined) return undefined;
  return cookieValue(cookie, SECURE_SESSION_COOKIE) ?? cookieValue(cookie, SESSION_COOKIE);
}

export function cookieValue(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim() || undefined;
  }
  return undefined;
}
