import { defineProjection, keep, keptColumn, open, type Recorded } from '#kernel/events';
import type { Transaction } from '#kernel/database';
import type {
  SubjectRestricted,
  SubjectUnrestricted,
  UserDisabled,
  UserRegistered,
  UserTerritoriesChanged,
} from '#events/admin';
import type {
  LeadAssigned,
  LeadConsentChanged,
  LeadContactBlocked,
  LeadContactChanged,
  LeadFollowupRequested,
  LeadPseudonymized,
  LeadRegistered,
  LeadStatusChanged,
  LeadTerritoryTransferred,
  LeadUpdated,
} from '#events/leads';
import type {
  CommunicationEvent,
  MessageBounced,
  MessageFailed,
  MessageQueued,
  MessageSent,
  MessageWritten,
} from './events.ts';

import { restrict, unrestrict } from './restrictions.ts';
import { acknowledgeRevocation } from './revocation.ts';

/** Inline: who queues a message reads it at once. */
export const messages = defineProjection<CommunicationEvent>({
  name: 'communication.messages',
  inline: true,
  tables: ['communication.message'],
  on: {
    'communication.message.queued': onQueued,
    'communication.message.written': onWritten,
    'communication.message.sent': onSent,
    'communication.message.failed': onFailed,
    'communication.message.bounced': onBounced,
  },
});

type LeadFact =
  | LeadRegistered
  | LeadUpdated
  | LeadAssigned
  | LeadStatusChanged
  | LeadTerritoryTransferred
  | LeadContactBlocked
  | LeadConsentChanged
  | LeadContactChanged
  | LeadPseudonymized
  | LeadFollowupRequested;

/** Own copy of who holds a lead and of the addresses it wants to be written to at. */
export const leads = defineProjection<LeadFact>({
  name: 'communication.leads',
  tables: ['communication.recipient', 'communication.lead_access'],
  handsDown: ['communication.message', 'communication.outgoing', 'communication.revocation'],
  on: {
    'lead.registered': onLeadRegistered,
    'lead.updated': onLeadUpdated,
    'lead.assigned': onLeadAssigned,
    'lead.status_changed': onLeadStatusChanged,
    'lead.territory.transferred': onLeadTransferred,
    'lead.contact.blocked': onLeadBlocked,
    'lead.consent.changed': onConsentChanged,
    'lead.contact.changed': onContactChanged,
    'lead.pseudonymized': onPseudonymized,
    'lead.followup.requested': onFollowUpRequested,
  },
});

/** Who may not be written to although he could be. */
export const restrictions = defineProjection<SubjectRestricted | SubjectUnrestricted>({
  name: 'communication.restrictions',
  tables: ['communication.restriction'],
  on: {
    'admin.subject.restricted': ({ data }, tx) => restrict(tx, data),
    'admin.subject.unrestricted': ({ data }, tx) => unrestrict(tx, data),
  },
});

/** Own copy of where people of the house are reached and which territories they look after. */
export const colleagues = defineProjection<UserRegistered | UserTerritoriesChanged | UserDisabled>({
  name: 'communication.colleagues',
  tables: ['communication.colleague'],
  on: {
    'admin.user.registered': onUserRegistered,
    'admin.user.territories_changed': onUserTerritoriesChanged,
    'admin.user.disabled': onUserDisabled,
  },
});

async function onQueued({ data }: Recorded<MessageQueued>, tx: Transaction): Promise<void> {
  await lockRights(tx, data.leadId ?? data.messageId, false);
  await tx.query(
    `insert into communication.message (id, lead_id, purpose, status, recipients, template, queued_at,
       territory, owner_id, collaborator_ids)
     select $1::uuid, $2::uuid, $3, 'QUEUED', $4::jsonb, $5::jsonb, $6::timestamptz,
       coalesce(a.territory, $7), a.owner_id, coalesce(a.collaborator_ids, '{}')
     from (select 1) fact left join communication.lead_access a on a.lead_id = $2::uuid
     on conflict (id) do nothing`,
    [
      data.messageId,
      data.leadId,
      data.purpose,
      JSON.stringify(data.recipients),
      data.template === undefined ? null : JSON.stringify(data.template),
      data.at,
      data.territory,
    ],
  );
}

