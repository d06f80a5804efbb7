/**
 * An OpenID issuer for development, on the gateway's own port under `/oidc`: the same code flow as
 * a real one, with the people of the demonstration and one password. Production never mounts it.
 */
import type { Config } from '#kernel/config';
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import type { IncomingMessage, ServerResponse } from 'node:http';
import Provider, { type Configuration } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { claimsOf, loadDemoKeys, signDemoToken, TOKEN_LIFE_SECONDS } from './demo-keys.ts';
import { DEMO_LOGINS, DEMO_PASSWORD, demoLogin, type DemoLogin } from './demo-logins.ts';
import { demoPage } from './demo-page.ts';
import { LIMITS } from './limits.ts';
import { contentPolicy } from './plugins/security-headers.ts';
import { readText } from './request-body.ts';
import type { Route } from './server.ts';

export interface DemoIssuer {
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  readonly route: Route;
  tokenFor(login: string): Promise<string>;
}

export interface DemoIssuerOptions {
  readonly config: Config;
  /** Scheme, host and port the browser uses; what tokens name as their issuer begins with it. */
  readonly publicUrl: string;
}

const PARTNERS = DEMO_LOGINS.filter(({ clientId }) => clientId !== undefined);
const RESOURCE = 'urn:freshplan:graph';
const INTERACTIONS = '/auth/demo/';
const formBytesMax = 4_096;

/** Where the gateway is reached in development. */
export function demoPublicUrl({ HOST, PORT }: Config): string {
  const isLocal = ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].includes(HOST);
  return `http://${isLocal ? 'localhost' : HOST}:${PORT}`;
}

/** @throws in production. */
export async function createDemoIssuer(options: DemoIssuerOptions): Promise<DemoIssuer> {
  const { config, publicUrl } = options;
  if (config.production) throw new Error('Production has no demo issuer: set OIDC_ISSUER.');
  const issuer = `${publicUrl}/oidc`;
  const keys = await loadDemoKeys(config.DATA_DIR);
  const audience = config.OIDC_AUDIENCE;
  const clientId = config.OIDC_CLIENT_ID;
  const provider = new Provider(issuer, {
    ...providerConfiguration(config, publicUrl),
    adapter: createMemoryAdapter(0),
    jwks: keys.privateKeys,
    cookies: { keys: [...keys.cookieKeys] },
  });
  const serveProvider = provider.callback();
  const failures = new RateLimiterMemory({ points: LIMITS.rates.signIns, duration: 300 });
  return {
    issuer,
    keys: createLocalJWKSet(keys.publicKeys),
    async tokenFor(name) {
      const login = demoLogin(name);
      if (login === undefined) throw new RangeError(`There is no demo login ${name}.`);
      return signDemoToken(login, { keys, issuer, audience, clientId });
    },
    async route(request, response, path) {
      if (path === '/oidc' || path.startsWith('/oidc/')) {
        mount(request);
        // The provider's own pages bring their own policy.
        response.removeHeader('content-security-policy');
        await serveProvider(request, response);
        return true;
      }
      if (!path.startsWith(INTERACTIONS)) return false;
      await interact({ provider, failures }, request, response);
      return true;
    },
  };
}

/** The provider finds where it is mounted by comparing the two. */
function mount(request: IncomingMessage): void {
  const { url = '/' } = request;
  Object.assign(request, { originalUrl: url, url: url.slice('/oidc'.length) || '/' });
}

/** The cockpit signs people in with a code; partners' programs come with name and secret. */
function clientsOf(config: Config, publicUrl: string): NonNullable<Configuration['clients']> {
  return [
    {
      client_id: config.OIDC_CLIENT_ID,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [`${publicUrl}/auth/callback`],
      id_token_signed_response_alg: 'ES256',
    },
    ...PARTNERS.map(({ login }) => ({
      client_id: login,
      client_secret: DEMO_PASSWORD,
      token_endpoint_auth_method: 'client_secret_post' as const,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      id_token_signed_response_alg: 'ES256' as const,
    })),
  ];
}

function providerConfiguration(config: Config, publicUrl: string): Configuration {
  return {
    clients: clientsOf(config, publicUrl),
    clientAuthMethods: ['none', 'client_secret_post'],
    pkce: { required: () => true },
    scopes: ['openid'],
    responseTypes: ['code'],
    ttl: {
      AccessToken: TOKEN_LIFE_SECONDS,
      ClientCredentials: TOKEN_LIFE_SECONDS,
      IdToken: TOKEN_LIFE_SECONDS,
      Grant: TOKEN_LIFE_SECONDS,
      Session: TOKEN_LIFE_SECONDS,
      Interaction: 600,
    },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'openid',
          audience: config.OIDC_AUDIENCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: TOKEN_LIFE_SECONDS,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    interactions: { url: (_context, { uid }) => `${INTERACTIONS}${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    extraTokenClaims: (_context, token) => {
      const login = holderOf(token);
      return login === undefined ? undefined : claimsOf(login);
    },
    formats: {
      customizers: {
        // A program's token names the user its rights are written down for, as a person's does.
        jwt: (_context, token, parts) => {
          const login = holderOf(token);
          if (login !== undefined) parts.payload['sub'] = login.userId;
        },
      },
    },
    // The cockpit is our own: nobody has to agree to what it may do.
    async loadExistingGrant({ oidc }) {
      const { client, session, provider } = oidc;
      const accountId = session?.accountId;
      if (client === undefined || accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId });
      grant.addOIDCScope('openid');
      grant.addResourceScope(RESOURCE, 'openid');
      await grant.save();
      return grant;
    },
  };
}

/** Partners sign in by name and secret, people by account. */
function holderOf(token: object): DemoLogin | undefined {
  if ('accountId' in token && token.accountId !== undefined) {
    return DEMO_LOGINS.find(({ userId }) => userId === token.accountId);
  }
  return 'clientId' in token ? PARTNERS.find(({ login }) => login === token.clientId) : undefined;
}

interface Interaction {
  readonly provider: Provider;
  readonly failures: RateLimiterMemory;
}

async function interact(
  { provider, failures }: Interaction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let hint: unknown;
  try {
    hint = (await provider.interactionDetails(request, response)).params['login_hint'];
  } catch {
    response.writeHead(302, { location: '/' }).end();
    return;
  }
  const finish = (accountId: string): Promise<void> =>
    provider.interactionFinished(request, response, { login: { accountId } });
  if (request.method === 'GET') {
    const named = typeof hint === 'string' ? demoLogin(hint) : undefined;
    return named === undefined ? sendPage(response, '') : finish(named.userId);
  }
  const form = new URLSearchParams(await readText(request, formBytesMax));
  const login = demoLogin(form.get('login') ?? '');
  const key = login?.login ?? 'unknown';
  const tries = await failures.get(key);
  if (tries !== null && tries.remainingPoints <= 0) {
    return sendPage(response, 'Zu viele Versuche. Bitte warten Sie fünf Minuten.', 429);
  }
  if (login !== undefined && form.get('password') === DEMO_PASSWORD) return finish(login.userId);
  await failures.penalty(key);
  return sendPage(response, 'Anmeldename oder Kennwort ist falsch.', 401);
}

function sendPage(response: ServerResponse, message: string, status = 200): void {
  // Browsers apply `form-action` to the redirects after the form as well.
  response.setHeader('content-security-policy', contentPolicy({}));
  response.setHeader('cache-control', 'no-store');
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
  response.end(demoPage(message));
}
