import { defineSubgraph, type Subgraph } from '#kernel/graphql';
import { createMetrics, type Metrics } from '#kernel/telemetry';
import { createCourier, type CourierOptions } from './courier.ts';
import { partnerEvents } from './events.ts';
import { leads, restrictions, webhooks } from './projections.ts';
import { tellFirms } from './reactions.ts';
import { resolversOf } from './resolvers.ts';
import { createSender, type SenderOptions } from './sender.ts';
import { cleanupTimer } from './timers.ts';

export interface PartnersOptions extends SenderOptions, Pick<CourierOptions, 'pollMs' | 'random'> {
  readonly metrics?: Metrics | undefined;
}

/** What partner firms are told about the leads they sent in. */
export function createPartners(options: PartnersOptions): Subgraph {
  const { rules, pollMs, random, metrics = createMetrics() } = options;
  const courier = createCourier({ send: createSender(options), metrics, pollMs, random });
  return defineSubgraph({
    name: 'partners',
    directory: import.meta.dirname,
    events: partnerEvents,
    projections: [webhooks, leads, restrictions],
    reactions: [tellFirms(courier.wake)],
    timers: [cleanupTimer],
    workers: [courier.worker],
    resolvers: resolversOf({ rules, wake: courier.wake }),
  });
}
