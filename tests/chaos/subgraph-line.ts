import { once } from 'node:events';
import {
  createServer,
  request as send,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What becomes of a question on its way to a subgraph, or of the answer on its way back. */
export type Trouble = 'none' | 'hangs' | 'fails' | 'huge' | 'broken' | 'cut' | 'swallowed';

/** The line between the gateway and one subgraph. Health and streams pass; questions have trouble. */
export interface SubgraphLine {
  readonly origin: string;
  trouble: Trouble;
  /** Questions that came this far. */
  asked: number;
  /** Connections that are open now. */
  open(): number;
  /** Where the line leads. */
  leadTo(origin: string): void;
  close(): Promise<void>;
}

const HUGE_BYTES = 10 * 1024 * 1024;

export async function openLine(): Promise<SubgraphLine> {
  let target = new URL('http://127.0.0.1:1');
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return pass(request, response, target, false);
    line.asked += 1;
    answer(line.trouble, request, response, target);
  });
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('upgrade', (request, socket, head: Buffer) => {
    const other = connect(Number(target.port), target.hostname, () => {
      other.write(`GET ${request.url} HTTP/1.1\r\n${headersOf(request)}\r\n\r\n`);
      other.write(head);
      other.pipe(socket).pipe(other);
    });
    for (const each of [other, socket]) {
      each.on('error', () => each.destroy());
      each.on('close', () => [other, socket].forEach((end) => end.destroy()));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const line: SubgraphLine = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trouble: 'none',
    asked: 0,
    open: () => sockets.size,
    leadTo: (origin) => void (target = new URL(origin)),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return line;
}

function headersOf({ rawHeaders }: IncomingMessage): string {
  const lines: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
  return lines.join('\r\n');
}

function answer(
  trouble: Trouble,
  request: IncomingMessage,
  response: ServerResponse,
  target: URL,
): void {
  switch (trouble) {
    case 'none':
      return pass(request, response, target, false);
    case 'swallowed':
      return pass(request, response, target, true);
    case 'hangs':
      return;
    case 'cut':
      return void response.socket?.resetAndDestroy();
    case 'fails':
      return void response.writeHead(500).end('Error: at query (/srv/subgraph.ts:1:1)');
    case 'broken':
      return void response.writeHead(200, JSON_TYPE).end('{"data":{"_entities":[');
    case 'huge':
      return void response.writeHead(200, JSON_TYPE).end(`{"data":"${'x'.repeat(HUGE_BYTES)}"}`);
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** On to the subgraph and back; swallowed, the answer is lost once the subgraph has given it. */
function pass(
  request: IncomingMessage,
  response: ServerResponse,
  target: URL,
  isSwallowed: boolean,
): void {
  const { method = 'GET', url = '/', headers } = request;
  const forwarded = send(`${target.origin}${url}`, { method, headers }, (reply) => {
    if (isSwallowed) {
      reply.resume().on('end', () => response.socket?.resetAndDestroy());
      return;
    }
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  });
  forwarded.on('error', () => response.socket?.resetAndDestroy());
  request.pipe(forwarded);
}
