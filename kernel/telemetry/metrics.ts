import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const LATENCY_BUCKETS_MS = [5, 10, 25, 50, 100, 250, 500, 1000];

/** Prometheus metrics of one process. A name asked for twice is the same metric; at most three labels. */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  /** Buckets in milliseconds. */
  histogram(name: string, help: string, labels?: readonly string[]): Histogram;
  /** The text exposition format and its content type. */
  expose(): Promise<{ body: string; contentType: string }>;
}

export function createMetrics(options: { processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics === true) collectDefaultMetrics({ register: registry });
  const reuse = <M>(name: string, labels: readonly string[], make: () => M): M => {
    if (labels.length > 3) throw new Error(`${name} has more than three labels`);
    return (registry.getSingleMetric(name) as M | undefined) ?? make();
  };
  return {
    counter: (name, help, labels = []) =>
      reuse(
        name,
        labels,
        () => new Counter({ name, help, labelNames: [...labels], registers: [registry] }),
      ),
    gauge: (name, help, labels = []) =>
      reuse(
        name,
        labels,
        () => new Gauge({ name, help, labelNames: [...labels], registers: [registry] }),
      ),
    histogram: (name, help, labels = []) =>
      reuse(
        name,
        labels,
        () =>
          new Histogram({
            name,
            help,
            labelNames: [...labels],
            buckets: LATENCY_BUCKETS_MS,
            registers: [registry],
          }),
      ),
    expose: async () => ({ body: await registry.metrics(), contentType: registry.contentType }),
  };
}

export type { Counter, Gauge, Histogram };
