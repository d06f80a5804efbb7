/** Which connections carry a request, so that a stop waits for those and for no others. */
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** Hangs up wherever nothing is being answered: silent, idle, or still sending its headers. */
  closeUnused(): void;
}

export function trackConnections(server: Server): Connections {
  const running = new Map<Socket, number>();
  server.on('connection', (socket) => {
    running.set(socket, 0);
    socket.once('close', () => running.delete(socket));
  });
  server.on('request', ({ socket }, response: ServerResponse) => {
    running.set(socket, (running.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const count = running.get(socket);
      if (count !== undefined) running.set(socket, count - 1);
    });
  });
  // From here on the connection is a WebSocket's, which says goodbye by itself.
  server.on('upgrade', ({ socket }) => running.delete(socket));
  return {
    closeUnused() {
      for (const [socket, count] of running) if (count === 0) socket.destroySoon();
    },
  };
}