async function onWritten({ data, id }: Recorded<MessageWritten>, tx: Transaction): Promise<void> {
  await tx.query(
    `update communication.message set subject = $2, text = $3, written_fact_id = $4 where id = $1`,
    [data.messageId, JSON.stringify(data.subject), JSON.stringify(data.text), id],
  );
}

async function onSent({ data }: Recorded<MessageSent>, tx: Transaction): Promise<void> {
  await tx.query(
    `update communication.message set status = 'SENT', sent_at = $2 where id = $1 and status = 'QUEUED'`,
    [data.messageId, data.at],
  );
}

async function onFailed({ data }: Recorded<MessageFailed>, tx: Transaction): Promise<void> {
  await tx.query(
    `update communication.message set status = 'FAILED' where id = $1 and status = 'QUEUED'`,
    [data.messageId],
  );
}

async function onBounced({ data }: Recorded<MessageBounced>, tx: Transaction): Promise<void> {
  await tx.query(
    `update communication.message set status = 'BOUNCED' where id = $1 and status = 'SENT'`,
    [data.messageId],
  );
}

async function onLeadRegistered(fact: Recorded<LeadRegistered>, tx: Transaction): Promise<void> {
  const { data, version } = await keep(tx, fact);
  const { companyName } = (await open(tx, fact)).data;
  await lockRights(tx, data.leadId, true);
  await tx.query(
    `insert into communication.lead_access (lead_id, version, territory, owner_id, status, company_name)
     values ($1, $2, $3, $4, 'REGISTERED', $5) on conflict (lead_id) do nothing`,
    [data.leadId, version, data.territory, data.ownerUserId ?? null, companyName],
  );
  await tx.query(
    `insert into communication.recipient (id, lead_id, version, email, email_consent, territory)
     values ($1, $1, $2, $3, $4, $5) on conflict (id) do nothing`,
    [data.leadId, version, keptColumn(data.email), data.emailConsent ?? false, data.territory],
  );
  await handDown(tx, data.leadId);
}

async function onLeadUpdated(fact: Recorded<LeadUpdated>, tx: Transaction): Promise<void> {
  const { data, version } = await keep(tx, fact);
  if (data.companyName !== undefined) {
    const { companyName } = (await open(tx, fact)).data;
    await changeLead(tx, fact, 'company_name = $3', companyName);
  }
  if (data.email === undefined) return;
  await tx.query(
    'update communication.recipient set version = $2, email = $3 where id = $1 and version < $2',
    [data.leadId, version, keptColumn(data.email)],
  );
}

async function onLeadAssigned(fact: Recorded<LeadAssigned>, tx: Transaction): Promise<void> {
  const { ownerUserId = null, collaborators, leadId } = fact.data;
  const working = collaborators.filter(({ role }) => role === 'COLLABORATOR');
  const ids = working.map(({ userId }) => userId);
  await lockRights(tx, leadId, true);
  await changeLead(
    tx,
    fact,
    'owner_id = $3, collaborators = $4, collaborator_ids = $5',
    ownerUserId,
    JSON.stringify(collaborators),
    ids,
  );
  await handDown(tx, leadId);
}

async function onLeadStatusChanged(
  fact: Recorded<LeadStatusChanged>,
  tx: Transaction,
): Promise<void> {
  await changeLead(tx, fact, 'status = $3', fact.data.newStatus);
}

async function onLeadTransferred(
  fact: Recorded<LeadTerritoryTransferred>,
  tx: Transaction,
): Promise<void> {
  await lockRights(tx, fact.data.leadId, true);
  await changeLead(tx, fact, 'territory = $3', fact.data.territory);
  await handDown(tx, fact.data.leadId);
}

async function onLeadBlocked(fact: Recorded<LeadContactBlocked>, tx: Transaction): Promise<void> {
  await changeLead(tx, fact, 'is_blocked = $3', fact.data.isBlocked);
}

async function onConsentChanged(
  { data, version }: Recorded<LeadConsentChanged>,
  tx: Transaction,
): Promise<void> {
  await tx.query(
    'update communication.recipient set version = $2, email_consent = $3 where id = $1 and version < $2',
    [data.leadId, version, data.emailConsent],
  );
  if (!data.emailConsent) await acknowledgeRevocation(tx, data.leadId, data.at);
}

