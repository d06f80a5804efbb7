-- Own copy of who holds a lead, and of what the wording and the right to write to it need.
create table :schema.lead_access (
  lead_id uuid primary key,
  version int not null,
  territory text not null,
  owner_id uuid,
  collaborator_ids uuid[] not null default '{}',
  collaborators jsonb not null default '[]',
  status text not null,
  company_name text,
  is_blocked boolean not null default false
);

-- Where a lead (by the lead's id) and its contacts are reached, and whether they want to be.
create table :schema.recipient (
  id uuid primary key,
  lead_id uuid not null,
  version int not null,
  email text,
  email_consent boolean not null,
  is_active boolean not null default true,
  territory text not null,
  owner_id uuid,
  collaborator_ids uuid[] not null default '{}'
);
create index recipient_of_lead on :schema.recipient (lead_id);

create table :schema.colleague (
  user_id uuid primary key,
  version int not null,
  email text,
  roles text[] not null default '{}',
  territories text[] not null default '{}',
  is_disabled boolean not null default false
);

create table :schema.message (
  id uuid primary key,
  lead_id uuid not null,
  purpose text not null,
  status text not null,
  recipients jsonb not null,
  template jsonb,
  -- Ciphertext as it stands in the fact, and the fact it is bound to; null when made from a template.
  subject jsonb,
  text jsonb,
  written_fact_id uuid,
  queued_at timestamptz not null,
  sent_at timestamptz,
  territory text not null,
  owner_id uuid,
  collaborator_ids uuid[] not null default '{}'
);
create index message_of_lead on :schema.message (lead_id, queued_at desc, id desc);
create index message_of_owner on :schema.message (owner_id, queued_at desc, id desc);
create index message_of_territory on :schema.message (territory, queued_at desc, id desc);
create index message_of_collaborators on :schema.message using gin (collaborator_ids);

-- One row per hand-over to make: the state of the work, not a read model, and so never rebuilt.
create table :schema.outgoing (
  message_id uuid not null,
  recipient_id uuid not null,
  lead_id uuid not null,
  kind text not null check (kind in ('LEAD', 'CONTACT', 'COLLEAGUE')),
  is_copy boolean not null,
  status text not null default 'PENDING' check (status in ('PENDING', 'SENDING', 'SENT', 'FAILED')),
  is_final boolean not null default false,
  attempts int not null default 0,
  next_at timestamptz not null,
  claim uuid,
  heartbeat_at timestamptz,
  reason text,
  territory text not null,
  owner_id uuid,
  collaborator_ids uuid[] not null default '{}',
  primary key (message_id, recipient_id)
);
create index outgoing_due on :schema.outgoing (next_at) where not is_final;

-- What the mailbox adapter took over, by the key of the hand-over. The words are those of the message.
create table :schema.mailbox_mail (
  key text primary key check (length(key) between 1 and 200),
  at timestamptz not null default clock_timestamp()
);

-- Held shared by whoever copies a lead's rights onto a row, exclusively by whoever changes them, so that
-- no row keeps rights of yesterday. Buckets keep a rebuild from holding a lock per lead.
create function :schema.lock_rights(lead uuid, is_change boolean) returns void language sql as $$
  select case when is_change
    then pg_advisory_xact_lock(hashtext(':schema'), hashtext(lead::text) & 1023)
    else pg_advisory_xact_lock_shared(hashtext(':schema'), hashtext(lead::text) & 1023) end
$$;

create function :schema.reach(roles text) returns text language sql immutable as $$
  select format(
    '%s or (territory = any ((select string_to_array(nullif(current_setting(''app.territory_context'', true), ''''), '',''))::text[])
      and (owner_id = (select nullif(current_setting(''app.user_context'', true), '''')::uuid)
        or (select nullif(current_setting(''app.user_context'', true), '''')::uuid) = any (collaborator_ids)
        or (select string_to_array(nullif(current_setting(''app.role_context'', true), ''''), '','') && %L)))',
    kernel.privileged(), roles)
$$;

select kernel.protect(':schema.lead_access', :schema.reach('{manager}'), kernel.privileged());
select kernel.protect(':schema.recipient', :schema.reach('{manager}'), kernel.privileged());
select kernel.protect(':schema.message', :schema.reach('{manager}'));
select kernel.protect(':schema.outgoing', :schema.reach('{manager}'), kernel.privileged());
select kernel.protect(':schema.colleague',
  kernel.privileged() || ' or user_id = (select nullif(current_setting(''app.user_context'', true), '''')::uuid)',
  kernel.privileged());
select kernel.protect_for_jobs(':schema.mailbox_mail');

drop function :schema.reach(text);
