/** Makes the calls: one lane per receiver, so that nobody waits for anybody else's. */
import type { Transaction } from '#kernel/database';
import { append, load, type Context } from '#kernel/events';
import type { Counter, Histogram, Metrics } from '#kernel/telemetry';
import type { Worker } from '#kernel/timers';
import {
  claimDue,
  giveUpAll,
  recordLine,
  recordOutcome,
  release,
  waitMs,
  type Claimed,
  type DeliveryFailure,
  type Outcome,
} from './deliveries.ts';
import { secretsOf } from './secrets.ts';
import type { Answer, Send } from './sender.ts';
import { disable, webhookAggregate } from './webhook.ts';

export interface CourierOptions {
  readonly send: Send;
  readonly metrics: Metrics;
  /** How often it looks for what others left or what is due again. */
  readonly pollMs?: number | undefined;
  /** 0 to 1; spreads repetitions. */
  readonly random?: (() => number) | undefined;
}

export interface Courier {
  /** Something is due. */
  wake(): void;
  readonly worker: Worker;
}

const POLL_MS = 1_000;

/**
 * Claim, call, done: the claim is committed before the call and what became of it right after. A process
 * that dies in between leaves the claim, and the next one calls again under the same id.
 */
export function createCourier(options: CourierOptions): Courier {
  const { send, pollMs = POLL_MS, random = Math.random } = options;
  const figures = figuresOf(options.metrics);
  let wake = (): void => {};

  const run: Worker['run'] = async (contextOf, signal) => {
    const lanes = new Map<string, Promise<void>>();
    const walk = async (row: Claimed): Promise<void> => {
      const context = contextOf();
      try {
        await deliver(context, row, { send, signal, random, figures });
      } catch (error) {
        context.log.warn({ err: error, delivery: row.id }, 'a delivery was not settled');
      } finally {
        lanes.delete(row.webhookId);
        wake();
      }
    };
    try {
      while (!signal.aborted) {
        let isWoken = false;
        const woken = new Promise<void>((resolve) => {
          wake = () => {
            isWoken = true;
            resolve();
          };
        });
        const rows = await claim(contextOf(), [...lanes.keys()]);
        for (const row of rows) lanes.set(row.webhookId, walk(row));
        if (!isWoken) await pause(woken, pollMs, signal);
      }
    } finally {
      wake = () => {};
      await Promise.all(lanes.values());
    }
  };

  return { wake: () => wake(), worker: { name: 'partners.courier', run } };
}

/** Until somebody wakes it, its time is over, or the process ends. */
async function pause(woken: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>();
  const end = (): void => over.resolve();
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end);
  await Promise.race([woken, over.promise]);
  signal.removeEventListener('abort', end);
  clearTimeout(timer);
}

function claim(context: Context, busy: readonly string[]): Promise<Claimed[]> {
  const { actor, clock, database, newId } = context;
  return database.transaction(actor, (tx) => claimDue(tx, { id: newId(), now: clock.now(), busy }));
}

interface Way {
  readonly send: Send;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly figures: Figures;
}

async function deliver(context: Context, row: Claimed, way: Way): Promise<void> {
  const { actor, clock, database, log } = context;
  const now = clock.now();
  const ready = await database.transaction(actor, (tx) => prepare(tx, row, now), {
    readOnly: true,
  });
  const began = performance.now();
  const answer: Answer | Withheld = ready.isRestricted
    ? { is: 'WITHHELD', failure: 'RESTRICTED' }
    : await way.send(
        { url: row.url, id: row.eventId, body: row.body, secrets: ready.secrets, at: now },
        way.signal,
      );
  if (answer.is === 'STOPPED') {
    await database.transaction(actor, (tx) => release(tx, row));
    return;
  }
  way.figures.latency.observe(performance.now() - began);
  const outcome = outcomeOf(answer, waitMs(row.attempts, way.random()));
  way.figures.results.inc({
    result: outcome.is === 'AGAIN' ? 'failure' : outcome.is.toLowerCase(),
  });
  if (outcome.is !== 'DELIVERED') {
    const { failure, status } = outcome;
    log.warn(
      { delivery: row.id, attempts: row.attempts, failure, status },
      'webhook not delivered',
    );
  }
  await database.transaction(actor, (tx) => settle(tx, context, row, outcome));
}

interface Withheld {
  readonly is: 'WITHHELD';
  readonly failure: DeliveryFailure;
  readonly status?: undefined;
}

async function prepare(
  tx: Transaction,
  { webhookId, leadId }: Claimed,
  now: Date,
): Promise<{ isRestricted: boolean; secrets: string[] }> {
  const restricted = await tx.query('select from partners.restriction where subject_id = $1', [
    leadId,
  ]);
  return { isRestricted: restricted.length > 0, secrets: await secretsOf(tx, webhookId, now) };
}

function outcomeOf(answer: Exclude<Answer, { is: 'STOPPED' }> | Withheld, wait: number): Outcome {
  switch (answer.is) {
    case 'TAKEN':
      return { is: 'DELIVERED', status: answer.status };
    case 'GONE':
      return { is: 'FAILED', failure: 'GONE', status: answer.status };
    case 'WITHHELD':
      return { is: 'FAILED', failure: answer.failure };
    default:
      return { is: 'AGAIN', failure: answer.failure, status: answer.status, waitMs: wait };
  }
}

async function settle(
  tx: Transaction,
  context: Context,
  row: Claimed,
  outcome: Outcome,
): Promise<void> {
  const now = context.clock.now();
  if (!(await recordOutcome(tx, row, outcome, now))) return;
  const { webhookId } = row;
  if (outcome.is !== 'FAILED') return recordLine(tx, webhookId, outcome.is === 'DELIVERED', now);
  if (outcome.failure !== 'GONE') return;
  await giveUpAll(tx, webhookId, 'GONE', now);
  const { state, version } = await load(tx, webhookAggregate, webhookId);
  await append(tx, {
    aggregate: webhookAggregate,
    id: webhookId,
    state,
    expectedVersion: version,
    events: disable(state, now.toISOString()),
    context,
    audit: { action: 'partnerWebhookDisable', after: { status: 'DISABLED', cause: 'GONE' } },
  });
}

interface Figures {
  readonly results: Counter;
  readonly latency: Histogram;
}

function figuresOf(metrics: Metrics): Figures {
  return {
    results: metrics.counter(
      'freshplan_webhook_deliveries_total',
      'Calls of receivers of partner firms; failure: tried again, failed: for good',
      ['result'],
    ),
    latency: metrics.histogram(
      'freshplan_webhook_latency_ms',
      'Calls of receivers, from the look-up of the name to the end of the answer',
    ),
  };
}
