/** Job queues that people use for what the backbone does, on a server like ours. */
import { once } from 'node:events';
import { startBenchServer } from './event-module.ts';
import { installPeers } from './install-peers.ts';
import { Latencies, type Quantiles } from './latencies.ts';
import { startProcess } from './processes.ts';

export interface QueueFigures {
  readonly queue: string;
  /** One job per call, 16 calls at once. */
  readonly enqueuedPerSecond: number;
  /** From a queue that is full. */
  readonly workedPerSecond: number;
  /** From the intended instant to the worker, at 100 jobs a second. */
  readonly latency: Quantiles;
}

type Told =
  | { error: string }
  | { enqueuedPerSecond: number; workedPerSecond: number; latenciesMs: readonly number[] };

const QUEUES = ['pg-boss', 'graphile-worker'];
const SECONDS = 5;

export async function measureQueues(say: (line: string) => void): Promise<QueueFigures[]> {
  installPeers('peers/queues', say);
  const figures: QueueFigures[] = [];
  for (const queue of QUEUES) {
    const bench = await startBenchServer();
    try {
      const { child, stop } = await startProcess({
        script: 'peers/queues/queue.js',
        options: [queue, bench.adminUrl, String(SECONDS)],
      });
      const told = once(child, 'message').then(([message]) => message as Told);
      const ended = once(child, 'exit').then((): Told => ({ error: 'The process ended' }));
      const answer = await Promise.race([told, ended]);
      await stop();
      if ('error' in answer) throw new Error(`${queue}: ${answer.error}`);
      const latencies = new Latencies();
      for (const ms of answer.latenciesMs) latencies.record(ms);
      const { enqueuedPerSecond, workedPerSecond } = answer;
      figures.push({ queue, enqueuedPerSecond, workedPerSecond, latency: latencies.quantiles() });
    } finally {
      await bench.server.stop();
    }
  }
  return figures;
}
