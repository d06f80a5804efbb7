/** Load over HTTP from a process of its own, so that asking costs the asked nothing. */
import { startProcess } from './processes.ts';

export interface LoadRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Length of the only right answer, where there is one. */
  readonly bytes?: number;
}

export type LoadJob = {
  readonly url: string;
  /** Sent in turn. */
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
} & ({ readonly seconds: number } | { readonly count: number });

export interface LoadResult {
  readonly requests: number;
  /** Answers with another status than 200 or another length than expected. */
  readonly wrong: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  /** @throws when an answer was wrong or none came: figures of failures are none. */
  run(job: LoadJob): Promise<LoadResult>;
  stop(): Promise<void>;
}

export async function startLoad(): Promise<Load> {
  const { child, stop } = await startProcess({ script: 'load-process.ts', cores: 'rest' });
  return {
    stop,
    async run(job) {
      const told = new Promise<LoadResult | { error: string }>((resolve, reject) => {
        child.once('message', (message) => resolve(message as LoadResult));
        child.once('exit', () => reject(new Error('The load ended before its time')));
      });
      child.send(job);
      const result = await told;
      child.removeAllListeners('exit');
      if ('error' in result) throw new Error(`${job.url}: ${result.error}`);
      if (result.wrong > 0) {
        throw new Error(`${job.url}: ${result.wrong} of ${result.requests} answers were wrong`);
      }
      return result;
    },
  };
}
