/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

export type FirstContactChannel =
  | 'EMAIL'
  | 'MESSE'
  | 'OTHER'
  | 'PHONE'
  | 'REFERRAL';

export type FirstContactInput = {
  at: string;
  channel: FirstContactChannel;
  /** At least 10 characters. */
  note: string;
};

export type KitchenSize =
  | 'GROSS'
  | 'KLEIN'
  | 'MITTEL'
  | 'SEHR_GROSS';

export type LeadContactInput = {
  birthday?: string | null | undefined;
  decisionLevel?: DecisionLevel | null | undefined;
  email?: string | null | undefined;
  emailConsent?: boolean | null | undefined;
  firstName?: string | null | undefined;
  isActive?: boolean | null | undefined;
  isDecisionMaker?: boolean | null | undefined;
  isPrimary?: boolean | null | undefined;
  lastName: string;
  mobile?: string | null | undefined;
  notes?: string | null | undefined;
  phone?: string | null | undefined;
  position?: string | null | undefined;
  role: ContactRole;
  salutation?: string | null | undefined;
  title?: string | null | undefined;
};

export type LeadFilter = {
  followUpPending?: boolean | null | undefined;
  ownerUserId?: string | null | undefined;
  protection?: Array<ProtectionState> | null | undefined;
  /** Part of the company's name or city. */
  search?: string | null | undefined;
  status?: Array<LeadStatus> | null | undefined;
  territory?: Array<Territory> | null | undefined;
};

export type LeadRegisterInput = {
  branchCount?: number;
  budget?: Budget | null | undefined;
  businessType?: BusinessType | null | undefined;
  city: string;
  companyName: string;
  /** Anyone: a soft duplicate was looked at. */
  confirmSimilar?: boolean;
  contact?: LeadContactInput | null | undefined;
  countryCode?: string;
  dealSize?: DealSize | null | undefined;
  email?: string | null | undefined;
  emailConsent?: boolean;
  employeeCount?: number | null | undefined;
  estimatedVolume?: string | null | undefined;
  /** Needed for MESSE and TELEFON. */
  firstContact?: FirstContactInput | null | undefined;
  /** Manager and admin: register although a duplicate stands; needs a reason of at least 10 characters. */
  forceReason?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
  isChain?: boolean;
  kitchenSize?: KitchenSize | null | undefined;
  pains?: Array<Pain> | null | undefined;
  phone?: string | null | undefined;
  postalCode?: string | null | undefined;
  source: LeadSource;
  sourceCampaign?: string | null | undefined;
  street?: string | null | undefined;
  urgency?: Urgency | null | undefined;
  website?: string | null | undefined;
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

/** A country room with data, currency and tax of its own. */
export type Territory =
  | 'AT'
  | 'CH'
  | 'DE';

export type Urgency =
  | 'EMERGENCY'
  | 'HIGH'
  | 'MEDIUM'
  | 'NORMAL';

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { me: { roles: Array<string>, territories: Array<Territory>, user: { id: string, name: string | null } } };

export type LeadProgressFragment = { id: string, companyName: string, city: string, countryCode: string, territory: Territory, status: LeadStatus, stage: LeadStage, source: LeadSource, registeredAt: string };

export type LeadQueryVariables = Exact<{
  id: string;
}>;


export type LeadQuery = { lead: { id: string, companyName: string, city: string, countryCode: string, territory: Territory, status: LeadStatus, stage: LeadStage, source: LeadSource, registeredAt: string } | null };

export type LeadsQueryVariables = Exact<{
  first?: number;
  after?: string | null | undefined;
  filter?: LeadFilter | null | undefined;
}>;


export type LeadsQuery = { leads: { totalCount: number, edges: Array<{ cursor: string, node: { id: string, companyName: string, city: string, countryCode: string, territory: Territory, status: LeadStatus, stage: LeadStage, source: LeadSource, registeredAt: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type RegisterLeadMutationVariables = Exact<{
  input: LeadRegisterInput;
}>;


export type RegisterLeadMutation = { leadRegister: { lead: { id: string, companyName: string, city: string, countryCode: string, territory: Territory, status: LeadStatus, stage: LeadStage, source: LeadSource, registeredAt: string } | null, userErrors: Array<{ code: string, field: string | null, message: string }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const LeadProgressFragmentDoc = new TypedDocumentString(`
    fragment LeadProgress on Lead {
  id
  companyName
  city
  countryCode
  territory
  status
  stage
  source
  registeredAt
}
    `, {"fragmentName":"LeadProgress"}) as unknown as TypedDocumentString<LeadProgressFragment, unknown>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  me {
    user {
      id
      name
    }
    roles
    territories
  }
}
    `, {"hash":"c7178b91bb94b345d38d73f7090c3f48aa6e3432fb6d24997bbfe8683a2516a6"}) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const LeadDocument = new TypedDocumentString(`
    query Lead($id: ID!) {
  lead(id: $id) {
    ...LeadProgress
  }
}
    fragment LeadProgress on Lead {
  id
  companyName
  city
  countryCode
  territory
  status
  stage
  source
  registeredAt
}`, {"hash":"b055e31cfbfa7f4d7d14e7690f70cd6de6c88a6edbd3487a37720b794896c5aa"}) as unknown as TypedDocumentString<LeadQuery, LeadQueryVariables>;
export const LeadsDocument = new TypedDocumentString(`
    query Leads($first: Int! = 50, $after: String, $filter: LeadFilter) {
  leads(first: $first, after: $after, filter: $filter) {
    edges {
      cursor
      node {
        ...LeadProgress
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment LeadProgress on Lead {
  id
  companyName
  city
  countryCode
  territory
  status
  stage
  source
  registeredAt
}`, {"hash":"f3ea9316b268ae2853df32f2835f85e36e9eff9bda1ecc3badca7c350990c906"}) as unknown as TypedDocumentString<LeadsQuery, LeadsQueryVariables>;
export const RegisterLeadDocument = new TypedDocumentString(`
    mutation RegisterLead($input: LeadRegisterInput!) {
  leadRegister(input: $input) {
    lead {
      ...LeadProgress
    }
    userErrors {
      code
      field
      message
    }
  }
}
    fragment LeadProgress on Lead {
  id
  companyName
  city
  countryCode
  territory
  status
  stage
  source
  registeredAt
}`, {"hash":"3b1361049b58a78e2871e26a1ecff6906afe2551868ee9f86ac4bcb3b8532d4a"}) as unknown as TypedDocumentString<RegisterLeadMutation, RegisterLeadMutationVariables>;