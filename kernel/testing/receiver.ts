import { createServer, type Server } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A foreign server on this machine, with a certificate for `localhost`. */
export interface Receiver {
  /** `https://localhost:…/hooks` */
  readonly url: string;
  readonly received: { headers: IncomingHttpHeaders; body: string }[];
  /** How it answers from now on. Default: 204. */
  behave(answer: (response: ServerResponse, request: IncomingMessage) => void): void;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Receiver['received'] = [];
  let behave: Parameters<Receiver['behave']>[0] = (response) => response.writeHead(204).end();
  const server = createServer({ key: KEY, cert: RECEIVER_CERTIFICATE }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      behave(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}/hooks`,
    received,
    behave: (answer) => {
      behave = answer;
    },
    close: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Trusted by nobody but the tests. */
export const RECEIVER_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBxjCCAWugAwIBAgIUGB4jEkBloWY76bPc6i0JVEyP6nEwCgYIKoZIzj0EAwIw
IDEeMBwGA1UEAwwVcmVjZWl2ZXIgb2YgdGhlIHRlc3RzMCAXDTI2MTEyMjAwNTcx
MFoYDzIxMjYxMDI5MDA1NzEwWjAgMR4wHAYDVQQDDBVyZWNlaXZlciBvZiB0aGUg
dGVzdHMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATi2qH85a0iPv/Osle2vEJn
bFSnml+Cq0zF12sMBc9dQ7tFDeGOTURDfky1GFA5rM1wjLDe31pT5Gj+JHUFbJjX
o4GAMH4wHQYDVR0OBBYEFKYCTO/jdwzYwHX/Yr5TwMaT+TGSMB8GA1UdIwQYMBaA
FKYCTO/jdwzYwHX/Yr5TwMaT+TGSMA8GA1UdEwEB/wQFMAMBAf8wKwYDVR0RBCQw
IoIJbG9jYWxob3N0ghVob29rcy5wYXJ0bmVyLmV4YW1wbGUwCgYIKoZIzj0EAwID
SQAwRgIhAP+0869CkNQxhCBh0jK8X33PCnjgoj4I2F1Nxkt/BcCuAiEA+Af6ZTBn
Hrb471Qz9RwZ+jD3fs6TKcKItRBD+LRqbf4=
-----END CERTIFICATE-----`;

/** Of that certificate, and of nothing else: it is no secret. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXD59yz87NE8dMkPe
P4nO/ymCA5/Ibpm9X78ylntkoBqhRANCAATi2qH85a0iPv/Osle2vEJnbFSnml+C
q0zF12sMBc9dQ7tFDeGOTURDfky1GFA5rM1wjLDe31pT5Gj+JHUFbJjX
-----END PRIVATE KEY-----`;
