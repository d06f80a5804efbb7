import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { defineEvents, type Aggregate, type EventContext, type EventOf } from './index.ts';

/** The smallest module there can be, for the tests of the backbone. */
export const counterEvents = defineEvents({
  module: 'counters',
  facts: {
    'counter.opened': {
      version: 1,
      aggregate: 'counter',
      data: z.object({ territory: z.string() }),
    },
    'counter.added': {
      version: 1,
      aggregate: 'counter',
      data: z.object({ amount: z.number() }),
    },
    'counter.noted': {
      version: 1,
      aggregate: 'counter',
      data: z.object({ personId: z.string(), note: z.string() }),
      personal: { note: 'personId' },
    },
  },
});

export type CounterEvent = EventOf<typeof counterEvents>;

export interface Counter {
  readonly territory: string | null;
  readonly total: number;
}

export const counter: Aggregate<Counter, CounterEvent> = {
  type: 'counter',
  events: counterEvents,
  initial: { territory: null, total: 0 },
  evolve: (state, event) => {
    switch (event.type) {
      case 'counter.opened':
        return { ...state, territory: event.data.territory };
      case 'counter.added':
        return { ...state, total: state.total + event.data.amount };
      case 'counter.noted':
        return state;
    }
  },
  territoryOf: (state) => state.territory,
  ownerOf: () => null,
};

export const counters = { name: 'counters', events: counterEvents };

export function testContext(): EventContext {
  return { clock: { now: () => new Date() }, newId: randomUUID, correlationId: 'test' };
}
