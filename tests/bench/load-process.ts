/** Sends requests as fast as they are answered, in a process of its own; told by its parent. */
import { Pool } from 'undici';
import type { LoadJob, LoadResult, LoadRequest } from './http-load.ts';

/** By milliseconds; the value at place floor(share × n) of the ascending list. */
function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.floor(share * ascending.length)] ?? 0;
}

async function run(job: LoadJob): Promise<LoadResult> {
  const { origin, pathname } = new URL(job.url);
  const pool = new Pool(origin, { connections: job.connections, pipelining: 1 });
  const times: number[] = [];
  let sent = 0;
  let wrong = 0;
  const ask = async ({ headers, body, bytes }: LoadRequest): Promise<void> => {
    const began = performance.now();
    const answer = await pool.request({
      path: pathname,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const { byteLength } = await answer.body.arrayBuffer();
    times.push(performance.now() - began);
    if (answer.statusCode !== 200 || (bytes !== undefined && bytes !== byteLength)) wrong += 1;
  };
  const started = performance.now();
  const isOver = (): boolean =>
    'count' in job ? sent >= job.count : performance.now() - started >= job.seconds * 1_000;
  const worker = async (): Promise<void> => {
    while (!isOver()) {
      const request = job.requests[sent % job.requests.length];
      sent += 1;
      if (request !== undefined) await ask(request);
    }
  };
  await Promise.all(Array.from({ length: job.connections }, worker));
  const elapsedMs = performance.now() - started;
  await pool.close();
  const ascending = Float64Array.from(times).toSorted();
  return {
    requests: times.length,
    wrong,
    perSecond: times.length / (elapsedMs / 1_000),
    p50Ms: quantile([...ascending], 0.5),
    p95Ms: quantile([...ascending], 0.95),
    p99Ms: quantile([...ascending], 0.99),
  };
}

process.on('message', (job) => {
  run(job as LoadJob).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
