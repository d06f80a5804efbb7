import type { Metrics } from '#kernel/telemetry';
import type { LeadFollowupProcessed } from './events.ts';
import type { FollowUpType } from './vocabulary.ts';

/** What operators see of the follow-ups; counted after the commit, so that a retry counts once. */
export interface FollowUpMetrics {
  settled(processed: LeadFollowupProcessed['data'], territory: string): void;
  ran(type: FollowUpType, durationMs: number): void;
  queued(sizes: { pending: number; processing: number }): void;
}

export function followUpMetrics(metrics: Metrics): FollowUpMetrics {
  const sent = metrics.counter('leads_followup_sent_total', 'Follow-ups settled', [
    'type',
    'territory',
    'result',
  ]);
  const automated = metrics.counter(
    'freshplan_followup_automated_total',
    'Follow-ups sent by the system',
    ['type'],
  );
  const duration = metrics.histogram(
    'freshplan_followup_batch_duration_ms',
    'Time in milliseconds in which a run claimed what was due',
    ['type'],
  );
  const queue = metrics.gauge(
    'freshplan_followup_queue_size',
    'Follow-ups due and unclaimed (pending) or on their way (processing)',
    ['type'],
  );
  return {
    settled({ followUpType, success }, territory) {
      if (followUpType === 'BATCH') return;
      const result = success ? 'success' : 'failure';
      sent.inc({ type: followUpType, territory, result });
      if (success) automated.inc({ type: followUpType.toLowerCase() });
    },
    ran: (type, durationMs) => duration.observe({ type }, durationMs),
    queued({ pending, processing }) {
      queue.set({ type: 'pending' }, pending);
      queue.set({ type: 'processing' }, processing);
    },
  };
}
