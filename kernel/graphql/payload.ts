import { AccessDenied, Refusal } from '#kernel/access';
import { ResumeGap, SubjectErased, VersionConflict } from '#kernel/events';
import { GraphQLError } from 'graphql';

export interface UserError {
  code: string;
  field: string | null;
  message: string;
}

/**
 * Runs a command and turns what a person could have expected into `userErrors`: refusals of the
 * domain and lost races. Everything else goes on to the edge, where it is coded or masked.
 */
export async function withUserErrors<Result extends object, Empty extends object>(
  empty: Empty,
  command: () => Promise<Result>,
): Promise<(Result | Empty) & { userErrors: UserError[] }> {
  try {
    return { ...(await command()), userErrors: [] };
  } catch (error) {
    return { ...empty, userErrors: [toUserError(error)] };
  }
}

/** Denials as coded GraphQL errors, for resolvers that are not mutations. */
export function toGraphQLError(error: unknown): unknown {
  if (error instanceof AccessDenied || error instanceof Refusal || error instanceof ResumeGap) {
    return new GraphQLError(error.message, { extensions: { code: error.code } });
  }
  return error;
}

function toUserError(error: unknown): UserError {
  if (error instanceof Refusal) {
    return { code: error.code, field: error.field ?? null, message: error.message };
  }
  if (error instanceof SubjectErased) {
    return { code: error.code, field: null, message: error.message };
  }
  if (error instanceof VersionConflict) {
    const message =
      'Jemand anderes war schneller. Bitte laden Sie neu und versuchen Sie es noch einmal.';
    return { code: 'CONFLICT', field: null, message };
  }
  throw toGraphQLError(error);
}
