import type { ResolverContext } from '#kernel/graphql';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
export type Shape<T> = T extends Date ? T
  : T extends readonly (infer Item)[] ? Shape<Item>[]
  : T extends object ? { [Key in keyof T]?: Shape<T[Key]> | undefined }
  : T;
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant in UTC with exactly three fraction digits: `2025-09-26T20:00:00.000Z`. */
  DateTime: { input: string; output: Date | string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** Denials of one person at one mutation: the first, or those that followed within a minute. */
export type AccessDenialInput = {
  clientId?: InputMaybe<Scalars['String']['input']>;
  count: Scalars['Int']['input'];
  firstAt: Scalars['DateTime']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  lastAt: Scalars['DateTime']['input'];
  operation: Scalars['String']['input'];
  roles: Array<Scalars['String']['input']>;
  userId: Scalars['ID']['input'];
};

export type AccessDenialPayload = {
  __typename?: 'AccessDenialPayload';
  denialId?: Maybe<Scalars['ID']['output']>;
  userErrors: Array<UserError>;
};

export type ApprovalStatus =
  | 'CANCELLED'
  | 'EXECUTED'
  /** Nobody approved within seven days. */
  | 'EXPIRED'
  | 'PENDING'
  | 'REJECTED'
  /** Approved; executed at `executeAt`. */
  | 'SCHEDULED';

export type AuditConnection = {
  __typename?: 'AuditConnection';
  edges: Array<AuditEdge>;
  pageInfo: PageInfo;
};

export type AuditEdge = {
  __typename?: 'AuditEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<AuditEntry>;
};

/** One recorded act; append only. */
export type AuditEntry = Node & {
  __typename?: 'AuditEntry';
  action: Scalars['String']['output'];
  /** Null for jobs. */
  actor?: Maybe<User>;
  after?: Maybe<Scalars['JSON']['output']>;
  at: Scalars['DateTime']['output'];
  /** Non-personal values before the act. */
  before?: Maybe<Scalars['JSON']['output']>;
  correlationId: Scalars['ID']['output'];
  id: Scalars['ID']['output'];
  reason?: Maybe<Scalars['String']['output']>;
  resourceId?: Maybe<Scalars['ID']['output']>;
  resourceType: Scalars['String']['output'];
  riskTier?: Maybe<Scalars['String']['output']>;
  territory?: Maybe<Territory>;
};

export type AuditFilter = {
  action?: InputMaybe<Scalars['String']['input']>;
  actorUserId?: InputMaybe<Scalars['ID']['input']>;
  from?: InputMaybe<Scalars['DateTime']['input']>;
  resourceId?: InputMaybe<Scalars['ID']['input']>;
  resourceType?: InputMaybe<Scalars['String']['input']>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
};

export type ConsumerPauseInput = {
  consumer: Scalars['String']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** At least 10 characters. */
  reason: Scalars['String']['input'];
};

export type ConsumerPayload = {
  __typename?: 'ConsumerPayload';
  /** The consumer, once per context it listens to. */
  eventSubscriptions?: Maybe<Array<EventSubscription>>;
  userErrors: Array<UserError>;
};

export type ConsumerResumeInput = {
  consumer: Scalars['String']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
};

export type ConsumerSplitInput = {
  consumer: Scalars['String']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** At least 10 characters. */
  reason: Scalars['String']['input'];
  shards: Scalars['Int']['input'];
};

export type ConsumerStatus =
  | 'ACTIVE'
  | 'CATCHING_UP'
  | 'FAILED'
  | 'PAUSED'
  | 'RETIRED';

/** A fact a consumer could not handle, or one that waits behind such a fact of the same aggregate. */
export type DeadLetter = {
  __typename?: 'DeadLetter';
  aggregateId: Scalars['ID']['output'];
  at: Scalars['DateTime']['output'];
  attempts: Scalars['Int']['output'];
  consumer: Scalars['String']['output'];
  /** Null for one that only waits. */
  error?: Maybe<Scalars['String']['output']>;
  eventId: Scalars['ID']['output'];
  /** Null once the fact has left the hot log. */
  eventType?: Maybe<Scalars['String']['output']>;
  position: Scalars['String']['output'];
  source: Scalars['String']['output'];
  status: DeadLetterStatus;
  /** The newest attempts, at most twenty, oldest first; empty for one that only waits. */
  timeline: Array<DeadLetterAttempt>;
  /** Null once the fact has left the hot log. */
  version?: Maybe<Scalars['Int']['output']>;
};

/** One try to handle a fact. The text holds no values of people. */
export type DeadLetterAttempt = {
  __typename?: 'DeadLetterAttempt';
  at: Scalars['DateTime']['output'];
  error: Scalars['String']['output'];
};

export type DeadLetterConnection = {
  __typename?: 'DeadLetterConnection';
  edges: Array<DeadLetterEdge>;
  pageInfo: PageInfo;
};

export type DeadLetterDiscardInput = {
  consumer: Scalars['String']['input'];
  eventId: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** At least 10 characters. */
  reason: Scalars['String']['input'];
};

export type DeadLetterDiscardPayload = {
  __typename?: 'DeadLetterDiscardPayload';
  eventId?: Maybe<Scalars['ID']['output']>;
  userErrors: Array<UserError>;
};

export type DeadLetterEdge = {
  __typename?: 'DeadLetterEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<DeadLetter>;
};

/** Exactly one of `eventIds`, `error` and `all` says which. */
export type DeadLetterRetryInput = {
  all?: Scalars['Boolean']['input'];
  consumer: Scalars['String']['input'];
  /** Those whose error holds this text. */
  error?: InputMaybe<Scalars['String']['input']>;
  /** At most 1,000. */
  eventIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type DeadLetterRetryPayload = {
  __typename?: 'DeadLetterRetryPayload';
  /** Aggregates whose next fact failed again; they stay parked. */
  failedAggregateIds?: Maybe<Array<Scalars['ID']['output']>>;
  /** Facts handled by now. */
  resolved?: Maybe<Scalars['Int']['output']>;
  userErrors: Array<UserError>;
};

export type DeadLetterStatus =
  | 'DISCARDED'
  | 'PARKED'
  | 'RESOLVED'
  | 'RETRYING';

/** A fact as it was recorded, brought to the newest version of its type. */
export type DomainEvent = {
  __typename?: 'DomainEvent';
  /** Null for jobs. */
  actor?: Maybe<User>;
  aggregateId: Scalars['ID']['output'];
  aggregateType: Scalars['String']['output'];
  causationId?: Maybe<Scalars['ID']['output']>;
  correlationId: Scalars['ID']['output'];
  /** Personal values are null once the person was erased, and `***` for callers who may not read them. */
  data: Scalars['JSON']['output'];
  id: Scalars['ID']['output'];
  /** Context that announced it. */
  module: Scalars['String']['output'];
  /** Place in the context's log; null where it was not looked up. */
  position?: Maybe<Scalars['String']['output']>;
  recordedAt: Scalars['DateTime']['output'];
  schemaVersion: Scalars['Int']['output'];
  territory?: Maybe<Territory>;
  time: Scalars['DateTime']['output'];
  type: Scalars['String']['output'];
  /** 1, 2, 3 … without gaps per aggregate. */
  version: Scalars['Int']['output'];
};

export type DomainEventConnection = {
  __typename?: 'DomainEventConnection';
  edges: Array<DomainEventEdge>;
  pageInfo: PageInfo;
};

export type DomainEventEdge = {
  __typename?: 'DomainEventEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<DomainEvent>;
};

/** What remembers outside the database who was erased. */
export type ErasureJournal = {
  __typename?: 'ErasureJournal';
  directory: Scalars['String']['output'];
  /** People it names. */
  persons: Scalars['Int']['output'];
  state: ErasureJournalState;
};

export type ErasureJournalBeginInput = {
  /** Without effect: a journal that is there is not begun anew. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** At least 10 characters. */
  reason: Scalars['String']['input'];
};

export type ErasureJournalPayload = {
  __typename?: 'ErasureJournalPayload';
  journal?: Maybe<ErasureJournal>;
  userErrors: Array<UserError>;
};

export type ErasureJournalState =
  /** The one in the folder belongs to another database. */
  | 'FOREIGN'
  | 'MISSING'
  /** The database has none yet; it gets one at its next start. */
  | 'NEW'
  | 'PRESENT';

export type ErasuresApplyInput = {
  /** Without effect: whoever is erased already stays so. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type ErasuresApplyPayload = {
  __typename?: 'ErasuresApplyPayload';
  applied?: Maybe<Scalars['Int']['output']>;
  userErrors: Array<UserError>;
};

/** Counts over the logs of all contexts. */
export type EventStatistics = {
  __typename?: 'EventStatistics';
  /** Of this week, most frequent first. */
  eventsByType: Array<EventTypeCount>;
  /** Since Monday. */
  eventsThisWeek: Scalars['Int']['output'];
  eventsToday: Scalars['Int']['output'];
  /** People who recorded most this week, at most ten; jobs are not counted. */
  topUsers: Array<EventUserCount>;
  totalEvents: Scalars['Int']['output'];
};

export type EventStreamName =
  | 'ALL'
  | 'CUSTOMERS'
  | 'LEADS'
  | 'OPPORTUNITIES'
  /** What belongs to none of the three: people, messages, settings, figures. */
  | 'SYSTEM';

/** Where a consumer stands in the log of one context. */
export type EventSubscription = {
  __typename?: 'EventSubscription';
  consumer: Scalars['String']['output'];
  /** Of all shards, told with the first. */
  deadLetters: Scalars['Int']['output'];
  /** Facts behind the newest one, whether it listens to them or not. */
  lagEvents: Scalars['Int']['output'];
  /** Null while nothing failed. */
  lastError?: Maybe<Scalars['String']['output']>;
  /** Everything up to here is handled. */
  position: Scalars['String']['output'];
  /** After five failures in a row it rests until then; null while it does not. */
  restsUntil?: Maybe<Scalars['DateTime']['output']>;
  /** 0 for one that is not split. */
  shard: Scalars['Int']['output'];
  /** Into how many it is split by aggregate, each with a lease and a checkpoint of its own. */
  shards: Scalars['Int']['output'];
  /** Context whose facts it handles. */
  source: Scalars['String']['output'];
  status: ConsumerStatus;
};

/** How often one type of fact was recorded. */
export type EventTypeCount = {
  __typename?: 'EventTypeCount';
  count: Scalars['Int']['output'];
  type: Scalars['String']['output'];
};

/** How many facts one person recorded. */
export type EventUserCount = {
  __typename?: 'EventUserCount';
  count: Scalars['Int']['output'];
  user: User;
};

export type LogArchiveInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** 30 at least. */
  olderThanDays: Scalars['Int']['input'];
  /** At least 10 characters. */
  reason: Scalars['String']['input'];
};

export type LogArchivePayload = {
  __typename?: 'LogArchivePayload';
  /** Names of the segments, with their context. */
  segments?: Maybe<Array<Scalars['String']['output']>>;
  userErrors: Array<UserError>;
};

export type LogRebaseInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** At least 10 characters. */
  reason: Scalars['String']['input'];
};

export type LogRebasePayload = {
  __typename?: 'LogRebasePayload';
  /** Facts that had no position yet. */
  logged?: Maybe<Scalars['Int']['output']>;
  userErrors: Array<UserError>;
};

/** The signed-in person and what he may do. */
export type Me = {
  __typename?: 'Me';
  roles: Array<Scalars['String']['output']>;
  scopes: Array<Scalars['String']['output']>;
  territories: Array<Territory>;
  user: User;
};

export type Mutation = {
  __typename?: 'Mutation';
  /** For the gateway alone: somebody was turned away from a mutation. */
  accessDenialRecord: AccessDenialPayload;
  /** Stops a consumer at its checkpoint; nothing is lost, it catches up when it goes on. */
  consumerPause: ConsumerPayload;
  /** Lets a paused or failed consumer go on. */
  consumerResume: ConsumerPayload;
  /** Splits a consumer into as many shards, 1 to 8; facts of one aggregate stay in order and none is handled twice. */
  consumerSplit: ConsumerPayload;
  /** Gives one parked fact up for good. */
  deadLetterDiscard: DeadLetterDiscardPayload;
  /** Handles parked facts again, each aggregate from its first one on and in order; at most 1,000 facts per call. */
  deadLetterRetry: DeadLetterRetryPayload;
  /** For the terminal alone: begins the journal of erasures anew where it is lost. */
  erasureJournalBegin: ErasureJournalPayload;
  /** At start alone: erases anew whom a restored database brought back. */
  erasuresApply: ErasuresApplyPayload;
  /** For the terminal alone: moves full segments that are old enough into files. */
  logArchive: LogArchivePayload;
  /** For the terminal alone: takes over logs that were restored from another cluster. */
  logRebase: LogRebasePayload;
  /** Fills a projection anew from the log while it serves. Answers at once; `replayJobs` tells how far it is. */
  projectionRebuild: ReplayJobPayload;
  /** Ends a rebuild that is not over; the old rows stay. */
  projectionRebuildCancel: ReplayJobPayload;
  /** For the terminal alone: destroys a person's key at once and announces it. */
  subjectErase: SubjectErasePayload;
  /** Approves somebody else's request: the person is erased half an hour later. */
  subjectErasureApprove: SubjectRequestPayload;
  /** Takes a request back as long as nothing was erased, approved or not. */
  subjectErasureCancel: SubjectRequestPayload;
  /** Refuses somebody else's request. */
  subjectErasureReject: SubjectRequestPayload;
  /** Asks for the erasure of a person. It needs the approval of somebody else and half an hour after that; unapproved it expires after seven days. */
  subjectErasureRequest: SubjectRequestPayload;
  /** For the terminal alone: everything recorded about a person, in clear. */
  subjectExport: SubjectExportPayload;
  /** For the terminal alone: nothing of the person may be erased until it is released. */
  subjectHold: SubjectHoldPayload;
  /** For the terminal alone: lifts a legal hold. */
  subjectRelease: SubjectHoldPayload;
  /** Keeps a person's data from being used (Art. 18 GDPR): no mails, no follow-ups, hidden from sales. A subject is a lead, for its own e-mail and telephone, or one of its contacts. */
  subjectRestrict: SubjectRestrictionPayload;
  /** Lifts a restriction: the data may be used again. */
  subjectUnrestrict: SubjectRestrictionPayload;
  /** A disabled person is signed out everywhere within seconds. */
  userDisable: UserPayload;
  /** Lets a person of the identity provider in, with roles for display and territories that count. */
  userRegister: UserPayload;
  /** Replaces a person's territories from now on; effective at once in queries, caches and open streams. */
  userTerritoriesSet: UserPayload;
};


export type MutationAccessDenialRecordArgs = {
  input: AccessDenialInput;
};


export type MutationConsumerPauseArgs = {
  input: ConsumerPauseInput;
};


export type MutationConsumerResumeArgs = {
  input: ConsumerResumeInput;
};


export type MutationConsumerSplitArgs = {
  input: ConsumerSplitInput;
};


export type MutationDeadLetterDiscardArgs = {
  input: DeadLetterDiscardInput;
};


export type MutationDeadLetterRetryArgs = {
  input: DeadLetterRetryInput;
};


export type MutationErasureJournalBeginArgs = {
  input: ErasureJournalBeginInput;
};


export type MutationErasuresApplyArgs = {
  input: ErasuresApplyInput;
};


export type MutationLogArchiveArgs = {
  input: LogArchiveInput;
};


export type MutationLogRebaseArgs = {
  input: LogRebaseInput;
};


export type MutationProjectionRebuildArgs = {
  input: ProjectionRebuildInput;
};


export type MutationProjectionRebuildCancelArgs = {
  input: ProjectionRebuildCancelInput;
};


export type MutationSubjectEraseArgs = {
  input: SubjectInput;
};


export type MutationSubjectErasureApproveArgs = {
  input: SubjectRequestDecisionInput;
};


export type MutationSubjectErasureCancelArgs = {
  input: SubjectRequestReasonInput;
};


export type MutationSubjectErasureRejectArgs = {
  input: SubjectRequestReasonInput;
};


export type MutationSubjectErasureRequestArgs = {
  input: SubjectErasureRequestInput;
};


export type MutationSubjectExportArgs = {
  input: SubjectInput;
};


export type MutationSubjectHoldArgs = {
  input: SubjectInput;
};


export type MutationSubjectReleaseArgs = {
  input: SubjectInput;
};


export type MutationSubjectRestrictArgs = {
  input: SubjectRestrictionInput;
};


export type MutationSubjectUnrestrictArgs = {
  input: SubjectRestrictionInput;
};


export type MutationUserDisableArgs = {
  input: UserDisableInput;
};


export type MutationUserRegisterArgs = {
  input: UserRegisterInput;
};


export type MutationUserTerritoriesSetArgs = {
  input: UserTerritoriesSetInput;
};

/** Anything that can be fetched by its globally unique id. */
export type Node = {
  /** UUID, globally unique as it is. */
  id: Scalars['ID']['output'];
};

/** Where a page stands in its list; cursors are opaque. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Null on an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Null on an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

export type ProjectionRebuildCancelInput = {
  id: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type ProjectionRebuildInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Counts only; everything stays as it is. */
  isDryRun?: Scalars['Boolean']['input'];
  projection: Scalars['String']['input'];
  /** At least 10 characters. */
  reason: Scalars['String']['input'];
  /** For dry runs: last positions that count, such as `admin:12,leads:4`; other contexts count as a whole. */
  upToPosition?: InputMaybe<Scalars['String']['input']>;
  /** For dry runs: leaves out facts with a later event time. */
  upToTime?: InputMaybe<Scalars['DateTime']['input']>;
};

