/** What every port of the house has in common: bounds of the server, health, metrics. */
import type { Health } from '#kernel/service';
import type { Metrics } from '#kernel/telemetry';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Limits } from './limits.ts';

export function serverOptions(limits: Limits) {
  return {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxHeaderSize: limits.headerBytesMax,
    connectionsCheckingInterval: 1_000,
  };
}

/** Metrics on a port of their own. */
export function createManagement(metrics: Metrics, limits: Limits): Server {
  return createServer(serverOptions(limits), (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    void answerMetrics(metrics, response, path).then((isDone) => {
      if (!isDone) response.writeHead(404).end();
    });
  });
}

/** Resolves with the address once connections are taken. */
export async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${name}:${address.port}`;
}

/** True when it was asked for health and has been answered. */
export async function answerHealth(
  health: Health,
  response: ServerResponse,
  path: string,
): Promise<boolean> {
  if (path === '/health/live' || path === '/q/health/live') {
    sendJson(response, 200, { status: 'UP', checks: [] });
    return true;
  }
  if (!['/health/ready', '/q/health', '/q/health/ready', '/health'].includes(path)) return false;
  const report = await health.report(path.endsWith('/ready') ? 'readiness' : 'all');
  sendJson(response, report.status === 'UP' ? 200 : 503, report);
  return true;
}

export const isMetrics = (path: string): boolean => path === '/metrics' || path === '/q/metrics';

/** True when it was asked for metrics and has been answered. */
export async function answerMetrics(
  metrics: Metrics,
  response: ServerResponse,
  path: string,
): Promise<boolean> {
  if (!isMetrics(path)) return false;
  const { body, contentType } = await metrics.expose();
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
  return true;
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(value));
}
