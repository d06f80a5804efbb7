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
  _FieldSet: { input: unknown; output: unknown; }
};

export type Activity = Node & {
  __typename?: 'Activity';
  at: Scalars['DateTime']['output'];
  category: NoteCategory;
  /** Null for entries of the system. */
  createdBy?: Maybe<User>;
  id: Scalars['ID']['output'];
  /** Counts as proof of progress and renews protection; decided when it was recorded. */
  isEvidenced: Scalars['Boolean']['output'];
  kind: ActivityKind;
  leadId?: Maybe<Scalars['ID']['output']>;
  /** Null where the caller's focus does not cover the note. */
  note?: Maybe<Scalars['String']['output']>;
  outcome?: Maybe<ActivityOutcome>;
  territory: Territory;
  /** Version that a correction must name. */
  version: Scalars['Int']['output'];
  visibility: NoteVisibility;
};

export type ActivityConnection = {
  __typename?: 'ActivityConnection';
  edges: Array<ActivityEdge>;
  pageInfo: PageInfo;
};

export type ActivityCorrectInput = {
  activityId: Scalars['ID']['input'];
  at?: InputMaybe<Scalars['DateTime']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  kind?: InputMaybe<ActivityKind>;
  note?: InputMaybe<Scalars['String']['input']>;
  outcome?: InputMaybe<ActivityOutcome>;
  version: Scalars['Int']['input'];
};

export type ActivityEdge = {
  __typename?: 'ActivityEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<Activity>;
};

export type ActivityKind =
  | 'CALCULATOR_USED'
  | 'CALL'
  | 'CLOCK_RESUMED'
  | 'CLOCK_STOPPED'
  | 'CONTRACT_RENEWAL'
  | 'CREATED'
  | 'CUSTOMER_REACTION'
  | 'DECISION_ALIGNMENT'
  | 'DELETED'
  | 'DEMO'
  | 'DOCUMENT_SENT'
  | 'EMAIL'
  | 'EMAIL_RECEIVED'
  | 'EXPANSION_CALL'
  | 'EXPIRED'
  | 'FIRST_CONTACT_DOCUMENTED'
  | 'FOLLOW_UP'
  | 'GRACE_PERIOD_STARTED'
  | 'LEAD_ASSIGNED'
  | 'MEETING'
  | 'MENU_INTEGRATION'
  | 'NOTE'
  | 'ORDER'
  | 'PRODUCTTEST_FEEDBACK'
  | 'PRODUCT_DEMO'
  | 'PROPOSAL_SENT'
  | 'QUALIFIED_CALL'
  | 'QUALITY_CHECK'
  | 'REACTIVATED'
  | 'REMINDER_SENT'
  | 'ROI_CONSULTATION'
  | 'ROI_PRESENTATION'
  | 'SAMPLE_FEEDBACK'
  | 'SAMPLE_SENT'
  | 'SCHEDULED_FOLLOWUP'
  | 'STAGE_CHANGED'
  | 'STATUS_CHANGE'
  | 'TASK'
  | 'TRAINING';

export type ActivityLogInput = {
  /** Not in the future; now when absent. */
  at?: InputMaybe<Scalars['DateTime']['input']>;
  category?: NoteCategory;
  contactId?: InputMaybe<Scalars['ID']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  kind: ActivityKind;
  leadId: Scalars['ID']['input'];
  note?: InputMaybe<Scalars['String']['input']>;
  outcome?: InputMaybe<ActivityOutcome>;
  visibility?: NoteVisibility;
};

export type ActivityOutcome =
  | 'CALLBACK_REQUESTED'
  | 'DISQUALIFIED'
  | 'INFO_SENT'
  | 'NO_ANSWER'
  | 'QUALIFIED'
  | 'SUCCESSFUL'
  | 'UNSUCCESSFUL';

export type ActivityPayload = {
  __typename?: 'ActivityPayload';
  activity?: Maybe<Activity>;
  userErrors: Array<UserError>;
};

export type Lead = {
  __typename?: 'Lead';
  /** Activities the caller may read, newest first. */
  activities?: Maybe<ActivityConnection>;
  id: Scalars['ID']['output'];
};


export type LeadActivitiesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /** Own activities within 24 hours; kind and time of an evidenced one are fixed. */
  activityCorrect: ActivityPayload;
  /** Records what happened; whether it counts as evidence is the server's decision alone. */
  activityLog: ActivityPayload;
};


export type MutationActivityCorrectArgs = {
  input: ActivityCorrectInput;
};


export type MutationActivityLogArgs = {
  input: ActivityLogInput;
};

/** Anything that can be fetched by its globally unique id. */
export type Node = {
  /** UUID, globally unique as it is. */
  id: Scalars['ID']['output'];
};

export type NoteCategory =
  | 'COMMERCIAL'
  | 'GENERAL'
  | 'PRODUCT';

