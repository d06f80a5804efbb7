import { randomUUID } from 'node:crypto';
import { hasRole, seesTerritory, type Actor } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { append, type Aggregate, type AnyEvent, type Recorded } from '#kernel/events';
import { peopleOf } from './contribution.ts';
import { cockpitEvents, type CockpitEvent, type LeadWidgetChanged } from './events.ts';
import type { Lead } from './lead.ts';

export type WidgetChange = LeadWidgetChanged['data'];
type Territory = WidgetChange['territory'];

/** Whose figures moved: everybody who had to do with the lead before or has now. */
export function changeOf(
  { leadId, cause }: { leadId: string; cause: string },
  before: Lead,
  after: Lead,
): WidgetChange | undefined {
  const territory = (after.territory ?? before.territory) as Territory | null;
  if (territory === null) return undefined;
  const previous = before.territory as Territory | null;
  return {
    leadId,
    territory,
    ...(previous === null || previous === territory ? {} : { previousTerritory: previous }),
    userIds: [...new Set([...peopleOf(before), ...peopleOf(after)])],
    cause,
  };
}

/** Whether the change is the actor's business, by the rights he has at this moment. */
export function concerns(change: WidgetChange, actor: Actor): boolean {
  const { territory, previousTerritory, userIds } = change;
  const isNear =
    seesTerritory(actor, territory) ||
    (previousTerritory !== undefined && seesTerritory(actor, previousTerritory));
  return isNear && (hasRole(actor, 'manager', 'admin') || userIds.includes(actor.userId));
}

/**
 * Source → how far the projection has come in its log. A fact behind that was told before: a rebuild goes
 * over it again and announces nothing.
 */
export async function handledUpTo(
  tx: Transaction,
  name: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ source: string; position: number }>(CHECKPOINTS, [name]);
  return new Map(rows.map(({ source, position }) => [source, position]));
}

const CHECKPOINTS = {
  name: 'cockpit-checkpoints',
  text: 'select source, position from cockpit.consumer where name = $1',
};

export async function recordChange(
  tx: Transaction,
  fact: Recorded<AnyEvent>,
  change: WidgetChange,
): Promise<void> {
  await append(tx, {
    aggregate: changes,
    id: change.leadId,
    state: null,
    expectedVersion: null,
    events: [{ type: 'cockpit.lead_widget.changed', data: change }],
    context: {
      clock: { now: () => new Date(fact.time) },
      newId: randomUUID,
      correlationId: fact.correlationId,
      causationId: fact.id,
      traceparent: fact.traceparent ?? undefined,
    },
  });
}

/** One stream per lead; nothing is ever decided on it. */
const changes: Aggregate<Territory | null, CockpitEvent> = {
  type: 'lead_widget',
  events: cockpitEvents,
  initial: null,
  evolve: (_, { data }) => data.territory,
  territoryOf: (territory) => territory,
  ownerOf: () => null,
};
