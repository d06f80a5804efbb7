/**
 * CPU milliseconds per request of the engine alone: `node tests/bench/gateway.ts [seconds]`. In
 * process the resolvers of the subgraphs are included, over HTTP they run in a process of their
 * own. Requests are identical and nothing is kept between them but compiled operations.
 */
import { parse } from 'graphql';
import { fork } from 'node:child_process';
import {
  createSupergraph,
  type CompiledOperation,
  type Supergraph,
} from '../../gateway/supergraph.ts';
import { createHttpTransport } from '../../gateway/transports/http.ts';
import { createLocalTransport } from '../../gateway/transports/local.ts';
import type { RequestContext } from '../../gateway/transports/transport.ts';
import { auditSdl, auditSubgraphs, bigQuery, mediumQuery } from './fixtures/audit.ts';

const secondsEach = Number(process.argv[2] ?? 1);
const rounds = 5;
const connections = 50;
const request: RequestContext = { actor: null, requestId: 'bench' };

async function answer(operation: CompiledOperation): Promise<number> {
  const pending = operation.execute({}, request);
  const result = pending instanceof Promise ? await pending : pending;
  if (result.errors !== undefined) throw result.errors[0];
  return Buffer.byteLength(result.stringify(result));
}

async function measure(
  operation: CompiledOperation,
): Promise<{ cpuMs: number; perSecond: number }> {
  let requests = 0;
  const started = performance.now();
  const before = process.cpuUsage();
  const ask = async (): Promise<void> => {
    while (performance.now() - started < secondsEach * 1_000) {
      await answer(operation);
      requests++;
    }
  };
  await Promise.all(Array.from({ length: connections }, ask));
  const { user, system } = process.cpuUsage(before);
  return {
    cpuMs: (user + system) / 1_000 / requests,
    perSecond: requests / ((performance.now() - started) / 1_000),
  };
}

async function table(way: string, supergraph: Supergraph): Promise<void> {
  for (const [name, query] of [
    ['MED', mediumQuery],
    ['BIG', bigQuery],
  ] as const) {
    const operation = await supergraph.compile({ document: parse(query) });
    const bytes = await answer(operation);
    await measure(operation);
    const measured = [];
    for (let round = 0; round < rounds; round++) measured.push(await measure(operation));
    measured.sort((one, other) => one.cpuMs - other.cpuMs);
    const median = measured[Math.floor(rounds / 2)];
    rows[`${name} ${way}`] = {
      bytes,
      fetches: operation.fetchCount,
      'CPU ms, median': Number(median?.cpuMs.toFixed(4)),
      'CPU ms, best': Number(measured[0]?.cpuMs.toFixed(4)),
      'requests/s': Math.round(median?.perSecond ?? 0),
    };
  }
}

const rows: Record<string, Record<string, number>> = {};

const local = [...auditSubgraphs()].map(
  ([name, schema]) => [name, createLocalTransport({ schema, contextOf: () => ({}) })] as const,
);
await table('in process', createSupergraph({ sdl: auditSdl, transports: new Map(local) }));

const servers = fork(new URL('fixtures/audit-server.ts', import.meta.url));
const urls = await new Promise<Record<string, string>>((resolve) =>
  servers.once('message', (message) => resolve(message as Record<string, string>)),
);
const remote = Object.entries(urls).map(
  ([name, url]) => [name, createHttpTransport({ url })] as const,
);
const supergraph = createSupergraph({ sdl: auditSdl, transports: new Map(remote) });
await table('over HTTP', supergraph);
await supergraph.close();
servers.disconnect();

console.table(rows);
