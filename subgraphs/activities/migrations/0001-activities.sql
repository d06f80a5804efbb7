-- Own copy of who holds a lead, from what leads announce.
create table :schema.lead_access (
  lead_id uuid primary key,
  version int not null,
  territory text not null,
  owner_id uuid,
  collaborator_ids uuid[] not null default '{}',
  collaborators jsonb not null default '[]',
  status text not null
);

create table :schema.activity (
  id uuid primary key,
  version int not null,
  lead_id uuid not null,
  kind text not null,
  at timestamptz not null,
  created_by uuid not null,
  outcome text,
  -- Ciphertext as it stands in the fact, and the fact it is bound to.
  note jsonb,
  note_fact_id uuid,
  category text not null,
  visibility text not null,
  is_evidenced boolean not null,
  territory text not null,
  owner_id uuid,
  collaborator_ids uuid[] not null default '{}'
);
create index activity_newest on :schema.activity (lead_id, at desc, id desc);

-- One line per event of a lead; what it says is made when it is read.
create table :schema.timeline_entry (
  id uuid primary key,
  lead_id uuid not null,
  activity_id uuid unique,
  category text not null,
  kind text not null,
  message_key text not null,
  arguments jsonb not null,
  performed_by uuid,
  occurred_at timestamptz not null,
  territory text not null,
  owner_id uuid,
  collaborator_ids uuid[] not null default '{}'
);
create index timeline_entry_newest on :schema.timeline_entry (lead_id, occurred_at desc, id desc);

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

select kernel.protect(':schema.lead_access', :schema.reach('{manager,auditor}'), kernel.privileged());
select kernel.protect(':schema.activity', :schema.reach('{manager,auditor}'), :schema.reach('{manager}'));
select kernel.protect(':schema.timeline_entry', :schema.reach('{manager,auditor}'), :schema.reach('{manager}'));

drop function :schema.reach(text);
