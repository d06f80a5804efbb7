import { AccessDenied, createActor, hasRole } from '#kernel/access';
import { append, type Aggregate } from '#kernel/events';
import { once, type ResolverContext } from '#kernel/graphql';
import { adminEvents, type AccessDenied as Denied } from './events.ts';
import { uuid } from './operations.ts';

interface DenialState {
  readonly by: string | null;
}

/** Readable by administrators: somebody who was denied belongs to no territory there. */
const denialAggregate: Aggregate<DenialState, Denied> = {
  type: 'access_denial',
  events: adminEvents,
  initial: { by: null },
  evolve: (_, { actor }) => ({ by: actor }),
  territoryOf: () => null,
  ownerOf: ({ by }) => by,
};

export interface DenialInput {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly clientId?: string | null | undefined;
  /** The field of `Mutation`; what was sent to it is not told. */
  readonly operation: string;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly idempotencyKey?: string | null | undefined;
}

const CLIENT_LENGTH_MAX = 100;

/**
 * Puts on record, under the name of whoever tried, that the gateway turned somebody away from a
 * mutation. Answers the entry's id.
 *
 * @throws AccessDenied for anybody but a job
 */
export async function recordDenial(context: ResolverContext, input: DenialInput): Promise<string> {
  if (!hasRole(context.actor, 'system')) throw new AccessDenied('FORBIDDEN');
  const { operation, count, idempotencyKey: key } = input;
  const userId = uuid(input.userId, 'userId');
  const actor = createActor({ userId, roles: input.roles, territories: [] });
  const clientId = input.clientId?.slice(0, CLIENT_LENGTH_MAX);
  const { clock } = context;
  const mutation = { module: 'admin', operation: 'accessDenialRecord', key, input, clock };
  const { denialId } = await context.database.transaction(actor, (tx) =>
    once(tx, mutation, async () => {
      const id = context.newId();
      const data: Denied['data'] = {
        denialId: id,
        operation,
        count,
        roles: [...actor.roles],
        ...(clientId === undefined ? {} : { clientId }),
        firstAt: new Date(input.firstAt).toISOString(),
        lastAt: new Date(input.lastAt).toISOString(),
      };
      const { denialId: _, ...after } = data;
      await append(tx, {
        aggregate: denialAggregate,
        id,
        state: denialAggregate.initial,
        expectedVersion: 0,
        events: [{ type: 'admin.access.denied', data }],
        context,
        audit: { action: 'accessDenied', after },
      });
      return { denialId: id };
    }),
  );
  return denialId;
}
