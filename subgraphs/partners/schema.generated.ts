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

export type Mutation = {
  __typename?: 'Mutation';
  /** Another address, or other topics. What waits goes to the new address. */
  partnerWebhookChange: PartnerWebhookPayload;
  /** Nothing is sent until it is resumed; what happens meanwhile waits, for three days at most. */
  partnerWebhookPause: PartnerWebhookPayload;
  /** Sends a delivery that has ended once more, under the same id. */
  partnerWebhookRedeliver: WebhookDeliveryPayload;
  /** Registers a receiver: a public https address that is told about the leads of its firm. Answers the secret, once. */
  partnerWebhookRegister: PartnerWebhookSecretPayload;
  /** Removes a receiver with its secrets and deliveries. Answers what it was. */
  partnerWebhookRemove: PartnerWebhookPayload;
  /** Ends a pause, or goes on with a receiver that was gone. */
  partnerWebhookResume: PartnerWebhookPayload;
  /** Makes a new secret and answers it, once. For 24 hours the former one signs beside it. */
  partnerWebhookSecretRotate: PartnerWebhookSecretPayload;
  /** Sends a delivery of the type `webhook.test`. */
  partnerWebhookTest: WebhookDeliveryPayload;
};


export type MutationPartnerWebhookChangeArgs = {
  input: PartnerWebhookChangeInput;
};


export type MutationPartnerWebhookPauseArgs = {
  input: PartnerWebhookInput;
};


export type MutationPartnerWebhookRedeliverArgs = {
  input: PartnerWebhookRedeliverInput;
};


export type MutationPartnerWebhookRegisterArgs = {
  input: PartnerWebhookRegisterInput;
};


export type MutationPartnerWebhookRemoveArgs = {
  input: PartnerWebhookInput;
};


export type MutationPartnerWebhookResumeArgs = {
  input: PartnerWebhookInput;
};


export type MutationPartnerWebhookSecretRotateArgs = {
  input: PartnerWebhookInput;
};


