import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A foreign system that takes mails, each under a key; it can be told to keep its answers back. */
export interface Outside {
  readonly url: string;
  /** Keys in the order of the calls, each as often as it came. */
  readonly calls: readonly string[];
  /** Settles with the key of the next call, whose answer is kept back until `goOn`. */
  holdNext(): Promise<string>;
  goOn(): void;
  close(): Promise<void>;
}

export async function openOutside(): Promise<Outside> {
  const calls: string[] = [];
  let hold: ((key: string) => void) | undefined;
  let held: ServerResponse[] = [];
  const server = createServer((request, response) => {
    const key = new URL(request.url ?? '/', 'http://outside').searchParams.get('key') ?? '';
    calls.push(key);
    request.resume();
    if (hold === undefined) return void response.end('taken');
    held.push(response);
    hold(key);
    hold = undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mail`,
    calls,
    holdNext: () => new Promise((resolve) => (hold = resolve)),
    goOn() {
      for (const response of held) response.end('taken');
      held = [];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
