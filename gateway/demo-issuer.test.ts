import { loadConfig } from '#kernel/config';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoIssuer, type DemoIssuer } from './demo-issuer.ts';
import { DEMO_LOGINS } from './demo-logins.ts';
import { startEdge, type Edge } from './edge.fixture.ts';
import { createIdentity } from './identity.ts';
import { createLogin } from './login.ts';
import { printToken } from './token.ts';

const directory = mkdtempSync(join(tmpdir(), 'demo-issuer-'));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const port = await freePort();
const publicUrl = `http://127.0.0.1:${port}`;
const environment = { NODE_ENV: 'test', PORT: String(port), DATA_DIR: directory };
const config = loadConfig(environment);

let edge: Edge;
let demo: DemoIssuer;
beforeAll(async () => {
  demo = await createDemoIssuer({ config, publicUrl });
  const identity = createIdentity({
    issuer: demo.issuer,
    audience: config.OIDC_AUDIENCE,
    keys: demo.keys,
    territoriesOf: async (userId) => ({
      territories: DEMO_LOGINS.find((each) => each.userId === userId)?.territories ?? [],
      disabled: false,
    }),
  });
  const login = createLogin({ config, identity, issuer: demo.issuer, publicUrl });
  edge = await startEdge({ environment, identity, routes: [demo.route, login] });
});
afterAll(() => edge.stop());

/** As much of a browser as a sign-in needs: keeps cookies, follows redirects by hand. */
function createBrowser() {
  const jar = new Map<string, string>();
  const visit = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(address, publicUrl), {
      ...init,
      redirect: 'manual',
      headers: { cookie, ...(init.headers as Record<string, string>) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      const isGone = /max-age=0|expires=Thu, 01 Jan 1970/i.test(line);
      if (isGone) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  };
  /** Goes where it is sent until a page is shown. */
  const follow = async (address: string, init?: RequestInit) => {
    let response = await visit(address, init);
    let at = new URL(address, publicUrl);
    for (let hops = 0; hops < 10 && response.status >= 300 && response.status < 400; hops++) {
      at = new URL(response.headers.get('location') ?? '/', at);
      if (at.pathname === '/arrived') break;
      response = await visit(at.href);
    }
    return { response, at };
  };
  return { jar, visit, follow };
}

const signIn = async (login: string) => {
  const browser = createBrowser();
  const { at } = await browser.follow(`/auth/login?as=${login}&next=/arrived`);
  expect(at.pathname).toBe('/arrived');
  return browser;
};
const typename = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"query":"{ __typename }"}',
};

