import { expect, it } from 'vitest';
import { createMetrics } from '#kernel/telemetry';
import { eventMetrics, observePassage } from './metrics.ts';

it('facts that come together are counted one by one, with what each of them took', async () => {
  const registry = createMetrics();
  const metrics = eventMetrics(registry);
  const passage = { counter: 'consumed', path: 'notify_process', module: 'things' } as const;
  const facts = [
    { type: 'thing.made', tookMs: 2 },
    { type: 'thing.sold', tookMs: 3 },
    { type: 'thing.made', tookMs: 5 },
  ];
  observePassage(metrics, { ...passage, result: 'success' }, facts, (fact) => fact);
  const { body } = await registry.expose();
  const made = 'event_type="thing_made"';
  const sold = 'event_type="thing_sold"';
  for (const line of [
    `freshplan_events_consumed_total{${made},module="things",result="success"} 2`,
    `freshplan_events_consumed_total{${sold},module="things",result="success"} 1`,
    `freshplan_event_latency_ms_sum{${made},path="notify_process"} 7`,
    `freshplan_event_latency_ms_count{${made},path="notify_process"} 2`,
    `freshplan_event_latency_ms_sum{${sold},path="notify_process"} 3`,
  ]) {
    expect(body.split('\n')).toContain(line);
  }
});
