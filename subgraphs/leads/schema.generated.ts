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
  /** A calendar day in Europe/Berlin: `2025-09-26`. */
  Date: { input: string; output: string; }
  /** An instant in UTC with exactly three fraction digits: `2025-09-26T20:00:00.000Z`. */
  DateTime: { input: string; output: Date | string; }
  /** A decimal amount with its currency, never a float: `"1250.00 EUR"`. */
  Money: { input: string; output: string; }
  _FieldSet: { input: unknown; output: unknown; }
};

export type AssignmentRole =
  | 'COLLABORATOR'
  | 'WATCHER';

export type Budget =
  | 'NO'
  | 'UNKNOWN'
  | 'YES';

export type BusinessType =
  | 'BILDUNG'
  | 'CATERING'
  | 'GESUNDHEIT'
  | 'GROSSHANDEL'
  | 'HOTEL'
  | 'KANTINE'
  | 'LEH'
  | 'RESTAURANT'
  | 'SONSTIGES';

export type CollaboratorLevel =
  | 'ASSIST'
  | 'NEGOTIATE'
  | 'VIEW';

export type ContactGroup =
  | 'BUYER'
  | 'CHEF'
  | 'GF'
  | 'OTHER';

export type ContactRole =
  | 'BETRIEBSLEITER'
  | 'CONTROLLING'
  | 'EINKAEUFER'
  | 'EINKAUFSLEITER'
  | 'FB_MANAGER'
  | 'GESCHAEFTSFUEHRER'
  | 'INHABER'
  | 'KUECHENCHEF'
  | 'KUECHEN_MANAGER'
  | 'MARKETING'
  | 'QUALITAETSMANAGER'
  | 'RESTAURANTLEITER'
  | 'SERVICELEITER'
  | 'SONSTIGES'
  | 'SOUS_CHEF';

export type DealSize =
  | 'ENTERPRISE'
  | 'LARGE'
  | 'MEDIUM'
  | 'SMALL';

export type DecisionLevel =
  | 'EXECUTIVE'
  | 'INFLUENCER'
  | 'MANAGER'
  | 'OPERATIONAL';

export type DecisionMakerAccess =
  | 'BLOCKED'
  | 'DIRECT'
  | 'INDIRECT'
  | 'IS_DECISION_MAKER'
  | 'UNKNOWN';

export type FirstContactChannel =
  | 'EMAIL'
  | 'MESSE'
  | 'OTHER'
  | 'PHONE'
  | 'REFERRAL';

export type FirstContactInput = {
  at: Scalars['DateTime']['input'];
  channel: FirstContactChannel;
  /** At least 10 characters. */
  note: Scalars['String']['input'];
};

/** A T+3 or T+7 follow-up; at most one of each kind per lead, ever. */
export type FollowUp = Node & {
  __typename?: 'FollowUp';
  /** 09:00 in Europe/Berlin; for an open task the time it is due. */
  dueAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** Open and more than 24 hours past due. */
  isOverdue: Scalars['Boolean']['output'];
  outcome?: Maybe<FollowUpOutcome>;
  /** Nominal instant of the run that sent it. */
  processedAt?: Maybe<Scalars['DateTime']['output']>;
  status: FollowUpStatus;
  type: FollowUpType;
};

export type FollowUpOutcome =
  | 'NO_ANSWER'
  | 'POSTPONED'
  | 'SUCCESS';

export type FollowUpStatus =
  | 'CANCELED'
  | 'DONE'
  | 'FAILED'
  | 'PENDING'
  | 'SCHEDULED'
  | 'SENDING';

export type FollowUpType =
  | 'T3'
  | 'T7';

export type HoldKind =
  | 'CUSTOMER_BLOCKED'
  | 'FFZ_PRICE_APPROVAL'
  | 'FFZ_SAMPLE_DELAY'
  | 'FFZ_SUPPLY_ISSUE'
  | 'OTHER';

export type KitchenSize =
  | 'GROSS'
  | 'KLEIN'
  | 'MITTEL'
  | 'SEHR_GROSS';

/** A prospect, from registration to conversion or loss, and who is protected on it. */
export type Lead = Node & {
  __typename?: 'Lead';
  /** Moves the caller may make now, for the buttons of the lead page. */
  actions: Array<LeadAction>;
  branchCount: Scalars['Int']['output'];
  budget: Budget;
  businessType?: Maybe<BusinessType>;
  city: Scalars['String']['output'];
  collaboratorUserIds: Array<Scalars['ID']['output']>;
  collaborators: Array<LeadCollaborator>;
  companyName: Scalars['String']['output'];
  competitorInUse?: Maybe<Scalars['String']['output']>;
  contactBlocked: Scalars['Boolean']['output'];
  /** Null where contact data is hidden from the caller. */
  contacts?: Maybe<Array<LeadContact>>;
  countryCode: Scalars['String']['output'];
  dealSize?: Maybe<DealSize>;
  decisionMakerAccess: DecisionMakerAccess;
  /** Null when unknown or hidden from the caller. */
  email?: Maybe<Scalars['String']['output']>;
  emailConsent: Scalars['Boolean']['output'];
  employeeCount?: Maybe<Scalars['Int']['output']>;
  /** Purchases expected per year; null when unknown. */
  estimatedVolume?: Maybe<Scalars['Money']['output']>;
  firstContactDocumentedAt?: Maybe<Scalars['DateTime']['output']>;
  followUps: Array<FollowUp>;
  id: Scalars['ID']['output'];
  internalChampionName?: Maybe<Scalars['String']['output']>;
  isChain: Scalars['Boolean']['output'];
  kitchenSize?: Maybe<KitchenSize>;
  mergedIntoId?: Maybe<Scalars['ID']['output']>;
  /** Null after an expiry and for leads that wait in triage. */
  owner?: Maybe<User>;
  ownerUserId?: Maybe<Scalars['ID']['output']>;
  painNotes?: Maybe<Scalars['String']['output']>;
  pains: Array<Pain>;
  /** The partner firm that sent the lead in. */
  partnerOrgId?: Maybe<Scalars['ID']['output']>;
  phone?: Maybe<Scalars['String']['output']>;
  postalCode?: Maybe<Scalars['String']['output']>;
  /** Registered without contact person or first contact; null once that is mended. */
  preClaim?: Maybe<LeadPreClaim>;
  /** E-mail and telephone of the lead itself are kept and not used (Art. 18 GDPR). */
  processingRestricted: Scalars['Boolean']['output'];
  protection: LeadProtection;
  registeredAt: Scalars['DateTime']['output'];
  registeredAtSource: RegisteredAtSource;
  relationshipStatus: RelationshipStatus;
  score: LeadScore;
  /** Key of the seasonal window in which the lead was registered. */
  season?: Maybe<Scalars['String']['output']>;
  source: LeadSource;
  sourceCampaign?: Maybe<Scalars['String']['output']>;
  stage: LeadStage;
  status: LeadStatus;
  street?: Maybe<Scalars['String']['output']>;
  territory: Territory;
  tracks: LeadTracks;
  urgency: Urgency;
  /** Version that an edit must name. */
  version: Scalars['Int']['output'];
  website?: Maybe<Scalars['String']['output']>;
};

