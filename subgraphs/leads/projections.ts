import {
  defineProjection,
  handlersFor,
  keep,
  open,
  type Kept,
  type Recorded,
} from '#kernel/events';
import type { Transaction } from '#kernel/database';
import type { AdminEvent, UserTerritoriesChanged } from '#events/admin';
import { normalizeCompany, normalizeEmail, normalizePhone } from './duplicate.ts';
import { leadEvents, type LeadEvent } from './events.ts';
import { followUpId } from './follow-up-id.ts';
import { evolve, initialLead, type Lead } from './lead.ts';
import { personalAfter, type Known } from './personal-detail.ts';
import { preClaimOf } from './pre-claim.ts';
import { isReminded, nextActionAt, protectionState, windowsAt } from './protection.ts';

import { writeTasks, type Change } from './task-rows.ts';
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
  on: handlersFor(leadEvents, (fact: Fact, tx) => onLeadFacts([fact], tx)),
  onMany: onLeadFacts,
});

/** Own copy of who holds which territory. */
export const territoryHolders = defineProjection<AdminEvent>({
  name: 'leads.territory-holders',
  tables: ['leads.territory_holder'],
  on: { 'admin.user.territories_changed': onUserTerritoriesChanged },
});

/** Whose data are kept and not used (Art. 18 GDPR): of a lead itself, or of one of its contacts. */
export const restrictions = defineProjection<AdminEvent>({
  name: 'leads.restrictions',
  tables: ['leads.restriction'],
  on: {
    'admin.subject.restricted': async ({ data }, tx) => {
      await tx.query(
        `insert into leads.restriction (subject_id, at) values ($1, $2)
         on conflict (subject_id) do nothing`,
        [data.subjectId, data.at],
      );
    },
    'admin.subject.unrestricted': async ({ data }, tx) => {
      await tx.query('delete from leads.restriction where subject_id = $1', [data.subjectId]);
    },
  },
});

interface Stored {
  version: number;
  state: Lead;
  detail: LeadDetail;
  people: Record<string, LeadPerson>;
  registered_by: string;
}

/** What facts make of a lead, and when the last of them was. */
interface Folded {
  readonly id: string;
  readonly lead: Stored;
  readonly at: string;
}

async function onLeadFacts(facts: readonly Fact[], tx: Transaction): Promise<void> {
  // A batch record belongs to a run, not to a lead.
  const byLead = Map.groupBy(
    facts.filter(({ aggregateType }) => aggregateType === 'lead'),
    ({ aggregateId }) => aggregateId,
  );
  if (byLead.size === 0) return;
  const rows = await tx.query<Stored & { id: string }>(
    `select id, version, state, detail, people, registered_by from leads.lead
     where id = any ($1::uuid[]) order by id for update`,
    [[...byLead.keys()]],
  );
  const known = new Map(rows.map(({ id, ...lead }): [string, Stored] => [id, lead]));
  const changes: Change[] = [];
  const folded: Folded[] = [];
  for (const [id, sealed] of byLead) {
    const own: Change[] = [];
    let stored = known.get(id);
    for (const each of sealed) {
      if (stored !== undefined && stored.version >= each.version) continue;
      const [fact, kept] = await Promise.all([open(tx, each), keep(tx, each)]);
      // What a row of before lacks stands as it does in the beginning.
      const before: Lead = { ...initialLead, ...stored?.state };
      stored = await after(tx, { clear: fact, kept }, before, stored);
      own.push({ before, after: stored.state, fact, sealed: each });
    }
    const last = own.at(-1);
    if (stored === undefined || last === undefined) continue;
    folded.push({ id, lead: stored, at: last.fact.time });
    changes.push(...own);
  }
  if (folded.length === 0) return;
  await Promise.all([writeLeads(tx, folded), writeFollowUps(tx, folded)]);
  for (const change of changes) await writeTasks(tx, change);
}

async function after(
  tx: Transaction,
  { clear, kept }: Pick<Known, 'clear' | 'kept'>,
  before: Lead,
  stored: Stored | undefined,
): Promise<Stored> {
  const { detail = {}, people = {} } = stored ?? {};
  const state = evolve(before, clear);
  const { territory } = state;
  return {
    version: clear.version,
    state,
    ...(await personalAfter(tx, { detail, people }, { clear, kept, territory })),
    registered_by: stored?.registered_by ?? clear.actor,
  };
}

function rowOf({ id, lead, at }: Folded) {
  const { state, detail } = lead;
  return {
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
    ...indexColumns(state, detail),
    postal_code: detail.postalCode ?? null,
    is_canonical: state.isCanonical,
    season: state.season,
    ...protectionColumns(state, at),
    pending_follow_up_at: pendingFollowUpAt(state),
    pre_claim_until: state.isPreClaimOverdue ? null : (preClaimOf(state, at)?.until ?? null),
    state,
    detail,
    people: lead.people,
  };
}

/** Rows of before hold texts without hashes, and their normal forms, until they are filled anew. */
function indexColumns({ territory }: Lead, detail: LeadDetail) {
  const { emailHash = formerly(detail.email, normalizeEmail) } = detail;
  const { phoneHash = formerly(detail.phone, (text) => normalizePhone(text, territory)) } = detail;
  return { email_index: emailHash, phone_index: phoneHash };
}

function formerly(text: Kept | undefined, normal: (text: string) => string | null): string | null {
  return typeof text === 'string' ? normal(text) : null;
}

async function writeLeads(tx: Transaction, folded: readonly Folded[]): Promise<void> {
  const rows = folded.map(rowOf);
  const names = Object.keys(rows[0] ?? {});
  await tx.query(
    {
      name: 'leads-write',
      text: `insert into leads.lead (${names.join(', ')})
        select ${names.join(', ')} from jsonb_populate_recordset(null::leads.lead, $1)
        on conflict (id) do update set ${names
          .slice(1)
          .map((name) => `${name} = excluded.${name}`)
          .join(', ')}`,
    },
    [JSON.stringify(rows)],
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

async function writeFollowUps(tx: Transaction, folded: readonly Folded[]): Promise<void> {
  const rows = folded.flatMap(({ id, lead: { state } }) =>
    followUpTypes.map((type) => {
      const { status, dueAt, dueRunAt, isSent } = state.followUps[type];
      return {
        id: followUpId(id, type),
        lead_id: id,
        type,
        status,
        due_at: dueAt,
        due_run_at: dueRunAt,
        processed_at: isSent === null ? null : dueRunAt,
        territory: state.territory,
        owner_id: state.ownerUserId,
        collaborator_ids: collaboratorIds(state),
        partner_org_id: state.partnerOrgId,
      };
    }),
  );
  await tx.query(WRITE_FOLLOW_UPS, [JSON.stringify(rows)]);
}

const FOLLOW_UP_COLUMNS = `id, lead_id, type, status, due_at, due_run_at, processed_at, territory,
  owner_id, collaborator_ids, partner_org_id`;
const WRITE_FOLLOW_UPS = {
  name: 'leads-write-follow-ups',
  text: `insert into leads.follow_up (${FOLLOW_UP_COLUMNS})
    select ${FOLLOW_UP_COLUMNS} from jsonb_populate_recordset(null::leads.follow_up, $1)
    on conflict (lead_id, type) do update set status = excluded.status, due_at = excluded.due_at,
      due_run_at = excluded.due_run_at, processed_at = excluded.processed_at,
      territory = excluded.territory, owner_id = excluded.owner_id,
      collaborator_ids = excluded.collaborator_ids`,
};

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
