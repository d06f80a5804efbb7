/** A running production as a stranger on the network sees it. Nothing is changed, no account is needed. */
import { InvalidArgumentError } from 'commander';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import WebSocket from 'ws';
import { isWithinMachine } from '#kernel/config';
import { fault, ok, warning, type Check, type Found } from './findings.ts';

const TIMEOUT_MS = 5_000;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** Days a certificate must still be valid. */
const CERTIFICATE_DAYS_MIN = 14;
const STRANGE_ORIGIN = 'https://elsewhere.example';

/** Reads an option that is the address of a gateway. @throws InvalidArgumentError */
export function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new InvalidArgumentError('an address such as https://crm.example is needed.');
}

export function outsideChecks(url: URL): Check[] {
  const at = (path: string): URL => new URL(path, url);
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(at(path), { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  const ask = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(at('/graphql'), {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  return [
    ['TLS', () => certificate(url)],
    ['HTTP', () => plainHttp(url)],
    ['health', async () => healthOf(await get('/health/ready'))],
    ['headers', async () => headersOf(await get('/'), await ask({ query: '{ __typename }' }))],
    ['strangers', async () => refusal(await ask({ query: '{ me { user { id } } }' }))],
    [
      'introspection',
      async () => introspection(await ask({ query: '{ __schema { types { name } } }' })),
    ],
    ['pages', () => developersPages(get)],
    [
      'origins',
      async () => reflection(await ask({ query: '{ __typename }' }, { origin: STRANGE_ORIGIN })),
    ],
    ['forms', async () => forms(await ask({}, { 'content-type': 'text/plain' }))],
    ['sockets', () => strangeSocket(at('/graphql'))],
    ['security.txt', async () => securityText(await get('/.well-known/security.txt'))],
  ];
}

async function certificate({ protocol, hostname, port }: URL): Promise<Found> {
  if (protocol !== 'https:') {
    const message = 'not https: tokens and cookies travel in clear';
    return isWithinMachine(hostname) ? warning(`${message}, within this machine`) : fault(message);
  }
  const socket = connect({ host: hostname, port: Number(port || 443), servername: hostname });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return validity(socket);
  } finally {
    socket.destroy();
  }
}

function validity(socket: TLSSocket): Found {
  const days = Math.floor((Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / DAY_MS);
  const message = `${socket.getProtocol()}, certificate valid for ${days} days`;
  return days < CERTIFICATE_DAYS_MIN ? warning(message) : ok(message);
}

/** A page that comes without TLS can be replaced by anybody on the way. */
async function plainHttp({ protocol, hostname }: URL): Promise<Found> {
  if (protocol !== 'https:') return ok('not looked at: there is no https beside it');
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(`http://${hostname}/`, { redirect: 'manual', signal }).catch(
    () => undefined,
  );
  if (response === undefined) return ok('nothing answers without TLS');
  const isSent = response.status >= 300 && response.status < 400;
  if (isSent && response.headers.get('location')?.startsWith('https:') === true) {
    return ok('is sent on to https');
  }
  return fault(`port 80 answers ${response.status} without TLS`);
}

async function healthOf(response: Response): Promise<Found> {
  const report = (await response.json()) as { status?: string };
  return response.status === 200 && report.status === 'UP' ? ok('UP') : fault(`${response.status}`);
}

const HEADERS: Readonly<Record<string, RegExp>> = {
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'content-security-policy': /frame-ancestors 'none'/,
  'strict-transport-security': /^max-age=\d{7,}/,
};

function headersOf(...responses: Response[]): Found {
  const missing = Object.entries(HEADERS).flatMap(([name, form]) =>
    responses.every(({ headers }) => form.test(headers.get(name) ?? '')) ? [] : [name],
  );
  const told = ['x-powered-by', 'server'].filter((name) =>
    responses.some(({ headers }) => /\d/.test(headers.get(name) ?? '')),
  );
  if (missing.length > 0) return fault(`missing or weak: ${missing.join(', ')}`);
  return told.length > 0 ? warning(`tells versions: ${told.join(', ')}`) : ok('as they should be');
}

const codeOf = async (response: Response): Promise<string | undefined> => {
  const body = (await response.json()) as { errors?: { extensions?: { code?: string } }[] };
  return body.errors?.[0]?.extensions?.code;
};

async function refusal(response: Response): Promise<Found> {
  const code = await codeOf(response);
  return code === undefined ? fault('are answered') : ok(`are refused (${code})`);
}

async function introspection(response: Response): Promise<Found> {
  return (await response.text()).includes('"types"') ? fault('answers strangers') : ok('is closed');
}

/** What is there for developers and for monitoring has no place on the public port. */
async function developersPages(get: (path: string) => Promise<Response>): Promise<Found> {
  const open: string[] = [];
  for (const path of ['/graphiql', '/metrics', '/q/metrics']) {
    if ((await get(path)).status === 200) open.push(path);
  }
  const issuer = await get('/oidc/.well-known/openid-configuration');
  if ((await issuer.text()).includes('authorization_endpoint')) open.push('/oidc');
  return open.length > 0 ? fault(`public: ${open.join(', ')}`) : ok('none for developers');
}

function reflection({ headers }: Response): Found {
  const allowed = headers.get('access-control-allow-origin');
  return allowed === STRANGE_ORIGIN || allowed === '*'
    ? fault('any page may read answers')
    : ok('a strange one may not read answers');
}

/** Forms of other sites send what needs no leave to be asked for. */
async function forms({ status }: Response): Promise<Found> {
  return status === 415 ? ok('are refused') : fault(`text/plain is answered with ${status}`);
}

async function strangeSocket(url: URL): Promise<Found> {
  const address = url.href.replace(/^http/, 'ws');
  const socket = new WebSocket(address, 'graphql-transport-ws', {
    origin: STRANGE_ORIGIN,
    handshakeTimeout: TIMEOUT_MS,
  });
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.terminate();
  return isOpen ? fault('a page of a strange origin may open one') : ok('none for strange origins');
}

async function securityText(response: Response): Promise<Found> {
  if (response.status !== 200) return warning('none: set SECURITY_CONTACT');
  const expires = /^Expires: (.+)$/im.exec(await response.text())?.[1];
  const isCurrent = expires !== undefined && Date.parse(expires) > Date.now();
  return isCurrent ? ok(`until ${expires.trim()}`) : fault('has run out');
}
