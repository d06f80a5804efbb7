import { randomUUID } from 'node:crypto';
import { systemActor } from '#kernel/access';
import type { UnitOfWork } from '#kernel/database';
import {
  append,
  defineEvents,
  type Aggregate,
  type AnyEvent,
  type EventCatalog,
  type FactDefinition,
  type Projection,
  type Recorded,
} from '#kernel/events';
import { z } from 'zod';

export interface Neighbour {
  readonly name: string;
  readonly events: EventCatalog;
}

/** Contexts that announce what a projection listens to, without the rules for what they announce. */
export function neighboursOf(projection: Projection): Neighbour[] {
  const modules: Record<string, string> = { lead: 'leads', activity: 'activities', admin: 'admin' };
  const byModule = Map.groupBy(Object.keys(projection.on), (type) => {
    const [subject = ''] = type.split('.');
    return modules[subject] ?? subject;
  });
  return [...byModule].map(([name, types]) => {
    const facts = types.map((type): [string, FactDefinition] => [
      type,
      { version: 1, aggregate: name, data: z.any() },
    ]);
    return { name, events: defineEvents({ module: name, facts: Object.fromEntries(facts) }) };
  });
}

const job = systemActor('neighbour', ['AT', 'CH', 'DE']);

/** Records facts in a neighbour's log. */
export function announce(
  database: UnitOfWork,
  neighbour: Neighbour,
  aggregateId: string,
  events: readonly AnyEvent[],
): Promise<Recorded<AnyEvent>[]> {
  const aggregate: Aggregate<null> = {
    type: neighbour.name,
    events: neighbour.events,
    initial: null,
    evolve: () => null,
    territoryOf: () => null,
    ownerOf: () => null,
  };
  return database.transaction(job, (tx) =>
    append(tx, {
      aggregate,
      id: aggregateId,
      state: null,
      expectedVersion: null,
      events,
      context: { clock: { now: () => new Date() }, newId: randomUUID, correlationId: 'test' },
    }),
  );
}
