import { createHash } from 'node:crypto';
import { requireScope } from '#kernel/access';
import type { Context } from '#kernel/events';
import { once } from '#kernel/graphql';
import { reactIn } from './change.ts';
import { duplicatesOf, searcher } from './duplicate-search.ts';
import { requireReason } from './requirements.ts';
import type { LeadOwnershipChallengeInput } from './schema.generated.ts';
import { challengeOwnership } from './tasks.ts';

/**
 * Tells the manager that somebody claims a lead he was refused. Always accepted: the answer must not
 * tell whether there was anything to challenge. Once per idempotency key.
 *
 * @throws Refusal `REASON_TOO_SHORT`, `CONFLICT`
 */
export async function challengeLeadOwnership(
  context: Context,
  input: LeadOwnershipChallengeInput,
): Promise<{ accepted: boolean }> {
  const { actor } = context;
  requireScope(actor, 'leads:register');
  const reason = requireReason(input.reason);
  const { territory } = input;
  if (!actor.territories.includes(territory)) return { accepted: true };
  const job = { ...context, actor: searcher(territory) };
  const claim = { challengedBy: actor.userId, reason };
  const { idempotencyKey: key, ...rest } = input;
  const operation = 'leadOwnershipChallenge';
  // The caller's key lies among those of the job: he may not see what the work looks at.
  const mine = key == null || key === '' ? key : uniqueTo(actor.userId, key);
  const mutation = { module: 'leads', operation, key: mine, input: rest, clock: context.clock };
  return context.database.transaction(job.actor, (tx) =>
    once(tx, mutation, async () => {
      const [found] = await duplicatesOf(tx, input);
      if (found !== undefined) {
        await reactIn(tx, job, found.leadId, (lead, stamp) =>
          challengeOwnership(lead, claim, stamp),
        );
      }
      return { accepted: true };
    }),
  );
}

/** As long as any other, whatever the key. */
function uniqueTo(userId: string, key: string): string {
  return createHash('sha256').update(`${userId} ${key}`).digest('hex');
}
