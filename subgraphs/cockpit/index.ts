import { defineSubgraph, type Subgraph } from '#kernel/graphql';
import { createMetrics, type Metrics } from '#kernel/telemetry';
import { cockpitEvents, type LeadWidgetChanged } from './events.ts';
import { leadWidgetProjection } from './projections.ts';
import { resolversWith } from './resolvers.ts';
import { responseRateTimer } from './response-rate.ts';
import { createWidgetCache } from './widget-cache.ts';
import type { WidgetChange } from './widget-change.ts';
import { widgetMetrics } from './widget-metrics.ts';

export interface CockpitOptions {
  /**
   * `features.dashboard.lead-widget.enabled`. Off: the widget answers `FEATURE_DISABLED`. Whoever
   * runs the backbone pauses the consumers of the cockpit by the same switch; they catch up later.
   */
  readonly isLeadWidgetEnabled?: () => boolean;
  readonly metrics?: Metrics;
}

/** The first screen of sales. */
export function createCockpit(options: CockpitOptions = {}): Subgraph {
  const { isLeadWidgetEnabled = () => true } = options;
  const registry = options.metrics ?? createMetrics();
  const metrics = widgetMetrics(registry);
  const cache = createWidgetCache();
  const countDropped = (dropped: number): void => {
    if (dropped > 0) metrics.invalidations.inc({ widget: 'lead', trigger: 'event' }, dropped);
  };
  const onChanged = (change: WidgetChange): void => {
    countDropped(cache.drop(change));
    metrics.updates.inc({ update_type: change.cause.replaceAll('.', '_') });
  };
  const onRightsChanged = (userId: string): void => countDropped(cache.forget(userId));
  return defineSubgraph({
    name: 'cockpit',
    directory: import.meta.dirname,
    events: cockpitEvents,
    projections: [leadWidgetProjection({ onChanged, onRightsChanged })],
    timers: [responseRateTimer(registry)],
    resolvers: resolversWith({ cache, metrics, isLeadWidgetEnabled }),
    async follow(feed, signal) {
      // What changed before it listened is not told.
      cache.clear();
      const types = ['cockpit.lead_widget.changed'];
      for await (const fact of feed.subscribe<LeadWidgetChanged>({ types, signal })) {
        countDropped(cache.drop(fact.data));
      }
    },
  });
}