async function onContactChanged(
  fact: Recorded<LeadContactChanged>,
  tx: Transaction,
): Promise<void> {
  const { data, version } = await keep(tx, fact);
  const isRemoved = data.isRemoved === true;
  await lockRights(tx, data.leadId, false);
  await tx.query(
    `insert into communication.recipient as r (id, lead_id, version, email, email_consent, is_active,
       contact_group, territory, owner_id, collaborator_ids)
     select $1::uuid, $2::uuid, $3::int, $4::jsonb, $5::boolean, $6::boolean, $8, a.territory, a.owner_id,
       a.collaborator_ids
     from communication.lead_access a where a.lead_id = $2::uuid
     on conflict (id) do update set version = excluded.version, email_consent = excluded.email_consent,
       is_active = excluded.is_active, contact_group = excluded.contact_group,
       email = case when $7::boolean then excluded.email else r.email end
       where r.version < excluded.version`,
    [
      data.contactId,
      data.leadId,
      version,
      isRemoved ? null : keptColumn(data.email),
      data.emailConsent,
      data.isActive && !isRemoved,
      isRemoved || data.email !== undefined,
      data.group,
    ],
  );
  if (!data.emailConsent) await acknowledgeRevocation(tx, data.contactId, data.at);
}

async function onPseudonymized(fact: Recorded<LeadPseudonymized>, tx: Transaction): Promise<void> {
  await changeLead(tx, fact, 'company_name = null');
  await tx.query(
    `update communication.recipient set version = $2, email = null, email_consent = false
     where lead_id = $1`,
    [fact.data.leadId, fact.version],
  );
}

/** Changes nothing but shows that everything before it has been heard of. */
async function onFollowUpRequested(
  fact: Recorded<LeadFollowupRequested>,
  tx: Transaction,
): Promise<void> {
  await changeLead(tx, fact, 'status = status');
}

async function onUserRegistered(fact: Recorded<UserRegistered>, tx: Transaction): Promise<void> {
  const { data, version } = await keep(tx, fact);
  await tx.query(
    `insert into communication.colleague (user_id, version, email, roles) values ($1, $2, $3, $4)
     on conflict (user_id) do nothing`,
    [data.userId, version, keptColumn(data.email), data.roles],
  );
}

async function onUserTerritoriesChanged(
  { data, version }: Recorded<UserTerritoriesChanged>,
  tx: Transaction,
): Promise<void> {
  await tx.query(
    `update communication.colleague set version = $2, territories = $3
     where user_id = $1 and version < $2`,
    [data.userId, version, data.territories],
  );
}

async function onUserDisabled(
  { data, version }: Recorded<UserDisabled>,
  tx: Transaction,
): Promise<void> {
  await tx.query(
    'update communication.colleague set version = $2, is_disabled = true where user_id = $1 and version < $2',
    [data.userId, version],
  );
}

/** Assignments name their values from $3 on. */
async function changeLead(
  tx: Transaction,
  { data, version }: Recorded<{ type: string; data: { leadId: string } }>,
  assignments: string,
  ...values: unknown[]
): Promise<void> {
  await tx.query(
    `update communication.lead_access set version = $2, ${assignments} where lead_id = $1 and version < $2`,
    [data.leadId, version, ...values],
  );
}

/** Rows about a lead carry its rights, because a policy may look at its own row only. */
async function handDown(tx: Transaction, leadId: string): Promise<void> {
  for (const table of ['recipient', 'message', 'outgoing']) {
    await tx.query(
      `update communication.${table} r
       set territory = a.territory, owner_id = a.owner_id, collaborator_ids = a.collaborator_ids
       from communication.lead_access a where a.lead_id = $1 and r.lead_id = $1
         and (r.territory, r.owner_id, r.collaborator_ids)
           is distinct from (a.territory, a.owner_id, a.collaborator_ids)`,
      [leadId],
    );
  }
}

function lockRights(tx: Transaction, leadId: string, isChange: boolean): Promise<unknown> {
  return tx.query('select communication.lock_rights($1, $2)', [leadId, isChange]);
}