export type Query = {
  __typename?: 'Query';
  /** Who did what, newest first. */
  auditTrail: AuditConnection;
  /** Facts a consumer set aside, by source and position. */
  deadLetters: DeadLetterConnection;
  /** For the terminal alone: whether the journal of erasures is there; null where none is kept. */
  erasureJournal?: Maybe<ErasureJournal>;
  /** Counts over all logs; days and weeks are those of Berlin. */
  eventStatistics: EventStatistics;
  /** Every consumer of the backbone, once per context it listens to and shard. */
  eventSubscriptions: Array<EventSubscription>;
  /** What happened to one thing, in all contexts, oldest first. Personal values are masked for callers who may not read contacts. */
  events: DomainEventConnection;
  /** The signed-in person and his rights. */
  me: Me;
  /** Rebuilds that were asked for, newest first. */
  replayJobs: ReplayJobConnection;
  /** For the terminal alone: how far an erasure is. */
  subjectErasure?: Maybe<SubjectErasure>;
  /** Requests for the erasure of somebody, newest first. */
  subjectRequests: SubjectRequestConnection;
  /** Whether a person's data may not be used (Art. 18 GDPR); null when they may. */
  subjectRestriction?: Maybe<SubjectRestriction>;
  /** People who hold the territory, for assigning leads; at most 100. */
  territoryUsers: Array<User>;
  /** For the gateway alone: what the token does not say about its bearer; null for a stranger. */
  userRights?: Maybe<UserRights>;
  /** All users, by name. */
  users: UserConnection;
};


