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
  /** A disabled person is signed out everywhere within seconds. */
  userDisable: UserPayload;
  /** Lets a person of the identity provider in, with roles for display and territories that count. */
  userRegister: UserPayload;
  /** Replaces a person's territories from now on; effective at once in queries, caches and open streams. */
  userTerritoriesSet: UserPayload;
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

export type Query = {
  __typename?: 'Query';
  /** Who did what, newest first. */
  auditTrail: AuditConnection;
  /** The signed-in person and his rights. */
  me: Me;
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

export type Subscription = {
  __typename?: 'Subscription';
  /** For the gateway alone: a person's rights changed; caches and open streams of that person end. */
  userRightsChanged: UserRights;
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
  AuditConnection: ResolverTypeWrapper<Shape<AuditConnection>>;
  AuditEdge: ResolverTypeWrapper<Shape<AuditEdge>>;
  String: ResolverTypeWrapper<Shape<Scalars['String']['output']>>;
  AuditEntry: ResolverTypeWrapper<Shape<AuditEntry>>;
  ID: ResolverTypeWrapper<Shape<Scalars['ID']['output']>>;
  AuditFilter: ResolverTypeWrapper<Shape<AuditFilter>>;
  DateTime: ResolverTypeWrapper<Shape<Scalars['DateTime']['output']>>;
  JSON: ResolverTypeWrapper<Shape<Scalars['JSON']['output']>>;
  Me: ResolverTypeWrapper<Shape<Me>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<Shape<PageInfo>>;
  Boolean: ResolverTypeWrapper<Shape<Scalars['Boolean']['output']>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Shape<Scalars['Int']['output']>>;
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
  AuditConnection: Shape<AuditConnection>;
  AuditEdge: Shape<AuditEdge>;
  String: Shape<Scalars['String']['output']>;
  AuditEntry: Shape<AuditEntry>;
  ID: Shape<Scalars['ID']['output']>;
  AuditFilter: Shape<AuditFilter>;
  DateTime: Shape<Scalars['DateTime']['output']>;
  JSON: Shape<Scalars['JSON']['output']>;
  Me: Shape<Me>;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: Shape<PageInfo>;
  Boolean: Shape<Scalars['Boolean']['output']>;
  Query: Record<PropertyKey, never>;
  Int: Shape<Scalars['Int']['output']>;
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

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type MeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Me'] = ResolversParentTypes['Me']> = {
  roles?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  scopes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  territories?: Resolver<Array<ResolversTypes['Territory']>, ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
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
  me?: Resolver<ResolversTypes['Me'], ParentType, ContextType>;
  territoryUsers?: Resolver<Array<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryTerritoryUsersArgs, 'territory'>>;
  userRights?: Resolver<Maybe<ResolversTypes['UserRights']>, ParentType, ContextType, RequireFields<QueryUserRightsArgs, 'id'>>;
  users?: Resolver<ResolversTypes['UserConnection'], ParentType, ContextType, RequireFields<QueryUsersArgs, 'first'>>;
};

export type SubscriptionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
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
  AuditConnection?: AuditConnectionResolvers<ContextType>;
  AuditEdge?: AuditEdgeResolvers<ContextType>;
  AuditEntry?: AuditEntryResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Me?: MeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  UserPayload?: UserPayloadResolvers<ContextType>;
  UserRights?: UserRightsResolvers<ContextType>;
  UserTerritory?: UserTerritoryResolvers<ContextType>;
};

