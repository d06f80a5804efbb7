import { withUserErrors, type ResolverContext } from '#kernel/graphql';
import { applyErasures, beginJournal, journalOf } from './erasures.ts';
import { restrictionOf, setRestriction, type Restriction } from './restriction.ts';
import type { Resolvers } from './schema.generated.ts';
import { approve, cancel, reject } from './subject-request.ts';
import {
  decideRequest,
  listRequests,
  openRequest,
  requestById,
  type RequestRow,
} from './subject-requests.ts';
import { erasureOf, eraseSubjectData, exportSubjectData, setHold } from './subject-rights.ts';

/** Rights of people in the data, for the terminal and the start alone. */
export function subjectResolvers(erasureDirectory: string | undefined) {
  return {
    Query: {
      subjectRequests: async (_, page, context) => {
        const { edges, pageInfo } = await listRequests(context, page);
        return {
          edges: edges.map((edge) => ({ ...edge, node: requestView(edge.node) })),
          pageInfo,
        };
      },
      subjectErasure: (_, { id }, context) => erasureOf(context, id),
      subjectRestriction: async (_, { subjectId }, context) =>
        restrictionView(await restrictionOf(context, subjectId)),
      erasureJournal: (_, __, context) =>
        erasureDirectory === undefined ? null : journalOf(context, erasureDirectory),
    },
    Mutation: {
      subjectErasureRequest: (_, { input }, context) =>
        requested(context, openRequest(context, input)),
      subjectErasureApprove: (_, { input }, context) =>
        requested(context, decideRequest(context, 'subjectErasureApprove', approve, input)),
      subjectErasureReject: (_, { input }, context) =>
        requested(context, decideRequest(context, 'subjectErasureReject', reject, input)),
      subjectErasureCancel: (_, { input }, context) =>
        requested(context, decideRequest(context, 'subjectErasureCancel', cancel, input)),
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

function requested(context: ResolverContext, command: Promise<string>) {
  return withUserErrors({ subjectRequest: null }, async () => {
    const row = await requestById(context, await command);
    return { subjectRequest: row === null ? null : requestView(row) };
  });
}

function requestView({ requestedBy, decidedBy, requestedAt, executeAt, ...row }: RequestRow) {
  return {
    ...row,
    requestedBy: { id: requestedBy },
    decidedBy: decidedBy === null ? null : { id: decidedBy },
    requestedAt: requestedAt.toISOString(),
    executeAt: executeAt?.toISOString() ?? null,
  };
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
