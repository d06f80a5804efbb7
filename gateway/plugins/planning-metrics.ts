import type { Metrics } from '#kernel/telemetry';
import type { Planning, RestartReason } from '../planning.ts';

const REASONS: readonly RestartReason[] = ['limit', 'crash'];

/** Counts until the returned function is called. The thread is the process's: its gateways count the same. */
export function countRestarts(planning: Planning, metrics: Metrics): () => void {
  const restarts = metrics.counter(
    'freshplan_planning_restarts_total',
    'Planning threads that replaced one which ended by a limit or broke',
    ['reason'],
  );
  for (const reason of REASONS) restarts.inc({ reason }, 0);
  return planning.onRestart((reason) => restarts.inc({ reason }));
}
