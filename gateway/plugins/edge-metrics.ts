import type { Metrics } from '#kernel/telemetry';
import { planning } from '../planning.ts';
import { countRestarts } from './planning-metrics.ts';

type Kind = 'query' | 'mutation' | 'subscription' | 'none';

export interface EdgeMetrics {
  answered(kind: Kind, isError: boolean, durationMs: number): void;
  refused(code: string): void;
  disagreed(): void;
  streamOpened(): () => void;
  /** What is told of from outside is counted no more. */
  close(): void;
}

/** Labels come from fixed lists alone: nothing a client sends becomes a series. */
export function createEdgeMetrics(metrics: Metrics): EdgeMetrics {
  const requests = metrics.histogram(
    'freshplan_graphql_request_duration_ms',
    'Answer time of operations in milliseconds',
    ['kind', 'result'],
  );
  const refusals = metrics.counter('freshplan_graphql_refusals_total', 'Requests refused', [
    'code',
  ]);
  const streams = metrics.gauge('freshplan_graphql_streams', 'Open subscriptions');
  const disagreements = metrics.counter(
    'freshplan_authorization_disagreements_total',
    'Objects a subgraph returned that the gateway had to withhold; stays 0',
  );
  const observers = new Map(
    (['query', 'mutation', 'subscription', 'none'] as const).flatMap((kind) =>
      (['success', 'error'] as const).map((result) => [
        `${kind} ${result}`,
        requests.labels({ kind, result }),
      ]),
    ),
  );
  return {
    answered: (kind, isError, durationMs) =>
      observers.get(`${kind} ${isError ? 'error' : 'success'}`)?.observe(durationMs),
    refused: (code) => refusals.inc({ code: REFUSAL_CODES.has(code) ? code : 'OTHER' }),
    disagreed: () => disagreements.inc(),
    streamOpened() {
      streams.inc();
      return () => streams.dec();
    },
    close: countRestarts(planning, metrics),
  };
}

const REFUSAL_CODES = new Set([
  'ALIAS_LIMIT',
  'BAD_USER_INPUT',
  'COST_LIMIT',
  'DEPTH_LIMIT',
  'DIRECTIVE_LIMIT',
  'FORBIDDEN',
  'FRAGMENT_LIMIT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'INTERNAL',
  'OPERATION_NOT_PERSISTED',
  'OVERLOADED',
  'PAYLOAD_TOO_LARGE',
  'PLAN_LIMIT',
  'RATE_LIMITED',
  'ROOT_FIELD_LIMIT',
  'TOKEN_LIMIT',
  'UNAUTHENTICATED',
  'UNSUPPORTED_MEDIA_TYPE',
]);
