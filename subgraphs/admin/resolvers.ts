import { NIL_UUID, requireScope } from '#kernel/access';
import { subscription, withUserErrors, type ResolverContext } from '#kernel/graphql';
import { disableUser, registerUser, setUserTerritories } from './commands.ts';
import { recordDenial } from './denials.ts';
import type { UserDisabled, UserTerritoriesChanged } from './events.ts';
import { eventResolvers } from './event-resolvers.ts';
import {
  auditTrail,
  emailOf,
  holdersOf,
  listUsers,
  nameOf,
  territoriesOf,
  userById,
} from './queries.ts';
import type { Resolvers, Territory, UserRights } from './schema.generated.ts';
import { subjectResolvers } from './subject-resolvers.ts';
import type { AppUserRow, AuditEntryRow } from './tables.ts';

/** With the folder that remembers erasures, if there is one. */
export function resolversWith(erasureDirectory: string | undefined): Resolvers {
  const rights = subjectResolvers(erasureDirectory);
  return {
    ...resolvers,
    Query: { ...resolvers.Query, ...rights.Query },
    Mutation: { ...resolvers.Mutation, ...rights.Mutation },
  };
}

const resolvers: Resolvers = {
  Query: {
    ...eventResolvers.Query,
    me: (_, _arguments, { actor }) => ({
      user: { id: actor.userId },
      roles: [...actor.roles],
      territories: [...actor.territories] as Territory[],
      scopes: [...actor.scopes],
    }),
    users: async (_, page, context) => {
      const { edges, pageInfo } = await listUsers(context, page);
      return {
        edges: edges.map(({ cursor, node }) => ({ cursor, node: { id: node.id } })),
        pageInfo,
      };
    },
    territoryUsers: async (_, { territory }, context) =>
      (await holdersOf(context, territory)).map(({ id }) => ({ id })),
    auditTrail: (_, { filter, ...page }, context) => auditTrail(context, page, filter ?? {}),
    userRights: (_, { id }, context) => rightsOf(context, id),
  },
  Mutation: {
    ...eventResolvers.Mutation,
    userRegister: (_, { input }, context) => answered(registerUser(context, input)),
    userTerritoriesSet: (_, { input }, context) => answered(setUserTerritories(context, input)),
    userDisable: (_, { input }, context) => answered(disableUser(context, input)),
    accessDenialRecord: (_, { input }, context) =>
      withUserErrors({ denialId: null }, async () => ({
        denialId: await recordDenial(context, input),
      })),
  },
  Subscription: {
    ...eventResolvers.Subscription,
    userRightsChanged: subscription(
      (_, context) => rightsChanges(context),
      async ({ userId }, context) => (await rightsOf(context, userId)) ?? noRights(userId),
    ),
  },
  User: {
    __resolveReference: ({ id }) => ({ id }),
    name: ({ id }, _, context) => field(context, id, (row) => nameOf(context, row)),
    email: ({ id }, _, context) => guarded(context, id, (row) => emailOf(context, row)),
    login: ({ id }, _, context) => guarded(context, id, ({ login }) => login),
    roles: ({ id }, _, context) => guarded(context, id, ({ roles }) => roles),
    isDisabled: ({ id }, _, context) => guarded(context, id, ({ isDisabled }) => isDisabled),
    version: ({ id }, _, context) => guarded(context, id, ({ version }) => version),
    territories: async ({ id }, _, context) => {
      requireScope(context.actor, 'users:manage');
      const rows = await territoriesOf(context, String(id));
      return rows.map((row) => ({ ...row, assignedBy: person(row.assignedBy) }));
    },
  },
  AuditEntry: { actor: (row) => person((row as unknown as AuditEntryRow).actorUserId) },
};

function answered(command: Promise<{ userId: string }>) {
  return withUserErrors({ user: null }, async () => ({ user: { id: (await command).userId } }));
}

async function rightsOf(context: ResolverContext, userId: string): Promise<UserRights | null> {
  requireScope(context.actor, 'users:manage');
  const [user, rows] = await Promise.all([
    userById(context, userId),
    territoriesOf(context, userId),
  ]);
  if (user === null) return null;
  const now = context.clock.now();
  const valid = rows.filter((row) => row.validFrom <= now && !(row.validTo && row.validTo <= now));
  const territories = valid.map((row) => row.territory);
  return { userId, isDisabled: user.isDisabled, territories };
}

/** Whom nobody registered may nothing. */
function noRights(userId: string): UserRights {
  return { userId, isDisabled: true, territories: [] };
}

interface RightsChange {
  position: number;
  userId: string;
}

async function* rightsChanges(context: ResolverContext): AsyncGenerator<RightsChange> {
  requireScope(context.actor, 'users:manage');
  const facts = context.feed.subscribe<UserTerritoriesChanged | UserDisabled>({
    types: ['admin.user.territories_changed', 'admin.user.disabled'],
    from: context.resumeFrom,
    signal: context.signal,
  });
  for await (const { data, position } of facts) yield { position, userId: data.userId };
}

type Reference = string | undefined;

async function field<Value>(
  context: ResolverContext,
  id: Reference,
  valueOf: (row: AppUserRow) => Value,
): Promise<Awaited<Value> | null> {
  const row = await userById(context, String(id));
  return row === null ? null : await valueOf(row);
}

function guarded<Value>(
  context: ResolverContext,
  id: Reference,
  valueOf: (row: AppUserRow) => Value,
) {
  requireScope(context.actor, 'users:manage');
  return field(context, id, valueOf);
}

function person(id: string): { id: string } | null {
  return id === NIL_UUID ? null : { id };
}
