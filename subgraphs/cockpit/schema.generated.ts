import type { ResolverContext } from '#kernel/graphql';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
export type Shape<T> = T extends Date ? T
  : T extends readonly (infer Item)[] ? Shape<Item>[]
  : T extends object ? { [Key in keyof T]?: Shape<T[Key]> | undefined }
  : T;
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
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

export type FollowUpType =
  | 'T3'
  | 'T7';

export type Lead = {
  __typename?: 'Lead';
  id: Scalars['ID']['output'];
};

/** Leads in the scope of the widget, deleted ones left out. */
export type LeadStats = {
  __typename?: 'LeadStats';
  byStatus: Array<LeadStatusCount>;
  createdLast7Days: Scalars['Int']['output'];
  protectionEndingIn7Days: Scalars['Int']['output'];
  total: Scalars['Int']['output'];
};

export type LeadStatus =
  | 'ACTIVE'
  | 'CONVERTED'
  | 'DELETED'
  | 'EXPIRED'
  | 'GRACE_PERIOD'
  | 'LOST'
  | 'QUALIFIED'
  | 'REGISTERED'
  | 'REMINDER';

/** How many leads stand in one status. */
export type LeadStatusCount = {
  __typename?: 'LeadStatusCount';
  count: Scalars['Int']['output'];
  status: LeadStatus;
};

/** Figures of the first screen; unknown numbers are null, never 0. */
export type LeadWidget = {
  __typename?: 'LeadWidget';
  conversionTrend: WidgetTrend;
  /** True where the figures are aggregates of territories instead of own leads. */
  isManagerView: Scalars['Boolean']['output'];
  leadStats: LeadStats;
  /** Open T+3 tasks that are due. */
  pendingT3Count: Scalars['Int']['output'];
  pendingT7Count: Scalars['Int']['output'];
  recentActivities: Array<WidgetActivity>;
  /** The ten latest follow-ups that were sent or failed. */
  recentFollowUps: Array<WidgetFollowUp>;
  responseTrend: WidgetTrend;
  /** 0..1 over 30 days; null when none was sent. */
  t3ConversionRate?: Maybe<Scalars['Float']['output']>;
  t7ConversionRate?: Maybe<Scalars['Float']['output']>;
  /** The one territory of the figures; null when there are several. */
  territory?: Maybe<Territory>;
  /** When these figures were read. */
  updatedAt: Scalars['DateTime']['output'];
  userId: Scalars['ID']['output'];
};

export type Query = {
  __typename?: 'Query';
  /** The first screen's figures: own data for sales, aggregates of their territories for managers and admins. */
  leadWidget: LeadWidget;
};

export type Subscription = {
  __typename?: 'Subscription';
  /** The widget after each change that concerns the caller; another person's lead produces nothing. */
  leadWidgetChanged: LeadWidget;
};

/** A country room with data, currency and tax of its own. */
export type Territory =
  | 'AT'
  | 'CH'
  | 'DE';

export type TrendDirection =
  | 'DOWN'
  | 'FLAT'
  | 'UP';

export type User = {
  __typename?: 'User';
  id: Scalars['ID']['output'];
};

/** An activity on a lead in the scope of the widget. */
export type WidgetActivity = {
  __typename?: 'WidgetActivity';
  at: Scalars['DateTime']['output'];
  createdBy?: Maybe<User>;
  id: Scalars['ID']['output'];
  kind: Scalars['String']['output'];
  lead?: Maybe<Lead>;
};

/** A follow-up that was sent or finally failed. */
export type WidgetFollowUp = {
  __typename?: 'WidgetFollowUp';
  id: Scalars['ID']['output'];
  lead?: Maybe<Lead>;
  processedAt: Scalars['DateTime']['output'];
  success: Scalars['Boolean']['output'];
  type: FollowUpType;
};

