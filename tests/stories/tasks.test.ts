import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, startCollector, type Collector } from '#kernel/testing';
import { taskStories } from './tasks.ts';
import { registerLead, startTestSystem, type TestSystem } from './system.ts';
import { traceStories } from './traces.ts';

let collector: Collector;
let system: TestSystem;
const stage = async (): Promise<TestSystem> =>
  (system ??= await startTestSystem({
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  }));
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => {
  await system?.stop();
  await collector.stop();
});

taskStories(stage);
traceStories(stage, () => collector, { gateway: 'freshplan', of: () => 'freshplan' });

it('a timer begins a trace that leads to those who handle what it did', async () => {
  const test = await stage();
  test.clock.travel(new Date('2025-09-26T08:00:00.000Z'));
  await registerLead(test, 'sales-de', {
    source: 'TELEFON',
    email: 'kueche@folge.example',
    emailConsent: true,
    firstContact: {
      channel: 'PHONE',
      at: '2025-09-25T09:00:00.000Z',
      note: 'Gespräch in der Küche',
    },
  });
  await test.settled();
  test.clock.travel(new Date('2025-09-29T07:10:00.000Z'));
  await test.system.runtime.runTimer('leads.follow-ups');
  await test.settled();
  await eventually(
    () => {
      const names = Map.groupBy(collector.spans, ({ traceId }) => traceId)
        .values()
        .map((spans) => spans.map(({ name }) => name))
        .find((each) => each.includes('timer leads.follow-ups') && each.includes('append leads'));
      expect(names).toContain('handle communication.requests');
    },
    { timeoutMs: 10_000 },
  );
});
