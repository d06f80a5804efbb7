import { requireScope } from '#kernel/access';
import type { Context } from '#kernel/events';
import { reactOnLead } from './change.ts';
import { duplicatesOf, searcher } from './duplicate-search.ts';
import { requireReason } from './requirements.ts';
import type { LeadOwnershipChallengeInput } from './schema.generated.ts';
import { challengeOwnership } from './tasks.ts';

/**
 * Tells the manager that somebody claims a lead he was refused. Always accepted: the answer must not
 * tell whether there was anything to challenge.
 *
 * @throws Refusal `REASON_TOO_SHORT`
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
  const [found] = await context.database.transaction(job.actor, (tx) => duplicatesOf(tx, input));
  if (found !== undefined) {
    const claim = { challengedBy: actor.userId, reason };
    await reactOnLead(job, found.leadId, (lead, stamp) => challengeOwnership(lead, claim, stamp));
  }
  return { accepted: true };
}
