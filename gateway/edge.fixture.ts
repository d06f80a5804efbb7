/** Two small contexts behind a real gateway on a real port, for the tests of the edge. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { loadConfig, type Config } from '#kernel/config';
import { createHealth } from '#kernel/service';
import { createLogger, createMetrics, type Metrics } from '#kernel/telemetry';
import { parse } from 'graphql';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import {
  activitiesResolvers,
  activitiesSdl,
  composeFixture,
  firm,
  leads,
  leadsResolvers,
  leadsSdl,
  users,
} from './edge-graph.fixture.ts';
import { createIdentity, type Identity, type Rights } from './identity.ts';
import type { Planning } from './planning.ts';
import { createGateway, type Gateway, type GatewayOptions } from './server.ts';
import { createSupergraph, type Supergraph } from './supergraph.ts';
import { createLocalTransport } from './transports/local.ts';
import type { RequestContext, SubgraphFetch, Transport } from './transports/transport.ts';

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
  /** Another composed schema over the same contexts. */
  serving(sdl: string, planning?: Planning): Supergraph;
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
  const transports = new Map([
    ['leads', transport],
    ['activities', recording(localTransport(activitiesSdl, activitiesResolvers), fetched)],
  ]);
  const real = createSupergraph({ sdl: (composed ??= composeFixture()), transports });
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
    serving: (sdl, planning) => createSupergraph({ sdl, transports, planning }),
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
    const resume = request.resumeFrom;
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