export type LeadAction =
  | 'BACKDATE'
  | 'CLOCK_RESUME'
  | 'CLOCK_STOP'
  | 'COLLABORATOR_SET'
  | 'CONTACT_SET'
  | 'CONVERT'
  | 'DELETE'
  | 'FIRST_CONTACT_DOCUMENT'
  | 'FOLLOW_UP_COMPLETE'
  | 'LOSE'
  | 'PROTECTION_EXTEND'
  | 'PROTECTION_OVERRIDE'
  | 'QUALIFY'
  | 'REASSIGN'
  | 'STAGE_ADVANCE'
  | 'UPDATE';

export type LeadBackdateInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  registeredAt: Scalars['DateTime']['input'];
  version: Scalars['Int']['input'];
};

/** One change of a lead. */
export type LeadChange = {
  __typename?: 'LeadChange';
  at: Scalars['DateTime']['output'];
  /** The lead as it is now; null when it is gone. */
  lead?: Maybe<Lead>;
  leadId: Scalars['ID']['output'];
  /** What happened: the dotted name of the fact. */
  type: Scalars['String']['output'];
};

export type LeadClockResumeInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

export type LeadClockStopInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  kind: HoldKind;
  leadId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  version: Scalars['Int']['input'];
};

/** A person who works along on a lead or watches it. */
export type LeadCollaborator = {
  __typename?: 'LeadCollaborator';
  contactFocus: Array<ContactGroup>;
  /** Null for watchers. */
  level?: Maybe<CollaboratorLevel>;
  role: AssignmentRole;
  since: Scalars['DateTime']['output'];
  user: User;
};

export type LeadCollaboratorSetInput = {
  contactFocus?: InputMaybe<Array<ContactGroup>>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  level?: InputMaybe<CollaboratorLevel>;
  /** Null removes the person. */
  role?: InputMaybe<AssignmentRole>;
  userId: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

export type LeadConnection = {
  __typename?: 'LeadConnection';
  edges: Array<LeadEdge>;
  pageInfo: PageInfo;
  /** Leads under this filter that the caller may read. */
  totalCount: Scalars['Int']['output'];
};

export type LeadConsentSetInput = {
  /** Null for the lead's own address. */
  contactId?: InputMaybe<Scalars['ID']['input']>;
  emailConsent: Scalars['Boolean']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

/** A person at the prospect. */
export type LeadContact = Node & {
  __typename?: 'LeadContact';
  birthday?: Maybe<Scalars['Date']['output']>;
  decisionLevel?: Maybe<DecisionLevel>;
  email?: Maybe<Scalars['String']['output']>;
  emailConsent: Scalars['Boolean']['output'];
  /** Null after erasure. */
  firstName?: Maybe<Scalars['String']['output']>;
  group: ContactGroup;
  id: Scalars['ID']['output'];
  isActive: Scalars['Boolean']['output'];
  isDecisionMaker: Scalars['Boolean']['output'];
  isPrimary: Scalars['Boolean']['output'];
  lastName?: Maybe<Scalars['String']['output']>;
  mobile?: Maybe<Scalars['String']['output']>;
  notes?: Maybe<Scalars['String']['output']>;
  phone?: Maybe<Scalars['String']['output']>;
  position?: Maybe<Scalars['String']['output']>;
  /** The person's data are kept and not used (Art. 18 GDPR); sales and managers see no more than that. */
  processingRestricted: Scalars['Boolean']['output'];
  role: ContactRole;
  salutation?: Maybe<Scalars['String']['output']>;
  title?: Maybe<Scalars['String']['output']>;
  /** 0..100, 50 when nothing is known. */
  warmthScore: Scalars['Int']['output'];
};

export type LeadContactInput = {
  birthday?: InputMaybe<Scalars['Date']['input']>;
  decisionLevel?: InputMaybe<DecisionLevel>;
  email?: InputMaybe<Scalars['String']['input']>;
  emailConsent?: InputMaybe<Scalars['Boolean']['input']>;
  firstName?: InputMaybe<Scalars['String']['input']>;
  isActive?: InputMaybe<Scalars['Boolean']['input']>;
  isDecisionMaker?: InputMaybe<Scalars['Boolean']['input']>;
  isPrimary?: InputMaybe<Scalars['Boolean']['input']>;
  lastName: Scalars['String']['input'];
  mobile?: InputMaybe<Scalars['String']['input']>;
  notes?: InputMaybe<Scalars['String']['input']>;
  phone?: InputMaybe<Scalars['String']['input']>;
  position?: InputMaybe<Scalars['String']['input']>;
  role: ContactRole;
  salutation?: InputMaybe<Scalars['String']['input']>;
  title?: InputMaybe<Scalars['String']['input']>;
};

export type LeadContactRemoveInput = {
  contactId: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

export type LeadContactSetInput = {
  contact: LeadContactInput;
  /** Null adds a contact. */
  contactId?: InputMaybe<Scalars['ID']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

export type LeadConvertInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

export type LeadDeleteInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  version: Scalars['Int']['input'];
};

/** Whether a company is known already, and what resembles it. */
export type LeadDuplicateAnswer = {
  __typename?: 'LeadDuplicateAnswer';
  /** A lead with the same e-mail, phone or company and postal code stands in the territory. */
  exists: Scalars['Boolean']['output'];
  /** Possible duplicates, at most 10; the lead only where the caller may read it. */
  similar: Array<LeadSimilarity>;
};

export type LeadDuplicatesInput = {
  city?: InputMaybe<Scalars['String']['input']>;
  companyName: Scalars['String']['input'];
  email?: InputMaybe<Scalars['String']['input']>;
  phone?: InputMaybe<Scalars['String']['input']>;
  postalCode?: InputMaybe<Scalars['String']['input']>;
  territory: Territory;
};

export type LeadEdge = {
  __typename?: 'LeadEdge';
  cursor: Scalars['String']['output'];
  /** Null when the lead stopped existing for the caller between page and answer. */
  node?: Maybe<Lead>;
};

export type LeadFilter = {
  followUpPending?: InputMaybe<Scalars['Boolean']['input']>;
  ownerUserId?: InputMaybe<Scalars['ID']['input']>;
  protection?: InputMaybe<Array<ProtectionState>>;
  /** Part of the company's name or city. */
  search?: InputMaybe<Scalars['String']['input']>;
  status?: InputMaybe<Array<LeadStatus>>;
  territory?: InputMaybe<Array<Territory>>;
};

export type LeadFirstContactDocumentInput = {
  firstContact: FirstContactInput;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

export type LeadFollowUpCompleteInput = {
  /** The new time for POSTPONED, in the future. */
  dueAt?: InputMaybe<Scalars['DateTime']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  outcome: FollowUpOutcome;
  type: FollowUpType;
  version: Scalars['Int']['input'];
};

/** A time in which the clock stands for a delay the owner is not to blame for. */
export type LeadHold = {
  __typename?: 'LeadHold';
  from: Scalars['DateTime']['output'];
  kind: HoldKind;
  reason?: Maybe<Scalars['String']['output']>;
  /** Null while the clock stands. */
  until?: Maybe<Scalars['DateTime']['output']>;
};

export type LeadImportInput = {
  /** Number of the first of these rows within the import, from 1. */
  firstRow?: Scalars['Int']['input'];
  /** Names the import, 1 to 100 characters: within 24 hours the same key goes on where it stopped, and answers as it did for rows that are done. */
  idempotencyKey: Scalars['String']['input'];
  /** 1 to 100; an import of more comes in parts under one key. A row's own idempotencyKey is not looked at. */
  rows: Array<LeadRegisterInput>;
  /** Rows of the whole import; null when these are all. */
  rowsTotal?: InputMaybe<Scalars['Int']['input']>;
};

export type LeadImportPayload = {
  __typename?: 'LeadImportPayload';
  /** Number of the first row there was no time for: send the rest again under the same key. Null when every row was answered. */
  nextRow?: Maybe<Scalars['Int']['output']>;
  /** In the order given; null when the import was refused as a whole. */
  rows?: Maybe<Array<LeadImportRow>>;
  userErrors: Array<UserError>;
};

/** What became of one row of an import. */
export type LeadImportRow = {
  __typename?: 'LeadImportRow';
  /** Null when the row was refused. */
  lead?: Maybe<Lead>;
  /** Within the whole import, from 1. */
  number: Scalars['Int']['output'];
  /** Why it was refused: the field within the row. A similar lead is `SIMILAR_LEAD` until the row confirms it. */
  userErrors: Array<UserError>;
};

export type LeadLoseInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  version: Scalars['Int']['input'];
};

export type LeadMergeInput = {
  duplicateId: Scalars['ID']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  reason: Scalars['String']['input'];
  survivorId: Scalars['ID']['input'];
  /** Version of the survivor. */
  version: Scalars['Int']['input'];
};

export type LeadOwnershipChallengeInput = {
  city?: InputMaybe<Scalars['String']['input']>;
  companyName: Scalars['String']['input'];
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  reason: Scalars['String']['input'];
  territory: Territory;
};

export type LeadOwnershipChallengePayload = {
  __typename?: 'LeadOwnershipChallengePayload';
  accepted: Scalars['Boolean']['output'];
  userErrors: Array<UserError>;
};

export type LeadPayload = {
  __typename?: 'LeadPayload';
  /** Null when refused. */
  lead?: Maybe<Lead>;
  userErrors: Array<UserError>;
};

/** Ten days in which contact person or first contact must follow. */
export type LeadPreClaim = {
  __typename?: 'LeadPreClaim';
  /** Whole days left, 0 when overdue. */
  daysLeft: Scalars['Int']['output'];
  isOverdue: Scalars['Boolean']['output'];
  until: Scalars['DateTime']['output'];
};

/** Where the one protection engine stands; windows are null for a lead that was never assigned. */
export type LeadProtection = {
  __typename?: 'LeadProtection';
  assignedAt?: Maybe<Scalars['DateTime']['output']>;
  baseUntil?: Maybe<Scalars['DateTime']['output']>;
  expiredAt?: Maybe<Scalars['DateTime']['output']>;
  extensionMonths: Scalars['Int']['output'];
  /** Day 70: the lead expires. */
  graceUntil?: Maybe<Scalars['DateTime']['output']>;
  holds: Array<LeadHold>;
  lastEvidenceAt?: Maybe<Scalars['DateTime']['output']>;
  /** Day 60: the reminder is due. */
  progressUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Whole days until validUntil: 0 when expired, null while the clock stands or without protection. */
  remainingDays?: Maybe<Scalars['Int']['output']>;
  reminderAt?: Maybe<Scalars['DateTime']['output']>;
  state: ProtectionState;
  validUntil?: Maybe<Scalars['DateTime']['output']>;
};

export type LeadProtectionExtendInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  /** 1..24. */
  months: Scalars['Int']['input'];
  reason: Scalars['String']['input'];
  version: Scalars['Int']['input'];
};

export type LeadProtectionOverrideInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  ownerUserId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  version: Scalars['Int']['input'];
};

export type LeadQualifyInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

export type LeadReassignInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  ownerUserId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  version: Scalars['Int']['input'];
};

