import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';
import { claimsOf } from '../../gateway/demo-keys.ts';
import { demoLogin } from '../../gateway/demo-logins.ts';

/** An identity provider of the tests: real discovery, keys and code flow over HTTP. */
export interface Issuer {
  readonly url: string;
  /** As the provider itself would write it. `null` leaves a claim or header out. */
  sign(claims: JWTPayload, changes?: TokenChanges): Promise<string>;
  tokenFor(login: string, claims?: JWTPayload): Promise<string>;
  /** The keys it announces now. */
  readonly published: JWK[];
  /** A new signing key, announced beside the old ones. Answers how to withdraw those. */
  rotate(): Promise<() => void>;
  /** How often its keys were read. */
  keysRead(): number;
  stop(): Promise<void>;
}

export interface TokenChanges {
  readonly header?: Record<string, unknown>;
  readonly key?: CryptoKey | Uint8Array;
}

const AUDIENCE = 'freshplan';
const CLIENT = 'cockpit';
const LIFE_SECONDS = 600;

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

export async function startIssuer(): Promise<Issuer> {
  const published: JWK[] = [];
  let signing: SigningKey;
  let reads = 0;
  const addKey = async (): Promise<void> => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const kid = `key-${reads}-${published.length}`;
    published.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' });
    signing = { kid, privateKey };
  };
  await addKey();
  const logins = new Map<string, string>();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const sign: Issuer['sign'] = (claims, { header = {}, key } = {}) => {
    const at = Math.floor(Date.now() / 1_000);
    const payload = { iss: url, aud: AUDIENCE, iat: at, exp: at + LIFE_SECONDS, client_id: CLIENT };
    const given = Object.entries({ ...payload, ...claims }).filter(([, value]) => value !== null);
    const headers = { alg: 'ES256', kid: signing.kid, typ: 'at+jwt', ...header };
    return new SignJWT(Object.fromEntries(given))
      .setProtectedHeader(headers)
      .sign(key ?? signing.privateKey);
  };
  const tokenFor: Issuer['tokenFor'] = (login, claims = {}) => {
    const person = demoLogin(login);
    if (person === undefined) throw new RangeError(`There is no login ${login}`);
    const clientId = person.clientId ?? CLIENT;
    return sign({ sub: person.userId, client_id: clientId, ...claimsOf(person), ...claims });
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    if (pathname === '/.well-known/openid-configuration') return json(response, discovery(url));
    if (pathname === '/jwks') {
      reads += 1;
      return json(response, { keys: published });
    }
    if (pathname === '/authorize') {
      const code = `code-${logins.size}`;
      logins.set(code, searchParams.get('login_hint') ?? '');
      const target = new URL(searchParams.get('redirect_uri') ?? '');
      target.searchParams.set('code', code);
      target.searchParams.set('state', searchParams.get('state') ?? '');
      return void response.writeHead(302, { location: target.href }).end();
    }
    const body = new URLSearchParams(await textOf(request));
    const login = logins.get(body.get('code') ?? '');
    if (pathname !== '/token' || login === undefined) return void response.writeHead(400).end('{}');
    json(response, { access_token: await tokenFor(login), token_type: 'Bearer' });
  }

  return {
    url,
    sign,
    tokenFor,
    published,
    keysRead: () => reads,
    async rotate() {
      const old = [...published];
      await addKey();
      return () => void published.splice(0, old.length);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function discovery(url: string): object {
  return {
    issuer: url,
    jwks_uri: `${url}/jwks`,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
