import { afterAll } from 'vitest';
import { liveWidgetStories } from './live-widget.ts';
import { startTestSystem, type TestSystem } from './system.ts';

let system: TestSystem;
afterAll(() => system?.stop());

liveWidgetStories(async () => (system = await startTestSystem()));
