import type { Transaction } from '#kernel/database';
import { defineProjection, type Recorded } from '#kernel/events';
import type { SubjectRestricted, SubjectUnrestricted } from '#events/admin';
import type { LeadRegistered } from '#events/leads';
import type { PartnerEvent } from './events.ts';

/** Inline: who registers a receiver reads it at once. */
export const webhooks = defineProjection<PartnerEvent>({
  name: 'partners.webhooks',
  inline: true,
  tables: ['partners.webhook'],
  on: {
    'partner.webhook.registered': async ({ data, version }, tx) => {
      const { webhookId, partnerOrgId, url, topics, at } = data;
      await tx.query(
        `insert into partners.webhook (id, version, partner_org_id, url, topics, status,
           registered_at, changed_at)
         values ($1, $2, $3, $4, $5, 'ACTIVE', $6, $6) on conflict (id) do nothing`,
        [webhookId, version, partnerOrgId, url, topics, at],
      );
    },
    'partner.webhook.changed': (fact, tx) =>
      update(tx, fact, 'url = $4, topics = $5', fact.data.url, fact.data.topics),
    'partner.webhook.paused': (fact, tx) => update(tx, fact, `status = 'PAUSED'`),
    'partner.webhook.resumed': (fact, tx) =>
      update(tx, fact, `status = 'ACTIVE', disabled_reason = null`),
    'partner.webhook.disabled': (fact, tx) =>
      update(tx, fact, `status = 'DISABLED', disabled_reason = $4`, fact.data.reason),
    'partner.webhook.secret_rotated': (fact, tx) => update(tx, fact, 'status = status'),
    'partner.webhook.tested': (fact, tx) => update(tx, fact, 'status = status'),
    'partner.webhook.redelivered': (fact, tx) => update(tx, fact, 'status = status'),
    'partner.webhook.removed': async ({ data }, tx) => {
      await tx.query('delete from partners.webhook where id = $1', [data.webhookId]);
    },
  },
});

/** Own copy of which firm sent a lead in; a firm never changes. */
export const leads = defineProjection<LeadRegistered>({
  name: 'partners.leads',
  tables: ['partners.lead_firm'],
  on: {
    'lead.registered': async ({ data }, tx) => {
      await tx.query(
        `insert into partners.lead_firm (lead_id, partner_org_id) values ($1, $2)
         on conflict (lead_id) do nothing`,
        [data.leadId, data.partnerOrgId ?? null],
      );
    },
  },
});

/** About whom firms are told nothing for the time being. */
export const restrictions = defineProjection<SubjectRestricted | SubjectUnrestricted>({
  name: 'partners.restrictions',
  tables: ['partners.restriction'],
  on: {
    'admin.subject.restricted': async ({ data }, tx) => {
      await tx.query(
        `insert into partners.restriction (subject_id, at) values ($1, $2)
         on conflict (subject_id) do nothing`,
        [data.subjectId, data.at],
      );
    },
    'admin.subject.unrestricted': async ({ data }, tx) => {
      await tx.query('delete from partners.restriction where subject_id = $1', [data.subjectId]);
    },
  },
});

/** Assignments name their values from $4 on. */
async function update(
  tx: Transaction,
  { data, version }: Recorded<{ type: string; data: { webhookId: string; at: string } }>,
  assignments: string,
  ...values: unknown[]
): Promise<void> {
  await tx.query(
    `update partners.webhook set version = $2, changed_at = $3, ${assignments}
     where id = $1 and version < $2`,
    [data.webhookId, version, data.at, ...values],
  );
}
