/** The demo issuer's key, kept in the data folder so that tokens survive a restart. */
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JSONWebKeySet, type JWK } from 'jose';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoLogin } from './demo-logins.ts';

export interface DemoKeys {
  /** With the private parts. */
  readonly privateKeys: { readonly keys: JWK[] };
  readonly publicKeys: JSONWebKeySet;
  readonly cookieKeys: readonly string[];
}

export const TOKEN_LIFE_SECONDS = 3_600;
const ALGORITHM = 'ES256';

export async function loadDemoKeys(dataDirectory: string): Promise<DemoKeys> {
  const folder = join(dataDirectory, 'demo-issuer');
  const file = join(folder, 'keys.json');
  const stored = read(file) ?? (await generate());
  if (read(file) === undefined) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(file, JSON.stringify(stored), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      // Another process was faster; its keys are the keys.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return loadDemoKeys(dataDirectory);
    }
  }
  const { d: _, ...publicKey } = stored.key;
  return {
    privateKeys: { keys: [stored.key] },
    publicKeys: { keys: [publicKey] },
    cookieKeys: [stored.cookieKey],
  };
}

interface Stored {
  readonly key: JWK;
  readonly cookieKey: string;
}

function read(file: string): Stored | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Stored;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read; delete it to get new keys.`, { cause: error });
  }
}

async function generate(): Promise<Stored> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const kid = randomBytes(8).toString('hex');
  const key = { ...(await exportJWK(privateKey)), kid, alg: ALGORITHM, use: 'sig' };
  return { key, cookieKey: randomBytes(32).toString('base64url') };
}

export interface DemoTokenOptions {
  readonly keys: DemoKeys;
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
}

/** A bearer token as the issuer itself would write it. */
export async function signDemoToken(login: DemoLogin, options: DemoTokenOptions): Promise<string> {
  const [key] = options.keys.privateKeys.keys;
  if (key?.kid === undefined) throw new Error('The demo issuer has no key.');
  return new SignJWT({ ...claimsOf(login), client_id: login.clientId ?? options.clientId })
    .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: 'at+jwt' })
    .setIssuer(options.issuer)
    .setAudience(options.audience)
    .setSubject(login.userId)
    .setIssuedAt()
    .setExpirationTime(`${TOKEN_LIFE_SECONDS}s`)
    .sign(await importJWK(key, ALGORITHM));
}

/** What a token says of a person besides who he is. */
export function claimsOf({ roles, partnerOrgId }: DemoLogin): Record<string, unknown> {
  return {
    roles: [...roles],
    ...(partnerOrgId === undefined ? {} : { partner_org: partnerOrgId }),
  };
}
