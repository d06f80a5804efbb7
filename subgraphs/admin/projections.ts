import type { LeadContactChanged, LeadRegistered, LeadStatusChanged } from '#events/leads';
import { defineProjection, keep, keptColumn, type AnyEvent, type Recorded } from '#kernel/events';
import type { Transaction } from '#kernel/database';
import type {
  AdminEvent,
  ApprovalChanged,
  SubjectErased,
  SubjectRequestChanged,
  UserDisabled,
  UserRegistered,
  UserTerritoriesChanged,
} from './events.ts';
import { endOfRetention } from './subject.ts';

/** Days after which the people of a lost lead are erased. */
const LOST_DAYS = 365;

/** Inline: a right that was taken away must be gone with the commit. */
export function usersWith(onRightsChanged: (userId: string) => void) {
  return defineProjection<AdminEvent>({
    name: 'admin.users',
    inline: true,
    tables: ['admin.user_territory', 'admin.app_user'],
    on: {
      'admin.user.registered': onUserRegistered,
      'admin.user.territories_changed': async (fact, tx) => {
        await onUserTerritoriesChanged(fact, tx);
        tx.onCommit(() => onRightsChanged(fact.data.userId));
      },
      'admin.user.disabled': async (fact, tx) => {
        await onUserDisabled(fact, tx);
        tx.onCommit(() => onRightsChanged(fact.data.userId));
      },
      'admin.subject.erased': onSubjectErased,
    },
  });
}

/** Inline: a hold counts from its commit on. */
export const legalHolds = defineProjection<AdminEvent>({
  name: 'admin.legal_holds',
  inline: true,
  tables: ['admin.legal_hold'],
  on: {
    'admin.subject.held': async ({ data, actor }, tx) => {
      await tx.query(
        `insert into admin.legal_hold (subject_id, held_at, held_by) values ($1, $2, $3)
         on conflict (subject_id) do nothing`,
        [data.subjectId, data.at, actor],
      );
    },
    'admin.subject.released': async ({ data }, tx) => {
      await tx.query('delete from admin.legal_hold where subject_id = $1', [data.subjectId]);
    },
  },
});

/** Inline: who restricts somebody sees it at once. */
export const restrictions = defineProjection<AdminEvent>({
  name: 'admin.restrictions',
  inline: true,
  tables: ['admin.restriction'],
  on: {
    'admin.subject.restricted': async ({ data, actor }, tx) => {
      await tx.query(
        `insert into admin.restriction (subject_id, restricted_at, restricted_by)
         values ($1, $2, $3) on conflict (subject_id) do nothing`,
        [data.subjectId, data.at, actor],
      );
    },
    'admin.subject.unrestricted': async ({ data }, tx) => {
      await tx.query('delete from admin.restriction where subject_id = $1', [data.subjectId]);
    },
  },
});

/** Inline: what is erased is never announced twice. */
export const erasureRecords = defineProjection<AdminEvent>({
  name: 'admin.erasure_records',
  inline: true,
  tables: ['admin.erased_subject', 'admin.erasure_journal'],
  on: {
    'admin.subject.erased': async ({ data }, tx) => {
      await tx.query(
        `insert into admin.erased_subject (subject_id, at) select unnest($1::uuid[]), $2
         on conflict (subject_id) do nothing`,
        [data.subjectIds, data.at],
      );
    },
    'admin.erasure_journal.begun': async ({ data }, tx) => {
      await tx.query(
        `insert into admin.erasure_journal (journal_id) values ($1)
         on conflict (singleton) do update set journal_id = excluded.journal_id`,
        [data.journalId],
      );
    },
  },
});

/** Inline: whoever decides sees it at once. */
export const subjectRequests = defineProjection<SubjectRequestChanged | ApprovalChanged>({
  name: 'admin.subject_requests',
  inline: true,
  tables: ['admin.subject_request'],
  on: {
    'admin.subject_request.changed': async ({ data, version, actor }, tx) => {
      await tx.query(
        `insert into admin.subject_request as r
           (id, version, subject_id, status, approval, requested_by, requested_at)
         values ($1, $2, $3, $4, 'PENDING', $5, $6)
         on conflict (id) do update set version = $2, status = $4,
           erasure_id = coalesce($7, r.erasure_id), failure = coalesce($8, r.failure)
           where r.version < $2`,
        [
          data.requestId,
          version,
          data.subjectId,
          data.status,
          actor,
          data.at,
          data.erasureId ?? null,
          data.failure ?? null,
        ],
      );
    },
    'admin.approval.changed': async ({ data, version, actor }, tx) => {
      await tx.query(
        `update admin.subject_request set version = $2, approval = $3,
           execute_at = coalesce($4, execute_at),
           decided_by = case when $3 in ('SCHEDULED', 'REJECTED') then $5::uuid else decided_by end
         where id = $1 and version < $2`,
        [data.requestId, version, data.status, data.executeAt ?? null, actor],
      );
    },
  },
});

/** Every fact of every context that somebody has to answer for. */
export const auditTrail = defineProjection({
  name: 'admin.audit_trail',
  tables: ['admin.audit_entry'],
  on: { '*': onAnything },
});

