import { eraseSubject, isErased, type Context } from '#kernel/events';
import { defineTimer } from '#kernel/timers';
import { audited } from './operations.ts';
import { erased } from './subject-rights.ts';

const PAGE_SIZE = 200;
const PERSONS_PER_RUN_MAX = 5_000;

/**
 * People of lost leads are erased a year later, those of deleted ones within minutes: nobody whom a
 * legal hold protects, nobody before what the law keeps may go.
 */
export const retention = defineTimer({
  name: 'admin.retention',
  everyMinutes: 5,
  async run(context) {
    const seen = { after: '', count: 0, erased: 0 };
    while (seen.count < PERSONS_PER_RUN_MAX) {
      const page = await due(context, seen.after);
      for (const person of page) if (await eraseDue(context, person)) seen.erased += 1;
      seen.count += page.length;
      seen.after = page.at(-1)?.id ?? '';
      if (page.length < PAGE_SIZE) break;
    }
    if (seen.erased > 0) context.log.info({ erased: seen.erased }, 'people were erased when due');
  },
});

interface Due {
  readonly id: string;
  readonly kind: 'LEAD' | 'CONTACT';
}

/** Whoever is held or already erased is not due. */
const DUE = `from admin.lead_person p join admin.lead_end e using (lead_id)
  where e.due_at <= $1 and (e.retained_until is null or e.retained_until <= $1)
    and not exists (select from admin.legal_hold h where h.subject_id = p.subject_id)
    and not exists (select from admin.erased_subject d where d.subject_id = p.subject_id)`;

function due({ database, actor, clock }: Context, after: string): Promise<Due[]> {
  return database.transaction(
    actor,
    (tx) =>
      tx.query<Due>(
        `select p.subject_id as id, p.kind ${DUE}
           and ($2 = '' or p.subject_id::text > $2) order by p.subject_id::text limit ${PAGE_SIZE}`,
        [clock.now(), after],
      ),
    { readOnly: true },
  );
}

/** In the transaction it is looked at once more: a hold that came meanwhile counts. */
async function eraseDue(context: Context, { id, kind }: Due): Promise<boolean> {
  let isDone = false;
  const reason = 'Aufbewahrungsfrist abgelaufen';
  const act = { operation: 'retentionErase', riskTier: 'TIER1', reason, input: {} };
  await audited(context, act, async (tx, operationId) => {
    const now = context.clock.now();
    const [still] = await tx.query(`select ${DUE} and p.subject_id = $2`, [now, id]);
    isDone = still !== undefined && !(await isErased(tx, id));
    if (!isDone) return [];
    await eraseSubject(tx, id);
    return [erased(operationId, [id], kind, context)];
  });
  return isDone;
}
