import type { Metrics } from '#kernel/telemetry';
import type { TransportObserver } from '../transports/http.ts';

/** What the way to each subgraph costs and how often it fails; labels are names of the supergraph. */
export function createTransportMetrics(metrics: Metrics): (subgraph: string) => TransportObserver {
  const durations = metrics.histogram(
    'freshplan_subgraph_request_duration_ms',
    'Answer time of subgraphs in milliseconds',
    ['subgraph', 'result'],
  );
  const retries = metrics.counter('freshplan_subgraph_retries_total', 'Queries asked once more', [
    'subgraph',
  ]);
  const spared = metrics.counter(
    'freshplan_subgraph_queries_spared_total',
    'Queries answered with an equal one of the same caller',
    ['subgraph'],
  );
  const open = metrics.gauge(
    'freshplan_subgraph_breaker_open',
    'Whether a subgraph is left alone after too many failures',
    ['subgraph'],
  );
  return (subgraph) => {
    open.set({ subgraph }, 0);
    return {
      answered: (result, durationMs) => durations.observe({ subgraph, result }, durationMs),
      retried: () => retries.inc({ subgraph }),
      spared: (count) => spared.inc({ subgraph }, count),
      broke: (isOpen) => open.set({ subgraph }, isOpen ? 1 : 0),
    };
  };
}