/** Last seven days against the seven before. */
export type WidgetTrend = {
  __typename?: 'WidgetTrend';
  current?: Maybe<Scalars['Float']['output']>;
  /** Null when a side is null. */
  delta?: Maybe<Scalars['Float']['output']>;
  direction: TrendDirection;
  previous?: Maybe<Scalars['Float']['output']>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


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





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Shape<Scalars['DateTime']['output']>>;
  FollowUpType: ResolverTypeWrapper<Shape<FollowUpType>>;
  Lead: ResolverTypeWrapper<Shape<Lead>>;
  ID: ResolverTypeWrapper<Shape<Scalars['ID']['output']>>;
  LeadStats: ResolverTypeWrapper<Shape<LeadStats>>;
  Int: ResolverTypeWrapper<Shape<Scalars['Int']['output']>>;
  LeadStatus: ResolverTypeWrapper<Shape<LeadStatus>>;
  LeadStatusCount: ResolverTypeWrapper<Shape<LeadStatusCount>>;
  LeadWidget: ResolverTypeWrapper<Shape<LeadWidget>>;
  Boolean: ResolverTypeWrapper<Shape<Scalars['Boolean']['output']>>;
  Float: ResolverTypeWrapper<Shape<Scalars['Float']['output']>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Territory: ResolverTypeWrapper<Shape<Territory>>;
  TrendDirection: ResolverTypeWrapper<Shape<TrendDirection>>;
  User: ResolverTypeWrapper<Shape<User>>;
  WidgetActivity: ResolverTypeWrapper<Shape<WidgetActivity>>;
  String: ResolverTypeWrapper<Shape<Scalars['String']['output']>>;
  WidgetFollowUp: ResolverTypeWrapper<Shape<WidgetFollowUp>>;
  WidgetTrend: ResolverTypeWrapper<Shape<WidgetTrend>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Shape<Scalars['DateTime']['output']>;
  Lead: Shape<Lead>;
  ID: Shape<Scalars['ID']['output']>;
  LeadStats: Shape<LeadStats>;
  Int: Shape<Scalars['Int']['output']>;
  LeadStatusCount: Shape<LeadStatusCount>;
  LeadWidget: Shape<LeadWidget>;
  Boolean: Shape<Scalars['Boolean']['output']>;
  Float: Shape<Scalars['Float']['output']>;
  Query: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  User: Shape<User>;
  WidgetActivity: Shape<WidgetActivity>;
  String: Shape<Scalars['String']['output']>;
  WidgetFollowUp: Shape<WidgetFollowUp>;
  WidgetTrend: Shape<WidgetTrend>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type LeadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Lead'] = ResolversParentTypes['Lead']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type LeadStatsResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadStats'] = ResolversParentTypes['LeadStats']> = {
  byStatus?: Resolver<Array<ResolversTypes['LeadStatusCount']>, ParentType, ContextType>;
  createdLast7Days?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  protectionEndingIn7Days?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type LeadStatusCountResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadStatusCount'] = ResolversParentTypes['LeadStatusCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['LeadStatus'], ParentType, ContextType>;
};

export type LeadWidgetResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadWidget'] = ResolversParentTypes['LeadWidget']> = {
  conversionTrend?: Resolver<ResolversTypes['WidgetTrend'], ParentType, ContextType>;
  isManagerView?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  leadStats?: Resolver<ResolversTypes['LeadStats'], ParentType, ContextType>;
  pendingT3Count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pendingT7Count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  recentActivities?: Resolver<Array<ResolversTypes['WidgetActivity']>, ParentType, ContextType>;
  recentFollowUps?: Resolver<Array<ResolversTypes['WidgetFollowUp']>, ParentType, ContextType>;
  responseTrend?: Resolver<ResolversTypes['WidgetTrend'], ParentType, ContextType>;
  t3ConversionRate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  t7ConversionRate?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  territory?: Resolver<Maybe<ResolversTypes['Territory']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  leadWidget?: Resolver<ResolversTypes['LeadWidget'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  leadWidgetChanged?: SubscriptionResolver<ResolversTypes['LeadWidget'], "leadWidgetChanged", ParentType, ContextType>;
};

export type UserResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type WidgetActivityResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['WidgetActivity'] = ResolversParentTypes['WidgetActivity']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  lead?: Resolver<Maybe<ResolversTypes['Lead']>, ParentType, ContextType>;
};

export type WidgetFollowUpResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['WidgetFollowUp'] = ResolversParentTypes['WidgetFollowUp']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lead?: Resolver<Maybe<ResolversTypes['Lead']>, ParentType, ContextType>;
  processedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  success?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['FollowUpType'], ParentType, ContextType>;
};

export type WidgetTrendResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['WidgetTrend'] = ResolversParentTypes['WidgetTrend']> = {
  current?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  delta?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  direction?: Resolver<ResolversTypes['TrendDirection'], ParentType, ContextType>;
  previous?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = ResolverContext> = {
  DateTime?: GraphQLScalarType;
  Lead?: LeadResolvers<ContextType>;
  LeadStats?: LeadStatsResolvers<ContextType>;
  LeadStatusCount?: LeadStatusCountResolvers<ContextType>;
  LeadWidget?: LeadWidgetResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  WidgetActivity?: WidgetActivityResolvers<ContextType>;
  WidgetFollowUp?: WidgetFollowUpResolvers<ContextType>;
  WidgetTrend?: WidgetTrendResolvers<ContextType>;
};