export type LeadRegisterInput = {
  branchCount?: Scalars['Int']['input'];
  budget?: InputMaybe<Budget>;
  businessType?: InputMaybe<BusinessType>;
  city: Scalars['String']['input'];
  companyName: Scalars['String']['input'];
  /** Anyone: a soft duplicate was looked at. */
  confirmSimilar?: Scalars['Boolean']['input'];
  contact?: InputMaybe<LeadContactInput>;
  countryCode?: Scalars['String']['input'];
  dealSize?: InputMaybe<DealSize>;
  email?: InputMaybe<Scalars['String']['input']>;
  emailConsent?: Scalars['Boolean']['input'];
  employeeCount?: InputMaybe<Scalars['Int']['input']>;
  estimatedVolume?: InputMaybe<Scalars['Money']['input']>;
  /** Needed for MESSE and TELEFON. */
  firstContact?: InputMaybe<FirstContactInput>;
  /** Manager and admin: register although a duplicate stands; needs a reason of at least 10 characters. */
  forceReason?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  isChain?: Scalars['Boolean']['input'];
  kitchenSize?: InputMaybe<KitchenSize>;
  pains?: InputMaybe<Array<Pain>>;
  phone?: InputMaybe<Scalars['String']['input']>;
  postalCode?: InputMaybe<Scalars['String']['input']>;
  source: LeadSource;
  sourceCampaign?: InputMaybe<Scalars['String']['input']>;
  street?: InputMaybe<Scalars['String']['input']>;
  urgency?: InputMaybe<Urgency>;
  website?: InputMaybe<Scalars['String']['input']>;
};

/** Each part and the whole are 0..100. */
export type LeadScore = {
  __typename?: 'LeadScore';
  engagement: Scalars['Int']['output'];
  fit: Scalars['Int']['output'];
  pain: Scalars['Int']['output'];
  revenue: Scalars['Int']['output'];
  total: Scalars['Int']['output'];
};

/** A lead that might be the same company. */
export type LeadSimilarity = {
  __typename?: 'LeadSimilarity';
  lead?: Maybe<Lead>;
  /** 0..100. */
  similarity: Scalars['Int']['output'];
};

export type LeadSource =
  | 'EMPFEHLUNG'
  | 'MESSE'
  | 'PARTNER'
  | 'SONSTIGES'
  | 'TELEFON'
  | 'WEB_FORMULAR';

export type LeadStage =
  | 'QUALIFIZIERT'
  | 'REGISTRIERUNG'
  | 'VORMERKUNG';

export type LeadStageAdvanceInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  stage: LeadStage;
  version: Scalars['Int']['input'];
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

/**
 * Something about a lead that its owner or the territory's manager has to look at. It lapses by itself
 * when its reason goes.
 */
export type LeadTask = Node & {
  __typename?: 'LeadTask';
  /** Whether the caller may close it by hand. */
  canComplete: Scalars['Boolean']['output'];
  /** When it was done or lapsed; null while it is open. */
  completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Null while it is open and for what lapsed. */
  completedBy?: Maybe<User>;
  createdAt: Scalars['DateTime']['output'];
  /** When the time ended that was missed; null where there was none. */
  dueAt?: Maybe<Scalars['DateTime']['output']>;
  id: Scalars['ID']['output'];
  kind: LeadTaskKind;
  /** Null when the lead is gone. */
  lead?: Maybe<Lead>;
  /** The owner where he is a receiver; null for what is the manager's alone. */
  ownerUserId?: Maybe<Scalars['ID']['output']>;
  /** Who claims the lead; null where no person gave the reason. */
  raisedBy?: Maybe<User>;
  /** Why he claims it; null for other kinds and once it was erased. */
  reason?: Maybe<Scalars['String']['output']>;
  /** Who of those around the lead is meant, whoever that is at the time. */
  receivers: Array<LeadTaskReceiver>;
  status: LeadTaskStatus;
  territory: Territory;
};

