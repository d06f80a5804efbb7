/** The issuer's public keys: they survive its outage, and strangers' key ids do not make us ask it. */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

export interface RemoteKeysOptions {
  /** Finds and reads the key set. */
  readonly load: () => Promise<JSONWebKeySet>;
  readonly now?: () => number;
  /** At most one read in this time, whatever tokens ask for. */
  readonly cooldownMs?: number;
  readonly refreshAfterMs?: number;
}

export function createRemoteKeys(options: RemoteKeysOptions): JWTVerifyGetKey {
  const now = options.now ?? Date.now;
  const cooldownMs = options.cooldownMs ?? 30_000;
  const refreshAfterMs = options.refreshAfterMs ?? 300_000;
  let keys: ReturnType<typeof createLocalJWKSet> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  const ask = (): Promise<void> => {
    if (asking !== undefined) return asking;
    if (now() - askedAt < cooldownMs) return Promise.resolve();
    askedAt = now();
    asking = read();
    return asking;
  };
  const read = async (): Promise<void> => {
    try {
      keys = createLocalJWKSet(await options.load());
    } catch {
      // The issuer is away: what is known goes on to count, and the next question asks again.
    } finally {
      asking = undefined;
    }
  };

  return async (header, token) => {
    if (keys === undefined) await ask();
    else if (now() - askedAt > refreshAfterMs) void ask();
    try {
      if (keys === undefined) throw new errors.JWKSNoMatchingKey();
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await ask();
      if (keys === undefined) throw error;
      return keys(header, token);
    }
  };
}

/** Reads the key set that an OpenID issuer announces. */
export async function loadKeysOf(issuer: string): Promise<JSONWebKeySet> {
  const { jwks_uri: url } = await loadDiscovery(issuer);
  return (await fetchJson(url)) as JSONWebKeySet;
}

export interface Discovery {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

export async function loadDiscovery(issuer: string): Promise<Discovery> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = (await fetchJson(url)) as Discovery;
  if (document.issuer !== issuer) throw new Error(`${url} speaks for another issuer.`);
  return document;
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return response.json();
}
