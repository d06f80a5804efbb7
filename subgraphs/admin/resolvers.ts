import { NIL_UUID, requireScope } from '#kernel/access';
import { withUserErrors, type PageArguments, type ResolverContext } from '#kernel/graphql';
import { disableUser, registerUser, setUserTerritories } from './commands.ts';
import type { UserTerritoriesChanged } from './events.ts';
import {
  auditTrail,
  holdersOf,
  listUsers,
  territoriesOf,
  userById,
  type AuditFilter,
} from './queries.ts';
import type { AppUserRow, AuditEntryRow } from './tables.ts';

type Arguments<Command extends (context: ResolverContext, input: never) => unknown> = {
  input: Parameters<Command>[1];
};

const answered = async (context: ResolverContext, command: Promise<{ userId: string }>) => ({
  user: { id: (await command).userId },
});

/** What `userRights` answers, here and after every change. */
async function rightsOf(context: ResolverContext, userId: string) {
  requireScope(context.actor, 'users:manage');
  const [user, rows] = await Promise.all([
    userById(context, userId),
    territoriesOf(context, userId),
  ]);
  const now = context.clock.now();
  return user === null
    ? null
    : {
        userId,
        isDisabled: user.isDisabled,
        territories: rows
          .filter(
            (row) =>
              row.validFrom <= now &&
              (row.validTo === null || row.validTo === undefined || row.validTo > now),
          )
          .map((row) => row.territory),
      };
}

async function* userRightsChanged(context: ResolverContext) {
  requireScope(context.actor, 'users:manage');
  const facts = context.feed.subscribe<UserTerritoriesChanged>({
    types: ['admin.user.territories_changed', 'admin.user.disabled'],
    from: context.resumeFrom,
    signal: context.signal,
  });
  for await (const fact of facts) {
    yield { position: fact.position, userRightsChanged: await rightsOf(context, fact.data.userId) };
  }
}

export const resolvers = {
  Query: {
    me: (_: unknown, _arguments: unknown, { actor }: ResolverContext) => ({
      user: { id: actor.userId },
      roles: actor.roles,
      territories: actor.territories,
      scopes: [...actor.scopes],
    }),
    users: (_: unknown, page: PageArguments, context: ResolverContext) => listUsers(context, page),
    territoryUsers: (_: unknown, { territory }: { territory: string }, context: ResolverContext) =>
      holdersOf(context, territory),
    auditTrail: (
      _: unknown,
      { filter, ...page }: PageArguments & { filter?: AuditFilter | null },
      context: ResolverContext,
    ) => auditTrail(context, page, filter ?? {}),
    userRights: (_: unknown, { id }: { id: string }, context: ResolverContext) =>
      rightsOf(context, id),
  },
  Mutation: {
    userRegister: (
      _: unknown,
      { input }: Arguments<typeof registerUser>,
      context: ResolverContext,
    ) => withUserErrors({ user: null }, () => answered(context, registerUser(context, input))),
    userTerritoriesSet: (
      _: unknown,
      { input }: Arguments<typeof setUserTerritories>,
      context: ResolverContext,
    ) =>
      withUserErrors({ user: null }, () => answered(context, setUserTerritories(context, input))),
    userDisable: (_: unknown, { input }: Arguments<typeof disableUser>, context: ResolverContext) =>
      withUserErrors({ user: null }, () => answered(context, disableUser(context, input))),
  },
  Subscription: {
    userRightsChanged: {
      subscribe: (_: unknown, _arguments: unknown, context: ResolverContext) =>
        userRightsChanged(context),
    },
  },
  User: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    name: (user: Pick<AppUserRow, 'id'>, _: unknown, context: ResolverContext) =>
      field(context, user.id, 'name'),
    email: (user: Pick<AppUserRow, 'id'>, _: unknown, context: ResolverContext) =>
      guarded(context, user.id, 'email'),
    login: (user: Pick<AppUserRow, 'id'>, _: unknown, context: ResolverContext) =>
      guarded(context, user.id, 'login'),
    roles: (user: Pick<AppUserRow, 'id'>, _: unknown, context: ResolverContext) =>
      guarded(context, user.id, 'roles'),
    isDisabled: (user: Pick<AppUserRow, 'id'>, _: unknown, context: ResolverContext) =>
      guarded(context, user.id, 'isDisabled'),
    version: (user: Pick<AppUserRow, 'id'>, _: unknown, context: ResolverContext) =>
      guarded(context, user.id, 'version'),
    territories: (user: Pick<AppUserRow, 'id'>, _: unknown, context: ResolverContext) => {
      requireScope(context.actor, 'users:manage');
      return territoriesOf(context, user.id);
    },
  },
  UserTerritory: {
    assignedBy: ({ assignedBy }: { assignedBy: string }) => person(assignedBy),
  },
  AuditEntry: {
    actor: ({ actorUserId }: AuditEntryRow) => person(actorUserId),
  },
};

async function field<Key extends keyof AppUserRow>(context: ResolverContext, id: string, key: Key) {
  return (await userById(context, id))?.[key] ?? null;
}

function guarded(context: ResolverContext, id: string, key: keyof AppUserRow) {
  requireScope(context.actor, 'users:manage');
  return field(context, id, key);
}

function person(id: string): { id: string } | null {
  return id === NIL_UUID ? null : { id };
}