export type LeadTaskCompleteInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  taskId: Scalars['ID']['input'];
  /** Version of the lead. */
  version: Scalars['Int']['input'];
};

export type LeadTaskConnection = {
  __typename?: 'LeadTaskConnection';
  edges: Array<LeadTaskEdge>;
  pageInfo: PageInfo;
  /** Tasks under this filter that the caller may see. */
  totalCount: Scalars['Int']['output'];
};

export type LeadTaskEdge = {
  __typename?: 'LeadTaskEdge';
  cursor: Scalars['String']['output'];
  node: LeadTask;
};

export type LeadTaskFilter = {
  kind?: InputMaybe<Array<LeadTaskKind>>;
  leadId?: InputMaybe<Scalars['ID']['input']>;
  /** Open ones only when absent. */
  status?: InputMaybe<Array<LeadTaskStatus>>;
};

export type LeadTaskKind =
  /** Somebody who was refused a duplicate claims the lead. */
  | 'OWNERSHIP_CHALLENGED'
  /** The owner does not hold the lead's territory any longer. */
  | 'OWNER_LOST'
  /** Neither contact person nor first contact within ten days; the manager decides. */
  | 'PRE_CLAIM_OVERDUE';

export type LeadTaskPayload = {
  __typename?: 'LeadTaskPayload';
  /** Null when refused. */
  task?: Maybe<LeadTask>;
  userErrors: Array<UserError>;
};

export type LeadTaskReceiver =
  | 'MANAGER'
  | 'OWNER';

export type LeadTaskStatus =
  /** Its reason went away. */
  | 'CANCELED'
  | 'DONE'
  | 'OPEN';

export type LeadTerritoryTransferInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  leadId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
  territory: Territory;
  version: Scalars['Int']['input'];
};

/** Kitchen and purchasing are won in parallel. */
export type LeadTracks = {
  __typename?: 'LeadTracks';
  buyer: TrackState;
  chef: TrackState;
  decision: TrackDecision;
};

export type LeadUpdateInput = {
  branchCount?: InputMaybe<Scalars['Int']['input']>;
  budget?: InputMaybe<Budget>;
  businessType?: InputMaybe<BusinessType>;
  city?: InputMaybe<Scalars['String']['input']>;
  companyName?: InputMaybe<Scalars['String']['input']>;
  competitorInUse?: InputMaybe<Scalars['String']['input']>;
  dealSize?: InputMaybe<DealSize>;
  decisionMakerAccess?: InputMaybe<DecisionMakerAccess>;
  email?: InputMaybe<Scalars['String']['input']>;
  employeeCount?: InputMaybe<Scalars['Int']['input']>;
  estimatedVolume?: InputMaybe<Scalars['Money']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  internalChampionName?: InputMaybe<Scalars['String']['input']>;
  isChain?: InputMaybe<Scalars['Boolean']['input']>;
  kitchenSize?: InputMaybe<KitchenSize>;
  leadId: Scalars['ID']['input'];
  painNotes?: InputMaybe<Scalars['String']['input']>;
  pains?: InputMaybe<Array<Pain>>;
  phone?: InputMaybe<Scalars['String']['input']>;
  postalCode?: InputMaybe<Scalars['String']['input']>;
  relationshipStatus?: InputMaybe<RelationshipStatus>;
  street?: InputMaybe<Scalars['String']['input']>;
  urgency?: InputMaybe<Urgency>;
  version: Scalars['Int']['input'];
  website?: InputMaybe<Scalars['String']['input']>;
};

export type Mutation = {
  __typename?: 'Mutation';
  leadBackdate: LeadPayload;
  leadClockResume: LeadPayload;
  leadClockStop: LeadPayload;
  leadCollaboratorSet: LeadPayload;
  leadConsentSet: LeadPayload;
  leadContactRemove: LeadPayload;
  leadContactSet: LeadPayload;
  leadConvert: LeadPayload;
  leadDelete: LeadPayload;
  leadFirstContactDocument: LeadPayload;
  /** Closes the owner's task or postpones it. */
  leadFollowUpComplete: LeadPayload;
  /** Registers many leads at once for the caller; a row at fault stops no other. */
  leadImport: LeadImportPayload;
  leadLose: LeadPayload;
  leadMerge: LeadPayload;
  /** Tells the manager that a refused duplicate may belong to the caller; gives no data back. */
  leadOwnershipChallenge: LeadOwnershipChallengePayload;
  leadProtectionExtend: LeadPayload;
  leadProtectionOverride: LeadPayload;
  leadQualify: LeadPayload;
  leadReassign: LeadPayload;
  /** Registers a lead; the caller becomes its owner (a partner's lead waits in triage). */
  leadRegister: LeadPayload;
  leadStageAdvance: LeadPayload;
  /** Closes a task by hand: the manager has decided. What lapses with its reason needs no closing. */
  leadTaskComplete: LeadTaskPayload;
  leadTerritoryTransfer: LeadPayload;
  leadUpdate: LeadPayload;
};


export type MutationLeadBackdateArgs = {
  input: LeadBackdateInput;
};


export type MutationLeadClockResumeArgs = {
  input: LeadClockResumeInput;
};


export type MutationLeadClockStopArgs = {
  input: LeadClockStopInput;
};


export type MutationLeadCollaboratorSetArgs = {
  input: LeadCollaboratorSetInput;
};


export type MutationLeadConsentSetArgs = {
  input: LeadConsentSetInput;
};


export type MutationLeadContactRemoveArgs = {
  input: LeadContactRemoveInput;
};


export type MutationLeadContactSetArgs = {
  input: LeadContactSetInput;
};


export type MutationLeadConvertArgs = {
  input: LeadConvertInput;
};


export type MutationLeadDeleteArgs = {
  input: LeadDeleteInput;
};


export type MutationLeadFirstContactDocumentArgs = {
  input: LeadFirstContactDocumentInput;
};


export type MutationLeadFollowUpCompleteArgs = {
  input: LeadFollowUpCompleteInput;
};


export type MutationLeadImportArgs = {
  input: LeadImportInput;
};


export type MutationLeadLoseArgs = {
  input: LeadLoseInput;
};


export type MutationLeadMergeArgs = {
  input: LeadMergeInput;
};


export type MutationLeadOwnershipChallengeArgs = {
  input: LeadOwnershipChallengeInput;
};


export type MutationLeadProtectionExtendArgs = {
  input: LeadProtectionExtendInput;
};


export type MutationLeadProtectionOverrideArgs = {
  input: LeadProtectionOverrideInput;
};


export type MutationLeadQualifyArgs = {
  input: LeadQualifyInput;
};


export type MutationLeadReassignArgs = {
  input: LeadReassignInput;
};


export type MutationLeadRegisterArgs = {
  input: LeadRegisterInput;
};


