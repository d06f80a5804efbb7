import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line between a process and PostgreSQL, by the name the process gave it. */
interface Line {
  name: string;
  readonly client: Socket;
  readonly server: Socket;
  /** Nothing passes any more, in neither direction, and nobody is told. */
  isDead: boolean;
  /** Packets that are late, and when the last of them goes on. */
  late: number;
  dueAt: number;
}

/** What goes wrong on lines whose name matches. */
export interface Trouble {
  readonly lines: RegExp;
  readonly isBlackHole?: boolean;
  /** Milliseconds by which every packet to the server is late. */
  readonly delayMs?: number;
  /** What the client sends is looked at; the answer to a match is lost together with the line. */
  readonly swallowAfter?: RegExp;
  /** From what matches on, nothing passes. */
  readonly silentFrom?: RegExp;
  /** Called before anything is passed on; false loses it together with the line. */
  readonly onSend?: (text: string) => boolean;
}

export interface Proxy {
  readonly port: number;
  /** Begins a trouble; call the result to end it. Lines that died of it stay dead. */
  trouble(trouble: Trouble): () => void;
  /** Resets the lines; answers how many. */
  cut(lines: RegExp): number;
  close(): Promise<void>;
}

/** A loopback proxy before PostgreSQL: every connection of every process goes through it. */
export async function openProxy(targetPort: number): Promise<Proxy> {
  const lines = new Set<Line>();
  const troubles = new Set<Trouble>();
  const of = (line: Line): Trouble[] => [...troubles].filter((each) => each.lines.test(line.name));
  const reset = (line: Line): void => {
    line.client.resetAndDestroy();
    line.server.destroy();
  };

  const forward = (line: Line, chunk: Buffer): void => {
    const text = chunk.toString('latin1');
    if (line.name === '') line.name = /application_name\0([^\0]*)\0/.exec(text)?.[1] ?? '';
    const now = of(line);
    if (now.some((each) => each.isBlackHole === true || each.silentFrom?.test(text) === true)) {
      line.isDead = true;
    }
    if (line.isDead) return;
    if (now.some(({ onSend }) => onSend?.(text) === false)) return reset(line);
    if (now.some(({ swallowAfter }) => swallowAfter?.test(text) === true)) {
      line.isDead = true;
      // Long enough for the server to do what it was told.
      line.server.once('data', () => reset(line));
    }
    const delayMs = Math.max(0, ...now.map((each) => each.delayMs ?? 0));
    // What is not late waits behind what is.
    line.dueAt = Math.max(line.dueAt, performance.now() + delayMs);
    const waitMs = line.dueAt - performance.now();
    if (delayMs > 0 || line.late > 0) {
      line.late += 1;
      setTimeout(() => {
        line.late -= 1;
        line.server.write(chunk);
      }, waitMs);
    } else line.server.write(chunk);
  };

  const proxy = createServer((client) => {
    const server = connect(targetPort, '127.0.0.1');
    const line: Line = { name: '', client, server, isDead: false, late: 0, dueAt: 0 };
    lines.add(line);
    client.setNoDelay(true);
    server.setNoDelay(true);
    client.on('data', (chunk) => forward(line, chunk));
    server.on('data', (chunk) => {
      if (of(line).some(({ isBlackHole }) => isBlackHole === true)) line.isDead = true;
      if (!line.isDead) client.write(chunk);
    });
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
    client.on('close', () => {
      lines.delete(line);
      server.destroy();
    });
    // A server that went away is not noticed behind a black hole.
    server.on('close', () => line.isDead || client.end());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    trouble(trouble) {
      troubles.add(trouble);
      return () => void troubles.delete(trouble);
    },
    cut(pattern) {
      const matching = [...lines].filter(({ name }) => pattern.test(name));
      for (const line of matching) reset(line);
      return matching.length;
    },
    close: () =>
      new Promise((resolve) => {
        for (const line of lines) reset(line);
        proxy.close(() => resolve());
      }),
  };
}

/** The same connection string through the proxy. */
export function through(proxy: Proxy, url: string): string {
  const target = new URL(url);
  target.hostname = '127.0.0.1';
  target.port = String(proxy.port);
  return target.href;
}
