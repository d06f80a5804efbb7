import { defineProjection, handlersFor, open, type Recorded } from '#kernel/events';
import type { Transaction } from '#kernel/database';
import type { AdminEvent, UserTerritoriesChanged } from '#events/admin';
import { normalizeCompany, normalizeEmail, normalizePhone } from './duplicate.ts';
import { leadEvents, type LeadEvent } from './events.ts';
import { followUpId } from './follow-up-id.ts';
import { evolve, initialLead, type Lead } from './lead.ts';
import { personalAfter } from './personal-detail.ts';
import { preClaimOf } from './pre-claim.ts';
import { isReminded, nextActionAt, protectionState, windowsAt } from './protection.ts';

import { writeTasks } from './task-rows.ts';
import { followUpTypes } from './vocabulary.ts';
import type { LeadDetail, LeadPerson } from './tables.ts';

type Fact = Recorded<LeadEvent>;

/**
 * The lead as it is now, folded by the same `evolve` that decides. Inline: a person reads what he
 * has just written, and a right that ended is gone with the commit.
 */
export const leads = defineProjection<LeadEvent>({
  name: 'leads.leads',
  inline: true,
  tables: ['leads.task', 'leads.follow_up', 'leads.lead'],
  on: handlersFor(leadEvents, onLeadFact),
});

/** Own copy of who holds which territory. */
export const territoryHolders = defineProjection<AdminEvent>({
  name: 'leads.territory-holders',
  tables: ['leads.territory_holder'],
  on: { 'admin.user.territories_changed': onUserTerritoriesChanged },
});

interface Stored {
  version: number;
  state: Lead;
  detail: LeadDetail;
  people: Record<string, LeadPerson>;
  registered_by: string;
}

async function onLeadFact(sealed: Fact, tx: Transaction): Promise<void> {
  // A batch record belongs to a run, not to a lead.
  if (sealed.aggregateType !== 'lead') return;
  const [stored] = await tx.query<Stored>(
    'select version, state, detail, people, registered_by from leads.lead where id = $1 for update',
    [sealed.aggregateId],
  );
  if (stored !== undefined && stored.version >= sealed.version) return;
  const fact = await open(tx, sealed);
  // What a row of before lacks stands as it does in the beginning.
  const before: Lead = { ...initialLead, ...stored?.state };
  const next: Stored = {
    version: fact.version,
    state: evolve(before, fact),
    ...(await personalAfter(
      tx,
      { detail: stored?.detail ?? {}, people: stored?.people ?? {} },
      fact,
    )),
    registered_by: stored?.registered_by ?? fact.actor,
  };
  await writeLead(tx, fact.aggregateId, next, fact.time);
  await writeFollowUps(tx, fact.aggregateId, next.state);
  await writeTasks(tx, { before, after: next.state, fact });
}

async function writeLead(tx: Transaction, id: string, lead: Stored, at: string): Promise<void> {
  const { state, detail } = lead;
  const columns = {
    id,
    version: lead.version,
    territory: state.territory,
    owner_id: state.ownerUserId,
    collaborator_ids: collaboratorIds(state),
    partner_org_id: state.partnerOrgId,
    registered_by: lead.registered_by,
    registered_at: state.registeredAt,
    status: state.status,
    stage: state.stage,
    company_name: state.companyName ?? '',
    city: state.profile.city ?? '',
    company_normalized: normalizeCompany(state.companyName ?? ''),
    email_normalized: detail.email ? normalizeEmail(detail.email) : null,
    phone_e164: detail.phone ? normalizePhone(detail.phone, state.territory) : null,
    postal_code: detail.postalCode ?? null,
    is_canonical: state.isCanonical,
    season: state.season,
    ...protectionColumns(state, at),
    pending_follow_up_at: pendingFollowUpAt(state),
    pre_claim_until: state.isPreClaimOverdue ? null : (preClaimOf(state, at)?.until ?? null),
    state: JSON.stringify(state),
    detail: JSON.stringify(detail),
    people: JSON.stringify(lead.people),
  };
  const names = Object.keys(columns);
  await tx.query(
    {
      name: 'leads-write',
      text: `insert into leads.lead (${names.join(', ')})
        values (${names.map((_, index) => `$${index + 1}`).join(', ')})
        on conflict (id) do update set ${names
          .slice(1)
          .map((name) => `${name} = excluded.${name}`)
          .join(', ')}`,
    },
    Object.values(columns),
  );
}

/** The engine's windows at the last change; without an open hold they do not move until the next. */
function protectionColumns(lead: Lead, at: string) {
  const state = protectionState(lead, at);
  const { protection } = lead;
  const isRunning = protection !== null && !['NONE', 'EXPIRED', 'STOPPED'].includes(state);
  const windows = isRunning ? windowsAt(protection, lead.holds, at) : undefined;
  return {
    protection: isRunning ? 'RUNNING' : state,
    progress_until: windows?.progressUntil ?? null,
    valid_until: windows?.validUntil ?? null,
    is_reminded: protection !== null && isReminded(protection),
    next_protection_at: nextActionAt(lead, at),
  };
}

function pendingFollowUpAt(lead: Lead): string | null {
  const due = followUpTypes
    .map((type) => lead.followUps[type])
    .flatMap(({ status, dueAt }) => (status === 'PENDING' && dueAt !== null ? [dueAt] : []));
  return due.toSorted()[0] ?? null;
}

/** Watchers get notices, not sight. */
function collaboratorIds(lead: Lead): string[] {
  return lead.collaborators
    .filter((each) => each.role === 'COLLABORATOR')
    .map((each) => each.userId);
}

async function writeFollowUps(tx: Transaction, leadId: string, lead: Lead): Promise<void> {
  for (const type of followUpTypes) {
    const followUp = lead.followUps[type];
    await tx.query(
      {
        name: 'leads-write-follow-up',
        text: `insert into leads.follow_up (id, lead_id, type, status, due_at, due_run_at, processed_at,
            territory, owner_id, collaborator_ids, partner_org_id)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
          on conflict (lead_id, type) do update set status = excluded.status, due_at = excluded.due_at,
            due_run_at = excluded.due_run_at, processed_at = excluded.processed_at,
            territory = excluded.territory, owner_id = excluded.owner_id,
            collaborator_ids = excluded.collaborator_ids`,
      },
      [
        followUpId(leadId, type),
        leadId,
        type,
        followUp.status,
        followUp.dueAt,
        followUp.dueRunAt,
        followUp.isSent === null ? null : followUp.dueRunAt,
        lead.territory,
        lead.ownerUserId,
        collaboratorIds(lead),
        lead.partnerOrgId,
      ],
    );
  }
}

async function onUserTerritoriesChanged(
  { data }: Recorded<UserTerritoriesChanged>,
  tx: Transaction,
): Promise<void> {
  await tx.query('delete from leads.territory_holder where user_id = $1', [data.userId]);
  await tx.query(
    `insert into leads.territory_holder (user_id, territory)
     select $1, held from unnest($2::text[]) held`,
    [data.userId, data.territories],
  );
}