export type MutationLeadStageAdvanceArgs = {
  input: LeadStageAdvanceInput;
};


export type MutationLeadTaskCompleteArgs = {
  input: LeadTaskCompleteInput;
};


export type MutationLeadTerritoryTransferArgs = {
  input: LeadTerritoryTransferInput;
};


export type MutationLeadUpdateArgs = {
  input: LeadUpdateInput;
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

export type Pain =
  | 'FOOD_WASTE'
  | 'HIGH_COSTS'
  | 'POOR_SERVICE'
  | 'QUALITY_INCONSISTENCY'
  | 'STAFF_SHORTAGE'
  | 'SUPPLIER_QUALITY'
  | 'TIME_PRESSURE'
  | 'UNRELIABLE_DELIVERY';

export type ProtectionState =
  | 'EXPIRED'
  | 'GRACE'
  | 'NONE'
  | 'PROTECTED'
  | 'REMINDER'
  | 'STOPPED';

export type Query = {
  __typename?: 'Query';
  /** One lead; null when it does not exist for the caller. */
  lead?: Maybe<Lead>;
  /** Whether a company might be known already; says only that one exists unless the caller may read it. */
  leadDuplicates: LeadDuplicateAnswer;
  /** What the caller has to look at, longest waiting first; only what is open unless the filter says otherwise. */
  leadTasks: LeadTaskConnection;
  /** Leads without an owner that wait for a decision of the territory's manager, season first, then oldest first. */
  leadTriage: LeadConnection;
  /** Leads the caller may read, newest registration first. */
  leads: LeadConnection;
};


export type QueryLeadArgs = {
  id: Scalars['ID']['input'];
};


export type QueryLeadDuplicatesArgs = {
  input: LeadDuplicatesInput;
};


export type QueryLeadTasksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<LeadTaskFilter>;
  first?: Scalars['Int']['input'];
};


export type QueryLeadTriageArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  territory: Territory;
};


export type QueryLeadsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<LeadFilter>;
  first?: Scalars['Int']['input'];
};

export type RegisteredAtSource =
  | 'backdated'
  | 'import'
  | 'manual'
  | 'system';

export type RelationshipStatus =
  | 'ADVOCATE'
  | 'COLD'
  | 'CONTACTED'
  | 'ENGAGED_POSITIVE'
  | 'ENGAGED_SKEPTICAL'
  | 'TRUSTED';

export type Subscription = {
  __typename?: 'Subscription';
  /** Every change of a lead the caller may read; with an id, of that one only. */
  leadChanged: LeadChange;
};


export type SubscriptionLeadChangedArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
};

/** A country room with data, currency and tax of its own. */
export type Territory =
  | 'AT'
  | 'CH'
  | 'DE';

export type TrackDecision =
  | 'AGREED'
  | 'DECLINED'
  | 'OPEN';

export type TrackState =
  | 'AGREED'
  | 'CONTACTED'
  | 'DECLINED'
  | 'FEEDBACK_GIVEN'
  | 'OPEN';

