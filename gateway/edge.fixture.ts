/** Two small contexts behind a real gateway on a real port, for the tests of the edge. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@apollo/composition';
import { loadConfig, type Config } from '#kernel/config';
import { createHealth } from '#kernel/service';
import { createLogger, createMetrics, type Metrics } from '#kernel/telemetry';
import { parse } from 'graphql';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { createIdentity, type Identity, type Rights } from './identity.ts';
import { createGateway, type Gateway, type GatewayOptions } from './server.ts';
import { createSupergraph, type Supergraph } from './supergraph.ts';
import { createLocalTransport } from './transports/local.ts';
import type { RequestContext, SubgraphFetch, Transport } from './transports/transport.ts';

const shared = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
      "@key", "@shareable", "@authenticated", "@requiresScopes", "@policy", "@composeDirective", "@inaccessible"
    ])
    @link(url: "https://freshplan.example/access/v1.0", import: ["@territory", "@owner"])
    @composeDirective(name: "@territory")
    @composeDirective(name: "@owner")
  directive @territory(field: String, argument: String) on OBJECT | FIELD_DEFINITION
  directive @owner(field: String!, collaborators: String, partner: String) on OBJECT
  enum Territory { DE AT CH }
`;

const leadsSdl = `${shared}
  type Query {
    lead(id: ID!): Lead @requiresScopes(scopes: [["leads:read"]])
    leads(first: Int! = 25, search: String, in: [String!]): LeadConnection!
      @requiresScopes(scopes: [["leads:read"]])
    node(id: ID!): Node @authenticated
    triage(territory: Territory!): [Lead!]!
      @requiresScopes(scopes: [["leads:read"]]) @territory(argument: "territory")
    users: [String!]! @requiresScopes(scopes: [["users:manage"]])
    secret: String @policy(policies: [["is_auditor"]])
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
    territory: Territory!
    ownerUserId: ID
    collaboratorUserIds: [ID!]!
    partnerOrgId: ID
    email: String @requiresScopes(scopes: [["contacts:read"]])
    margin: Int! @requiresScopes(scopes: [["users:manage"]])
    audit: Audit @requiresScopes(scopes: [["audit:read"]])
    hidden: String @inaccessible
    parent: Lead
  }
  type Audit { entries: [String!]! }
`;

const activitiesSdl = `${shared}
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
const firm = uuid(70);

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

const leadsResolvers = {
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

const activitiesResolvers = {
  Query: {
    activities: () => leads.map(({ id }) => ({ id: `a-${id}`, text: 'Anruf', lead: { id } })),
  },
  Lead: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    activities: () => [],
    risk: () => 3,
  },
};

/** A log of changes that subscriptions read by position, as the real feed does. */
export interface FakeFeed {
  push(leadId: string): void;
  readonly readers: () => number;
}

export interface Edge {
  readonly gateway: Gateway;
  readonly identity: Identity;
  readonly metrics: Metrics;
  readonly feed: FakeFeed;
  /** Subgraph operations that left the gateway. */
  readonly fetched: string[];
  readonly planned: () => number;
  readonly logged: string[];
  readonly rights: Map<string, Rights>;
  readonly supergraph: Supergraph;
  token(user: keyof typeof users, claims?: JWTPayload): Promise<string>;
  post(body: unknown, token?: string, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

const roles: Record<keyof typeof users, string[]> = {
  sales: ['sales'],
  colleague: ['sales'],
  austrian: ['sales'],
  manager: ['manager'],
  admin: ['admin'],
  auditor: ['auditor'],
  partner: ['partner'],
};

export const issuer = 'https://issuer.example';
const keyPair = await generateKeyPair('ES256', { extractable: true });
export const { privateKey, publicKey } = keyPair;
const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
export const publicJwk = jwk;
let composed: string | undefined;

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

/** Signs anything, so that tests can sign what no issuer would. */
export function sign(claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'at+jwt', ...header })
    .sign(privateKey);
}

export function claimsOf(user: keyof typeof users, changes: JWTPayload = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1_000);
  return {
    iss: issuer,
    aud: 'freshplan',
    sub: users[user],
    iat: now,
    exp: now + 3_600,
    roles: roles[user],
    ...(user === 'partner'
      ? { client_id: 'partner-erp', partner_org: firm }
      : { client_id: 'cockpit' }),
    ...changes,
  };
}