export type NoteVisibility =
  | 'ACCOUNT_TEAM'
  | 'COLLABORATORS'
  | 'ORG_READ'
  | 'OWNER_ONLY';

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

export type Query = {
  __typename?: 'Query';
  /** What happened to one lead in the last days (1..365), newest first. */
  timeline: TimelineConnection;
};


export type QueryTimelineArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  days?: Scalars['Int']['input'];
  entityId: Scalars['ID']['input'];
  entityType: TimelineEntityType;
  first?: Scalars['Int']['input'];
};

export type Subscription = {
  __typename?: 'Subscription';
  /** New entries on the timeline of one entity. */
  timelineChanged: TimelineEntry;
};


export type SubscriptionTimelineChangedArgs = {
  entityId: Scalars['ID']['input'];
  entityType: TimelineEntityType;
};

/** A country room with data, currency and tax of its own. */
export type Territory =
  | 'AT'
  | 'CH'
  | 'DE';

export type TimelineCategory =
  | 'integration'
  | 'interaction'
  | 'system'
  | 'transaction';

export type TimelineConnection = {
  __typename?: 'TimelineConnection';
  edges: Array<TimelineEdge>;
  pageInfo: PageInfo;
};

export type TimelineEdge = {
  __typename?: 'TimelineEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<TimelineEntry>;
};

export type TimelineEntityType =
  | 'LEAD';

/** One line of the timeline; title and text are German, made from a message key. */
export type TimelineEntry = Node & {
  __typename?: 'TimelineEntry';
  category: TimelineCategory;
  /** primary, success, error, info or default. */
  colour: Scalars['String']['output'];
  entityId: Scalars['ID']['output'];
  icon: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  kind: Scalars['String']['output'];
  occurredAt: Scalars['DateTime']['output'];
  performedBy?: Maybe<User>;
  territory: Territory;
  text?: Maybe<Scalars['String']['output']>;
  title: Scalars['String']['output'];
};

