import { afterAll } from 'vitest';
import { taskStories } from './tasks.ts';
import { startTestSystem, type TestSystem } from './system.ts';

let system: TestSystem;
afterAll(() => system?.stop());

taskStories(async () => (system = await startTestSystem()));
