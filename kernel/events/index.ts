export {
  InvalidFact,
  defineEvents,
  jsonSchema,
  upcast,
  type AnyEvent,
  type Envelope,
  type EventCatalog,
  type EventCatalog as AnyEventCatalog,
  type EventOf,
  type FactDefinition,
  type Recorded,
  type WireEvent,
} from './catalog.ts';
export {
  describeEvents,
  travellingSchema,
  type EventDescription,
  type JsonSchema,
} from './event-schema.ts';
export { classesOf, classified, unclassified, type DataClass } from './classification.ts';
export { breaches, released, type Release } from './compatibility.ts';
export {
  cloudEventsOf,
  envelopeSchema,
  type CloudEvent,
  type ToCloudEvent,
} from './cloud-event.ts';
export { type Aggregate, type Evolving, type Loaded } from './aggregate.ts';
export {
  VersionConflict,
  append,
  type Append,
  type Audit,
  type Clock,
  type EventContext,
} from './store.ts';
export { load, loadAsOf, type AsOf } from './load.ts';
export { type Context } from './context.ts';
export { bindEvents, type Bindings } from './bindings.ts';
export {
  defineProjection,
  handlersFor,
  type Projection,
  type Projection as AnyProjection,
  type ProjectionDefinition,
} from './projection.ts';
export {
  defineReaction,
  type Reaction,
  type Reaction as AnyReaction,
  type ReactionContext,
  type ReactionDefinition,
} from './reaction.ts';
export { inClear, keep, keptColumn, openKept, type InClear, type Kept } from './kept.ts';
export {
  blindIndex,
  forgetSubject,
  open,
  openSecret,
  requireNotErased,
  sealSecret,
} from './open.ts';
export { createBackbone, type Backbone } from './backbone.ts';
export { type BackboneModule, type BackboneOptions } from './options.ts';
export { contextWithin, jobContext } from './reaction-context.ts';
export { isBridge, type ConsumerKey, type ConsumerStatus } from './leases.ts';
export { type ConsumerState } from './lag.ts';
export { type DeadLetter, type ListedDeadLetter, type RedriveResult } from './dead-letters.ts';
export { type BackboneOperations } from './operations.ts';
export { type ReplayJob } from './replay-jobs.ts';
export {
  headPosition,
  positionOf,
  masked,
  readFacts,
  readAggregateFacts,
  type FactsPage,
  type ModuleFact,
} from './facts.ts';
export { measureEvents, type EventStatistics } from './statistics.ts';
export { type UpTo } from './generation.ts';
export { type Rebuilt, type TableCount } from './rebuild.ts';
export { sealKeyFrom, type SealKey } from './chain.ts';
export { type SealingOptions } from './seals.ts';
export { type ChainReport } from './verify-chain.ts';
export { type ArchiveReport, type ArchivedSegment } from './archive.ts';
export { type Keeping } from './keeping.ts';
export { type KeepingState } from './nightly.ts';
export { exportSubject, type SubjectFact } from './subject-export.ts';
export { type LogRow } from './log.ts';
export { type LogNews, type LogSource } from './log-source.ts';
export { OutletRefusal, type OutgoingFact, type Outlet } from './outlet.ts';
export { WIRE_CHANNEL } from './wire.ts';
export { ResumeGap, type Feed, type Subscription } from './feed.ts';
export {
  SubjectErased,
  createKeyring,
  eraseSubject,
  isErased,
  type KeyEncryptionKey,
  type Keyring,
  type KeyringOptions,
} from './personal.ts';
export { isSealed, type Sealed } from './sealed.ts';
export { keySchema, moduleSchema } from './migrations.ts';