export type QueryAuditTrailArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AuditFilter>;
  first?: Scalars['Int']['input'];
};


export type QueryDeadLettersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  consumer: Scalars['String']['input'];
  first?: Scalars['Int']['input'];
};


export type QueryEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  aggregateId: Scalars['ID']['input'];
  first?: Scalars['Int']['input'];
};


export type QueryReplayJobsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


export type QuerySubjectErasureArgs = {
  id: Scalars['ID']['input'];
};


export type QuerySubjectRequestsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


export type QuerySubjectRestrictionArgs = {
  subjectId: Scalars['ID']['input'];
};


export type QueryTerritoryUsersArgs = {
  territory: Territory;
};


export type QueryUserRightsArgs = {
  id: Scalars['ID']['input'];
};


export type QueryUsersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};

/** A rebuild of a projection. */
export type ReplayJob = {
  __typename?: 'ReplayJob';
  error?: Maybe<Scalars['String']['output']>;
  /** Seconds left at this rate; null unless it runs. */
  etaSeconds?: Maybe<Scalars['Int']['output']>;
  /** Facts applied so far. */
  events: Scalars['Int']['output'];
  finishedAt?: Maybe<Scalars['DateTime']['output']>;
  id: Scalars['ID']['output'];
  isDryRun: Scalars['Boolean']['output'];
  projection: Scalars['String']['output'];
  /** Facts per second since the process at work has begun; null before the first. */
  rate?: Maybe<Scalars['Float']['output']>;
  requestedAt: Scalars['DateTime']['output'];
  requestedBy?: Maybe<User>;
  /** Of these, applied before its process ended and another one went on from there. */
  resumedEvents: Scalars['Int']['output'];
  startedAt?: Maybe<Scalars['DateTime']['output']>;
  status: ReplayJobStatus;
  /** Of a dry run that is done; null for any other. */
  tables?: Maybe<Array<ReplayTable>>;
  /** Facts there were to apply when it began; null before. */
  total?: Maybe<Scalars['Int']['output']>;
  /** Last positions that count, such as `admin:12,leads:4`; null for the present. */
  upToPosition?: Maybe<Scalars['String']['output']>;
  /** Facts with a later event time are left out; null for the present. */
  upToTime?: Maybe<Scalars['DateTime']['output']>;
};

export type ReplayJobConnection = {
  __typename?: 'ReplayJobConnection';
  edges: Array<ReplayJobEdge>;
  pageInfo: PageInfo;
};

export type ReplayJobEdge = {
  __typename?: 'ReplayJobEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<ReplayJob>;
};

export type ReplayJobPayload = {
  __typename?: 'ReplayJobPayload';
  replayJob?: Maybe<ReplayJob>;
  userErrors: Array<UserError>;
};

export type ReplayJobStatus =
  | 'CANCELLED'
  | 'DONE'
  | 'FAILED'
  | 'QUEUED'
  | 'RUNNING';

/** A table of a projection: its rows now, and as a rebuild would leave them. */
export type ReplayTable = {
  __typename?: 'ReplayTable';
  rows: Scalars['Int']['output'];
  rowsRebuilt: Scalars['Int']['output'];
  table: Scalars['String']['output'];
};

