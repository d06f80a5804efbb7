/** Leads that change, from memory: a log that every subscription reads at its own pace. */
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createLocalTransport } from '../../gateway/transports/local.ts';
import type { RequestContext, Transport } from '../../gateway/transports/transport.ts';

const leadsSdl = `
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
  /** Adds changes at once, with the time they are stamped with. */
  change(count: number): void;
  /** Subscriptions that read. */
  readers(): number;
}

/** Milliseconds that mean the same in every process of a machine. */
export const clockMs = (): number => performance.timeOrigin + performance.now();

export function createFanOutGraph(): FanOutGraph {
  const log: object[] = [];
  let readers = 0;
  let grown = Promise.withResolvers<void>();

  const changes = (signal: AbortSignal | undefined): AsyncIterableIterator<object> => {
    let at = log.length;
    let isOver = false;
    const ended = Promise.withResolvers<void>();
    readers += 1;
    const end = (): void => {
      if (!isOver) readers -= 1;
      isOver = true;
      ended.resolve();
    };
    signal?.addEventListener('abort', end, { once: true });
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        while (!isOver && at >= log.length) await Promise.race([grown.promise, ended.promise]);
        if (isOver) return { value: undefined, done: true };
        at += 1;
        return { value: log[at - 1] as object, done: false };
      },
      async return() {
        end();
        return { value: undefined, done: true };
      },
    };
  };

  const typeDefs = parse(leadsSdl);
  const schema = buildSubgraphSchema([
    {
      typeDefs,
      resolvers: {
        Query: { leads: () => [] },
        Subscription: {
          leadChanged: { subscribe: (_: unknown, __: unknown, { signal }: RequestContext) => changes(signal) }, // prettier-ignore
        },
      },
    },
  ]);
  const { supergraphSdl, errors } = composeServices([
    { name: 'leads', url: 'http://leads', typeDefs },
  ]);
  if (supergraphSdl === undefined) throw new Error(errors?.map(String).join('\n'));
  const transport = createLocalTransport({ schema, contextOf: (request) => request });
  return {
    sdl: supergraphSdl,
    transports: new Map([['leads', transport]]),
    readers: () => readers,
    change(count) {
      for (let n = 0; n < count; n += 1) {
        const lead = {
          id: `00000000-0000-4000-8000-${String(log.length).padStart(12, '0')}`,
          companyName: 'Gasthof zum Goldenen Hirschen',
          status: 'QUALIFIED',
          territory: 'DE',
        };
        const leadChanged = { type: 'lead.status_changed', at: clockMs(), lead };
        log.push({ position: log.length + 1, leadChanged });
      }
      const before = grown;
      grown = Promise.withResolvers<void>();
      before.resolve();
    },
  };
}
