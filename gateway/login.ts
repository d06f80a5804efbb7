/**
 * Sign-in for the browser: the authorization code flow with PKCE run by the server. The page never
 * holds a token; it travels in a cookie that scripts cannot read and other sites do not send.
 */
import { AccessDenied, type Actor } from '#kernel/access';
import type { Config } from '#kernel/config';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DEMO_LOGINS } from './demo-logins.ts';
import { SECURE_SESSION_COOKIE, SESSION_COOKIE, cookieValue, type Identity } from './identity.ts';
import { loadDiscovery, type Discovery } from './keys.ts';
import { createOriginCheck } from './plugins/origins.ts';
import type { Route } from './server.ts';

export interface LoginOptions {
  readonly config: Config;
  readonly identity: Identity;
  readonly issuer: string;
  /** Scheme, host and port of the gateway as browsers and the issuer know it. */
  readonly publicUrl: string;
  readonly discover?: () => Promise<Discovery>;
}

interface Attempt {
  readonly state: string;
  readonly verifier: string;
  readonly next: string;
}

const ATTEMPT_COOKIE = 'login';
const attemptLifeSeconds = 300;

export function createLogin(options: LoginOptions): Route {
  const { config, identity, publicUrl } = options;
  const allowsOrigin = createOriginCheck(config.ALLOWED_ORIGINS);
  let known: Promise<Discovery> | undefined;
  const discover = async (): Promise<Discovery> => {
    known ??= (options.discover ?? (() => loadDiscovery(options.issuer)))();
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
  return async (request, response, path) => {
    if (!path.startsWith('/auth/')) return false;
    response.setHeader('cache-control', 'no-store');
    const url = new URL(request.url ?? '/', publicUrl);
    if (path === '/auth/login' && request.method === 'GET') {
      await begin({ ...options, discover }, { request, response, url });
    } else if (path === '/auth/callback' && request.method === 'GET') {
      await complete({ ...options, discover }, { request, response, url });
    } else if (path === '/auth/logout' && request.method === 'POST') {
      const isOwn = allowsOrigin(request);
      if (isOwn) signOut(options, request, response);
      else response.writeHead(403).end();
    } else if (path === '/auth/session' && request.method === 'GET') {
      await tellSession(config, identity, request, response);
    } else {
      return false;
    }
    return true;
  };
}

type Login = LoginOptions & { readonly discover: () => Promise<Discovery> };

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

async function begin(login: Login, { request, response, url }: Exchange): Promise<void> {
  const canonical = new URL(login.publicUrl);
  if (request.headers.host !== canonical.host) {
    // Cookies are bound to the host: start where the issuer will send the browser back to.
    return redirect(response, `${login.publicUrl}/auth/login${url.search}`);
  }
  const next = ownPath(url.searchParams.get('next'));
  const attempt: Attempt = { state: random(), verifier: random(), next };
  const { authorization_endpoint: endpoint } = await login.discover();
  const target = new URL(endpoint);
  const parameters = {
    response_type: 'code',
    client_id: login.config.OIDC_CLIENT_ID,
    redirect_uri: `${login.publicUrl}/auth/callback`,
    scope: 'openid',
    state: attempt.state,
    code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
    code_challenge_method: 'S256',
    prompt: 'login',
    login_hint: url.searchParams.get('as') ?? '',
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== '') target.searchParams.set(name, value);
  }
  const value = Buffer.from(JSON.stringify(attempt)).toString('base64url');
  const secure = isSecure(login) ? '; Secure' : '';
  response.setHeader(
    'set-cookie',
    `${ATTEMPT_COOKIE}=${value}; Path=/auth; HttpOnly; SameSite=Lax; Max-Age=${attemptLifeSeconds}${secure}`,
  );
  redirect(response, target.href);
}

