/** What a process sees of the facts: when its feed has them, when a consumer handles them, in which order. */
import type { Transaction } from '#kernel/database';
import { defineProjection, type Backbone, type Recorded } from '#kernel/events';
import type { Metrics } from '#kernel/telemetry';
import { events, type BenchEvent } from './event-module.ts';
import { Latencies, monotonicMs, type Quantiles } from './latencies.ts';

type Fact = Recorded<BenchEvent>;

/** One metric of `freshplan_event_latency_ms` beside what the benchmark measured itself. */
export interface MetricFigures {
  readonly path: 'publish_notify' | 'notify_process';
  readonly metricN: number;
  readonly metricMeanMs: number;
  /** Share of facts, as the bucket tells. */
  readonly within10Ms: number;
  readonly benchN: number;
  readonly benchMeanMs: number;
  readonly benchWithin10Ms: number;
}

export interface HandlingFigures {
  readonly handled: number;
  /** Facts whose version was not the one after the last of their aggregate. */
  readonly orderBreaks: number;
  readonly stages: Readonly<Record<Stage, Quantiles>>;
  /** P95 of the handler by second. */
  readonly p95BySecondMs: readonly number[];
  readonly metrics: readonly MetricFigures[];
}

/** From the intended instant, and from the beginning of the append (`began`). */
export type Stage = 'notify' | 'handler' | 'handlerBegan' | 'done';

export class Handling {
  readonly #stages: Record<Stage, Latencies> = {
    notify: new Latencies(),
    handler: new Latencies(),
    handlerBegan: new Latencies(),
    done: new Latencies(),
  };
  readonly #second = new Latencies();
  readonly #bySecond: number[] = [];
  readonly #published = new Latencies();
  readonly #processed = new Latencies();
  readonly #within10 = { published: 0, processed: 0 };
  readonly #versions = new Map<string, number>();
  /** Position → when the feed of this process had it, until it is done. */
  readonly #seenMs = new Map<number, number>();
  #transaction: Transaction | undefined;
  #open: Fact[] = [];
  #handled = 0;
  #orderBreaks = 0;

  readonly projection = defineProjection<BenchEvent>({
    name: 'bench.latency',
    tables: [],
    on: { 'bench.counted': (event, tx) => this.#handle(event, tx) },
  });

  /** Facts whose handling is committed. */
  get handled(): number {
    return this.#handled;
  }

  /** Follows the live feed until the signal aborts. */
  async follow(backbone: Backbone, signal: AbortSignal, isHandling: boolean): Promise<void> {
    const types = Object.keys(events.facts);
    for await (const event of backbone.feed.subscribe<BenchEvent>({ types, signal })) {
      const publishedMs = Math.max(0, Date.now() - Date.parse(event.recordedAt));
      this.#published.record(publishedMs);
      if (publishedMs <= 10) this.#within10.published += 1;
      const nowMs = monotonicMs();
      this.#stages.notify.record(nowMs - event.data.dueMs);
      if (isHandling) this.#seenMs.set(event.position, nowMs);
    }
  }

  /** Forgets the latencies and counts so far, but not what the metrics are compared with. */
  begin(): void {
    for (const latencies of Object.values(this.#stages)) latencies.clear();
    this.#second.clear();
    this.#bySecond.length = 0;
    this.#handled = 0;
  }

  /** To be called each second. */
  tick(): void {
    this.#bySecond.push(this.#second.quantiles().p95Ms);
    this.#second.clear();
  }

  async figures(metrics: Metrics): Promise<HandlingFigures> {
    const stages = Object.fromEntries(
      Object.entries(this.#stages).map(([stage, latencies]) => [stage, latencies.quantiles()]),
    ) as Record<Stage, Quantiles>;
    const { body } = await metrics.expose();
    const beside = (path: MetricFigures['path'], own: Quantiles, within: number): MetricFigures => {
      const n = sample(body, 'count', path);
      return {
        path,
        metricN: n,
        metricMeanMs: n === 0 ? 0 : sample(body, 'sum', path) / n,
        within10Ms: n === 0 ? 0 : sample(body, 'bucket', path, '10') / n,
        benchN: own.n,
        benchMeanMs: own.meanMs,
        benchWithin10Ms: own.n === 0 ? 0 : within / own.n,
      };
    };
    return {
      handled: this.#handled,
      orderBreaks: this.#orderBreaks,
      stages,
      p95BySecondMs: this.#bySecond,
      metrics: [
        beside('publish_notify', this.#published.quantiles(), this.#within10.published),
        beside('notify_process', this.#processed.quantiles(), this.#within10.processed),
      ],
    };
  }

  async #handle(event: Fact, tx: Transaction): Promise<void> {
    const nowMs = monotonicMs();
    this.#stages.handler.record(nowMs - event.data.dueMs);
    this.#stages.handlerBegan.record(nowMs - event.data.beganMs);
    this.#second.record(nowMs - event.data.dueMs);
    if (this.#transaction !== tx) {
      const open: Fact[] = [];
      this.#transaction = tx;
      this.#open = open;
      tx.onCommit(() => this.#commit(open));
    }
    this.#open.push(event);
  }

  /** Only what was committed counts: a batch that failed is handled again. */
  #commit(done: readonly Fact[]): void {
    const nowMs = monotonicMs();
    for (const { aggregateId, data, position, version } of done) {
      if (version !== (this.#versions.get(aggregateId) ?? 0) + 1) this.#orderBreaks += 1;
      this.#versions.set(aggregateId, version);
      this.#stages.done.record(nowMs - data.dueMs);
      const seenMs = this.#seenMs.get(position);
      if (seenMs !== undefined) {
        this.#seenMs.delete(position);
        this.#processed.record(nowMs - seenMs);
        if (nowMs - seenMs <= 10) this.#within10.processed += 1;
      }
    }
    this.#handled += done.length;
  }
}

/** Sum over all types of a sample of the histogram in the text exposition. */
function sample(body: string, suffix: string, path: string, le?: string): number {
  return body
    .split('\n')
    .filter((line) => line.startsWith(`freshplan_event_latency_ms_${suffix}{`))
    .filter((line) => line.includes(`path="${path}"`))
    .filter((line) => le === undefined || line.includes(`le="${le}"`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
