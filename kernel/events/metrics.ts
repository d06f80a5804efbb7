import type { Counter, Gauge, Histogram, Metrics } from '#kernel/telemetry';

/** The backbone's metrics under the names of the service contract. */
export interface EventMetrics {
  /** result: success, failure, no_tx, truncated, denied, unauthenticated */
  readonly published: Counter;
  /** result: success, failure, duplicate, denied, paused */
  readonly consumed: Counter;
  /** path: publish_notify, notify_process */
  readonly latencyMs: Histogram;
  readonly lag: Gauge;
  readonly deadLetters: Gauge;
  /** 0 to 1; a full queue stops the log, and a listener with an open transaction fills it. */
  readonly notifyQueueUsage: Gauge;
  readonly unsealed: Gauge;
  readonly verifiedPosition: Gauge;
  /** Seconds since the epoch. */
  readonly verifiedAt: Gauge;
  readonly isChainWhole: Gauge;
  readonly archiveSegments: Gauge;
  readonly unlogged: Gauge;
  readonly dedupeEntries: Gauge;
  readonly dedupeHitRate: Gauge;
}

export function eventMetrics(metrics: Metrics): EventMetrics {
  return {
    published: metrics.counter('freshplan_events_published_total', 'Facts logged', [
      'event_type',
      'module',
      'result',
    ]),
    consumed: metrics.counter('freshplan_events_consumed_total', 'Facts handled by consumers', [
      'event_type',
      'module',
      'result',
    ]),
    latencyMs: metrics.histogram('freshplan_event_latency_ms', 'Way of a fact, in milliseconds', [
      'event_type',
      'path',
    ]),
    lag: metrics.gauge('freshplan_projection_lag_events', 'Facts a consumer is behind', [
      'consumer',
    ]),
    deadLetters: metrics.gauge('freshplan_dead_letters', 'Facts set aside, not resolved', [
      'consumer',
    ]),
    notifyQueueUsage: metrics.gauge(
      'freshplan_notify_queue_usage',
      'Share of the notification queue that is in use, 0 to 1',
    ),
    unsealed: metrics.gauge('freshplan_unsealed_events', 'Facts behind the last seal', ['module']),
    verifiedPosition: metrics.gauge(
      'freshplan_chain_verified_position',
      'Everything up to here was what had been sealed, when last verified',
      ['module'],
    ),
    verifiedAt: metrics.gauge(
      'freshplan_chain_verified_at',
      'Time of the last verification, in seconds since 1970',
      ['module'],
    ),
    isChainWhole: metrics.gauge(
      'freshplan_chain_verified',
      '1 when the last verification found all in order, 0 when not',
      ['module'],
    ),
    archiveSegments: metrics.gauge('freshplan_archive_segments', 'Segments in the archive', [
      'module',
    ]),
    unlogged: metrics.gauge(
      'freshplan_unlogged_events',
      'Facts five minutes old and not logged, when last counted',
      ['module'],
    ),
    dedupeEntries: metrics.gauge('freshplan_dedupe_cache_entries', 'Keys in the dedupe cache'),
    dedupeHitRate: metrics.gauge('freshplan_dedupe_cache_hit_rate', 'Share of keys seen before'),
  };
}

/** Facts that came one way together. */
export interface Passage {
  readonly counter: 'published' | 'consumed';
  readonly path: 'publish_notify' | 'notify_process';
  readonly module: string;
  readonly result: string;
}

/** Counts facts by type, and what each of them took in milliseconds. */
export function observePassage<Item>(
  metrics: EventMetrics,
  { counter, path, module, result }: Passage,
  items: readonly Item[],
  look: (item: Item) => { readonly type: string; readonly tookMs: number },
): void {
  const seen = new Map<string, { labels: { event_type: string; path: string }; n: number }>();
  for (const item of items) {
    const { type, tookMs } = look(item);
    let of = seen.get(type);
    if (of === undefined) {
      of = { labels: { event_type: typeLabel(type), path }, n: 0 };
      seen.set(type, of);
    }
    of.n += 1;
    metrics.latencyMs.observe(of.labels, tookMs);
  }
  for (const { labels, n } of seen.values()) {
    metrics[counter].inc({ event_type: labels.event_type, module, result }, n);
  }
}

/** Types as labels: dots become underscores. */
export function typeLabel(type: string): string {
  return type.replaceAll('.', '_');
}