export type MutationPartnerWebhookTestArgs = {
  input: PartnerWebhookInput;
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

/** An address of a partner firm that is told what becomes of the firm's leads. */
export type PartnerWebhook = {
  __typename?: 'PartnerWebhook';
  changedAt: Scalars['DateTime']['output'];
  /** Null unless it is disabled. */
  disabledReason?: Maybe<WebhookDisabledReason>;
  /** Failed calls in a row; from the fifth on it is left alone between two calls, up to ten minutes. */
  failuresInARow: Scalars['Int']['output'];
  /** Until when the former secret signs too; null when it does not. */
  formerSecretUntil?: Maybe<Scalars['DateTime']['output']>;
  id: Scalars['ID']['output'];
  partnerOrgId: Scalars['ID']['output'];
  registeredAt: Scalars['DateTime']['output'];
  /** Until when it is left alone; null when it is not. */
  restsUntil?: Maybe<Scalars['DateTime']['output']>;
  status: PartnerWebhookStatus;
  topics: Array<WebhookTopic>;
  url: Scalars['String']['output'];
  version: Scalars['Int']['output'];
  /** Deliveries that wait. */
  waiting: Scalars['Int']['output'];
};

export type PartnerWebhookChangeInput = {
  id: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  topics: Array<WebhookTopic>;
  url: Scalars['String']['input'];
  version: Scalars['Int']['input'];
};

export type PartnerWebhookInput = {
  id: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type PartnerWebhookPayload = {
  __typename?: 'PartnerWebhookPayload';
  userErrors: Array<UserError>;
  webhook?: Maybe<PartnerWebhook>;
};

export type PartnerWebhookRedeliverInput = {
  deliveryId: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type PartnerWebhookRegisterInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The firm as its tokens name it. */
  partnerOrgId: Scalars['ID']['input'];
  topics: Array<WebhookTopic>;
  /** https, a name, a listed port; without credentials, query and fragment. */
  url: Scalars['String']['input'];
};

export type PartnerWebhookSecretPayload = {
  __typename?: 'PartnerWebhookSecretPayload';
  /** Starts with `whsec_`; null once a newer one was made. Nobody can read it later. */
  secret?: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
  webhook?: Maybe<PartnerWebhook>;
};

export type PartnerWebhookStatus =
  | 'ACTIVE'
  /** By the receiver: it answered that it is gone. */
  | 'DISABLED'
  | 'PAUSED';

export type Query = {
  __typename?: 'Query';
  /** What was sent to a receiver, or is to be sent, newest first; nothing older than 30 days. */
  partnerWebhookDeliveries: WebhookDeliveryConnection;
  /** Receivers of partner firms, of all firms or of one; by firm, oldest first, at most 100. */
  partnerWebhooks: Array<PartnerWebhook>;
};


export type QueryPartnerWebhookDeliveriesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  status?: InputMaybe<WebhookDeliveryStatus>;
  webhookId: Scalars['ID']['input'];
};


export type QueryPartnerWebhooksArgs = {
  partnerOrgId?: InputMaybe<Scalars['ID']['input']>;
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

/** A delivery: to one receiver, of one fact or a test. */
export type WebhookDelivery = {
  __typename?: 'WebhookDelivery';
  /** Calls so far, at most 10 until it is sent again by hand. */
  attempts: Scalars['Int']['output'];
  createdAt: Scalars['DateTime']['output'];
  /** The id of the fact, sent as `webhook-id`. */
  eventId: Scalars['ID']['output'];
  /** Why the last call failed; null when none did. */
  failure?: Maybe<WebhookFailure>;
  /** What the receiver answered last; null when it did not. */
  httpStatus?: Maybe<Scalars['Int']['output']>;
  id: Scalars['ID']['output'];
  /** Null for a test. */
  leadId?: Maybe<Scalars['ID']['output']>;
  /** Null once it has ended. */
  nextAttemptAt?: Maybe<Scalars['DateTime']['output']>;
  /** Null until it has ended. */
  settledAt?: Maybe<Scalars['DateTime']['output']>;
  status: WebhookDeliveryStatus;
  /** Such as `lead.status_changed`. */
  type: Scalars['String']['output'];
  webhookId: Scalars['ID']['output'];
};

export type WebhookDeliveryConnection = {
  __typename?: 'WebhookDeliveryConnection';
  edges: Array<WebhookDeliveryEdge>;
  pageInfo: PageInfo;
};

export type WebhookDeliveryEdge = {
  __typename?: 'WebhookDeliveryEdge';
  cursor: Scalars['String']['output'];
  node?: Maybe<WebhookDelivery>;
};

export type WebhookDeliveryPayload = {
  __typename?: 'WebhookDeliveryPayload';
  delivery?: Maybe<WebhookDelivery>;
  userErrors: Array<UserError>;
};

export type WebhookDeliveryStatus =
  | 'DELIVERED'
  | 'FAILED'
  | 'PENDING'
  | 'SENDING';

export type WebhookDisabledReason =
  /** It answered 410. */
  | 'GONE';

export type WebhookFailure =
  /** The name leads to an address that is not public, or the address is not allowed any more. */
  | 'ADDRESS_REFUSED'
  | 'ANSWER_TOO_LONG'
  | 'GONE'
  /** Too much was waiting. */
  | 'QUEUE_FULL'
  /** Redirects are not followed. */
  | 'REDIRECT'
  /** The lead's data are kept and not used. */
  | 'RESTRICTED'
  /** Neither 2xx nor 410. */
  | 'STATUS'
  | 'TIMEOUT'
  /** The certificate is not trusted, or not for this name. */
  | 'TLS'
  /** Not taken within three days. */
  | 'TOO_OLD'
  | 'UNREACHABLE';

export type WebhookTopic =
  | 'LEAD_PROTECTION_EXPIRED'
  | 'LEAD_REGISTERED'
  | 'LEAD_STAGE_CHANGED'
  | 'LEAD_STATUS_CHANGED';



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
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  PageInfo: ResolverTypeWrapper<Shape<PageInfo>>;
  String: ResolverTypeWrapper<Shape<Scalars['String']['output']>>;
  Boolean: ResolverTypeWrapper<Shape<Scalars['Boolean']['output']>>;
  PartnerWebhook: ResolverTypeWrapper<Shape<PartnerWebhook>>;
  Int: ResolverTypeWrapper<Shape<Scalars['Int']['output']>>;
  ID: ResolverTypeWrapper<Shape<Scalars['ID']['output']>>;
  PartnerWebhookChangeInput: ResolverTypeWrapper<Shape<PartnerWebhookChangeInput>>;
  PartnerWebhookInput: ResolverTypeWrapper<Shape<PartnerWebhookInput>>;
  PartnerWebhookPayload: ResolverTypeWrapper<Shape<PartnerWebhookPayload>>;
  PartnerWebhookRedeliverInput: ResolverTypeWrapper<Shape<PartnerWebhookRedeliverInput>>;
  PartnerWebhookRegisterInput: ResolverTypeWrapper<Shape<PartnerWebhookRegisterInput>>;
  PartnerWebhookSecretPayload: ResolverTypeWrapper<Shape<PartnerWebhookSecretPayload>>;
  PartnerWebhookStatus: ResolverTypeWrapper<Shape<PartnerWebhookStatus>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  UserError: ResolverTypeWrapper<Shape<UserError>>;
  WebhookDelivery: ResolverTypeWrapper<Shape<WebhookDelivery>>;
  WebhookDeliveryConnection: ResolverTypeWrapper<Shape<WebhookDeliveryConnection>>;
  WebhookDeliveryEdge: ResolverTypeWrapper<Shape<WebhookDeliveryEdge>>;
  WebhookDeliveryPayload: ResolverTypeWrapper<Shape<WebhookDeliveryPayload>>;
  WebhookDeliveryStatus: ResolverTypeWrapper<Shape<WebhookDeliveryStatus>>;
  WebhookDisabledReason: ResolverTypeWrapper<Shape<WebhookDisabledReason>>;
  WebhookFailure: ResolverTypeWrapper<Shape<WebhookFailure>>;
  WebhookTopic: ResolverTypeWrapper<Shape<WebhookTopic>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Shape<Scalars['DateTime']['output']>;
  Mutation: Record<PropertyKey, never>;
  PageInfo: Shape<PageInfo>;
  String: Shape<Scalars['String']['output']>;
  Boolean: Shape<Scalars['Boolean']['output']>;
  PartnerWebhook: Shape<PartnerWebhook>;
  Int: Shape<Scalars['Int']['output']>;
  ID: Shape<Scalars['ID']['output']>;
  PartnerWebhookChangeInput: Shape<PartnerWebhookChangeInput>;
  PartnerWebhookInput: Shape<PartnerWebhookInput>;
  PartnerWebhookPayload: Shape<PartnerWebhookPayload>;
  PartnerWebhookRedeliverInput: Shape<PartnerWebhookRedeliverInput>;
  PartnerWebhookRegisterInput: Shape<PartnerWebhookRegisterInput>;
  PartnerWebhookSecretPayload: Shape<PartnerWebhookSecretPayload>;
  Query: Record<PropertyKey, never>;
  UserError: Shape<UserError>;
  WebhookDelivery: Shape<WebhookDelivery>;
  WebhookDeliveryConnection: Shape<WebhookDeliveryConnection>;
  WebhookDeliveryEdge: Shape<WebhookDeliveryEdge>;
  WebhookDeliveryPayload: Shape<WebhookDeliveryPayload>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type MutationResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  partnerWebhookChange?: Resolver<ResolversTypes['PartnerWebhookPayload'], ParentType, ContextType, RequireFields<MutationPartnerWebhookChangeArgs, 'input'>>;
  partnerWebhookPause?: Resolver<ResolversTypes['PartnerWebhookPayload'], ParentType, ContextType, RequireFields<MutationPartnerWebhookPauseArgs, 'input'>>;
  partnerWebhookRedeliver?: Resolver<ResolversTypes['WebhookDeliveryPayload'], ParentType, ContextType, RequireFields<MutationPartnerWebhookRedeliverArgs, 'input'>>;
  partnerWebhookRegister?: Resolver<ResolversTypes['PartnerWebhookSecretPayload'], ParentType, ContextType, RequireFields<MutationPartnerWebhookRegisterArgs, 'input'>>;
  partnerWebhookRemove?: Resolver<ResolversTypes['PartnerWebhookPayload'], ParentType, ContextType, RequireFields<MutationPartnerWebhookRemoveArgs, 'input'>>;
  partnerWebhookResume?: Resolver<ResolversTypes['PartnerWebhookPayload'], ParentType, ContextType, RequireFields<MutationPartnerWebhookResumeArgs, 'input'>>;
  partnerWebhookSecretRotate?: Resolver<ResolversTypes['PartnerWebhookSecretPayload'], ParentType, ContextType, RequireFields<MutationPartnerWebhookSecretRotateArgs, 'input'>>;
  partnerWebhookTest?: Resolver<ResolversTypes['WebhookDeliveryPayload'], ParentType, ContextType, RequireFields<MutationPartnerWebhookTestArgs, 'input'>>;
};

export type PageInfoResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PartnerWebhookResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['PartnerWebhook'] = ResolversParentTypes['PartnerWebhook']> = {
  changedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  disabledReason?: Resolver<Maybe<ResolversTypes['WebhookDisabledReason']>, ParentType, ContextType>;
  failuresInARow?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  formerSecretUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  partnerOrgId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  registeredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  restsUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PartnerWebhookStatus'], ParentType, ContextType>;
  topics?: Resolver<Array<ResolversTypes['WebhookTopic']>, ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type PartnerWebhookPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['PartnerWebhookPayload'] = ResolversParentTypes['PartnerWebhookPayload']> = {
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['PartnerWebhook']>, ParentType, ContextType>;
};

export type PartnerWebhookSecretPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['PartnerWebhookSecretPayload'] = ResolversParentTypes['PartnerWebhookSecretPayload']> = {
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['PartnerWebhook']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  partnerWebhookDeliveries?: Resolver<ResolversTypes['WebhookDeliveryConnection'], ParentType, ContextType, RequireFields<QueryPartnerWebhookDeliveriesArgs, 'first' | 'webhookId'>>;
  partnerWebhooks?: Resolver<Array<ResolversTypes['PartnerWebhook']>, ParentType, ContextType, Partial<QueryPartnerWebhooksArgs>>;
};

export type UserErrorResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type WebhookDeliveryResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['WebhookDelivery'] = ResolversParentTypes['WebhookDelivery']> = {
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  eventId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['WebhookFailure']>, ParentType, ContextType>;
  httpStatus?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  leadId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  nextAttemptAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  settledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['WebhookDeliveryStatus'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  webhookId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type WebhookDeliveryConnectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['WebhookDeliveryConnection'] = ResolversParentTypes['WebhookDeliveryConnection']> = {
  edges?: Resolver<Array<ResolversTypes['WebhookDeliveryEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type WebhookDeliveryEdgeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['WebhookDeliveryEdge'] = ResolversParentTypes['WebhookDeliveryEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['WebhookDelivery']>, ParentType, ContextType>;
};

export type WebhookDeliveryPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['WebhookDeliveryPayload'] = ResolversParentTypes['WebhookDeliveryPayload']> = {
  delivery?: Resolver<Maybe<ResolversTypes['WebhookDelivery']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = ResolverContext> = {
  DateTime?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PartnerWebhook?: PartnerWebhookResolvers<ContextType>;
  PartnerWebhookPayload?: PartnerWebhookPayloadResolvers<ContextType>;
  PartnerWebhookSecretPayload?: PartnerWebhookSecretPayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  WebhookDelivery?: WebhookDeliveryResolvers<ContextType>;
  WebhookDeliveryConnection?: WebhookDeliveryConnectionResolvers<ContextType>;
  WebhookDeliveryEdge?: WebhookDeliveryEdgeResolvers<ContextType>;
  WebhookDeliveryPayload?: WebhookDeliveryPayloadResolvers<ContextType>;
};

