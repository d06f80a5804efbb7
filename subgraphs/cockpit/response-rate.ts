import type { Context } from '#kernel/events';
import type { Metrics } from '#kernel/telemetry';
import { defineTimer, type Timer } from '#kernel/timers';
import { plusDays } from './calendar.ts';
import { WHOLE_TERRITORY } from './contribution.ts';

const WINDOW_DAYS = 30;

/** How customers answer to follow-ups. Where none was sent there is no figure. */
export function responseRateTimer(metrics: Metrics): Timer {
  const answered = metrics.gauge(
    'sample_followup_response_rate',
    'Share of the follow-ups sent in the last 30 days that the customer answered within 14 days, 0..1',
    ['territory'],
  );
  // Known by name only: no context of this house hears of orders yet.
  metrics.gauge(
    'sample_to_order_conversion_rate',
    'Share of the samples that led to an order; without a value until samples and orders are here',
    ['territory'],
  );
  return defineTimer({
    name: 'cockpit.response-rate',
    everyMinutes: 15,
    async run(context) {
      const rows = await responseRates(context);
      answered.reset();
      for (const { territory, rate } of rows) answered.set({ territory }, rate);
    },
  });
}

function responseRates({
  actor,
  clock,
  database,
}: Context): Promise<{ territory: string; rate: number }[]> {
  const now = clock.now().toISOString();
  return database.transaction(
    actor,
    (tx) =>
      tx.query<{ territory: string; rate: number }>(
        `select territory, round(avg(answered::int), 4)::float8 as rate from cockpit.follow_up
         where user_id = $1 and success and at > $2 and at <= $3 group by territory`,
        [WHOLE_TERRITORY, plusDays(now, -WINDOW_DAYS), now],
      ),
    { readOnly: true },
  );
}