/** A value of a stream, and where to go on after it. */
export type StreamedEvent = {
  __typename?: 'StreamedEvent';
  event: DomainEvent;
  /** One position per context, such as `admin:12,leads:4`; opaque to clients. */
  position: Scalars['String']['output'];
};

export type SubjectErasePayload = {
  __typename?: 'SubjectErasePayload';
  erasure?: Maybe<SubjectErasure>;
  userErrors: Array<UserError>;
};

/** An erasure, and who has not handled it yet. */
export type SubjectErasure = {
  __typename?: 'SubjectErasure';
  id: Scalars['ID']['output'];
  /** Null while it is not logged. */
  position?: Maybe<Scalars['String']['output']>;
  /** Consumers; empty once everything is cleared, null while it is not logged. */
  waitingFor?: Maybe<Array<Scalars['String']['output']>>;
};

export type SubjectErasureRequestInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** At least 10 characters; no name in it, it outlives the person's key. */
  reason: Scalars['String']['input'];
  subjectId: Scalars['ID']['input'];
};

export type SubjectExportPayload = {
  __typename?: 'SubjectExportPayload';
  document?: Maybe<Scalars['JSON']['output']>;
  userErrors: Array<UserError>;
};

export type SubjectHoldPayload = {
  __typename?: 'SubjectHoldPayload';
  subjectId?: Maybe<Scalars['ID']['output']>;
  userErrors: Array<UserError>;
};

export type SubjectInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** At least 10 characters; for an export, how the identity was checked. */
  reason: Scalars['String']['input'];
  subjectId: Scalars['ID']['input'];
};

/** A request for the erasure of somebody, and what a second person said to it. */
export type SubjectRequest = {
  __typename?: 'SubjectRequest';
  approval: ApprovalStatus;
  /** Who approved or refused. */
  decidedBy?: Maybe<User>;
  executeAt?: Maybe<Scalars['DateTime']['output']>;
  /** Code of what stood against it. */
  failure?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  requestedAt: Scalars['DateTime']['output'];
  requestedBy: User;
  status: SubjectRequestStatus;
  subjectId: Scalars['ID']['output'];
};

export type SubjectRequestConnection = {
  __typename?: 'SubjectRequestConnection';
  edges: Array<SubjectRequestEdge>;
  pageInfo: PageInfo;
};

export type SubjectRequestDecisionInput = {
  id: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type SubjectRequestEdge = {
  __typename?: 'SubjectRequestEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<SubjectRequest>;
};

export type SubjectRequestPayload = {
  __typename?: 'SubjectRequestPayload';
  subjectRequest?: Maybe<SubjectRequest>;
  userErrors: Array<UserError>;
};

export type SubjectRequestReasonInput = {
  id: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** At least 10 characters. */
  reason: Scalars['String']['input'];
};

export type SubjectRequestStatus =
  | 'CANCELLED'
  | 'DONE'
  /** Something stood against it when its time came: `failure`. */
  | 'FAILED'
  | 'PROCESSING'
  | 'QUEUED';

/** Data that are kept and not used. */
export type SubjectRestriction = {
  __typename?: 'SubjectRestriction';
  restrictedAt: Scalars['DateTime']['output'];
  restrictedBy: User;
  subjectId: Scalars['ID']['output'];
};

export type SubjectRestrictionInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** At least 10 characters. */
  reason: Scalars['String']['input'];
  subjectId: Scalars['ID']['input'];
};

export type SubjectRestrictionPayload = {
  __typename?: 'SubjectRestrictionPayload';
  /** Null once it is lifted. */
  restriction?: Maybe<SubjectRestriction>;
  userErrors: Array<UserError>;
};

export type Subscription = {
  __typename?: 'Subscription';
  /** Facts as they are logged. `from` is a position of an earlier value of the same stream; without it, what comes from now on. */
  eventStream: StreamedEvent;
  /** For the gateway alone: a person's rights changed; caches and open streams of that person end. */
  userRightsChanged: UserRights;
};


export type SubscriptionEventStreamArgs = {
  from?: InputMaybe<Scalars['String']['input']>;
  name: EventStreamName;
};

/** A country room with data, currency and tax of its own. */
export type Territory =
  | 'AT'
  | 'CH'
  | 'DE';

/** A person who can sign in. */
export type User = Node & {
  __typename?: 'User';
  email?: Maybe<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  isDisabled?: Maybe<Scalars['Boolean']['output']>;
  login?: Maybe<Scalars['String']['output']>;
  /** Null after erasure. */
  name?: Maybe<Scalars['String']['output']>;
  roles?: Maybe<Array<Scalars['String']['output']>>;
  territories?: Maybe<Array<UserTerritory>>;
  version?: Maybe<Scalars['Int']['output']>;
};

export type UserConnection = {
  __typename?: 'UserConnection';
  edges: Array<UserEdge>;
  pageInfo: PageInfo;
};

export type UserDisableInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  reason: Scalars['String']['input'];
  userId: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

export type UserEdge = {
  __typename?: 'UserEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<User>;
};

/** An expected refusal: shown to the person, nothing was changed. */
export type UserError = {
  __typename?: 'UserError';
  /** Stable, for programs; the list stands in docs/errors.md. */
  code: Scalars['String']['output'];
  /** Path of the input field at fault; null when no single field is. */
  field?: Maybe<Scalars['String']['output']>;
  /** German, for people. */
  message: Scalars['String']['output'];
};

export type UserPayload = {
  __typename?: 'UserPayload';
  user?: Maybe<User>;
  userErrors: Array<UserError>;
};

export type UserRegisterInput = {
  email: Scalars['String']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  login: Scalars['String']['input'];
  name: Scalars['String']['input'];
  roles: Array<Scalars['String']['input']>;
  territories: Array<Territory>;
  /** The subject of the person's token. */
  userId: Scalars['ID']['input'];
};

/** Valid territories of a person, and whether he may come in at all. */
export type UserRights = {
  __typename?: 'UserRights';
  isDisabled: Scalars['Boolean']['output'];
  territories: Array<Territory>;
  userId: Scalars['ID']['output'];
};

export type UserTerritoriesSetInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  reason: Scalars['String']['input'];
  territories: Array<Territory>;
  userId: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

