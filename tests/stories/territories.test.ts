import { afterAll } from 'vitest';
import { territoryStories } from './territories.ts';
import { startTestSystem, type TestSystem } from './system.ts';

let system: TestSystem;
afterAll(() => system?.stop());

territoryStories(async () => (system = await startTestSystem()));
