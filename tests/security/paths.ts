/** Every way into the graph, as documents that name each object they meet. */

export interface PathVariables {
  readonly id: string;
  readonly territory: string;
}

export interface Path {
  readonly query: string;
  /** Asked once per lead or once per territory, else once. */
  readonly per?: 'lead' | 'territory';
  /** Types of which the answers together hold every object there is for the caller. */
  readonly complete?: readonly string[];
}

const LEAD = '__typename id territory owner { id } collaborators { user { id } }';
const ACTIVITIES = 'activities(first: 20) { edges { node { __typename id } } }';
const MESSAGES = 'messages(first: 20) { __typename id }';
const LEADS = `totalCount pageInfo { endCursor hasNextPage } edges { node { ${LEAD} } }`;

/** By root field; what is missing here fails the test. */
export const PATHS: Readonly<Record<string, Path>> = {
  'Query.lead': {
    query: `query Lead($id: ID!) { lead(id: $id) { ${LEAD} } }`,
    per: 'lead',
    complete: ['Lead'],
  },
  'Query.leads': {
    query: `query Leads($after: String) { leads(first: 3, after: $after) { ${LEADS} } }`,
    complete: ['Lead'],
  },
  'Query.leadTriage': {
    query: `query Triage($territory: Territory!) { leadTriage(territory: $territory) { ${LEADS} } }`,
    per: 'territory',
  },
  'Query.leadTasks': {
    query: `{ leadTasks(first: 50) { edges { node { __typename id lead { ${LEAD} } } } } }`,
    complete: ['LeadTask'],
  },
  'Query.leadDuplicates': {
    query: `query Similar($territory: Territory!) { leadDuplicates(input: { territory: $territory, companyName: "Betrieb" }) { exists similar { lead { ${LEAD} } } } }`,
    per: 'territory',
  },
  'Query.timeline': {
    query: `query Timeline($id: ID!) { timeline(entityType: LEAD, entityId: $id, days: 365) { edges { node { __typename id } } } }`,
    per: 'lead',
    complete: ['TimelineEntry'],
  },
  'Query.mailbox': {
    query: '{ mailbox(first: 100) { edges { node { __typename id } } } }',
    complete: ['Message'],
  },
  'Query.leadWidget': {
    query: `{ leadWidget { userId leadStats { total } recentFollowUps { lead { ${LEAD} } } recentActivities { lead { ${LEAD} } } } }`,
  },
  'Query.territoryUsers': {
    query:
      'query Colleagues($territory: Territory!) { territoryUsers(territory: $territory) { id } }',
    per: 'territory',
  },
  'Query.events': {
    query: 'query Events($id: ID!) { events(aggregateId: $id) { edges { node { territory } } } }',
    per: 'lead',
  },
  'Query.auditTrail': {
    query: '{ auditTrail(first: 100) { edges { node { territory } } } }',
  },
  'Query.me': { query: '{ me { user { id } territories } }' },
  'Query.users': { query: '{ users(first: 5) { edges { node { id } } } }' },
  'Query.eventStatistics': { query: '{ eventStatistics { totalEvents } }' },
  'Query.eventSubscriptions': { query: '{ eventSubscriptions { consumer } }' },
  'Query.deadLetters': {
    query: '{ deadLetters(consumer: "leads.activities") { edges { cursor } } }',
  },
  'Query.replayJobs': { query: '{ replayJobs { edges { cursor } } }' },
  'Query.subjectRequests': { query: '{ subjectRequests { edges { cursor } } }' },
  'Query.partnerWebhooks': { query: '{ partnerWebhooks { id } }' },
  'Query.partnerWebhookDeliveries': {
    query:
      '{ partnerWebhookDeliveries(webhookId: "00000000-0000-4000-8000-000000000001") { edges { cursor } } }',
  },
  'Query.subjectRestriction': {
    query:
      '{ subjectRestriction(subjectId: "00000000-0000-4000-8000-000000000001") { restrictedAt } }',
  },
};

/** From one context into another, by reference. */
export const ENTITY_PATHS: Readonly<Record<string, Path>> = {
  'Lead.activities': {
    query: `query Activities($id: ID!) { lead(id: $id) { ${ACTIVITIES} } }`,
    per: 'lead',
    complete: ['Activity'],
  },
  'Lead.messages': {
    query: `query Messages($id: ID!) { lead(id: $id) { ${MESSAGES} } }`,
    per: 'lead',
    complete: ['Message'],
  },
};

/** Streams that bring objects of a lead, and where the lead's id stands in an event. */
export const STREAMS: Readonly<Record<string, { query: string; per?: 'lead' }>> = {
  'Subscription.leadChanged': {
    query: 'subscription Leads { leadChanged { leadId lead { __typename id } } }',
  },
  'Subscription.messageChanged': {
    query: 'subscription Mail { messageChanged { __typename id leadId } }',
  },
  'Subscription.timelineChanged': {
    query: `subscription Line($id: ID!) { timelineChanged(entityType: LEAD, entityId: $id) { __typename id entityId } }`,
    per: 'lead',
  },
};

/** Streams without an object of a territory: the scope decides alone, or the figures are the caller's own. */
export const STREAMS_BY_SCOPE: Readonly<Record<string, string>> = {
  'Subscription.leadWidgetChanged': 'figures of the caller, compared with Query.leadWidget',
  'Subscription.eventStream': 'administrators only',
};

/** Where the rows of a type lie that the graph guards by territory or owner. */
export const TABLES: Readonly<Record<string, { table: string; owner: string; partner?: string }>> =
  {
    Lead: { table: 'leads.lead', owner: 'owner_id', partner: 'partner_org_id' },
    LeadTask: { table: 'leads.task', owner: 'owner_id' },
    Activity: { table: 'activities.activity', owner: 'owner_id' },
    TimelineEntry: { table: 'activities.timeline_entry', owner: 'owner_id' },
    Message: { table: 'communication.message', owner: 'owner_id' },
  };
