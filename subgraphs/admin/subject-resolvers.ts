import { withUserErrors, type ResolverContext } from '#kernel/graphql';
import { applyErasures, beginJournal, journalOf } from './erasures.ts';
import { restrictionOf, setRestriction, type Restriction } from './restriction.ts';
import type { Resolvers } from './schema.generated.ts';
import { erasureOf, eraseSubjectData, exportSubjectData, setHold } from './subject-rights.ts';

/** Rights of people in the data, for the terminal and the start alone. */
export function subjectResolvers(erasureDirectory: string | undefined) {
  return {
    Query: {
      subjectErasure: (_, { id }, context) => erasureOf(context, id),
      subjectRestriction: async (_, { subjectId }, context) =>
        restrictionView(await restrictionOf(context, subjectId)),
      erasureJournal: (_, __, context) =>
        erasureDirectory === undefined ? null : journalOf(context, erasureDirectory),
    },
    Mutation: {
      subjectErase: (_, { input }, context) =>
        withUserErrors({ erasure: null }, async () => ({
          erasure: await erasureOf(context, await eraseSubjectData(context, input)),
        })),
      subjectExport: (_, { input }, context) =>
        withUserErrors({ document: null }, async () => ({
          document: await exportSubjectData(context, input),
        })),
      subjectRestrict: (_, { input }, context) => restricted(setRestriction(context, true, input)),
      subjectUnrestrict: (_, { input }, context) =>
        restricted(setRestriction(context, false, input)),
      subjectHold: (_, { input }, context) => held(setHold(context, true, input)),
      subjectRelease: (_, { input }, context) => held(setHold(context, false, input)),
      erasuresApply: (_, __, context: ResolverContext) =>
        withUserErrors({ applied: null }, async () => ({
          applied:
            erasureDirectory === undefined ? 0 : await applyErasures(context, erasureDirectory),
        })),
      erasureJournalBegin: (_, { input }, context) =>
        withUserErrors({ journal: null }, async () => ({
          journal:
            erasureDirectory === undefined
              ? null
              : await beginJournal(context, erasureDirectory, input),
        })),
    },
  } satisfies Resolvers;
}

function restricted(command: Promise<Restriction | null>) {
  return withUserErrors({ restriction: null }, async () => ({
    restriction: restrictionView(await command),
  }));
}

function restrictionView(restriction: Restriction | null) {
  if (restriction === null) return null;
  const { restrictedAt, restrictedBy, subjectId } = restriction;
  return {
    subjectId,
    restrictedAt: restrictedAt.toISOString(),
    restrictedBy: { id: restrictedBy },
  };
}

function held(command: Promise<string>) {
  return withUserErrors({ subjectId: null }, async () => ({ subjectId: await command }));
}