/** Whose data end with which lead, and when. */
export const retentionDates = defineProjection<
  LeadRegistered | LeadContactChanged | LeadStatusChanged
>({
  name: 'admin.retention_dates',
  tables: ['admin.lead_person', 'admin.lead_end'],
  on: {
    'lead.registered': ({ data }, tx) => remember(tx, data.leadId, data.leadId),
    'lead.contact.changed': ({ data }, tx) => remember(tx, data.leadId, data.contactId),
    'lead.status_changed': async ({ data: { leadId, newStatus, changedAt } }, tx) => {
      if (newStatus === 'LOST') await fallDue(tx, leadId, changedAt, LOST_DAYS);
      if (newStatus === 'DELETED') await fallDue(tx, leadId, changedAt, 0);
      if (newStatus === 'CONVERTED') await retain(tx, leadId, changedAt);
    },
  },
});

async function onUserRegistered(fact: Recorded<UserRegistered>, tx: Transaction): Promise<void> {
  const { data, version } = await keep(tx, fact);
  await tx.query(
    `insert into admin.app_user (id, version, login, name, email, roles) values ($1, $2, $3, $4, $5, $6)
     on conflict (id) do nothing`,
    [data.userId, version, data.login, keptColumn(data.name), keptColumn(data.email), data.roles],
  );
}

async function onUserTerritoriesChanged(
  { data, time, actor, version }: Recorded<UserTerritoriesChanged>,
  tx: Transaction,
): Promise<void> {
  const touched = await tx.query(
    'update admin.app_user set version = $2 where id = $1 and version < $2 returning id',
    [data.userId, version],
  );
  if (touched.length === 0) return;
  await tx.query(
    `update admin.user_territory set valid_to = $2
     where user_id = $1 and valid_to is null and territory <> all ($3)`,
    [data.userId, time, data.territories],
  );
  await tx.query(
    `insert into admin.user_territory (user_id, territory, valid_from, assigned_by)
     select $1, wanted, $2, $4 from unnest($3::text[]) wanted
     where not exists (select from admin.user_territory
       where user_id = $1 and territory = wanted and valid_to is null)
     on conflict (user_id, territory, valid_from) do update set valid_to = null`,
    [data.userId, time, data.territories, actor],
  );
}

async function onUserDisabled(
  { data, version }: Recorded<UserDisabled>,
  tx: Transaction,
): Promise<void> {
  await tx.query(
    'update admin.app_user set is_disabled = true, version = $2 where id = $1 and version < $2',
    [data.userId, version],
  );
}

async function onSubjectErased({ data }: Recorded<SubjectErased>, tx: Transaction): Promise<void> {
  await tx.query(
    'update admin.app_user set name = null, email = null, login = id::text where id = any($1)',
    [data.subjectIds],
  );
}

async function remember(tx: Transaction, leadId: string, subjectId: string): Promise<void> {
  await tx.query(
    `insert into admin.lead_person (subject_id, lead_id, kind) values ($1, $2, $3)
     on conflict (subject_id) do nothing`,
    [subjectId, leadId, subjectId === leadId ? 'LEAD' : 'CONTACT'],
  );
}

/** Days are those of the calendar, at the same time of the day. */
async function fallDue(tx: Transaction, leadId: string, at: string, days: number): Promise<void> {
  await tx.query(
    `insert into admin.lead_end as e (lead_id, due_at)
     values ($1, (($2::timestamptz at time zone 'Europe/Berlin') + make_interval(days => $3))
       at time zone 'Europe/Berlin')
     on conflict (lead_id) do update set due_at = least(e.due_at, excluded.due_at)`,
    [leadId, at, days],
  );
}

/** What became a customer stays for years from the end of the calendar year, however it ends. */
async function retain(tx: Transaction, leadId: string, at: string): Promise<void> {
  await tx.query(
    `insert into admin.lead_end as e (lead_id, retained_until) values ($1, $2)
     on conflict (lead_id) do update
       set retained_until = greatest(e.retained_until, excluded.retained_until)`,
    [leadId, endOfRetention(new Date(at).getUTCFullYear())],
  );
}

interface AuditMeta {
  action: string;
  reason?: unknown;
  riskTier?: string;
  before?: unknown;
  after?: unknown;
}

/** What was said stays sealed as in the fact, so that it ends with the key of whom it is about. */
async function onAnything(fact: Recorded<AnyEvent>, tx: Transaction): Promise<void> {
  const audit = fact.meta['audit'] as AuditMeta | undefined;
  if (audit === undefined) return;
  await tx.query(
    `insert into admin.audit_entry (id, at, module, position, actor_user_id, action, resource_type,
       resource_id, territory, risk_tier, reason, before, after, correlation_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (id) do nothing`,
    [
      fact.id,
      fact.time,
      fact.type.split('.')[0],
      fact.position,
      fact.actor,
      audit.action,
      fact.aggregateType,
      fact.aggregateId,
      fact.territory,
      audit.riskTier ?? null,
      audit.reason === undefined ? null : JSON.stringify(audit.reason),
      audit.before === undefined ? null : JSON.stringify(audit.before),
      audit.after === undefined ? null : JSON.stringify(audit.after),
      fact.correlationId,
    ],
  );
}
