export { given, type Fact, type Outcome } from './given.ts';
export { goldenFaults } from './golden.ts';
export { testClock, type TestClock } from './clock.ts';
export { eventually, type EventuallyOptions } from './eventually.ts';
export {
  createTestDatabase,
  type TestDatabase,
  type TestDatabaseOptions,
  type TestModule,
} from './test-database.ts';
export {
  DEADLY_AMOUNT,
  added,
  count,
  counter,
  counters,
  noted,
  opened,
  tallies,
  testContext,
  type Counter,
  type CounterEvent,
} from './counters.ts';
export { testBackbone, type TestBackboneOptions } from './test-backbone.ts';
export { createNatsServer, hasNatsServer, natsServerPath, type NatsServer } from './nats-server.ts';
export { itKeepsTheContract, type SourceUnderTest } from './log-source-contract.ts';
export { pagesTouched } from './pages.ts';
export { rowsAfter } from './rows-after.ts';
export { contextFor, querySubgraph } from './subgraph.ts';
export { startCollector, type CollectedSpan, type Collector } from './collector.ts';
export { UNSYNCED, programEnvironment } from './programs.ts';
export { RECEIVER_CERTIFICATE, startReceiver, type Receiver } from './receiver.ts';
