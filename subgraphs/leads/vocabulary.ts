/** The values of the lead as they stand on the wire and in the log; screens translate them. */

export const leadStatuses = [
  'REGISTERED',
  'ACTIVE',
  'REMINDER',
  'GRACE_PERIOD',
  'QUALIFIED',
  'CONVERTED',
  'LOST',
  'EXPIRED',
  'DELETED',
] as const;
export type LeadStatus = (typeof leadStatuses)[number];

export const leadStages = ['VORMERKUNG', 'REGISTRIERUNG', 'QUALIFIZIERT'] as const;
export type LeadStage = (typeof leadStages)[number];

export const territories = ['DE', 'AT', 'CH'] as const;
export type Territory = (typeof territories)[number];

export const leadSources = [
  'MESSE',
  'EMPFEHLUNG',
  'TELEFON',
  'WEB_FORMULAR',
  'PARTNER',
  'SONSTIGES',
] as const;
export type LeadSource = (typeof leadSources)[number];

export const businessTypes = [
  'RESTAURANT',
  'HOTEL',
  'CATERING',
  'KANTINE',
  'GROSSHANDEL',
  'LEH',
  'BILDUNG',
  'GESUNDHEIT',
  'SONSTIGES',
] as const;
export type BusinessType = (typeof businessTypes)[number];

export const kitchenSizes = ['KLEIN', 'MITTEL', 'GROSS', 'SEHR_GROSS'] as const;
export type KitchenSize = (typeof kitchenSizes)[number];

export const dealSizes = ['SMALL', 'MEDIUM', 'LARGE', 'ENTERPRISE'] as const;
export type DealSize = (typeof dealSizes)[number];

export const budgets = ['YES', 'NO', 'UNKNOWN'] as const;
export type Budget = (typeof budgets)[number];

export const urgencies = ['NORMAL', 'MEDIUM', 'HIGH', 'EMERGENCY'] as const;
export type Urgency = (typeof urgencies)[number];

export const pains = [
  'staffShortage',
  'highCosts',
  'foodWaste',
  'qualityInconsistency',
  'timePressure',
  'supplierQuality',
  'unreliableDelivery',
  'poorService',
] as const;
export type Pain = (typeof pains)[number];

export const relationshipStatuses = [
  'COLD',
  'CONTACTED',
  'ENGAGED_SKEPTICAL',
  'ENGAGED_POSITIVE',
  'TRUSTED',
  'ADVOCATE',
] as const;
export type RelationshipStatus = (typeof relationshipStatuses)[number];

export const decisionMakerAccesses = [
  'UNKNOWN',
  'BLOCKED',
  'INDIRECT',
  'DIRECT',
  'IS_DECISION_MAKER',
] as const;
export type DecisionMakerAccess = (typeof decisionMakerAccesses)[number];

export const registeredAtSources = ['system', 'manual', 'import', 'backdated'] as const;
export type RegisteredAtSource = (typeof registeredAtSources)[number];

export const firstContactChannels = ['MESSE', 'PHONE', 'EMAIL', 'REFERRAL', 'OTHER'] as const;
export type FirstContactChannel = (typeof firstContactChannels)[number];

export const holdKinds = [
  'FFZ_PRICE_APPROVAL',
  'FFZ_SAMPLE_DELAY',
  'FFZ_SUPPLY_ISSUE',
  'CUSTOMER_BLOCKED',
  'OTHER',
] as const;
export type HoldKind = (typeof holdKinds)[number];

export const protectionModes = ['EARLIEST', 'LATEST'] as const;
export type ProtectionMode = (typeof protectionModes)[number];

/** A collaborator works along by level, a watcher only gets notices. */
export const assignmentRoles = ['COLLABORATOR', 'WATCHER'] as const;
export type AssignmentRole = (typeof assignmentRoles)[number];

export const collaboratorLevels = ['VIEW', 'ASSIST', 'NEGOTIATE'] as const;
export type CollaboratorLevel = (typeof collaboratorLevels)[number];

export const assignmentCauses = [
  'REGISTRATION',
  'REASSIGNMENT',
  'OVERRIDE',
  'EXPIRY',
  'TERRITORY',
  'COLLABORATORS',
] as const;
export type AssignmentCause = (typeof assignmentCauses)[number];

export const contactRoles = [
  'KUECHENCHEF',
  'SOUS_CHEF',
  'EINKAUFSLEITER',
  'EINKAEUFER',
  'BETRIEBSLEITER',
  'GESCHAEFTSFUEHRER',
  'RESTAURANTLEITER',
  'FB_MANAGER',
  'SERVICELEITER',
  'INHABER',
  'KUECHEN_MANAGER',
  'CONTROLLING',
  'MARKETING',
  'QUALITAETSMANAGER',
  'SONSTIGES',
] as const;
export type ContactRole = (typeof contactRoles)[number];

export const contactGroups = ['CHEF', 'BUYER', 'GF', 'OTHER'] as const;
export type ContactGroup = (typeof contactGroups)[number];

export const decisionLevels = ['EXECUTIVE', 'MANAGER', 'OPERATIONAL', 'INFLUENCER'] as const;
export type DecisionLevel = (typeof decisionLevels)[number];

export const contactFocuses = ['CHEF', 'BUYER', 'GF'] as const;
export type ContactFocus = (typeof contactFocuses)[number];

export const trackGroups = ['CHEF', 'BUYER'] as const;
export type TrackGroup = (typeof trackGroups)[number];

export const trackStates = ['OPEN', 'CONTACTED', 'FEEDBACK_GIVEN', 'AGREED', 'DECLINED'] as const;
export type TrackState = (typeof trackStates)[number];

export const followUpTypes = ['T3', 'T7'] as const;
export type FollowUpType = (typeof followUpTypes)[number];

export const followUpStatuses = [
  'SCHEDULED',
  'SENDING',
  'PENDING',
  'DONE',
  'FAILED',
  'CANCELED',
] as const;
export type FollowUpStatus = (typeof followUpStatuses)[number];

export const taskKinds = ['PRE_CLAIM_OVERDUE', 'OWNERSHIP_CHALLENGED', 'OWNER_LOST'] as const;
export type TaskKind = (typeof taskKinds)[number];

export type TaskReceiver = 'OWNER' | 'MANAGER';

export const followUpOutcomes = ['SUCCESS', 'NO_ANSWER', 'POSTPONED'] as const;
export type FollowUpOutcome = (typeof followUpOutcomes)[number];
