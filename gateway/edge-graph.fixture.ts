/** The graph of the edge's tests: leads with rights on them, and activities that extend them. */
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const shared = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
      "@key", "@shareable", "@authenticated", "@requiresScopes", "@policy", "@composeDirective", "@inaccessible",
      "@cost", "@listSize"
    ])
    @link(url: "https://freshplan.example/access/v1.0", import: ["@territory", "@owner"])
    @composeDirective(name: "@territory")
    @composeDirective(name: "@owner")
  directive @territory(field: String, argument: String) on OBJECT | FIELD_DEFINITION
  directive @owner(field: String!, collaborators: String, partner: String) on OBJECT
  enum Territory { DE AT CH }
`;

export const leadsSdl = `${shared}
  type Query {
    lead(id: ID!): Lead @requiresScopes(scopes: [["leads:read"]])
    leads(first: Int! = 25, search: String, in: [String!]): LeadConnection!
      @listSize(slicingArguments: ["first"], sizedFields: ["edges"])
      @requiresScopes(scopes: [["leads:read"]])
    node(id: ID!): Node @authenticated
    triage(territory: Territory!): [Lead!]!
      @requiresScopes(scopes: [["leads:read"]]) @territory(argument: "territory")
    users: [String!]! @requiresScopes(scopes: [["users:manage"]])
    secret: String @policy(policies: [["is_auditor"]])
    hello: String
    broken: String @authenticated
    slow: String @authenticated
  }
  type Mutation {
    leadRename(id: ID!, name: String!, note: String): Lead @requiresScopes(scopes: [["leads:write"]])
    leadRegister(name: String!): Lead @requiresScopes(scopes: [["leads:register"]])
  }
  type Subscription {
    leadChanged(id: ID): LeadChange! @requiresScopes(scopes: [["leads:read"]])
    userChanged: String @requiresScopes(scopes: [["users:manage"]])
  }
  interface Node { id: ID! }
  type LeadChange { type: String! lead: Lead }
  type LeadConnection { edges: [LeadEdge!]! }
  type LeadEdge { node: Lead }
  type Lead implements Node @key(fields: "id") @territory(field: "territory")
    @owner(field: "ownerUserId", collaborators: "collaboratorUserIds", partner: "partnerOrgId") {
    id: ID!
    name: String!
    "Null only by mistake: then the lead is nobody's."
    territory: Territory
    ownerUserId: ID
    collaboratorUserIds: [ID!]!
    partnerOrgId: ID
    email: String @cost(weight: 3) @requiresScopes(scopes: [["contacts:read"]])
    margin: Int! @requiresScopes(scopes: [["users:manage"]])
    audit: Audit @requiresScopes(scopes: [["audit:read"]])
    hidden: String @inaccessible
    parent: Lead
  }
  type Audit { entries: [String!]! }
`;

export const activitiesSdl = `${shared}
  type Query { activities: [Activity!]! @requiresScopes(scopes: [["leads:read"]]) }
  type Activity @key(fields: "id") { id: ID! text: String! lead: Lead }
  type Lead @key(fields: "id") {
    id: ID!
    activities(first: Int! = 10): [Activity!]!
    risk: Int @requiresScopes(scopes: [["users:manage"]])
  }
`;

export const uuid = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const users = {
  sales: uuid(1),
  colleague: uuid(2),
  austrian: uuid(3),
  manager: uuid(4),
  admin: uuid(5),
  auditor: uuid(6),
  partner: uuid(7),
};
export const firm = uuid(70);

export const leads = [
  lead(11, 'DE', users.sales),
  lead(12, 'DE', users.colleague),
  { ...lead(13, 'DE', users.colleague), collaboratorUserIds: [users.sales] },
  lead(14, 'AT', users.austrian),
  { ...lead(15, 'DE', null), partnerOrgId: firm },
  lead(16, null, users.sales),
];

function lead(number: number, territory: string | null, ownerUserId: string | null) {
  return {
    __typename: 'Lead',
    id: uuid(number),
    name: `Lead ${number}`,
    territory,
    ownerUserId,
    collaboratorUserIds: [] as string[],
    partnerOrgId: null as string | null,
    email: `${number}@firma.example`,
    margin: 7,
    audit: { entries: ['a'] },
    parent: null as unknown,
  };
}

const find = (_: unknown, { id }: { id: string }) => leads.find((each) => each.id === id) ?? null;

export const leadsResolvers = {
  Query: {
    lead: find,
    node: find,
    leads: (_: unknown, { first }: { first: number }) => ({
      edges: leads.slice(0, first).map((node) => ({ node })),
    }),
    triage: (_: unknown, { territory }: { territory: string }) =>
      leads.filter((each) => each.territory === territory),
    users: () => ['a'],
    secret: () => 'told',
    hello: () => 'Servus',
    broken: () => {
      throw new Error('relation "x" does not exist password=hunter2');
    },
    slow: () => new Promise((resolve) => setTimeout(resolve, 300, 'done')),
  },
  Mutation: {
    leadRename: (_: unknown, { id, name }: { id: string; name: string }) => ({
      ...leads.find((each) => each.id === id),
      name,
    }),
    leadRegister: (_: unknown, { name }: { name: string }) => ({ ...leads[0], name }),
  },
  Lead: {
    __resolveReference: ({ id }: { id: string }) => find(undefined, { id }),
    parent: () => leads[0],
  },
};

export const activitiesResolvers = {
  Query: {
    activities: () => leads.map(({ id }) => ({ id: `a-${id}`, text: 'Anruf', lead: { id } })),
  },
  Lead: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    activities: () => [],
    risk: () => 3,
  },
};

export function composeFixture(): string {
  const { supergraphSdl, errors } = composeServices(
    [['leads', leadsSdl] as const, ['activities', activitiesSdl] as const].map(([name, sdl]) => ({
      name,
      url: `http://${name}`,
      typeDefs: parse(sdl),
    })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(String).join('\n'));
  return supergraphSdl;
}