export interface EdgeOptions extends Partial<Omit<GatewayOptions, 'config'>> {
  readonly environment?: Record<string, string>;
}

export async function startEdge(options: EdgeOptions = {}): Promise<Edge> {
  const config: Config = loadConfig({ NODE_ENV: 'test', PORT: '0', ...options.environment });
  const fetched: string[] = [];
  const logged: string[] = [];
  const { feed, transport } = createLeadsTransport(fetched);
  let plans = 0;
  const real = createSupergraph({
    sdl: (composed ??= composeFixture()),
    transports: new Map([
      ['leads', transport],
      ['activities', recording(localTransport(activitiesSdl, activitiesResolvers), fetched)],
    ]),
  });
  const supergraph: Supergraph = {
    ...real,
    compile(input) {
      plans += 1;
      return real.compile(input);
    },
  };
  const rights = new Map<string, Rights>([
    [users.austrian, { territories: ['AT'], disabled: false }],
    [users.admin, { territories: [], disabled: false }],
  ]);
  const identity = createIdentity({
    issuer,
    audience: 'freshplan',
    keys: createLocalJWKSet({ keys: [jwk] }),
    territoriesOf: async (userId) => rights.get(userId) ?? { territories: ['DE'], disabled: false },
  });
  const metrics = createMetrics();
  const gateway = createGateway({
    supergraph,
    identity,
    metrics,
    health: createHealth(),
    log: createLogger({ level: 'error', write: (line) => void logged.push(line) }),
    policies: new Map([['is_auditor', (actor) => actor.roles.includes('auditor')]]),
    ...options,
    config,
  });
  await gateway.start();
  return {
    gateway,
    identity,
    metrics,
    feed,
    fetched,
    logged,
    rights,
    supergraph,
    planned: () => plans,
    token: (user, claims) => sign(claimsOf(user, claims)),
    post: (body, token, headers) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    stop: () => gateway.stop(),
  };
}

function localTransport(sdl: string, resolvers: object): Transport {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  return createLocalTransport({ schema, contextOf: (request) => request });
}

function recording(transport: Transport, fetched: string[]): Transport {
  return {
    ...transport,
    compile(fetch: SubgraphFetch) {
      const run = transport.compile(fetch);
      return (variables, request) => {
        fetched.push(fetch.operation);
        return run(variables, request);
      };
    },
  };
}

function createLeadsTransport(fetched: string[]): { feed: FakeFeed; transport: Transport } {
  const log: string[] = [];
  const waiting = new Set<() => void>();
  let readers = 0;
  const feed: FakeFeed = {
    push(leadId) {
      log.push(leadId);
      for (const wake of waiting) wake();
    },
    readers: () => readers,
  };
  const base = recording(localTransport(leadsSdl, leadsResolvers), fetched);
  const subscribe: Transport['subscribe'] = (_fetch, _variables, request: RequestContext) => {
    const resume = (request as { resume?: string }).resume;
    let position = resume === undefined ? log.length : Number(resume);
    let isDone = false;
    readers += 1;
    const close = (): void => {
      if (!isDone) readers -= 1;
      isDone = true;
      for (const wake of waiting) wake();
    };
    return {
      [Symbol.asyncIterator]: () => ({
        async next() {
          while (!isDone && position >= log.length) {
            let wake: (() => void) | undefined;
            await new Promise<void>((resolve) => waiting.add((wake = resolve)));
            if (wake) waiting.delete(wake);
          }
          if (isDone) return { value: undefined, done: true };
          const id = log[position] as string;
          position += 1;
          const found = leads.find((each) => each.id === id);
          const aliases = found && {
            ...found,
            __fp_territory: found.territory,
            __fp_owner: found.ownerUserId,
            __fp_collaborators: found.collaboratorUserIds,
            __fp_partner: found.partnerOrgId,
          };
          const leadChanged = { __typename: 'LeadChange', type: 'lead.changed', lead: aliases };
          return { value: { data: { leadChanged }, extensions: { position } }, done: false };
        },
        async return() {
          close();
          return { value: undefined, done: true };
        },
      }),
    };
  };
  return { feed, transport: { ...base, subscribe } };
}