export type Urgency =
  | 'EMERGENCY'
  | 'HIGH'
  | 'MEDIUM'
  | 'NORMAL';

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
  FollowUp: FollowUp;
  Lead: Lead;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  FollowUp:
    ( { __typename: 'FollowUp' }
    & GraphQLRecursivePick<FederationTypes['FollowUp'], {"id":true}> );
  Lead:
    ( { __typename: 'Lead' }
    & GraphQLRecursivePick<FederationTypes['Lead'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( Shape<FollowUp> )
    | ( Shape<Lead> )
    | ( Shape<LeadContact> )
    | ( Shape<LeadTask> )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AssignmentRole: ResolverTypeWrapper<Shape<AssignmentRole>>;
  Budget: ResolverTypeWrapper<Shape<Budget>>;
  BusinessType: ResolverTypeWrapper<Shape<BusinessType>>;
  CollaboratorLevel: ResolverTypeWrapper<Shape<CollaboratorLevel>>;
  ContactGroup: ResolverTypeWrapper<Shape<ContactGroup>>;
  ContactRole: ResolverTypeWrapper<Shape<ContactRole>>;
  Date: ResolverTypeWrapper<Shape<Scalars['Date']['output']>>;
  DateTime: ResolverTypeWrapper<Shape<Scalars['DateTime']['output']>>;
  DealSize: ResolverTypeWrapper<Shape<DealSize>>;
  DecisionLevel: ResolverTypeWrapper<Shape<DecisionLevel>>;
  DecisionMakerAccess: ResolverTypeWrapper<Shape<DecisionMakerAccess>>;
  FirstContactChannel: ResolverTypeWrapper<Shape<FirstContactChannel>>;
  FirstContactInput: ResolverTypeWrapper<Shape<FirstContactInput>>;
  FollowUp: ResolverTypeWrapper<Shape<FollowUp>>;
  ID: ResolverTypeWrapper<Shape<Scalars['ID']['output']>>;
  Boolean: ResolverTypeWrapper<Shape<Scalars['Boolean']['output']>>;
  FollowUpOutcome: ResolverTypeWrapper<Shape<FollowUpOutcome>>;
  FollowUpStatus: ResolverTypeWrapper<Shape<FollowUpStatus>>;
  FollowUpType: ResolverTypeWrapper<Shape<FollowUpType>>;
  HoldKind: ResolverTypeWrapper<Shape<HoldKind>>;
  KitchenSize: ResolverTypeWrapper<Shape<KitchenSize>>;
  Lead: ResolverTypeWrapper<Shape<Lead>>;
  Int: ResolverTypeWrapper<Shape<Scalars['Int']['output']>>;
  LeadAction: ResolverTypeWrapper<Shape<LeadAction>>;
  LeadBackdateInput: ResolverTypeWrapper<Shape<LeadBackdateInput>>;
  LeadChange: ResolverTypeWrapper<Shape<LeadChange>>;
  LeadClockResumeInput: ResolverTypeWrapper<Shape<LeadClockResumeInput>>;
  LeadClockStopInput: ResolverTypeWrapper<Shape<LeadClockStopInput>>;
  LeadCollaborator: ResolverTypeWrapper<Shape<LeadCollaborator>>;
  LeadCollaboratorSetInput: ResolverTypeWrapper<Shape<LeadCollaboratorSetInput>>;
  LeadConnection: ResolverTypeWrapper<Shape<LeadConnection>>;
  LeadConsentSetInput: ResolverTypeWrapper<Shape<LeadConsentSetInput>>;
  LeadContact: ResolverTypeWrapper<Shape<LeadContact>>;
  LeadContactInput: ResolverTypeWrapper<Shape<LeadContactInput>>;
  LeadContactRemoveInput: ResolverTypeWrapper<Shape<LeadContactRemoveInput>>;
  LeadContactSetInput: ResolverTypeWrapper<Shape<LeadContactSetInput>>;
  LeadConvertInput: ResolverTypeWrapper<Shape<LeadConvertInput>>;
  LeadDeleteInput: ResolverTypeWrapper<Shape<LeadDeleteInput>>;
  LeadDuplicateAnswer: ResolverTypeWrapper<Shape<LeadDuplicateAnswer>>;
  LeadDuplicatesInput: ResolverTypeWrapper<Shape<LeadDuplicatesInput>>;
  LeadEdge: ResolverTypeWrapper<Shape<LeadEdge>>;
  LeadFilter: ResolverTypeWrapper<Shape<LeadFilter>>;
  LeadFirstContactDocumentInput: ResolverTypeWrapper<Shape<LeadFirstContactDocumentInput>>;
  LeadFollowUpCompleteInput: ResolverTypeWrapper<Shape<LeadFollowUpCompleteInput>>;
  LeadHold: ResolverTypeWrapper<Shape<LeadHold>>;
  LeadImportInput: ResolverTypeWrapper<Shape<LeadImportInput>>;
  LeadImportPayload: ResolverTypeWrapper<Shape<LeadImportPayload>>;
  LeadImportRow: ResolverTypeWrapper<Shape<LeadImportRow>>;
  LeadLoseInput: ResolverTypeWrapper<Shape<LeadLoseInput>>;
  LeadMergeInput: ResolverTypeWrapper<Shape<LeadMergeInput>>;
  LeadOwnershipChallengeInput: ResolverTypeWrapper<Shape<LeadOwnershipChallengeInput>>;
  LeadOwnershipChallengePayload: ResolverTypeWrapper<Shape<LeadOwnershipChallengePayload>>;
  LeadPayload: ResolverTypeWrapper<Shape<LeadPayload>>;
  LeadPreClaim: ResolverTypeWrapper<Shape<LeadPreClaim>>;
  LeadProtection: ResolverTypeWrapper<Shape<LeadProtection>>;
  LeadProtectionExtendInput: ResolverTypeWrapper<Shape<LeadProtectionExtendInput>>;
  LeadProtectionOverrideInput: ResolverTypeWrapper<Shape<LeadProtectionOverrideInput>>;
  LeadQualifyInput: ResolverTypeWrapper<Shape<LeadQualifyInput>>;
  LeadReassignInput: ResolverTypeWrapper<Shape<LeadReassignInput>>;
  LeadRegisterInput: ResolverTypeWrapper<Shape<LeadRegisterInput>>;
  LeadScore: ResolverTypeWrapper<Shape<LeadScore>>;
  LeadSimilarity: ResolverTypeWrapper<Shape<LeadSimilarity>>;
  LeadSource: ResolverTypeWrapper<Shape<LeadSource>>;
  LeadStage: ResolverTypeWrapper<Shape<LeadStage>>;
  LeadStageAdvanceInput: ResolverTypeWrapper<Shape<LeadStageAdvanceInput>>;
  LeadStatus: ResolverTypeWrapper<Shape<LeadStatus>>;
  LeadTask: ResolverTypeWrapper<Shape<LeadTask>>;
  LeadTaskCompleteInput: ResolverTypeWrapper<Shape<LeadTaskCompleteInput>>;
  LeadTaskConnection: ResolverTypeWrapper<Shape<LeadTaskConnection>>;
  LeadTaskEdge: ResolverTypeWrapper<Shape<LeadTaskEdge>>;
  LeadTaskFilter: ResolverTypeWrapper<Shape<LeadTaskFilter>>;
  LeadTaskKind: ResolverTypeWrapper<Shape<LeadTaskKind>>;
  LeadTaskPayload: ResolverTypeWrapper<Shape<LeadTaskPayload>>;
  LeadTaskReceiver: ResolverTypeWrapper<Shape<LeadTaskReceiver>>;
  LeadTaskStatus: ResolverTypeWrapper<Shape<LeadTaskStatus>>;
  LeadTerritoryTransferInput: ResolverTypeWrapper<Shape<LeadTerritoryTransferInput>>;
  LeadTracks: ResolverTypeWrapper<Shape<LeadTracks>>;
  LeadUpdateInput: ResolverTypeWrapper<Shape<LeadUpdateInput>>;
  Money: ResolverTypeWrapper<Shape<Scalars['Money']['output']>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<Shape<PageInfo>>;
  Pain: ResolverTypeWrapper<Shape<Pain>>;
  ProtectionState: ResolverTypeWrapper<Shape<ProtectionState>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RegisteredAtSource: ResolverTypeWrapper<Shape<RegisteredAtSource>>;
  RelationshipStatus: ResolverTypeWrapper<Shape<RelationshipStatus>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Territory: ResolverTypeWrapper<Shape<Territory>>;
  TrackDecision: ResolverTypeWrapper<Shape<TrackDecision>>;
  TrackState: ResolverTypeWrapper<Shape<TrackState>>;
  Urgency: ResolverTypeWrapper<Shape<Urgency>>;
  User: ResolverTypeWrapper<Shape<User>>;
  UserError: ResolverTypeWrapper<Shape<UserError>>;
  String: ResolverTypeWrapper<Shape<Scalars['String']['output']>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Date: Shape<Scalars['Date']['output']>;
  DateTime: Shape<Scalars['DateTime']['output']>;
  FirstContactInput: Shape<FirstContactInput>;
  FollowUp: Shape<FollowUp | FederationReferenceTypes['FollowUp']>;
  ID: Shape<Scalars['ID']['output']>;
  Boolean: Shape<Scalars['Boolean']['output']>;
  Lead: Shape<Lead | FederationReferenceTypes['Lead']>;
  Int: Shape<Scalars['Int']['output']>;
  LeadBackdateInput: Shape<LeadBackdateInput>;
  LeadChange: Shape<LeadChange>;
  LeadClockResumeInput: Shape<LeadClockResumeInput>;
  LeadClockStopInput: Shape<LeadClockStopInput>;
  LeadCollaborator: Shape<LeadCollaborator>;
  LeadCollaboratorSetInput: Shape<LeadCollaboratorSetInput>;
  LeadConnection: Shape<LeadConnection>;
  LeadConsentSetInput: Shape<LeadConsentSetInput>;
  LeadContact: Shape<LeadContact>;
  LeadContactInput: Shape<LeadContactInput>;
  LeadContactRemoveInput: Shape<LeadContactRemoveInput>;
  LeadContactSetInput: Shape<LeadContactSetInput>;
  LeadConvertInput: Shape<LeadConvertInput>;
  LeadDeleteInput: Shape<LeadDeleteInput>;
  LeadDuplicateAnswer: Shape<LeadDuplicateAnswer>;
  LeadDuplicatesInput: Shape<LeadDuplicatesInput>;
  LeadEdge: Shape<LeadEdge>;
  LeadFilter: Shape<LeadFilter>;
  LeadFirstContactDocumentInput: Shape<LeadFirstContactDocumentInput>;
  LeadFollowUpCompleteInput: Shape<LeadFollowUpCompleteInput>;
  LeadHold: Shape<LeadHold>;
  LeadImportInput: Shape<LeadImportInput>;
  LeadImportPayload: Shape<LeadImportPayload>;
  LeadImportRow: Shape<LeadImportRow>;
  LeadLoseInput: Shape<LeadLoseInput>;
  LeadMergeInput: Shape<LeadMergeInput>;
  LeadOwnershipChallengeInput: Shape<LeadOwnershipChallengeInput>;
  LeadOwnershipChallengePayload: Shape<LeadOwnershipChallengePayload>;
  LeadPayload: Shape<LeadPayload>;
  LeadPreClaim: Shape<LeadPreClaim>;
  LeadProtection: Shape<LeadProtection>;
  LeadProtectionExtendInput: Shape<LeadProtectionExtendInput>;
  LeadProtectionOverrideInput: Shape<LeadProtectionOverrideInput>;
  LeadQualifyInput: Shape<LeadQualifyInput>;
  LeadReassignInput: Shape<LeadReassignInput>;
  LeadRegisterInput: Shape<LeadRegisterInput>;
  LeadScore: Shape<LeadScore>;
  LeadSimilarity: Shape<LeadSimilarity>;
  LeadStageAdvanceInput: Shape<LeadStageAdvanceInput>;
  LeadTask: Shape<LeadTask>;
  LeadTaskCompleteInput: Shape<LeadTaskCompleteInput>;
  LeadTaskConnection: Shape<LeadTaskConnection>;
  LeadTaskEdge: Shape<LeadTaskEdge>;
  LeadTaskFilter: Shape<LeadTaskFilter>;
  LeadTaskPayload: Shape<LeadTaskPayload>;
  LeadTerritoryTransferInput: Shape<LeadTerritoryTransferInput>;
  LeadTracks: Shape<LeadTracks>;
  LeadUpdateInput: Shape<LeadUpdateInput>;
  Money: Shape<Scalars['Money']['output']>;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: Shape<PageInfo>;
  Query: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
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

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type FollowUpResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['FollowUp'] = ResolversParentTypes['FollowUp'], FederationReferenceType extends FederationReferenceTypes['FollowUp'] = FederationReferenceTypes['FollowUp']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['FollowUp']> | FederationReferenceType, FederationReferenceType, ContextType>;
  dueAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isOverdue?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  outcome?: Resolver<Maybe<ResolversTypes['FollowUpOutcome']>, ParentType, ContextType>;
  processedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FollowUpStatus'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['FollowUpType'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type LeadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Lead'] = ResolversParentTypes['Lead'], FederationReferenceType extends FederationReferenceTypes['Lead'] = FederationReferenceTypes['Lead']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Lead']> | FederationReferenceType, FederationReferenceType, ContextType>;
  actions?: Resolver<Array<ResolversTypes['LeadAction']>, ParentType, ContextType>;
  branchCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  budget?: Resolver<ResolversTypes['Budget'], ParentType, ContextType>;
  businessType?: Resolver<Maybe<ResolversTypes['BusinessType']>, ParentType, ContextType>;
  city?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  collaboratorUserIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  collaborators?: Resolver<Array<ResolversTypes['LeadCollaborator']>, ParentType, ContextType>;
  companyName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  competitorInUse?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  contactBlocked?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  contacts?: Resolver<Maybe<Array<ResolversTypes['LeadContact']>>, ParentType, ContextType>;
  countryCode?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  dealSize?: Resolver<Maybe<ResolversTypes['DealSize']>, ParentType, ContextType>;
  decisionMakerAccess?: Resolver<ResolversTypes['DecisionMakerAccess'], ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  emailConsent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  employeeCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  estimatedVolume?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  firstContactDocumentedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  followUps?: Resolver<Array<ResolversTypes['FollowUp']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  internalChampionName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  isChain?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  kitchenSize?: Resolver<Maybe<ResolversTypes['KitchenSize']>, ParentType, ContextType>;
  mergedIntoId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  ownerUserId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  painNotes?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  pains?: Resolver<Array<ResolversTypes['Pain']>, ParentType, ContextType>;
  partnerOrgId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  phone?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  postalCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  preClaim?: Resolver<Maybe<ResolversTypes['LeadPreClaim']>, ParentType, ContextType>;
  processingRestricted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  protection?: Resolver<ResolversTypes['LeadProtection'], ParentType, ContextType>;
  registeredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  registeredAtSource?: Resolver<ResolversTypes['RegisteredAtSource'], ParentType, ContextType>;
  relationshipStatus?: Resolver<ResolversTypes['RelationshipStatus'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['LeadScore'], ParentType, ContextType>;
  season?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['LeadSource'], ParentType, ContextType>;
  sourceCampaign?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  stage?: Resolver<ResolversTypes['LeadStage'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['LeadStatus'], ParentType, ContextType>;
  street?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  territory?: Resolver<ResolversTypes['Territory'], ParentType, ContextType>;
  tracks?: Resolver<ResolversTypes['LeadTracks'], ParentType, ContextType>;
  urgency?: Resolver<ResolversTypes['Urgency'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  website?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type LeadChangeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadChange'] = ResolversParentTypes['LeadChange']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lead?: Resolver<Maybe<ResolversTypes['Lead']>, ParentType, ContextType>;
  leadId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type LeadCollaboratorResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadCollaborator'] = ResolversParentTypes['LeadCollaborator']> = {
  contactFocus?: Resolver<Array<ResolversTypes['ContactGroup']>, ParentType, ContextType>;
  level?: Resolver<Maybe<ResolversTypes['CollaboratorLevel']>, ParentType, ContextType>;
  role?: Resolver<ResolversTypes['AssignmentRole'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
};

export type LeadConnectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadConnection'] = ResolversParentTypes['LeadConnection']> = {
  edges?: Resolver<Array<ResolversTypes['LeadEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type LeadContactResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadContact'] = ResolversParentTypes['LeadContact']> = {
  birthday?: Resolver<Maybe<ResolversTypes['Date']>, ParentType, ContextType>;
  decisionLevel?: Resolver<Maybe<ResolversTypes['DecisionLevel']>, ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  emailConsent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  firstName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  group?: Resolver<ResolversTypes['ContactGroup'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isActive?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  isDecisionMaker?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  isPrimary?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  lastName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  mobile?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  notes?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  phone?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  position?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  processingRestricted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['ContactRole'], ParentType, ContextType>;
  salutation?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  title?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  warmthScore?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type LeadDuplicateAnswerResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadDuplicateAnswer'] = ResolversParentTypes['LeadDuplicateAnswer']> = {
  exists?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  similar?: Resolver<Array<ResolversTypes['LeadSimilarity']>, ParentType, ContextType>;
};

export type LeadEdgeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadEdge'] = ResolversParentTypes['LeadEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Lead']>, ParentType, ContextType>;
};

export type LeadHoldResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadHold'] = ResolversParentTypes['LeadHold']> = {
  from?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['HoldKind'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  until?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type LeadImportPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadImportPayload'] = ResolversParentTypes['LeadImportPayload']> = {
  nextRow?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  rows?: Resolver<Maybe<Array<ResolversTypes['LeadImportRow']>>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type LeadImportRowResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadImportRow'] = ResolversParentTypes['LeadImportRow']> = {
  lead?: Resolver<Maybe<ResolversTypes['Lead']>, ParentType, ContextType>;
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type LeadOwnershipChallengePayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadOwnershipChallengePayload'] = ResolversParentTypes['LeadOwnershipChallengePayload']> = {
  accepted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type LeadPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadPayload'] = ResolversParentTypes['LeadPayload']> = {
  lead?: Resolver<Maybe<ResolversTypes['Lead']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type LeadPreClaimResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadPreClaim'] = ResolversParentTypes['LeadPreClaim']> = {
  daysLeft?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  isOverdue?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  until?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type LeadProtectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadProtection'] = ResolversParentTypes['LeadProtection']> = {
  assignedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  baseUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  expiredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  extensionMonths?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  graceUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  holds?: Resolver<Array<ResolversTypes['LeadHold']>, ParentType, ContextType>;
  lastEvidenceAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  progressUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  remainingDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  reminderAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ProtectionState'], ParentType, ContextType>;
  validUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type LeadScoreResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadScore'] = ResolversParentTypes['LeadScore']> = {
  engagement?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fit?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pain?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  revenue?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type LeadSimilarityResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadSimilarity'] = ResolversParentTypes['LeadSimilarity']> = {
  lead?: Resolver<Maybe<ResolversTypes['Lead']>, ParentType, ContextType>;
  similarity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type LeadTaskResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadTask'] = ResolversParentTypes['LeadTask']> = {
  canComplete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  completedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  completedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  dueAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['LeadTaskKind'], ParentType, ContextType>;
  lead?: Resolver<Maybe<ResolversTypes['Lead']>, ParentType, ContextType>;
  ownerUserId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  raisedBy?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  receivers?: Resolver<Array<ResolversTypes['LeadTaskReceiver']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['LeadTaskStatus'], ParentType, ContextType>;
  territory?: Resolver<ResolversTypes['Territory'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type LeadTaskConnectionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadTaskConnection'] = ResolversParentTypes['LeadTaskConnection']> = {
  edges?: Resolver<Array<ResolversTypes['LeadTaskEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type LeadTaskEdgeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadTaskEdge'] = ResolversParentTypes['LeadTaskEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['LeadTask'], ParentType, ContextType>;
};

export type LeadTaskPayloadResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadTaskPayload'] = ResolversParentTypes['LeadTaskPayload']> = {
  task?: Resolver<Maybe<ResolversTypes['LeadTask']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type LeadTracksResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['LeadTracks'] = ResolversParentTypes['LeadTracks']> = {
  buyer?: Resolver<ResolversTypes['TrackState'], ParentType, ContextType>;
  chef?: Resolver<ResolversTypes['TrackState'], ParentType, ContextType>;
  decision?: Resolver<ResolversTypes['TrackDecision'], ParentType, ContextType>;
};

export interface MoneyScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Money'], any> {
  name: 'Money';
}

export type MutationResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  leadBackdate?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadBackdateArgs, 'input'>>;
  leadClockResume?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadClockResumeArgs, 'input'>>;
  leadClockStop?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadClockStopArgs, 'input'>>;
  leadCollaboratorSet?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadCollaboratorSetArgs, 'input'>>;
  leadConsentSet?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadConsentSetArgs, 'input'>>;
  leadContactRemove?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadContactRemoveArgs, 'input'>>;
  leadContactSet?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadContactSetArgs, 'input'>>;
  leadConvert?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadConvertArgs, 'input'>>;
  leadDelete?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadDeleteArgs, 'input'>>;
  leadFirstContactDocument?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadFirstContactDocumentArgs, 'input'>>;
  leadFollowUpComplete?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadFollowUpCompleteArgs, 'input'>>;
  leadImport?: Resolver<ResolversTypes['LeadImportPayload'], ParentType, ContextType, RequireFields<MutationLeadImportArgs, 'input'>>;
  leadLose?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadLoseArgs, 'input'>>;
  leadMerge?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadMergeArgs, 'input'>>;
  leadOwnershipChallenge?: Resolver<ResolversTypes['LeadOwnershipChallengePayload'], ParentType, ContextType, RequireFields<MutationLeadOwnershipChallengeArgs, 'input'>>;
  leadProtectionExtend?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadProtectionExtendArgs, 'input'>>;
  leadProtectionOverride?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadProtectionOverrideArgs, 'input'>>;
  leadQualify?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadQualifyArgs, 'input'>>;
  leadReassign?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadReassignArgs, 'input'>>;
  leadRegister?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadRegisterArgs, 'input'>>;
  leadStageAdvance?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadStageAdvanceArgs, 'input'>>;
  leadTaskComplete?: Resolver<ResolversTypes['LeadTaskPayload'], ParentType, ContextType, RequireFields<MutationLeadTaskCompleteArgs, 'input'>>;
  leadTerritoryTransfer?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadTerritoryTransferArgs, 'input'>>;
  leadUpdate?: Resolver<ResolversTypes['LeadPayload'], ParentType, ContextType, RequireFields<MutationLeadUpdateArgs, 'input'>>;
};

export type NodeResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'FollowUp' | 'Lead' | 'LeadContact' | 'LeadTask', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  lead?: Resolver<Maybe<ResolversTypes['Lead']>, ParentType, ContextType, RequireFields<QueryLeadArgs, 'id'>>;
  leadDuplicates?: Resolver<ResolversTypes['LeadDuplicateAnswer'], ParentType, ContextType, RequireFields<QueryLeadDuplicatesArgs, 'input'>>;
  leadTasks?: Resolver<ResolversTypes['LeadTaskConnection'], ParentType, ContextType, RequireFields<QueryLeadTasksArgs, 'first'>>;
  leadTriage?: Resolver<ResolversTypes['LeadConnection'], ParentType, ContextType, RequireFields<QueryLeadTriageArgs, 'first' | 'territory'>>;
  leads?: Resolver<ResolversTypes['LeadConnection'], ParentType, ContextType, RequireFields<QueryLeadsArgs, 'first'>>;
};

export type SubscriptionResolvers<ContextType = ResolverContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  leadChanged?: SubscriptionResolver<ResolversTypes['LeadChange'], "leadChanged", ParentType, ContextType, Partial<SubscriptionLeadChangedArgs>>;
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
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  FollowUp?: FollowUpResolvers<ContextType>;
  Lead?: LeadResolvers<ContextType>;
  LeadChange?: LeadChangeResolvers<ContextType>;
  LeadCollaborator?: LeadCollaboratorResolvers<ContextType>;
  LeadConnection?: LeadConnectionResolvers<ContextType>;
  LeadContact?: LeadContactResolvers<ContextType>;
  LeadDuplicateAnswer?: LeadDuplicateAnswerResolvers<ContextType>;
  LeadEdge?: LeadEdgeResolvers<ContextType>;
  LeadHold?: LeadHoldResolvers<ContextType>;
  LeadImportPayload?: LeadImportPayloadResolvers<ContextType>;
  LeadImportRow?: LeadImportRowResolvers<ContextType>;
  LeadOwnershipChallengePayload?: LeadOwnershipChallengePayloadResolvers<ContextType>;
  LeadPayload?: LeadPayloadResolvers<ContextType>;
  LeadPreClaim?: LeadPreClaimResolvers<ContextType>;
  LeadProtection?: LeadProtectionResolvers<ContextType>;
  LeadScore?: LeadScoreResolvers<ContextType>;
  LeadSimilarity?: LeadSimilarityResolvers<ContextType>;
  LeadTask?: LeadTaskResolvers<ContextType>;
  LeadTaskConnection?: LeadTaskConnectionResolvers<ContextType>;
  LeadTaskEdge?: LeadTaskEdgeResolvers<ContextType>;
  LeadTaskPayload?: LeadTaskPayloadResolvers<ContextType>;
  LeadTracks?: LeadTracksResolvers<ContextType>;
  Money?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = ResolverContext> = {
  owner?: OwnerDirectiveResolver<any, any, ContextType>;
  territory?: TerritoryDirectiveResolver<any, any, ContextType>;
};