async function complete(login: Login, { request, response, url }: Exchange): Promise<void> {
  const attempt = attemptOf(request);
  const code = url.searchParams.get('code');
  const state = url.searchParams.get('state');
  if (attempt === undefined || code === null || state === null || !equal(state, attempt.state)) {
    response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('Die Anmeldung ist abgelaufen. Bitte beginnen Sie von vorn.');
    return;
  }
  const token = await exchange(login, code, attempt.verifier);
  let actor: Actor | null;
  try {
    actor = await login.identity.identify({ authorization: `Bearer ${token}` });
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
    actor = null;
  }
  if (actor === null) {
    response.writeHead(401, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('Mit diesem Konto ist kein Zugang möglich.');
    return;
  }
  const lifeSeconds = Math.floor(((actor.expiresAt ?? 0) - Date.now()) / 1_000);
  response.setHeader('set-cookie', [
    sessionCookie(login, token, Math.max(0, lifeSeconds)),
    `${ATTEMPT_COOKIE}=; Path=/auth; HttpOnly; SameSite=Lax; Max-Age=0`,
  ]);
  redirect(response, attempt.next);
}

async function exchange(login: Login, code: string, verifier: string): Promise<string> {
  const { token_endpoint: endpoint } = await login.discover();
  const answer = await fetch(endpoint, {
    method: 'POST',
    redirect: 'error',
    signal: AbortSignal.timeout(5_000),
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      client_id: login.config.OIDC_CLIENT_ID,
      redirect_uri: `${login.publicUrl}/auth/callback`,
    }),
  });
  const body = (await answer.json()) as { access_token?: unknown };
  if (!answer.ok || typeof body.access_token !== 'string') {
    throw new Error(`The issuer refused the code with ${answer.status}.`);
  }
  return body.access_token;
}

function signOut(
  login: LoginOptions,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  login.identity.revoke({ cookie: headers.cookie });
  response.setHeader('set-cookie', sessionCookie(login, '', 0));
  response.writeHead(204).end();
}

/** Who is signed in, for the page: nobody is an answer, not an error. */
async function tellSession(
  config: Config,
  identity: Identity,
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let actor: Actor | null = null;
  try {
    actor = await identity.identify(headers);
  } catch (error) {
    if (!(error instanceof AccessDenied)) throw error;
  }
  const usesDemo = !config.production && config.OIDC_ISSUER === undefined;
  const session = {
    user: actor === null ? null : describe(actor),
    logins: usesDemo ? DEMO_LOGINS.map(({ login, name, roles }) => ({ login, name, roles })) : [],
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(session));
}

function describe({ userId, roles, scopes, territories, expiresAt }: Actor) {
  return { userId, roles, scopes: [...scopes], territories, expiresAt };
}

function sessionCookie(login: LoginOptions, token: string, lifeSeconds: number): string {
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${lifeSeconds}`;
  return isSecure(login)
    ? `${SECURE_SESSION_COOKIE}=${token}; ${attributes}; Secure`
    : `${SESSION_COOKIE}=${token}; ${attributes}`;
}

function isSecure({ publicUrl }: LoginOptions): boolean {
  return publicUrl.startsWith('https:');
}

function attemptOf({ headers }: IncomingMessage): Attempt | undefined {
  const value = cookieValue(headers.cookie ?? '', ATTEMPT_COOKIE);
  if (value === undefined) return undefined;
  try {
    const { state, verifier, next } = JSON.parse(
      Buffer.from(value, 'base64url').toString('utf8'),
    ) as Partial<Record<keyof Attempt, unknown>>;
    if (typeof state !== 'string' || typeof verifier !== 'string') return undefined;
    return { state, verifier, next: ownPath(typeof next === 'string' ? next : null) };
  } catch {
    return undefined;
  }
}

/** A path on this very server; anything a browser could read as another host becomes the start. */
function ownPath(next: string | null): string {
  if (next === null || !/^\/(?![/\\])[\w\-./?=&%+#~]*$/.test(next)) return '/';
  return next;
}

function equal(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function random(): string {
  return randomBytes(32).toString('base64url');
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end();
}
