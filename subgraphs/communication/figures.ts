import type { Context } from '#kernel/events';
import type { Gauge, Metrics } from '#kernel/telemetry';
import { defineTimer, type Timer } from '#kernel/timers';

const WINDOW_MS = 30 * 86_400_000;

/** What operators see of the messages to leads in the last 30 days. Where none was sent there is no figure. */
export function figuresTimer(metrics: Metrics): Timer {
  const bounced = metrics.gauge(
    'email_bounce_rate',
    'Share of the messages to leads sent in the last 30 days that came back, 0..1',
    ['territory'],
  );
  const multiContact = metrics.gauge(
    'multi_contact_threads_ratio',
    'Share of the leads written to in the last 30 days where chef and buyer both got a message, 0..1',
    ['territory'],
  );
  return defineTimer({
    name: 'communication.figures',
    everyMinutes: 15,
    async run(context) {
      const rows = await figuresOf(context);
      show(bounced, rows, ({ bounce_rate: rate }) => rate);
      show(multiContact, rows, ({ multi_contact: ratio }) => ratio);
    },
  });
}

interface Figures {
  territory: string;
  bounce_rate: number;
  multi_contact: number;
}

/** Anew each time, so that a figure that is unknown now does not stand as it was. */
function show(gauge: Gauge, rows: readonly Figures[], of: (row: Figures) => number): void {
  gauge.reset();
  for (const row of rows) gauge.set({ territory: row.territory }, of(row));
}

function figuresOf({ actor, clock, database }: Context): Promise<Figures[]> {
  const now = clock.now();
  return database.transaction(
    actor,
    (tx) =>
      tx.query<Figures>(
        `with sent as (
           select id, territory, lead_id, recipients, status from communication.message
           where sent_at > $1 and sent_at <= $2
             and purpose in ('T3_FOLLOWUP', 'T7_FOLLOWUP', 'MANUAL')),
         thread as (
           select s.territory, s.lead_id, bool_or(r.contact_group = 'CHEF') is true
             and bool_or(r.contact_group = 'BUYER') is true as is_multi
           from sent s cross join lateral jsonb_to_recordset(s.recipients) as w (id uuid)
           left join communication.recipient r on r.id = w.id
           group by s.territory, s.lead_id)
         select territory,
           round(avg((status = 'BOUNCED')::int), 4)::float8 as bounce_rate,
           (select round(avg(is_multi::int), 4)::float8 from thread
             where thread.territory = sent.territory) as multi_contact
         from sent group by territory`,
        [new Date(now.getTime() - WINDOW_MS), now],
      ),
    { readOnly: true },
  );
}
