import { notFound } from '#kernel/access';
import type { ResolverContext } from '#kernel/graphql';
import { audited, operate, reasonOf, uuid } from './operations.ts';
import { TIMEOUT_MS, factsOf } from './subject-rights.ts';

export interface Restriction {
  readonly subjectId: string;
  readonly restrictedAt: Date;
  readonly restrictedBy: string;
}

interface RestrictionInput {
  readonly subjectId: string;
  readonly reason: string;
  readonly idempotencyKey?: string | null | undefined;
}

/**
 * Keeps a person's data from being used, or lets them be used again, on record; answers how it is
 * now. Somebody who is restricted already stays so.
 *
 * @throws AccessDenied; Refusal `NOT_FOUND` for somebody who is not known, or not restricted,
 *   `REASON_TOO_SHORT`
 */
export async function setRestriction(
  context: ResolverContext,
  isRestricted: boolean,
  input: RestrictionInput,
): Promise<Restriction | null> {
  operate(context);
  const subjectId = uuid(input.subjectId, 'subjectId');
  const operation = isRestricted ? 'subjectRestrict' : 'subjectUnrestrict';
  const act = { operation, riskTier: 'TIER2', reason: reasonOf(input.reason), input };
  const type = isRestricted ? 'admin.subject.restricted' : 'admin.subject.unrestricted';
  await audited(context, { ...act, timeoutMs: TIMEOUT_MS }, async (tx, operationId) => {
    if (isRestricted) await factsOf(context, tx, subjectId);
    const known = await tx.query('select from admin.restriction where subject_id = $1', [
      subjectId,
    ]);
    if (!isRestricted && known.length === 0) throw notFound();
    if (isRestricted && known.length > 0) return [];
    const at = context.clock.now().toISOString();
    return [{ type, data: { operationId, subjectId, at } }];
  });
  return restrictionOf(context, subjectId);
}

/** Null for somebody whose data may be used. */
export async function restrictionOf(
  context: ResolverContext,
  id: string,
): Promise<Restriction | null> {
  operate(context);
  const subjectId = uuid(id, 'subjectId');
  const [row] = await context.database.transaction(
    context.actor,
    (tx) =>
      tx.query<Restriction>(
        `select subject_id as "subjectId", restricted_at as "restrictedAt",
           restricted_by as "restrictedBy" from admin.restriction where subject_id = $1`,
        [subjectId],
      ),
    { readOnly: true },
  );
  return row ?? null;
}
