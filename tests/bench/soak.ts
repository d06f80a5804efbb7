/** The gateway under a steady load for a long time: does its memory grow? */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditSdl, bigQuery, mediumQuery } from './fixtures/audit.ts';
import { startLoad, type LoadRequest } from './http-load.ts';
import { supergraphAt } from './peers.ts';
import { startProcess } from './processes.ts';

export interface SoakOptions {
  readonly minutes: number;
  /** Requests a second: by turns the same text, and one that was never seen before. */
  readonly perSecond: number;
  /** The subgraphs are asked over HTTP; otherwise they run in the gateway's process. */
  readonly overHttp: boolean;
  readonly say: (line: string) => void;
}

export interface SoakFigures {
  /** Resident at the end of each minute, in MB. */
  readonly residentMb: readonly number[];
  /** Of the second half of the time, by least squares, in MB an hour. */
  readonly growthMbPerHour: number;
  readonly requests: number;
}

const CONNECTIONS = 10;

/** @throws when an answer is wrong */
export async function soak(options: SoakOptions): Promise<SoakFigures> {
  const { minutes, perSecond, overHttp, say } = options;
  const directory = mkdtempSync(join(tmpdir(), 'freshplan-soak-'));
  const file = join(directory, 'supergraph.graphql');
  const subgraphs = overHttp
    ? await startProcess<Record<string, string>>({ script: 'subgraph-servers.ts' })
    : undefined;
  writeFileSync(file, subgraphs === undefined ? auditSdl : supergraphAt(subgraphs.told));
  const gateway = await startProcess<{ url: string; token: string }>({
    script: 'own-gateway.ts',
    options: overHttp ? [file] : [file, 'local'],
  });
  const load = await startLoad();
  const { url, token } = gateway.told;
  const residentMb: number[] = [];
  let requests = 0;
  try {
    const began = performance.now();
    for (let second = 1; second <= minutes * 60; second += 1) {
      const some = Array.from({ length: perSecond }, (_, n) => requestOf(requests + n, token));
      await load.run({ url, requests: some, connections: CONNECTIONS, count: some.length });
      requests += some.length;
      const restMs = began + second * 1_000 - performance.now();
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
      if (second % 60 > 0) continue;
      residentMb.push(gateway.residentMb() ?? Number.NaN);
      say(`minute ${second / 60}: ${residentMb.at(-1)} MB`);
    }
  } finally {
    await load.stop();
    await gateway.stop();
    await subgraphs?.stop();
    rmSync(directory, { recursive: true });
  }
  return { residentMb, requests, growthMbPerHour: slope(residentMb.slice(-minutes / 2)) * 60 };
}

/** Texts nobody has sent before fill the caches, which have to let go of others. */
function requestOf(number: number, token: string): LoadRequest {
  const query = number % 10 === 0 ? bigQuery : mediumQuery;
  const text = number % 2 === 0 ? query : `${query}\n# ${number}`;
  return { headers: { authorization: `Bearer ${token}` }, body: JSON.stringify({ query: text }) };
}

function slope(values: readonly number[]): number {
  const n = values.length;
  const meanX = (n - 1) / 2;
  const meanY = values.reduce((sum, each) => sum + each, 0) / n;
  let covariance = 0;
  let variance = 0;
  values.forEach((y, x) => {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  });
  return covariance / variance;
}
