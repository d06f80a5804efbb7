export { createPartnerClient, type PartnerClient, type PartnerClientOptions } from './client.ts';
export { Refused, RequestFailed, accepted, type UserError } from './errors.ts';
export {
  LeadDocument,
  LeadsDocument,
  RegisterLeadDocument,
  ViewerDocument,
  type LeadQuery,
  type LeadRegisterInput,
  type LeadsQuery,
  type RegisterLeadMutation,
  type ViewerQuery,
} from './graphql/graphql.ts';
export { leadsOf, type PartnerLead } from './leads.ts';
export { clientCredentials, type ClientCredentials, type TokenSource } from './tokens.ts';
export {
  DeliveryRefused,
  createWebhookVerifier,
  type Delivery,
  type WebhookVerifier,
  type WebhookVerifierOptions,
} from './webhooks.ts';