/** A right to one territory for a time. */
export type UserTerritory = {
  __typename?: 'UserTerritory';
  assignedBy?: Maybe<User>;
  territory: Territory;
  validFrom: Scalars['DateTime']['output'];
  /** Null while it has no end. */
  validTo?: Maybe<Scalars['DateTime']['output']>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  User: User;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( Shape<AuditEntry> )
    | ( Shape<User> )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AccessDenialInput: ResolverTypeWrapper<Shape<AccessDenialInput>>;
  String: ResolverTypeWrapper<Shape<Scalars['String']['output']>>;
  Int: ResolverTypeWrapper<Shape<Scalars['Int']['output']>>;
  ID: ResolverTypeWrapper<Shape<Scalars['ID']['output']>>;
  AccessDenialPayload: ResolverTypeWrapper<Shape<AccessDenialPayload>>;
  ApprovalStatus: ResolverTypeWrapper<Shape<ApprovalStatus>>;
  AuditConnection: ResolverTypeWrapper<Shape<AuditConnection>>;
  AuditEdge: ResolverTypeWrapper<Shape<AuditEdge>>;
  AuditEntry: ResolverTypeWrapper<Shape<AuditEntry>>;
  AuditFilter: ResolverTypeWrapper<Shape<AuditFilter>>;
  ConsumerPauseInput: ResolverTypeWrapper<Shape<ConsumerPauseInput>>;
  ConsumerPayload: ResolverTypeWrapper<Shape<ConsumerPayload>>;
  ConsumerResumeInput: ResolverTypeWrapper<Shape<ConsumerResumeInput>>;
  ConsumerSplitInput: ResolverTypeWrapper<Shape<ConsumerSplitInput>>;
  ConsumerStatus: ResolverTypeWrapper<Shape<ConsumerStatus>>;
  DateTime: ResolverTypeWrapper<Shape<Scalars['DateTime']['output']>>;
  DeadLetter: ResolverTypeWrapper<Shape<DeadLetter>>;
  DeadLetterAttempt: ResolverTypeWrapper<Shape<DeadLetterAttempt>>;
  DeadLetterConnection: ResolverTypeWrapper<Shape<DeadLetterConnection>>;
  DeadLetterDiscardInput: ResolverTypeWrapper<Shape<DeadLetterDiscardInput>>;
  DeadLetterDiscardPayload: ResolverTypeWrapper<Shape<DeadLetterDiscardPayload>>;
  DeadLetterEdge: ResolverTypeWrapper<Shape<DeadLetterEdge>>;
  DeadLetterRetryInput: ResolverTypeWrapper<Shape<DeadLetterRetryInput>>;
  Boolean: ResolverTypeWrapper<Shape<Scalars['Boolean']['output']>>;
  DeadLetterRetryPayload: ResolverTypeWrapper<Shape<DeadLetterRetryPayload>>;
  DeadLetterStatus: ResolverTypeWrapper<Shape<DeadLetterStatus>>;
  DomainEvent: ResolverTypeWrapper<Shape<DomainEvent>>;
  DomainEventConnection: ResolverTypeWrapper<Shape<DomainEventConnection>>;
  DomainEventEdge: ResolverTypeWrapper<Shape<DomainEventEdge>>;
  ErasureJournal: ResolverTypeWrapper<Shape<ErasureJournal>>;
  ErasureJournalBeginInput: ResolverTypeWrapper<Shape<ErasureJournalBeginInput>>;
  ErasureJournalPayload: ResolverTypeWrapper<Shape<ErasureJournalPayload>>;
  ErasureJournalState: ResolverTypeWrapper<Shape<ErasureJournalState>>;
  ErasuresApplyInput: ResolverTypeWrapper<Shape<ErasuresApplyInput>>;
  ErasuresApplyPayload: ResolverTypeWrapper<Shape<ErasuresApplyPayload>>;
  EventStatistics: ResolverTypeWrapper<Shape<EventStatistics>>;
  EventStreamName: ResolverTypeWrapper<Shape<EventStreamName>>;
  EventSubscription: ResolverTypeWrapper<Shape<EventSubscription>>;
  EventTypeCount: ResolverTypeWrapper<Shape<EventTypeCount>>;
  EventUserCount: ResolverTypeWrapper<Shape<EventUserCount>>;
  JSON: ResolverTypeWrapper<Shape<Scalars['JSON']['output']>>;
  LogArchiveInput: ResolverTypeWrapper<Shape<LogArchiveInput>>;
  LogArchivePayload: ResolverTypeWrapper<Shape<LogArchivePayload>>;
  LogRebaseInput: ResolverTypeWrapper<Shape<LogRebaseInput>>;
  LogRebasePayload: ResolverTypeWrapper<Shape<LogRebasePayload>>;
  Me: ResolverTypeWrapper<Shape<Me>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<Shape<PageInfo>>;
  ProjectionRebuildCancelInput: ResolverTypeWrapper<Shape<ProjectionRebuildCancelInput>>;
  ProjectionRebuildInput: ResolverTypeWrapper<Shape<ProjectionRebuildInput>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReplayJob: ResolverTypeWrapper<Shape<ReplayJob>>;
  Float: ResolverTypeWrapper<Shape<Scalars['Float']['output']>>;
  ReplayJobConnection: ResolverTypeWrapper<Shape<ReplayJobConnection>>;
  ReplayJobEdge: ResolverTypeWrapper<Shape<ReplayJobEdge>>;
  ReplayJobPayload: ResolverTypeWrapper<Shape<ReplayJobPayload>>;
  ReplayJobStatus: ResolverTypeWrapper<Shape<ReplayJobStatus>>;
  ReplayTable: ResolverTypeWrapper<Shape<ReplayTable>>;
  StreamedEvent: ResolverTypeWrapper<Shape<StreamedEvent>>;
  SubjectErasePayload: ResolverTypeWrapper<Shape<SubjectErasePayload>>;
  SubjectErasure: ResolverTypeWrapper<Shape<SubjectErasure>>;
  SubjectErasureRequestInput: ResolverTypeWrapper<Shape<SubjectErasureRequestInput>>;
  SubjectExportPayload: ResolverTypeWrapper<Shape<SubjectExportPayload>>;
  SubjectHoldPayload: ResolverTypeWrapper<Shape<SubjectHoldPayload>>;
  SubjectInput: ResolverTypeWrapper<Shape<SubjectInput>>;
  SubjectRequest: ResolverTypeWrapper<Shape<SubjectRequest>>;
  SubjectRequestConnection: ResolverTypeWrapper<Shape<SubjectRequestConnection>>;
  SubjectRequestDecisionInput: ResolverTypeWrapper<Shape<SubjectRequestDecisionInput>>;
  SubjectRequestEdge: ResolverTypeWrapper<Shape<SubjectRequestEdge>>;
  SubjectRequestPayload: ResolverTypeWrapper<Shape<SubjectRequestPayload>>;
  SubjectRequestReasonInput: ResolverTypeWrapper<Shape<SubjectRequestReasonInput>>;
  SubjectRequestStatus: ResolverTypeWrapper<Shape<SubjectRequestStatus>>;
  SubjectRestriction: ResolverTypeWrapper<Shape<SubjectRestriction>>;
  SubjectRestrictionInput: ResolverTypeWrapper<Shape<SubjectRestrictionInput>>;
  SubjectRestrictionPayload: ResolverTypeWrapper<Shape<SubjectRestrictionPayload>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Territory: ResolverTypeWrapper<Shape<Territory>>;
  User: ResolverTypeWrapper<Shape<User>>;
  UserConnection: ResolverTypeWrapper<Shape<UserConnection>>;
  UserDisableInput: ResolverTypeWrapper<Shape<UserDisableInput>>;
  UserEdge: ResolverTypeWrapper<Shape<UserEdge>>;
  UserError: ResolverTypeWrapper<Shape<UserError>>;
  UserPayload: ResolverTypeWrapper<Shape<UserPayload>>;
  UserRegisterInput: ResolverTypeWrapper<Shape<UserRegisterInput>>;
  UserRights: ResolverTypeWrapper<Shape<UserRights>>;
  UserTerritoriesSetInput: ResolverTypeWrapper<Shape<UserTerritoriesSetInput>>;
  UserTerritory: ResolverTypeWrapper<Shape<UserTerritory>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AccessDenialInput: Shape<AccessDenialInput>;
  String: Shape<Scalars['String']['output']>;
  Int: Shape<Scalars['Int']['output']>;
  ID: Shape<Scalars['ID']['output']>;
  AccessDenialPayload: Shape<AccessDenialPayload>;
  AuditConnection: Shape<AuditConnection>;
  AuditEdge: Shape<AuditEdge>;
  AuditEntry: Shape<AuditEntry>;
  AuditFilter: Shape<AuditFilter>;
  ConsumerPauseInput: Shape<ConsumerPauseInput>;
  ConsumerPayload: Shape<ConsumerPayload>;
  ConsumerResumeInput: Shape<ConsumerResumeInput>;
  ConsumerSplitInput: Shape<ConsumerSplitInput>;
  DateTime: Shape<Scalars['DateTime']['output']>;
  DeadLetter: Shape<DeadLetter>;
  DeadLetterAttempt: Shape<DeadLetterAttempt>;
  DeadLetterConnection: Shape<DeadLetterConnection>;
  DeadLetterDiscardInput: Shape<DeadLetterDiscardInput>;
  DeadLetterDiscardPayload: Shape<DeadLetterDiscardPayload>;
  DeadLetterEdge: Shape<DeadLetterEdge>;
  DeadLetterRetryInput: Shape<DeadLetterRetryInput>;
  Boolean: Shape<Scalars['Boolean']['output']>;
  DeadLetterRetryPayload: Shape<DeadLetterRetryPayload>;
  DomainEvent: Shape<DomainEvent>;
  DomainEventConnection: Shape<DomainEventConnection>;
  DomainEventEdge: Shape<DomainEventEdge>;
  ErasureJournal: Shape<ErasureJournal>;
  ErasureJournalBeginInput: Shape<ErasureJournalBeginInput>;
  ErasureJournalPayload: Shape<ErasureJournalPayload>;
  ErasuresApplyInput: Shape<ErasuresApplyInput>;
  ErasuresApplyPayload: Shape<ErasuresApplyPayload>;
  EventStatistics: Shape<EventStatistics>;
  EventSubscription: Shape<EventSubscription>;
  EventTypeCount: Shape<EventTypeCount>;
  EventUserCount: Shape<EventUserCount>;
  JSON: Shape<Scalars['JSON']['output']>;
  LogArchiveInput: Shape<LogArchiveInput>;
  LogArchivePayload: Shape<LogArchivePayload>;
  LogRebaseInput: Shape<LogRebaseInput>;
  LogRebasePayload: Shape<LogRebasePayload>;
  Me: Shape<Me>;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: Shape<PageInfo>;
  ProjectionRebuildCancelInput: Shape<ProjectionRebuildCancelInput>;
  ProjectionRebuildInput: Shape<ProjectionRebuildInput>;
  Query: Record<PropertyKey, never>;
  ReplayJob: Shape<ReplayJob>;
  Float: Shape<Scalars['Float']['output']>;
  ReplayJobConnection: Shape<ReplayJobConnection>;
  ReplayJobEdge: Shape<ReplayJobEdge>;
  ReplayJobPayload: Shape<ReplayJobPayload>;
  ReplayTable: Shape<ReplayTable>;
  StreamedEvent: Shape<StreamedEvent>;
  SubjectErasePayload: Shape<SubjectErasePayload>;
  SubjectErasure: Shape<SubjectErasure>;
  SubjectErasureRequestInput: Shape<SubjectErasureRequestInput>;
  SubjectExportPayload: Shape<SubjectExportPayload>;
  SubjectHoldPayload: Shape<SubjectHoldPayload>;
  SubjectInput: Shape<SubjectInput>;
  SubjectRequest: Shape<SubjectRequest>;
  SubjectRequestConnection: Shape<SubjectRequestConnection>;
  SubjectRequestDecisionInput: Shape<SubjectRequestDecisionInput>;
  SubjectRequestEdge: Shape<SubjectRequestEdge>;
  SubjectRequestPayload: Shape<SubjectRequestPayload>;
  SubjectRequestReasonInput: Shape<SubjectRequestReasonInput>;
  SubjectRestriction: Shape<SubjectRestriction>;
  SubjectRestrictionInput: Shape<SubjectRestrictionInput>;
  SubjectRestrictionPayload: Shape<SubjectRestrictionPayload>;
  Subscription: Record<PropertyKey, never>;
  User: Shape<User | FederationReferenceTypes['User']>;
  UserConnection: Shape<UserConnection>;
  UserDisableInput: Shape<UserDisableInput>;
  UserEdge: Shape<UserEdge>;
  UserError: Shape<UserError>;
  UserPayload: Shape<UserPayload>;
  UserRegisterInput: Shape<UserRegisterInput>;
  UserRights: Shape<UserRights>;
  UserTerritoriesSetInput: Shape<UserTerritoriesSetInput>;
  UserTerritory: Shape<UserTerritory>;
};

