/** Results of the backbone's scenarios as rows for the console and the report. */
import type { FlowFigures } from './event-flow.ts';
import type { MetricFigures } from './event-handling.ts';
import type { Result } from './events.ts';
import type { Quantiles } from './latencies.ts';

export type Row = Readonly<Record<string, string | number>>;

export interface Table {
  readonly title: string;
  readonly notes: readonly string[];
  readonly rows: readonly Row[];
}

const PGBENCH_MISSING =
  'pgbench is missing: apt-get install postgresql (Debian) or brew install postgresql brings it.';

export function tablesOf({ scenario, measured }: Result): Table[] {
  if ('flow' in measured) return flowTables(scenario, measured.flow);
  if ('throughput' in measured) {
    const rows = measured.throughput.map((each) => ({
      connections: each.connections,
      'pgbench insert/s': whole(each.insertsPerSecond),
      'append/s': whole(each.appendsPerSecond),
      'append ÷ insert': each.ratio === undefined ? 'no pgbench' : rounded(each.ratio),
      'facts/s, 100 per append': whole(each.perCall100PerSecond),
      'µs CPU per insert, server': whole(each.cpuUs.insertServer),
      'µs CPU per append, server': whole(each.cpuUs.appendServer),
      'µs CPU per append, process': whole(each.cpuUs.appendProcess),
    }));
    const notes = [
      ...(measured.throughput[0]?.insertsPerSecond === undefined ? [PGBENCH_MISSING] : []),
      'pgbench inserts one row into a table with one index, without rights; an append is one transaction under row-level security.',
    ];
    return [{ title: 'append', notes, rows }];
  }
  if ('catchUp' in measured) {
    const rows = measured.catchUp.map((each) => ({
      what: each.what,
      facts: each.facts,
      'facts/s': whole(each.perSecond),
      'µs CPU, process': rounded(each.processUs),
      'µs CPU, server': each.serverUs === undefined ? '' : rounded(each.serverUs),
    }));
    return [{ title: 'catch-up', notes: [], rows }];
  }
  const rows = measured.queues.map((each) => ({
    queue: each.queue,
    'enqueued/s': whole(each.enqueuedPerSecond),
    'worked off/s': whole(each.workedPerSecond),
    'P50 ms at 100/s': rounded(each.latency.p50Ms),
    'P95 ms': rounded(each.latency.p95Ms),
    'P99 ms': rounded(each.latency.p99Ms),
  }));
  const notes = [
    'Job queues: each job is a row of its own that is locked and deleted. No order per aggregate, no replay.',
  ];
  return [{ title: 'queues', notes, rows }];
}

function flowTables(scenario: string, figures: FlowFigures): Table[] {
  const { flow, recording, leader, other } = figures;
  const handling = (other ?? leader).handling;
  const handled = handling?.handled ?? 0;
  const perFact = (ms: number | undefined): string =>
    ms === undefined ? '–' : `${rounded((ms / Math.max(1, recording.recorded)) * 1_000)} µs`;
  const notes = [
    `${recording.recorded} facts in ${rounded(recording.seconds)} s, ${flow.perCall} per append; handled in ${flow.handler === 'leader' ? 'the process that records them and leads the log' : 'another process'}${flow.held ? '; a write transaction of somebody else open all the while' : ''}.`,
    `Failed appends ${recording.failed}, lost ${recording.recorded - handled}, order breaks ${handling?.orderBreaks ?? '–'}.`,
    `CPU per fact: leader ${perFact(leader.cpuMs)}, other process ${perFact(other?.cpuMs)}, server ${perFact(figures.serverCpuMs)}; ${figures.log.logged} facts in ${figures.log.batches} batches of the log.`,
    `Resident memory: leader ${curve(leader.residentMb)}, other process ${curve(other?.residentMb ?? [])}; tables ${curve(figures.tablesMb)}.`,
  ];
  const { log } = figures;
  const rows: Row[] = [
    stage('append answered, from the intended instant', recording.append),
    stage('append answered, from its beginning', recording.appendBegan),
    {
      stage: 'recorded → logged, by the server',
      'P50 ms': rounded(log.p50Ms),
      'P95 ms': rounded(log.p95Ms),
      'P99 ms': rounded(log.p99Ms),
      'max ms': rounded(log.maxMs),
    },
  ];
  if (handling !== undefined) {
    const { stages } = handling;
    rows.push(
      stage('notified, from the intended instant', stages.notify),
      stage('handler, from the intended instant', stages.handler),
      stage('handler, from the beginning of the append', stages.handlerBegan),
      stage('handled and committed, from the intended instant', stages.done),
    );
  }
  const published = leader.handling?.metrics.find(({ path }) => path === 'publish_notify');
  const processed = handling?.metrics.find(({ path }) => path === 'notify_process');
  const metrics = [published, processed].filter((each) => each !== undefined).map(metricRow);
  return [
    { title: scenario, notes, rows },
    {
      title: `${scenario}: freshplan_event_latency_ms beside the benchmark`,
      notes: [],
      rows: metrics,
    },
  ];
}

function stage(name: string, of: Quantiles): Row {
  return {
    stage: name,
    'P50 ms': rounded(of.p50Ms),
    'P95 ms': rounded(of.p95Ms),
    'P99 ms': rounded(of.p99Ms),
    'max ms': rounded(of.maxMs),
  };
}

function metricRow(each: MetricFigures): Row {
  return {
    path: each.path,
    'facts, metric': each.metricN,
    'facts, benchmark': each.benchN,
    'mean ms, metric': rounded(each.metricMeanMs),
    'mean ms, benchmark': rounded(each.benchMeanMs),
    'within 10 ms, metric': percent(each.within10Ms),
    'within 10 ms, benchmark': percent(each.benchWithin10Ms),
  };
}

/** First, highest and last of the values; the last quarter beside the second tells whether it grows. */
function curve(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const mean = (of: readonly number[]): number =>
    Math.round(of.reduce((sum, each) => sum + each, 0) / Math.max(1, of.length));
  const quarter = Math.floor(values.length / 4);
  const early = mean(values.slice(quarter, 2 * quarter));
  const late = mean(values.slice(-Math.max(1, quarter)));
  return `${values[0]} → ${values.at(-1)} MB, at most ${Math.max(...values)}, second quarter ${early}, last ${late}`;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const whole = (value: number | undefined): number | string =>
  value === undefined ? '–' : Math.round(value);
