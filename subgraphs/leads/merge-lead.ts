import { AccessDenied, notFound } from '#kernel/access';
import { VersionConflict, load, type Context } from '#kernel/events';
import { once } from '#kernel/graphql';
import { record, stampOf } from './change.ts';
import { leadAggregate } from './lead.ts';
import { leadSettings } from './lead-settings.ts';
import { merge } from './outcome.ts';
import { mayManage, mayRead } from './permission.ts';
import type { LeadMergeInput } from './schema.generated.ts';

/** The survivor keeps the earlier registration, the other is deleted and points to it; one transaction. */
export function mergeLead(context: Context, input: LeadMergeInput): Promise<{ leadId: string }> {
  const { actor, clock } = context;
  const operation = 'leadMerge';
  return context.database.transaction(actor, (tx) =>
    once(tx, { module: 'leads', operation, key: input.idempotencyKey, input, clock }, async () => {
      const survivor = await load(tx, leadAggregate, input.survivorId);
      const duplicate = await load(tx, leadAggregate, input.duplicateId);
      for (const { state, version } of [survivor, duplicate]) {
        if (version === 0 || !mayRead(state, actor)) throw notFound();
        if (!mayManage(state, actor)) throw new AccessDenied();
      }
      if (survivor.version !== input.version) throw new VersionConflict(survivor.version);
      const leads = { survivor: survivor.state, duplicate: duplicate.state };
      const facts = merge(leads, input, stampOf(context), leadSettings.offsets);
      const act = (leadId: string, version: number) => ({
        operation,
        input: { leadId, version, reason: input.reason },
      });
      const both = [
        {
          leadId: input.survivorId,
          ...survivor,
          facts: facts.survivor,
          act: act(input.survivorId, survivor.version),
        },
        {
          leadId: input.duplicateId,
          ...duplicate,
          facts: facts.duplicate,
          act: act(input.duplicateId, duplicate.version),
        },
      ];
      // Always in the order of their ids, so that two merges cannot wait for each other.
      for (const each of both.toSorted((a, b) => (a.leadId < b.leadId ? -1 : 1))) {
        await record(context, tx, each);
      }
      return { leadId: input.survivorId };
    }),
  );
}