export type AccessDenialPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['AccessDenialPayload'] = ResolversParentTypes['AccessDenialPayload']> = {
  denialId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AuditConnectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['AuditConnection'] = ResolversParentTypes['AuditConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AuditEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AuditEdgeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['AuditEdge'] = ResolversParentTypes['AuditEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['AuditEntry']>, ParentType, ContextType>;
};

export type AuditEntryResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['AuditEntry'] = ResolversParentTypes['AuditEntry']> = {
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  after?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  correlationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  resourceId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  resourceType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  riskTier?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  territory?: Resolver<Maybe<ResolversTypes['Territory']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConsumerPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ConsumerPayload'] = ResolversParentTypes['ConsumerPayload']> = {
  eventSubscriptions?: Resolver<Maybe<Array<ResolversTypes['EventSubscription']>>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeadLetterResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['DeadLetter'] = ResolversParentTypes['DeadLetter']> = {
  aggregateId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  consumer?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  eventId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  eventType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DeadLetterStatus'], ParentType, ContextType>;
  timeline?: Resolver<Array<ResolversTypes['DeadLetterAttempt']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type DeadLetterAttemptResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['DeadLetterAttempt'] = ResolversParentTypes['DeadLetterAttempt']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  error?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DeadLetterConnectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['DeadLetterConnection'] = ResolversParentTypes['DeadLetterConnection']> = {
  edges?: Resolver<Array<ResolversTypes['DeadLetterEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DeadLetterDiscardPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['DeadLetterDiscardPayload'] = ResolversParentTypes['DeadLetterDiscardPayload']> = {
  eventId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeadLetterEdgeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['DeadLetterEdge'] = ResolversParentTypes['DeadLetterEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['DeadLetter']>, ParentType, ContextType>;
};

export type DeadLetterRetryPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['DeadLetterRetryPayload'] = ResolversParentTypes['DeadLetterRetryPayload']> = {
  failedAggregateIds?: Resolver<Maybe<Array<ResolversTypes['ID']>>, ParentType, ContextType>;
  resolved?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DomainEventResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['DomainEvent'] = ResolversParentTypes['DomainEvent']> = {
  actor?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  aggregateId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  aggregateType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  causationId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  correlationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  data?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  module?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  recordedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  schemaVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  territory?: Resolver<Maybe<ResolversTypes['Territory']>, ParentType, ContextType>;
  time?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DomainEventConnectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['DomainEventConnection'] = ResolversParentTypes['DomainEventConnection']> = {
  edges?: Resolver<Array<ResolversTypes['DomainEventEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DomainEventEdgeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['DomainEventEdge'] = ResolversParentTypes['DomainEventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['DomainEvent']>, ParentType, ContextType>;
};

export type ErasureJournalResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ErasureJournal'] = ResolversParentTypes['ErasureJournal']> = {
  directory?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  persons?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ErasureJournalState'], ParentType, ContextType>;
};

export type ErasureJournalPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ErasureJournalPayload'] = ResolversParentTypes['ErasureJournalPayload']> = {
  journal?: Resolver<Maybe<ResolversTypes['ErasureJournal']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ErasuresApplyPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ErasuresApplyPayload'] = ResolversParentTypes['ErasuresApplyPayload']> = {
  applied?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type EventStatisticsResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['EventStatistics'] = ResolversParentTypes['EventStatistics']> = {
  eventsByType?: Resolver<Array<ResolversTypes['EventTypeCount']>, ParentType, ContextType>;
  eventsThisWeek?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  eventsToday?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  topUsers?: Resolver<Array<ResolversTypes['EventUserCount']>, ParentType, ContextType>;
  totalEvents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EventSubscriptionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['EventSubscription'] = ResolversParentTypes['EventSubscription']> = {
  consumer?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  deadLetters?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lagEvents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  restsUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  shard?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  shards?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ConsumerStatus'], ParentType, ContextType>;
};

export type EventTypeCountResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['EventTypeCount'] = ResolversParentTypes['EventTypeCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type EventUserCountResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['EventUserCount'] = ResolversParentTypes['EventUserCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type LogArchivePayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LogArchivePayload'] = ResolversParentTypes['LogArchivePayload']> = {
  segments?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type LogRebasePayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LogRebasePayload'] = ResolversParentTypes['LogRebasePayload']> = {
  logged?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Me'] = ResolversParentTypes['Me']> = {
  roles?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  territories?: Resolver<Array<ResolversTypes['Territory']>, ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  accessDenialRecord?: Resolver<ResolversTypes['AccessDenialPayload'], ParentType, ContextType, RequireFields<MutationAccessDenialRecordArgs, 'input'>>;
  consumerPause?: Resolver<ResolversTypes['ConsumerPayload'], ParentType, ContextType, RequireFields<MutationConsumerPauseArgs, 'input'>>;
  consumerResume?: Resolver<ResolversTypes['ConsumerPayload'], ParentType, ContextType, RequireFields<MutationConsumerResumeArgs, 'input'>>;
  consumerSplit?: Resolver<ResolversTypes['ConsumerPayload'], ParentType, ContextType, RequireFields<MutationConsumerSplitArgs, 'input'>>;
  deadLetterDiscard?: Resolver<ResolversTypes['DeadLetterDiscardPayload'], ParentType, ContextType, RequireFields<MutationDeadLetterDiscardArgs, 'input'>>;
  deadLetterRetry?: Resolver<ResolversTypes['DeadLetterRetryPayload'], ParentType, ContextType, RequireFields<MutationDeadLetterRetryArgs, 'input'>>;
  erasureJournalBegin?: Resolver<ResolversTypes['ErasureJournalPayload'], ParentType, ContextType, RequireFields<MutationErasureJournalBeginArgs, 'input'>>;
  erasuresApply?: Resolver<ResolversTypes['ErasuresApplyPayload'], ParentType, ContextType, RequireFields<MutationErasuresApplyArgs, 'input'>>;
  logArchive?: Resolver<ResolversTypes['LogArchivePayload'], ParentType, ContextType, RequireFields<MutationLogArchiveArgs, 'input'>>;
  logRebase?: Resolver<ResolversTypes['LogRebasePayload'], ParentType, ContextType, RequireFields<MutationLogRebaseArgs, 'input'>>;
  projectionRebuild?: Resolver<ResolversTypes['ReplayJobPayload'], ParentType, ContextType, RequireFields<MutationProjectionRebuildArgs, 'input'>>;
  projectionRebuildCancel?: Resolver<ResolversTypes['ReplayJobPayload'], ParentType, ContextType, RequireFields<MutationProjectionRebuildCancelArgs, 'input'>>;
  subjectErase?: Resolver<ResolversTypes['SubjectErasePayload'], ParentType, ContextType, RequireFields<MutationSubjectEraseArgs, 'input'>>;
  subjectErasureApprove?: Resolver<ResolversTypes['SubjectRequestPayload'], ParentType, ContextType, RequireFields<MutationSubjectErasureApproveArgs, 'input'>>;
  subjectErasureCancel?: Resolver<ResolversTypes['SubjectRequestPayload'], ParentType, ContextType, RequireFields<MutationSubjectErasureCancelArgs, 'input'>>;
  subjectErasureReject?: Resolver<ResolversTypes['SubjectRequestPayload'], ParentType, ContextType, RequireFields<MutationSubjectErasureRejectArgs, 'input'>>;
  subjectErasureRequest?: Resolver<ResolversTypes['SubjectRequestPayload'], ParentType, ContextType, RequireFields<MutationSubjectErasureRequestArgs, 'input'>>;
  subjectExport?: Resolver<ResolversTypes['SubjectExportPayload'], ParentType, ContextType, RequireFields<MutationSubjectExportArgs, 'input'>>;
  subjectHold?: Resolver<ResolversTypes['SubjectHoldPayload'], ParentType, ContextType, RequireFields<MutationSubjectHoldArgs, 'input'>>;
  subjectRelease?: Resolver<ResolversTypes['SubjectHoldPayload'], ParentType, ContextType, RequireFields<MutationSubjectReleaseArgs, 'input'>>;
  subjectRestrict?: Resolver<ResolversTypes['SubjectRestrictionPayload'], ParentType, ContextType, RequireFields<MutationSubjectRestrictArgs, 'input'>>;
  subjectUnrestrict?: Resolver<ResolversTypes['SubjectRestrictionPayload'], ParentType, ContextType, RequireFields<MutationSubjectUnrestrictArgs, 'input'>>;
  userDisable?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationUserDisableArgs, 'input'>>;
  userRegister?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationUserRegisterArgs, 'input'>>;
  userTerritoriesSet?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationUserTerritoriesSetArgs, 'input'>>;
};

export type NodeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'AuditEntry' | 'User', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  auditTrail?: Resolver<ResolversTypes['AuditConnection'], ParentType, ContextType, RequireFields<QueryAuditTrailArgs, 'first'>>;
  deadLetters?: Resolver<ResolversTypes['DeadLetterConnection'], ParentType, ContextType, RequireFields<QueryDeadLettersArgs, 'consumer' | 'first'>>;
  erasureJournal?: Resolver<Maybe<ResolversTypes['ErasureJournal']>, ParentType, ContextType>;
  eventStatistics?: Resolver<ResolversTypes['EventStatistics'], ParentType, ContextType>;
  eventSubscriptions?: Resolver<Array<ResolversTypes['EventSubscription']>, ParentType, ContextType>;
  events?: Resolver<ResolversTypes['DomainEventConnection'], ParentType, ContextType, RequireFields<QueryEventsArgs, 'aggregateId' | 'first'>>;
  me?: Resolver<ResolversTypes['Me'], ParentType, ContextType>;
  replayJobs?: Resolver<ResolversTypes['ReplayJobConnection'], ParentType, ContextType, RequireFields<QueryReplayJobsArgs, 'first'>>;
  subjectErasure?: Resolver<Maybe<ResolversTypes['SubjectErasure']>, ParentType, ContextType, RequireFields<QuerySubjectErasureArgs, 'id'>>;
  subjectRequests?: Resolver<ResolversTypes['SubjectRequestConnection'], ParentType, ContextType, RequireFields<QuerySubjectRequestsArgs, 'first'>>;
  subjectRestriction?: Resolver<Maybe<ResolversTypes['SubjectRestriction']>, ParentType, ContextType, RequireFields<QuerySubjectRestrictionArgs, 'subjectId'>>;
  territoryUsers?: Resolver<Array<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryTerritoryUsersArgs, 'territory'>>;
  userRights?: Resolver<Maybe<ResolversTypes['UserRights']>, ParentType, ContextType, RequireFields<QueryUserRightsArgs, 'id'>>;
  users?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, RequireFields<QueryUsersArgs, 'first'>>;
};

export type ReplayJobResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ReplayJob'] = ResolversParentTypes['ReplayJob']> = {
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  etaSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  events?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isDryRun?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  projection?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  requestedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  requestedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  resumedEvents?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ReplayJobStatus'], ParentType, ContextType>;
  tables?: Resolver<Maybe<Array<ResolversTypes['ReplayTable']>>, ParentType, ContextType>;
  total?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  upToPosition?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  upToTime?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ReplayJobConnectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ReplayJobConnection'] = ResolversParentTypes['ReplayJobConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ReplayJobEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ReplayJobEdgeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ReplayJobEdge'] = ResolversParentTypes['ReplayJobEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['ReplayJob']>, ParentType, ContextType>;
};

export type ReplayJobPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ReplayJobPayload'] = ResolversParentTypes['ReplayJobPayload']> = {
  replayJob?: Resolver<Maybe<ResolversTypes['ReplayJob']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ReplayTableResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ReplayTable'] = ResolversParentTypes['ReplayTable']> = {
  rows?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rowsRebuilt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  table?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type StreamedEventResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['StreamedEvent'] = ResolversParentTypes['StreamedEvent']> = {
  event?: Resolver<ResolversTypes['DomainEvent'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SubjectErasePayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['SubjectErasePayload'] = ResolversParentTypes['SubjectErasePayload']> = {
  erasure?: Resolver<Maybe<ResolversTypes['SubjectErasure']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubjectErasureResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['SubjectErasure'] = ResolversParentTypes['SubjectErasure']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  waitingFor?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
};

export type SubjectExportPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['SubjectExportPayload'] = ResolversParentTypes['SubjectExportPayload']> = {
  document?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubjectHoldPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['SubjectHoldPayload'] = ResolversParentTypes['SubjectHoldPayload']> = {
  subjectId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubjectRequestResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['SubjectRequest'] = ResolversParentTypes['SubjectRequest']> = {
  approval?: Resolver<ResolversTypes['ApprovalStatus'], ParentType, ContextType>;
  decidedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  executeAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  requestedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  requestedBy?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SubjectRequestStatus'], ParentType, ContextType>;
  subjectId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type SubjectRequestConnectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['SubjectRequestConnection'] = ResolversParentTypes['SubjectRequestConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SubjectRequestEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SubjectRequestEdgeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['SubjectRequestEdge'] = ResolversParentTypes['SubjectRequestEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['SubjectRequest']>, ParentType, ContextType>;
};

export type SubjectRequestPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['SubjectRequestPayload'] = ResolversParentTypes['SubjectRequestPayload']> = {
  subjectRequest?: Resolver<Maybe<ResolversTypes['SubjectRequest']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubjectRestrictionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['SubjectRestriction'] = ResolversParentTypes['SubjectRestriction']> = {
  restrictedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  restrictedBy?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
  subjectId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type SubjectRestrictionPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['SubjectRestrictionPayload'] = ResolversParentTypes['SubjectRestrictionPayload']> = {
  restriction?: Resolver<Maybe<ResolversTypes['SubjectRestriction']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  eventStream?: SubscriptionResolver<ResolversTypes['StreamedEvent'], "eventStream", ParentType, ContextType, RequireFields<SubscriptionEventStreamArgs, 'name'>>;
  userRightsChanged?: SubscriptionResolver<ResolversTypes['UserRights'], "userRightsChanged", ParentType, ContextType>;
};

export type UserResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isDisabled?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  login?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  roles?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  territories?: Resolver<Maybe<Array<ResolversTypes['UserTerritory']>>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserConnectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<Array<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type UserPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['UserPayload'] = ResolversParentTypes['UserPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UserRightsResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['UserRights'] = ResolversParentTypes['UserRights']> = {
  isDisabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  territories?: Resolver<Array<ResolversTypes['Territory']>, ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type UserTerritoryResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['UserTerritory'] = ResolversParentTypes['UserTerritory']> = {
  assignedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  territory?: Resolver<ResolversTypes['Territory'], ParentType, ContextType>;
  validFrom?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  validTo?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = ResolverContext> = {
  AccessDenialPayload?: AccessDenialPayloadResolvers<ContextType>;
  AuditConnection?: AuditConnectionResolvers<ContextType>;
  AuditEdge?: AuditEdgeResolvers<ContextType>;
  AuditEntry?: AuditEntryResolvers<ContextType>;
  ConsumerPayload?: ConsumerPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeadLetter?: DeadLetterResolvers<ContextType>;
  DeadLetterAttempt?: DeadLetterAttemptResolvers<ContextType>;
  DeadLetterConnection?: DeadLetterConnectionResolvers<ContextType>;
  DeadLetterDiscardPayload?: DeadLetterDiscardPayloadResolvers<ContextType>;
  DeadLetterEdge?: DeadLetterEdgeResolvers<ContextType>;
  DeadLetterRetryPayload?: DeadLetterRetryPayloadResolvers<ContextType>;
  DomainEvent?: DomainEventResolvers<ContextType>;
  DomainEventConnection?: DomainEventConnectionResolvers<ContextType>;
  DomainEventEdge?: DomainEventEdgeResolvers<ContextType>;
  ErasureJournal?: ErasureJournalResolvers<ContextType>;
  ErasureJournalPayload?: ErasureJournalPayloadResolvers<ContextType>;
  ErasuresApplyPayload?: ErasuresApplyPayloadResolvers<ContextType>;
  EventStatistics?: EventStatisticsResolvers<ContextType>;
  EventSubscription?: EventSubscriptionResolvers<ContextType>;
  EventTypeCount?: EventTypeCountResolvers<ContextType>;
  EventUserCount?: EventUserCountResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  LogArchivePayload?: LogArchivePayloadResolvers<ContextType>;
  LogRebasePayload?: LogRebasePayloadResolvers<ContextType>;
  Me?: MeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  ReplayJob?: ReplayJobResolvers<ContextType>;
  ReplayJobConnection?: ReplayJobConnectionResolvers<ContextType>;
  ReplayJobEdge?: ReplayJobEdgeResolvers<ContextType>;
  ReplayJobPayload?: ReplayJobPayloadResolvers<ContextType>;
  ReplayTable?: ReplayTableResolvers<ContextType>;
  StreamedEvent?: StreamedEventResolvers<ContextType>;
  SubjectErasePayload?: SubjectErasePayloadResolvers<ContextType>;
  SubjectErasure?: SubjectErasureResolvers<ContextType>;
  SubjectExportPayload?: SubjectExportPayloadResolvers<ContextType>;
  SubjectHoldPayload?: SubjectHoldPayloadResolvers<ContextType>;
  SubjectRequest?: SubjectRequestResolvers<ContextType>;
  SubjectRequestConnection?: SubjectRequestConnectionResolvers<ContextType>;
  SubjectRequestEdge?: SubjectRequestEdgeResolvers<ContextType>;
  SubjectRequestPayload?: SubjectRequestPayloadResolvers<ContextType>;
  SubjectRestriction?: SubjectRestrictionResolvers<ContextType>;
  SubjectRestrictionPayload?: SubjectRestrictionPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  UserPayload?: UserPayloadResolvers<ContextType>;
  UserRights?: UserRightsResolvers<ContextType>;
  UserTerritory?: UserTerritoryResolvers<ContextType>;
};

