import { afterAll, beforeAll } from 'vitest';
import { startCollector, type Collector } from '#kernel/testing';
import { taskStories } from './tasks.ts';
import { startTestSystem, type TestSystem } from './system.ts';
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