export type User = {
  __typename?: 'User';
  id: Scalars['ID']['output'];
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
  Activity: Activity;
  Lead: Lead;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Activity:
    ( { __typename: 'Activity' }
    & GraphQLRecursivePick<FederationTypes['Activity'], {"id":true}> );
  Lead:
    ( { __typename: 'Lead' }
    & GraphQLRecursivePick<FederationTypes['Lead'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( Shape<Activity> )
    | ( Shape<TimelineEntry> )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Activity: ResolverTypeWrapper<Shape<Activity>>;
  ID: ResolverTypeWrapper<Shape<Scalars['ID']['output']>>;
  Boolean: ResolverTypeWrapper<Shape<Scalars['Boolean']['output']>>;
  Int: ResolverTypeWrapper<Shape<Scalars['Int']['output']>>;
  ActivityConnection: ResolverTypeWrapper<Shape<ActivityConnection>>;
  ActivityCorrectInput: ResolverTypeWrapper<Shape<ActivityCorrectInput>>;
  ActivityEdge: ResolverTypeWrapper<Shape<ActivityEdge>>;
  ActivityKind: ResolverTypeWrapper<Shape<ActivityKind>>;
  ActivityLogInput: ResolverTypeWrapper<Shape<ActivityLogInput>>;
  ActivityOutcome: ResolverTypeWrapper<Shape<ActivityOutcome>>;
  ActivityPayload: ResolverTypeWrapper<Shape<ActivityPayload>>;
  DateTime: ResolverTypeWrapper<Shape<Scalars['DateTime']['output']>>;
  Lead: ResolverTypeWrapper<Shape<Lead>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  NoteCategory: ResolverTypeWrapper<Shape<NoteCategory>>;
  NoteVisibility: ResolverTypeWrapper<Shape<NoteVisibility>>;
  PageInfo: ResolverTypeWrapper<Shape<PageInfo>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Territory: ResolverTypeWrapper<Shape<Territory>>;
  TimelineCategory: ResolverTypeWrapper<Shape<TimelineCategory>>;
  TimelineConnection: ResolverTypeWrapper<Shape<TimelineConnection>>;
  TimelineEdge: ResolverTypeWrapper<Shape<TimelineEdge>>;
  TimelineEntityType: ResolverTypeWrapper<Shape<TimelineEntityType>>;
  TimelineEntry: ResolverTypeWrapper<Shape<TimelineEntry>>;
  User: ResolverTypeWrapper<Shape<User>>;
  UserError: ResolverTypeWrapper<Shape<UserError>>;
  String: ResolverTypeWrapper<Shape<Scalars['String']['output']>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Activity: Shape<Activity | FederationReferenceTypes['Activity']>;
  ID: Shape<Scalars['ID']['output']>;
  Boolean: Shape<Scalars['Boolean']['output']>;
  Int: Shape<Scalars['Int']['output']>;
  ActivityConnection: Shape<ActivityConnection>;
  ActivityCorrectInput: Shape<ActivityCorrectInput>;
  ActivityEdge: Shape<ActivityEdge>;
  ActivityLogInput: Shape<ActivityLogInput>;
  ActivityPayload: Shape<ActivityPayload>;
  DateTime: Shape<Scalars['DateTime']['output']>;
  Lead: Shape<Lead | FederationReferenceTypes['Lead']>;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: Shape<PageInfo>;
  Query: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  TimelineConnection: Shape<TimelineConnection>;
  TimelineEdge: Shape<TimelineEdge>;
  TimelineEntry: Shape<TimelineEntry>;
  User: Shape<User>;
  UserError: Shape<UserError>;
  String: Shape<Scalars['String']['output']>;
};

export type OwnerDirectiveArgs = {
  collaborators?: Maybe<Scalars['String']['input']>;
  field: Scalars['String']['input'];
  partner?: Maybe<Scalars['String']['input']>;
};

export type OwnerDirectiveResolver<Result, Parent, ContextType = ResolverContext, Args = OwnerDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type TerritoryDirectiveArgs = {
  argument?: Maybe<Scalars['String']['input']>;
  field?: Maybe<Scalars['String']['input']>;
};

export type TerritoryDirectiveResolver<Result, Parent, ContextType = ResolverContext, Args = TerritoryDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ActivityResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Activity'] = ResolversParentTypes['Activity'], FederationReferenceType extends FederationReferenceTypes['Activity'] = FederationReferenceTypes['Activity']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Activity']> | FederationReferenceType, FederationReferenceType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  category?: Resolver<ResolversTypes['NoteCategory'], ParentType, ContextType>;
  createdBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isEvidenced?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ActivityKind'], ParentType, ContextType>;
  leadId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  note?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<Maybe<ResolversTypes['ActivityOutcome']>, ParentType, ContextType>;
  territory?: Resolver<ResolversTypes['Territory'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  visibility?: Resolver<ResolversTypes['NoteVisibility'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ActivityConnectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ActivityConnection'] = ResolversParentTypes['ActivityConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ActivityEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ActivityEdgeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ActivityEdge'] = ResolversParentTypes['ActivityEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Activity']>, ParentType, ContextType>;
};

export type ActivityPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['ActivityPayload'] = ResolversParentTypes['ActivityPayload']> = {
  activity?: Resolver<Maybe<ResolversTypes['Activity']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type LeadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Lead'] = ResolversParentTypes['Lead'], FederationReferenceType extends FederationReferenceTypes['Lead'] = FederationReferenceTypes['Lead']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Lead']> | FederationReferenceType, FederationReferenceType, ContextType>;
  activities?: Resolver<Maybe<ResolversTypes['ActivityConnection']>, ParentType, ContextType, RequireFields<LeadActivitiesArgs, 'first'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  activityCorrect?: Resolver<ResolversTypes['ActivityPayload'], ParentType, ContextType, RequireFields<MutationActivityCorrectArgs, 'input'>>;
  activityLog?: Resolver<ResolversTypes['ActivityPayload'], ParentType, ContextType, RequireFields<MutationActivityLogArgs, 'input'>>;
};

export type NodeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Activity' | 'TimelineEntry', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  timeline?: Resolver<ResolversTypes['TimelineConnection'], ParentType, ContextType, RequireFields<QueryTimelineArgs, 'days' | 'entityId' | 'entityType' | 'first'>>;
};

export type SubscriptionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  timelineChanged?: SubscriptionResolver<ResolversTypes['TimelineEntry'], "timelineChanged", ParentType, ContextType, RequireFields<SubscriptionTimelineChangedArgs, 'entityId' | 'entityType'>>;
};

export type TimelineConnectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['TimelineConnection'] = ResolversParentTypes['TimelineConnection']> = {
  edges?: Resolver<Array<ResolversTypes['TimelineEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TimelineEdgeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['TimelineEdge'] = ResolversParentTypes['TimelineEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['TimelineEntry']>, ParentType, ContextType>;
};

export type TimelineEntryResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['TimelineEntry'] = ResolversParentTypes['TimelineEntry']> = {
  category?: Resolver<ResolversTypes['TimelineCategory'], ParentType, ContextType>;
  colour?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  entityId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  icon?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  occurredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  performedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  territory?: Resolver<ResolversTypes['Territory'], ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UserResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = ResolverContext> = {
  Activity?: ActivityResolvers<ContextType>;
  ActivityConnection?: ActivityConnectionResolvers<ContextType>;
  ActivityEdge?: ActivityEdgeResolvers<ContextType>;
  ActivityPayload?: ActivityPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Lead?: LeadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TimelineConnection?: TimelineConnectionResolvers<ContextType>;
  TimelineEdge?: TimelineEdgeResolvers<ContextType>;
  TimelineEntry?: TimelineEntryResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = ResolverContext> = {
  owner?: OwnerDirectiveResolver<any, any, ContextType>;
  territory?: TerritoryDirectiveResolver<any, any, ContextType>;
};
