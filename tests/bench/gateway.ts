/**
 * CPU milliseconds per request of the engine alone, subgraph resolvers included:
 * `node tests/bench/gateway.ts [seconds]`. Requests are identical and nothing is cached but plans.
 */
import { parse } from 'graphql';
import { createSupergraph, type CompiledOperation } from '../../gateway/supergraph.ts';
import { createLocalTransport } from '../../gateway/transports/local.ts';
import type { RequestContext } from '../../gateway/transports/transport.ts';
import { auditSdl, auditSubgraphs, bigQuery, mediumQuery } from './fixtures/audit.ts';

const secondsEach = Number(process.argv[2] ?? 3);
const rounds = 3;
const request: RequestContext = { actor: null, requestId: 'bench' };

const supergraph = createSupergraph({
  sdl: auditSdl,
  transports: new Map(
    [...auditSubgraphs()].map(([name, schema]) => [
      name,
      createLocalTransport({ schema, contextOf: () => ({}) }),
    ]),
  ),
});

async function answer(operation: CompiledOperation): Promise<string> {
  const pending = operation.execute({}, request);
  const result = pending instanceof Promise ? await pending : pending;
  return result.stringify(result);
}

async function measure(
  operation: CompiledOperation,
): Promise<{ cpuMs: number; perSecond: number }> {
  let requests = 0;
  const started = performance.now();
  const before = process.cpuUsage();
  while (performance.now() - started < secondsEach * 1_000) {
    for (let index = 0; index < 20; index++) Buffer.byteLength(await answer(operation));
    requests += 20;
  }
  const { user, system } = process.cpuUsage(before);
  return {
    cpuMs: (user + system) / 1_000 / requests,
    perSecond: requests / ((performance.now() - started) / 1_000),
  };
}

const rows: Record<string, Record<string, number>> = {};
for (const [name, query] of [
  ['MED', mediumQuery],
  ['BIG', bigQuery],
] as const) {
  const operation = supergraph.compile({ document: parse(query) });
  const bytes = Buffer.byteLength(await answer(operation));
  await measure(operation);
  const measured = [];
  for (let round = 0; round < rounds; round++) measured.push(await measure(operation));
  measured.sort((one, other) => one.cpuMs - other.cpuMs);
  const median = measured[Math.floor(rounds / 2)];
  rows[name] = {
    bytes,
    fetches: operation.fetchCount,
    'CPU ms/request': Number(median?.cpuMs.toFixed(4)),
    'requests/s': Math.round(median?.perSecond ?? 0),
  };
}
console.table(rows);
