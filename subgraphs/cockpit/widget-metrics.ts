import type { Counter, Gauge, Metrics } from '#kernel/telemetry';

export interface WidgetMetrics {
  readonly invalidations: Counter;
  readonly updates: Counter;
  readonly active: Gauge;
}

export function widgetMetrics(metrics: Metrics): WidgetMetrics {
  return {
    invalidations: metrics.counter(
      'freshplan_dashboard_cache_invalidations_total',
      'Widgets dropped from the cache before their time',
      ['widget', 'trigger'],
    ),
    updates: metrics.counter(
      'freshplan_dashboard_updates_total',
      'Changes that moved the figures of a widget',
      ['update_type'],
    ),
    active: metrics.gauge('freshplan_dashboard_active_widgets', 'Live widgets', ['type']),
  };
}
