/** Leads that change: their schema, as a subgraph and as the supergraph of that one subgraph. */
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';
import { createLocalTransport } from '../../gateway/transports/local.ts';
import type { RequestContext, Transport } from '../../gateway/transports/transport.ts';
import { createChangeLog, type ChangeLog } from './fan-out-log.ts';

export const leadsSdl = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9",
      import: ["@key", "@requiresScopes", "@composeDirective"])
    @link(url: "https://freshplan.example/access/v1.0", import: ["@territory"])
    @composeDirective(name: "@territory")
  directive @territory(field: String, argument: String) on OBJECT | FIELD_DEFINITION
  enum Territory { DE AT CH }
  type Query { leads: [Lead!]! @requiresScopes(scopes: [["leads:read"]]) }
  type Subscription { leadChanged: LeadChange! @requiresScopes(scopes: [["leads:read"]]) }
  type LeadChange { type: String! at: Float! lead: Lead }
  type Lead @key(fields: "id") @territory(field: "territory") {
    id: ID! companyName: String! status: String! territory: Territory!
  }
`;

export const subscription =
  'subscription LeadChanged { leadChanged { type at lead { id companyName status } } }';

export interface FanOutGraph {
  readonly sdl: string;
  readonly transports: ReadonlyMap<string, Transport>;
  change(count: number): void;
}

export function createFanOutGraph(): FanOutGraph {
  const log = createChangeLog();
  const schema = leadsSchema(log);
  const transport = createLocalTransport({ schema, contextOf: (request) => request });
  return {
    sdl: leadsSupergraph('http://leads'),
    transports: new Map([['leads', transport]]),
    change: (count) => log.change(count),
  };
}

/** What resolves the schema wherever it runs. */
export const leadsResolvers = (log: ChangeLog): object => ({
  Query: { leads: () => [] },
  Subscription: {
    leadChanged: {
      subscribe: (_: unknown, __: unknown, { signal }: RequestContext) => log.changes(signal),
    },
  },
});

export function leadsSchema(log: ChangeLog): GraphQLSchema {
  const resolvers = leadsResolvers(log) as GraphQLResolverMap<unknown>;
  return buildSubgraphSchema([{ typeDefs: parse(leadsSdl), resolvers }]);
}

export function leadsSupergraph(url: string): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'leads', url, typeDefs: parse(leadsSdl) },
  ]);
  if (supergraphSdl === undefined) throw new Error(errors?.map(String).join('\n'));
  return supergraphSdl;
}