describe('signing in', () => {
  it.each(DEMO_LOGINS)('works for $login', async ({ login, userId, roles, territories }) => {
    const browser = await signIn(login);
    const session = await (await browser.visit('/auth/session')).json();
    expect(session).toMatchObject({ user: { userId, roles, territories } });
    expect((await browser.visit('/graphql', typename)).status).toBe(200);
  });

  it('asks for a person and the password where none is named', async () => {
    const browser = createBrowser();
    const { response, at } = await browser.follow('/auth/login?next=/arrived');
    expect(await response.text()).toContain('<form method="post">');
    const submit = (login: string, password: string) =>
      browser.follow(at.href, { method: 'POST', body: new URLSearchParams({ login, password }) });
    expect((await submit('sales-at', 'wrong')).response.status).toBe(401);
    expect((await submit('nobody', 'demo')).response.status).toBe(401);
    expect((await submit('sales-at', 'demo')).at.pathname).toBe('/arrived');
    expect(browser.jar.has('session')).toBe(true);
  });

  it('stops guessing after five tries', async () => {
    const browser = createBrowser();
    const { at } = await browser.follow('/auth/login?next=/arrived');
    const statuses = [];
    for (let index = 0; index < 6; index++) {
      const body = new URLSearchParams({ login: 'sales-ch', password: 'wrong' });
      statuses.push((await browser.visit(at.href, { method: 'POST', body })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('replaces a cookie that was there before, and scripts cannot read it', async () => {
    const browser = createBrowser();
    browser.jar.set('session', 'preset');
    expect((await browser.visit('/graphql', typename)).status).toBe(401);
    const login = await browser.visit('/auth/login?as=admin&next=/arrived');
    expect(login.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
    await browser.follow(login.headers.get('location') ?? '');
    expect(browser.jar.get('session')).toMatch(/^eyJ/);
    expect(browser.jar.has('login')).toBe(false);
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'leads nobody to %s',
    async (next) => {
      const browser = createBrowser();
      const query = new URLSearchParams({ as: 'admin', next });
      const { response, at } = await browser.follow(`/auth/login?${query}`);
      expect([at.origin, at.pathname]).toEqual([publicUrl, '/']);
      expect(response.status).toBe(404);
    },
  );

  it('does not take a code that another browser asked for', async () => {
    const browser = createBrowser();
    const login = await browser.visit('/auth/login?as=admin');
    const issued = createBrowser();
    for (const [name, value] of browser.jar) issued.jar.set(name, value);
    let at = login.headers.get('location') ?? '';
    while (!at.includes('/auth/callback')) {
      at = new URL((await issued.visit(at)).headers.get('location') ?? '', publicUrl).href;
    }
    const stranger = createBrowser();
    expect((await stranger.visit(at)).status).toBe(400);
    await stranger.visit('/auth/login?as=sales-de');
    expect((await stranger.visit(at)).status).toBe(400);
    expect(stranger.jar.has('session')).toBe(false);
  });

  it('begins on the host it will end on', async () => {
    const response = await fetch(`http://localhost:${port}/auth/login?as=admin`, {
      redirect: 'manual',
    });
    expect(response.headers.get('location')).toBe(`${publicUrl}/auth/login?as=admin`);
  });
});

describe('signing out', () => {
  it('ends the session though the token has not expired', async () => {
    const browser = await signIn('manager-de');
    const cookie = `session=${browser.jar.get('session')}`;
    const foreign = { method: 'POST', headers: { origin: 'https://evil.example' } };
    expect((await browser.visit('/auth/logout', foreign)).status).toBe(403);
    expect((await browser.visit('/graphql', typename)).status).toBe(200);
    expect((await browser.visit('/auth/logout', { method: 'POST' })).status).toBe(204);
    expect(browser.jar.has('session')).toBe(false);
    const headers = { ...typename.headers, cookie };
    expect((await fetch(`${publicUrl}/graphql`, { ...typename, headers })).status).toBe(401);
    expect(await (await browser.visit('/auth/session')).json()).toMatchObject({ user: null });
  });
});

describe('a token of the demo', () => {
  const print = async (parameters: string[], changes: Record<string, string> = {}) => {
    let [out, error] = ['', ''];
    const code = await printToken(
      parameters,
      { out: (text) => void (out += text), error: (text) => void (error += text) },
      { ...environment, ...changes },
    );
    return { code, out, error };
  };

  it('counts still after a restart of the issuer', async () => {
    const token = await demo.tokenFor('sales-de');
    const restarted = await createDemoIssuer({ config, publicUrl });
    const identity = createIdentity({
      issuer: restarted.issuer,
      audience: config.OIDC_AUDIENCE,
      keys: restarted.keys,
      territoriesOf: async () => ({ territories: ['DE'], disabled: false }),
    });
    const actor = await identity.identify({ authorization: `Bearer ${token}` });
    expect(actor).toMatchObject({ roles: ['sales'], clientId: 'cockpit' });
  });

  it('names a partner’s client and firm', async () => {
    const { out } = await print(['--user', 'partner-erp']);
    const claims = JSON.parse(Buffer.from(out.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ client_id: 'partner-erp', roles: ['partner'] });
    expect(claims.partner_org).toBe(
      DEMO_LOGINS.find(({ login }) => login === 'partner-erp')?.partnerOrgId,
    );
  });

  it('is printed for people of the demo, else the list of them', async () => {
    const { code, out } = await print(['--user', 'sales-de']);
    expect([code, out.split('.').length]).toEqual([0, 3]);
    const help = await print(['--help']);
    expect([help.code, help.out.includes('manager-de')]).toEqual([0, true]);
    for (const parameters of [['--user', 'nobody'], [], ['--wrong']]) {
      const refused = await print(parameters);
      expect([refused.code, refused.out]).toEqual([2, '']);
      expect(refused.error).toContain('auditor');
    }
  });

  it('is not to be had beside a real issuer', async () => {
    const { code, out } = await print(['--user', 'admin'], { OIDC_ISSUER: 'https://id.example' });
    expect([code, out]).toEqual([2, '']);
  });
});

it('is not mounted in production', async () => {
  const production = { ...config, production: true };
  await expect(createDemoIssuer({ config: production, publicUrl })).rejects.toThrow(/OIDC_ISSUER/);
});
