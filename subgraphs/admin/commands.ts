import { Refusal, notFound, requireScope } from '#kernel/access';
import { VersionConflict, append, load, type Context } from '#kernel/events';
import { once } from '#kernel/graphql';
import {
  disable,
  register,
  setTerritories,
  userAggregate,
  type Registration,
  type TerritoryCode,
  type User,
} from './user.ts';
import type { UserEvent } from './events.ts';

const REASON_LENGTH_MIN = 10;

interface Edit {
  userId: string;
  version: number;
  reason: string;
  idempotencyKey?: string | null | undefined;
}

/** Lets a person in. The id is the subject of the tokens the identity provider issues for him. */
export function registerUser(
  context: Context,
  input: Registration & { idempotencyKey?: string | null | undefined },
): Promise<{ userId: string }> {
  const { idempotencyKey: _, ...person } = input;
  return change(context, 'userRegister', { ...input, version: 0, reason: null }, (user) =>
    register(user, person),
  );
}

export function setUserTerritories(
  context: Context,
  input: Edit & { territories: TerritoryCode[] },
): Promise<{ userId: string }> {
  return change(context, 'userTerritoriesSet', input, (user) =>
    setTerritories(user, input.territories),
  );
}

export function disableUser(context: Context, input: Edit): Promise<{ userId: string }> {
  return change(context, 'userDisable', input, disable);
}

async function change(
  context: Context,
  operation: string,
  input: Omit<Edit, 'reason'> & { reason: string | null },
  decide: (user: User) => UserEvent[],
): Promise<{ userId: string }> {
  requireScope(context.actor, 'users:manage');
  const reason = input.reason?.trim();
  if (reason !== undefined && reason.length < REASON_LENGTH_MIN) {
    throw new Refusal(
      'REASON_TOO_SHORT',
      'Bitte begründen Sie mit mindestens 10 Zeichen.',
      'reason',
    );
  }
  return context.database.transaction(context.actor, (tx) =>
    once(
      tx,
      { module: 'admin', operation, key: input.idempotencyKey, input, clock: context.clock },
      async () => {
        const { state, version } = await load(tx, userAggregate, input.userId);
        if (version === 0 && operation !== 'userRegister') throw notFound();
        if (version !== input.version && operation !== 'userRegister')
          throw new VersionConflict(version);
        await append(tx, {
          aggregate: userAggregate,
          id: input.userId,
          state,
          expectedVersion: version,
          events: decide(state),
          context,
          audit: {
            action: operation,
            ...(reason === undefined ? {} : { reason }),
            before: { territories: state.territories, isDisabled: state.isDisabled },
          },
        });
        return { userId: input.userId };
      },
    ),
  );
}
