import type { Aggregate } from '#kernel/events';
import { adminEvents, type OperationEvent } from './events.ts';

/** One act of somebody who runs the backbone. */
export interface Operation {
  readonly by: string | null;
  /** What a retry came to; null before, and for every other act. */
  readonly retried: {
    readonly resolved: number;
    readonly failedAggregateIds: readonly string[];
  } | null;
}

export const initialOperation: Operation = { by: null, retried: null };

export function evolve(operation: Operation, event: OperationEvent & { actor: string }): Operation {
  const { by } = operation;
  const mine = { ...operation, by: by ?? event.actor };
  if (event.type !== 'admin.dead_letters.retried') return mine;
  const { resolved, failedAggregateIds } = event.data;
  return { ...mine, retried: { resolved, failedAggregateIds } };
}

/** Readable by administrators and by whoever acted. */
export const operationAggregate: Aggregate<Operation, OperationEvent> = {
  type: 'backbone_operation',
  events: adminEvents,
  initial: initialOperation,
  evolve,
  territoryOf: () => null,
  ownerOf: (operation) => operation.by,
};
