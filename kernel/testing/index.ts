export { given, type Fact, type Outcome } from './given.ts';
export { testClock, type TestClock } from './clock.ts';
export { eventually, type EventuallyOptions } from './eventually.ts';
export {
  createTestDatabase,
  type TestDatabase,
  type TestDatabaseOptions,
  type TestModule,
} from './test-database.ts';
